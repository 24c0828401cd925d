//! People and households made from a fixed seed, the ten rules, and both as plain files.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use pack::Files;
use policy::Catalogue;
use policy::fact::days_of;
use policy::world::{Column, Data, KNOWN, NULL, Rows, UNKNOWN, World};

/// The day on which everything is decided.
pub const ON: &str = "2026-03-31";
/// People for each household, on average.
pub const A_HOUSEHOLD: usize = 2;
/// Where people may have their hukou: Shanghai's districts, and elsewhere.
const HUKOU: [&str; 8] =
    ["310101", "310104", "310105", "310106", "310107", "310109", "320500", "340100"];

/// Numbers that look random and are the same each time (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// What is known of somebody. Nothing stands for not known, except for the day of death and the
/// grade, where it stands for none.
pub struct Person {
    pub household: usize,
    pub birth: i32,
    pub man: bool,
    pub hukou: usize,
    pub death: Option<i32>,
    pub grade: Option<i64>,
    pub fen: Option<i64>,
    pub employed: bool,
    pub alone: bool,
}

/// Everybody, and of each household whether its property keeps to the rules.
pub struct People {
    pub persons: Vec<Person>,
    pub property: Vec<bool>,
}

/// So many people, two a household on average; 2 of 100 incomes are not known.
pub fn people(count: usize) -> People {
    let mut random = Random(20_260_331);
    let today = days_of(ON.parse().unwrap());
    let mut persons = Vec::with_capacity(count);
    let mut property = Vec::with_capacity(count / A_HOUSEHOLD);
    while persons.len() < count {
        let household = property.len();
        // One to three, so that half a million households hold a million people.
        let size = (1 + random.below(3) as usize).min(count - persons.len());
        property.push(!random.percent(20));
        let poor = random.percent(12);
        for _ in 0..size {
            let days = random.below(95 * 365) as i32;
            let adult = days > 22 * 365;
            let employed = adult && days < 60 * 365 && random.percent(if poor { 40 } else { 80 });
            let high = if poor { 300_000 } else { 1_200_000 };
            let fen = if adult { random.below(high) as i64 } else { 0 };
            persons.push(Person {
                household,
                birth: today - days,
                man: random.percent(50),
                hukou: random.below(HUKOU.len() as u64) as usize,
                death: random.percent(1).then(|| today - random.below(900) as i32),
                grade: random.percent(4).then(|| 1 + random.below(4) as i64),
                fen: (!random.percent(2)).then_some(fen),
                employed,
                alone: size == 1,
            });
        }
    }
    People { persons, property }
}

/// The files of the ten rules.
pub fn rules() -> Files {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bench/policy-data");
    Files::read(&folder).unwrap()
}

/// The policies of some files.
pub fn load(files: Files) -> Catalogue {
    let packs = BTreeMap::from([("policy-data".to_owned(), files)]);
    policy::load(&packs).unwrap_or_else(|mistakes| panic!("{}", mistakes[0]))
}

/// A hundred policies: the ten rules ten times, each time with other figures.
pub fn hundred() -> Files {
    let ten = rules();
    let mut all = BTreeMap::new();
    for copy in 0..10 {
        for (path, text) in &ten.0 {
            if path == "policies/facts.toml" {
                all.insert(path.clone(), text.clone());
            } else if path.starts_with("policies/") {
                let path = path.replace(".toml", &format!("-{copy}.toml"));
                all.insert(path, if copy == 0 { text.clone() } else { changed(text, copy) });
            }
        }
    }
    all.into_iter().collect()
}

/// The same rule with other ids and other figures, so that no node is shared by accident.
fn changed(text: &str, copy: i64) -> String {
    let mut out = String::new();
    for line in text.lines() {
        if let Some(id) = line.strip_prefix("id = \"").filter(|id| id.is_ascii()) {
            let _ = writeln!(out, "id = \"{}-{copy}\"", id.trim_end_matches('"'));
        } else if line.starts_with("gives") {
            // Only the first of a kind gives its status to others.
        } else if let Some((head, rest)) = line.split_once("value = ") {
            let (figure, rest) = rest.split_once(',').unwrap();
            let figure: i64 = figure.parse().unwrap();
            let step = if figure > 100 { copy } else { copy % 4 * i64::from(figure > 10) };
            let _ = writeln!(out, "{head}value = {},{rest}", figure + step);
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// Everybody as columns for a catalogue.
pub fn world(catalogue: &Catalogue, people: &People) -> World {
    let area: Arc<str> = "310106006".into();
    let texts: Vec<Arc<str>> = ["", "男", "女"].into_iter().chain(HUKOU).map(Into::into).collect();
    let (count, households) = (people.persons.len(), people.property.len());
    let mut starts: Vec<u32> = vec![0];
    for pair in people.persons.windows(2).enumerate() {
        let (at, [a, b]) = (pair.0, pair.1) else { continue };
        if a.household != b.household {
            starts.push(u32::try_from(at + 1).unwrap());
        }
    }
    starts.push(u32::try_from(count).unwrap());
    let rows = |prefix: &str, count: usize| Rows {
        ids: (0..count).map(|number| format!("{prefix}{number}").into()).collect(),
        areas: vec![area.clone(); count],
        columns: (0..catalogue.facts.len()).map(|_| None).collect(),
    };
    let mut world = World {
        texts,
        persons: rows("p", count),
        households: rows("h", households),
        starts,
        whole: vec![true; households],
        enterprises: rows("e", 0),
    };
    for (index, fact) in catalogue.facts.iter().enumerate() {
        if catalogue.givers[index].is_some() {
            continue;
        }
        let (state, data) = column(&fact.name, people);
        let column = Some(Column { state, data, between: BTreeMap::new() });
        match fact.subject.word() {
            "person" => world.persons.columns[index] = column,
            _ => world.households.columns[index] = column,
        }
    }
    world
}

fn column(fact: &str, people: &People) -> (Vec<u8>, Data) {
    let all = people.persons.iter();
    let known = vec![KNOWN; people.persons.len()];
    let or = |some: bool, other: u8| if some { KNOWN } else { other };
    match fact {
        "出生日期" => (known, Data::Date(all.map(|one| one.birth).collect())),
        "性别" => (known, Data::Text(all.map(|one| if one.man { 1 } else { 2 }).collect())),
        "户籍地" => (known, Data::Text(all.map(|one| 3 + one.hukou as u32).collect())),
        "死亡日期" => (
            all.clone().map(|one| or(one.death.is_some(), NULL)).collect(),
            Data::Date(all.map(|one| one.death.unwrap_or(0)).collect()),
        ),
        "残疾等级" => (
            all.clone().map(|one| or(one.grade.is_some(), NULL)).collect(),
            Data::Number(all.map(|one| one.grade.unwrap_or(0)).collect()),
        ),
        "月收入" => (
            all.clone().map(|one| or(one.fen.is_some(), UNKNOWN)).collect(),
            Data::Number(all.map(|one| one.fen.unwrap_or(0)).collect()),
        ),
        "已就业" => (known, Data::Bool(all.map(|one| u8::from(one.employed)).collect())),
        "独居" => (known, Data::Bool(all.map(|one| u8::from(one.alone)).collect())),
        "财产合规" => {
            let property = people.property.iter().map(|ok| u8::from(*ok));
            (vec![KNOWN; people.property.len()], Data::Bool(property.collect()))
        }
        other => panic!("the data has no `{other}`"),
    }
}

/// Everybody as plain CSV; an empty cell is described in the README.
pub fn export(people: &People, folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    let file = |name: &str| {
        let file = std::fs::File::create(folder.join(name)).unwrap();
        std::io::BufWriter::new(file)
    };
    let mut persons = file("persons.csv");
    writeln!(persons, "person,household,birth,sex,hukou,death,grade,income_fen,employed,alone")
        .unwrap();
    let shown = |days: Option<i32>| days.map(day).unwrap_or_default();
    for (number, one) in people.persons.iter().enumerate() {
        writeln!(
            persons,
            "{number},{},{},{},{},{},{},{},{},{}",
            one.household,
            day(one.birth),
            if one.man { "male" } else { "female" },
            HUKOU[one.hukou],
            shown(one.death),
            one.grade.map(|grade| grade.to_string()).unwrap_or_default(),
            one.fen.map(|fen| fen.to_string()).unwrap_or_default(),
            u8::from(one.employed),
            u8::from(one.alone),
        )
        .unwrap();
    }
    let mut households = file("households.csv");
    writeln!(households, "household,property_ok").unwrap();
    for (number, ok) in people.property.iter().enumerate() {
        writeln!(households, "{number},{}", u8::from(*ok)).unwrap();
    }
}

fn day(days: i32) -> String {
    policy::explain::shown(&policy::fact::day_value(days))
}
