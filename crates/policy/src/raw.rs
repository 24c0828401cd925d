//! Policy files as they are written (`policies/*.toml`), with the place of every text. What the
//! texts mean is found out in `compile.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::Date;
use pack::reader::{Source, Table, Written};
use pack::{At, Files, Mistake};
use serde_json::Value as Json;

use crate::fact::{Fact, Fresh, Kind, Origin, Subject};
use crate::policy::Kinds;

/// A file with one policy.
#[derive(Debug)]
pub struct RawPolicy {
    /// `pack/policies/name.toml`.
    pub file: Arc<str>,
    /// Its id.
    pub id: Written,
    /// Its name.
    pub name: Written,
    /// Who it is about.
    pub subject: Subject,
    /// The department in charge.
    pub owner: String,
    /// 免申即享, 申请 or 告知, each from a day on.
    pub mode: Vec<(Date, Written)>,
    /// The name of the fact it gives to others.
    pub gives: Option<Written>,
    /// Policies of a group, of which the highest is paid.
    pub group: Option<Written>,
    /// When it is paid.
    pub pay: Option<RawPay>,
    /// What else there is to know.
    pub note: Option<String>,
    /// What is not confirmed about the whole policy.
    pub unconfirmed: Option<String>,
    /// Where the file's content was read.
    pub sources: Vec<String>,
    /// Facts of `facts.toml` it names.
    pub uses: Vec<Written>,
    /// Facts of its own.
    pub facts: Vec<(Fact, At)>,
    /// Its versions.
    pub versions: Vec<RawVersion>,
    /// Its tests.
    pub tests: Vec<RawTest>,
}

/// When a policy is paid.
#[derive(Debug)]
pub struct RawPay {
    /// `month`, `quarter`, `year` or `once`.
    pub every: Written,
    /// `01-15` …
    pub on: Vec<Written>,
}

/// A version.
#[derive(Debug)]
pub struct RawVersion {
    /// In force from.
    pub from: Option<Date>,
    /// In force until.
    pub to: Option<Date>,
    /// Place of the table.
    pub at: At,
    /// The document.
    pub cite: Option<Written>,
    /// Not confirmed, and why.
    pub unconfirmed: Option<String>,
    /// The version it is like, by its first day.
    pub like: Option<(Date, At)>,
    /// `0.01 half-up`.
    pub money: Option<Written>,
    /// `02-28` or `03-01`.
    pub feb29: Option<Written>,
    /// Named intermediate values.
    pub lets: Vec<RawClause>,
    /// Conditions.
    pub clauses: Vec<RawClause>,
    /// Policies that exclude this one.
    pub excludes: Vec<RawExclude>,
    /// Dated figures.
    pub params: Vec<RawParam>,
    /// What is given.
    pub amount: Option<RawAmount>,
    /// The most that is given.
    pub cap: Option<RawCap>,
}

/// A condition or an intermediate value.
#[derive(Debug, Clone)]
pub struct RawClause {
    /// Its name.
    pub id: Written,
    /// In words.
    pub says: String,
    /// Where it stands.
    pub cite: Written,
    /// The expression.
    pub text: Written,
    /// Not confirmed, and why.
    pub unconfirmed: Option<String>,
}

/// Whoever gets that policy does not get this one.
#[derive(Debug, Clone)]
pub struct RawExclude {
    /// Its id.
    pub policy: Written,
    /// In words.
    pub says: String,
    /// Where it stands.
    pub cite: Written,
    /// Not confirmed, and why.
    pub unconfirmed: Option<String>,
}

/// A figure.
#[derive(Debug, Clone)]
pub struct RawParam {
    /// Its name.
    pub name: String,
    /// Where it is written.
    pub at: At,
    /// Its values.
    pub values: Vec<RawValue>,
}

/// A value of a figure from a day on.
#[derive(Debug, Clone)]
pub struct RawValue {
    /// From this day on.
    pub from: Date,
    /// The value.
    pub value: Json,
    /// Where it stands.
    pub cite: Written,
    /// Not confirmed, and why.
    pub unconfirmed: Option<String>,
    /// Where it is written.
    pub at: At,
}

/// What is given.
#[derive(Debug, Clone)]
pub struct RawAmount {
    /// `元/月` …
    pub unit: Written,
    /// `unique`, `first` or `highest`.
    pub hit: Option<Written>,
    /// A table of amounts.
    pub table: Option<Written>,
    /// An expression.
    pub is: Option<Written>,
    /// Where the expression stands.
    pub cite: Option<Written>,
    /// Why the amount cannot be told.
    pub open: Option<Written>,
    /// Not confirmed, and why.
    pub unconfirmed: Option<String>,
}

/// The most that is given.
#[derive(Debug, Clone)]
pub struct RawCap {
    /// How much.
    pub amount: Written,
    /// `person`, `household` or `enterprise`.
    pub per: Written,
    /// `P3Y`; nothing means for ever.
    pub period: Option<Written>,
    /// The fact that says how much of it is used.
    pub used: Option<Written>,
    /// Where it stands.
    pub cite: Written,
}

/// A test of the file.
#[derive(Debug)]
pub struct RawTest {
    /// What it shows.
    pub name: Option<String>,
    /// The day.
    pub on: Option<Date>,
    /// Facts.
    pub given: Json,
    /// What is expected.
    pub expect: Json,
    /// Where it is written.
    pub at: At,
}

/// Everything the folders `policies/` hold.
#[derive(Debug, Default)]
pub struct Raw {
    /// The policies, in the order of packs and files.
    pub policies: Vec<RawPolicy>,
    /// Facts that all of them may name.
    pub facts: Vec<(Fact, At)>,
    /// Figures that all of them may name.
    pub params: Vec<RawParam>,
    /// The kinds of case that outcomes open.
    pub kinds: Kinds,
}

/// Reads the policies of all packs; mistakes go to `findings`.
pub fn read(packs: &BTreeMap<String, Files>, findings: &pack::reader::Findings) -> Raw {
    let mut raw = Raw::default();
    for (pack, files) in packs {
        for (path, text) in &files.0 {
            let Some(name) = path.strip_prefix("policies/") else { continue };
            if !name.ends_with(".toml") {
                continue;
            }
            let file: Arc<str> = format!("{pack}/{path}").into();
            let source = Source { file: &file, text, findings };
            if name == "facts.toml" {
                source.read(|root| {
                    for subject in [Subject::Person, Subject::Household, Subject::Enterprise] {
                        if let Some(table) = root.table(subject.word()) {
                            raw.facts.extend(facts(&table, subject));
                        }
                    }
                });
            } else if name == "params.toml" {
                source.read(|root| {
                    raw.params.extend(root.table("param").as_ref().map(params).unwrap_or_default());
                });
            } else if name == "cases.toml" {
                source.read(|root| {
                    if let Some(table) = root.table("kinds") {
                        raw.kinds = Kinds {
                            payment: table.maybe_parsed("payment"),
                            contact: table.maybe_parsed("contact"),
                            question: table.maybe_parsed("question"),
                            check: table.maybe_parsed("check"),
                            correction: table.maybe_parsed("correction"),
                            unpaid: table.list("unpaid"),
                        };
                    }
                });
            } else {
                raw.policies.extend(source.read(|root| policy(root, &file)));
            }
        }
    }
    raw
}

/// All mistakes, sorted.
pub fn mistakes(findings: pack::reader::Findings) -> Vec<Mistake> {
    findings.resolve().into_sorted()
}

fn policy(root: &Table<'_>, file: &Arc<str>) -> Option<RawPolicy> {
    let head = root.table("policy");
    if head.is_none() {
        root.mistake("policy", "`[policy]` is missing", None);
    }
    let subject = head.as_ref().and_then(|head| {
        let word = head.text("subject")?;
        let subject = Subject::of(word);
        if subject.is_none() {
            let hint = pack::mistake::suggestion(word, ["person", "household", "enterprise"]);
            head.mistake("subject", format!("`{word}` is no subject"), hint);
        }
        subject
    });
    let own = root.table("facts");
    let uses = own.as_ref().map(|own| own.writtens("use")).unwrap_or_default();
    let own_facts = match (&own, subject) {
        (Some(own), Some(subject)) => facts(own, subject),
        _ => Vec::new(),
    };
    let versions: Vec<RawVersion> = root.tables("version").iter().map(version).collect();
    if versions.is_empty() {
        root.mistake("version", "there is no `[[version]]`", None);
    }
    let tests: Vec<RawTest> = root.tables("test").iter().map(test).collect();
    let sources = root.list("sources");
    let head = head?;
    let (id, name) = (head.written("id"), head.written("name"));
    let owner = head.text("owner").map(str::to_owned);
    let mode = mode(&head);
    let pay = head
        .table("pay")
        .and_then(|pay| Some(RawPay { every: pay.written("every")?, on: pay.writtens("on") }));
    let (gives, group) = (head.maybe_written("gives"), head.maybe_written("group"));
    let note = head.maybe_text("note").map(str::to_owned);
    let unconfirmed = head.maybe_text("unconfirmed").map(str::to_owned);
    Some(RawPolicy {
        file: file.clone(),
        id: id?,
        name: name?,
        subject: subject?,
        owner: owner?,
        mode,
        gives,
        group,
        pay,
        note,
        unconfirmed,
        sources,
        uses,
        facts: own_facts,
        versions,
        tests,
    })
}

fn mode(head: &Table<'_>) -> Vec<(Date, Written)> {
    if !head.is_list("mode") {
        return head.written("mode").map(|mode| (Date::MIN, mode)).into_iter().collect();
    }
    let dated = head.tables("mode");
    dated.iter().filter_map(|one| Some((one.date("from")?, one.written("value")?))).collect()
}

fn facts(table: &Table<'_>, subject: Subject) -> Vec<(Fact, At)> {
    let keys = table.keys();
    let keys = keys.into_iter().filter(|(key, _)| key != "use");
    keys.filter_map(|(name, at)| Some((fact(&table.table_of(&name)?, name, subject)?, at)))
        .collect()
}

fn fact(table: &Table<'_>, name: String, subject: Subject) -> Option<Fact> {
    let written = table.text("type")?;
    let plain = written.strip_suffix('?').unwrap_or(written);
    let kind = Kind::read(plain);
    if kind.is_none() {
        let hint = pack::mistake::suggestion(plain, Kind::WORDS);
        table.mistake("type", format!("`{plain}` is no type of fact"), hint);
    }
    let listed: Vec<String> = table.list("one_of");
    let (min, max) = (table.any("min"), table.any("max"));
    let kind = match kind? {
        Kind::Text(_) => Kind::Text(listed.iter().map(|one| one.as_str().into()).collect()),
        Kind::Number { scale, min: low, max: high, money } => {
            let bound = |key: &'static str, given: Option<Json>, usual: i64| {
                given.map_or(usual, |given| {
                    units(&given, scale).unwrap_or_else(|| {
                        table.mistake(key, format!("`{key}` is not a number of this type"), None);
                        usual
                    })
                })
            };
            let (min, max) = (bound("min", min, low), bound("max", max, high));
            Kind::Number { scale, min, max, money }
        }
        kind => kind,
    };
    let fresh = table.maybe_text("fresh").and_then(|text| {
        let fresh = Fresh::read(text);
        if fresh.is_none() {
            let hint = Some("write P1Y, P6M or P90D".to_owned());
            table.mistake("fresh", format!("`{text}` is no time"), hint);
        }
        fresh
    });
    let origin = match table.text("from")? {
        "declared" => Origin::Declared,
        "payments" => Origin::Payments,
        text => match (text.strip_prefix("register."), text.strip_prefix("policy.")) {
            (Some(name), _) => Origin::Register(name.into()),
            (_, Some(policy)) => Origin::Policy(policy.into()),
            _ => {
                let hint = Some("write register.NAME, policy.ID, payments or declared".to_owned());
                table.mistake("from", format!("`{text}` is nowhere"), hint);
                return None;
            }
        },
    };
    // What another policy decides is asked there.
    let ask: Arc<str> = match origin {
        Origin::Policy(_) => table.maybe_text("ask").unwrap_or(&name).into(),
        _ => table.text("ask")?.into(),
    };
    let nullable = written.ends_with('?');
    let none_for_oneself = table.flag("none_for_oneself");
    if none_for_oneself && !nullable {
        let hint = Some("write `?` behind the type".to_owned());
        table.mistake("none_for_oneself", "a fact that cannot be null is always there", hint);
    }
    Some(Fact { name: name.into(), subject, kind, nullable, none_for_oneself, fresh, origin, ask })
}

fn units(given: &Json, scale: u8) -> Option<i64> {
    let text = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
    let number: rules::Decimal = text.parse().ok()?;
    number.times(rules::Decimal::from_i64(10_i64.pow(u32::from(scale))))?.to_i64()
}

fn version(table: &Table<'_>) -> RawVersion {
    let round = table.table("round");
    let param = table.table("param");
    let clause = |key: &'static str| move |table: &Table<'_>| clause(table, key);
    RawVersion {
        from: table.date("from"),
        to: table.maybe_date("to"),
        at: table.at(),
        cite: table.written("cite"),
        unconfirmed: table.maybe_text("unconfirmed").map(str::to_owned),
        like: table.maybe_date("like").map(|like| (like, table.at_key("like"))),
        money: round.as_ref().and_then(|round| round.maybe_written("money")),
        feb29: round.as_ref().and_then(|round| round.maybe_written("feb29")),
        lets: table.tables("let").iter().filter_map(clause("is")).collect(),
        clauses: table.tables("clause").iter().filter_map(clause("when")).collect(),
        excludes: table.tables("exclude").iter().filter_map(exclude).collect(),
        params: param.as_ref().map(params).unwrap_or_default(),
        amount: table.table("amount").as_ref().and_then(amount),
        cap: table.table("cap").as_ref().and_then(cap),
    }
}

fn clause(table: &Table<'_>, key: &'static str) -> Option<RawClause> {
    let (id, says) = (table.written("id"), table.text("says").map(str::to_owned));
    let (cite, text) = (cite(table), table.written(key));
    let unconfirmed = table.maybe_text("unconfirmed").map(str::to_owned);
    Some(RawClause { id: id?, says: says?, cite: cite?, text: text?, unconfirmed })
}

/// The citation, which must be there: what nobody decided is no law.
fn cite(table: &Table<'_>) -> Option<Written> {
    if !table.has("cite") {
        let hint = Some("name the article, or the document where no article is known".to_owned());
        table.mistake("cite", "a citation is missing", hint);
    }
    table.maybe_written("cite")
}

fn exclude(table: &Table<'_>) -> Option<RawExclude> {
    let (policy, says) = (table.written("policy"), table.text("says").map(str::to_owned));
    let unconfirmed = table.maybe_text("unconfirmed").map(str::to_owned);
    let cite = cite(table);
    Some(RawExclude { policy: policy?, says: says?, cite: cite?, unconfirmed })
}

fn params(table: &Table<'_>) -> Vec<RawParam> {
    let mut all = Vec::new();
    for (name, at) in table.keys() {
        let values: Vec<RawValue> = table
            .tables_of(&name)
            .iter()
            .filter_map(|one| {
                let (from, value, cite) = (one.date("from"), one.any("value"), cite(one));
                if value.is_none() {
                    one.mistake("value", "`value` is missing", None);
                }
                let unconfirmed = one.maybe_text("unconfirmed").map(str::to_owned);
                let at = one.at_key("value");
                Some(RawValue { from: from?, value: value?, cite: cite?, unconfirmed, at })
            })
            .collect();
        all.push(RawParam { name, at, values });
    }
    all
}

fn amount(table: &Table<'_>) -> Option<RawAmount> {
    let unit = table.written("unit");
    let (is, open) = (table.maybe_written("is"), table.maybe_written("open"));
    let written = table.maybe_written("table");
    if [is.is_some(), open.is_some(), written.is_some()].iter().filter(|is| **is).count() != 1 {
        let wrong = "an amount has one of `table`, `is` and `open`";
        table.mistake("unit", wrong, None);
    }
    let cite = if is.is_some() { cite(table) } else { table.maybe_written("cite") };
    Some(RawAmount {
        unit: unit?,
        hit: table.maybe_written("hit"),
        table: written,
        is,
        cite,
        open,
        unconfirmed: table.maybe_text("unconfirmed").map(str::to_owned),
    })
}

fn cap(table: &Table<'_>) -> Option<RawCap> {
    let (amount, per) = (table.written("amount"), table.written("per"));
    let (period, used) = (table.maybe_written("period"), table.maybe_written("used"));
    let cite = cite(table);
    Some(RawCap { amount: amount?, per: per?, period, used, cite: cite? })
}

fn test(table: &Table<'_>) -> RawTest {
    RawTest {
        name: table.maybe_text("name").map(str::to_owned),
        on: table.date("on"),
        given: table.any("given").unwrap_or(Json::Null),
        expect: table.any("expect").unwrap_or(Json::Null),
        at: table.at(),
    }
}
