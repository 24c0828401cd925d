//! Lists of cases and rates of ratings.

use cases::{Case, Filter, Listed, Order, Rules, Standing, World, list, standing};
use model::time::{millis, read, spoken};
use model::{AreaCode, KindId, OrganId, StepId, TimeZone, Timestamp};
use serde_json::{Value, json};

use crate::district::{self, Place};
use crate::failure::Failure;
use crate::machine;

/// Options of `case list`.
#[derive(clap::Args)]
pub struct Listing {
    #[command(flatten)]
    place: Place,
    /// Of this kind; may be given several times
    #[arg(long)]
    kind: Vec<KindId>,
    /// Within this area (official code)
    #[arg(long)]
    area: Option<AreaCode>,
    /// Held by this organ
    #[arg(long)]
    organ: Option<OrganId>,
    /// Handled by this person
    #[arg(long)]
    handler: Option<String>,
    /// In this step
    #[arg(long)]
    step: Option<StepId>,
    /// open (includes paused), paused, closed or merged
    #[arg(long, value_parser = ["open", "paused", "closed", "merged"])]
    phase: Option<String>,
    /// Open and past its limit
    #[arg(long)]
    late: bool,
    /// Escalated to this level or higher
    #[arg(long, value_name = "LEVEL")]
    level: Option<u32>,
    /// Opened on or after this day or time
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Opened before this day or time
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// With a number that begins like this
    #[arg(long)]
    number: Option<String>,
    /// newest first, or what is due first
    #[arg(long, value_parser = ["newest", "due"], default_value = "newest")]
    order: String,
    /// Most rows
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Only say how many there are
    #[arg(long)]
    count: bool,
    /// Answer as one JSON object
    #[arg(long)]
    json: bool,
}

/// The zone in which times are shown: that of the first calendar in force.
pub fn zone(rules: &Rules) -> TimeZone {
    let calendar = rules.today().calendars.values().next();
    calendar.map_or(TimeZone::UTC, |calendar| calendar.zone().clone())
}

/// The zone of a case: that of its procedure's calendar.
pub fn zone_of(rules: &Rules, case: &Case) -> TimeZone {
    let procedure = rules.procedure(case.edition, &case.procedure);
    let calendar = procedure.and_then(|found| rules.calendar(case.edition, &found.calendar));
    calendar.map_or_else(|| zone(rules), |calendar| calendar.zone().clone())
}

/// Reads a day or a time on the wall of the zone.
pub fn time(zone: &TimeZone, text: &str) -> Result<Timestamp, Failure> {
    let midnight = format!("{text} 00:00");
    read(zone, text).or_else(|| read(zone, &midnight)).ok_or_else(|| {
        Failure::new(format!("`{text}` is not a time; write 2023-03-06 or 2023-03-06 09:00"))
    })
}

impl Listing {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let store = self.place.open().await?;
        let rules = district::adopted(&store).await?;
        let zone = zone(&rules);
        let now = machine::now();
        let time =
            |text: &Option<String>| text.as_deref().map(|text| time(&zone, text)).transpose();
        let filter = Filter {
            kinds: self.kind,
            area: self.area,
            organ: self.organ,
            handler: self.handler,
            step: self.step,
            phase: self.phase,
            due_before: self.late.then_some(now),
            level_min: self.level,
            opened_from: time(&self.from)?,
            opened_to: time(&self.to)?,
            number: self.number,
            order: if self.order == "due" { Order::Due } else { Order::Newest },
            limit: self.limit,
            ..Filter::default()
        };
        if self.count {
            let count = list::count(&store, &filter, u32::MAX).await?;
            if self.json {
                say!("{}", json!({ "count": count }))
            } else {
                say!("{count}")
            }
            return Ok(());
        }
        let listed = list::list(&store, &filter).await?;
        let world = World { rules: &rules, mode: cases::mode::current(&store).await?, now };
        if self.json {
            let all: Vec<Value> = listed.iter().map(|one| to_json(world, one)).collect();
            say!("{}", json!({ "cases": all }));
            return Ok(());
        }
        for one in &listed {
            let case = &one.case;
            let organ = case.organ.as_ref().map_or("", |organ| organ.as_str());
            let zone = zone_of(&rules, case);
            let stands = said(&zone, &standing(&rules, case, world.mode, now));
            say!("{}  {:<10} {:<16} {stands}  {}", case.number, case.step, organ, case.title);
        }
        if listed.is_empty() {
            say!("no case fits");
        } else if listed.len() == usize::try_from(self.limit).unwrap_or(usize::MAX) {
            say!("the first {} are shown; --limit shows more, --count counts all", self.limit);
        }
        Ok(())
    }
}

/// A standing as a phrase.
pub fn said(zone: &TimeZone, standing: &Standing) -> String {
    match standing {
        Standing::Running { due: Some(due), provisional } => {
            let mark = if *provisional { " (provisional: holidays not yet published)" } else { "" };
            format!("due {}{mark}", spoken(zone, *due))
        }
        Standing::Running { due: None, .. } => "no limit".to_owned(),
        Standing::Paused { since, reason } => {
            format!("paused since {} for {reason}", spoken(zone, *since))
        }
        Standing::Overdue { due, level } => {
            format!("OVERDUE since {} (level {level})", spoken(zone, *due))
        }
        Standing::Done => "done".to_owned(),
    }
}

/// A standing for programs.
pub fn standing_json(standing: &Standing) -> Value {
    match standing {
        Standing::Running { due, provisional } => {
            json!({ "state": "running", "due": due.map(millis), "provisional": provisional })
        }
        Standing::Paused { since, reason } => {
            json!({ "state": "paused", "since": millis(*since), "reason": reason })
        }
        Standing::Overdue { due, level } => {
            json!({ "state": "overdue", "due": millis(*due), "level": level })
        }
        Standing::Done => json!({ "state": "done" }),
    }
}

/// A case for programs; times are milliseconds since 1970, UTC.
fn to_json(world: World<'_>, one: &Listed) -> Value {
    let case = &one.case;
    json!({
        "id": case.id.to_string(),
        "number": &*case.number,
        "kind": case.kind.as_str(),
        "title": &*case.title,
        "area": case.area.as_ref().map(|area| area.as_str()),
        "organ": case.organ.as_ref().map(|organ| organ.as_str()),
        "handler": case.handler.as_deref(),
        "step": case.step.as_str(),
        "phase": cases::phase_word(&case.phase),
        "opened_at": millis(case.opened_at),
        "standing": standing_json(&standing(world.rules, case, world.mode, world.now)),
    })
}

/// Options of `case ratings`.
#[derive(clap::Args)]
pub struct Rated {
    #[command(flatten)]
    place: Place,
    /// First day
    #[arg(long, value_name = "TIME")]
    from: String,
    /// The day after the last
    #[arg(long, value_name = "TIME")]
    to: String,
    /// Answer as one JSON object
    #[arg(long)]
    json: bool,
}

impl Rated {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let store = self.place.open().await?;
        let rules = district::adopted(&store).await?;
        let zone = zone(&rules);
        let (from, to) = (time(&zone, &self.from)?, time(&zone, &self.to)?);
        let all = cases::rate::ratings(&store, &rules, from, to, machine::now()).await?;
        if self.json {
            let all: serde_json::Map<String, Value> = all
                .iter()
                .map(|(procedure, ratings)| {
                    let figures = json!({
                        "good": ratings.good,
                        "bad": ratings.bad,
                        "by_default": ratings.by_default,
                        "rate_given": ratings.given_rate(),
                        "rate_with_default": ratings.rate_with_default(),
                    });
                    (procedure.clone(), figures)
                })
                .collect();
            say!("{}", json!({ "ratings": all, "unit": "ten-thousandths" }));
            return Ok(());
        }
        let percent = |rate: Option<u64>| match rate {
            Some(rate) => format!("{}.{:02} %", rate / 100, rate % 100),
            None => "no rating".to_owned(),
        };
        for (procedure, ratings) in &all {
            say!(
                "{procedure}: {} of {} ratings given; {} if the {} unrated cases count as good",
                percent(ratings.given_rate()),
                ratings.good + ratings.bad,
                percent(ratings.rate_with_default()),
                ratings.by_default
            );
        }
        if all.is_empty() {
            say!("no ratings and no closed cases in this span");
        }
        Ok(())
    }
}
