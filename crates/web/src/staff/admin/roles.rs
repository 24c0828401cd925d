//! What each role may do: the actions of packs, and the acts of procedures.

use askama::Template;
use axum::response::Response;
use model::Action;

use super::ACTIONS;
use crate::components::{Cell, Html, Table};
use crate::failure::Failure;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "staff/admin/roles.html")]
struct Page<'p> {
    v: &'p Visit,
    actions: Html,
    acts: Html,
}

/// `GET /admin/roles`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    v.staff()?;
    if !ACTIONS.iter().any(|action| v.can(*action, None)) {
        return Err(Failure::Forbidden);
    }
    v.page(&Page { actions: actions(&v), acts: acts(&v), v: &v })
}

/// Actions as rows, roles as columns; a cell says yes in a word, not by a sign alone.
fn actions(v: &Visit) -> Html {
    let rules = v.app.rules();
    let roles: Vec<_> = rules.today().roles.values().filter(|role| !role.may.is_empty()).collect();
    let first = Cell::new(v.t("roles-action"));
    let head = roles.iter().map(|role| Cell::new(v.say(&role.name).to_owned()));
    let rows = Action::ALL.into_iter().map(|action| {
        let name = if v.is_chinese() { action.chinese() } else { action.english() };
        let cells = roles.iter().map(|role| {
            Cell::new(if role.may.contains(&action) { v.t("roles-yes") } else { String::new() })
        });
        std::iter::once(Cell::new(name.to_owned())).chain(cells).collect()
    });
    let table = Table {
        caption: v.t("roles-actions").into(),
        first_cell_is_header: true,
        head: std::iter::once(first).chain(head).collect(),
        rows: rows.collect(),
        ..Table::default()
    };
    table.framed()
}

/// Procedures, their steps and acts, and who may do each.
fn acts(v: &Visit) -> Html {
    let rules = v.app.rules();
    let mut rows = Vec::new();
    for procedure in rules.today().procedures.values() {
        for step in &procedure.value.steps {
            for act in &step.acts {
                let by = if act.by.is_empty() { &step.by } else { &act.by };
                let by: Vec<String> = by.iter().map(|role| v.role_name(role)).collect();
                rows.push(vec![
                    Cell::new(v.say(&procedure.value.name).to_owned()),
                    Cell::new(v.say(&step.name).to_owned()),
                    Cell::new(v.say(&act.name).to_owned()),
                    Cell::new(if by.is_empty() { v.t("roles-everybody") } else { by.join("、") }),
                ]);
            }
        }
    }
    let heads = ["roles-procedure", "case-step", "roles-act", "roles-who"];
    let table = Table {
        caption: v.t("roles-acts").into(),
        head: heads.iter().map(|key| Cell::new(v.t(key))).collect(),
        rows,
        ..Table::default()
    };
    table.framed()
}
