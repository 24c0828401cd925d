//! How somebody wants to see pages: theme and type size, kept in one cookie that the server reads,
//! so that nothing flashes and no script is needed.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::form::Form;
use crate::visit::cookie;

const NAME: &str = "lw_prefs";

/// The choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Prefs {
    /// Colours.
    pub theme: Theme,
    /// True in the elder edition (长者版).
    pub elder: bool,
}

/// Colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the device asks for.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// 高对比.
    Contrast,
}

impl Theme {
    /// For `data-theme`, the cookie and the form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Contrast => "contrast",
        }
    }

    fn read(word: &str) -> Option<Self> {
        [Self::Auto, Self::Light, Self::Dark, Self::Contrast]
            .into_iter()
            .find(|theme| theme.as_str() == word)
    }
}

impl Prefs {
    /// Reads the cookie; anything else counts as not chosen.
    pub fn read(headers: &HeaderMap) -> Self {
        let Some(text) = cookie(headers, NAME) else { return Self::default() };
        let (theme, mode) = text.split_once('.').unwrap_or((text, "std"));
        Self { theme: Theme::read(theme).unwrap_or_default(), elder: mode == "elder" }
    }

    /// For `data-mode`.
    pub fn mode(&self) -> &'static str {
        if self.elder { "elder" } else { "std" }
    }
}

/// `POST /prefs`: changes what the form names and leads back to where it was sent from.
pub async fn change(State(_): State<App>, headers: HeaderMap, form: Form) -> Response {
    let mut prefs = Prefs::read(&headers);
    if let Some(theme) = form.text("theme").and_then(Theme::read) {
        prefs.theme = theme;
    }
    match form.text("mode") {
        Some("elder") => prefs.elder = true,
        Some("std") => prefs.elder = false,
        _ => {}
    }
    let value = format!(
        "{NAME}={}.{}; Path=/; Max-Age=31536000; SameSite=Lax",
        prefs.theme.as_str(),
        prefs.mode()
    );
    let mut response = Redirect::to(back(form.text("back"))).into_response();
    if let Ok(value) = HeaderValue::from_str(&value) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// A path of this site, never another site's address.
pub fn back(given: Option<&str>) -> &str {
    let safe = |path: &&str| {
        let mut chars = path.chars();
        chars.next() == Some('/')
            && !matches!(chars.next(), Some('/' | '\\'))
            && !path.contains(|c: char| c.is_control() || c == '\\')
    };
    given.filter(safe).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_back_to_this_site_only() {
        for (given, to) in [
            (Some("/report?x=1"), "/report?x=1"),
            (Some("//evil.example"), "/"),
            (Some("/\\evil.example"), "/"),
            (Some("https://evil.example"), "/"),
            (Some("/a\r\nSet-Cookie: x"), "/"),
            (None, "/"),
        ] {
            assert_eq!(back(given), to);
        }
    }
}
