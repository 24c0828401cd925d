//! Everybody against ten and against a hundred policies, with status, exact amount, reason and missing
//! facts of every cell.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use policy::Catalogue;
use policy::batch::{Batch, Cells};
use policy::judge::Program;
use policy::world::World;

use crate::data::{self, ON, People};
use crate::measure::{Sheet, cpu_seconds, median};
use crate::{ROUNDS, one};

/// For each policy: no, yes, unknown, stopped, not in force, and the sum of amounts in fen.
type Totals = Vec<([u64; 5], i64)>;

fn totals(cells: &[Cells]) -> Totals {
    let one = |cells: &Cells| {
        let mut counts = [0; 5];
        for status in &cells.status {
            counts[usize::from(*status)] += 1;
        }
        (counts, cells.amount.iter().map(|amount| (*amount).max(0)).sum())
    };
    cells.iter().map(one).collect()
}

/// Decides everybody; every cell is made, then counted.
fn run(batch: &Batch<'_, '_>, world: &World, threads: usize) -> Totals {
    let parts = batch.run(world, threads, |_, cells| totals(black_box(cells)));
    let mut all: Totals = Vec::new();
    for part in parts {
        all.resize(part.len(), Default::default());
        for (all, one) in all.iter_mut().zip(part) {
            all.1 += one.1;
            for (all, one) in all.0.iter_mut().zip(one.0) {
                *all += one;
            }
        }
    }
    all
}

/// CPU seconds of this thread, to the nanosecond.
pub fn thread_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = text.split_whitespace().next().and_then(|text| text.parse::<f64>().ok());
    first.unwrap_or_default() / 1e9
}

/// Memory of this process in MB: now, and the most since it was last asked to forget.
fn memory(line: &str) -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|one| one.strip_prefix(line));
    let kb = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kb.unwrap_or_default() * 1024.0 / 1e6
}

fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn ready(files: pack::Files, people: &People) -> (Catalogue, World) {
    let catalogue = data::load(files);
    let world = data::world(&catalogue, people);
    (catalogue, world)
}

pub fn ten(sheet: &mut Sheet, count: usize) {
    let people = data::people(count);
    let (catalogue, world) = ready(data::rules(), &people);
    drop(people);
    let program = Program::new(&catalogue, ON.parse().unwrap());
    let batch = Batch::new(&program);
    assert!(batch.by_rows().is_empty(), "{:?}", batch.by_rows());
    forget_peak();
    let rounds = (0..ROUNDS).map(|_| {
        let start = thread_seconds();
        black_box(run(&batch, &world, 1));
        thread_seconds() - start
    });
    let seconds = median(rounds.collect());
    let bar = 0.07 * count as f64 / 1e6;
    let what = format!("ten rules × {count} people, one thread");
    sheet.add(what, format!("{seconds:.3} CPU s"), "≤ 0.07 CPU s a million", Some(seconds <= bar));
    let peak = memory("VmHWM:");
    let value = format!("{peak:.0} MB, the register included");
    sheet.add("ten rules: peak memory", value, "≤ 250 MB", Some(peak <= 250.0));
    forget_peak();
    let on = ON.parse().unwrap();
    let rounds = (0..ROUNDS).map(|_| {
        let start = thread_seconds();
        black_box(policy::run::decide(&catalogue, &world, on, 1, |_| ()).result_hash);
        thread_seconds() - start
    });
    let seconds = median(rounds.collect());
    let peak = memory("VmHWM:");
    let value = format!("{seconds:.2} CPU s, {peak:.0} MB");
    sheet.add("ten rules as a run: with proof, findings and gaps", value, "", None);
}

pub fn hundred(sheet: &mut Sheet, count: usize) {
    let people = data::people(count);
    let (catalogue, world) = ready(data::hundred(), &people);
    drop(people);
    let program = Program::new(&catalogue, ON.parse().unwrap());
    let batch = Batch::new(&program);
    assert_eq!(catalogue.policies.len(), 100);
    assert!(batch.by_rows().is_empty(), "{:?}", batch.by_rows());
    forget_peak();
    let rounds = (0..ROUNDS).map(|_| {
        let start = thread_seconds();
        black_box(run(&batch, &world, 1));
        thread_seconds() - start
    });
    let seconds = median(rounds.collect());
    let scale = count as f64 / 1e6;
    let what = format!("100 policies × {count} people, one thread");
    let met = Some(seconds <= 1.5 * scale);
    sheet.add(what, format!("{seconds:.2} CPU s"), "≤ 1.5 CPU s a million", met);
    let cell = seconds * 1e9 / (count * 100) as f64;
    sheet.add("100 policies: a cell", format!("{cell:.1} ns"), "≤ 15 ns", Some(cell <= 15.0));
    let rounds = (0..ROUNDS).map(|_| {
        let (start, cpu) = (Instant::now(), cpu_seconds());
        black_box(run(&batch, &world, 2));
        (start.elapsed().as_secs_f64(), cpu_seconds() - cpu)
    });
    let rounds: Vec<(f64, f64)> = rounds.collect();
    let wall = median(rounds.iter().map(|round| round.0).collect());
    let cpu = median(rounds.iter().map(|round| round.1).collect());
    let value = format!("{wall:.2} s, {cpu:.2} CPU s, {:.0} MB", memory("VmHWM:"));
    let what = "100 policies, two threads: by the clock";
    sheet.add(what, value, "≤ 1 s a million", Some(wall <= scale));
}

/// The expression of six terms for every row, by columns.
pub fn expression(sheet: &mut Sheet, count: usize) {
    let people = data::people(count.min(200_000));
    let (catalogue, world) = ready(one::six_terms(), &people);
    let program = Program::new(&catalogue, ON.parse().unwrap());
    let batch = Batch::new(&program);
    assert!(batch.by_rows().is_empty(), "{:?}", batch.by_rows());
    let rounds = (0..ROUNDS).map(|_| {
        let start = thread_seconds();
        black_box(run(&batch, &world, 1));
        (thread_seconds() - start) * 1e9 / people.persons.len() as f64
    });
    let each = median(rounds.collect());
    let what = "an expression of six terms, a row, by columns";
    sheet.add(what, format!("{each:.0} ns"), "≤ 60 ns", Some(each <= 60.0));
}

/// What each rule comes to, as CSV.
pub fn results(people: &People) -> String {
    let (catalogue, world) = ready(data::rules(), people);
    let program = Program::new(&catalogue, ON.parse().unwrap());
    let totals = run(&Batch::new(&program), &world, 1);
    let mut text = String::from("rule,no,yes,unknown,stopped,sum_fen\n");
    for (policy, ([no, yes, unknown, stopped, _], fen)) in catalogue.policies.iter().zip(totals) {
        let _ = writeln!(text, "{},{no},{yes},{unknown},{stopped},{fen}", policy.id);
    }
    text
}
