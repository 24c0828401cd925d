//! What is decided with facts unknown stays decided, whatever those facts turn out to be.

use policy::fact::Known;
use policy::judge::{Given, Program, Status};
use policy::world::World;

use crate::draw::{self, Random, day};
use crate::shipped;

/// Decisions that are checked; `make soak` asks for more.
fn cases() -> usize {
    let asked = std::env::var("LIANGWANG_SOUND_CASES").ok().and_then(|text| text.parse().ok());
    asked.unwrap_or(100_000)
}

#[test]
fn no_decided_answer_changes_when_unknown_facts_become_known() {
    let catalogue = shipped();
    let mut random = Random(0x50_4e_44);
    let (mut checked, mut round) = (0, 0);
    let days = ["2022-08-01", "2024-02-29", "2024-07-01", "2026-03-31", "2026-04-01"];
    while checked < cases() {
        let on = day(days[round % days.len()]);
        let open = [5, 15, 30, 60][round % 4];
        round += 1;
        let program = Program::new(&catalogue, on);
        let values = draw::values(&program);
        let before = draw::world(&catalogue, &values, on, 40, 40, open, &mut random);
        checked += stays(&program, &values, &before, &mut random);
    }
}

/// Compares what is decided in a world with what is when everything is known; how many decisions.
pub fn stays(
    program: &Program<'_>,
    values: &[Vec<Known>],
    before: &World,
    random: &mut Random,
) -> usize {
    let mut after = before.clone();
    complete(program, values, &mut after, random);
    let mut checked = 0;
    for row in 0..before.households.len() {
        let outcomes = [before, &after].map(|world| program.household(world, row, None));
        checked += compare(program, &outcomes);
    }
    for row in 0..before.enterprises.len() {
        let outcomes = [before, &after].map(|world| program.enterprise(world, row));
        checked += compare(program, &outcomes);
    }
    checked
}

/// Gives every fact that is not known a value it can have.
fn complete(program: &Program<'_>, values: &[Vec<Known>], world: &mut World, random: &mut Random) {
    let catalogue = program.catalogue;
    for (index, fact) in catalogue.facts.iter().enumerate() {
        if catalogue.givers[index].is_some() {
            continue;
        }
        for row in 0..world.rows(fact.subject).len() {
            let known = world.rows(fact.subject).known(&world.texts, index, row);
            let known = match known {
                Known::Unknown => values[index][random.below(values[index].len())].clone(),
                Known::Between(from, to) => {
                    let days = usize::try_from(to - from + 1).unwrap();
                    Known::Date(from + i32::try_from(random.below(days)).unwrap())
                }
                _ => continue,
            };
            world.set(catalogue, index, row, &known);
        }
    }
}

fn compare(program: &Program<'_>, outcomes: &[policy::judge::Outcomes; 2]) -> usize {
    let [before, after] = outcomes;
    let mut checked = 0;
    for (policy, (before, after)) in before.iter().zip(after).enumerate() {
        for (before, after) in before.iter().zip(after) {
            let id = &program.catalogue.policies[policy].id;
            if matches!(before.status, Status::Yes | Status::No) {
                assert_eq!(before.status, after.status, "{id}: {before:?}\n{after:?}");
                checked += 1;
            }
            if let Given::Fen(_) = before.given {
                assert_eq!(before.given, after.given, "{id}: {before:?}\n{after:?}");
            }
            assert_ne!(after.status, Status::Stopped, "{id}: {after:?}");
        }
    }
    checked
}
