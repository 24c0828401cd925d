//! What the demo's cases are about and in which words: the tables in `data/`. All of it is
//! synthetic, and every text that comes from here begins with `MARK`.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{KindId, ProcedureId};
use pack::Catalogue;
use register::Draw;

const KINDS: &str = include_str!("data/kinds.tsv");
const WORDS: &str = include_str!("data/words.tsv");
const REMARKS: &str = include_str!("data/remarks.tsv");

/// Stands before every text of the demo, so that whoever reads it sees what it is.
pub const MARK: &str = "【演示】";

/// When people report a kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hours {
    /// While shops and offices are open.
    Day,
    /// After work.
    Evening,
    /// Around midnight.
    Night,
}

/// A kind of case as the demo tells it.
#[derive(Debug)]
pub struct Topic {
    /// The kind.
    pub kind: KindId,
    /// Its official name.
    pub name: Arc<str>,
    /// How it is handled.
    pub procedure: ProcedureId,
    /// Per cent of its share on a rainy day.
    pub rain: u32,
    /// When people report it.
    pub hours: Hours,
    /// Reports in a thousand that endanger life.
    pub grave: u32,
    /// Reports in a hundred that inspectors make.
    pub patrol: u32,
    /// What reporters say, with `{place}` in it.
    words: Vec<&'static str>,
}

/// Everything that can be told.
#[derive(Debug)]
pub struct Topics {
    /// With their shares.
    pub topics: Vec<(u32, Topic)>,
    remarks: BTreeMap<&'static str, Vec<&'static str>>,
}

/// Rows of a table in `data/`, without its comments and its head.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.skip(1).map(|line| line.split('\t').collect())
}

/// Rows of two columns, by the first.
fn grouped(table: &'static str) -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in rows(table) {
        if let [key, text] = row.as_slice() {
            found.entry(key).or_default().push(text);
        }
    }
    found
}

impl Topics {
    /// The kinds that the packs in force declare; those of other packs are not told.
    pub fn of(catalogue: &Catalogue) -> Self {
        let mut words = grouped(WORDS);
        let read = |row: Vec<&'static str>| {
            let [kind, share, rain, hours, grave, patrol] = row.as_slice() else { return None };
            let hours = match *hours {
                "evening" => Hours::Evening,
                "night" => Hours::Night,
                _ => Hours::Day,
            };
            let declared = &catalogue.kinds.get(&kind.parse().ok()?)?.value;
            let topic = Topic {
                kind: declared.id.clone(),
                name: declared.name.zh.clone(),
                procedure: declared.procedure.clone(),
                rain: rain.parse().ok()?,
                hours,
                grave: grave.parse().ok()?,
                patrol: patrol.parse().ok()?,
                words: words.remove(kind)?,
            };
            Some((share.parse().ok()?, topic))
        };
        Self { topics: rows(KINDS).filter_map(read).collect(), remarks: grouped(REMARKS) }
    }

    /// One of the topics of a procedure, by their shares.
    pub fn draw(&self, draw: &mut Draw, procedure: &str) -> Option<&Topic> {
        let of = self.topics.iter().filter(|(_, topic)| topic.procedure.as_str() == procedure);
        let of: Vec<(u32, &Topic)> = of.map(|(share, topic)| (*share, topic)).collect();
        draw.weighted(&of).copied()
    }

    /// What somebody says about a place.
    pub fn words(&self, draw: &mut Draw, topic: &Topic, place: &str) -> String {
        let words = draw.pick(&topic.words).copied().unwrap_or_default().replace("{place}", place);
        match draw.chance(300) {
            true => format!("{MARK}{words}{}", self.plain(draw, "tail")),
            false => format!("{MARK}{words}"),
        }
    }

    /// What an inspector writes down.
    pub fn patrol(&self, draw: &mut Draw, topic: &Topic, place: &str) -> String {
        let words = self.plain(draw, "patrol");
        let words = words.replace("{place}", place).replace("{kind}", &topic.name);
        format!("{MARK}{words}")
    }

    /// One of the remarks on something.
    pub fn remark(&self, draw: &mut Draw, about: &str) -> String {
        format!("{MARK}{}", self.plain(draw, about))
    }

    /// True when there are remarks on it.
    pub fn knows(&self, about: &str) -> bool {
        self.remarks.contains_key(about)
    }

    fn plain(&self, draw: &mut Draw, about: &str) -> &'static str {
        let known = self.remarks.get(about).map(Vec::as_slice).unwrap_or_default();
        draw.pick(known).copied().unwrap_or("合成数据。")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn shipped() -> Catalogue {
        pack::check(&crate::packs::shipped()).unwrap()
    }

    #[test]
    fn every_kind_that_people_report_is_told_in_varied_words() {
        let catalogue = shipped();
        let topics = Topics::of(&catalogue);
        let pack = "street-reports".parse().unwrap();
        let told: BTreeSet<&KindId> = topics.topics.iter().map(|(_, topic)| &topic.kind).collect();
        for kind in catalogue.kinds.values().filter(|kind| kind.pack == pack) {
            let anybody = catalogue.procedures[&kind.value.procedure].value.open_by.is_empty();
            assert_eq!(told.contains(&kind.value.id), anybody, "{}", kind.value.id);
        }
        for (share, topic) in &topics.topics {
            assert!(*share > 0 && topic.words.len() >= 4, "{}", topic.kind);
            assert!(topic.words.iter().all(|words| words.contains("{place}")), "{}", topic.kind);
        }
        let rows = [KINDS, WORDS, REMARKS].map(|table| rows(table).count());
        let unique: BTreeSet<_> = rows_of(WORDS).chain(rows_of(REMARKS)).collect();
        assert_eq!(unique.len(), rows[1] + rows[2], "a sentence stands there twice");
        assert_eq!(told.len(), rows[0], "a row of kinds.tsv cannot be read");
    }

    fn rows_of(table: &'static str) -> impl Iterator<Item = &'static str> {
        rows(table).map(|row| {
            assert_eq!(row.len(), 2, "{row:?}");
            row[1]
        })
    }

    #[test]
    fn every_text_says_that_it_is_synthetic() {
        let topics = Topics::of(&shipped());
        let draw = &mut Draw::of(1, "texts");
        for (_, topic) in &topics.topics {
            let place = "演示一路 1 号";
            for text in [topics.words(draw, topic, place), topics.patrol(draw, topic, place)] {
                assert!(text.starts_with(MARK) && text.contains(place), "{text}");
                assert!(!text.contains('{'), "{text}");
            }
        }
        for about in topics.remarks.keys() {
            assert!(topics.remark(draw, about).starts_with(MARK));
        }
        for table in [KINDS, WORDS, REMARKS] {
            assert!(table.starts_with("# SYNTHETIC"));
        }
    }
}
