//! Pages for residents: no account is needed.

mod case;
mod checkup;
mod follow;
mod home;
mod place;
mod promises;
mod propose;
mod published;
mod report;
mod tour;

use crate::routes::Routes;
use crate::routes::Who::Everybody;
pub use checkup::sort as checkup_sort;

pub use follow::{following, token as follow_token};
pub use report::photo_key;

/// Bytes of a form with photos: five of ten mebibytes, and its words.
pub const UPLOADS_MAX: usize = 51 << 20;

/// The addresses of these pages.
pub fn routes() -> Routes {
    Routes::default()
        .get("/", Everybody, home::home)
        .get("/search", Everybody, home::search)
        .get("/tour", Everybody, tour::show)
        .get("/checkup", Everybody, checkup::start)
        .post("/checkup", Everybody, checkup::step)
        .get("/report", Everybody, report::start)
        .upload("/report", Everybody, UPLOADS_MAX, report::step)
        .get("/report/later", Everybody, report::later::ask)
        .post("/report/later", Everybody, report::later::act)
        .get("/report/later/{code}", Everybody, report::later::show)
        .get("/case/{number}", Everybody, case::show)
        .post("/case/{number}/follow", Everybody, follow::begin)
        .get("/follow", Everybody, follow::ask)
        .post("/follow", Everybody, follow::find)
        .get("/follow/{token}", Everybody, follow::show)
        .upload("/follow/{token}", Everybody, UPLOADS_MAX, follow::act)
        .get("/reports/published", Everybody, published::list)
        .get("/reports/published/{edition}", Everybody, published::show)
        .get("/reports/published/{edition}/{format}", Everybody, published::download)
        .get("/promises", Everybody, promises::show)
        .get("/place.svg", Everybody, place::svg)
}
