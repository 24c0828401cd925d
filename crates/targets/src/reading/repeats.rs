//! Whether the same words stand more than once in a text, in time that does not grow with it.

use std::collections::HashMap;

/// Words are looked up by so many characters.
const KEY: usize = 4;

/// Where every run of `KEY` characters begins.
pub struct Repeats<'a> {
    chars: &'a [char],
    places: HashMap<&'a [char], Vec<usize>>,
}

impl<'a> Repeats<'a> {
    /// Notes all runs of a text.
    pub fn new(chars: &'a [char]) -> Self {
        let mut places: HashMap<&[char], Vec<usize>> = HashMap::new();
        for (place, key) in chars.windows(KEY).enumerate() {
            places.entry(key).or_default().push(place);
        }
        Self { chars, places }
    }

    /// Whether the words between two places also stand elsewhere. Shorter words than a key are told to
    /// stand once.
    pub fn elsewhere(&self, from: usize, to: usize) -> bool {
        let words = self.chars.get(from..to).unwrap_or_default();
        let Some(places) = words.get(..KEY).and_then(|key| self.places.get(key)) else {
            return false;
        };
        let same = |place: &&usize| {
            **place != from && self.chars.get(**place..).is_some_and(|rest| rest.starts_with(words))
        };
        places.iter().find(same).is_some()
    }
}
