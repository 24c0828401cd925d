//! Opens a case and acts on it by hand.

use cases::{Act, Because, Case, Command, Done, Opening, Part, Point, Values, list};
use model::{Actor, AreaCode, CaseId, KindId, OrganId, Purpose};
use serde_json::json;
use store::Store;

use super::listing::{time, zone};
use crate::district::{District, Place};
use crate::failure::Failure;
use crate::machine;

/// A case by number, id or outside number.
pub async fn find(store: &Store, number: &str) -> Result<Case, Failure> {
    let found = match number.parse::<CaseId>() {
        Ok(id) => list::find(store, id).await?,
        Err(_) => list::find_number(store, number).await?,
    };
    found.ok_or_else(|| Failure::keyed(format!("there is no case `{number}`"), "case_unknown"))
}

/// A member of staff, or the system when nobody is named.
pub async fn actor(store: &Store, name: Option<&str>) -> Result<Actor, Failure> {
    let Some(name) = name else { return Ok(Actor::system("cli")) };
    let name = name.trim_start_matches("staff:");
    let staff = register::staff::find(store, name).await?;
    let unknown = || Failure::keyed(format!("there is no staff `{name}`"), "staff_unknown");
    let staff = staff.ok_or_else(unknown)?;
    Ok(staff.actor())
}

/// Who acts, when, and how a retry is known.
#[derive(clap::Args)]
pub struct Signed {
    #[command(flatten)]
    place: Place,
    /// Act as this member of staff [default: the system]
    #[arg(long = "as", value_name = "STAFF")]
    by: Option<String>,
    /// When it happened [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Key against repeats: the same key answers as the first time
    #[arg(long)]
    key: Option<String>,
    /// A value of the form, as FIELD=VALUE; may be given several times
    #[arg(long = "value", value_name = "FIELD=VALUE")]
    values: Vec<String>,
    /// Answer as one JSON object
    #[arg(long)]
    json: bool,
}

impl Signed {
    fn values(&self) -> Result<Values, Failure> {
        self.values
            .iter()
            .map(|pair| {
                let (field, value) = pair.split_once('=').ok_or_else(|| {
                    Failure::new(format!("`{pair}` is not of the form FIELD=VALUE"))
                })?;
                // The form decides whether that is a number, a day or a text.
                Ok((field.to_owned(), value.into()))
            })
            .collect()
    }

    async fn send(&self, district: &District, case: CaseId, act: Act) -> Result<Done, Failure> {
        let rules = district.room.rules();
        let at = self.at.as_deref().map(|text| time(&zone(&rules), text)).transpose()?;
        let command = Command {
            case,
            actor: actor(&district.store, self.by.as_deref()).await?,
            purpose: Purpose::new("handle-case"),
            at,
            once: self.key.as_deref().map(Into::into),
            seal: machine::seal()?,
            act,
        };
        let done = district.act(command).await;
        match (&done, self.json) {
            (Ok(done), true) => say!(
                "{}",
                json!({
                    "done": true, "case": done.case.to_string(), "number": done.number,
                    "seq": done.seq, "repeated": done.repeated, "words_kept": !done.dropped,
                })
            ),
            (Ok(done), false) if done.repeated => {
                say!("{}: done before, entry {}", done.number, done.seq);
            }
            (Ok(done), false) if done.dropped => say!(
                "{}: entry {}; the words were not kept, because the personal data of this case was \
                 erased",
                done.number,
                done.seq
            ),
            (Ok(done), false) => say!("{}: entry {}", done.number, done.seq),
            (Err(failure), true) => {
                say!("{}", json!({ "done": false, "key": failure.key, "why": failure.text }));
            }
            (Err(_), false) => {}
        }
        done.map_err(Failure::told)
    }
}

/// Options of `case open`.
#[derive(clap::Args)]
pub struct Open {
    /// What it is about
    #[arg(long)]
    kind: KindId,
    /// Where (official code) [default: found from the coordinates]
    #[arg(long)]
    area: Option<AreaCode>,
    /// Longitude and latitude, as LON,LAT
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true)]
    point: Option<String>,
    /// One line of at most 80 characters that names nobody [default: the name of the kind]
    #[arg(long)]
    title: Option<String>,
    #[command(flatten)]
    signed: Signed,
}

impl Open {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let district = District::start(self.signed.place.open().await?).await?;
        let rules = district.room.rules();
        let mut area = self.area;
        let mut point = None;
        if let Some(text) = &self.point {
            let (longitude, latitude) = text
                .split_once(',')
                .ok_or_else(|| Failure::new(format!("`{text}` is not of the form LON,LAT")))?;
            let (longitude, latitude) = (longitude.trim(), latitude.trim());
            let (x, y) = register::read_point(longitude, latitude)
                .map_err(|error| Failure::keyed(error.to_string(), error.key()))?;
            let atlas = register::Atlas::read(rules.today())
                .map_err(|mistakes| Failure::mistakes(&mistakes))?;
            if !atlas.in_bounds(x, y) {
                let text = format!("{longitude},{latitude} lies outside the district");
                return Err(Failure::keyed(text, "place_outside"));
            }
            let found = atlas.locate(x, y).cloned();
            if let (Some(named), Some(found)) = (&area, &found)
                && !named.contains(found)
                && !found.contains(named)
            {
                let text = format!("{longitude},{latitude} lies in {found}, not in {named}");
                return Err(Failure::keyed(text, "place_contradicts"));
            }
            area = area.or(found);
            point = Some(Point { longitude: longitude.to_owned(), latitude: latitude.to_owned() });
        }
        // With a key, a retry names the same case.
        let id = match &self.signed.key {
            Some(key) => keyed_id(key),
            None => machine::case_id(machine::now())?,
        };
        let values = self.signed.values()?;
        let title = self.title;
        let (kind, external_key, follower) = (self.kind, None, None);
        let opening = Opening { kind, area, point, title, values, external_key, follower };
        self.signed.send(&district, id, Act::Open(Box::new(opening))).await?;
        Ok(())
    }
}

fn keyed_id(key: &str) -> CaseId {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(key);
    let mut bytes = [0; 16];
    for (byte, from) in bytes.iter_mut().zip(digest) {
        *byte = from;
    }
    CaseId(model::id::Uuid::from_bytes(bytes))
}

/// Options of `case act`.
#[derive(clap::Args)]
pub struct Acting {
    /// Number of the case, its id, or its number in the system it came from
    number: String,
    /// The act
    act: String,
    /// A reason of the procedure
    #[arg(long)]
    reason: Option<String>,
    /// In words; kept sealed
    #[arg(long)]
    note: Option<String>,
    /// For transfer: the new holder
    #[arg(long)]
    organ: Option<OrganId>,
    /// For extend: units of the limit
    #[arg(long)]
    by_units: Option<u32>,
    /// For merge: the case that carries on
    #[arg(long)]
    into: Option<String>,
    /// For split: kind of a part; may be given several times
    #[arg(long = "part", value_name = "KIND")]
    parts: Vec<KindId>,
    /// For rate: 1 to 5
    #[arg(long)]
    stars: Option<u8>,
    /// For rate: how it came in
    #[arg(long, default_value = "phone")]
    channel: String,
    /// For assign: the person
    #[arg(long)]
    handler: Option<String>,
    #[command(flatten)]
    signed: Signed,
}

fn needed<T>(value: Option<T>, option: &str, act: &str) -> Result<T, Failure> {
    value.ok_or_else(|| Failure::new(format!("`{act}` needs --{option}")))
}

impl Acting {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let district = District::start(self.signed.place.open().await?).await?;
        let case = find(&district.store, &self.number).await?;
        let act = self.act(&district.store).await?;
        self.signed.send(&district, case.id, act).await?;
        Ok(())
    }

    async fn act(&self, store: &Store) -> Result<Act, Failure> {
        let because = Because { reason: self.reason.clone(), note: self.note.clone() };
        let name = self.act.as_str();
        Ok(match name {
            "transfer" => {
                Act::Transfer { organ: needed(self.organ.clone(), "organ", name)?, because }
            }
            "send-back" => Act::SendBack(because),
            "suspend" => Act::Suspend(because),
            "resume" => Act::Resume(because),
            "extend" => Act::Extend { by: needed(self.by_units, "by-units", name)?, because },
            "supervise" => Act::Supervise(because),
            "reopen" => Act::Reopen(because),
            "merge" => {
                let into = needed(self.into.as_deref(), "into", name)?;
                Act::Merge { into: find(store, into).await?.id, because }
            }
            "unmerge" => Act::Unmerge(because),
            "split" => Act::Split(self.parts()?),
            "rate" => Act::Rate {
                stars: needed(self.stars, "stars", name)?,
                channel: self.channel.as_str().into(),
                comment: self.note.clone(),
                follow_up: self.new_id(0)?,
            },
            "assign" => {
                let handler = needed(self.handler.as_deref(), "handler", name)?;
                Act::Assign(actor(store, Some(handler)).await?.id.as_str().into())
            }
            "note" => Act::Note(needed(self.note.clone(), "note", name)?),
            "add" => Act::Add(self.signed.values()?),
            name => Act::Take {
                act: name.parse().map_err(|error| Failure::new(format!("{error}")))?,
                values: self.signed.values()?,
            },
        })
    }

    /// The id of a case that this act may open; with a key, a retry names the same one.
    fn new_id(&self, index: usize) -> Result<CaseId, Failure> {
        match &self.signed.key {
            Some(key) => Ok(keyed_id(&format!("{key} {index}"))),
            None => machine::case_id(machine::now()),
        }
    }

    fn parts(&self) -> Result<Vec<Part>, Failure> {
        self.parts
            .iter()
            .enumerate()
            .map(|(index, kind)| {
                let id = self.new_id(index)?;
                Ok(Part { id, kind: kind.clone(), organ: self.organ.clone() })
            })
            .collect()
    }
}

/// Escalates what is late.
pub async fn tick(place: &Place) -> Result<(), Failure> {
    let district = District::start(place.open().await?).await?;
    let count = cases::tick::tick(&district.store, &district.writer, machine::now()).await?;
    say!("escalated {count} cases");
    Ok(())
}
