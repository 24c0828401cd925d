//! `liangwang open311`: the keys of programs that may send reports through Open311.

use access::Access;
use model::Actor;
use model::time::spoken;

use crate::case::zone;
use crate::district::{District, Place};
use crate::failure::Failure;
use crate::machine;

/// Let programs send reports through Open311
#[derive(clap::Subcommand)]
pub enum Open311 {
    /// Give, list and take back keys
    #[command(subcommand)]
    Key(Key),
}

/// Give, list and take back keys
#[derive(clap::Subcommand)]
pub enum Key {
    /// Make a key for a program; it is shown once, and only its digest is kept
    ///
    /// Example: liangwang open311 key add "city app" --data district
    #[command(verbatim_doc_comment)]
    Add {
        /// What the program is called
        name: String,
        #[command(flatten)]
        place: Place,
    },
    /// List programs that have a key
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Take a key back: what the program sends from now on is refused
    Remove {
        /// What the program is called
        name: String,
        #[command(flatten)]
        place: Place,
    },
}

impl Open311 {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let Self::Key(key) = self;
        let (Key::Add { place, .. } | Key::List { place } | Key::Remove { place, .. }) = &key;
        let district = District::start(place.open().await?).await?;
        let access = district.access().await?;
        match &key {
            Key::Add { name, .. } => add(&access, name).await,
            Key::List { .. } => list(&district, &access).await,
            Key::Remove { name, .. } => remove(&access, name).await,
        }
    }
}

async fn add(access: &Access, name: &str) -> Result<(), Failure> {
    let random: [u8; 20] = machine::random()?;
    let key: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    access.add_program(&Actor::system("operator"), name, &key).await?;
    say!("`{name}` may send reports with this api_key, which is not shown again:");
    say!("  {key}");
    Ok(())
}

async fn list(district: &District, access: &Access) -> Result<(), Failure> {
    let zone = zone(&district.room.rules());
    for program in access.programs().await? {
        say!("{}  {}", spoken(&zone, program.added_at), program.name);
    }
    Ok(())
}

async fn remove(access: &Access, name: &str) -> Result<(), Failure> {
    if access.remove_program(&Actor::system("operator"), name).await? {
        say!("`{name}` may not send reports any more");
        return Ok(());
    }
    let text = format!("no program is called `{name}`");
    Err(Failure::keyed(text, "program_unknown"))
}
