//! The first page: what somebody may want, in few words, and what became of what others reported.

use askama::Template;
use axum::response::Response;
use cases::{Filter, Order, list};

use crate::components::{Icon, Tile, Tiles};
use crate::failure::Failure;
use crate::public;
use crate::resident::propose::propose;
use crate::resident::report::all_reportable;
use crate::view::View;
use crate::visit::Visit;

/// Cases that are shown.
const LATEST: u32 = 5;
/// Kinds that a search shows.
const FOUND: usize = 8;

#[derive(Template)]
#[template(path = "resident/home.html")]
struct Home<'p> {
    v: &'p Visit,
    tiles: Tiles,
    latest: Vec<View>,
}

/// `GET /`.
pub async fn home(v: Visit) -> Result<Response, Failure> {
    let rules = v.app.rules();
    let kinds_not = public::hidden_kinds(&rules);
    let filter = Filter { kinds_not, order: Order::Newest, limit: LATEST, ..Filter::default() };
    let latest = list::list(&v.app.store, &filter).await?;
    let latest = latest.into_iter().map(|one| View::of(&v, &rules, one.case)).collect();
    let tile = |path: &str, title: String, hint: String, icon| Tile {
        href: path.into(),
        title: title.into(),
        hint: hint.into(),
        icon,
    };
    let tiles = Tiles {
        items: vec![
            tile(&v.url("/report"), v.t("home-report"), v.t("home-report-words"), Icon::Report),
            tile(&v.url("/checkup"), v.t("checkup-title"), v.t("home-checkup-words"), Icon::Health),
            tile(&v.url("/follow"), v.t("home-follow"), v.t("home-follow-words"), Icon::List),
            tile("tel:12345", v.t("home-call"), v.t("home-call-words"), Icon::Phone),
        ],
    };
    v.page(&Home { v: &v, tiles, latest })
}

#[derive(Template)]
#[template(path = "resident/search.html")]
struct Search<'p> {
    v: &'p Visit,
    asked: String,
    kinds: Vec<(String, String, String)>,
    cases: Vec<View>,
}

/// `GET /search?q=`: kinds by words, cases by number.
pub async fn search(v: Visit) -> Result<Response, Failure> {
    let asked = v.query.text("q").unwrap_or_default().to_owned();
    let rules = v.app.rules();
    let fits = propose(&asked, all_reportable(&rules));
    let kinds = fits.iter().take(FOUND).map(|fit| {
        let kind = fit.kind;
        (kind.id.to_string(), v.say(&kind.name).to_owned(), v.say(&kind.major).to_owned())
    });
    let number = asked.to_uppercase();
    let looks_like_number = number.len() >= 6 && number.is_ascii();
    let cases = match looks_like_number {
        true => {
            let kinds_not = public::hidden_kinds(&rules);
            let filter = Filter { number: Some(number), kinds_not, limit: 20, ..Filter::default() };
            list::list(&v.app.store, &filter).await?
        }
        false => Vec::new(),
    };
    let cases = cases.into_iter().map(|one| View::of(&v, &rules, one.case)).collect();
    v.page(&Search { v: &v, asked, kinds: kinds.collect(), cases })
}
