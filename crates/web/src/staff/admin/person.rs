//! One member of staff: roles × areas, and the account. Every change is on the record with who made
//! it; a password for one time is shown once and kept nowhere.

use access::{AccessError, Account, NewAccount, Password};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::{Action, AreaLevel, Grant};
use register::staff::{self, Staff};

use super::people;
use crate::app::App;
use crate::asked;
use crate::components::Select;
use crate::failure::Failure;
use crate::form::Form;
use crate::signed::broken;
use crate::staff::sign_in::access_words;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "staff/admin/person.html")]
struct Page<'p> {
    v: &'p Visit,
    staff: Staff,
    organ: String,
    grants: Vec<(Grant, String, String)>,
    role: Select,
    area: Select,
    account: Option<Account>,
    passkeys: Option<String>,
    state: String,
    may_grant: bool,
    may_account: bool,
    password: Option<String>,
    wrong: Option<String>,
    done: bool,
}

impl Page<'_> {
    fn is_disabled(&self) -> bool {
        self.account.as_ref().is_some_and(|account| account.disabled_at.is_some())
    }
}

async fn page<'p>(v: &'p Visit, id: &str) -> Result<Page<'p>, Failure> {
    let staff = staff::find(&v.app.store, id).await?.ok_or(Failure::NotFound)?;
    let account = account_of(&v.app, id).await?;
    let passkeys = match &account {
        Some(account) => v.app.access.passkeys(account.id).await.map_err(broken)?.len(),
        None => 0,
    };
    let rules = v.app.rules();
    let roles = rules.today().roles.values();
    let roles = roles.map(|role| (role.id.to_string(), v.say(&role.name).to_owned()));
    let atlas = &v.app.atlas;
    let areas = [AreaLevel::District, AreaLevel::Subdistrict].into_iter();
    let areas = areas.flat_map(|level| atlas.codes(level));
    let areas = areas.map(|code| (code.to_string(), v.place_name(&code)));
    let grants = staff
        .grants
        .iter()
        .map(|grant| (grant.clone(), v.role_name(&grant.role), v.place_name(&grant.area)));
    Ok(Page {
        organ: v.organ_name(&rules, &staff.organ),
        grants: grants.collect(),
        role: asked::list("role", v.t("person-role"), roles, ""),
        area: asked::list("area", v.t("person-area"), areas, ""),
        state: people::state(v, account.as_ref()),
        passkeys: (passkeys > 0).then(|| v.t1("person-passkeys", "count", passkeys.to_string())),
        account,
        staff,
        may_grant: v.can(Action::ManageStaff, None),
        may_account: v.can(Action::ManageAccounts, None),
        password: None,
        wrong: None,
        done: v.query.text("done").is_some(),
        v,
    })
}

async fn account_of(app: &App, staff: &str) -> Result<Option<Account>, Failure> {
    let accounts = app.access.accounts().await.map_err(broken)?;
    Ok(accounts.into_iter().find(|account| account.staff == staff))
}

/// `GET /admin/staff/{id}`.
pub async fn show(v: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    people::may(&v)?;
    let page = page(&v, &id).await?;
    v.page(&page)
}

/// `POST /admin/staff/{id}/grant`: `do=add` or `do=remove` with a role and an area.
pub async fn grant(
    State(app): State<App>,
    v: Visit,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let signed = v.staff_who_may(Action::ManageStaff, None)?;
    let rules = app.rules();
    let role = form.text("role").and_then(|role| role.parse().ok());
    let role = role.filter(|role| rules.today().roles.contains_key(role));
    let area = form.text("area").and_then(|area| area.parse().ok());
    let area = area.filter(|area| app.atlas.area(area).is_some());
    let (Some(role), Some(area)) = (role, area) else {
        let mut page = page(&v, &id).await?;
        page.wrong = Some(v.t("person-grant-missing"));
        return v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let grant = Grant { role, area };
    // Whoever manages the staff of a part of the district grants nothing beyond it.
    v.staff_who_may(Action::ManageStaff, Some(&grant.area))?;
    let mut tx = app.store.begin_when(|| app.machine.now()).await?;
    let staff = staff::find_for_change(&mut tx, &id).await?;
    let Some(mut staff) = staff else {
        tx.rollback().await?;
        return Err(Failure::NotFound);
    };
    match form.text("do") {
        Some("add") if !staff.grants.contains(&grant) => staff.grants.push(grant),
        Some("remove") => staff.grants.retain(|one| *one != grant),
        Some("add") => {}
        _ => {
            tx.rollback().await?;
            return Err(Failure::Unreadable);
        }
    }
    // Somebody has to be left who can put it right.
    let roles = &rules.today().roles;
    let own = signed.staff.id == id;
    if own && !access::may(&staff.actor(), roles, Action::ManageStaff, None) {
        tx.rollback().await?;
        let mut page = page(&v, &id).await?;
        page.wrong = Some(v.t("person-own-grant"));
        return v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    staff::change(&mut tx, &signed.actor, &staff).await?;
    tx.commit().await?;
    app.lately.forget(&id);
    Ok(v.to(&format!("/admin/staff/{id}?done=1")))
}

/// `POST /admin/staff/{id}/account`: `do=create`, `reset`, `disable`, `enable`.
pub async fn account(
    State(app): State<App>,
    v: Visit,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let signed = v.staff_who_may(Action::ManageAccounts, None)?;
    let staff = staff::find(&app.store, &id).await?.ok_or(Failure::NotFound)?;
    // An account opens all that its owner may do, so each of his areas counts.
    for grant in &staff.grants {
        v.staff_who_may(Action::ManageAccounts, Some(&grant.area))?;
    }
    let account = account_of(&app, &id).await?;
    let done = match (form.text("do"), &account) {
        (Some("create"), None) => create(&app, &v, &staff).await,
        (Some("reset"), Some(account)) => {
            let random = app.machine.random().ok_or(Failure::Broken)?;
            let salt = app.machine.random().ok_or(Failure::Broken)?;
            app.access.reset_password(&signed.actor, account.id, random, salt).await.map(Some)
        }
        (Some("disable"), Some(account)) if signed.session.account != account.id => {
            app.access.disable(&signed.actor, account.id).await.map(|()| None)
        }
        (Some("enable"), Some(account)) => {
            app.access.enable(&signed.actor, account.id).await.map(|()| None)
        }
        _ => return Err(Failure::Unreadable),
    };
    match done {
        Ok(None) => Ok(v.to(&format!("/admin/staff/{id}?done=1"))),
        Ok(Some(password)) => {
            let mut page = page(&v, &id).await?;
            page.password = Some(password.expose().to_owned());
            v.page(&page)
        }
        Err(error) => {
            let mut page = page(&v, &id).await?;
            page.wrong = Some(access_words(&v, &error)?);
            v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// A new account whose name is the id, with a password for one time.
async fn create(app: &App, v: &Visit, staff: &Staff) -> Result<Option<Password>, AccessError> {
    let missing = || AccessError::Hashing("no randomness".to_owned());
    let signed = v.signed.as_ref().ok_or(AccessError::SessionUnknown)?;
    let password = Password::one_time(app.machine.random().ok_or_else(missing)?);
    let new = NewAccount {
        id: app.machine.account_id().ok_or_else(missing)?,
        name: staff.id.clone(),
        staff: staff.id.clone(),
        password: password.clone(),
        must_change: true,
        salt: app.machine.random().ok_or_else(missing)?,
    };
    app.access.create(&signed.actor, &[new]).await?;
    Ok(Some(password))
}
