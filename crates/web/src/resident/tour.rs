//! What to try on a demo, and as whom. A real district has no such page.

use askama::Template;
use axum::response::Response;

use crate::failure::Failure;
use crate::visit::Visit;

/// Account (nobody: without signing in), where to begin, and the key of the words.
const STOPS: [(Option<&str>, &str, &str); 10] = [
    (None, "/report", "report"),
    (None, "/follow", "follow"),
    (Some("clerk-1"), "/work", "clerk"),
    (Some("dispatcher-1"), "/duty", "dispatcher"),
    (Some("handler-greening-1"), "/crew", "handler"),
    (Some("inspector-310106006-1"), "/crew", "inspector"),
    (Some("supervisor-1"), "/work?view=late3&all=1", "supervisor"),
    (Some("district-leader-1"), "/duty/mode", "leader"),
    (Some("auditor-1"), "/record", "auditor"),
    (Some("administrator-1"), "/admin", "administrator"),
];

/// A stop of the tour.
struct Stop {
    name: String,
    words: String,
    href: String,
    account: &'static str,
}

#[derive(Template)]
#[template(path = "resident/tour.html")]
struct Page<'p> {
    v: &'p Visit,
    stops: Vec<Stop>,
    password: &'static str,
}

/// `GET /tour`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    if !v.app.settings.demo {
        return Err(Failure::NotFound);
    }
    let stop = |(account, path, key): &(Option<&'static str>, &str, &str)| {
        let href = match account {
            None => v.url(path),
            Some(account) => {
                let pairs = [("name", *account), ("back", *path)];
                let query =
                    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
                v.url(&format!("/sign-in?{query}"))
            }
        };
        Stop {
            name: v.t(&format!("tour-{key}")),
            words: v.t(&format!("tour-{key}-words")),
            href,
            account: account.unwrap_or_default(),
        }
    };
    let stops = STOPS.iter().map(stop).collect();
    v.page(&Page { stops, password: crate::DEMO_PASSWORD, v: &v })
}
