//! Facts of one subject as somebody writes them down: names of facts with values, `成员` for the
//! members of the household (the first is the one it is about), and statuses that are taken as given.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::Date;
use pack::Mistake;
use pack::mistake::suggestion;
use pack::reader::{Findings, Source};
use serde_json::{Map, Value as Json};

use crate::fact::{Fact, Known, Subject};
use crate::keys;
use crate::policy::Catalogue;
use crate::world::{Builder, World};

/// One household or enterprise, and what is taken as given.
#[derive(Debug)]
pub struct One {
    /// A world with nobody else in it.
    pub world: World,
    /// Whether it is an enterprise.
    pub enterprise: bool,
    /// Statuses that are not decided but given.
    pub assumed: BTreeMap<usize, Option<bool>>,
    /// The member it is about, counted from 0.
    pub member: usize,
}

/// Reads the facts of one subject; every mistake is told.
pub fn read(catalogue: &Catalogue, given: &Json, on: Date) -> Result<One, Vec<String>> {
    let empty = Map::new();
    let given = match given {
        Json::Null => &empty,
        Json::Object(given) => given,
        _ => return Err(vec!["the facts are no table".to_owned()]),
    };
    let mut mistakes = Vec::new();
    let mut own = Map::new();
    let mut household = Map::new();
    let mut enterprise = Map::new();
    let mut assumed = BTreeMap::new();
    let mut members: Option<Vec<Map<String, Json>>> = None;
    for (name, value) in given {
        if name == "成员" || name == "户" {
            match listed(value) {
                Some(listed) => members = Some(listed),
                None => mistakes.push(format!("`{name}` is no list of members")),
            }
            continue;
        }
        let Some((index, fact)) = find(catalogue, name) else {
            mistakes.push(unknown(catalogue, name));
            continue;
        };
        let known = fact.read(value, on);
        if let Err(wrong) = &known {
            mistakes.push(format!("`{name}`: {wrong}"));
            continue;
        }
        match catalogue.givers.get(index).copied().flatten() {
            Some(policy) => {
                let status = match known {
                    Ok(Known::Bool(status)) => Some(status),
                    _ => None,
                };
                assumed.insert(policy, status);
            }
            None => {
                let facts = match fact.subject {
                    Subject::Person => &mut own,
                    Subject::Household => &mut household,
                    Subject::Enterprise => &mut enterprise,
                };
                facts.insert(name.clone(), value.clone());
            }
        }
    }
    let whole = members.is_some();
    let mut members = members.unwrap_or_else(|| vec![Map::new()]);
    check_members(catalogue, &members, on, &mut mistakes);
    if let Some(first) = members.first_mut() {
        first.extend(own);
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let mut builder = Builder::new(catalogue, on);
    let is_enterprise = !enterprise.is_empty();
    if is_enterprise {
        builder.enterprise("given", "", &enterprise);
    } else {
        let named: Vec<(&str, &Map<String, Json>)> =
            members.iter().map(|member| ("given", member)).collect();
        builder.household("given", "", &household, &named, whole);
    }
    let (world, _) = builder.finish();
    Ok(One { world, enterprise: is_enterprise, assumed, member: 0 })
}

/// Reads a TOML file of facts as JSON; names may be Chinese without quotes.
pub fn from_toml(name: &str, text: &str) -> Result<Json, Vec<Mistake>> {
    let findings = Findings::default();
    let file: Arc<str> = name.into();
    let (text, quotes) = keys::quoted_one(&file, text);
    let source = Source { file: &file, text: &text, findings: &findings };
    let facts: Map<String, Json> = source.read(|root| {
        let keys = root.keys().into_iter();
        keys.filter_map(|(key, _)| Some((key.clone(), root.any_of(&key)?))).collect()
    });
    let mistakes = findings.resolve().into_sorted();
    if mistakes.is_empty() {
        return Ok(Json::Object(facts));
    }
    Err(mistakes.into_iter().map(|mistake| quotes.restore(mistake)).collect())
}

fn check_members(
    catalogue: &Catalogue,
    members: &[Map<String, Json>],
    on: Date,
    mistakes: &mut Vec<String>,
) {
    for (number, member) in members.iter().enumerate() {
        for (name, value) in member {
            let who = format!("member {}, `{name}`", number + 1);
            match find(catalogue, name).filter(|(_, fact)| fact.subject == Subject::Person) {
                None => mistakes.push(format!("{who}: {}", unknown(catalogue, name))),
                Some((_, fact)) => {
                    if let Err(wrong) = fact.read(value, on) {
                        mistakes.push(format!("{who}: {wrong}"));
                    }
                }
            }
        }
    }
}

fn listed(value: &Json) -> Option<Vec<Map<String, Json>>> {
    let list = match value {
        Json::Object(household) => household.get("成员")?,
        list => list,
    };
    list.as_array()?.iter().map(|one| one.as_object().cloned()).collect()
}

fn find<'c>(catalogue: &'c Catalogue, name: &str) -> Option<(usize, &'c Fact)> {
    catalogue.facts.iter().enumerate().find(|(_, fact)| &*fact.name == name)
}

fn unknown(catalogue: &Catalogue, name: &str) -> String {
    let known = catalogue.facts.iter().map(|fact| &*fact.name);
    let hint = suggestion(name, known).map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("no policy names the fact `{name}`{hint}")
}
