//! Finds the kinds of case that fit somebody's own words: by names and aliases, in Chinese, English
//! or pinyin. It only proposes; the reporter confirms.

use pack::Kind;
use pinyin::ToPinyin as _;

/// A kind and how well it fits; larger is better.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit<'k> {
    /// The kind.
    pub kind: &'k Kind,
    /// Only for comparing.
    pub score: usize,
}

/// The kinds that fit, the best first; those of equal fit in the order given.
pub fn propose<'k>(words: &str, kinds: impl IntoIterator<Item = &'k Kind>) -> Vec<Fit<'k>> {
    let words = plain(words);
    let pairs = pairs(&words);
    let mut fits: Vec<Fit<'k>> = kinds
        .into_iter()
        .map(|kind| Fit { kind, score: score(&words, &pairs, kind) })
        .filter(|fit| fit.score > 0)
        .collect();
    fits.sort_by_key(|fit| std::cmp::Reverse(fit.score));
    fits
}

/// Small letters, no space and no punctuation around words.
fn plain(text: &str) -> String {
    let spaced = |c: char| if c.is_alphanumeric() { c } else { ' ' };
    let text: String = text.to_lowercase().chars().map(spaced).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn pairs(text: &str) -> Vec<(char, char)> {
    let chinese: Vec<char> = text.chars().filter(|c| !c.is_ascii()).collect();
    chinese.iter().copied().zip(chinese.iter().copied().skip(1)).collect()
}

fn score(words: &str, found: &[(char, char)], kind: &Kind) -> usize {
    let english = kind.name.en.as_deref().unwrap_or_default();
    let names = [&*kind.name.zh].into_iter().chain(kind.aliases.iter().map(String::as_str));
    let chinese = names.map(|name| chinese(words, found, name)).max().unwrap_or(0);
    let group = chinese_pairs(found, &kind.major.zh);
    chinese + group + latin(words, english, kind)
}

/// A whole name within the words counts most, then how many of its pairs of characters are there.
fn chinese(words: &str, found: &[(char, char)], name: &str) -> usize {
    let name = plain(name);
    if name.is_empty() || words.is_empty() {
        return 0;
    }
    let whole = words.contains(&name) || (words.chars().count() > 1 && name.contains(words));
    let whole = if whole { 20 * name.chars().count() } else { 0 };
    whole + 10 * chinese_pairs(found, &name)
}

fn chinese_pairs(found: &[(char, char)], name: &str) -> usize {
    pairs(name).iter().filter(|pair| found.contains(pair)).count()
}

/// English words, and pinyin written in full or by its initials.
fn latin(words: &str, english: &str, kind: &Kind) -> usize {
    let english = plain(english);
    let is_latin = |word: &&str| word.len() > 2 && word.is_ascii();
    let hits = words.split(' ').filter(is_latin).filter(|word| {
        let stem = word.get(..word.len().min(5)).unwrap_or(word);
        english.split(' ').any(|other| other.starts_with(stem))
    });
    let letters: String = words.chars().filter(|c| c.is_ascii_alphabetic()).collect();
    let by_sound = letters.len() > 2 && {
        let mut names = [&*kind.name.zh].into_iter().chain(kind.aliases.iter().map(String::as_str));
        names.any(|name| {
            let (full, initials) = sound(name);
            full.contains(&letters) || initials == letters
        })
    };
    8 * hits.count() + if by_sound { 30 } else { 0 }
}

/// `baolulaji` and `bllj`.
fn sound(name: &str) -> (String, String) {
    let syllables: Vec<&str> =
        name.to_pinyin().flatten().map(|syllable| syllable.plain()).collect();
    let initials = syllables.iter().filter_map(|syllable| syllable.chars().next()).collect();
    (syllables.concat(), initials)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::*;

    #[test]
    fn own_words_lead_to_the_kind_that_people_mean() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
        let files: BTreeMap<String, pack::Files> = ["district", "street-reports"]
            .into_iter()
            .map(|name| (name.to_owned(), pack::Files::read(&folder.join(name)).unwrap()))
            .collect();
        let catalogue = pack::check(&files).unwrap();
        for (words, wanted) in [
            ("小区门口垃圾堆了三天没人收，臭得很", "exposed-refuse"),
            ("暴露垃圾", "exposed-refuse"),
            ("baolulaji", "exposed-refuse"),
            ("bllj", "exposed-refuse"),
            ("exposed refuse at our gate", "exposed-refuse"),
            ("井盖不见了很危险", "manhole-cover"),
            ("下雨路面积水", "road-ponding"),
        ] {
            let fits = propose(words, catalogue.kinds.values().map(|kind| &kind.value));
            let best: Vec<&str> = fits.iter().take(3).map(|fit| fit.kind.id.as_str()).collect();
            assert_eq!(best.first(), Some(&wanted), "{words}: {best:?}");
        }
    }

    #[test]
    fn words_that_fit_nothing_propose_nothing() {
        let kinds: [&Kind; 0] = [];
        assert!(propose("!!!", kinds).is_empty());
        assert_eq!(plain("  Hello，世界！ "), "hello 世界");
    }
}
