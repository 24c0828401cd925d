//! What a program asks: its language, the name in the address, and parameters that are read to the
//! last one, so that a mistyped name is not taken for a filter that fits everything.

use std::collections::BTreeSet;
use std::str::FromStr;

use access::rate::Rate;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{Extensions, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::api::problem::{Fault, Problem};
use crate::app::App;
use crate::failure::Failure;
use crate::limits;
use crate::public;
use crate::visit::Visit;

/// One request of a program.
pub struct Ask {
    /// Language and time.
    pub v: Visit,
    /// What the address names.
    pub name: String,
}

impl FromRequestParts<App> for Ask {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        // What is no text in an address names nothing.
        let name = Path::<String>::from_request_parts(parts, app).await;
        let name = name.map(|Path(name)| name).unwrap_or_default();
        let ask = Self { v: public::visit(parts, app), name };
        match ask.refusal(limits::PROGRAM, &parts.extensions) {
            None => Ok(ask),
            Some(refusal) => Err(refusal),
        }
    }
}

impl Ask {
    /// The answer to a caller who asks too often.
    pub fn refusal(&self, rate: Rate, request: &Extensions) -> Option<Response> {
        let failure = limits::of(&self.v.app, rate, request).err()?;
        let mut response = Problem::failed(&self.v, &failure).into_response();
        failure.add_retry(&mut response);
        Some(response)
    }

    /// An answer as JSON.
    pub fn json(&self, answer: &impl Serialize) -> Response {
        let head = [
            (header::CONTENT_TYPE, "application/json"),
            (header::CONTENT_LANGUAGE, self.v.locale.tag()),
            (header::VARY, "accept-language"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        match serde_json::to_string(answer) {
            Ok(body) => (head, body).into_response(),
            Err(error) => {
                tracing::error!(%error, "an answer could not be written");
                Problem::failed(&self.v, &Failure::Broken).into_response()
            }
        }
    }

    /// The parameters, which have these names and no others.
    pub fn parameters(&self, known: &'static [&'static str]) -> Parameters<'_> {
        let mut parameters = Parameters { v: &self.v, faults: Vec::new() };
        let mut told = BTreeSet::new();
        for (name, _) in self.v.query.fields() {
            if !known.contains(&name) && told.insert(name) {
                parameters.fault(name, "parameter_unknown");
            }
        }
        parameters
    }
}

/// Parameters being read; every fault is told.
pub struct Parameters<'q> {
    v: &'q Visit,
    faults: Vec<Fault>,
}

impl<'q> Parameters<'q> {
    /// Adds a fault, in the words of `api-<key>`.
    pub fn fault(&mut self, name: &str, key: &str) {
        let detail = self.v.t(&format!("api-{}", key.replace('_', "-")));
        // A name that somebody made up may be as long as an address.
        let name: String = name.chars().take(64).collect();
        self.faults.push(Fault { name, key: key.to_owned(), detail });
    }

    /// A parameter that is sent once.
    pub fn text(&mut self, name: &'static str) -> Option<&'q str> {
        let v = self.v;
        let mut values = v.query.fields().filter(|(sent, _)| *sent == name);
        let first = values.next().map(|(_, value)| value);
        if values.next().is_some() {
            self.fault(name, "parameter_repeated");
        }
        first
    }

    /// A parameter of a type.
    pub fn parsed<T: FromStr>(&mut self, name: &'static str, key: &'static str) -> Option<T> {
        self.accepted(name, key, |text| text.parse().ok())
    }

    /// A parameter that this function makes something of.
    pub fn accepted<T>(
        &mut self,
        name: &'static str,
        key: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name)?;
        let value = read(text);
        if value.is_none() {
            self.fault(name, key);
        }
        value
    }

    /// A parameter that may be sent several times.
    pub fn many<T>(
        &mut self,
        name: &'static str,
        key: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let v = self.v;
        let mut found = Vec::new();
        for (_, value) in v.query.fields().filter(|(sent, _)| *sent == name) {
            match read(value) {
                Some(value) => found.push(value),
                None => self.fault(name, key),
            }
        }
        found
    }

    /// All faults as one problem; nothing when there is none.
    pub fn check(self) -> Result<(), Problem> {
        match self.faults.is_empty() {
            true => Ok(()),
            false => {
                let (status, key) = (StatusCode::BAD_REQUEST, "parameters_invalid");
                Err(Problem::new(self.v, status, key, "api-parameters-invalid").with(self.faults))
            }
        }
    }
}

/// An instant as RFC 3339 writes it.
pub fn instant(text: &str) -> Option<model::Timestamp> {
    let sound = text.len() <= 40 && !text.contains('[') && text.contains(['T', 't']);
    if sound { text.parse().ok() } else { None }
}
