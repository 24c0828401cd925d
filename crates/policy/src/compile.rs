//! From files to a checked catalogue: names are found, expressions read and tried, versions put in
//! order, policies that use each other's statuses sorted. All mistakes are told at once.
//! One version is `compile/version.rs`, trying is `compile/attempt.rs`.

mod attempt;
mod fold;
mod version;

pub(crate) use version::Making;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::Date;
use pack::mistake::suggestion;
use pack::reader::{Findings, Written};
use pack::{At, Files, Mistake};
use sha2::{Digest, Sha256};

use crate::fact::{Fact, Origin, Subject};
use crate::keys;
use crate::policy::{Catalogue, Mode, Pay, Policy, Slot, Test, Version};
use crate::raw::{self, Raw, RawParam, RawPolicy, RawVersion};

/// Reads and checks the policies of packs.
pub fn load(packs: &BTreeMap<String, Files>) -> Result<Catalogue, Vec<Mistake>> {
    let findings = Findings::default();
    let (readable, quotes) = keys::quoted(packs);
    let raw = raw::read(&readable, &findings);
    let shared = Shared::new(&raw, &findings);
    let mut policies = Vec::with_capacity(raw.policies.len());
    for one in &raw.policies {
        policies.push(shared.policy(one));
    }
    let givers: Vec<Option<usize>> = (0..shared.facts.len())
        .map(|index| match shared.slot(index) {
            Slot::Status(policy) => Some(policy),
            _ => None,
        })
        .collect();
    let order = shared.order(&raw, &policies, &givers);
    let digest = digest(packs);
    let facts = shared.facts.into_iter().map(|(fact, _)| fact).collect();
    let mistakes = raw::mistakes(findings);
    if !mistakes.is_empty() {
        return Err(mistakes.into_iter().map(|mistake| quotes.restore(mistake)).collect());
    }
    Ok(Catalogue { policies, facts, givers, order, kinds: raw.kinds, digest })
}

/// SHA-256 over the paths and texts of the policies.
fn digest(packs: &BTreeMap<String, Files>) -> String {
    let mut hasher = Sha256::new();
    for (pack, files) in packs {
        let policies = files.0.iter().filter(|(path, _)| path.starts_with("policies/"));
        for (path, text) in policies {
            for part in [pack, path, text] {
                hasher.update((part.len() as u64).to_be_bytes());
                hasher.update(part);
            }
        }
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What all policies know of each other while they are read.
pub(crate) struct Shared<'a> {
    facts: Vec<(Fact, At)>,
    by_name: BTreeMap<Arc<str>, usize>,
    policies: BTreeMap<String, usize>,
    /// Whom each policy is about.
    subjects: Vec<Subject>,
    params: &'a [RawParam],
    findings: &'a Findings,
    told: Cell<usize>,
}

impl<'a> Shared<'a> {
    fn new(raw: &'a Raw, findings: &'a Findings) -> Self {
        let mut policies: BTreeMap<String, usize> = BTreeMap::new();
        for (index, policy) in raw.policies.iter().enumerate() {
            if let Some(first) = policies.insert(policy.id.text.clone(), index) {
                let first =
                    raw.policies.get(first).map(|first| format!("first at {}", first.id.at));
                let wrong = format!("policy `{}` is there twice", policy.id.text);
                findings.mistakes.add(policy.id.at.clone(), wrong, first);
            }
        }
        let subjects = raw.policies.iter().map(|policy| policy.subject).collect();
        let (facts, by_name) = (Vec::new(), BTreeMap::new());
        let told = Cell::new(0);
        let params = &raw.params;
        let mut shared = Self { facts, by_name, policies, subjects, params, findings, told };
        for (fact, at) in &raw.facts {
            shared.declare(fact, at);
        }
        for policy in &raw.policies {
            for (fact, at) in &policy.facts {
                shared.declare(fact, at);
            }
        }
        for (fact, at) in &shared.facts {
            shared.check_fact(fact, at);
        }
        shared
    }

    /// One name means one thing in all policies.
    fn declare(&mut self, fact: &Fact, at: &At) {
        let reserved = ["计发日", "周岁", "满月", "满日", "region", "户", "成员"];
        if reserved.contains(&&*fact.name) {
            let wrong = format!("`{}` has a meaning of its own", fact.name);
            return self.wrong(at, wrong, Some("choose another name".to_owned()));
        }
        match self.by_name.get(&fact.name).and_then(|index| self.facts.get(*index)) {
            Some((known, first)) if known != fact => {
                let wrong = format!("`{}` is declared otherwise elsewhere", fact.name);
                self.wrong(at, wrong, Some(format!("first at {first}")));
            }
            Some(_) => {}
            None => {
                self.by_name.insert(fact.name.clone(), self.facts.len());
                self.facts.push((fact.clone(), at.clone()));
            }
        }
    }

    fn check_fact(&self, fact: &Fact, at: &At) {
        let Origin::Policy(id) = &fact.origin else { return };
        let Some(giver) = self.policies.get(&**id).and_then(|index| self.subjects.get(*index))
        else {
            let hint = suggestion(id, self.policies.keys().map(String::as_str));
            return self.wrong(at, format!("policy `{id}` is not there"), hint);
        };
        if *giver != fact.subject {
            let wrong = format!(
                "policy `{id}` is about a {}, the fact about a {}",
                giver.word(),
                fact.subject.word()
            );
            self.wrong(at, wrong, None);
        }
        if fact.kind != crate::fact::Kind::Bool || fact.nullable {
            self.wrong(at, "what a policy decides is `boolean`", None);
        }
    }

    pub(crate) fn wrong(&self, at: &At, wrong: impl Into<String>, hint: Option<String>) {
        self.told.set(self.told.get() + 1);
        self.findings.mistakes.add(at.clone(), wrong, hint);
    }

    /// How many mistakes there are by now.
    pub(crate) fn count(&self) -> usize {
        self.told.get()
    }

    pub(crate) fn fact(&self, index: usize) -> Option<&Fact> {
        self.facts.get(index).map(|(fact, _)| fact)
    }

    /// What a fact stands for in expressions.
    pub(crate) fn slot(&self, index: usize) -> Slot {
        let status = self.fact(index).and_then(|fact| match &fact.origin {
            Origin::Policy(id) => self.policies.get(&**id).copied(),
            _ => None,
        });
        status.map_or(Slot::Fact(index), Slot::Status)
    }

    /// The shared figures that a policy names.
    pub(crate) fn figures(&self, raw: &RawPolicy) -> Vec<&'a RawParam> {
        let named = |one: &&RawParam| raw.uses.iter().any(|written| written.text == one.name);
        self.params.iter().filter(named).collect()
    }

    /// The facts that a policy names, in the order of its list.
    fn named(&self, raw: &RawPolicy) -> Vec<usize> {
        let mut named = Vec::new();
        for written in &raw.uses {
            if self.params.iter().any(|one| one.name == written.text) {
                continue;
            }
            match self.by_name.get(&*written.text) {
                Some(index) if named.contains(index) => {
                    self.wrong(&written.at, format!("`{}` is there twice", written.text), None);
                }
                Some(index) => named.push(*index),
                None => {
                    let hint = suggestion(&written.text, self.by_name.keys().map(AsRef::as_ref));
                    let wrong = format!("fact `{}` is not declared", written.text);
                    self.wrong(&written.at, wrong, hint);
                }
            }
        }
        let own = raw.facts.iter().filter_map(|(fact, _)| self.by_name.get(&fact.name));
        named.extend(own);
        for index in &named {
            let Some(fact) = self.fact(*index) else { continue };
            if fact.subject.lives() != raw.subject.lives() {
                let wrong = format!(
                    "`{}` is a fact about a {}, the policy is about a {}",
                    fact.name,
                    fact.subject.word(),
                    raw.subject.word()
                );
                self.wrong(&raw.id.at, wrong, None);
            }
        }
        named
    }

    fn policy(&self, raw: &RawPolicy) -> Policy {
        let named = self.named(raw);
        let mut versions: Vec<&RawVersion> =
            raw.versions.iter().filter(|version| version.from.is_some()).collect();
        versions.sort_by_key(|version| version.from);
        self.check_gaps(&versions);
        let made = versions.iter().filter_map(|version| {
            let merged = self.merged(version, &versions)?;
            version::make(self, raw, &named, &merged)
        });
        let versions: Vec<Version> = made.collect();
        let used: Vec<Slot> = versions.iter().flat_map(|version| version.used()).collect();
        for index in named.iter().filter(|index| !used.contains(&self.slot(**index))) {
            if let Some(fact) = self.fact(*index).filter(|_| !versions.is_empty()) {
                self.wrong(
                    &raw.id.at,
                    format!("fact `{}` is named but never used", fact.name),
                    None,
                );
            }
        }
        let tests = raw.tests.iter().filter_map(|test| {
            Some(Test {
                name: test.name.clone(),
                on: test.on?,
                given: test.given.clone(),
                expect: test.expect.clone(),
                at: test.at.clone(),
            })
        });
        if raw.tests.is_empty() {
            self.wrong(&raw.id.at, "there is no `[[test]]`", None);
        }
        let arc = |written: &Written| Arc::<str>::from(&*written.text);
        Policy {
            id: arc(&raw.id),
            name: arc(&raw.name),
            file: raw.file.clone(),
            subject: raw.subject,
            owner: raw.owner.clone(),
            mode: self.modes(raw),
            gives: raw.gives.as_ref().map(arc),
            group: raw.group.as_ref().map(arc),
            pay: self.pay(raw),
            note: raw.note.clone(),
            unconfirmed: raw.unconfirmed.clone(),
            sources: raw.sources.clone(),
            versions,
            tests: tests.collect(),
        }
    }

    /// Versions follow each other without a day between or in common.
    fn check_gaps(&self, versions: &[&RawVersion]) {
        for pair in versions.windows(2) {
            let [before, after] = pair else { continue };
            let (Some(first), Some(next)) = (before.from, after.from) else { continue };
            if first == next {
                self.wrong(&after.at, format!("two versions begin on {next}"), None);
            }
            let last = next.yesterday().ok();
            if let Some(to) = before.to
                && Some(to) != last
            {
                let what = if to < next { "nothing is in force" } else { "two versions are" };
                let wrong = format!("between {to} and {next} {what}");
                let hint = last.map(|last| format!("let the version before end on {last}"));
                self.wrong(&after.at, wrong, hint);
            }
        }
        for version in versions {
            if version.to.zip(version.from).is_some_and(|(to, from)| to < from) {
                self.wrong(&version.at, "the version ends before it begins", None);
            }
        }
    }

    /// A version with what it takes over from the one it is like.
    fn merged(&self, version: &RawVersion, all: &[&RawVersion]) -> Option<RawVersion> {
        let mut merged = version.copied();
        let mut like = version.like.clone();
        let mut steps = 0;
        while let Some((from, at)) = like {
            let Some(other) = all.iter().find(|one| one.from == Some(from) && steps < all.len())
            else {
                self.wrong(&at, format!("there is no version from {from} to be like"), None);
                return None;
            };
            merged.inherit(other);
            like = other.like.clone();
            steps += 1;
        }
        Some(merged)
    }

    fn modes(&self, raw: &RawPolicy) -> Vec<(Date, Mode)> {
        let mut modes = Vec::new();
        for (from, word) in &raw.mode {
            match Mode::of(&word.text) {
                Some(mode) => modes.push((*from, mode)),
                None => {
                    let hint = suggestion(&word.text, Mode::WORDS);
                    self.wrong(&word.at, format!("`{}` is no mode", word.text), hint);
                }
            }
        }
        modes.sort_by_key(|(from, _)| *from);
        modes
    }

    fn pay(&self, raw: &RawPolicy) -> Option<Pay> {
        let pay = raw.pay.as_ref()?;
        let months = match &*pay.every.text {
            "month" => 1,
            "quarter" => 3,
            "year" => 12,
            "once" => 0,
            other => {
                let hint = suggestion(other, ["month", "quarter", "year", "once"]);
                self.wrong(&pay.every.at, format!("`{other}` is no time between payments"), hint);
                return None;
            }
        };
        let mut on = Vec::new();
        for day in &pay.on {
            let read = day.text.split_once('-').and_then(|(month, day)| {
                let (month, day) = (month.parse().ok()?, day.parse().ok()?);
                Date::new(2023, month, day).ok().map(|_| (month, day))
            });
            match read {
                Some(read) => on.push(read),
                None => {
                    let wrong = format!("`{}` is no day such as 01-15", day.text);
                    self.wrong(&day.at, wrong, None);
                }
            }
        }
        let wanted = 12_usize.checked_div(usize::from(months)).unwrap_or(0);
        if months > 0 && on.len() != wanted {
            let wrong = format!("a year has {wanted} payments, not {}", on.len());
            self.wrong(&pay.every.at, wrong, None);
        }
        Some(Pay { months, on })
    }

    /// Policies so that each comes behind those whose status it uses; a circle is a mistake.
    fn order(&self, raw: &Raw, policies: &[Policy], givers: &[Option<usize>]) -> Vec<usize> {
        let uses = policies.iter().map(|policy| statuses_of(policy, givers));
        let uses: Vec<BTreeSet<usize>> = uses.collect();
        let (mut order, mut left) = (Vec::new(), (0..policies.len()).collect::<Vec<_>>());
        while !left.is_empty() {
            let ready = |index: &usize| {
                uses.get(*index).is_some_and(|uses| uses.iter().all(|one| order.contains(one)))
            };
            let Some(next) = left.iter().position(ready) else { break };
            order.push(left.remove(next));
        }
        if let Some(first) = left.first().and_then(|first| raw.policies.get(*first)) {
            let names: Vec<&str> = left
                .iter()
                .filter_map(|index| raw.policies.get(*index))
                .map(|policy| policy.id.text.as_str())
                .collect();
            let wrong = format!("these policies wait for each other: {}", names.join(", "));
            self.wrong(&first.id.at, wrong, None);
        }
        order
    }

    pub(crate) fn policy_of(&self, id: &str) -> Option<(usize, Subject)> {
        let index = *self.policies.get(id)?;
        Some((index, *self.subjects.get(index)?))
    }

    pub(crate) fn policy_names(&self) -> impl Iterator<Item = &str> {
        self.policies.keys().map(String::as_str)
    }
}

/// The policies whose status a policy uses in any version.
pub(crate) fn statuses_of(policy: &Policy, givers: &[Option<usize>]) -> BTreeSet<usize> {
    let slots = policy.versions.iter().flat_map(|version| &version.slots);
    let own = slots.filter_map(|slot| match slot {
        Slot::Status(index) => Some(*index),
        _ => None,
    });
    let members = policy.versions.iter().flat_map(|version| &version.members);
    own.chain(members.filter_map(|fact| givers.get(*fact).copied().flatten())).collect()
}

impl RawVersion {
    /// The same without what is only told once.
    fn copied(&self) -> Self {
        Self {
            from: self.from,
            to: self.to,
            at: self.at.clone(),
            cite: self.cite.clone(),
            unconfirmed: self.unconfirmed.clone(),
            like: self.like.clone(),
            money: self.money.clone(),
            feb29: self.feb29.clone(),
            lets: self.lets.clone(),
            clauses: self.clauses.clone(),
            excludes: self.excludes.clone(),
            params: self.params.clone(),
            amount: self.amount.clone(),
            cap: self.cap.clone(),
        }
    }

    /// Takes over what it does not say itself: clauses and values by their name.
    fn inherit(&mut self, other: &Self) {
        let missing = |own: &[crate::raw::RawClause], theirs: &[crate::raw::RawClause]| {
            let new = theirs.iter().filter(|one| own.iter().all(|own| own.id.text != one.id.text));
            new.cloned().collect::<Vec<_>>()
        };
        // What is taken over keeps its order and comes first, so that new values can use it.
        let lets = missing(&self.lets, &other.lets);
        self.lets.splice(0..0, lets);
        let clauses = missing(&self.clauses, &other.clauses);
        self.clauses.splice(0..0, clauses);
        if self.excludes.is_empty() {
            self.excludes.clone_from(&other.excludes);
        }
        for param in &other.params {
            if self.params.iter().all(|own| own.name != param.name) {
                self.params.push(param.clone());
            }
        }
        self.amount = self.amount.take().or_else(|| other.amount.clone());
        self.cap = self.cap.take().or_else(|| other.cap.clone());
        self.money = self.money.take().or_else(|| other.money.clone());
        self.feb29 = self.feb29.take().or_else(|| other.feb29.clone());
    }
}
