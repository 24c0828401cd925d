//! Lists of words that are looked up at a place of a text: the longest one there wins.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A word found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Its length in characters.
    pub len: usize,
    /// What it was put in under.
    pub tag: usize,
}

type ByLetter = HashMap<char, Vec<(Box<[char]>, usize)>, BuildHasherDefault<LetterHasher>>;

/// Characters are spread by one multiplication: the words are ours, so nobody can make them collide,
/// and the lookup is what reading spends its time on.
#[derive(Debug, Default, Clone)]
struct LetterHasher(u64);

impl Hasher for LetterHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, letter: u32) {
        self.0 = (self.0 ^ u64::from(letter)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// A list of words, found by their first or last character.
#[derive(Debug, Default, Clone)]
pub struct Words {
    by_first: ByLetter,
    by_last: ByLetter,
}

impl Words {
    /// Puts a word in; `tag` is handed back when it is found.
    pub fn insert(&mut self, word: &str, tag: usize) {
        let letters: Box<[char]> = word.chars().map(crate::reading::text::plain).collect();
        if let (Some(first), Some(last)) = (letters.first(), letters.last()) {
            for (list, key) in [(&mut self.by_first, *first), (&mut self.by_last, *last)] {
                let list = list.entry(key).or_default();
                list.push((letters.clone(), tag));
                list.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
            }
        }
    }

    /// The longest word that begins at a place.
    pub fn at(&self, chars: &[char], place: usize) -> Option<Hit> {
        let rest = chars.get(place..)?;
        let list = self.by_first.get(rest.first()?)?;
        let found = list.iter().find(|(word, _)| rest.starts_with(word));
        found.map(|(word, tag)| Hit { len: word.len(), tag: *tag })
    }

    /// The longest word that ends before a place.
    pub fn before(&self, chars: &[char], place: usize) -> Option<Hit> {
        let front = chars.get(..place)?;
        let list = self.by_last.get(front.last()?)?;
        let found = list.iter().find(|(word, _)| front.ends_with(word));
        found.map(|(word, tag)| Hit { len: word.len(), tag: *tag })
    }

    /// The first word that lies wholly in a stretch, with its place.
    pub fn find(&self, chars: &[char], from: usize, to: usize) -> Option<(usize, Hit)> {
        let chars = chars.get(..to)?;
        (from..to).find_map(|place| self.at(chars, place).map(|hit| (place, hit)))
    }

    /// The last word that lies wholly in a stretch, with its place.
    pub fn find_last(&self, chars: &[char], from: usize, to: usize) -> Option<(usize, Hit)> {
        let chars = chars.get(..to)?;
        (from..to).rev().find_map(|place| self.at(chars, place).map(|hit| (place, hit)))
    }

    /// Whether a word lies wholly in a stretch.
    pub fn within(&self, chars: &[char], from: usize, to: usize) -> bool {
        self.find(chars, from, to).is_some()
    }
}
