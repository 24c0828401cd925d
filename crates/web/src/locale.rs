//! The reader's language, by real URLs: Chinese at `/…`, English at `/en/…`.

use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, Uri, header};
use pack::Language;

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Locale {
    /// 中文, the source of all texts.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Locale {
    /// For the `lang` attribute.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// What URLs of this language begin with.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Chinese => "",
            Self::English => "/en",
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Chinese => Self::English,
            Self::English => Self::Chinese,
        }
    }

    /// As packs know it.
    pub fn language(self) -> Language {
        match self {
            Self::Chinese => Language::Chinese,
            Self::English => Language::English,
        }
    }
}

/// The language that a program asks for (`Accept-Language`); nothing when it wants neither.
pub fn asked(headers: &HeaderMap) -> Option<Locale> {
    let wanted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(f32, Locale)> = None;
    for one in wanted.split(',') {
        let (tag, weight) = one.split_once(';').unwrap_or((one, "q=1"));
        let locale = match tag.trim().split('-').next().map(str::to_ascii_lowercase).as_deref() {
            Some("zh") => Locale::Chinese,
            Some("en") => Locale::English,
            _ => continue,
        };
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok());
        let weight: f32 = weight.unwrap_or(0.0);
        if weight > 0.0 && best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, locale));
        }
    }
    best.map(|(_, locale)| locale)
}

/// Takes the language off a URL, so that each page has one route for both.
pub fn split(uri: &Uri) -> (Locale, Uri) {
    let rest = match uri.path().strip_prefix("/en") {
        Some("") => "/",
        // `//` would begin the address of another site.
        Some(rest) if rest.starts_with('/') && !rest.starts_with("//") => rest,
        _ => return (Locale::Chinese, uri.clone()),
    };
    let path = match uri.query() {
        Some(query) => format!("{rest}?{query}"),
        None => rest.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    match PathAndQuery::try_from(path) {
        Ok(path) => parts.path_and_query = Some(path),
        Err(_) => return (Locale::Chinese, uri.clone()),
    }
    match Uri::from_parts(parts) {
        Ok(stripped) => (Locale::English, stripped),
        Err(_) => (Locale::Chinese, uri.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_answered_in_the_language_it_prefers() {
        for (wanted, expected) in [
            ("en", Some(Locale::English)),
            ("en-GB, zh;q=0.8", Some(Locale::English)),
            ("zh-CN,zh;q=0.9,en;q=0.8", Some(Locale::Chinese)),
            ("fr, en;q=0.3, zh;q=0.4", Some(Locale::Chinese)),
            ("en;q=0, zh", Some(Locale::Chinese)),
            ("EN", Some(Locale::English)),
            ("fr", None),
            ("*", None),
            ("en;q=x", None),
            ("", None),
        ] {
            let headers =
                HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, wanted.parse().unwrap())]);
            assert_eq!(asked(&headers), expected, "{wanted}");
        }
        assert_eq!(asked(&HeaderMap::new()), None);
    }

    #[test]
    fn the_language_stands_at_the_beginning_of_a_path() {
        for (given, locale, rest) in [
            ("/", Locale::Chinese, "/"),
            ("/report?kind=x", Locale::Chinese, "/report?kind=x"),
            ("/en", Locale::English, "/"),
            ("/en/", Locale::English, "/"),
            ("/en/report?kind=x", Locale::English, "/report?kind=x"),
            ("/english", Locale::Chinese, "/english"),
            ("/en//evil.example", Locale::Chinese, "/en//evil.example"),
        ] {
            let (found, uri) = split(&given.parse().unwrap());
            assert_eq!((found, uri.to_string().as_str()), (locale, rest), "{given}");
        }
    }
}
