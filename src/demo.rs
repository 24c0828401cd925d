//! `liangwang demo`: a district with synthetic people, places and ninety days of cases, and the
//! program running on it. What the cases go through is in the files below `demo/`; every act is
//! decided and written by the engine like any other one, under the purpose `demo`.

mod accounts;
mod cast;
mod course;
mod crew;
mod days;
mod duties;
mod figures;
mod hand;
mod people;
mod places;
mod promises;
mod roles;
mod scene;
mod story;
mod telling;
#[cfg(test)]
mod tests;
mod topics;
mod ways;

use std::sync::Arc;

use ledger::Algorithm;
use model::Timestamp;
use register::{Atlas, Draw, population, staff};
use store::Store;

use self::crew::Crew;
use self::days::Days;
use self::places::Places;
use self::scene::Scene;
use self::topics::Topics;
use crate::district::{self, District, Place};
use crate::failure::Failure;
use crate::serve::{Doors, Options};
use crate::{machine, packs};

/// The demo is the same every time: everything synthetic grows from this number and from the time
/// of its start. Keys of its cases do, too: what the demo seals is no secret.
const SEED: u64 = 20_230_106;

/// Create the demo district and run it
///
/// Everything in it is synthetic: people, staff, shapes and cases. A second start goes on with the
/// same district and adds nothing.
///
/// Examples:
///   liangwang demo --data district
///   liangwang demo --data district --residents 100000 --no-serve
///   liangwang demo --data district --blank
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Demo {
    #[command(flatten)]
    place: Place,
    /// How many synthetic residents
    #[arg(long, default_value_t = 10_000, value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=2_000_000))]
    residents: u32,
    /// How many reports came in during the last ninety days; parts and follow-ups come on top
    #[arg(long, default_value_t = 3_000, value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=200_000))]
    cases: u32,
    /// A district without cases
    #[arg(long, conflicts_with = "cases")]
    blank: bool,
    #[command(flatten)]
    options: Options,
    /// Only create the district
    #[arg(long)]
    no_serve: bool,
}

/// What a new demo is filled with.
struct Filling {
    seed: u64,
    start: Timestamp,
    residents: usize,
    cases: usize,
}

/// What was filled in.
#[derive(Debug, Default, PartialEq, Eq)]
struct Filled {
    cases: usize,
    acts: usize,
}

impl Demo {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let store = self.place.create(Algorithm::Sha256).await?;
        let size = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
        let filling = Filling {
            seed: SEED,
            start: machine::now(),
            residents: size(self.residents),
            cases: if self.blank { 0 } else { size(self.cases) },
        };
        let filled = filling.fill(&store).await?;
        // A district that began blank stays so.
        let (promised, duties) = match filled.cases {
            0 => (0, 0),
            _ => (
                promises::fill(&store, SEED, filling.start).await?,
                duties::fill(&store, SEED, filling.start).await?,
            ),
        };
        self.tell(&store, &filled).await?;
        say!("  {duties} suggestions, proposals and projects, all synthetic, were added now");
        say!(
            "  {promised} targets of a public work report, with synthetic figures, were added now"
        );
        let district = District::start(store).await?;
        let access = district.access().await?;
        accounts::fill(&district.store, &access).await?;
        if self.no_serve {
            district.store.close().await;
            return Ok(());
        }
        let doors = self.options.bind().await?;
        welcome(&doors)?;
        self.options.serve(&district, access, doors).await
    }

    async fn tell(&self, store: &Store, filled: &Filled) -> Result<(), Failure> {
        let data = self.place.data.display();
        let (_, head) = store::chain::head(store).await?;
        let Filled { cases, acts } = filled;
        say!("the demo district stands in {data}: everything in it is synthetic");
        say!("  {cases} cases with {acts} acts were added now; {} entries", head.seq);
        say!("try:");
        say!("  liangwang case list --data {data} --late --order due");
        say!("  liangwang case list --data {data} --area 310106006 --phase open");
        say!(
            "  liangwang case open --data {data} --kind exposed-refuse --area 310106006001 \\\n      --value words=\"门口有垃圾\""
        );
        say!("  liangwang ledger verify --data {data}");
        Ok(())
    }
}

impl Filling {
    /// Fills a district that has no staff yet; another one keeps what it has.
    async fn fill(&self, store: &Store) -> Result<Filled, Failure> {
        // What was adopted before stays in force; a new demo gets the shipped packs.
        let adopted = district::latest(store).await?;
        let wanted = packs::with_required(
            &adopted,
            &adopted,
            &["district", "street-reports", "government-work"],
        )?;
        let catalogue = district::adopt_by(store, &wanted, || self.start).await?;
        if !staff::all(store).await?.is_empty() {
            return Ok(Filled::default());
        }
        let atlas = Atlas::read(&catalogue).map_err(|mistakes| Failure::mistakes(&mistakes))?;
        people::fill(store, &catalogue, &atlas, self.residents, self.seed, self.start).await?;
        figures::declare_all(store, &catalogue, self.start).await?;
        let start = self.start;
        let district = District::start_by(store.clone(), Arc::new(move || start)).await?;
        let stories = self.play(&district, &atlas).await?;
        let refusals = || stories.iter().flat_map(|played| &played.refusals);
        if let Some(first) = refusals().next() {
            let count = refusals().count();
            tracing::warn!(count, %first, "the packs in force do not allow all acts of the demo");
        }
        let cases = stories.iter().map(|played| played.facts.cases.len()).sum();
        let commands = stories.into_iter().map(|played| played.commands).collect();
        let acts = telling::tell(&district, telling::waves(commands, self.start)).await?;
        Ok(Filled { cases, acts })
    }

    /// Plays what has happened in the district up to now.
    async fn play(
        &self,
        district: &District,
        atlas: &Atlas,
    ) -> Result<Vec<story::Played>, Failure> {
        let rules = district.room.rules();
        let catalogue = rules.today();
        let heads = population::by_subdistrict(&district.store).await?;
        let Some(calendar) = catalogue.calendars.values().next() else { return Ok(Vec::new()) };
        let scene = Scene {
            rules: &rules,
            start: self.start,
            topics: Topics::of(catalogue),
            places: Places::new(atlas, &heads),
            days: Days::before(self.start, calendar, Draw::of(self.seed, "days")),
            crew: Crew::of(&staff::all(&district.store).await?, catalogue),
        };
        let mut stories = Vec::new();
        cast::play(&scene, self.seed, self.cases, |played| stories.push(played));
        Ok(stories)
    }
}

/// Says where to go and who to be.
fn welcome(doors: &Doors) -> Result<(), Failure> {
    let site = doors.site.address()?;
    say!("running at http://{site}/ (English: http://{site}/en); Ctrl-C stops");
    say!(
        "  staff sign in at http://{site}/sign-in; password of every demo account: {}",
        web::DEMO_PASSWORD
    );
    for (name, role) in web::DEMO_ACCOUNTS {
        say!("    {name:<24} {role}");
    }
    say!(
        "  http://{site}/healthz says whether it is well; http://{site}/styleguide shows the parts"
    );
    Ok(())
}
