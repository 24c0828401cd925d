//! One version of a policy: its expressions are read with the names in force, its figures and table
//! made ready.

use std::sync::Arc;

use pack::mistake::suggestion;
use pack::reader::Written;
use rules::expr::{Node, Source};
use rules::temporal::Feb29;
use rules::{Decimal, Expr, Rounding, Scope, Value};
use serde_json::Value as Json;

use super::Shared;
use super::{attempt, fold};
use crate::fact::{Fresh, Kind, Subject};
use crate::natives::Own;
use crate::policy::{Amount, Cap, Clause, Dated, How, Param, Slot, Version};
use crate::raw::{RawAmount, RawCap, RawClause, RawParam, RawPolicy, RawVersion};
use crate::{partition, table, visit};

/// What is at hand while a version is read.
pub(crate) struct Making<'a> {
    /// All policies.
    pub shared: &'a Shared<'a>,
    /// The names in force.
    pub scope: Scope,
    /// What they stand for.
    pub slots: Vec<Slot>,
    /// The document of the version.
    cite: Arc<str>,
    names: Vec<Arc<str>>,
}

/// What a citation says where it is the document of the version, whichever that is.
const SAME: &str = "同本版";

/// Makes a version; nothing when too much is wrong to go on.
pub(crate) fn make(
    shared: &Shared<'_>,
    policy: &RawPolicy,
    named: &[usize],
    raw: &RawVersion,
) -> Option<Version> {
    let cite: Arc<str> = raw.cite.as_ref()?.text.as_str().into();
    let (scope, slots, names) = (Scope::new(), Vec::new(), Vec::new());
    let mut making = Making { shared, scope, slots, cite, names };
    making.put("计发日", Slot::On);
    for (own, name) in Own::ALL {
        making.put(name, Slot::Own(own));
    }
    making.name_facts(policy, named);
    let mut params: Vec<Param> =
        raw.params.iter().map(|param| making.param(param, Some(raw))).collect();
    // A shared figure may be older or younger than the version: then it is not known.
    params.extend(shared.figures(policy).into_iter().map(|param| making.param(param, None)));
    for (index, param) in params.iter().enumerate() {
        making.put(&param.name.clone(), Slot::Param(index));
    }
    let mut lets = Vec::new();
    for one in &raw.lets {
        lets.push(making.clause(one)?);
        making.put(&one.id.text, Slot::Let(lets.len() - 1));
    }
    let clauses: Vec<Option<Clause>> = raw.clauses.iter().map(|one| making.clause(one)).collect();
    let excludes = raw.excludes.iter().filter_map(|one| making.exclude(one, policy));
    let excludes: Vec<Clause> = excludes.collect();
    if raw.clauses.is_empty() {
        shared.wrong(&raw.at, "there is no `[[version.clause]]`", None);
    }
    for (index, one) in raw.clauses.iter().enumerate() {
        if raw.clauses.iter().take(index).any(|before| before.id.text == one.id.text) {
            shared.wrong(&one.id.at, format!("`{}` is there twice", one.id.text), None);
        }
    }
    let amount = match &raw.amount {
        Some(amount) => Some(making.amount(amount)?),
        None => None,
    };
    let cap = match &raw.cap {
        Some(cap) => Some(making.cap(cap, policy.subject)?),
        None => None,
    };
    let round = making.rounding(raw.money.as_ref());
    let feb29 = making.feb29(raw.feb29.as_ref());
    let mut version = Version {
        from: raw.from?,
        to: raw.to,
        cite: making.cite.clone(),
        unconfirmed: raw.unconfirmed.clone(),
        round,
        feb29,
        slots: making.slots.clone(),
        params,
        lets,
        clauses: clauses.into_iter().collect::<Option<Vec<_>>>()?,
        amount,
        cap,
        members: Vec::new(),
        places: Vec::new(),
    };
    version.clauses.extend(excludes);
    version.members = making.members(&version, named);
    attempt::try_out(shared, policy, raw, &version);
    if let Some(written) = raw.amount.as_ref().and_then(|amount| amount.table.as_ref()) {
        partition::check(&mut making, raw, &mut version, written);
    }
    fold::areas(&mut version);
    version.places = version.all_places();
    Some(version)
}

impl Making<'_> {
    fn name_facts(&mut self, policy: &RawPolicy, named: &[usize]) {
        for index in named {
            if let Some(fact) = self.shared.fact(*index) {
                self.scope.member(fact.name.clone());
                // A household has no facts of its members but through them.
                if policy.subject != Subject::Household || fact.subject == Subject::Household {
                    self.put(&fact.name.clone(), self.shared.slot(*index));
                }
            }
        }
        if policy.subject.lives() {
            self.scope.member("成员");
            self.put("户", Slot::Household);
        }
    }

    fn put(&mut self, name: &str, slot: Slot) {
        let place = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        self.scope.fact(name, place);
        self.slots.push(slot);
        self.names.push(name.into());
    }

    /// A citation with the document of the version in place of `SAME`.
    pub fn cited(&self, written: &str) -> Arc<str> {
        if written == SAME { self.cite.clone() } else { written.into() }
    }

    /// The place of a name.
    pub fn place(&self, name: &str) -> Option<u32> {
        let place = self.names.iter().position(|known| &**known == name)?;
        u32::try_from(place).ok()
    }

    /// Tells a mistake of an expression at its place in the file.
    pub fn tell(&self, written: &Written, from: usize, mistake: &rules::Mistake) {
        let at = written.inside(from + mistake.span.start as usize);
        let hint = mistake.hint.clone().or_else(|| self.advice(mistake));
        self.shared.wrong(&at, mistake.wrong.clone(), hint);
    }

    fn advice(&self, mistake: &rules::Mistake) -> Option<String> {
        if mistake.key != "feel.name_unknown" {
            return None;
        }
        let name = mistake.wrong.split('`').nth(1)?;
        let known = suggestion(name, self.names.iter().map(AsRef::as_ref));
        known.or_else(|| Some("declare it under [facts]".to_owned()))
    }

    /// Reads an expression; what is wrong is told.
    pub fn expression(&mut self, written: &Written) -> Option<Expr> {
        let source = Source::new(written.at.file.to_string(), written.text.clone());
        match rules::expression(&source, &mut self.scope) {
            Ok(parsed) => {
                for doubt in &parsed.doubts {
                    self.tell(written, 0, doubt);
                }
                parsed.doubts.is_empty().then_some(parsed.expr)
            }
            Err(mistake) => {
                self.tell(written, 0, &mistake);
                None
            }
        }
    }

    fn clause(&mut self, raw: &RawClause) -> Option<Clause> {
        let expr = self.expression(&raw.text)?;
        Some(Clause {
            id: raw.id.text.as_str().into(),
            says: raw.says.as_str().into(),
            cite: self.cited(&raw.cite.text),
            unconfirmed: raw.unconfirmed.clone(),
            uses: visit::places(&expr),
            expr,
        })
    }

    /// `not(status)` of the policy that excludes this one.
    fn exclude(&mut self, raw: &crate::raw::RawExclude, policy: &RawPolicy) -> Option<Clause> {
        let Some((index, subject)) = self.shared.policy_of(&raw.policy.text) else {
            let hint = suggestion(&raw.policy.text, self.shared.policy_names());
            let wrong = format!("policy `{}` is not there", raw.policy.text);
            self.shared.wrong(&raw.policy.at, wrong, hint);
            return None;
        };
        let reaches = subject == policy.subject
            || subject == Subject::Household && policy.subject == Subject::Person;
        if !reaches {
            let wrong = format!("a {} cannot exclude a {}", subject.word(), policy.subject.word());
            self.shared.wrong(&raw.policy.at, wrong, None);
            return None;
        }
        let name = format!("排除{}", self.slots.len());
        self.put(&name, Slot::Status(index));
        let text = Written { text: format!("not({name})"), at: raw.policy.at.clone() };
        let id =
            Written { text: format!("未享受{}", raw.policy.text), at: raw.policy.at.clone() };
        let (says, cite) = (raw.says.clone(), raw.cite.clone());
        let unconfirmed = raw.unconfirmed.clone();
        self.clause(&RawClause { id, says, cite, text, unconfirmed })
    }

    fn param(&self, raw: &RawParam, version: Option<&RawVersion>) -> Param {
        let mut values = Vec::new();
        for one in &raw.values {
            match constant(&one.value) {
                Some(value) => values.push(Dated {
                    from: one.from,
                    value,
                    cite: self.cited(&one.cite.text),
                    unconfirmed: one.unconfirmed.clone(),
                }),
                None => self.shared.wrong(&one.at, "it is no number, text or day", None),
            }
        }
        values.sort_by_key(|value| value.from);
        let first = values.first().map(|value| value.from);
        if version.is_some_and(|version| first > version.from) || first.is_none() {
            let wrong = format!("`{}` has no value on the first day of the version", raw.name);
            self.shared.wrong(&raw.at, wrong, None);
        }
        Param { name: raw.name.as_str().into(), values }
    }

    fn amount(&mut self, raw: &RawAmount) -> Option<Amount> {
        let how = if let Some(written) = &raw.table {
            let made = table::read(self, raw, written)?;
            How::Table { expr: made.expr, cites: made.cites, unconfirmed: made.unconfirmed }
        } else if let Some(written) = &raw.is {
            let cite = self.cited(&raw.cite.as_ref()?.text);
            How::Is { expr: self.expression(written)?, cite }
        } else {
            How::Open(raw.open.as_ref()?.text.as_str().into())
        };
        let unit = raw.unit.text.as_str().into();
        Some(Amount { unit, how, unconfirmed: raw.unconfirmed.clone() })
    }

    fn cap(&self, raw: &RawCap, subject: Subject) -> Option<Cap> {
        let amount: Option<Decimal> = raw.amount.text.parse().ok();
        if amount.is_none() {
            self.shared.wrong(&raw.amount.at, "it is not a number", None);
        }
        let per = Subject::of(&raw.per.text);
        if per.is_none() {
            let hint = suggestion(&raw.per.text, ["person", "household", "enterprise"]);
            self.shared.wrong(&raw.per.at, format!("`{}` is no subject", raw.per.text), hint);
        }
        let period = raw.period.as_ref().and_then(|written| {
            let period = Fresh::read(&written.text);
            if period.is_none() {
                let hint = Some("write P3Y, P12M or P90D".to_owned());
                self.shared.wrong(&written.at, format!("`{}` is no time", written.text), hint);
            }
            period
        });
        let used = raw.used.as_ref().and_then(|written| {
            let place = self.place(&written.text);
            if place.is_none() {
                let hint = suggestion(&written.text, self.names.iter().map(AsRef::as_ref));
                let wrong = format!("`{}` is not known here", written.text);
                self.shared.wrong(&written.at, wrong, hint);
            }
            self.check_used(written, place);
            place
        });
        if per.is_some_and(|per| per != subject) {
            let hint = format!("let the policy be about a {}", raw.per.text);
            let wrong = format!("the policy is about a {}, its cap for another", subject.word());
            self.shared.wrong(&raw.per.at, wrong, Some(hint));
        }
        if let (Some(period), None) = (&raw.period, &raw.used) {
            let hint = Some("name the fact that says how much of it is used".to_owned());
            self.shared.wrong(&period.at, "a cap with a period needs `used`", hint);
        }
        let cite = self.cited(&raw.cite.text);
        Some(Cap { amount: amount?, per: per?, period, used, cite })
    }

    /// What is used of a cap is yuan.
    fn check_used(&self, written: &Written, place: Option<u32>) {
        let slot = place.and_then(|place| self.slots.get(place as usize));
        let Some(Slot::Fact(index)) = slot else { return };
        let Some(fact) = self.shared.fact(*index) else { return };
        if !matches!(fact.kind, Kind::Number { money: true, .. }) {
            let wrong = format!("`{}` is no money", fact.name);
            self.shared.wrong(&written.at, wrong, None);
        }
    }

    fn rounding(&self, raw: Option<&Written>) -> (i32, Rounding) {
        let usual = (2, Rounding::HalfUp);
        let Some(raw) = raw else { return usual };
        let read = raw.text.split_once(' ').and_then(|(unit, how)| {
            let scale = match unit {
                "0.01" => 2,
                "0.1" => 1,
                "1" => 0,
                "10" => -1,
                _ => return None,
            };
            let how = match how {
                "half-up" => Rounding::HalfUp,
                "half-even" => Rounding::HalfEven,
                "up" => Rounding::Up,
                "down" => Rounding::Down,
                _ => return None,
            };
            Some((scale, how))
        });
        read.unwrap_or_else(|| {
            let hint = "write 0.01, 0.1, 1 or 10 and half-up, half-even, up or down";
            let wrong = format!("`{}` is no rounding", raw.text);
            self.shared.wrong(&raw.at, wrong, Some(hint.to_owned()));
            usual
        })
    }

    fn feb29(&self, raw: Option<&Written>) -> Feb29 {
        match raw.map(|raw| (&*raw.text, raw)) {
            None | Some(("03-01", _)) => Feb29::Mar01,
            Some(("02-28", _)) => Feb29::Feb28,
            Some((other, raw)) => {
                let hint = Some("write 02-28 or 03-01".to_owned());
                self.shared.wrong(&raw.at, format!("`{other}` is no birthday"), hint);
                Feb29::Mar01
            }
        }
    }

    /// The facts of members that expressions name behind a dot.
    fn members(&self, version: &Version, named: &[usize]) -> Vec<usize> {
        let mut members = Vec::new();
        for expr in version.exprs() {
            visit::each(expr, &mut |inner| {
                let name = match &inner.node {
                    Node::Path(_, name) | Node::Member { name, .. } => name,
                    _ => return,
                };
                let fact = named.iter().find(|index| {
                    let fact = self.shared.fact(**index);
                    fact.is_some_and(|one| one.subject == Subject::Person && one.name == *name)
                });
                members.extend(fact.filter(|fact| !members.contains(*fact)));
            });
        }
        members
    }
}

/// A figure as a value.
fn constant(json: &Json) -> Option<Value> {
    match json {
        Json::Number(number) => number.to_string().parse().ok().map(Value::Number),
        Json::Bool(flag) => Some(Value::Bool(*flag)),
        Json::String(text) => {
            let number: Option<Decimal> = text.parse().ok();
            let date = || rules::temporal::Date::read(text).map(Value::Date);
            number.map(Value::Number).or_else(date).or_else(|| Some(Value::text(text.as_str())))
        }
        _ => None,
    }
}

impl Version {
    /// All expressions of the version.
    pub(crate) fn exprs(&self) -> impl Iterator<Item = &Expr> {
        let amount = self.amount.as_ref().and_then(|amount| match &amount.how {
            How::Table { expr, .. } | How::Is { expr, .. } => Some(expr),
            How::Open(_) => None,
        });
        let clauses = self.lets.iter().chain(&self.clauses);
        clauses.map(|clause| &clause.expr).chain(amount)
    }

    /// The places that the expressions and the cap use, each once.
    fn all_places(&self) -> Vec<u32> {
        let cap = self.cap.iter().filter_map(|cap| cap.used);
        let mut all: Vec<u32> = self.exprs().flat_map(visit::places).chain(cap).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What the expressions use of what could be named.
    pub(crate) fn used(&self) -> Vec<Slot> {
        let members = self.members.iter().map(|index| Slot::Fact(*index));
        let places = self.all_places().into_iter();
        let slots = places.filter_map(|place| self.slots.get(place as usize).copied());
        let mut used: Vec<Slot> = Vec::new();
        for slot in members.chain(slots) {
            if !used.contains(&slot) {
                used.push(slot);
            }
        }
        used
    }
}

impl Making<'_> {
    /// A scope with the same names and places.
    pub(crate) fn copied_scope(&self) -> Scope {
        let mut scope = Scope::new();
        for (place, name) in (0..).zip(&self.names) {
            scope.fact(name.clone(), place);
        }
        scope
    }
}
