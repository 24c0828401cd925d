//! `liangwang account`: the first account of a district, and help for whoever is locked out. Pages
//! for administrators do the same; this works when nobody can sign in.

use access::{Access, Account as Known, NewAccount, Password};
use model::{AccountId, Actor, AreaCode, Grant, OrganId, RoleId};
use register::Atlas;
use register::organs::responsible;
use register::staff::{self, Staff};

use crate::district::{District, Place};
use crate::failure::Failure;
use crate::machine;

/// Make, list, reset and close accounts of staff
#[derive(clap::Subcommand)]
pub enum Account {
    /// Make an account; its first password is shown once and has to be changed
    ///
    /// Somebody who is not in the register of staff yet is entered with the role and area given.
    ///
    /// Examples:
    ///   liangwang account add li.na --person 李娜 --role administrator --area 310106
    ///   liangwang account add clerk-1
    #[command(verbatim_doc_comment)]
    Add(Add),
    /// List accounts
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Give an account a new password for one time; ends its sessions and lifts a lock-out
    Reset {
        /// Name to sign in with
        name: String,
        #[command(flatten)]
        place: Place,
    },
    /// Close an account: nobody gets in with it
    Close {
        /// Name to sign in with
        name: String,
        #[command(flatten)]
        place: Place,
    },
    /// Open a closed account again, with its old password
    Open {
        /// Name to sign in with
        name: String,
        #[command(flatten)]
        place: Place,
    },
}

/// Make an account.
#[derive(clap::Args)]
pub struct Add {
    /// Name to sign in with, and id of somebody new in the register of staff
    name: String,
    /// How people call somebody new
    #[arg(long, requires_all = ["role", "area"], value_name = "NAME")]
    person: Option<String>,
    /// Role of somebody new, e.g. administrator
    #[arg(long, requires = "person")]
    role: Option<RoleId>,
    /// Area in which the role counts, e.g. 310106
    #[arg(long, requires = "person", value_name = "CODE")]
    area: Option<AreaCode>,
    /// Organ that somebody new works for [default: the one that is responsible for the area]
    #[arg(long, requires = "person")]
    organ: Option<OrganId>,
    #[command(flatten)]
    place: Place,
}

impl Account {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Add(add) => add.run().await,
            Self::List { place } => list(&open(&place).await?.1).await,
            Self::Reset { name, place } => {
                let (_district, access) = open(&place).await?;
                let id = find(&access, &name).await?.id;
                let (random, salt) = (machine::random()?, machine::random()?);
                let password = access.reset_password(&operator(), id, random, salt).await?;
                tell(&name, &password);
                Ok(())
            }
            Self::Close { name, place } => {
                let (_district, access) = open(&place).await?;
                access.disable(&operator(), find(&access, &name).await?.id).await?;
                say!("`{name}` is closed and its sessions are over");
                Ok(())
            }
            Self::Open { name, place } => {
                let (_district, access) = open(&place).await?;
                access.enable(&operator(), find(&access, &name).await?.id).await?;
                say!("`{name}` is open");
                Ok(())
            }
        }
    }
}

/// Whoever may use the command line of the server.
fn operator() -> Actor {
    Actor::system("operator")
}

async fn open(place: &Place) -> Result<(District, std::sync::Arc<Access>), Failure> {
    let district = District::start(place.open().await?).await?;
    let access = district.access().await?;
    Ok((district, access))
}

async fn find(access: &Access, name: &str) -> Result<Known, Failure> {
    let wanted = access::SignInName::new(name)?;
    let found = access.accounts().await?.into_iter().find(|one| one.name == wanted);
    found.ok_or_else(|| Failure::keyed(format!("no account is called `{name}`"), "account_unknown"))
}

fn tell(name: &str, password: &Password) {
    say!("`{name}` gets in with this password, once, and chooses another one then:");
    say!("  {}", password.expose());
}

async fn list(access: &Access) -> Result<(), Failure> {
    for one in access.accounts().await? {
        let state = match (one.disabled_at, one.locked_until, one.must_change) {
            (Some(_), ..) => "closed",
            (None, Some(until), _) if until > machine::now() => "locked",
            (None, _, true) => "first password",
            (None, _, false) => "open",
        };
        say!("{:<32} {state:<16} {}", one.name, one.staff);
    }
    Ok(())
}

impl Add {
    async fn run(self) -> Result<(), Failure> {
        let (district, access) = open(&self.place).await?;
        let name = access::SignInName::new(&self.name)?.to_string();
        match (staff::find(&district.store, &name).await?, &self.person) {
            (Some(_), None) => {}
            (Some(known), Some(_)) => {
                let text = format!(
                    "`{name}` is in the register of staff already, as {}: leave --person out",
                    known.name
                );
                return Err(Failure::keyed(text, "staff_known"));
            }
            (None, Some(person)) => self.enter(&district, &name, person).await?,
            (None, None) => {
                let text = format!(
                    "`{name}` is not in the register of staff: say --person, --role and --area"
                );
                return Err(Failure::keyed(text, "staff_unknown"));
            }
        }
        let id = AccountId(machine::case_id(machine::now())?.0);
        let password = Password::one_time(machine::random()?);
        let new = NewAccount {
            id,
            name: name.clone(),
            staff: name.clone(),
            password: password.clone(),
            must_change: true,
            salt: machine::random()?,
        };
        access.create(&operator(), &[new]).await?;
        tell(&name, &password);
        Ok(())
    }

    /// Enters somebody new into the register of staff.
    async fn enter(&self, district: &District, id: &str, person: &str) -> Result<(), Failure> {
        let rules = district.room.rules();
        let today = rules.today();
        let (Some(role), Some(area)) = (self.role.clone(), self.area.clone()) else {
            return Ok(());
        };
        if !today.roles.contains_key(&role) {
            let known: Vec<&str> = today.roles.keys().map(RoleId::as_str).collect();
            let text = format!("role `{role}` is not known; there are {}", known.join(", "));
            return Err(Failure::keyed(text, "role_unknown"));
        }
        let atlas = Atlas::read(today).map_err(|mistakes| Failure::mistakes(&mistakes))?;
        if atlas.area(&area).is_none() {
            return Err(Failure::keyed(format!("area `{area}` is not known"), "area_unknown"));
        }
        let responsible = || responsible(today, &area).map(|organ| organ.id.clone());
        let organ = self.organ.clone().or_else(responsible);
        let organ = organ.filter(|organ| today.organs.contains_key(organ)).ok_or_else(|| {
            let known: Vec<&str> = today.organs.keys().map(OrganId::as_str).collect();
            let text = format!("say --organ, one of {}", known.join(", "));
            Failure::keyed(text, "organ_unknown")
        })?;
        let new = Staff {
            id: id.to_owned(),
            name: person.to_owned(),
            organ,
            grants: vec![Grant { role, area }],
            synthetic: false,
        };
        let mut tx = district.store.begin_when(machine::now).await?;
        staff::insert(&mut tx, &[new]).await?;
        tx.commit().await?;
        Ok(())
    }
}
