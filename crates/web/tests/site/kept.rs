//! What was typed into a form is there again when the form comes back with something to mend: every
//! form that a visitor with every role can reach by links, found by going along them.

use std::collections::BTreeSet;

use axum::http::StatusCode;

use crate::hostile::mighty;
use crate::rig::{Rig, each};
use crate::work::opened;

/// Typed into every field of text.
const TYPED: &str = "typed-with-care";
/// Pages that are looked at.
const PAGES: usize = 150;

/// A field of a form.
#[derive(Debug, Clone, PartialEq)]
struct Field {
    name: String,
    value: String,
    typed: bool,
}

/// A form that is sent by POST.
#[derive(Debug)]
struct Form {
    action: String,
    fields: Vec<Field>,
}

/// The value of an attribute in a tag.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

/// Everything between the tags that begin so and their ends.
fn tags<'t>(html: &'t str, begin: &str) -> Vec<&'t str> {
    html.split(&format!("<{begin} ")).skip(1).collect()
}

fn fields(form: &str) -> Vec<Field> {
    let mut found = Vec::new();
    for tag in tags(form, "input") {
        let tag = format!(" {}", tag.split('>').next().unwrap_or_default());
        let Some(name) = attribute(&tag, "name") else { continue };
        let kind = attribute(&tag, "type").unwrap_or("text");
        let typed = matches!(kind, "text" | "search" | "tel" | "email" | "number");
        if typed || kind == "hidden" {
            let value = attribute(&tag, "value").unwrap_or_default().to_owned();
            found.push(Field { name: name.to_owned(), value, typed });
        }
    }
    for tag in tags(form, "textarea") {
        let head = format!(" {}", tag.split('>').next().unwrap_or_default());
        let Some(name) = attribute(&head, "name") else { continue };
        let value = tag.split_once('>').map_or("", |(_, rest)| rest);
        let value = value.split("</textarea>").next().unwrap_or_default().to_owned();
        found.push(Field { name: name.to_owned(), value, typed: true });
    }
    found
}

fn forms(html: &str) -> Vec<Form> {
    let mut found = Vec::new();
    for tag in tags(html, "form") {
        let head = format!(" {}", tag.split('>').next().unwrap_or_default());
        let (Some("post"), Some(action)) = (attribute(&head, "method"), attribute(&head, "action"))
        else {
            continue;
        };
        let body = tag.split("</form>").next().unwrap_or_default();
        found.push(Form { action: action.to_owned(), fields: fields(body) });
    }
    found
}

fn links(html: &str) -> Vec<String> {
    let all = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    all.filter(|link| link.starts_with("/en/") && !link.contains("/en/styleguide"))
        .map(|link| link.split('#').next().unwrap_or_default().replace("&amp;", "&"))
        .collect()
}

/// Pages with forms, gone along from the first pages.
async fn found(rig: &Rig, cookie: &str) -> Vec<Form> {
    let mut wanted: Vec<String> =
        ["/en", "/en/report", "/en/work", "/en/duty", "/en/admin", "/en/record", "/en/account"]
            .map(str::to_owned)
            .to_vec();
    let mut seen = BTreeSet::new();
    // One of a kind of page is enough: numbers and ids in addresses are all the same here.
    let kind = |link: &str| -> String {
        let path = link.split('?').next().unwrap_or_default();
        path.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
    };
    let mut all: Vec<Form> = Vec::new();
    while let Some(link) = wanted.pop() {
        if seen.len() >= PAGES || !seen.insert(kind(&link)) {
            continue;
        }
        let page = rig.get_as(&link, cookie).await;
        if page.status != StatusCode::OK {
            continue;
        }
        wanted.extend(links(&page.text));
        for form in forms(&page.text) {
            let known = all.iter().any(|one| kind(&one.action) == kind(&form.action));
            if !known && form.fields.iter().any(|field| field.typed) {
                all.push(form);
            }
        }
    }
    all
}

#[tokio::test]
async fn a_form_that_comes_back_keeps_what_was_typed() {
    for rig in each().await.into_iter().take(1) {
        let cookie = mighty(&rig).await;
        // One at its first step, and one on which its words, reasons and results are asked for.
        opened(&rig, "路口有垃圾").await;
        let number = opened(&rig, "门口有垃圾").await;
        rig.take(&number, "accept", cases::Values::new()).await;
        let mut lost = BTreeSet::new();
        let mut came_back = BTreeSet::new();
        for form in found(&rig, &cookie).await {
            let typed: Vec<&Field> = form.fields.iter().filter(|field| field.typed).collect();
            // Nothing chosen and everything typed; then each text left out in turn.
            for left_out in std::iter::once(None).chain(typed.iter().map(Some)) {
                let sent: Vec<(&str, &str)> = form
                    .fields
                    .iter()
                    .map(|field| match (field.typed, left_out) {
                        (true, Some(out)) if out.name == field.name => (field.name.as_str(), ""),
                        (true, _) => (field.name.as_str(), TYPED),
                        (false, _) => (field.name.as_str(), field.value.as_str()),
                    })
                    .collect();
                let answer = rig.post_as(&form.action, &cookie, &sent).await;
                if answer.status != StatusCode::UNPROCESSABLE_ENTITY {
                    continue;
                }
                came_back.insert(form.action.clone());
                let shown: Vec<Field> =
                    forms(&answer.text).into_iter().flat_map(|form| form.fields).collect();
                for (name, value) in sent.iter().filter(|(_, value)| *value == TYPED) {
                    let mut again = shown.iter().filter(|field| field.name == *name).peekable();
                    // Numbers of cases may come back in capitals.
                    let kept = |field: &Field| field.value.trim().eq_ignore_ascii_case(value);
                    if again.peek().is_some() && !again.any(kept) {
                        lost.insert(format!("{}: {name}", form.action));
                    }
                }
            }
        }
        assert!(lost.is_empty(), "{lost:#?}");
        assert!(came_back.len() >= 4, "few forms came back: {came_back:#?}");
    }
}
