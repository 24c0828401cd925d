//! One resident against a hundred policies, one table, one expression: with everything that is told.

use std::fmt::Write as _;
use std::hint::black_box;

use pack::Files;
use policy::How;
use policy::explain;
use policy::given::One;
use policy::judge::Program;
use rules::Machine;

use crate::ROUNDS;
use crate::data::{self, ON};
use crate::everybody::thread_seconds;
use crate::measure::{Sheet, median};

/// Nanoseconds of each of so many turns.
fn each(turns: usize, mut work: impl FnMut(usize)) -> f64 {
    work(0);
    let rounds = (0..ROUNDS).map(|_| {
        let start = thread_seconds();
        (0..turns).for_each(&mut work);
        (thread_seconds() - start) * 1e9 / turns as f64
    });
    median(rounds.collect())
}

/// Residents one after the other: everything that the check-up shows.
pub fn resident(sheet: &mut Sheet) {
    let catalogue = data::load(data::hundred());
    let program = Program::new(&catalogue, ON.parse().unwrap());
    let people = data::people(2_000);
    let world = data::world(&catalogue, &people);
    let all: Vec<One> = (0..200).map(|row| alone(&world, row)).collect();
    let ns = each(all.len(), |turn| {
        let one = &all[turn];
        black_box(explain::traced(&program, one, 0, Some(0)));
    });
    let what = "one resident with his household, 100 policies: full trace and questions";
    let ms = ns / 1e6;
    sheet.add(what, format!("{ms:.3} ms CPU"), "≤ 0.25 ms", Some(ms <= 0.25));
    let ns = each(all.len(), |turn| {
        black_box(program.household(&all[turn].world, 0, Some(0)));
    });
    let what = "the same, decided only";
    sheet.add(what, format!("{:.3} ms CPU", ns / 1e6), "", None);
    let ns = each(all.len(), |turn| {
        black_box(explain::at(&program, &all[turn], 0, Some(0)));
    });
    let what = "the same, with the smallest change for whatever just misses";
    sheet.add(what, format!("{:.2} ms CPU", ns / 1e6), "", None);
}

/// One household of a world as a world of its own.
fn alone(world: &policy::world::World, row: usize) -> One {
    use policy::world::{Column, Data, Rows, World};
    use std::ops::Range;
    fn part(rows: &Rows, range: Range<usize>) -> Rows {
        let columns = rows.columns.iter().map(|column| {
            column.as_ref().map(|column| Column {
                state: column.state[range.clone()].to_vec(),
                data: match &column.data {
                    Data::Bool(all) => Data::Bool(all[range.clone()].to_vec()),
                    Data::Text(all) => Data::Text(all[range.clone()].to_vec()),
                    Data::Number(all) => Data::Number(all[range.clone()].to_vec()),
                    Data::Date(all) => Data::Date(all[range.clone()].to_vec()),
                },
                between: Default::default(),
            })
        });
        Rows {
            ids: rows.ids[range.clone()].to_vec(),
            areas: rows.areas[range.clone()].to_vec(),
            columns: columns.collect(),
        }
    }
    let members = world.members(row);
    let world = World {
        texts: world.texts.clone(),
        starts: vec![0, members.len() as u32],
        persons: part(&world.persons, members),
        households: part(&world.households, row..row + 1),
        whole: vec![true],
        enterprises: world.enterprises.clone(),
    };
    One { world, enterprise: false, assumed: Default::default(), member: 0 }
}

const HEAD: &str = r#"
sources = ["made for this benchmark; not law"]
[policy]
id = "measured"
name = "基准"
subject = "person"
owner = "基准"
mode = "申请"
unconfirmed = "性能基准用的示例，不是法规"
[[version]]
from = "2020-01-01"
cite = "基准"
round = { money = "0.01 half-up", feb29 = "03-01" }
"#;

const TRIAL: &str = r#"
[[test]]
name = "什么都不知道"
on = "2026-03-31"
given = {}
expect = { 享受 = "unknown" }
"#;

/// The facts of the ten rules with one policy.
fn policy(uses: &str, rest: &str) -> Files {
    let facts = data::rules().0.get("policies/facts.toml").cloned().unwrap();
    // Without the statuses, which this policy does not use.
    let facts = facts.split("[household.低保户]").next().unwrap().to_owned();
    let text = HEAD.replace("[[version]]", &format!("[facts]\nuse = [{uses}]\n[[version]]"));
    [
        ("policies/facts.toml".to_owned(), facts),
        ("policies/measured.toml".to_owned(), format!("{text}{rest}{TRIAL}")),
    ]
    .into_iter()
    .collect()
}

/// A policy whose only clause has six terms.
pub fn six_terms() -> Files {
    policy(
        r#""出生日期", "户籍地", "死亡日期", "残疾等级", "月收入", "已就业""#,
        r#"
[[version.clause]]
id = "六项"
says = "六项条件"
cite = "同本版"
when = '''
周岁(出生日期, 计发日) >= 60 and 户籍地 in region("310000") and 死亡日期 = null
and 月收入 < 2690 and not(已就业) and 残疾等级 != null
'''
"#,
    )
}

/// A policy whose amount is a table of so many rows.
fn with_table(rows: usize) -> Files {
    let mut text = String::from(
        r#"
[[version.clause]]
id = "收入"
says = "收入"
cite = "同本版"
when = '月收入 >= 0'
[version.amount]
unit = "元/月"
hit = "unique"
table = '''
| 月收入 | 元/月 | 依据 |
|---|---|---|
"#,
    );
    for row in 0..rows {
        let (from, to) = (row * 100, (row + 1) * 100);
        let cell = if row + 1 == rows { format!(">= {from}") } else { format!("[{from}..{to})") };
        let _ = writeln!(text, "| {cell} | {} | 同本版 |", 10_000 - row);
    }
    policy("\"月收入\"", &format!("{text}'''\n"))
}

/// A table of 20 rows, with the trace of what was compared and which row was taken.
pub fn table(sheet: &mut Sheet) {
    let catalogue = data::load(with_table(20));
    let program = Program::new(&catalogue, ON.parse().unwrap());
    let world = data::world(&catalogue, &data::people(1_000));
    let version = program.version(0).unwrap();
    let Some(How::Table { expr, .. }) = version.amount.as_ref().map(|amount| &amount.how) else {
        panic!("no table");
    };
    let values: Vec<_> = (0..world.persons.len())
        .map(|person| {
            let row = world.household_of(person);
            program.values_of(0, &world, row, Some(person), None, &Vec::new())
        })
        .collect();
    let ns = each(20_000, |turn| {
        let mut machine = Machine::new(&values[turn % values.len()]).traced();
        black_box(machine.run(expr).unwrap());
        black_box(machine.trace().len());
    });
    let rate = 1e9 / ns;
    let value = format!("{rate:.0} /CPU s");
    sheet.add("a table of 20 rows, traced", value, "≥ 500,000 /CPU s", Some(rate >= 5e5));
}

/// The expression of six terms, one row after the other.
pub fn expression(sheet: &mut Sheet) {
    let catalogue = data::load(six_terms());
    let program = Program::new(&catalogue, ON.parse().unwrap());
    let world = data::world(&catalogue, &data::people(1_000));
    let expr = &program.version(0).unwrap().clauses[0].expr;
    let values: Vec<_> = (0..world.persons.len())
        .map(|person| {
            let row = world.household_of(person);
            program.values_of(0, &world, row, Some(person), None, &Vec::new())
        })
        .collect();
    let plain = each(100_000, |turn| {
        black_box(Machine::new(&values[turn % values.len()]).run(expr).unwrap());
    });
    let what = "the same, a row, by the interpreter";
    sheet.add(what, format!("{plain:.0} ns"), "", None);
    let traced = each(100_000, |turn| {
        let mut machine = Machine::new(&values[turn % values.len()]).traced();
        black_box(machine.run(expr).unwrap());
        black_box(machine.trace().len());
    });
    let what = "the same, a row, by the interpreter with trace";
    sheet.add(what, format!("{traced:.0} ns"), "≤ 150 ns", Some(traced <= 150.0));
}

/// A table of 200 rows is looked through for gaps and rows that overlap.
pub fn long_table(sheet: &mut Sheet) {
    let load = |rows: usize| {
        let packs = [("policy-data".to_owned(), with_table(rows))].into_iter().collect();
        each(10, |_| {
            black_box(policy::load(&packs).unwrap());
        })
    };
    let ms = (load(200) - load(1)).max(0.0) / 1e6;
    let what = "a table of 200 rows read and checked for gaps and overlaps";
    sheet.add(what, format!("{ms:.1} ms"), "≤ 50 ms", Some(ms <= 50.0));
}
