//! The review of a report (审阅): a chapter of its text with the statements marked, and one statement with
//! what was read of it, to accept, correct or drop. Nothing is accepted by itself.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::Date;
use rules::Decimal;
use targets::promise::target::role_name;
use targets::promise::{Comparator, TargetError, Terms};
use targets::review::decide::{Corrected, Desk, accept_all, proposed};
use targets::review::keep::{self, Reviewed, StatementState};
use targets::review::{Choice, contradiction, decide as decide_one};
use targets::{Kind, Role};

use super::one::terms_of;
use super::refusal;
use crate::app::App;
use crate::asked;
use crate::components::{Chip, Select, State as Shape};
use crate::failure::Failure;
use crate::form::Form;
use crate::promise;
use crate::visit::Visit;

/// A piece of the text: words between statements, or a statement.
struct Piece {
    text: String,
    mark: Option<Mark>,
    newline: bool,
}

/// A statement within the text.
struct Mark {
    number: i64,
    state: &'static str,
    word: String,
    here: bool,
}

/// A chapter, for the menu.
struct Chapter {
    name: String,
    first: i64,
    open: usize,
    count: usize,
    here: bool,
}

/// The statement that is looked at.
struct Looked {
    one: Reviewed,
    chip: Chip,
    reading: String,
    role: String,
    kind: String,
    why: String,
    pair: Option<(String, String)>,
    owner: Option<String>,
    counter: Option<(String, String)>,
    against: Vec<Against>,
    target: Option<(String, String)>,
    decided: Option<String>,
}

/// A statement that gives another figure for the same thing.
struct Against {
    number: i64,
    amount: String,
    span: String,
}

#[derive(Template)]
#[template(path = "staff/targets/review.html")]
struct Page<'p> {
    v: &'p Visit,
    id: String,
    done: usize,
    all: usize,
    next: Option<i64>,
    chapters: Vec<Chapter>,
    /// Statements that contradict each other: name, and number with figure of each.
    apart: Vec<(String, Vec<(i64, String)>)>,
    pieces: Vec<Piece>,
    shown: Vec<i64>,
    looked: Option<Looked>,
    form: Form,
    stands: Option<Corrected>,
    role: Select,
    owner: Select,
    comparator: Select,
    kind: Select,
    indicator: Select,
    wrong: Option<String>,
    told: Option<String>,
    key: String,
}

impl Page<'_> {
    /// What was typed, else what was read.
    fn typed(&self, field: &str) -> String {
        let read = || self.stands.as_ref().map(|stands| read(stands, field)).unwrap_or_default();
        self.form.get(field).map_or_else(read, str::to_owned)
    }

    fn is_public(&self) -> bool {
        self.stands.as_ref().is_some_and(|stands| stands.terms.public)
    }
}

/// A field of the form as it was read.
fn read(stands: &Corrected, field: &str) -> String {
    let number = |value: Option<Decimal>| value.map(|value| value.to_string()).unwrap_or_default();
    let terms = &stands.terms;
    match field {
        "name" => terms.name.clone(),
        "unit" => terms.unit.clone(),
        "year" => stands.year.to_string(),
        "goal" => number(terms.goal),
        "baseline" => number(terms.baseline),
        "due" => terms.due.to_string(),
        _ => String::new(),
    }
}

async fn page<'p>(
    v: &'p Visit,
    id: &str,
    at: Option<i64>,
    form: Form,
) -> Result<Page<'p>, Failure> {
    let store = &v.app.store;
    let text = keep::text_of(store, id).await?.ok_or(Failure::NotFound)?;
    let all = keep::statements(store, id).await?;
    let open = |one: &&Reviewed| one.state == StatementState::Open;
    let first_open = all.iter().find(open).or(all.first());
    let at = at.and_then(|at| all.iter().find(|one| one.number == at)).or(first_open);
    let chapter = at.map(|one| one.chapter.clone()).unwrap_or_default();
    let of_chapter: Vec<&Reviewed> = run_of(&all, at.map_or(1, |one| one.number));
    let after = |one: &&&Reviewed| at.is_some_and(|at| one.number > at.number);
    let open_ones: Vec<&Reviewed> = all.iter().filter(open).collect();
    let next = open_ones.iter().find(after).or(open_ones.first());
    let stands = at.and_then(|one| proposed(one, &all, v.app.rules().today(), &v.app.targets));
    let done = all.iter().filter(|one| one.state != StatementState::Open).count();
    let here = at.map_or(0, |one| one.number);
    let selects = Selects::of(v, &form, at, stands.as_ref());
    Ok(Page {
        id: id.to_owned(),
        next: next.map(|one| one.number).filter(|next| *next != here),
        chapters: chapters(&all, &chapter, here),
        apart: apart(&all),
        pieces: pieces(v, &text, &of_chapter, here),
        shown: of_chapter.iter().filter(|one| open(one)).map(|one| one.number).collect(),
        looked: at.map(|one| looked(v, one, &all, stands.as_ref())),
        all: all.len(),
        wrong: None,
        told: told(v),
        key: v.form_key()?,
        role: selects.role,
        owner: selects.owner,
        comparator: selects.comparator,
        kind: selects.kind,
        indicator: super::one::indicators(v, &selects.indicator),
        stands,
        done,
        form,
        v,
    })
}

/// The lists of the form for corrections.
struct Selects {
    role: Select,
    owner: Select,
    comparator: Select,
    kind: Select,
    indicator: String,
}

impl Selects {
    fn of(v: &Visit, form: &Form, one: Option<&Reviewed>, stands: Option<&Corrected>) -> Self {
        let rules = v.app.rules();
        let chosen = |field: &str, stands: String| form.get(field).map_or(stands, str::to_owned);
        let terms = stands.map(|stands| &stands.terms);
        let role = one.and_then(|one| one.role).map(role_name).unwrap_or_default().to_owned();
        let organ = terms.and_then(|terms| terms.organ.as_ref()).map(ToString::to_string);
        let comparator = terms.map_or(Comparator::AtLeast, |terms| terms.comparator);
        let kind = one.map_or(Kind::Flow, |one| one.kind);
        let roles =
            ["target", "result"].map(|role| (role.to_owned(), v.t(&format!("review-{role}"))));
        let organs = rules.today().organs.values();
        let organs = organs.map(|organ| (organ.id.to_string(), v.say(&organ.name).to_owned()));
        let comparators =
            Comparator::ALL.map(|one| (one.name().to_owned(), promise::comparator(v, one)));
        let language = v.locale.language();
        let kinds = KINDS.map(|kind| (kind.name().to_owned(), kind.say(language).to_owned()));
        let kind = chosen("kind", kind.name().to_owned());
        let counted = terms.and_then(|terms| terms.indicator.clone()).unwrap_or_default();
        Self {
            role: asked::list("role", v.t("review-role"), roles, &chosen("role", role)),
            owner: asked::list(
                "organ",
                v.t("target-owner"),
                organs,
                &chosen("organ", organ.unwrap_or_default()),
            ),
            comparator: asked::list(
                "comparator",
                v.t("target-comparator"),
                comparators,
                &chosen("comparator", comparator.name().to_owned()),
            ),
            kind: asked::list("kind", v.t("review-kind"), kinds, &kind),
            indicator: chosen("indicator", counted),
        }
    }
}

/// Kinds that a statement may be corrected to.
const KINDS: [Kind; 7] =
    [Kind::Flow, Kind::Level, Kind::Growth, Kind::Ratio, Kind::Share, Kind::Rank, Kind::Coverage];

/// The statements around a number that stand in one chapter without another between.
fn run_of(all: &[Reviewed], number: i64) -> Vec<&Reviewed> {
    let Some(at) = all.iter().position(|one| one.number == number) else { return Vec::new() };
    let same = |one: &&Reviewed| all.get(at).is_some_and(|here| here.chapter == one.chapter);
    let before: Vec<&Reviewed> = all.iter().take(at).rev().take_while(same).collect();
    let after = all.iter().skip(at).take_while(same);
    before.into_iter().rev().chain(after).collect()
}

fn chapters(all: &[Reviewed], chapter: &str, here: i64) -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = Vec::new();
    for one in all {
        if chapters.last().is_none_or(|last| last.name != one.chapter) {
            let name = one.chapter.clone();
            chapters.push(Chapter { name, first: one.number, open: 0, count: 0, here: false });
        }
        if let Some(last) = chapters.last_mut() {
            last.count += 1;
            last.open += usize::from(one.state == StatementState::Open);
            last.here |= one.number == here && one.chapter == chapter;
        }
    }
    chapters
}

/// How much of the text is shown before the first statement of a chapter and after the last.
const AROUND: usize = 160;

/// The text of a chapter, cut at its statements. Where two overlap the second one begins later.
fn pieces(v: &Visit, text: &str, shown: &[&Reviewed], here: i64) -> Vec<Piece> {
    let letters: Vec<char> = text.chars().collect();
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else { return Vec::new() };
    let line = |from: usize| {
        let before = letters.get(..from).unwrap_or_default();
        before.iter().rposition(|letter| *letter == '\n').map_or(0, |at| at + 1)
    };
    let from = line(first.start.saturating_sub(1)).max(first.start.saturating_sub(AROUND));
    let rest = letters.get(last.end..).unwrap_or_default();
    let line_end = rest.iter().position(|letter| *letter == '\n').unwrap_or(rest.len());
    let to = last.end + line_end.min(AROUND);
    let cut = |from: usize, to: usize| -> String {
        letters.get(from..to.max(from)).unwrap_or_default().iter().collect()
    };
    let mut pieces = Vec::new();
    let plain = |words: String, pieces: &mut Vec<Piece>| {
        for (index, part) in words.split('\n').enumerate() {
            if index > 0 || !part.is_empty() {
                pieces.push(Piece { text: part.to_owned(), mark: None, newline: index > 0 });
            }
        }
    };
    let mut at = from;
    let mut ordered: Vec<&&Reviewed> = shown.iter().collect();
    ordered.sort_by_key(|one| (one.start, one.number));
    for one in ordered {
        plain(cut(at, one.start.max(at)), &mut pieces);
        let begin = one.start.max(at);
        // Two figures of one span share its words: the second shows its figure alone.
        let words = if one.end > begin { cut(begin, one.end) } else { amount_of(one) };
        pieces.push(Piece {
            text: words.replace('\n', " "),
            mark: Some(Mark {
                number: one.number,
                state: one.state.name(),
                word: v.t(&format!("review-state-{}", one.state.name())),
                here: one.number == here,
            }),
            newline: false,
        });
        at = at.max(one.end);
    }
    plain(cut(at, to), &mut pieces);
    pieces
}

fn amount_of(one: &Reviewed) -> String {
    format!("{}{}", one.value, one.unit)
}

/// Contradictions that are not settled.
fn apart(all: &[Reviewed]) -> Vec<(String, Vec<(i64, String)>)> {
    let of = |number: &i64| all.iter().find(|one| one.number == *number);
    let group = |numbers: Vec<i64>| {
        let these: Vec<&Reviewed> = numbers.iter().filter_map(of).collect();
        let name = these.first().map(|one| one.indicator.clone()).unwrap_or_default();
        (name, these.iter().map(|one| (one.number, amount_of(one))).collect())
    };
    contradiction::open(all).into_iter().map(group).collect()
}

/// Name and address of an indicator.
fn counter(v: &Visit, stands: Option<&Corrected>) -> Option<(String, String)> {
    let rules = v.app.rules();
    let id = stands?.terms.indicator.as_deref()?.parse().ok()?;
    let found = rules.today().indicators.get(&id)?;
    Some((v.say(&found.value.name).to_owned(), v.url(&format!("/figures/{id}"))))
}

fn looked(
    v: &Visit,
    one: &Reviewed,
    all: &[Reviewed],
    stands: Option<&Corrected>,
) -> Looked {
    let language = v.locale.language();
    let shape = match one.state {
        StatementState::Open => Shape::Received,
        StatementState::Accepted | StatementState::Corrected => Shape::Done,
        StatementState::Dropped => Shape::Stopped,
    };
    let role = match (one.role, one.year) {
        (Some(role), Some(year)) => {
            let word = v.t(&format!("review-{}", role_name(role)));
            format!("{year} {word}")
        }
        _ => v.t("review-role-unknown"),
    };
    let pair = one.pair.and_then(|pair| all.iter().find(|other| other.number == pair));
    Looked {
        chip: Chip::new(shape, v.t(&format!("review-state-{}", one.state.name()))),
        reading: format!("{}{}", one.value, one.unit),
        role,
        kind: one.kind.say(language).to_owned(),
        why: one.why(language).to_owned(),
        pair: pair.map(|pair| (amount_of(pair), pair.span.clone())),
        owner: v.app.targets.owners.of(&one.department).map(|organ| promise::organ(v, Some(organ))),
        target: one.target.as_ref().map(|id| (v.url(&format!("/targets/{id}")), id.to_string())),
        decided: one.decided_at.filter(|_| one.state != StatementState::Open).map(|at| {
            let by = one.decided_by.as_deref().unwrap_or_default();
            format!("{} · {}", v.time(at), by.strip_prefix("staff:").unwrap_or(by))
        }),
        counter: counter(v, stands),
        against: contradiction::against(all, one.number)
            .into_iter()
            .filter_map(|number| all.iter().find(|other| other.number == number))
            .map(|other| {
                let (number, span) = (other.number, other.span.clone());
                Against { number, amount: amount_of(other), span }
            })
            .collect(),
        one: one.clone(),
    }
}

/// What became of the last act; only words of ours are shown, whatever the address says.
fn told(v: &Visit) -> Option<String> {
    let count = |key: &str| v.query.text(key).and_then(|count| count.parse::<u32>().ok());
    if let (Some(done), Some(left)) = (count("done"), count("left")) {
        let values = [("done", i64::from(done).into()), ("left", i64::from(left).into())];
        return Some(v.tn("review-told-chapter", &values));
    }
    match v.query.text("told")? {
        "new" => Some(v.t("review-told-new")),
        "known" => Some(v.t("review-told-known")),
        _ => Some(v.t("act-done")),
    }
}

/// `GET /targets/reports/{report}?at=`.
pub async fn show(v: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let at = v.query.text("at").and_then(|at| at.parse().ok());
    let page = page(&v, &id, at, Form::default()).await?;
    v.page(&page)
}

/// `POST /targets/reports/{report}`: `do=accept`, `correct`, `drop` or `undo` with a number, or
/// `do=chapter` with the numbers that were shown.
pub async fn decide(
    State(app): State<App>,
    v: Visit,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let signed = v.staff()?.clone();
    let rules = app.rules();
    let desk = Desk {
        catalogue: rules.today(),
        declared: &app.targets,
        actor: &signed.actor,
    };
    let todo = form.text("do").unwrap_or_default().to_owned();
    let number = form.text("number").and_then(|number| number.parse::<i64>().ok());
    let mut tx = app.store.begin_when(|| app.machine.now()).await?;
    if todo == "chapter" {
        let shown: Vec<i64> = form.all("shown").filter_map(|one| one.parse().ok()).collect();
        let first = shown.first().copied().ok_or(Failure::Unreadable)?;
        return match accept_all(&mut tx, desk, &id, &shown).await {
            Ok((done, left)) => {
                tx.commit().await?;
                let at = left.first().copied().unwrap_or(first);
                let left = left.len();
                Ok(v.to(&format!("/targets/reports/{id}?at={at}&done={done}&left={left}")))
            }
            Err(error) => Err(refusal(&v, error).err().unwrap_or(Failure::Broken)),
        };
    }
    let number = number.ok_or(Failure::Unreadable)?;
    let outcome = match choice(&form, &todo) {
        Ok(None) => return Err(Failure::Unreadable),
        Ok(Some(choice)) => decide_one(&mut tx, desk, &id, number, &choice).await.map(|_| ()),
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => {
            tx.commit().await?;
            let next =
                if todo == "undo" { Some(number) } else { following(&app, &id, number).await? };
            let at = next.unwrap_or(number);
            Ok(v.to(&format!("/targets/reports/{id}?at={at}&told=done#statement")))
        }
        Err(error) => {
            tx.rollback().await?;
            let wrong = refusal(&v, error)?;
            let mut page = page(&v, &id, Some(number), form).await?;
            page.wrong = Some(wrong);
            v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// The next one that is open, after a number or from the beginning.
async fn following(app: &App, id: &str, number: i64) -> Result<Option<i64>, Failure> {
    let all = keep::statements(&app.store, id).await?;
    let open: Vec<i64> =
        all.iter().filter(|one| one.state == StatementState::Open).map(|one| one.number).collect();
    Ok(open.iter().copied().find(|one| *one > number).or(open.first().copied()))
}

/// What the form decides; nothing for a form that is none of ours.
fn choice(form: &Form, todo: &str) -> Result<Option<Choice>, TargetError> {
    let choice = match todo {
        "accept" => Choice::Accept,
        "drop" => Choice::Drop(form.text("reason").unwrap_or_default().to_owned()),
        "undo" => Choice::Undo,
        "correct" => Choice::Correct(Box::new(corrected(form)?)),
        _ => return Ok(None),
    };
    Ok(Some(choice))
}

fn corrected(form: &Form) -> Result<Corrected, TargetError> {
    let year: i64 =
        form.text("year").and_then(|year| year.parse().ok()).ok_or(TargetError::BadDay)?;
    let role = match form.text("role") {
        Some("target") => Role::Target,
        Some("result") => Role::Result,
        _ => return Err(TargetError::NameMissing),
    };
    let kind = form.text("kind").and_then(|kind| kind.parse().ok());
    let end = i16::try_from(year).ok().and_then(|year| Date::new(year, 12, 31).ok());
    let terms = Terms {
        name: String::new(),
        chapter: form.text("chapter").unwrap_or_default().to_owned(),
        organ: None,
        kind: kind.ok_or(TargetError::NameMissing)?,
        comparator: Comparator::AtLeast,
        goal: None,
        unit: String::new(),
        baseline: None,
        indicator: form.text("indicator").map(str::to_owned),
        due: end.ok_or(TargetError::BadDay)?,
        milestones: Vec::new(),
        public: form.get("public").is_some(),
    };
    Ok(Corrected { year, role, terms: terms_of(form, terms)? })
}
