//! Replays a case from its entries alone (重演): what the row of the case must hold follows from
//! them. Pure; reading rows and entries and comparing them is `audit.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use model::time::{from_millis, millis};
use model::{ActorId, CaseId, Timestamp};
use serde_json::{Map, Value};

use crate::case::{Case, Pause, Phase, Point, Values};
use crate::event::{Event, Goal, MERGED, What};
use crate::rows::{marks_text, phase_word};

/// An entry of a case as the ledger has it.
#[derive(Debug, Clone, Copy)]
pub struct Recorded<'e> {
    /// Number in the chain.
    pub seq: u64,
    /// Milliseconds, UTC.
    pub occurred_at: i64,
    /// Who.
    pub actor: &'e str,
    /// What happened.
    pub kind: &'e str,
    /// Canonical JSON.
    pub payload: &'e str,
}

/// An entry that does not tell what its kind should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {seq}: {why}")]
pub struct Unreadable {
    /// The entry.
    pub seq: u64,
    /// What is wrong with it.
    pub why: String,
}

/// A case as its entries tell it.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// The facts.
    pub case: Case,
    /// When it was closed and how; a merged case is closed for lists.
    ended: Option<(Timestamp, Arc<str>)>,
    /// Pauses of earlier steps, by number.
    earlier: BTreeSet<i64>,
    ratings: Vec<String>,
    followers: BTreeMap<i64, Follows>,
    /// Cases that this one was merged into, taken back or not.
    carried_by: BTreeSet<CaseId>,
}

/// Somebody who follows the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follows {
    /// As what.
    pub role: String,
    /// The mark of his link; entries before there were marks have none.
    pub link: Option<String>,
    /// True when a telephone number was given.
    pub contact: bool,
    /// The entry that made him one.
    pub seq: i64,
    /// Milliseconds, UTC.
    pub since: i64,
    /// The entry and the time of his last confirmation.
    pub confirmed: Option<(i64, i64)>,
}

/// Columns of `case_file` that follow from the entries, and what the other tables hold of the case.
pub type Columns = BTreeMap<&'static str, Option<String>>;

/// Replays entries of one case, oldest first; nothing without entries.
pub fn replay<'e>(
    id: CaseId,
    entries: impl IntoIterator<Item = Recorded<'e>>,
) -> Result<Option<Replayed>, Unreadable> {
    entries.into_iter().try_fold(None, |before, entry| on(before, id, entry).map(Some))
}

/// The case after its next entry; the first one opens it.
pub fn on(
    before: Option<Replayed>,
    id: CaseId,
    entry: Recorded<'_>,
) -> Result<Replayed, Unreadable> {
    match before {
        None => Replayed::open(id, entry),
        Some(mut replayed) => replayed.take(entry).map(|()| replayed),
    }
}

impl Replayed {
    fn open(id: CaseId, entry: Recorded<'_>) -> Result<Self, Unreadable> {
        let fields = Fields::read(entry)?;
        if entry.kind != "case.opened" {
            return Err(fields.wrong(format!("the case begins with `{}`", entry.kind)));
        }
        let case = opened(id, entry, &fields)?;
        Ok(Self {
            case,
            ended: None,
            earlier: BTreeSet::new(),
            ratings: Vec::new(),
            followers: BTreeMap::new(),
            carried_by: BTreeSet::new(),
        })
    }

    fn take(&mut self, entry: Recorded<'_>) -> Result<(), Unreadable> {
        let fields = Fields::read(entry)?;
        let Some(what) = what(entry.kind, &fields, &self.case)? else { return Ok(()) };
        let at = from_millis(entry.occurred_at);
        let phase = self.case.phase.clone();
        self.earlier.extend(self.case.pauses.iter().map(|pause| pause.number));
        let (personal, dropped) = (Vec::new(), Vec::new());
        let event = Event { case: self.case.id, at, what, personal, dropped };
        event.apply(&mut self.case);
        for pause in &self.case.pauses {
            self.earlier.remove(&pause.number);
        }
        if self.case.phase != phase {
            self.ended = match &self.case.phase {
                Phase::Closed { at, outcome } => Some((*at, outcome.clone())),
                Phase::Merged { .. } => Some((self.case.last_at, MERGED.into())),
                Phase::Open | Phase::Paused => None,
            };
        }
        if let What::Merged { into, .. } = &event.what {
            self.carried_by.insert(*into);
        }
        self.follow(entry, &fields)?;
        if let What::Rated { stars, channel, .. } = &event.what {
            let case = &self.case;
            let organ = case.organ.as_ref().map(|organ| organ.as_str());
            self.ratings.push(rating(
                case.acts,
                case.step.as_str(),
                organ,
                channel,
                i64::from(*stars),
                entry.occurred_at,
            ));
        }
        Ok(())
    }

    /// True for the pause of an earlier step, which no longer touches the clock.
    pub fn is_earlier(&self, pause: i64) -> bool {
        self.earlier.contains(&pause)
    }

    /// Who begins or ceases to follow, and who confirms.
    fn follow(&mut self, entry: Recorded<'_>, fields: &Fields) -> Result<(), Unreadable> {
        let seq = i64::try_from(entry.seq).unwrap_or(i64::MAX);
        match entry.kind {
            "case.followed" => {
                let personal = fields.members.get("personal");
                let follower = Follows {
                    role: fields.text("role")?.to_owned(),
                    link: fields.maybe_text("link").map(str::to_owned),
                    contact: personal.is_some_and(|texts| texts.get("contact").is_some()),
                    seq,
                    since: entry.occurred_at,
                    confirmed: None,
                };
                self.followers.insert(fields.number("follower")?, follower);
            }
            "case.unfollowed" => {
                let number: i64 = fields.number("follower")?;
                self.followers.remove(&number);
            }
            "case.closure_confirmed" => self.confirmed(entry.actor, seq, entry.occurred_at),
            _ => {}
        }
        Ok(())
    }

    /// Takes down that an actor, who may be a follower of this case, confirmed a closing: here, or of
    /// the case that carries on for this one.
    pub fn confirmed(&mut self, actor: &str, seq: i64, at: i64) {
        let name = actor.strip_prefix("resident:").and_then(|name| name.rsplit_once('/'));
        let own = name.filter(|(number, _)| *number == &*self.case.number);
        let Some(number) = own.and_then(|(_, number)| number.parse::<i64>().ok()) else { return };
        if let Some(follower) = self.followers.get_mut(&number)
            && follower.seq < seq
            && follower.confirmed.is_none_or(|(before, _)| before < seq)
        {
            follower.confirmed = Some((seq, at));
        }
    }

    /// A follower by his number.
    pub fn follower(&self, number: i64) -> Option<&Follows> {
        self.followers.get(&number)
    }

    /// Cases among whose entries those of this one's followers are.
    pub fn carried_by(&self) -> impl Iterator<Item = CaseId> {
        let followed = !self.followers.is_empty();
        self.carried_by.iter().copied().filter(move |_| followed)
    }

    /// What the tables must hold, each value as text.
    pub fn columns(&self) -> Columns {
        let case = &self.case;
        let number = |number: u32| Some(number.to_string());
        let time = |at: Timestamp| Some(millis(at).to_string());
        let point = |of: fn(&Point) -> &String| case.point.as_ref().map(|point| of(point).clone());
        let merged_into = match case.phase {
            Phase::Merged { into } => Some(into.to_string()),
            _ => None,
        };
        Columns::from([
            ("entry", Some(case.entry.to_string())),
            ("number", Some(case.number.to_string())),
            ("edition", Some(case.edition.to_string())),
            ("procedure_id", Some(case.procedure.to_string())),
            ("kind", Some(case.kind.to_string())),
            ("area_code", case.area.as_ref().map(ToString::to_string)),
            ("longitude", point(|point| &point.longitude)),
            ("latitude", point(|point| &point.latitude)),
            ("title", Some(case.title.to_string())),
            ("facts", Some(sorted(&Value::Object((*case.facts).clone()).to_string()))),
            ("opened_at", time(case.opened_at)),
            ("opened_by", Some(case.opened_by.to_string())),
            ("external_key", case.external_key.as_ref().map(ToString::to_string)),
            ("parent_id", case.parent.map(|id| id.to_string())),
            ("follows_id", case.follows.map(|id| id.to_string())),
            ("phase", Some(phase_word(&case.phase).to_owned())),
            ("step", Some(case.step.to_string())),
            ("step_since", time(case.step_since)),
            ("organ_id", case.organ.as_ref().map(ToString::to_string)),
            ("handler", case.handler.as_ref().map(ToString::to_string)),
            ("acts", Some(case.acts.to_string())),
            ("last_at", time(case.last_at)),
            ("extended", number(case.extended)),
            ("extensions", number(case.extensions)),
            ("pauses", Some(case.pauses.len().to_string())),
            ("level", number(case.level)),
            ("marks", Some(marks_text(&case.marks))),
            ("parts_open", number(case.parts_open)),
            ("outcome", self.ended.as_ref().map(|(_, outcome)| outcome.to_string())),
            ("closed_at", self.ended.as_ref().and_then(|(at, _)| time(*at))),
            ("merged_into", merged_into),
            ("merge_count", number(case.merge_count)),
            ("reopened", number(case.reopened)),
            (PAUSES, listed(case.pauses.iter().map(pause))),
            (RATINGS, listed(self.ratings.iter().cloned())),
            (FOLLOWERS, listed(self.followers.iter().map(|(number, one)| follows(*number, one)))),
        ])
    }
}

/// Pauses of the step, ratings and followers stand in tables of their own.
pub const PAUSES: &str = "case_pause";
/// See `PAUSES`.
pub const RATINGS: &str = "case_rating";
/// See `PAUSES`.
pub const FOLLOWERS: &str = "case_follower";

/// The rows of a table as one text, in one order.
pub fn listed(rows: impl Iterator<Item = String>) -> Option<String> {
    let rows: BTreeSet<String> = rows.collect();
    let rows: Vec<String> = rows.into_iter().collect();
    (!rows.is_empty()).then(|| rows.join("; "))
}

/// A pause as text.
pub fn pause(pause: &Pause) -> String {
    let to = pause.spell.to.map(|to| millis(to).to_string()).unwrap_or_default();
    format!("{} {}–{to} {}", pause.number, millis(pause.spell.from), pause.reason)
}

/// A rating as text.
pub fn rating(
    number: i64,
    step: &str,
    organ: Option<&str>,
    channel: &str,
    stars: i64,
    at: i64,
) -> String {
    format!("{number} {stars} stars {at} {channel} {step} {}", organ.unwrap_or_default())
}

/// A follower as text.
pub fn follows(number: i64, follower: &Follows) -> String {
    let Follows { role, link, contact, seq, since, confirmed } = follower;
    let link = link.as_deref().unwrap_or("-");
    let contact = if *contact { "with a number" } else { "without a number" };
    let confirmed = confirmed.map(|(_, at)| format!(" confirmed {at}")).unwrap_or_default();
    format!("{number} {role} {contact} entry {seq} {since} link {link}{confirmed}")
}

/// JSON with its members in one order; whatever is no object stays as it is.
pub fn sorted(text: &str) -> String {
    let members = serde_json::from_str::<BTreeMap<String, Value>>(text);
    members.ok().and_then(|members| serde_json::to_string(&members).ok()).unwrap_or(text.to_owned())
}

/// The payload of an entry.
struct Fields {
    seq: u64,
    members: Map<String, Value>,
}

impl Fields {
    fn read(entry: Recorded<'_>) -> Result<Self, Unreadable> {
        let seq = entry.seq;
        match serde_json::from_str(entry.payload) {
            Ok(Value::Object(members)) => Ok(Self { seq, members }),
            _ => Err(Unreadable { seq, why: "its payload is no object".to_owned() }),
        }
    }

    fn wrong(&self, why: String) -> Unreadable {
        Unreadable { seq: self.seq, why }
    }

    fn maybe_text(&self, key: &str) -> Option<&str> {
        self.members.get(key)?.as_str()
    }

    fn text(&self, key: &str) -> Result<&str, Unreadable> {
        self.maybe_text(key).ok_or_else(|| self.wrong(format!("`{key}` is missing")))
    }

    fn number<N: TryFrom<i64>>(&self, key: &str) -> Result<N, Unreadable> {
        let number = self.members.get(key).and_then(Value::as_i64);
        let number = number.and_then(|number| N::try_from(number).ok());
        number.ok_or_else(|| self.wrong(format!("`{key}` is no number that fits")))
    }

    fn parsed<T: FromStr<Err: Display>>(&self, key: &str) -> Result<T, Unreadable> {
        let text = self.text(key)?;
        text.parse().map_err(|error: T::Err| self.wrong(format!("`{key}`: {error}")))
    }

    fn maybe<T: FromStr<Err: Display>>(&self, key: &str) -> Result<Option<T>, Unreadable> {
        if self.members.contains_key(key) { self.parsed(key).map(Some) } else { Ok(None) }
    }

    fn reason(&self) -> Option<String> {
        self.maybe_text("reason").map(str::to_owned)
    }

    fn goal(&self) -> Result<Goal, Unreadable> {
        if let Some(outcome) = self.maybe_text("outcome") {
            return Ok(Goal::End(outcome.into()));
        }
        Ok(Goal::Step { step: self.parsed("to")?, organ: self.maybe("organ")?, trace: None })
    }
}

fn opened(id: CaseId, entry: Recorded<'_>, fields: &Fields) -> Result<Case, Unreadable> {
    let at = from_millis(entry.occurred_at);
    let point = match (fields.maybe_text("longitude"), fields.maybe_text("latitude")) {
        (Some(longitude), Some(latitude)) => {
            Some(Point { longitude: longitude.to_owned(), latitude: latitude.to_owned() })
        }
        _ => None,
    };
    let facts = fields.members.get("values").and_then(Value::as_object).cloned();
    Ok(Case {
        id,
        entry: i64::try_from(entry.seq).unwrap_or(i64::MAX),
        number: fields.text("number")?.into(),
        edition: fields.number("edition")?,
        procedure: fields.parsed("procedure")?,
        kind: fields.parsed("kind")?,
        area: fields.maybe("area")?,
        point,
        title: fields.text("title")?.into(),
        facts: Arc::new(facts.unwrap_or_default()),
        opened_at: at,
        opened_by: ActorId::new(entry.actor),
        external_key: fields.maybe_text("key").map(Arc::from),
        parent: fields.maybe("parent")?,
        follows: fields.maybe("follows")?,
        phase: Phase::Open,
        step: fields.parsed("step")?,
        step_since: at,
        organ: fields.maybe("organ")?,
        handler: None,
        acts: 1,
        last_at: at,
        extended: 0,
        extensions: 0,
        pauses: Vec::new(),
        level: 0,
        marks: Vec::new(),
        parts_open: 0,
        merge_count: 0,
        reopened: 0,
    })
}

/// What an entry says happened; nothing for entries that change no fact, such as a read.
fn what(kind: &str, fields: &Fields, case: &Case) -> Result<Option<What>, Unreadable> {
    let Some(kind) = kind.strip_prefix("case.") else { return Ok(None) };
    let reason = || fields.reason();
    Ok(Some(match kind {
        "moved" | "closed" => What::Moved {
            act: fields.parsed("act")?,
            goal: fields.goal()?,
            from: fields.parsed("from")?,
            due: None,
            values: Values::new(),
        },
        "marked" => What::Marked {
            act: fields.parsed("act")?,
            step: fields.parsed("from")?,
            values: Values::new(),
        },
        "joined" => What::Joined { goal: fields.goal()?, from: fields.parsed("from")? },
        "transferred" => What::Transferred { organ: fields.parsed("organ")?, reason: reason() },
        "sent_back" => {
            What::SentBack { goal: fields.goal()?, from: fields.parsed("from")?, reason: reason() }
        }
        "suspended" => What::Suspended { reason: fields.text("reason")?.to_owned() },
        "resumed" => What::Resumed,
        "extended" => What::Extended { by: fields.number("by")?, reason: reason() },
        "supervised" => What::Supervised { reason: reason() },
        "escalated" => What::Escalated {
            level: fields.number("level")?,
            role: fields.text("role")?.to_owned(),
            due: None,
        },
        "reopened" => What::Reopened { goal: fields.goal()?, reason: reason() },
        "merged" => What::Merged { into: fields.parsed("into")?, reason: reason() },
        "absorbed" => What::Absorbed { case: fields.parsed("case")? },
        "unmerged" => What::Unmerged {
            from: fields.parsed("from")?,
            paused: case.was_paused(),
            reason: reason(),
        },
        "released" => What::Released { case: fields.parsed("case")? },
        "part_opened" => What::PartOpened { case: fields.parsed("case")? },
        "part_closed" => What::PartClosed { case: fields.parsed("case")? },
        "part_reopened" => What::PartReopened { case: fields.parsed("case")? },
        "rated" => What::Rated {
            stars: fields.number("stars")?,
            channel: fields.text("channel")?.into(),
            follow_up: None,
        },
        "assigned" => What::Assigned { handler: fields.text("handler")?.into() },
        // None of these changes a column but the count and the time of acts.
        "noted" | "added" | "followed" | "unfollowed" | "closure_confirmed" => What::Noted,
        "opened" => return Err(fields.wrong("the case is opened a second time".to_owned())),
        other => return Err(fields.wrong(format!("`case.{other}` is no act of a case"))),
    }))
}
