//! Names to sign in with. A name has one spelling: compatibility forms and capitals are folded, and
//! only letters that nobody can mistake for others are let in.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

use crate::AccessError;

/// A name in its normal form: Latin letters `a` to `z`, digits, Chinese characters, `.`, `-`, `_`,
/// `@`. Other scripts are refused as a whole, so `а` (Cyrillic) never stands for `a`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignInName(String);

const CHARACTERS_MIN: usize = 2;
const CHARACTERS_MAX: usize = 64;

impl SignInName {
    /// Folds what somebody typed; blanks around it are dropped.
    pub fn new(typed: &str) -> Result<Self, AccessError> {
        // NFKC makes at most 18 characters of one.
        let shortened: String = typed.trim().chars().take(CHARACTERS_MAX + 1).collect();
        let folded: String = shortened.nfkc().flat_map(char::to_lowercase).collect();
        let count = folded.chars().count();
        let good = (CHARACTERS_MIN..=CHARACTERS_MAX).contains(&count)
            && folded.chars().all(is_allowed)
            && folded.starts_with(char::is_alphanumeric);
        if good { Ok(Self(folded)) } else { Err(AccessError::NameInvalid(shown(&shortened))) }
    }

    /// The normal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SignInName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_allowed(character: char) -> bool {
    matches!(
        character,
        'a'..='z' | '0'..='9' | '.' | '-' | '_' | '@'
            | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}'
    )
}

/// What can stand in a message: no character that changes how the rest of it reads.
fn shown(typed: &str) -> String {
    typed
        .chars()
        .map(|character| {
            if character.is_alphanumeric() || character.is_ascii_graphic() {
                character
            } else {
                '?'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_has_one_spelling() {
        for (typed, expected) in [
            ("Li.Qing", Some("li.qing")),
            (" clerk-1 ", Some("clerk-1")),
            ("ｃｌｅｒｋ－１", Some("clerk-1")),
            ("受理员01", Some("受理员01")),
            ("𠮷野", Some("𠮷野")),
            ("⼀⼆", Some("一二")),
            ("\u{212a}ate", Some("kate")),
            ("o\u{fb03}ce", Some("office")),
            ("clerk@centre", Some("clerk@centre")),
            ("a", None),
            ("", None),
            (".clerk", None),
            ("clerk one", None),
            ("cl\u{0435}rk", None),
            ("\u{202e}krelc", None),
            ("cle\u{200b}rk", None),
            ("clerk\0", None),
            ("cl\u{e9}rk", None),
            ("cle\u{0301}rk", None),
            ("λάμδα", None),
            ("کارمند", None),
            ("clerk\n1", None),
        ] {
            let name = SignInName::new(typed).ok();
            assert_eq!(name.as_ref().map(SignInName::as_str), expected, "{typed:?}");
        }
        assert!(SignInName::new(&"a".repeat(64)).is_ok());
        assert!(SignInName::new(&"a".repeat(65)).is_err());
    }

    proptest! {
        #[test]
        fn a_normal_form_stays_as_it_is(typed in "\\PC{0,20}") {
            if let Ok(name) = SignInName::new(&typed) {
                prop_assert_eq!(SignInName::new(name.as_str()).unwrap(), name.clone());
                let loud = name.as_str().to_uppercase();
                prop_assert_eq!(SignInName::new(&loud).unwrap(), name);
            }
        }
    }
}
