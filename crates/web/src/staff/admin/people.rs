//! The list of staff: who works where, with which roles, and whether he has an account.

use std::collections::BTreeMap;

use access::Account;
use askama::Template;
use axum::response::Response;
use model::Action;

use crate::failure::Failure;
use crate::signed::broken;
use crate::visit::Visit;

/// People of a page.
const PAGE: usize = 100;

/// One person.
struct Line {
    id: String,
    name: String,
    organ: String,
    roles: String,
    account: String,
}

#[derive(Template)]
#[template(path = "staff/admin/people.html")]
struct Page<'p> {
    v: &'p Visit,
    asked: String,
    lines: Vec<Line>,
    count: usize,
    synthetic: bool,
}

/// True for those who may see staff at all.
pub fn may(v: &Visit) -> Result<(), Failure> {
    v.staff()?;
    match v.can(Action::ManageStaff, None) || v.can(Action::ManageAccounts, None) {
        true => Ok(()),
        false => Err(Failure::Forbidden),
    }
}

/// How an account stands, in words.
pub fn state(v: &Visit, account: Option<&Account>) -> String {
    match account {
        None => v.t("person-no-account"),
        Some(one) if one.disabled_at.is_some() => v.t("person-disabled"),
        Some(one) => match one.locked_until.filter(|until| *until > v.now) {
            Some(until) => v.t1("person-locked", "time", v.time(until)),
            None if one.must_change => v.t("person-must-change"),
            None => v.t("person-active"),
        },
    }
}

/// `GET /admin/staff?q=`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    may(&v)?;
    let asked = v.query.text("q").unwrap_or_default().to_owned();
    let accounts = v.app.access.accounts().await.map_err(broken)?;
    let accounts: BTreeMap<&str, &Account> =
        accounts.iter().map(|account| (account.staff.as_str(), account)).collect();
    let rules = v.app.rules();
    let staff = register::staff::all(&v.app.store).await?;
    let wanted = asked.to_lowercase();
    let found: Vec<_> = staff
        .iter()
        .filter(|one| {
            let organ = v.organ_name(&rules, &one.organ);
            [one.id.as_str(), one.name.as_str(), organ.as_str()]
                .iter()
                .any(|text| text.to_lowercase().contains(&wanted))
        })
        .collect();
    let lines = found.iter().take(PAGE).map(|one| {
        let roles = one.grants.iter().map(|grant| v.role_name(&grant.role));
        let mut roles: Vec<String> = roles.collect();
        roles.dedup();
        Line {
            id: one.id.clone(),
            name: one.name.clone(),
            organ: v.organ_name(&rules, &one.organ),
            roles: roles.join("、"),
            account: state(&v, accounts.get(one.id.as_str()).copied()),
        }
    });
    let page = Page {
        lines: lines.collect(),
        count: found.len(),
        synthetic: found.iter().any(|one| one.synthetic),
        asked,
        v: &v,
    };
    v.page(&page)
}
