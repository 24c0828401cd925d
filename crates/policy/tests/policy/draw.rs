//! Random people and enterprises: values at and around every bound that policies name, some unknown,
//! some known within bounds. The same for the same seed.

use std::sync::Arc;

use model::Date;
use policy::Catalogue;
use policy::fact::{Kind, Known};
use policy::judge::Program;
use policy::questions::candidates;
use policy::world::{Builder, World};
use serde_json::Map;

pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// For each fact of the catalogue the values worth trying.
pub fn values(program: &Program<'_>) -> Vec<Vec<Known>> {
    let all: Vec<usize> = (0..program.catalogue.policies.len()).collect();
    (0..program.catalogue.facts.len()).map(|fact| candidates(program, fact, &all)).collect()
}

/// Families of one to four, and enterprises; `open` of a hundred facts are not known.
pub fn world(
    catalogue: &Catalogue,
    values: &[Vec<Known>],
    on: Date,
    households: usize,
    enterprises: usize,
    open: usize,
    random: &mut Random,
) -> World {
    let none = Map::new();
    let mut builder = Builder::new(catalogue, on);
    for number in 0..households {
        let members = vec![("m", &none); 1 + random.below(4)];
        builder.household(&format!("h{number}"), "310106006", &none, &members, !random.chance(2));
    }
    for number in 0..enterprises {
        builder.enterprise(&format!("e{number}"), "310106006", &none);
    }
    let (mut world, _) = builder.finish();
    for (index, fact) in catalogue.facts.iter().enumerate() {
        if catalogue.givers[index].is_some() {
            continue;
        }
        for row in 0..world.rows(fact.subject).len() {
            let known = match random.chance(open) {
                true if fact.kind == Kind::Date && random.chance(30) => {
                    let from = i32::try_from(random.below(20_000)).unwrap();
                    Known::Between(from, from + 364)
                }
                true => Known::Unknown,
                false => values[index][random.below(values[index].len())].clone(),
            };
            world.set(catalogue, index, row, &known);
        }
    }
    world
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn names(missing: &[Arc<str>]) -> Vec<&str> {
    missing.iter().map(AsRef::as_ref).collect()
}
