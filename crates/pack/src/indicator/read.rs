//! Reads `indicators/*.toml`.

use std::str::FromStr;

use model::{Date, IndicatorId};

use super::{
    Amount, Base, BaseValue, Better, Counted, Indicator, Key, Measure, Reported, Selection, Within,
};
use crate::mistake::suggestion;
use crate::reader::{Refers, Source, Table};
use crate::route::read_value;

/// Entries of a case that an indicator may count.
const ENTRIES: [&str; 25] = [
    "case.absorbed",
    "case.added",
    "case.assigned",
    "case.closed",
    "case.closure_confirmed",
    "case.escalated",
    "case.extended",
    "case.followed",
    "case.joined",
    "case.marked",
    "case.merged",
    "case.moved",
    "case.noted",
    "case.opened",
    "case.part_closed",
    "case.part_opened",
    "case.part_reopened",
    "case.rated",
    "case.released",
    "case.reopened",
    "case.resumed",
    "case.sent_back",
    "case.supervised",
    "case.suspended",
    "case.transferred",
];

const MEASURES: [&str; 7] = ["count", "sum", "distinct", "share", "average", "rate", "declared"];

/// A word out of [`ENTRIES`].
struct EntryWord(String);

impl FromStr for EntryWord {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        if ENTRIES.contains(&text) { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

/// Reads the indicators of one file.
pub fn read(source: Source<'_>) -> Vec<Indicator> {
    source.read(|root| root.tables("indicator").iter().filter_map(indicator).collect())
}

fn indicator(table: &Table<'_>) -> Option<Indicator> {
    let id: Option<IndicatorId> = table.declares("id", Refers::Indicator);
    let name = table.name("name");
    let unit = table.name("unit");
    let better = better(table);
    let measure = measure(table);
    let public = table.flag("public");
    let owner = table.maybe_text("owner").map(str::to_owned);
    let source = table.maybe_text("source").map(str::to_owned);
    let note = if table.has("note") { table.maybe_name("note") } else { None };
    let sample = table.flag("sample");
    let reported: Vec<Reported> = table.tables("reported").iter().filter_map(reported).collect();
    if !reported.is_empty() && !matches!(measure, None | Some(Measure::Declared { .. })) {
        table.mistake("reported", "`reported` belongs to an indicator of measure `declared`", None);
    }
    Some(Indicator {
        id: id?,
        name: name?,
        unit: unit?,
        measure: measure?,
        better: better?,
        public,
        owner,
        source,
        note,
        sample,
        reported,
    })
}

fn reported(table: &Table<'_>) -> Option<Reported> {
    let year = table.int("year", 1900..=2999);
    let value = table.text("value");
    if let Some(value) = value.filter(|value| value.parse::<f64>().is_err()) {
        table.mistake("value", format!("`{value}` is no number"), None);
    }
    let source = table.text("source").map(str::to_owned);
    let year = year.and_then(|year| i16::try_from(year).ok());
    Some(Reported { year: year?, value: value?.to_owned(), source: source? })
}

fn better(table: &Table<'_>) -> Option<Better> {
    match table.text("better")? {
        "up" => Some(Better::Up),
        "down" => Some(Better::Down),
        "neither" => Some(Better::Neither),
        other => {
            let hint = suggestion(other, ["up", "down", "neither"]);
            table.mistake("better", format!("`{other}` is no direction"), hint);
            None
        }
    }
}

fn measure(table: &Table<'_>) -> Option<Measure> {
    let word = table.text("measure")?;
    // Asked for here, so that a denominator is not called unknown where it is only out of place.
    for (key, of) in [("part", "share"), ("base", "rate"), ("per", "rate"), ("flow", "declared")] {
        if table.has(key) && word != of {
            table.mistake(key, format!("`{key}` belongs to an indicator of measure `{of}`"), None);
        }
    }
    let of = table.table("of");
    if word != "declared" && MEASURES.contains(&word) && of.is_none() {
        let hint = Some("write `of = { entries = [\"case.opened\"] }`".to_owned());
        table.mistake("measure", "`of` is missing: which entries are counted", hint);
    }
    let of = of.as_ref().map(selection);
    let part = table.table("part").as_ref().map(selection);
    let per = table.maybe_int("per", 1..=100_000_000);
    let base = table.table("base").as_ref().map(base);
    let flow = table.flag("flow");
    let entries = of.as_ref().map(|of| of.entries.clone()).unwrap_or_default();
    match word {
        "count" => Some(Measure::Count(of?)),
        "sum" => Some(Measure::Sum(of?, amount(table, &entries)?)),
        "average" => Some(Measure::Average(of?, amount(table, &entries)?)),
        "distinct" => Some(Measure::Distinct(of?, key(table, &entries)?)),
        "share" => {
            if part.is_none() {
                table.mistake("measure", "`part` is missing: the numerator of the share", None);
            }
            Some(Measure::Share { part: part?, of: of? })
        }
        "rate" => {
            if base.is_none() {
                let hint = Some("write `base = { register = true }` or its values".to_owned());
                table.mistake("measure", "`base` is missing: what the rate is per", hint);
            }
            Some(Measure::Rate { top: of?, per: per.unwrap_or(1), base: base?? })
        }
        "declared" => Some(Measure::Declared { flow }),
        other => {
            table.mistake(
                "measure",
                format!("`{other}` is no measure"),
                suggestion(other, MEASURES),
            );
            None
        }
    }
}

fn base(table: &Table<'_>) -> Option<Base> {
    let register = table.flag("register");
    let values: Vec<BaseValue> =
        table.tables("value").iter().filter_map(|one| base_value(one)).collect();
    match (register, values.is_empty()) {
        (true, true) => Some(Base::Register),
        (false, false) => Some(Base::Values(values)),
        _ => {
            table.mistake("register", "a base is either the register or a list of values", None);
            None
        }
    }
}

fn base_value(table: &Table<'_>) -> Option<BaseValue> {
    let from: Option<Date> = table.date("from");
    let area = table.maybe_reference("area", Refers::Area);
    let value = table.int("value", 1..=100_000_000_000);
    let source = table.text("source").map(str::to_owned);
    let sample = table.flag("sample");
    Some(BaseValue { from: from?, area, value: value?, source: source?, sample })
}

fn amount(table: &Table<'_>, entries: &[String]) -> Option<Amount> {
    let calendar = table.maybe_reference("calendar", Refers::Calendar);
    let hours = table.maybe_reference("hours", Refers::Hours);
    match table.text("sum_of")? {
        "stars" => Some(Amount::Stars),
        "hours" => Some(Amount::Hours),
        "working hours" => {
            if calendar.is_none() || hours.is_none() {
                let wrong = "working hours need a `calendar` and opening `hours`";
                table.mistake("sum_of", wrong, None);
            }
            Some(Amount::WorkingHours { calendar: calendar?, hours: hours? })
        }
        field => {
            let counted = Counted::field(field, true, entries, table.at_key("sum_of"));
            table.counts(counted);
            Some(Amount::Field(field.to_owned()))
        }
    }
}

fn key(table: &Table<'_>, entries: &[String]) -> Option<Key> {
    Some(match table.text("distinct")? {
        "case" => Key::Case,
        "actor" => Key::Actor,
        "area" => Key::Area,
        "organ" => Key::Organ,
        "kind" => Key::Kind,
        field => {
            let counted = Counted::field(field, false, entries, table.at_key("distinct"));
            table.counts(counted);
            Key::Field(field.to_owned())
        }
    })
}

fn selection(table: &Table<'_>) -> Selection {
    let entries: Vec<EntryWord> = table.words("entries", &ENTRIES);
    let entries: Vec<String> = entries.into_iter().map(|word| word.0).collect();
    if !table.has("entries") {
        let hint = Some("write `entries = [\"case.opened\"]`".to_owned());
        table.mistake("entries", "`entries` is missing", hint);
    }
    let bounds = |low, high| match (low, high) {
        (None, None) => None,
        (low, high) => Some((low.unwrap_or(1), high.unwrap_or(5))),
    };
    let stars = bounds(table.maybe_int("stars_min", 1..=5), table.maybe_int("stars_max", 1..=5));
    let on_time = table.has("on_time").then(|| table.flag("on_time"));
    let one = Selection {
        kinds: table.refs("kinds", Refers::Kind),
        subjects: table.list("subjects"),
        procedures: table.refs("procedures", Refers::Procedure),
        areas: table.refs("areas", Refers::Area),
        organs: table.refs("organs", Refers::Organ),
        steps: table.list("steps"),
        acts: table.list("acts"),
        to: table.list("to"),
        outcomes: table.list("outcomes"),
        channels: table.list("channels"),
        stars,
        on_time,
        within: within(table),
        values: table.tables("values").iter().filter_map(|one| read_value(one, None)).collect(),
        entries,
    };
    table.counts(Counted::selection(&one, |key| table.at_key(key)));
    one
}

fn within(table: &Table<'_>) -> Option<Within> {
    let limit = table.maybe_parsed("within");
    let calendar = table.maybe_reference("calendar", Refers::Calendar);
    let hours = table.maybe_reference("hours", Refers::Hours);
    let limit = limit?;
    if calendar.is_none() || hours.is_none() {
        let hint = Some("name them with `calendar = \"…\"` and `hours = \"…\"`".to_owned());
        table.mistake("within", "a limit needs a calendar and opening hours", hint);
    }
    Some(Within { limit, calendar: calendar?, hours: hours? })
}
