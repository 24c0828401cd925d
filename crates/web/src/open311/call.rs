//! One call of a program: its language, the format of the answer, what it names and asks.

use axum::extract::{FromRequestParts, Path};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::Response;
use cases::has_control;
use model::Timestamp;
use model::time::{from_millis, millis};

use crate::app::App;
use crate::failure::Failure;
use crate::limits;
use crate::open311::answer::{Format, Node, Wrong};
use crate::public;
use crate::visit::Visit;

/// One call.
pub struct Call {
    /// Language and time.
    pub v: Visit,
    /// What comes back.
    pub format: Format,
    /// What the last part of the address names, without its ending.
    pub name: String,
    /// Where the caller believes this server to be: `city.example:8080`.
    pub host: String,
}

impl FromRequestParts<App> for Call {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        // What is no text in an address names nothing.
        let file = Path::<String>::from_request_parts(parts, app).await;
        let file = file.map(|Path(file)| file).unwrap_or_default();
        let name = file.rsplit_once('.').map_or("", |(name, _)| name).to_owned();
        let format = Format::of(parts.uri.path());
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = host.filter(|host| is_host(host)).unwrap_or("localhost").to_owned();
        let format = format.unwrap_or_default();
        let call = Self { v: public::visit(parts, app), format, name, host };
        match limits::of(app, limits::PROGRAM, &parts.extensions) {
            Ok(()) => Ok(call),
            Err(failure) => Err(call.too_many(&failure)),
        }
    }
}

/// Letters, digits and what stands in a host name or an address; a header can say anything.
fn is_host(host: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
    !host.is_empty() && host.len() <= 255 && host.bytes().all(known)
}

impl Call {
    fn too_many(&self, failure: &Failure) -> Response {
        let mut response = self.answer(Err(self.failed(failure)));
        failure.add_retry(&mut response);
        response
    }

    /// What comes back, as the ending of the address wants it.
    pub fn answer(&self, answer: Result<(&'static str, Node), Wrong>) -> Response {
        self.format.response(self.v.locale, answer)
    }

    /// Where this site begins, in the caller's language.
    pub fn site(&self) -> String {
        let settings = &self.v.app.settings;
        let scheme = if settings.secure { "https" } else { "http" };
        let named = || format!("{scheme}://{}", self.host);
        let origin = settings.address.clone().unwrap_or_else(named);
        format!("{origin}{}", self.v.locale.prefix())
    }

    /// A failure of the site in the words of its page.
    pub fn failed(&self, failure: &Failure) -> Wrong {
        Wrong::failed(failure, self.v.t(&format!("failure-{}", failure.key())))
    }

    /// The comma-separated values of a parameter, from all its occurrences.
    pub fn values(&self, name: &'static str) -> Vec<&str> {
        let sent = self.v.query.all(name).flat_map(|value| value.split(','));
        sent.map(str::trim).filter(|value| !value.is_empty()).collect()
    }

    /// A parameter that is a number from 1 on.
    pub fn count(&self, name: &'static str, most: u32, otherwise: u32) -> Result<u32, Wrong> {
        let Some(text) = self.v.query.text(name) else { return Ok(otherwise) };
        let number = text.parse().ok().filter(|number| (1..=most).contains(number));
        number.ok_or_else(|| {
            let values = [("name", name.into()), ("max", most.to_string().into())];
            Wrong::bad(self.v.tn("open311-count", &values))
        })
    }

    /// An instant such as `2010-01-01T00:00:00Z`.
    pub fn time(&self, name: &'static str) -> Result<Option<Timestamp>, Wrong> {
        let Some(text) = self.v.query.text(name) else { return Ok(None) };
        let read = read_time(text);
        read.map(Some).ok_or_else(|| Wrong::bad(self.v.t1("open311-time", "name", name)))
    }

    /// The span of `start_date` and `end_date`: at most 90 days, and the last 90 when neither is
    /// given.
    pub fn span(&self) -> Result<(Timestamp, Timestamp), Wrong> {
        let later = |at: Timestamp| from_millis(millis(at).saturating_add(SPAN));
        let earlier = |at: Timestamp| from_millis(millis(at).saturating_sub(SPAN));
        let (from, to) = match (self.time("start_date")?, self.time("end_date")?) {
            (None, None) => (earlier(self.v.now), self.v.now),
            (Some(from), None) => (from, later(from).min(self.v.now).max(from)),
            (None, Some(to)) => (earlier(to), to),
            (Some(from), Some(to)) => (from, to),
        };
        if from > to {
            return Err(Wrong::bad(self.v.t("open311-span-order")));
        }
        if millis(to).saturating_sub(millis(from)) > SPAN {
            return Err(Wrong::bad(self.v.t("open311-span-long")));
        }
        Ok((from, to))
    }

    /// `page` and `page_size`: how many to leave out, and how many to show.
    pub fn page(&self) -> Result<(u32, u32), Wrong> {
        let size = self.count("page_size", PAGE, PAGE)?;
        let page = self.count("page", PAGES, 1)?;
        let skip = (page - 1).saturating_mul(size);
        match skip <= DEEPEST {
            true => Ok((skip, size)),
            false => Err(Wrong::bad(self.v.t("open311-too-deep"))),
        }
    }

    /// The numbers that `service_request_id` lists; nothing when it is not sent.
    pub fn numbers(&self) -> Result<Option<Vec<&str>>, Wrong> {
        let numbers = self.values("service_request_id");
        match numbers.len() {
            0 => Ok(None),
            count if count > NUMBERS => {
                Err(Wrong::bad(self.v.t1("open311-too-many-ids", "max", NUMBERS.to_string())))
            }
            _ => Ok(Some(numbers)),
        }
    }

    /// An instant as the interface writes it.
    pub fn iso(&self, at: Timestamp) -> Node {
        Node::Text(self.v.iso(at))
    }
}

/// 90 days in milliseconds.
const SPAN: i64 = 90 * 86_400_000;
/// Most reports in one answer.
const PAGE: u32 = 1_000;
/// Most pages.
const PAGES: u32 = 100_000;
/// Most reports that may be left out before a page.
const DEEPEST: u32 = 100_000;
/// Most reports that may be asked for by number.
const NUMBERS: usize = 100;

/// W3C's subset of ISO 8601 with a zone. A `+` that a client forgot to encode has become a space.
pub fn read_time(text: &str) -> Option<Timestamp> {
    if text.len() > 40 || has_control(text) {
        return None;
    }
    let text = match text.rsplit_once(' ') {
        Some((time, offset)) if offset.contains(':') && time.contains('T') => {
            format!("{time}+{offset}")
        }
        _ => text.to_owned(),
    };
    // A day alone has no zone in that subset, and no meaning without one.
    if text.contains('T') && !text.contains('[') { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_needs_its_zone() {
        for (text, expected) in [
            ("2010-01-01T00:00:00Z", Some("2010-01-01T00:00:00Z")),
            ("2010-01-01T08:00:00+08:00", Some("2010-01-01T00:00:00Z")),
            ("2010-01-01T08:00:00 08:00", Some("2010-01-01T00:00:00Z")),
            ("2010-01-01T00:00Z", Some("2010-01-01T00:00:00Z")),
            ("2010-01-01T00:00:00.5Z", Some("2010-01-01T00:00:00.5Z")),
            ("2010-01-01T00:00:00", None),
            ("2010-01-01", None),
            ("2010-01-01 00:00:00Z", None),
            ("2010-13-01T00:00:00Z", None),
            ("yesterday", None),
            ("2010-01-01T00:00:00Z[Asia/Shanghai]", None),
            ("-009999-01-03T00:00:00Z", Some("-009999-01-03T00:00:00Z")),
        ] {
            assert_eq!(read_time(text).map(|at| at.to_string()).as_deref(), expected, "{text}");
        }
        assert_eq!(read_time(&"9".repeat(1000)), None);
    }

    #[test]
    fn a_host_is_a_name_or_an_address() {
        for (host, good) in [
            ("city.example", true),
            ("127.0.0.1:8080", true),
            ("[::1]:80", true),
            ("", false),
            ("a/b", false),
            ("a b", false),
            ("<script>", false),
        ] {
            assert_eq!(is_host(host), good, "{host}");
        }
    }
}
