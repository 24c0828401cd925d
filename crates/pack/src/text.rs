//! A name or sentence of a pack in Chinese, with its English where somebody has written it.

use std::sync::Arc;

/// Chinese first; English may be missing and then the Chinese is shown, never a blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// 中文.
    pub zh: Arc<str>,
    /// English.
    pub en: Option<Arc<str>>,
}

/// The reader's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 中文.
    Chinese,
    /// English.
    English,
}

impl Text {
    /// The text in a language, or in Chinese where the other is missing.
    pub fn say(&self, language: Language) -> &str {
        match (language, &self.en) {
            (Language::English, Some(en)) => en,
            _ => &self.zh,
        }
    }
}
