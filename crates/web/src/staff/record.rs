//! The record (台账) for auditors: whether the chain is whole, a search through its entries, one
//! entry with its proof, who read whose personal data, and an export that anybody can verify.

mod export;
pub(super) mod kinds;
mod reads;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use model::time::{from_millis, millis};
use model::{Action, CaseId};
use store::chain::Shown;
use store::record::{self, Proven, Wanted};

pub use export::download;
pub use reads::show as reads;

use crate::app::App;
use crate::asked;
use crate::checking::{self, Checked};
use crate::components::{Input, Select};
use crate::failure::Failure;
use crate::visit::Visit;

/// Entries of a page.
const PAGE: u32 = 50;

/// Kinds that can be searched for, by their beginning; the rest of the name follows on the page.
const KINDS: [&str; 11] = [
    "case.",
    "personal.",
    "access.",
    "register.",
    "policy.",
    "figure.",
    "photo.",
    "pack.",
    "mode.",
    "ledger.",
    "subject.",
];

/// An entry as a line.
struct Line {
    seq: u64,
    at: String,
    kind: String,
    actor: String,
    subject: String,
    /// Number and address of the case it is about.
    case: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "staff/record/search.html")]
struct Page<'p> {
    v: &'p Visit,
    algorithm: &'static str,
    seq: u64,
    hash: String,
    checked: Checked,
    done: u64,
    may_export: bool,
    may_see_reads: bool,
    asked: bool,
    fields: Vec<Input>,
    kind: Select,
    lines: Vec<Line>,
    next: Option<String>,
}

/// `GET /record`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    v.staff_for_district(Action::SearchRecord)?;
    let store = &v.app.store;
    let (algorithm, head) = store::chain::head(store).await?;
    let wanted = wanted(&v).await?;
    let found = record::find(store, &wanted).await?;
    let next = found.before.map(|before| address(&v, before));
    let page = Page {
        algorithm: algorithm.as_str(),
        seq: head.seq,
        hash: head.hash.to_string(),
        checked: v.app.checking.last(),
        done: v.app.checking.done(),
        may_export: v.can_in_district(Action::Export),
        may_see_reads: v.can_in_district(Action::SearchReads),
        asked: FIELDS.iter().any(|(name, _)| v.query.text(name).is_some())
            || v.query.text("kind").is_some(),
        fields: FIELDS.iter().map(|(name, key)| field(&v, name, key)).collect(),
        kind: beginnings(&v),
        lines: lines(&v, found.entries).await?,
        next,
        v: &v,
    };
    v.page(&page)
}

/// Fields of the search and their names.
const FIELDS: [(&str, &str); 4] = [
    ("subject", "record-subject"),
    ("actor", "record-actor"),
    ("from", "record-from"),
    ("to", "record-to"),
];

fn field(v: &Visit, name: &str, key: &str) -> Input {
    let is_day = matches!(name, "from" | "to");
    let line = asked::line(name, v.t(key), v.query.text(name).unwrap_or_default());
    Input {
        kind: if is_day { "date" } else { "text" }.into(),
        classes: if is_day { "govuk-input--width-10" } else { "govuk-input--width-20" }.into(),
        ..line
    }
}

fn beginnings(v: &Visit) -> Select {
    let items = KINDS.iter().map(|kind| {
        let key = format!("record-kind-{}", kind.trim_end_matches('.'));
        ((*kind).to_owned(), v.t(&key))
    });
    asked::list("kind", v.t("record-kind"), items, v.query.text("kind").unwrap_or_default())
}

/// What the address asks for. A subject may be given as the number of a case, an actor as the id of
/// a member of staff.
async fn wanted(v: &Visit) -> Result<Wanted, Failure> {
    let subject = match v.query.text("subject") {
        Some(given) if !given.contains(':') => {
            let number = given.to_uppercase();
            let case = cases::list::find_number(&v.app.store, &number).await?;
            Some(case.map_or_else(|| given.to_owned(), |case| case.subject()))
        }
        given => given.map(str::to_owned),
    };
    let actor = v.query.text("actor").map(|actor| match actor.contains(':') {
        true => actor.to_owned(),
        false => format!("staff:{actor}"),
    });
    let day = |name: &str| v.query.text(name).and_then(|day| day.parse::<Date>().ok());
    let begins = |day: Date| v.zone.to_timestamp(day.at(0, 0, 0, 0)).ok().map(millis);
    Ok(Wanted {
        subject,
        actor,
        kind: v.query.text("kind").map(str::to_owned),
        from: day("from").and_then(begins),
        to: day("to").and_then(|day| day.tomorrow().ok()).and_then(begins).map(|end| end - 1),
        before: v.query.text("before").and_then(|before| before.parse().ok()),
        limit: PAGE,
    })
}

fn address(v: &Visit, before: u64) -> String {
    let kept = FIELDS.iter().map(|(name, _)| *name).chain(["kind"]);
    let kept = kept.filter_map(|name| Some((name, v.query.text(name)?.to_owned())));
    let pairs = kept.chain([("before", before.to_string())]);
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    v.url(&format!("/record?{query}"))
}

async fn lines(v: &Visit, entries: Vec<Shown>) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::with_capacity(entries.len());
    for entry in entries {
        lines.push(Line {
            case: case_of(v, &entry.subject).await?,
            seq: entry.seq,
            at: v.time(from_millis(entry.recorded_at)),
            kind: kinds::words(v, &entry.kind),
            actor: entry.actor,
            subject: entry.subject,
        });
    }
    Ok(lines)
}

/// The case that a subject names, by its number, and where it is shown to whoever may read it.
async fn case_of(v: &Visit, subject: &str) -> Result<Option<(String, String)>, Failure> {
    let Some(id) = subject.strip_prefix("case:").and_then(|id| id.parse::<CaseId>().ok()) else {
        return Ok(None);
    };
    let case = cases::list::find(&v.app.store, id).await?;
    Ok(case.map(|case| (case.number.to_string(), v.url(&format!("/work/{}", case.number)))))
}

/// `POST /record/verify`: begins to verify the whole chain.
pub async fn verify(State(app): State<App>, v: Visit) -> Result<Response, Failure> {
    v.staff_for_district(Action::SearchRecord)?;
    checking::start(&app).await?;
    Ok(v.to("/record#chain"))
}

#[derive(Template)]
#[template(path = "staff/record/entry.html")]
struct Entry<'p> {
    v: &'p Visit,
    proven: Proven,
    recorded_at: String,
    occurred_at: String,
    payload: String,
    case: Option<(String, String)>,
    kind: String,
    last: u64,
}

/// `GET /record/{seq}`: one entry, with what its hash is made of.
pub async fn entry(v: Visit, Path(seq): Path<u64>) -> Result<Response, Failure> {
    v.staff_for_district(Action::SearchRecord)?;
    let proven = record::one(&v.app.store, seq).await?.ok_or(Failure::NotFound)?;
    let (_, head) = store::chain::head(&v.app.store).await?;
    let value: Result<serde_json::Value, _> = serde_json::from_str(&proven.entry.payload);
    let pretty = value.ok().and_then(|value| serde_json::to_string_pretty(&value).ok());
    let page = Entry {
        recorded_at: v.time(from_millis(proven.entry.recorded_at)),
        occurred_at: v.time(from_millis(proven.entry.occurred_at)),
        payload: pretty.unwrap_or_else(|| proven.entry.payload.clone()),
        case: case_of(&v, &proven.entry.subject).await?,
        kind: kinds::words(&v, &proven.entry.kind),
        last: head.seq,
        proven,
        v: &v,
    };
    v.page(&page)
}
