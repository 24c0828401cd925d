//! The words of reports from a pack: units, marks, cues, stops, sections, themes. The reader knows
//! none of them by itself. Every mistake is told with file and line.

use std::collections::BTreeMap;
use std::sync::Arc;

use pack::reader::{Findings, Source, Table};
use pack::{Files, Mistake};
use rules::Decimal;

use crate::reading::statement::Kind;
use crate::reading::verdict::Verdict;
use crate::reading::words::Words;

/// A unit of measure or a word that counts things.
#[derive(Debug, Clone)]
pub struct Unit {
    /// As written: 公里.
    pub name: String,
    /// The unit of the standard value: 米.
    pub standard: String,
    /// How many standard units one is.
    pub factor: Decimal,
    /// The kind a figure in it always has.
    pub kind: Option<Kind>,
    /// What it measures.
    pub dimension: Dimension,
    /// Whether it is believed behind a numeral in characters.
    pub chinese: bool,
}

/// What a unit measures, as far as the reader asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// Money.
    Money,
    /// A part of something.
    Share,
    /// A stretch of time.
    Time,
    /// Things or people, counted.
    Count,
    /// Anything else: lengths, areas, weights.
    Measure,
}

/// Where a mark stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// Directly before the numeral.
    Before,
    /// Directly behind the numeral.
    After,
    /// Directly behind the unit.
    Behind,
    /// Anywhere before it in its part of the clause.
    Clause,
}

/// A number that is no statement.
#[derive(Debug, Default)]
pub struct Stop {
    /// The reason shown.
    pub why: String,
    /// Whether it stops digits.
    pub digits: bool,
    /// Whether it stops numerals in characters.
    pub chinese: bool,
}

/// Whether a part of the report tells what was done or what is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// What was reached.
    Result,
    /// What is promised.
    Target,
}

/// A theme with the department that likely answers for it.
#[derive(Debug, Clone)]
pub struct Theme {
    /// Its name.
    pub name: String,
    /// The department, without the level of government.
    pub department: String,
}

macro_rules! groups {
    ($($name:ident),* $(,)?) => {
        /// Groups of words the reader asks for.
        #[derive(Debug, Default)]
        pub struct Groups { $(#[allow(missing_docs, reason = "named in docs/reference/report.md")]
            pub $name: Words,)* }

        impl Groups {
            const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            fn get(&mut self, name: &str) -> Option<&mut Words> {
                $(if name == stringify!($name) { return Some(&mut self.$name); })*
                None
            }
        }
    };
}

groups! {
    places, rank_verbs, rank_only_verbs, tops, firsts, superlatives, records, leads, pioneers,
    coverage, coverage_verbs, relations, relations_of_quantity, compare_verbs, compare_ends,
    assigned, assigned_things, quantity_nouns, borrowed_subjects, growth, growth_neutral, share,
    rate_nouns, daily, totals, stocks, actions, predicates, big_nouns, big_items, year_nouns,
    level_nouns, service_nouns, scope_nouns, sums, names_prefix, names_suffix, scope_words,
    strong_actions, per, change_leads, report_words, stock_nouns,
    action_nouns, governments, levels, halves, fronts, front_verbs, vague, changes,
    circles, class_nouns,
}

/// Everything the reader knows of words.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// Units; `unit_words` points here.
    pub units: Vec<Unit>,
    /// Names of units.
    pub unit_words: Words,
    /// Nouns before which the unit is left out; they point into `elided_units`.
    pub elided: Words,
    /// The units left out.
    pub elided_units: Vec<String>,
    /// Marks by place, pointing into `comparators`.
    pub marks: BTreeMap<&'static str, Words>,
    /// How marks are shown.
    pub comparators: Vec<String>,
    /// Groups of words.
    pub groups: Groups,
    /// Reasons of stops.
    pub stops: Vec<Stop>,
    /// Phrases in which no number counts.
    pub stop_phrases: Words,
    /// What stands behind a number that is no statement.
    pub stop_after: [Words; 2],
    /// What stands before a number that is no statement.
    pub stop_before: [Words; 2],
    /// Words in headings: tag 0 results, 1 targets.
    pub headings: Words,
    /// Words in sentences, the same.
    pub sentences: Words,
    /// Words left out at the beginning of a span.
    pub lead_ins: Words,
    /// Endings of phrases left out at the beginning.
    pub lead_endings: Words,
    /// Endings of a clause that belongs to the next.
    pub attached: Words,
    /// Where a span ends if no figure follows.
    pub tails: Words,
    /// Predicates that hang on the item before.
    pub dependants: Words,
    /// Themes; `theme_words` points here.
    pub themes: Vec<Theme>,
    /// Words of themes.
    pub theme_words: Words,
    /// Two sides of a meaning that keep figures of two years apart.
    pub axes: Vec<Axis>,
    /// Words that names are compared without.
    pub pair_ignored: Words,
    /// Verbs at the beginning of names, the same.
    pub pair_verbs: Words,
    /// Nouns at the end of names that say too little.
    pub pair_generic: Words,
}

/// Two sides of a meaning.
#[derive(Debug)]
pub struct Axis {
    /// The reason shown.
    pub why: String,
    /// What follows for a verdict.
    pub verdict: Verdict,
    /// Words of one side.
    pub left: Words,
    /// Words of the other.
    pub right: Words,
    /// Whether a name with words of both sides differs from one with the right side only.
    pub partial: bool,
}

/// The tag of results in headings and sentences; targets have the other.
pub const RESULT: usize = 0;

impl Lexicon {
    /// Reads the lexicon of a pack: all files of its folder `lexicon/`.
    pub fn read(pack: &str, files: &Files) -> Result<Self, Vec<Mistake>> {
        let findings = Findings::default();
        let mut lexicon = Self::default();
        for (path, text) in &files.0 {
            if path.starts_with("lexicon/") && path.ends_with(".toml") {
                let file: Arc<str> = format!("{pack}/{path}").into();
                let source = Source { file: &file, text, findings: &findings };
                source.read(|root| lexicon.file(root));
            }
        }
        if lexicon.units.is_empty() {
            let at = pack::At::file(&format!("{pack}/lexicon"));
            findings.mistakes.add(at, "there is no unit in `lexicon/`", None);
        }
        let mistakes = findings.resolve().into_sorted();
        if mistakes.is_empty() { Ok(lexicon) } else { Err(mistakes) }
    }

    /// Marks of a place.
    pub fn marks(&self, place: Where) -> &Words {
        static NONE: std::sync::LazyLock<Words> = std::sync::LazyLock::new(Words::default);
        self.marks.get(mark_name(place)).unwrap_or(&NONE)
    }

    fn file(&mut self, root: &Table<'_>) {
        root.tables("unit").iter().for_each(|table| self.unit(table));
        root.tables("elided").iter().for_each(|table| self.elision(table));
        root.tables("mark").iter().for_each(|table| self.mark(table));
        root.tables("group").iter().for_each(|table| self.group(table));
        root.tables("stop").iter().for_each(|table| self.stop(table));
        root.tables("section").iter().for_each(|table| self.section(table));
        root.tables("theme").iter().for_each(|table| self.theme(table));
        root.tables("axis").iter().for_each(|table| self.axis(table));
        if root.has("pairing")
            && let Some(table) = root.table("pairing")
        {
            fill(&mut self.pair_ignored, table.list("ignored"), 0);
            fill(&mut self.pair_verbs, table.list("verbs"), 0);
            fill(&mut self.pair_generic, table.list("generic"), 0);
        }
        if root.has("lead_ins")
            && let Some(table) = root.table("lead_ins")
        {
            fill(&mut self.lead_ins, table.list("words"), 0);
            fill(&mut self.lead_endings, table.list("endings"), 0);
            fill(&mut self.attached, table.list("attached"), 0);
            fill(&mut self.tails, table.list("tails"), 0);
            fill(&mut self.dependants, table.list("dependants"), 0);
        }
    }

    fn unit(&mut self, table: &Table<'_>) {
        let names: Vec<String> = table.list("names");
        if names.is_empty() {
            table.mistake("names", "a unit has at least one name", None);
        }
        let standard = table.maybe_text("standard");
        let factor = table.maybe_parsed::<Decimal>("factor").unwrap_or(Decimal::from_i64(1));
        if factor.is_zero() || factor.is_negative() {
            table.mistake("factor", "a factor is greater than nothing", None);
        }
        let kind = table.maybe_parsed("kind");
        let dimension = match table.maybe_text("dimension") {
            None if standard.is_none() => Dimension::Count,
            None | Some("measure") => Dimension::Measure,
            Some("money") => Dimension::Money,
            Some("share") => Dimension::Share,
            Some("time") => Dimension::Time,
            Some("count") => Dimension::Count,
            Some(other) => {
                let known = ["money", "share", "time", "count", "measure"];
                let hint = pack::mistake::suggestion(other, known);
                table.mistake("dimension", format!("`{other}` is no dimension"), hint);
                Dimension::Measure
            }
        };
        let chinese = table.flag("chinese");
        let _ = table.flag("digits_only");
        for name in names {
            let standard = standard.map_or_else(|| name.clone(), str::to_owned);
            self.unit_words.insert(&name, self.units.len());
            let unit = Unit { name, standard, factor, kind, dimension, chinese };
            self.units.push(unit);
        }
    }

    fn elision(&mut self, table: &Table<'_>) {
        fill(&mut self.elided, table.list("nouns"), self.elided_units.len());
        self.elided_units.push(table.text("unit").unwrap_or_default().to_owned());
    }

    fn mark(&mut self, table: &Table<'_>) {
        let (words, comparator) = (table.list("words"), table.text("comparator"));
        let place = match table.text("where") {
            Some("before") => Where::Before,
            Some("after") => Where::After,
            Some("behind") => Where::Behind,
            Some("clause") => Where::Clause,
            Some(other) => {
                let hint =
                    pack::mistake::suggestion(other, ["before", "after", "behind", "clause"]);
                return table.mistake("where", format!("`{other}` is no place of a mark"), hint);
            }
            None => return,
        };
        let tag = self.comparators.len();
        fill(self.marks.entry(mark_name(place)).or_default(), words, tag);
        self.comparators.push(comparator.unwrap_or_default().to_owned());
    }

    fn group(&mut self, table: &Table<'_>) {
        let words = table.list("words");
        let Some(name) = table.text("name") else { return };
        match self.groups.get(name) {
            Some(group) => fill(group, words, 0),
            None => {
                let hint = pack::mistake::suggestion(name, Groups::NAMES.iter().copied());
                table.mistake("name", format!("no group is called `{name}`"), hint);
            }
        }
    }

    fn stop(&mut self, table: &Table<'_>) {
        let numerals = table.maybe_text("numerals").unwrap_or("any");
        if !["any", "digits", "chinese"].contains(&numerals) {
            table.mistake("numerals", "it is one of `any`, `digits`, `chinese`", None);
        }
        let (digits, chinese) = (numerals != "chinese", numerals != "digits");
        let tag = self.stops.len();
        fill(&mut self.stop_phrases, table.list("phrases"), tag);
        let (after, before) = (table.list::<String>("after"), table.list::<String>("before"));
        for (index, wanted) in [digits, chinese].into_iter().enumerate() {
            if let Some(words) = self.stop_after.get_mut(index).filter(|_| wanted) {
                fill(words, after.clone(), tag);
            }
            if let Some(words) = self.stop_before.get_mut(index).filter(|_| wanted) {
                fill(words, before.clone(), tag);
            }
        }
        let why = table.text("why").unwrap_or_default().to_owned();
        self.stops.push(Stop { why, digits, chinese });
    }

    fn section(&mut self, table: &Table<'_>) {
        let (headings, sentences) = (table.list("headings"), table.list("sentences"));
        let tag = match table.text("role") {
            Some("result") => RESULT,
            Some("target") => RESULT + 1,
            Some(_) => return table.mistake("role", "it is `result` or `target`", None),
            None => return,
        };
        fill(&mut self.headings, headings, tag);
        fill(&mut self.sentences, sentences, tag);
    }

    fn axis(&mut self, table: &Table<'_>) {
        let (mut left, mut right) = (Words::default(), Words::default());
        fill(&mut left, table.list("left"), 0);
        fill(&mut right, table.list("right"), 0);
        let partial = table.flag("partial");
        let why = table.text("why").unwrap_or_default().to_owned();
        let verdict = match table.text("verdict") {
            Some("scope differs") => Verdict::ScopeDiffers,
            Some("not comparable") => Verdict::NotComparable,
            Some(other) => {
                let hint = pack::mistake::suggestion(other, ["scope differs", "not comparable"]);
                return table.mistake("verdict", format!("`{other}` is no such verdict"), hint);
            }
            None => return,
        };
        self.axes.push(Axis { why, verdict, left, right, partial });
    }

    fn theme(&mut self, table: &Table<'_>) {
        fill(&mut self.theme_words, table.list("words"), self.themes.len());
        let name = table.text("name").unwrap_or_default().to_owned();
        let department = table.text("department").unwrap_or_default().to_owned();
        self.themes.push(Theme { name, department });
    }
}

fn mark_name(place: Where) -> &'static str {
    match place {
        Where::Before => "before",
        Where::After => "after",
        Where::Behind => "behind",
        Where::Clause => "clause",
    }
}

fn fill(words: &mut Words, list: Vec<String>, tag: usize) {
    for word in list {
        words.insert(&word, tag);
    }
}
