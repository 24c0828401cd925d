//! Following a case by a secret link: where it stands, and what its reporter may do: add something,
//! confirm or contest the end, rate, cease to follow.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use cases::{Act, Because, Case, Command, Contact, Follower, Following, Phase, Values};
use model::{Actor, Purpose};

use crate::app::App;
use crate::asked::{self, Mistake};
use crate::caller::Address;
use crate::components::{ErrorSummary, FileUpload, Hint, Input, Label, Radios, Textarea, Timeline};
use crate::failure::Failure;
use crate::form::Form;
use crate::resident::photo_key;
use crate::upload;
use crate::view::View;
use crate::visit::Visit;
use crate::{limits, timeline, wrong};

/// The token of a link, from the random key of the form that made it: a retry makes the same one.
/// The key is never shown elsewhere; an id of a case, which is public, must not serve as one.
pub fn token(app: &App, key: &str) -> String {
    let mark = app.access.key().sign("follow-link", &[key]);
    mark.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(token: &str) -> Option<[u8; 16]> {
    let read = |index: usize| {
        let pair = token.get(index * 2..index * 2 + 2)?;
        u8::from_str_radix(pair, 16).ok()
    };
    let bytes: Vec<u8> = (0..16).map_while(read).collect();
    (token.len() == 32).then_some(())?;
    bytes.try_into().ok()
}

/// Who begins to follow by a form; nothing when the number given is none.
pub fn following(app: &App, key: &str, contact: &str) -> Option<Following> {
    let secret = cases::follow::secret(&bytes(&token(app, key))?);
    let contact = match contact.trim() {
        "" => None,
        number => Some(Contact::new(&contact_key(app), number)?),
    };
    Some(Following { secret, contact })
}

fn contact_key(app: &App) -> [u8; 32] {
    app.access.key().derived("contact")
}

/// Who holds a link, and his case: the one that carries on, if it was merged.
async fn holder(app: &App, token: &str) -> Result<(Follower, Case), Failure> {
    let secret = cases::follow::secret(&bytes(token).ok_or(Failure::NotFound)?);
    let follower = cases::follow::find_by_secret(&app.store, &secret).await?;
    with_case(app, follower.ok_or(Failure::NotFound)?).await
}

async fn with_case(app: &App, follower: Follower) -> Result<(Follower, Case), Failure> {
    let story = cases::follow::story(&app.store, follower.case).await?;
    let case = app.case(story.last().copied().unwrap_or(follower.case)).await?;
    Ok((follower, case))
}

#[derive(Template)]
#[template(path = "resident/follow_ask.html")]
struct Ask<'p> {
    v: &'p Visit,
    summary: Option<ErrorSummary>,
    number: Input,
    contact: Input,
}

/// `GET /follow`: by number and telephone.
pub async fn ask(v: Visit) -> Result<Response, Failure> {
    let number = v.query.text("number").unwrap_or_default();
    v.page(&asking(&v, number, "", &[]))
}

fn asking<'p>(v: &'p Visit, number: &str, contact: &str, mistakes: &[Mistake]) -> Ask<'p> {
    let number = Input {
        hint: Some(Hint::new(v.t("follow-number-hint"))),
        error_message: asked::beside(v, mistakes, "number"),
        classes: "govuk-input--width-20".into(),
        ..asked::line("number", v.t("follow-number"), number)
    };
    let contact = Input {
        hint: Some(Hint::new(v.t("follow-contact-hint"))),
        kind: "tel".into(),
        autocomplete: "tel".into(),
        classes: "govuk-input--width-20".into(),
        ..asked::line("contact", v.t("follow-contact"), contact)
    };
    Ask { v, summary: asked::summary(v, mistakes), number, contact }
}

/// `POST /follow`: leads to the secret link. A wrong number and a wrong telephone get the same
/// answer, and guessing is slow.
pub async fn find(
    State(app): State<App>,
    v: Visit,
    Extension(address): Extension<Address>,
    form: Form,
) -> Result<Response, Failure> {
    limits::take(&app, limits::LOOK_UP, address)?;
    let number = form.text("number").unwrap_or_default().to_uppercase();
    let given = form.text("contact").unwrap_or_default();
    let found = match Contact::new(&contact_key(&app), given) {
        Some(contact) => {
            let digest = contact.digest();
            cases::follow::find_by_number_and_contact(&app.store, &number, digest).await?
        }
        None => None,
    };
    match found {
        Some(follower) => {
            // The token of the link is not kept anywhere, so that the server makes another name.
            let pass = pass(&app, &follower);
            Ok(v.to(&format!("/follow/{pass}")))
        }
        None => {
            let words = v.t("follow-not-found");
            let mistakes = [Mistake { field: "number".to_owned(), words }];
            let page = asking(&v, &number, given, &mistakes);
            v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// A name of a follower that only the server can make: case, number and mark.
fn pass(app: &App, follower: &Follower) -> String {
    let (case, number) = (follower.case.to_string(), follower.number.to_string());
    let mark = app.access.key().sign("follow-pass", &[&case, &number]);
    let mark: String = mark.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{}.{number}.{mark}", follower.case_number)
}

/// Who holds a link or a pass.
async fn reader(app: &App, name: &str) -> Result<(Follower, Case), Failure> {
    let Some((number, _)) = name.split_once('.') else { return holder(app, name).await };
    let case = app.case_by_number(number).await?;
    let followers = cases::follow::of_case(&app.store, case.id).await?;
    let known = followers.into_iter().find(|one| pass(app, one) == name);
    with_case(app, known.ok_or(Failure::NotFound)?).await
}

#[derive(Template)]
#[template(path = "resident/follow.html")]
struct Page<'p> {
    v: &'p Visit,
    token: &'p str,
    key: String,
    new: bool,
    done: Option<String>,
    summary: Option<ErrorSummary>,
    view: View,
    timeline: Timeline,
    closed: bool,
    confirmed: bool,
    merged_from: Option<String>,
    followers: u64,
    words: Textarea,
    photos: FileUpload,
    contest: Textarea,
    stars: Radios,
    comment: Textarea,
}

/// `GET /follow/{token}`.
pub async fn show(v: Visit, Path(token): Path<String>) -> Result<Response, Failure> {
    let (follower, case) = reader(&v.app, &token).await?;
    let page = page(&v, &token, follower, case, &[], &Form::default()).await?;
    v.page(&page)
}

async fn page<'p>(
    v: &'p Visit,
    token: &'p str,
    follower: Follower,
    case: Case,
    mistakes: &[Mistake],
    typed: &Form,
) -> Result<Page<'p>, Failure> {
    let rules = v.app.rules();
    let history = cases::history::history(&v.app.store, case.id).await?;
    let lines = timeline::lines(v, &rules, &case, &history);
    let closed_at = match &case.phase {
        Phase::Closed { at, .. } => Some(*at),
        _ => None,
    };
    let text = |field: &str| typed.text(field).unwrap_or_default().to_owned();
    let labelled = |key: &str| Label::new(v.t(key));
    let area = |id: &str, key: &str| Textarea {
        error_message: asked::beside(v, mistakes, id),
        rows: "3".into(),
        ..asked::lines(id, labelled(key), &text(id))
    };
    let stars =
        (1..=5).rev().map(|stars: i64| (stars.to_string(), v.t1("follow-stars", "stars", stars)));
    Ok(Page {
        token,
        key: v.form_key()?,
        new: v.query.text("new").is_some(),
        done: v.query.text("done").map(|done| v.t(done_key(done))),
        summary: asked::summary(v, mistakes),
        timeline: timeline::drawn(v, &lines),
        closed: closed_at.is_some(),
        confirmed: closed_at.is_some_and(|at| follower.confirmed_at.is_some_and(|by| by >= at)),
        merged_from: (follower.case != case.id).then(|| follower.case_number.to_string()),
        followers: cases::follow::count(&v.app.store, case.id).await?,
        words: area("words", "follow-add-words"),
        photos: asked::photos(
            v,
            "photos",
            v.t("report-photos"),
            5,
            asked::beside(v, mistakes, "photos"),
        ),
        contest: area("contest", "follow-contest-words"),
        stars: Radios {
            error_message: asked::beside(v, mistakes, "stars"),
            ..asked::one_of("stars", stars, &text("stars"))
        },
        comment: area("comment", "follow-comment"),
        view: View::of(v, &rules, case),
        v,
    })
}

fn done_key(done: &str) -> &'static str {
    match done {
        "add" => "follow-done-add",
        "confirm" => "follow-done-confirm",
        "contest" => "follow-done-contest",
        "rate" => "follow-done-rate",
        _ => "follow-done",
    }
}

/// `POST /follow/{token}`: what the holder of the link does.
pub async fn act(
    State(app): State<App>,
    v: Visit,
    Extension(address): Extension<Address>,
    Path(token): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    limits::take(&app, limits::WRITE, address)?;
    let (follower, case) = reader(&app, &token).await?;
    let todo = form.text("do").unwrap_or_default().to_owned();
    let mistake = |field: &str, key: &str| Mistake { field: field.to_owned(), words: v.t(key) };
    let asked = match todo.as_str() {
        "add" => match form.text("words") {
            None => Err(mistake("words", "follow-words-missing")),
            Some(words) => {
                match upload::keep(&app, form.files.clone(), &follower.actor(), "report").await? {
                    Err(error) => Err(mistake("photos", photo_key(&error))),
                    Ok(photos) => {
                        let mut values = Values::new();
                        values.insert("words".to_owned(), words.into());
                        if !photos.is_empty() {
                            values.insert("photos".to_owned(), photos.into());
                        }
                        Ok(Act::Add(values))
                    }
                }
            }
        },
        "confirm" => Ok(Act::ConfirmClosure),
        "contest" => match form.text("contest") {
            None => Err(mistake("contest", "follow-contest-missing")),
            Some(words) => Ok(Act::Reopen(Because { reason: None, note: Some(words.to_owned()) })),
        },
        "rate" => match form.text("stars").and_then(|stars| stars.parse().ok()) {
            None => Err(mistake("stars", "follow-stars-missing")),
            Some(stars) => Ok(Act::Rate {
                stars,
                channel: "web".into(),
                comment: form.text("comment").map(str::to_owned),
                follow_up: app.machine.case_id().ok_or(Failure::Broken)?,
            }),
        },
        "unfollow" => Ok(Act::Unfollow),
        _ => return Err(Failure::Unreadable),
    };
    let act = match asked {
        Ok(act) => act,
        Err(mistake) => {
            let page = page(&v, &token, follower, case, &[mistake], &form).await?;
            return v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let unfollows = matches!(act, Act::Unfollow);
    let key = form.key().unwrap_or_default();
    let act = Act::AsFollower { secret: follower.secret.clone(), act: Box::new(act) };
    let command = command(
        &app,
        case.id,
        follower.actor(),
        "follow",
        Some(format!("follow:{}:{key}", follower.actor().id)),
        act,
    )?;
    match app.writer.submit(command).await? {
        Ok(_) if unfollows => Ok(v.to(&format!("/case/{}", case.number))),
        Ok(_) => Ok(v.to(&format!("/follow/{token}?done={todo}"))),
        Err(refused) => {
            let words = wrong::refusal(&v, &refused);
            let mistakes = [Mistake { field: "main".to_owned(), words }];
            let page = page(&v, &token, follower, case, &mistakes, &form).await?;
            v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// `POST /case/{number}/follow`: somebody who has the same problem.
pub async fn begin(
    State(app): State<App>,
    v: Visit,
    Extension(address): Extension<Address>,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    limits::take(&app, limits::WRITE, address)?;
    let case = app.case_by_number(&number).await?;
    let key = form.key().ok_or(Failure::Unreadable)?;
    let contact = form.text("contact").unwrap_or_default();
    let Some(following) = following(&app, key, contact) else {
        return Ok(v.to(&format!("/case/{number}?wrong=contact")));
    };
    let act = Act::Follow(following);
    let once = Some(format!("follow:{}:{key}", case.id));
    let command = command(&app, case.id, Actor::resident("web"), "follow", once, act)?;
    app.act(command).await?;
    Ok(v.to(&format!("/follow/{}?new={number}", token(&app, key))))
}

fn command(
    app: &App,
    case: model::CaseId,
    actor: Actor,
    purpose: &str,
    once: Option<String>,
    act: Act,
) -> Result<Command, Failure> {
    let seal = app.machine.seal().ok_or(Failure::Broken)?;
    let once = once.map(Into::into);
    Ok(Command { case, actor, purpose: Purpose::new(purpose), at: None, once, seal, act })
}
