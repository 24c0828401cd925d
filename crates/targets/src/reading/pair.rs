//! The same indicator in two years (跨年配对): names that agree, in units that agree, with what differs
//! in scope. Pairs are found best first, each statement once, and each says why.

use std::collections::HashMap;

use pack::Language;
use serde_json::json;

use crate::reading::lexicon::{Dimension, Lexicon};
use crate::reading::statement::{Kind, Statement};
use crate::reading::verdict::{self, Verdict};

/// Names must agree at least so far, in units that are the same.
const SAME_UNIT_MIN: f64 = 0.40;

/// The same when things are counted in different words (家 and 个).
const OTHER_UNIT_MIN: f64 = 0.75;

/// What a name wholly said in the other's sentence is worth.
const IN_SENTENCE: f64 = 0.45;

/// A name of so many pairs of characters says enough to be looked for within the other.
const TELLING: usize = 4;

/// Two statements of one indicator.
#[derive(Debug, Clone)]
pub struct Pair<'a> {
    /// Of the earlier year.
    pub earlier: &'a Statement,
    /// Of the later year, or of the other report.
    pub later: &'a Statement,
    /// How far the names agree, 0 to 1.
    pub agreement: f64,
    /// What differs in scope, if anything: the reason, and what follows for a verdict.
    pub differs: Option<(String, Verdict)>,
    /// Why they are one indicator: words both names have.
    pub common: String,
}

impl Pair<'_> {
    /// As an object of `liangwang report pairs --json`.
    pub fn json(&self, language: Language) -> serde_json::Value {
        let scope = if self.differs.is_some() { "differs" } else { "same" };
        json!({
            "indicator": self.later.indicator,
            "earlier": self.earlier.json(language),
            "later": self.later.json(language),
            "agreement": (self.agreement * 1000.0).round() / 1000.0,
            "scope": scope,
            "why": self.why(language),
        })
    }

    /// The reasons in words.
    pub fn why(&self, language: Language) -> String {
        let percent = (self.agreement * 100.0).round();
        let same = self.earlier.unit_std == self.later.unit_std;
        let (mut words, units) = match language {
            Language::Chinese => (
                format!("名称相合 {percent}%(共有“{}”)", self.common),
                if same { ";单位相同" } else { ";单位不同" },
            ),
            Language::English => (
                format!("the names agree to {percent} % (both have `{}`)", self.common),
                if same { "; the same unit" } else { "; other units" },
            ),
        };
        words.push_str(units);
        if let Some((why, _)) = &self.differs {
            words.push_str(if language == Language::English { "; scope: " } else { ";口径:" });
            words.push_str(why);
        }
        words
    }
}

/// A name made ready for comparison.
struct Name {
    whole: String,
    bare: String,
    grams: Vec<(char, char)>,
    quoted: Vec<String>,
    /// The last two characters, unless they are a noun that says too little.
    head: Option<String>,
}

/// Finds pairs between two lists of statements, best first, each statement in one pair at most.
pub fn pairs<'a>(
    earlier: &[&'a Statement],
    later: &[&'a Statement],
    lexicon: &Lexicon,
) -> Vec<Pair<'a>> {
    let fits = |one: &&&Statement| {
        !matches!(one.kind, Kind::Scope | Kind::Structure | Kind::Context | Kind::Service)
    };
    let prepare = |list: &[&'a Statement]| -> Vec<(&'a Statement, Name)> {
        list.iter().filter(fits).map(|one| (*one, name(one, lexicon))).collect()
    };
    let (earlier, later) = (prepare(earlier), prepare(later));
    // Only names that share a pair of characters are compared.
    let mut by_gram: HashMap<(char, char), Vec<usize>> = HashMap::new();
    for (index, (_, name)) in earlier.iter().enumerate() {
        for gram in &name.grams {
            by_gram.entry(*gram).or_default().push(index);
        }
    }
    let mut found: Vec<(f64, usize, usize)> = Vec::new();
    for (index, (one, name)) in later.iter().enumerate() {
        let mut near: Vec<usize> =
            name.grams.iter().filter_map(|gram| by_gram.get(gram)).flatten().copied().collect();
        near.sort_unstable();
        near.dedup();
        for other in near {
            let Some((statement, known)) = earlier.get(other) else { continue };
            if let Some(agreement) = agreement(statement, known, one, name) {
                found.push((agreement, other, index));
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)).then(a.1.cmp(&b.1)));
    let (mut taken, mut used) = (vec![false; earlier.len()], vec![false; later.len()]);
    let mut pairs = Vec::new();
    for (agreement, from, to) in found {
        let (Some(free), Some(open)) = (taken.get_mut(from), used.get_mut(to)) else { continue };
        if *free || *open {
            continue;
        }
        (*free, *open) = (true, true);
        if let (Some((old, known)), Some((new, name))) = (earlier.get(from), later.get(to)) {
            let differs = verdict::scope(&known.whole, &name.whole, lexicon);
            let common = common(&known.bare, &name.bare);
            pairs.push(Pair { earlier: old, later: new, agreement, differs, common });
        }
    }
    pairs.sort_by_key(|pair| (pair.later.start, pair.earlier.start));
    pairs
}

/// Prepares the name of a statement.
fn name(one: &Statement, lexicon: &Lexicon) -> Name {
    let whole = one.indicator.clone();
    // Names of places before 等 say where, not what.
    let after = whole.rsplit_once('等').map_or(whole.as_str(), |(_, after)| after);
    let after = if after.chars().count() < 3 { whole.as_str() } else { after };
    let chars: Vec<char> = after.chars().collect();
    let mut bare: Vec<char> = Vec::new();
    let mut place = 0;
    while let Some(letter) = chars.get(place) {
        let verb = lexicon.pair_verbs.at(&chars, place).filter(|_| bare.is_empty());
        let skip = verb.or_else(|| lexicon.pair_ignored.at(&chars, place));
        match skip {
            Some(hit) => place += hit.len,
            None => {
                let mark = !letter.is_alphanumeric() || letter.is_ascii_digit();
                if !mark {
                    bare.push(*letter);
                }
                place += 1;
            }
        }
    }
    if bare.len() < 2 {
        bare = chars.iter().copied().filter(|letter| letter.is_alphanumeric()).collect();
    }
    let mut grams: Vec<(char, char)> =
        bare.iter().copied().zip(bare.iter().copied().skip(1)).collect();
    grams.sort_unstable();
    grams.dedup();
    let quoted = quoted(after);
    let generic = lexicon.pair_generic.before(&bare, bare.len()).is_some();
    let head = bare.get(bare.len().saturating_sub(2)..).unwrap_or_default();
    let head = (!generic).then(|| head.iter().collect());
    Name { whole, bare: bare.into_iter().collect(), grams, quoted, head }
}

/// Names in quotes: “美丽街区”.
fn quoted(words: &str) -> Vec<String> {
    let parts = words.split('“').skip(1).filter_map(|part| part.split_once('”'));
    parts.map(|(name, _)| name.to_owned()).filter(|name| name.chars().count() > 2).collect()
}

/// How far two statements speak of one thing; nothing when they do not.
fn agreement(old: &Statement, a: &Name, new: &Statement, b: &Name) -> Option<f64> {
    let without = |one: &Statement| one.kind == Kind::Relation;
    let relation = without(old) || without(new);
    let same_unit = old.unit_std == new.unit_std;
    let counts = old.dimension == Dimension::Count && new.dimension == Dimension::Count;
    if !(same_unit || counts || relation) {
        return None;
    }
    let ranked = |one: &Statement| matches!(one.kind, Kind::Rank | Kind::Coverage);
    if (old.kind == Kind::Growth) != (new.kind == Kind::Growth) && !relation
        || ranked(old) != ranked(new)
    {
        return None;
    }
    let common = a.grams.iter().filter(|gram| b.grams.binary_search(gram).is_ok()).count() as f64;
    let (short, long) = (a.grams.len().min(b.grams.len()), a.grams.len() + b.grams.len());
    if a.bare == b.bare {
        return Some(1.0);
    }
    if short < 2 {
        return None;
    }
    let dice = 2.0 * common / long as f64;
    let mut score = dice;
    if short >= TELLING {
        score = score.max(0.5 * dice + 0.5 * common / short as f64);
    }
    if let (Some(a), Some(b)) = (&a.head, &b.head)
        && a == b
        && old.kind == new.kind
    {
        score += 0.15;
    }
    if a.quoted.iter().any(|name| b.quoted.contains(name)) {
        score += 0.25;
    }
    // `推进二级旧里以下零星地块改造,启动…等7幅地块征收`: the sentence names what the item is part of.
    if same_unit && b.grams.len() >= 2 * TELLING {
        let said: Vec<char> = old.sentence.chars().collect();
        let said: Vec<(char, char)> =
            said.iter().copied().zip(said.iter().copied().skip(1)).collect();
        let within = b.grams.iter().filter(|gram| said.contains(gram)).count();
        if within == b.grams.len() && common > 0.0 {
            score = score.max(IN_SENTENCE);
        }
    }
    let least = match () {
        () if ranked(new) => 0.8,
        () if same_unit || relation => SAME_UNIT_MIN,
        () => OTHER_UNIT_MIN,
    };
    // Levels and flows of one name are two indicators unless the names are all but the same.
    let kinds = old.kind == new.kind || relation || score >= 0.8;
    (score >= least && kinds).then_some(score.min(0.99))
}

/// The longest run of characters that both names have.
fn common(a: &str, b: &str) -> String {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut best = (0, 0);
    let mut row = vec![0_usize; b.len() + 1];
    for (i, letter) in a.iter().enumerate() {
        let mut diagonal = 0;
        for (cell, other) in row.iter_mut().skip(1).zip(&b) {
            let above = *cell;
            *cell = if letter == other { diagonal + 1 } else { 0 };
            if *cell > best.0 {
                best = (*cell, i + 1);
            }
            diagonal = above;
        }
    }
    a.iter().skip(best.1 - best.0).take(best.0).collect()
}
