//! Draws the demo's people: pure, the same for the same seed. Nobody is real: names are numbers
//! (演示居民000123), addresses are numbers, and resident id numbers begin with 99, an area code
//! assigned to nobody. Shares stand in `shares.rs`.

use std::collections::HashMap;

use jiff::Span;
use model::id::Uuid;
use model::{AreaCode, Date, HouseholdId, PersonId, ResidentId};

use super::shares::{self, Kind, OLD, OLDEST};
use super::{Household, Person, Population, Sex};
use crate::draw::Draw;

/// Serial numbers of one day of birth and one sex in one area code.
const SERIALS: u32 = 500;

/// Somebody before there is a name.
#[derive(Debug, Clone)]
struct Member {
    age: u32,
    sex: Sex,
    words: Vec<&'static str>,
}

struct Maker {
    draw: Draw,
    seed: u64,
    today: Date,
    serials: HashMap<(Date, &'static str), u32>,
    population: Population,
}

/// Draws `residents` people in households that are spread evenly over `cells`; without cells
/// nobody. Ages are those on `today`.
pub fn generate(seed: u64, residents: usize, cells: &[AreaCode], today: Date) -> Population {
    let population = Population { seed, households: Vec::new(), persons: Vec::new() };
    let (draw, serials) = (Draw::of(seed, "population"), HashMap::new());
    let mut maker = Maker { draw, seed, today, serials, population };
    maker.population.persons.reserve(residents);
    let count = u32::try_from(cells.len()).unwrap_or(u32::MAX);
    while maker.population.persons.len() < residents {
        let place = usize::try_from(maker.draw.below(count)).unwrap_or(0);
        let Some(cell) = cells.get(place) else { break };
        let mut members = members(&mut maker.draw);
        // The last household is as large as there are people left.
        members.truncate(residents - maker.population.persons.len());
        if !maker.move_in(cell, members) {
            break;
        }
    }
    maker.population
}

impl Maker {
    /// False when the numbers have run out.
    fn move_in(&mut self, cell: &AreaCode, mut members: Vec<Member>) -> bool {
        let number = self.population.households.len() + 1;
        let household = HouseholdId(self.uuid(0, number));
        let address = format!("演示地址{number:06}号");
        self.population.households.push(Household { id: household, area: cell.clone(), address });
        name_facts(&mut self.draw, &mut members);
        members.iter().all(|member| self.add(household, member))
    }

    fn add(&mut self, household: HouseholdId, member: &Member) -> bool {
        let born_on = born(&mut self.draw, self.today, member.age);
        let Some(resident_id) = self.resident_id(born_on, member.sex) else { return false };
        let number = self.population.persons.len() + 1;
        self.population.persons.push(Person {
            id: PersonId(self.uuid(1, number)),
            household,
            resident_id,
            name: format!("演示居民{number:06}"),
            sex: member.sex,
            born_on,
            status: member.words.join(" "),
            synthetic: true,
        });
        true
    }

    /// The next free number of a day and a sex. Area codes are 99, two digits of the seed, and two
    /// digits that count up when a day's serial numbers are used up.
    fn resident_id(&mut self, born_on: Date, sex: Sex) -> Option<ResidentId> {
        let used = self.serials.entry((born_on, sex.as_str())).or_default();
        let (round, serial) = (*used / SERIALS, *used % SERIALS * 2 + u32::from(sex == Sex::Male));
        *used += 1;
        if round > 99 {
            return None;
        }
        let area = Draw::of(self.seed, "area").below(100);
        let day = born_on.strftime("%Y%m%d");
        ResidentId::from_digits(&format!("99{area:02}{round:02}{day}{serial:03}")).ok()
    }

    /// A UUID of version 8 (made by its owner's rule): 48 bits of the seed, what it names, and
    /// which one, so that rows arrive in the order of their key.
    fn uuid(&self, names: u16, number: usize) -> Uuid {
        let seed = u128::from(Draw::of(self.seed, "id").roll() >> 16);
        let number = u128::try_from(number).unwrap_or(0) & ((1 << 62) - 1);
        let version = 0x8000 | u128::from(names);
        Uuid::from_u128(seed << 80 | version << 64 | 0b10 << 62 | number)
    }
}

/// A day of birth that makes somebody `age` years old today.
fn born(draw: &mut Draw, today: Date, age: u32) -> Date {
    // At most 364 days more than `age` years: never the next birthday.
    let days = draw.below(365);
    Span::new()
        .try_years(age)
        .and_then(|span| today.checked_sub(span))
        .and_then(|birthday| birthday.checked_sub(Span::new().try_days(days)?))
        .unwrap_or(today)
}

fn age(draw: &mut Draw, bands: &[(u32, (u32, u32))]) -> u32 {
    draw.weighted(bands).copied().map_or(0, |(first, last)| draw.between(first, last))
}

/// One household. Those who stay when it is cut short come first.
fn members(draw: &mut Draw) -> Vec<Member> {
    let kind = draw.weighted(&shares::KINDS).copied().unwrap_or(Kind::AdultAlone);
    match kind {
        Kind::OldAlone => {
            let age = age(draw, &shares::OLD_AGES);
            vec![single(draw, age, shares::WOMEN_OLD_ALONE)]
        }
        Kind::AdultAlone => {
            let age = age(draw, &shares::ADULT_AGES);
            vec![single(draw, age, shares::WOMEN)]
        }
        Kind::OldCouple => old_couple(draw),
        Kind::Couple => {
            let older = age(draw, &shares::ADULT_AGES);
            couple(draw, older, 20, OLD - 1).into()
        }
        Kind::Family => family(draw, 2),
        Kind::OneParent => family(draw, 1),
        Kind::WithGrandparent | Kind::WithGrandparents => {
            let mut all = family(draw, 2);
            let parent = all.first().map_or(OLD, |member| member.age);
            let old = (parent + draw.between(23, 32)).clamp(OLD, OLDEST);
            let mut grandparents = couple(draw, old, OLD, OLDEST).to_vec();
            grandparents.truncate(if kind == Kind::WithGrandparent { 1 } else { 2 });
            all.extend(grandparents);
            all
        }
        Kind::OldWithChild => {
            let old = age(draw, &shares::OLD_AGES);
            vec![single(draw, old, shares::WOMEN_OLD_ALONE), grown_child(draw, old)]
        }
        Kind::OldCoupleWithChild => {
            let mut all = old_couple(draw);
            let youngest = all.iter().map(|member| member.age).min().unwrap_or(OLD);
            all.push(grown_child(draw, youngest));
            all
        }
    }
}

fn single(draw: &mut Draw, age: u32, women: u32) -> Member {
    let sex = if draw.chance(women) { Sex::Female } else { Sex::Male };
    Member { age, sex, words: Vec::new() }
}

fn couple(draw: &mut Draw, older: u32, first: u32, last: u32) -> [Member; 2] {
    let near = |age: u32| age.clamp(first, last);
    let younger = near(older.saturating_sub(draw.below(6)));
    [
        Member { age: younger, sex: Sex::Female, words: Vec::new() },
        Member { age: near(older), sex: Sex::Male, words: Vec::new() },
    ]
}

fn old_couple(draw: &mut Draw) -> Vec<Member> {
    let older = age(draw, &shares::OLD_AGES);
    couple(draw, older, OLD, OLDEST).into()
}

fn family(draw: &mut Draw, parents: usize) -> Vec<Member> {
    let child = age(draw, &shares::CHILD_AGES);
    let older = child + draw.between(24, 38);
    let mut all = couple(draw, older, child + 20, OLD - 1).to_vec();
    all.truncate(parents);
    all.push(single(draw, child, shares::WOMEN));
    all
}

fn grown_child(draw: &mut Draw, parent: u32) -> Member {
    let age = parent.saturating_sub(draw.between(24, 36)).clamp(18, OLD - 1);
    single(draw, age, shares::WOMEN)
}

/// Gives the members of a household their words of the register.
fn name_facts(draw: &mut Draw, members: &mut [Member]) {
    let alone = members.len() == 1;
    let all_old = members.iter().all(|member| member.age >= OLD);
    let poor = if alone && all_old { shares::LOW_INCOME_OLD_ALONE } else { shares::LOW_INCOME };
    let low_income = draw.chance(poor);
    let rare = if alone { shares::CHILDLESS_ALONE } else { shares::CHILDLESS_COUPLE };
    let childless = all_old && draw.chance(rare);
    for member in members {
        let mut word = |holds: bool, word: &'static str| {
            if holds {
                member.words.push(word);
            }
        };
        word(alone, "lives-alone");
        word(low_income, "low-income");
        word(childless, "childless");
        let share = if member.age >= OLD { shares::DISABLED_OLD } else { shares::DISABLED };
        if draw.chance(share)
            && let Some(grade) = draw.weighted(&shares::GRADES)
        {
            word(true, grade);
        }
    }
}
