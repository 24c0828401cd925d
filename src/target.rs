//! `liangwang target`: lists targets with how they stand, and supervises those that turned red.

use serde_json::{Value, json};
use targets::Declared;
use targets::promise::rows;
use targets::promise::supervise::{self, Chance, Considered, Days};

use crate::district::{self, District, Place};
use crate::failure::Failure;
use crate::machine;

/// Follow up targets of a report
#[derive(clap::Subcommand)]
pub enum Target {
    /// List the targets of a year, the worst first
    ///
    /// Example: liangwang target list --data district --year 2023 --json
    #[command(verbatim_doc_comment)]
    List {
        #[command(flatten)]
        place: Place,
        /// The year [default: the latest with targets]
        #[arg(long)]
        year: Option<i64>,
        /// Answer as one JSON array of objects
        #[arg(long)]
        json: bool,
    },
    /// Open a supervision case for every target that turned red, and let go what was dealt with
    ///
    /// At most one case is open for a target. A running server does this every hour. When a target is red
    /// and which kind of case it opens stands in the pack `government-work`.
    ///
    /// Example: liangwang target consider --data district
    #[command(verbatim_doc_comment)]
    Consider {
        #[command(flatten)]
        place: Place,
        /// Answer as one JSON object
        #[arg(long)]
        json: bool,
    },
}

impl Target {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        match self {
            Self::List { place, year, json } => list(&place, year, json).await,
            Self::Consider { place, json } => {
                let district = District::start(place.open().await?).await?;
                let declared = district::targets(&district.store).await?;
                let done = consider(&district, &declared).await?;
                tell(&done, json);
                district.store.close().await;
                Ok(())
            }
        }
    }
}

/// Looks at every target once.
pub async fn consider(district: &District, declared: &Declared) -> Result<Considered, Failure> {
    let chance = || {
        let case = machine::case_id(machine::now()).ok()?;
        Some(Chance { case, seal: machine::seal().ok()? })
    };
    let rules = district.room.rules();
    let (store, rule) = (&district.store, &declared.rule);
    Ok(supervise::consider(store, &rules, rule, machine::now, chance).await?)
}

fn tell(done: &Considered, json: bool) {
    if json {
        let pair = |(id, words): &(targets::promise::TargetId, String)| json!([id.as_str(), words]);
        let opened: Vec<Value> = done.opened.iter().map(pair).collect();
        let refused: Vec<Value> = done.refused.iter().map(pair).collect();
        let dealt: Vec<&str> = done.dealt.iter().map(|id| id.as_str()).collect();
        let told = json!({
            "looked_at": done.looked_at, "opened": opened, "dealt": dealt, "refused": refused,
        });
        say!("{told}");
        return;
    }
    for (id, number) in &done.opened {
        say!("target `{id}` is supervised: case {number}");
    }
    for id in &done.dealt {
        say!("target `{id}` was dealt with");
    }
    for (id, why) in &done.refused {
        say!("target `{id}` could not be supervised: {why}");
    }
    let (opened, dealt) = (done.opened.len(), done.dealt.len());
    say!("{} targets: {opened} cases opened, {dealt} closed", done.looked_at);
}

async fn list(place: &Place, year: Option<i64>, json: bool) -> Result<(), Failure> {
    let store = place.open().await?;
    let rules = district::adopted(&store).await?;
    let declared = district::targets(&store).await?;
    let year = match year {
        Some(year) => Some(year),
        None => rows::years(&store).await?.first().copied(),
    };
    let Some(year) = year else {
        say!("there are no targets yet: a report is reviewed at /targets/reports");
        return Ok(());
    };
    let (days, now) = (Days::of(&rules, &declared.rule), machine::now());
    let found = rows::of_year(&store, year, targets::Role::Target).await?;
    let today = days.date(now);
    let last = targets::promise::actual::last(&store, rules.today(), year, &found, today).await?;
    let mut lines: Vec<_> = found
        .iter()
        .map(|one| (days.judge(one, last.get(&one.id).copied(), now, &declared.rule), one))
        .collect();
    lines.sort_by_key(|(standing, one)| (standing.state, one.id.clone()));
    if json {
        let object = |(standing, one): &(targets::promise::Standing, &targets::promise::Target)| {
            json!({
                "id": one.id.as_str(), "state": standing.state.name(),
                "why": standing.why.name(), "terms": one.terms.json(),
                "figure": standing.last.map(|last| last.value.to_string()),
                "figure_on": standing.last.map(|last| last.on.to_string()),
                "planned": standing.planned.map(|value| value.to_string()),
                "forecast": standing.forecast.map(|value| value.to_string()),
                "percent": standing.percent,
            })
        };
        let objects: Vec<Value> = lines.iter().map(object).collect();
        say!("{}", Value::from(objects));
        return Ok(());
    }
    for (standing, one) in &lines {
        let figure = standing.last.map_or_else(|| "–".to_owned(), |last| last.value.to_string());
        let goal = one.terms.goal.map_or_else(|| "–".to_owned(), |goal| goal.to_string());
        let (state, name, unit) = (standing.state.name(), &one.terms.name, &one.terms.unit);
        say!("{}  {state:<8} {figure} / {goal}{unit}  {name}", one.id);
    }
    say!("{} targets of {year}", lines.len());
    Ok(())
}
