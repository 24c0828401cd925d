//! Columns and rows come to the same, on every row of every policy, with any number of threads.

use policy::batch::{Batch, Cells};
use policy::judge::Program;
use policy::world::World;

use crate::draw::{self, Random, day};
use crate::{load, shipped};

/// Compares every cell of the batch with the interpreter; the number of cells.
pub fn compare(program: &Program<'_>, batch: &Batch<'_, '_>, world: &World) -> usize {
    let catalogue = program.catalogue;
    let mut checked = 0;
    let chunks = batch.run(world, 1, |chunk, cells| (chunk.clone(), cells.to_vec()));
    for (chunk, cells) in chunks {
        let rows = chunk.households.clone().chain(chunk.enterprises.clone());
        for row in rows {
            let (outcomes, first) = if chunk.households.is_empty() {
                (program.enterprise(world, row), row - chunk.enterprises.start)
            } else {
                (program.household(world, row, None), row - chunk.households.start)
            };
            for (policy, outcomes) in outcomes.iter().enumerate() {
                let declared = &catalogue.policies[policy];
                let person = declared.subject == policy::fact::Subject::Person;
                let first =
                    if person { world.members(row).start - chunk.persons.start } else { first };
                for (index, outcome) in outcomes.iter().enumerate() {
                    let mut expected = Cells::default();
                    expected.push_outcome(outcome, batch.mask(&outcome.missing));
                    let lane = first + index;
                    let got = &cells[policy];
                    assert_eq!(
                        (got.status[lane], got.amount[lane], got.reason[lane], got.missing(lane)),
                        (
                            expected.status[0],
                            expected.amount[0],
                            expected.reason[0],
                            expected.missing(0)
                        ),
                        "{} of row {row}, lane {lane}: {outcome:?}",
                        declared.id
                    );
                    checked += 1;
                }
            }
        }
    }
    checked
}

#[test]
fn columns_and_rows_come_to_the_same_on_every_row_of_every_policy() {
    let catalogue = shipped();
    let mut random = Random(0x5eed_0001);
    let mut checked = 0;
    for on in ["2021-02-28", "2022-09-30", "2024-02-29", "2024-07-01", "2026-04-01"] {
        let program = Program::new(&catalogue, day(on));
        let batch = Batch::new(&program);
        let values = draw::values(&program);
        for open in [0, 10, 40] {
            let world = draw::world(&catalogue, &values, day(on), 150, 150, open, &mut random);
            checked += compare(&program, &batch, &world);
        }
    }
    assert!(checked > 50_000, "only {checked} cells were compared");
}

#[test]
fn one_thread_and_many_come_to_the_same() {
    let catalogue = shipped();
    let on = day("2024-07-01");
    let program = Program::new(&catalogue, on);
    let batch = Batch::new(&program);
    let values = draw::values(&program);
    let world = draw::world(&catalogue, &values, on, 4_000, 5_000, 20, &mut Random(7));
    let cells = |threads| batch.run(&world, threads, |_, cells| cells.to_vec());
    let one = cells(1);
    assert!(one.len() > 3, "there are only {} chunks", one.len());
    for threads in [2, 3, 8] {
        assert_eq!(one, cells(threads), "{threads} threads");
    }
}

#[test]
fn of_the_shipped_policies_nearly_all_go_by_columns() {
    let catalogue = shipped();
    let program = Program::new(&catalogue, day("2024-07-01"));
    let batch = Batch::new(&program);
    let rows: Vec<String> = batch
        .by_rows()
        .iter()
        .map(|(policy, why)| format!("{}: {why}", catalogue.policies[*policy].id))
        .collect();
    // A quotient that is named cannot be put into whole units.
    assert_eq!(rows, ["stable-jobs: `裁员`: `/` may have no exact result"]);
}

const GROUP: &str = r#"
sources = ["s"]
[policy]
id = "ID"
name = "ID"
subject = "person"
owner = "o"
mode = "申请"
group = "g"
[facts.甲]
type = "money"
from = "declared"
ask = "?"
[facts.乙]
type = "boolean"
from = "declared"
ask = "?"
[[version]]
from = "2020-01-01"
cite = "c"
[[version.clause]]
id = "乙"
says = "s"
cite = "c"
when = 'WHEN'
[version.amount]
unit = "元/月"
is = 'AMOUNT'
cite = "c"
[[test]]
on = "2024-01-01"
expect = { 享受 = "unknown" }
"#;

#[test]
fn of_a_group_only_the_highest_is_given_by_columns_and_rows() {
    let one = |id: &str, when: &str, amount: &str| {
        GROUP.replace("ID", id).replace("WHEN", when).replace("AMOUNT", amount)
    };
    let (a, b) = (one("a", "乙", "甲"), one("b", "乙 = 乙 and 甲 > 10", "100"));
    let catalogue = load(&[("a.toml", &a), ("b.toml", &b)]).unwrap();
    let on = day("2024-01-01");
    let program = Program::new(&catalogue, on);
    let batch = Batch::new(&program);
    let values = draw::values(&program);
    let world = draw::world(&catalogue, &values, on, 500, 0, 20, &mut Random(3));
    assert!(compare(&program, &batch, &world) > 1_000);
    for (given, expected) in [
        (r#"{"甲": "99.99", "乙": true}"#, ["no", "yes"]),
        (r#"{"甲": "100", "乙": true}"#, ["yes", "no"]),
        (r#"{"甲": "100.01", "乙": true}"#, ["yes", "no"]),
        (r#"{"甲": "50"}"#, ["unknown", "unknown"]),
        (r#"{"乙": true}"#, ["unknown", "unknown"]),
        (r#"{"甲": "5"}"#, ["unknown", "no"]),
        (r#"{"乙": false}"#, ["no", "unknown"]),
    ] {
        let given = serde_json::from_str(given).unwrap();
        let one = policy::given::read(&catalogue, &given, on).unwrap();
        let outcomes = program.household(&one.world, 0, Some(0));
        let got: Vec<&str> =
            outcomes.iter().map(|all| policy::trial::word(all[0].status)).collect();
        assert_eq!(got, expected, "{given}");
    }
}
