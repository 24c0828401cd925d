//! Who read whose personal data, and why.

use access::reads::{Read, of_reader, of_subject};
use askama::Template;
use axum::response::Response;
use model::{Action, ActorId};

use super::case_of;
use crate::asked;
use crate::components::Input;
use crate::failure::Failure;
use crate::visit::Visit;

/// Reads of a page.
const PAGE: u32 = 50;

/// A read as a line.
struct Line {
    seq: u64,
    at: String,
    reader: String,
    purpose: String,
    subject: String,
    case: Option<(String, String)>,
    fields: String,
}

#[derive(Template)]
#[template(path = "staff/record/reads.html")]
struct Page<'p> {
    v: &'p Visit,
    number: Input,
    reader: Input,
    asked: bool,
    lines: Vec<Line>,
    next: Option<String>,
}

/// `GET /record/reads?number=…` or `?reader=…`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    v.staff_for_district(Action::SearchReads)?;
    let before = v.query.text("before").and_then(|before| before.parse().ok());
    let store = &v.app.store;
    let (number, reader) = (v.query.text("number"), v.query.text("reader"));
    let found = match (number, reader) {
        (Some(number), _) => match cases::list::find_number(store, &number.to_uppercase()).await? {
            Some(case) => of_subject(store, &case.subject(), before, PAGE).await?,
            None => Vec::new(),
        },
        (None, Some(reader)) => {
            let name = reader.strip_prefix("staff:").unwrap_or(reader);
            let reader = ActorId::new(&format!("staff:{name}"));
            of_reader(store, &reader, before, PAGE).await?
        }
        (None, None) => Vec::new(),
    };
    let full = found.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
    let next = found.last().filter(|_| full).map(|last| {
        let asked = [("number", number), ("reader", reader)];
        let asked = asked.into_iter().filter_map(|(name, value)| Some((name, value?.to_owned())));
        let pairs = asked.chain([("before", last.seq.to_string())]);
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        v.url(&format!("/record/reads?{query}"))
    });
    let mut lines = Vec::with_capacity(found.len());
    for one in found {
        lines.push(line(&v, one).await?);
    }
    let field = |name: &str, key: &str, value: Option<&str>| Input {
        classes: "govuk-input--width-20".into(),
        ..asked::line(name, v.t(key), value.unwrap_or_default())
    };
    let page = Page {
        number: field("number", "case-number", number),
        reader: field("reader", "reads-reader", reader),
        asked: number.is_some() || reader.is_some(),
        lines,
        next,
        v: &v,
    };
    v.page(&page)
}

async fn line(v: &Visit, read: Read) -> Result<Line, Failure> {
    let rules = v.app.rules();
    let known = read.purpose.parse().ok().and_then(|id| rules.today().purposes.get(&id));
    let purpose = known.map(|purpose| v.say(&purpose.name).to_owned());
    Ok(Line {
        seq: read.seq,
        at: v.time(read.at),
        reader: read.reader,
        purpose: purpose.unwrap_or(read.purpose),
        case: case_of(v, &read.subject).await?,
        subject: read.subject,
        fields: read.fields.join(", "),
    })
}
