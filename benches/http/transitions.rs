//! Acts by forms, signed in: at 16 and at 64 connections, and a load that grows fivefold for a while.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use model::{CaseId, Timestamp};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::client::{Client, request};
use crate::measure::{Sheet, median, percentile};
use crate::server::{District, LIKE, Server, district};
use crate::workload::{Bench, WAY};

pub async fn run(sheet: &mut Sheet, rounds: usize) {
    let folder = tempfile::tempdir().unwrap();
    let district = district(folder.path()).await;
    for (connections, each) in [(16, 100), (64, 40)] {
        closed_loop(sheet, &district, folder.path(), connections, each, rounds).await;
    }
    spike(sheet, &district, folder.path()).await;
}

/// Numbers of new cases.
async fn cases(bench: &Bench, count: usize) -> Vec<String> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let mut numbers = Vec::with_capacity(count);
    let first = NEXT.fetch_add(count, Ordering::Relaxed);
    let ids: Vec<CaseId> = (first..first + count).map(|n| bench.id(Timestamp::now(), n)).collect();
    for ids in ids.chunks(1_000) {
        let reports = ids.iter().map(|id| bench.writer.submit(bench.report(*id, LIKE, None)));
        for answer in store::join_all(reports).await {
            numbers.push(answer.unwrap().unwrap().number);
        }
    }
    numbers
}

/// The form that carries a case one act on.
fn act(cookie: &str, number: &str, act: &str) -> Vec<u8> {
    let body = format!("key={act}&answer-result=%E5%B7%B2%E5%A4%84%E7%BD%AE");
    request("POST", &format!("/work/{number}/act/{act}"), cookie, &body)
}

async fn closed_loop(
    sheet: &mut Sheet,
    district: &District,
    folder: &Path,
    connections: usize,
    each: usize,
    rounds: usize,
) {
    let (mut rates, mut cpu, mut waits) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let numbers = cases(&district.bench, connections * each).await;
        let count = (numbers.len() * WAY.len()) as f64;
        let server = Server::start(folder);
        let cookies: Arc<[String]> = server.sign_in_all(&district.names).await.into();
        let before = server.cpu_seconds();
        let start = Instant::now();
        let mut callers = JoinSet::new();
        for own in numbers.chunks(each) {
            let (own, cookies, address) = (own.to_vec(), cookies.clone(), server.address.clone());
            callers.spawn(async move { walk(&address, &cookies, &own).await });
        }
        for own in callers.join_all().await {
            waits.extend(own);
        }
        rates.push(count / start.elapsed().as_secs_f64());
        cpu.push((server.cpu_seconds() - before) / count * 1e3);
        assert!(server.stop());
    }
    let (rate, cpu) = (median(rates), median(cpu));
    let (half, most) = (percentile(&mut waits, 50), percentile(&mut waits, 99));
    let what = format!("transitions over HTTP, {connections} connections");
    sheet.add(&what, format!("{rate:.0} /s"), "≥ 1,000 /s", Some(rate >= 1_000.0));
    sheet.add(
        format!("wait, {connections} connections"),
        format!("p50 {half:.1} ms, p99 {most:.1} ms"),
        "p99 < 50 ms",
        Some(most < 50.0),
    );
    sheet.add(
        format!("CPU of the server each, {connections} connections"),
        format!("{cpu:.2} ms"),
        "≤ 1 ms",
        Some(cpu <= 1.0),
    );
}

/// One connection walks its cases, an act after the other.
async fn walk(address: &str, cookies: &[String], numbers: &[String]) -> Vec<Duration> {
    let mut client = Client::open(address).await;
    let mut waits = Vec::with_capacity(numbers.len() * WAY.len());
    for number in numbers {
        for (name, cookie) in WAY.iter().zip(cookies) {
            let answer = client.send(&act(cookie, number, name)).await;
            let to = answer.header("location").unwrap_or_default();
            assert!(
                answer.status == 303 && to.contains("done="),
                "{number} {name}: {}",
                answer.head
            );
            waits.push(answer.last);
        }
    }
    waits
}

/// Acts started by the clock: so many a second, five times as many, so many again.
async fn spike(sheet: &mut Sheet, district: &District, folder: &Path) {
    const STEADY: u64 = 300;
    let phases = [("before", STEADY, 3), ("during", 5 * STEADY, 3), ("after", STEADY, 5)];
    let count: u64 = phases.iter().map(|(_, rate, seconds)| rate * seconds).sum();
    let mut numbers = cases(&district.bench, count as usize).await;
    let server = Server::start(folder);
    let cookie = server.sign_in(&district.names[0]).await;
    let (give, take) = mpsc::unbounded_channel::<(usize, Instant, Vec<u8>)>();
    let take = Arc::new(tokio::sync::Mutex::new(take));
    let mut callers = JoinSet::new();
    for _ in 0..256 {
        let (take, address) = (take.clone(), server.address.clone());
        callers.spawn(async move {
            let mut client = Client::open(&address).await;
            let mut waits = Vec::new();
            loop {
                let next = take.lock().await.recv().await;
                let Some((phase, planned, bytes)) = next else { return waits };
                let answer = client.send(&bytes).await;
                waits.push((phase, planned.elapsed(), answer.status == 303));
            }
        });
    }
    for (phase, (_, rate, seconds)) in phases.iter().enumerate() {
        let start = Instant::now();
        for n in 0..rate * seconds {
            let planned = start + Duration::from_secs_f64(n as f64 / *rate as f64);
            tokio::time::sleep_until(planned.into()).await;
            let number = numbers.pop().unwrap();
            give.send((phase, planned, act(&cookie, &number, "accept"))).unwrap();
        }
    }
    drop(give);
    let answered: Vec<_> = callers.join_all().await.into_iter().flatten().collect();
    let lost = count as usize - answered.iter().filter(|(_, _, done)| *done).count();
    assert!(server.stop());
    for (phase, (name, rate, _)) in phases.iter().enumerate() {
        let own = answered.iter().filter(|(of, _, _)| *of == phase);
        let mut waits: Vec<Duration> = own.map(|(_, wait, _)| *wait).collect();
        let (half, most) = (percentile(&mut waits, 50), percentile(&mut waits, 99));
        let value = format!("p50 {half:.1} ms, p99 {most:.1} ms");
        let bar = if *name == "after" { ("p99 < 50 ms", Some(most < 50.0)) } else { ("", None) };
        sheet.add(format!("spike: wait {name}, {rate} acts/s"), value, bar.0, bar.1);
    }
    let kept = district
        .bench
        .store
        .fetch(store::Statement::new("SELECT count(*) FROM case_file WHERE step = 'file'"));
    let kept = kept.await.unwrap()[0].int(0).unwrap();
    sheet.add(
        "spike: acts lost",
        format!("{lost} of {count}; {kept} in the database"),
        "0",
        Some(lost == 0 && kept as u64 == count),
    );
}
