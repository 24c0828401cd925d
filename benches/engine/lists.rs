//! A million cases: lists with five filters, verification of the chain, escalation.

use std::time::{Duration, Instant};

use cases::{Filter, Order, list, tick};
use model::Timestamp;
use store::Address;

use crate::measure::{Sheet, percentile, timed};
use crate::workload::{Bench, ago};

const DAY: i64 = 86_400_000;

pub async fn run(sheet: &mut Sheet, count: usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bench.db");
    let bench = Bench::open(&Address::Sqlite(path.clone())).await;
    let (_, took) = timed(fill(&bench, count)).await;
    let size = std::fs::metadata(&path).map_or(0, |about| about.len()) as f64 / count as f64;
    let rate = count as f64 / took.as_secs_f64();
    sheet.add(
        format!("opening {count} cases, SQLite"),
        format!("{rate:.0} /s, {size:.0} B a case on disk"),
        "",
        None,
    );
    lists(sheet, &bench, count).await;
    verify(sheet, &bench).await;
    escalate(sheet, &bench, count).await;
}

/// All open, over the last year; every fifth moved on, so that steps and holders differ.
pub async fn fill(bench: &Bench, count: usize) {
    let span = 365 * DAY / count as i64;
    let ids: Vec<_> = (0..count)
        .map(|n| {
            let at = ago(365 * DAY - n as i64 * span + 60_000);
            (bench.id(at, n), n, at)
        })
        .collect();
    for chunk in ids.chunks(1_000) {
        let acts =
            chunk.iter().map(|(id, n, at)| bench.writer.submit(bench.report(*id, *n, Some(*at))));
        for answer in store::join_all(acts).await {
            answer.unwrap().unwrap();
        }
        for act in ["accept", "register", "dispatch", "submit"] {
            let moved = chunk.iter().filter(|(_, n, _)| n % 5 == 0);
            let acts =
                moved.map(|(id, _, at)| bench.writer.submit(bench.step(*id, act, Some(*at))));
            for answer in store::join_all(acts).await {
                answer.unwrap().unwrap();
            }
        }
    }
}

async fn lists(sheet: &mut Sheet, bench: &Bench, count: usize) {
    let now = Timestamp::now();
    let base = || Filter { limit: 50, ..Filter::default() };
    let filters = [
        ("newest first", base()),
        (
            "an organ's late cases by due time",
            Filter {
                organ: Some("sd-310106006".parse().unwrap()),
                due_before: Some(now),
                order: Order::Due,
                ..base()
            },
        ),
        (
            "a sub-district, one kind",
            Filter {
                area: Some("310106015".parse().unwrap()),
                kinds: vec!["exposed-refuse".parse().unwrap()],
                ..base()
            },
        ),
        (
            "a step, opened in one month",
            Filter {
                step: Some("verify".parse().unwrap()),
                opened_from: Some(ago(200 * DAY)),
                opened_to: Some(ago(170 * DAY)),
                ..base()
            },
        ),
        (
            "three kinds in the district, open, by due time",
            Filter {
                kinds: ["noise", "poles", "graffiti-posters"]
                    .map(|kind| kind.parse().unwrap())
                    .to_vec(),
                area: Some("310106".parse().unwrap()),
                phase: Some("open".to_owned()),
                order: Order::Due,
                ..base()
            },
        ),
    ];
    for (name, filter) in filters {
        let mut waits: Vec<Duration> = Vec::new();
        let mut rows = 0;
        for _ in 0..20 {
            let start = Instant::now();
            rows = list::list(&bench.store, &filter).await.unwrap().len();
            waits.push(start.elapsed());
        }
        let (half, most) = (percentile(&mut waits, 50), percentile(&mut waits, 95));
        let what = format!("list of {count} cases: {name}");
        sheet.add(
            what,
            format!("p50 {half:.1} ms, p95 {most:.1} ms, {rows} rows"),
            "p95 < 150 ms",
            Some(most < 150.0),
        );
    }
}

async fn verify(sheet: &mut Sheet, bench: &Bench) {
    let (_, head) = store::chain::head(&bench.store).await.unwrap();
    let mut rates = Vec::new();
    for _ in 0..3 {
        let (verdict, took) = timed(store::chain::verify(&bench.store, |_| {})).await;
        assert!(matches!(verdict.unwrap(), store::chain::Verdict::Whole(_)));
        rates.push(head.seq as f64 / took.as_secs_f64());
    }
    let rate = crate::measure::median(rates);
    let what = format!("verifying {} entries, SQLite", head.seq);
    sheet.add(what, format!("{rate:.0} entries/s"), "≥ 500,000 /s", Some(rate >= 500_000.0));
}

async fn escalate(sheet: &mut Sheet, bench: &Bench, count: usize) {
    let (done, took) = timed(tick::tick(&bench.store, &bench.writer, Timestamp::now())).await;
    let done = done.unwrap();
    let rate = done as f64 / took.as_secs_f64();
    sheet.add(
        format!("tick over {count} open cases, all late"),
        format!("{done} escalated in {:.1} s, {rate:.0} /s", took.as_secs_f64()),
        "",
        None,
    );
    let (done, took) = timed(tick::tick(&bench.store, &bench.writer, Timestamp::now())).await;
    sheet.add(
        format!("tick over {count} open cases, nothing new"),
        format!("{} escalated in {:.1} ms", done.unwrap(), took.as_secs_f64() * 1e3),
        "",
        None,
    );
}
