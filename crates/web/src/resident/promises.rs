//! What the government promised for the year and how it is kept (兑现情况), as far as it is public. Nobody
//! who works on it is named here.

use askama::Template;
use axum::response::Response;
use targets::Role;
use targets::promise::rows;

use crate::components::Html;
use crate::failure::Failure;
use crate::promise::{self, Seen, amount};
use crate::visit::Visit;

/// A promise as the public sees it.
struct Promise {
    seen: Seen,
    before: Option<String>,
    bar: Option<Html>,
}

/// Promises of a chapter.
struct Chapter {
    name: String,
    promises: Vec<Promise>,
}

#[derive(Template)]
#[template(path = "resident/promises.html")]
struct Page<'p> {
    v: &'p Visit,
    year: i64,
    count: usize,
    done: usize,
    chapters: Vec<Chapter>,
}

/// `GET /promises`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    let (year, _) = promise::year(&v).await?;
    let mut all = promise::seen(&v, year).await?;
    all.retain(|one| one.target.terms.public);
    let before = rows::of_year(&v.app.store, year - 1, Role::Result).await?;
    let done = |one: &&Seen| one.standing.state == targets::promise::State::Done;
    let (count, done) = (all.len(), all.iter().filter(done).count());
    let mut chapters: Vec<Chapter> = Vec::new();
    for seen in all {
        let name = seen.target.terms.chapter.clone();
        if chapters.last().is_none_or(|last| last.name != name) {
            chapters.push(Chapter { name, promises: Vec::new() });
        }
        // Last year's result is shown when it is public itself.
        let previous = before.iter().find(|one| Some(&one.id) == seen.target.previous.as_ref());
        let previous = previous.filter(|one| one.terms.public);
        let before = previous.map(|one| amount(one.terms.goal, &one.terms.unit));
        let bar = seen.bar().map(|bar| Html::of(&bar));
        if let Some(last) = chapters.last_mut() {
            last.promises.push(Promise { seen, before, bar });
        }
    }
    v.page(&Page { v: &v, year, count, done, chapters })
}
