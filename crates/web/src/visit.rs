//! One request as its page sees it: language, looks, time, and the words for all of these. Every
//! template has a `v: &Visit`.

use std::sync::Arc;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use fluent_bundle::FluentValue;
use model::{TimeZone, Timestamp};
use pack::Text;

use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::locale::Locale;
use crate::prefs::Prefs;
use crate::signed::{self, Signed};

/// One request.
pub struct Visit {
    /// The shared state.
    pub app: App,
    /// The reader's language.
    pub locale: Locale,
    /// Theme and type size.
    pub prefs: Prefs,
    /// The address without its language, with its query.
    pub path: String,
    /// What the query asks for.
    pub query: Form,
    /// When it came.
    pub now: Timestamp,
    /// The zone of shown times.
    pub zone: TimeZone,
    /// Who has signed in.
    pub signed: Option<Arc<Signed>>,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let mut visit =
            Self::of(app.clone(), &parts.uri, &parts.headers, language(&parts.extensions));
        visit.signed = match parts.extensions.get::<Arc<Signed>>() {
            Some(signed) => Some(signed.clone()),
            None => signed::find(app, &parts.headers).await,
        };
        Ok(visit)
    }
}

/// The language that `guard` found in the address.
pub fn language(extensions: &axum::http::Extensions) -> Locale {
    extensions.get::<Locale>().copied().unwrap_or_default()
}

impl Visit {
    /// A visit from the parts of a request, of somebody who has not signed in.
    pub fn of(app: App, uri: &Uri, headers: &HeaderMap, locale: Locale) -> Self {
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let query = Form::parse(uri.query().unwrap_or_default());
        let (now, zone) = (app.machine.now(), app.zone());
        Self { app, locale, prefs: Prefs::read(headers), path, query, now, zone, signed: None }
    }

    /// A text.
    pub fn t(&self, key: &str) -> String {
        self.app.texts.say(self.locale, key, &[])
    }

    /// A text with a value.
    pub fn t1<'a>(&self, key: &str, name: &str, value: impl Into<FluentValue<'a>>) -> String {
        self.app.texts.say(self.locale, key, &[(name, value.into())])
    }

    /// A text with several values.
    pub fn tn(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        self.app.texts.say(self.locale, key, values)
    }

    /// A name of a pack in the reader's language.
    pub fn say<'t>(&self, text: &'t Text) -> &'t str {
        text.say(self.locale.language())
    }

    /// The address of a page in the reader's language.
    pub fn url(&self, path: &str) -> String {
        match (self.locale.prefix(), path) {
            (prefix, "/") if !prefix.is_empty() => prefix.to_owned(),
            (prefix, path) => format!("{prefix}{path}"),
        }
    }

    /// This page in a language.
    pub fn in_language(&self, locale: Locale) -> String {
        match (locale.prefix(), self.path.as_str()) {
            (prefix, "/") if !prefix.is_empty() => prefix.to_owned(),
            (prefix, path) => format!("{prefix}{path}"),
        }
    }

    /// This page, for coming back to it.
    pub fn here(&self) -> String {
        self.in_language(self.locale)
    }

    /// True for the page itself and pages below it: the entry of a menu that is lit.
    pub fn is_at(&self, path: &str) -> bool {
        let here = self.path.split('?').next().unwrap_or_default();
        here == path || (path != "/" && here.starts_with(&format!("{path}/")))
    }

    /// A key against repeats, new for each page with a form.
    pub fn form_key(&self) -> Result<String, Failure> {
        let key = self.app.machine.random::<16>().ok_or(Failure::Broken)?;
        Ok(key.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The style sheet: that of staff holds what residents never see.
    pub fn style(&self) -> &'static str {
        if self.signed.is_some() { "staff.css" } else { "portal.css" }
    }

    /// The script, likewise.
    pub fn script(&self) -> &'static str {
        if self.signed.is_some() { "staff.js" } else { "portal.js" }
    }

    /// True in Chinese, whose punctuation differs.
    pub fn is_chinese(&self) -> bool {
        self.locale == Locale::Chinese
    }

    /// A page that was made.
    pub fn page(&self, template: &impl Template) -> Result<Response, Failure> {
        self.page_with(StatusCode::OK, template)
    }

    /// The same with a status of its own, such as 422 for a form with mistakes.
    pub fn page_with(
        &self,
        status: StatusCode,
        template: &impl Template,
    ) -> Result<Response, Failure> {
        let html = template.render().map_err(|error| {
            tracing::error!(%error, "a template failed");
            Failure::Broken
        })?;
        let head = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_LANGUAGE, self.locale.tag()),
            (header::CACHE_CONTROL, "no-store"),
        ];
        Ok((status, head, html).into_response())
    }

    /// Leads to a page of this site in the reader's language, after a form was carried out.
    pub fn to(&self, path: &str) -> Response {
        axum::response::Redirect::to(&self.url(path)).into_response()
    }
}

/// The value of a cookie.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get_all(header::COOKIE).iter().find_map(|line| {
        line.to_str().ok()?.split(';').find_map(|pair| {
            let (found, value) = pair.trim().split_once('=')?;
            (found == name).then_some(value)
        })
    })
}
