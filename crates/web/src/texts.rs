//! Interface texts (Fluent) in Chinese, the source, and English. Names of kinds, steps and organs
//! come from packs.

use std::collections::BTreeSet;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use crate::locale::Locale;

macro_rules! files {
    ($language:literal: $($name:literal),* $(,)?) => {
        [$(include_str!(concat!("../texts/", $language, "/", $name, ".ftl"))),*]
    };
}

/// Names and both languages: one file per audience and subject, the same in both languages.
macro_rules! both {
    ($($name:literal),* $(,)?) => {
        ([$($name),*], files!("zh-CN": $($name),*), files!("en": $($name),*))
    };
}

type Bundle = FluentBundle<FluentResource>;

/// All interface texts.
pub struct Texts {
    chinese: Bundle,
    english: Bundle,
    coverage: Vec<Coverage>,
}

/// How much of a file of Chinese texts is written in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The file.
    pub name: &'static str,
    /// Chinese texts.
    pub count: usize,
    /// Those that are not written in English.
    pub missing: Vec<&'static str>,
}

impl Coverage {
    /// Written in English, in whole percent, rounded down.
    pub fn percent(&self) -> usize {
        (self.count - self.missing.len()) * 100 / self.count.max(1)
    }
}

/// The keys of a file, in order.
fn keys(file: &'static str) -> impl Iterator<Item = &'static str> {
    let begins = |key: &&str| key.starts_with(|c: char| c.is_ascii_lowercase());
    file.lines().filter_map(|line| Some(line.split_once(" =")?.0)).filter(begins)
}

impl Texts {
    /// The texts built into the program. A file that cannot be read is left out: a test sees that
    /// there is none.
    pub fn built_in() -> Self {
        let (names, chinese, english) = both!(
            "site", "words", "home", "report", "case", "follow", "work", "account", "refusals",
            "intake", "open311", "api", "told", "crew", "duty", "record", "admin", "tour",
            "checkup", "figures", "targets", "writing", "compare", "people"
        );
        let english_keys: BTreeSet<&str> = english.iter().flat_map(|file| keys(file)).collect();
        let coverage = names.into_iter().zip(chinese).map(|(name, file)| Coverage {
            name,
            count: keys(file).count(),
            missing: keys(file).filter(|key| !english_keys.contains(key)).collect(),
        });
        Self {
            coverage: coverage.collect(),
            chinese: bundle("zh-CN", &chinese),
            english: bundle("en", &english),
        }
    }

    /// What is written in both languages, by file.
    pub fn coverage(&self) -> Vec<Coverage> {
        self.coverage.clone()
    }

    fn bundle(&self, locale: Locale) -> &Bundle {
        match locale {
            Locale::Chinese => &self.chinese,
            Locale::English => &self.english,
        }
    }

    /// A text; in Chinese where English is missing, and its key where nobody wrote it.
    pub fn say(&self, locale: Locale, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        let args: FluentArgs<'_> =
            values.iter().map(|(name, value)| (*name, value.clone())).collect();
        [locale, Locale::Chinese]
            .into_iter()
            .find_map(|locale| {
                let bundle = self.bundle(locale);
                let pattern = bundle.get_message(key)?.value()?;
                Some(bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned())
            })
            .unwrap_or_else(|| key.to_owned())
    }

    /// True when a language has the text itself.
    pub fn has(&self, locale: Locale, key: &str) -> bool {
        self.bundle(locale).get_message(key).is_some_and(|message| message.value().is_some())
    }
}

fn bundle(language: &str, files: &[&str]) -> Bundle {
    let languages = language.parse().into_iter().collect();
    let mut bundle = Bundle::new_concurrent(languages);
    // The marks around values confuse copying of numbers and ids.
    bundle.set_use_isolating(false);
    for file in files {
        match FluentResource::try_new((*file).to_owned()) {
            Ok(resource) => drop(bundle.add_resource(resource)),
            Err((_, errors)) => tracing::error!(?errors, language, "texts cannot be read"),
        }
    }
    bundle
}
