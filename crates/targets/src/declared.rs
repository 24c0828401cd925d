//! What packs declare for this room: words to read reports with, who answers for what, what counts
//! what is promised, and the rule that targets are followed up by.

use std::collections::BTreeMap;

use pack::{Files, Mistake};

use crate::promise::FollowUp;
use crate::reading::Lexicon;
use crate::review::counter::Counters;
use crate::review::owner::Owners;

/// All of it.
#[derive(Debug, Default)]
pub struct Declared {
    /// How reports are read.
    pub lexicon: Lexicon,
    /// Departments and their organs.
    pub owners: Owners,
    /// Promises and the indicators that count them.
    pub counters: Counters,
    /// How targets are followed up.
    pub rule: FollowUp,
}

impl Declared {
    /// Reads the packs; without a lexicon no report can be read, without a rule nothing turns red.
    pub fn read(packs: &BTreeMap<String, Files>) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let has_words = |files: &Files| files.0.keys().any(|path| path.starts_with("lexicon/"));
        let lexicon = match packs.iter().find(|(_, files)| has_words(files)) {
            Some((pack, files)) => kept(Lexicon::read(pack, files), &mut mistakes),
            None => Lexicon::default(),
        };
        let owners = kept(Owners::read(packs), &mut mistakes);
        let counters = kept(Counters::read(packs), &mut mistakes);
        let rule = kept(FollowUp::read(packs), &mut mistakes);
        match mistakes.is_empty() {
            true => Ok(Self { lexicon, owners, counters, rule }),
            false => Err(mistakes),
        }
    }
}

fn kept<T: Default>(read: Result<T, Vec<Mistake>>, mistakes: &mut Vec<Mistake>) -> T {
    read.unwrap_or_else(|wrong| {
        mistakes.extend(wrong);
        T::default()
    })
}
