//! SIGKILL at random moments under load. A child process reports problems as fast as it can and
//! says which were acknowledged; it is killed, and everything it was told must be in the record.
//! The next child repeats what was under way, so that retries are tested with every kill.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use store::testing::Scratch;
use store::{Address, Store};

use crate::rig::{Rig, case, whole};

const CHILD: &str = "LIANGWANG_FAULT_CHILD";
const FROM: &str = "LIANGWANG_FAULT_FROM";

/// How often each database loses its program.
fn kills() -> u64 {
    let kills = std::env::var("LIANGWANG_KILLS").ok().and_then(|kills| kills.parse().ok());
    kills.unwrap_or(20)
}

#[tokio::test]
async fn killed_on_sqlite_nothing_acknowledged_is_lost_and_nothing_is_there_twice() {
    survive(store::testing::sqlite().unwrap()).await;
}

#[tokio::test]
async fn killed_on_postgres_nothing_acknowledged_is_lost_and_nothing_is_there_twice() {
    survive(store::testing::postgres().unwrap()).await;
}

/// Numbers that a child tried and those that were acknowledged with their entry.
#[derive(Default)]
struct Told {
    tried: BTreeSet<u128>,
    acknowledged: Vec<(u128, u64)>,
}

/// Acknowledged acts without which the kills prove little.
const ENOUGH: usize = 50;

async fn survive(scratch: Scratch) {
    let address = match &scratch.address {
        Address::Sqlite(path) => format!("sqlite:{}", path.display()),
        Address::Postgres(url) => url.clone(),
    };
    Rig::open(&scratch.address).await.unwrap().store.close().await;
    let mut all = Told::default();
    let mut dice: u64 = 0x5eed;
    // On a busy machine many rounds end before an act gets through; then there are more of them.
    let mut round = 0;
    while round < kills() || (all.acknowledged.len() <= ENOUGH && round < 10 * kills()) {
        round += 1;
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // From the very first commits to the thick of it.
        let wait = Duration::from_micros(1_000 + (dice >> 33) % 250_000);
        let unsure = all.tried.iter().copied().filter(|number| {
            !all.acknowledged.iter().any(|(acknowledged, _)| acknowledged == number)
        });
        let from = unsure.min().or(all.tried.last().map(|last| last + 1)).unwrap_or(0);
        let told = run_child(&address, from, wait);
        all.tried.extend(told.tried);
        all.acknowledged.extend(told.acknowledged);
    }
    let store = Store::open(&scratch.address).await.unwrap();
    whole(&store).await;
    assert!(all.acknowledged.len() > ENOUGH, "only {} acts got through", all.acknowledged.len());
    for (number, seq) in &all.acknowledged {
        let subject = cases::subject(case(*number));
        let entries = store::chain::of_subject(&store, &subject).await.unwrap();
        let seqs: Vec<u64> = entries.iter().map(|entry| entry.seq).collect();
        assert_eq!(seqs, [*seq], "report {number} was acknowledged as entry {seq}");
    }
    for number in &all.tried {
        let subject = cases::subject(case(*number));
        let count = store::chain::of_subject(&store, &subject).await.unwrap().len();
        assert!(count <= 1, "report {number} is there {count} times");
    }
}

fn run_child(address: &str, from: u128, wait: Duration) -> Told {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::the_child_reports_until_it_is_killed", "--nocapture"])
        .env(CHILD, address)
        .env(FROM, from.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // The time runs from the first act: opening the database is not what is tested.
    let mut told = Told::default();
    let mut take = |line: String| {
        let mut words = line.split(' ');
        match (words.next(), words.next(), words.next()) {
            (Some("try"), Some(number), _) => {
                told.tried.insert(number.parse().unwrap());
                true
            }
            // A line cut short by the kill was still an answer of the program.
            (Some("ack"), Some(number), Some(seq)) => {
                told.acknowledged.push((number.parse().unwrap(), seq.parse().unwrap()));
                true
            }
            _ => false,
        }
    };
    while let Some(Ok(line)) = lines.next() {
        if take(line) {
            break;
        }
    }
    std::thread::sleep(wait);
    child.kill().unwrap();
    child.wait().unwrap();
    // What was in the pipe was said before the kill; a last line without its end is dropped.
    lines.map_while(Result::ok).filter(|line| line.ends_with('.')).for_each(|line| {
        take(line);
    });
    told
}

/// Not a test of its own: without a database to load it has nothing to do.
#[tokio::test(flavor = "multi_thread")]
async fn the_child_reports_until_it_is_killed() {
    let Ok(address) = std::env::var(CHILD) else { return };
    let from: u128 = std::env::var(FROM).unwrap().parse().unwrap();
    let rig = std::sync::Arc::new(Rig::open(&address.parse().unwrap()).await.unwrap());
    let mut callers = Vec::new();
    for caller in 0..16 {
        let rig = rig.clone();
        callers.push(tokio::spawn(async move {
            for round in 0.. {
                let number = from + round * 16 + caller;
                say(&format!("try {number} ."));
                if let Ok(Ok(done)) = rig.report(number).await {
                    say(&format!("ack {number} {} .", done.seq));
                }
            }
        }));
    }
    for caller in callers {
        caller.await.unwrap();
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(format!("{line}\n").as_bytes());
    let _ = out.flush();
}
