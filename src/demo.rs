//! `liangwang demo`: a district with synthetic people, places and a month of cases, and the program
//! running on it.

mod accounts;
mod story;

use std::sync::Arc;
use std::time::Duration;

use access::Access;
use ledger::Algorithm;
use model::time::{from_millis, millis};
use model::{AreaCode, AreaLevel, Timestamp};
use register::{Atlas, population, staff};
use store::{Store, join_all};
use tokio::sync::Notify;

use crate::district::{self, District, Place};
use crate::failure::Failure;
use crate::{machine, packs, progress};

/// The demo is the same every time: everything synthetic grows from this number.
const SEED: u64 = 20_230_106;
/// Cases of the last month.
const CASES: usize = 400;
/// How often late cases are looked for.
const TICK: Duration = Duration::from_secs(30);

/// Create the demo district and run it
///
/// Everything in it is synthetic: people, staff, shapes and cases. A second start goes on with the
/// same district.
///
/// Examples:
///   liangwang demo --data district
///   liangwang demo --data district --residents 100000 --no-serve
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Demo {
    #[command(flatten)]
    place: Place,
    /// How many synthetic residents
    #[arg(long, default_value_t = 10_000, value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=2_000_000))]
    residents: u32,
    /// Address that the program answers at
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "HOST:PORT")]
    addr: String,
    /// Only create the district
    #[arg(long)]
    no_serve: bool,
}

impl Demo {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let store = self.place.create(Algorithm::Sha256).await?;
        // What was adopted before stays in force; a new demo gets the shipped packs.
        let adopted = district::latest(&store).await?;
        let wanted = packs::with_required(&adopted, &adopted, &["district", "street-reports"])?;
        let catalogue = district::adopt(&store, &wanted).await?;
        let atlas = Atlas::read(&catalogue).map_err(|mistakes| Failure::mistakes(&mistakes))?;
        let cells: Vec<AreaCode> = atlas
            .areas()
            .filter(|area| area.code.level() == AreaLevel::Neighbourhood)
            .map(|area| area.code.clone())
            .collect();
        if staff::all(&store).await?.is_empty() {
            fill_register(
                &store,
                &catalogue,
                &atlas,
                &cells,
                usize::try_from(self.residents).unwrap_or(usize::MAX),
            )
            .await?;
        }
        let district = District::start(store).await?;
        let access = district.access().await?;
        accounts::fill(&district.store, &access).await?;
        let opened = fill_cases(&district, &atlas, &cells).await?;
        let late = cases::tick::tick(&district.store, &district.writer, machine::now()).await?;
        self.tell(&district, opened, late).await?;
        if self.no_serve {
            district.store.close().await;
            return Ok(());
        }
        let door = web::Door::bind(&self.addr).await;
        let door = door.map_err(|error| Failure::new(format!("{}: {error}", self.addr)))?;
        serve(&district, access, door).await
    }

    async fn tell(&self, district: &District, opened: usize, late: usize) -> Result<(), Failure> {
        let data = self.place.data.display();
        let (_, head) = store::chain::head(&district.store).await?;
        say!("the demo district stands in {data}: everything in it is synthetic");
        say!("  {opened} cases were opened now, {late} were escalated, {} entries", head.seq);
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

async fn fill_register(
    store: &Store,
    catalogue: &pack::Catalogue,
    atlas: &Atlas,
    cells: &[AreaCode],
    residents: usize,
) -> Result<(), Failure> {
    let bar = progress::bar(3, "areas, staff, residents");
    let now = machine::now();
    let mut tx = store.begin(now).await?;
    register::areas::insert(&mut tx, atlas).await?;
    bar.inc(1);
    staff::insert(&mut tx, &register::roster(catalogue)).await?;
    bar.inc(1);
    staff::insert_duty(&mut tx, &duty(&register::roster(catalogue), now)).await?;
    let today = now_in(catalogue);
    let people = population::generate(SEED, residents, cells, today);
    population::insert(&mut tx, &people).await?;
    tx.commit().await?;
    bar.finish_and_clear();
    Ok(())
}

/// Three turns of eight hours a day for a week: the centre's clerks and dispatchers take them one
/// after the other.
fn duty(staff: &[staff::Staff], from: Timestamp) -> Vec<staff::Duty> {
    const TURN: i64 = 8 * 3_600_000;
    let centre = staff.iter().filter(|one| one.organ.as_str() == "centre");
    let on_duty = |role: &str| {
        let has =
            move |one: &&staff::Staff| one.grants.iter().any(|grant| grant.role.as_str() == role);
        centre.clone().filter(has).cycle().take(21).collect::<Vec<_>>()
    };
    let turns = ["clerk", "dispatcher"].map(on_duty);
    let start = millis(from) - millis(from).rem_euclid(TURN);
    let mut duty = Vec::new();
    for staff in turns {
        for (number, one) in (0..).zip(staff) {
            let begins = start + number * TURN;
            duty.push(staff::Duty {
                organ: one.organ.clone(),
                staff: one.id.clone(),
                from: from_millis(begins),
                to: from_millis(begins + TURN),
            });
        }
    }
    duty
}

fn now_in(catalogue: &pack::Catalogue) -> model::Date {
    let calendar = catalogue.calendars.values().next();
    calendar.map_or(model::Date::MIN, |calendar| calendar.date(machine::now()))
}

/// Cases that are there already are known by their ids, so that a second start adds nothing.
async fn fill_cases(
    district: &District,
    atlas: &Atlas,
    cells: &[AreaCode],
) -> Result<usize, Failure> {
    let any = cases::Filter { limit: 1, ..cases::Filter::default() };
    if !cases::list::list(&district.store, &any).await?.is_empty() {
        return Ok(0);
    }
    let rules = district.room.rules();
    let stories = story::plan(&rules, atlas, cells, SEED, CASES, machine::now());
    let bar = progress::bar(u64::try_from(CASES).unwrap_or_default(), "cases");
    let mut opened = 0;
    for wave in stories.chunks(100) {
        let told = join_all(wave.iter().map(|story| story::tell(district, story))).await;
        for done in told {
            opened += usize::from(done?);
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    Ok(opened)
}

/// Looks for late cases until the program is asked to stop.
async fn serve(district: &District, access: Arc<Access>, door: web::Door) -> Result<(), Failure> {
    say!("running; http://{}/healthz says whether it is well; Ctrl-C stops", door.address()?);
    let stop = Arc::new(Notify::new());
    let stopped = stop.clone();
    let app =
        district.app(access.clone(), web::Settings { demo: true, ..web::Settings::default() });
    let serving = tokio::spawn(door.serve(app, async move { stopped.notified().await }));
    let mut beat = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            _ = beat.tick() => {
                let now = machine::now();
                match cases::tick::tick(&district.store, &district.writer, now).await {
                    Ok(0) => {}
                    Ok(count) => say!("escalated {count} cases"),
                    Err(error) => eprintln!("liangwang: {error} [{}]", error.key()),
                }
            }
            _ = asked_to_stop() => break,
        }
    }
    stop.notify_one();
    serving.await.map_err(|error| Failure::new(error.to_string()))??;
    district.store.close().await;
    Ok(())
}

/// Ctrl-C, or the signal that a service manager sends.
async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
