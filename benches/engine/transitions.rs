//! Case transitions per second, bytes written for each, and waits at a steady thousand a second.

use std::sync::Arc;
use std::time::{Duration, Instant};

use model::{CaseId, Timestamp};
use store::Address;
use store::testing::Private;
use tokio::task::JoinSet;

use crate::measure::{Sheet, cpu_seconds, median, percentile, timed, written_bytes};
use crate::workload::{Bench, WAY};

pub async fn run(sheet: &mut Sheet, rounds: usize) {
    let folder = tempfile::tempdir().unwrap();
    let address = Address::Sqlite(folder.path().join("bench.db"));
    let bench = Arc::new(Bench::open(&address).await);
    measure(sheet, &bench, "SQLite", rounds, &LOADS).await;
    steady(sheet, &bench, "SQLite").await;
    // The server must wait for the disk as it would in earnest.
    let server = Private::start_durable().unwrap();
    let url = server.url.replacen("localhost?", "localhost/postgres?", 1);
    let bench = Arc::new(Bench::open(&Address::Postgres(url)).await);
    measure(sheet, &bench, "PostgreSQL", rounds, &LOADS).await;
    steady(sheet, &bench, "PostgreSQL").await;
}

/// Only what is written for each transition: the same on a busy machine as on an idle one.
pub async fn bytes(sheet: &mut Sheet, rounds: usize) {
    let folder = tempfile::tempdir().unwrap();
    let address = Address::Sqlite(folder.path().join("bench.db"));
    let bench = Arc::new(Bench::open(&address).await);
    measure(sheet, &bench, "SQLite", rounds, &LOADS[2..]).await;
}

const LOADS: [(usize, usize); 3] = [(1, 50), (64, 40), (1_000, 20)];

async fn measure(
    sheet: &mut Sheet,
    bench: &Arc<Bench>,
    name: &str,
    rounds: usize,
    loads: &[(usize, usize)],
) {
    for &(callers, each) in loads {
        let mut rates = Vec::new();
        let mut bytes = Vec::new();
        let mut cpu = Vec::new();
        for round in 0..rounds {
            let cases = open(bench, callers * each, round).await;
            let count = (cases.len() * WAY.len()) as f64;
            // Nothing of the openings is left in the log, and nothing of the acts stays there.
            bench.store.scrub().await.unwrap();
            let (before_bytes, before_cpu) = (written_bytes(), cpu_seconds());
            let (_, took) = timed(walk(bench, cases, callers)).await;
            rates.push(count / took.as_secs_f64());
            cpu.push((cpu_seconds() - before_cpu) / count * 1e6);
            bench.store.scrub().await.unwrap();
            bytes.push((written_bytes() - before_bytes) / count);
        }
        let rate = median(rates);
        let bar = match (name, callers) {
            ("SQLite", 1_000) => ("≥ 20,000 /s", Some(rate >= 20_000.0)),
            ("PostgreSQL", 1_000) => ("≥ 5,000 /s", Some(rate >= 5_000.0)),
            _ => ("", None),
        };
        let what = format!("transitions, {name}, {callers} callers");
        let value = format!("{rate:.0} /s, {:.0} µs CPU of the program each", median(cpu));
        sheet.add(what, value, bar.0, bar.1);
        if name == "SQLite" {
            let bytes = median(bytes);
            let what = format!("bytes written per transition, {name}, {callers} callers");
            let bar = if callers == 1_000 { "≤ 1,000 B" } else { "" };
            let met = (callers == 1_000).then_some(bytes <= 1_000.0);
            sheet.add(what, format!("{bytes:.0} B, log and checkpoints included"), bar, met);
        }
    }
    let logical = logical_bytes(bench).await;
    let what = format!("bytes of a transition's entry, {name}");
    sheet.add(what, format!("{logical:.0} B"), "", None);
}

/// What an entry holds, without the pages around it.
async fn logical_bytes(bench: &Bench) -> f64 {
    let sql = "SELECT CAST(sum(length(actor) + length(purpose) + length(kind) + length(subject) + \
               length(payload) + 32 + 24) AS BIGINT), count(*) FROM ledger_entry WHERE kind IN \
               ('case.moved', 'case.closed')";
    let rows = bench.store.fetch(store::Statement::new(sql)).await.unwrap();
    rows[0].int(0).unwrap() as f64 / rows[0].int(1).unwrap() as f64
}

async fn open(bench: &Arc<Bench>, count: usize, round: usize) -> Vec<CaseId> {
    let now = Timestamp::now();
    let ids: Vec<CaseId> = (0..count).map(|n| bench.id(now, round * 1_000_000 + n)).collect();
    for chunk in ids.chunks(1_000) {
        let acts =
            chunk.iter().enumerate().map(|(n, id)| bench.writer.submit(bench.report(*id, n, None)));
        for answer in store::join_all(acts).await {
            answer.unwrap().unwrap();
        }
    }
    ids
}

/// Every caller walks its own cases, one act after the other, each waiting for its answer. Cases
/// are dealt out like cards: what is worked on at one time was opened at about one time.
async fn walk(bench: &Arc<Bench>, cases: Vec<CaseId>, callers: usize) {
    let mut tasks = JoinSet::new();
    for caller in 0..callers {
        let own: Vec<CaseId> = cases.iter().skip(caller).step_by(callers).copied().collect();
        let bench = bench.clone();
        tasks.spawn(async move {
            for case in own {
                for act in WAY {
                    bench.writer.submit(bench.step(case, act, None)).await.unwrap().unwrap();
                }
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

/// A thousand acts a second for a minute, so that one pause of the disk is not taken for the rule,
/// started by the clock whether or not earlier ones are
/// answered; the waits are counted from the planned start.
async fn steady(sheet: &mut Sheet, bench: &Arc<Bench>, name: &str) {
    let total = 60_000;
    let cases = open(bench, total / WAY.len() + 1, 900).await;
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    // Act k of case n comes a while after act k−1, so that each finds its case ready.
    let per_way = cases.len();
    for (index, (act, case)) in WAY
        .iter()
        .flat_map(|act| cases.iter().map(move |case| (*act, *case)))
        .take(total)
        .enumerate()
    {
        let (bench, planned) = (bench.clone(), start + Duration::from_millis(index as u64));
        tasks.spawn(async move {
            tokio::time::sleep_until(planned.into()).await;
            bench.writer.submit(bench.step(case, act, None)).await.unwrap().unwrap();
            planned.elapsed()
        });
    }
    let mut waits: Vec<Duration> = Vec::with_capacity(per_way);
    while let Some(wait) = tasks.join_next().await {
        waits.push(wait.unwrap());
    }
    let (half, most) = (percentile(&mut waits, 50), percentile(&mut waits, 99));
    let longest = percentile(&mut waits, 100);
    let what = format!("wait at 1,000 transitions/s, {name}");
    sheet.add(
        what,
        format!("p50 {half:.1} ms, p99 {most:.1} ms, longest {longest:.0} ms"),
        "p99 < 50 ms",
        Some(most < 50.0),
    );
}
