//! Whether a promise was kept (兑现): met, exceeded, missed; or why it cannot be said. A target that is
//! lower than last year's result is a target, never a fall.

use std::fmt;

use pack::Language;
use rules::Decimal;

use crate::reading::lexicon::Lexicon;
use crate::reading::statement::{Kind, Statement};

/// What became of a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// As promised.
    Met,
    /// More than promised.
    Exceeded,
    /// Less than promised.
    Missed,
    /// The report says more than promised, without a figure.
    ExceededNoFigure,
    /// The report says as promised, without a figure.
    MetNoFigure,
    /// The two speak of different things.
    NotComparable,
    /// The two count over different ranges.
    ScopeDiffers,
    /// No target was read.
    NoTarget,
    /// No result was read.
    NoResult,
}

const VERDICTS: [(Verdict, &str, &str); 9] = [
    (Verdict::Met, "met", "完成"),
    (Verdict::Exceeded, "exceeded", "超额完成"),
    (Verdict::Missed, "missed", "未完成"),
    (Verdict::ExceededNoFigure, "exceeded, no figure", "超额完成(无数)"),
    (Verdict::MetNoFigure, "met, no figure", "完成(无数)"),
    (Verdict::NotComparable, "not comparable", "不可比"),
    (Verdict::ScopeDiffers, "scope differs", "口径不同"),
    (Verdict::NoTarget, "no target read", "未读到目标"),
    (Verdict::NoResult, "no result read", "未读到结果"),
];

impl Verdict {
    /// Its name in data.
    pub fn name(self) -> &'static str {
        VERDICTS.iter().find(|(verdict, ..)| *verdict == self).map_or("", |(_, name, _)| name)
    }

    /// Its name for people.
    pub fn say(self, language: Language) -> &'static str {
        let found = VERDICTS.iter().find(|(verdict, ..)| *verdict == self);
        found.map_or("", |(_, en, zh)| if language == Language::English { en } else { zh })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// `左右` is kept when the result is within so many hundredths of the target.
const ABOUT_PERCENT: i64 = 5;

/// Whether two names stand on different sides of an axis of the lexicon, or one speaks of more.
pub fn scope(old: &str, new: &str, lexicon: &Lexicon) -> Option<(String, Verdict)> {
    let (a, b): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
    let has =
        |words: &crate::reading::words::Words, name: &[char]| words.within(name, 0, name.len());
    for axis in &lexicon.axes {
        let (left, right) = (&axis.left, &axis.right);
        let only_left = |name: &[char]| has(left, name) && !has(right, name);
        let on_right = |name: &[char]| has(right, name) && !has(left, name);
        let mixed = |name: &[char]| has(left, name) && has(right, name);
        let apart = |x: &[char], y: &[char]| {
            only_left(x) && on_right(y) || (mixed(x) && on_right(y) && axis.partial)
        };
        if apart(&a, &b) || apart(&b, &a) {
            return Some((axis.why.clone(), axis.verdict));
        }
    }
    // `道路大中修、积水改善和架空线入地工程` speaks of more than `道路大中修、积水改善`.
    let more = |long: &str, short: &str| {
        let rest = long.strip_prefix(short)?;
        let added = rest.strip_prefix(['和', '及', '与', '、'])?;
        Some(format!("多出“{added}”"))
    };
    let added = more(new, old).or_else(|| more(old, new));
    added.map(|why| (why, Verdict::ScopeDiffers))
}

/// Judges a result against its target. `last` is the result of the year before, for targets such as
/// 稳中有升.
pub fn judge(
    target: Option<&Statement>,
    result: Option<&Statement>,
    last: Option<Decimal>,
    lexicon: &Lexicon,
) -> Verdict {
    let Some(target) = target else { return Verdict::NoTarget };
    let Some(result) = result else { return Verdict::NoResult };
    if let Some((_, verdict)) = scope(&target.indicator, &result.indicator, lexicon) {
        return verdict;
    }
    match (target.kind, result.kind) {
        (Kind::Relation, Kind::Relation) | (_, Kind::Relation) => told(result),
        (Kind::Relation, _) => relative(target, result, last),
        _ if target.unit_std != result.unit_std && !counted(target, result) => {
            Verdict::NotComparable
        }
        _ => figures(target, result),
    }
}

fn counted(target: &Statement, result: &Statement) -> bool {
    let counts = |one: &Statement| one.dimension == crate::reading::lexicon::Dimension::Count;
    counts(target) && counts(result)
}

/// What a report says of itself without a figure.
fn told(result: &Statement) -> Verdict {
    if result.comparator.contains(">=") || result.comparator.contains("<=") {
        Verdict::MetNoFigure
    } else if result.comparator.contains('>') {
        Verdict::ExceededNoFigure
    } else {
        Verdict::NotComparable
    }
}

/// 稳中有升: at least as much as the year before.
fn relative(target: &Statement, result: &Statement, last: Option<Decimal>) -> Verdict {
    let (Some(last), Some(value)) = (last, result.value_std) else {
        return Verdict::NotComparable;
    };
    if !target.comparator.contains("上年") {
        return Verdict::NotComparable;
    }
    if value >= last { Verdict::Met } else { Verdict::Missed }
}

fn figures(target: &Statement, result: &Statement) -> Verdict {
    let (Some(wanted), Some(reached)) = (target.value_std, result.value_std) else {
        return Verdict::NotComparable;
    };
    if let Some(upper) = target.value_std_to {
        return match () {
            () if reached < wanted => Verdict::Missed,
            () if reached > upper => Verdict::Exceeded,
            () => Verdict::Met,
        };
    }
    if target.comparator.contains("<=") || target.comparator.contains("以内") {
        return if reached <= wanted { Verdict::Met } else { Verdict::Missed };
    }
    // The first place is the best one.
    if target.kind == Kind::Rank {
        return match reached.cmp(&wanted) {
            std::cmp::Ordering::Less => Verdict::Exceeded,
            std::cmp::Ordering::Equal => Verdict::Met,
            std::cmp::Ordering::Greater => Verdict::Missed,
        };
    }
    let gap = reached.minus(wanted).map(Decimal::abs);
    let room = wanted.abs().times(Decimal::from_units(ABOUT_PERCENT, 2));
    let near = gap.zip(room).is_some_and(|(gap, room)| gap <= room);
    match () {
        () if reached == wanted || (target.comparator.contains("左右") && near) => Verdict::Met,
        () if reached > wanted => Verdict::Exceeded,
        () => Verdict::Missed,
    }
}
