//! Measures a reading against labels: precision and recall of (span, value, unit), kinds, values.

use std::path::{Path, PathBuf};

use pack::Files;
use targets::{Lexicon, Statement};

/// One labelled statement.
#[derive(Debug, Clone)]
pub struct Gold {
    pub span: String,
    pub start: usize,
    pub end: usize,
    pub value: String,
    pub unit: String,
    pub kind: String,
    pub std: Option<f64>,
    pub year: Option<i64>,
}

/// Hits among labels and among what was read.
#[derive(Debug, Default, Clone)]
pub struct Count {
    pub hits: usize,
    pub labelled: usize,
    pub read: usize,
}

impl Count {
    pub fn recall(&self) -> f64 {
        self.hits as f64 / self.labelled.max(1) as f64
    }

    pub fn precision(&self) -> f64 {
        self.hits as f64 / self.read.max(1) as f64
    }
}

/// A reading measured.
#[derive(Debug, Default)]
pub struct Score {
    pub exact: Count,
    pub overlapping: Count,
    kinds: (usize, usize),
    stds: (usize, usize),
    years: (usize, usize),
    differences: Vec<String>,
}

fn overlaps(gold: &Gold, one: &Statement) -> bool {
    let common = gold.end.min(one.end).saturating_sub(gold.start.max(one.start));
    let whole = gold.end.max(one.end) - gold.start.min(one.start);
    2 * common >= whole
}

impl Score {
    pub fn of(gold: &[Gold], read: &[Statement]) -> Self {
        let mut score = Self::default();
        let fits = |gold: &Gold, one: &Statement| gold.value == one.value && gold.unit == one.unit;
        let exact = |gold: &Gold, one: &Statement| {
            fits(gold, one) && gold.start == one.start && gold.end == one.end
        };
        let loose = |gold: &Gold, one: &Statement| fits(gold, one) && overlaps(gold, one);
        score.exact = count(&pairs(gold, read, exact), gold, read);
        let found = pairs(gold, read, loose);
        score.overlapping = count(&found, gold, read);
        for (index, one) in gold.iter().enumerate() {
            let Some((_, at)) = found.iter().find(|(gold, _)| *gold == index) else {
                score
                    .differences
                    .push(format!("- {} | {} | {} | {}", one.span, one.value, one.unit, one.kind));
                continue;
            };
            let other = &read[*at];
            if one.start != other.start || one.end != other.end {
                score
                    .differences
                    .push(format!("~ {} | {} | read {}", one.span, one.value, other.span));
            }
            score.kinds.1 += 1;
            if one.kind == other.kind.name() {
                score.kinds.0 += 1;
            } else {
                let (kind, span) = (other.kind, &other.span);
                score
                    .differences
                    .push(format!("k {span} | {} | {} read as {kind}", one.value, one.kind));
            }
            if let Some(std) = one.std {
                score.stds.1 += 1;
                let read: Option<f64> =
                    other.value_std.and_then(|std| std.to_string().parse().ok());
                let same = read.is_some_and(|read| (read - std).abs() <= std.abs() * 1e-12);
                score.stds.0 += usize::from(same);
                if !same {
                    score.differences.push(format!("v {} | {std} read as {read:?}", other.span));
                }
            }
            if let Some(year) = one.year {
                score.years.1 += 1;
                score.years.0 += usize::from(other.year == Some(year));
            }
        }
        for (index, one) in read.iter().enumerate() {
            if !found.iter().any(|(_, at)| *at == index) {
                let (value, unit, kind) = (&one.value, &one.unit, one.kind);
                score.differences.push(format!("+ {} | {value} | {unit} | {kind}", one.span));
            }
        }
        score
    }

    pub fn kind(&self) -> f64 {
        self.kinds.0 as f64 / self.kinds.1.max(1) as f64
    }

    pub fn std(&self) -> f64 {
        self.stds.0 as f64 / self.stds.1.max(1) as f64
    }

    pub fn year(&self) -> f64 {
        self.years.0 as f64 / self.years.1.max(1) as f64
    }

    pub fn add(&mut self, other: &Self) {
        for (sum, one) in
            [(&mut self.exact, &other.exact), (&mut self.overlapping, &other.overlapping)]
        {
            sum.hits += one.hits;
            sum.labelled += one.labelled;
            sum.read += one.read;
        }
        self.kinds = (self.kinds.0 + other.kinds.0, self.kinds.1 + other.kinds.1);
    }

    pub fn tell(&self, name: &str) {
        for difference in &self.differences {
            println!("  {difference}");
        }
        let Self { exact, overlapping, .. } = self;
        println!(
            "{name}: {} labelled, {} read; exact precision {:.3} recall {:.3}; \
             overlapping precision {:.3} recall {:.3}; kind {:.3}",
            exact.labelled,
            exact.read,
            exact.precision(),
            exact.recall(),
            overlapping.precision(),
            overlapping.recall(),
            self.kind(),
        );
    }
}

/// Pairs each label with one statement at most, and the other way round.
fn pairs(
    gold: &[Gold],
    read: &[Statement],
    fits: impl Fn(&Gold, &Statement) -> bool,
) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (index, one) in gold.iter().enumerate() {
        let free = |at: &usize| !pairs.iter().any(|(_, taken)| taken == at);
        let found = (0..read.len()).filter(free).find(|at| fits(one, &read[*at]));
        pairs.extend(found.map(|at| (index, at)));
    }
    pairs
}

fn count(pairs: &[(usize, usize)], gold: &[Gold], read: &[Statement]) -> Count {
    Count { hits: pairs.len(), labelled: gold.len(), read: read.len() }
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of the shared folder beside the repository, where it is there.
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = root().join("../shared").join(path);
    if !path.exists() {
        println!("{} is not there, the test is left out", path.display());
        return None;
    }
    Some(path)
}

pub fn lexicon() -> Lexicon {
    let files = Files::read(&root().join("packs/work-report")).unwrap();
    Lexicon::read("work-report", &files).unwrap_or_else(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
}

/// A labelled opening of another report: spans in the order of the text.
pub fn fixture(name: &str) -> (String, Vec<Gold>) {
    fixture_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports"), name)
}

pub fn fixture_in(folder: &Path, name: &str) -> (String, Vec<Gold>) {
    let text = std::fs::read_to_string(folder.join(format!("{name}.txt"))).unwrap();
    let table = std::fs::read_to_string(folder.join(format!("{name}.tsv"))).unwrap();
    let chars: Vec<char> = text.chars().collect();
    let mut from = 0;
    let mut gold = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let span: Vec<char> = cells[0].chars().collect();
        let here = |at: &usize| chars[*at..].starts_with(&span);
        let found = (from..chars.len()).find(here).or_else(|| (0..from).rev().find(here));
        let start = found.unwrap_or_else(|| panic!("{name}: `{}` is not there", cells[0]));
        from = start;
        gold.push(Gold {
            span: cells[0].to_owned(),
            start,
            end: start + span.len(),
            value: cells[1].to_owned(),
            unit: cells[2].to_owned(),
            kind: cells[3].to_owned(),
            std: None,
            year: None,
        });
    }
    (text, gold)
}
