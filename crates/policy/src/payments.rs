//! What runs had paid (发放记录), and how it counts for caps: within the period of a cap, up to the day
//! before the one that is decided for, without payments that were turned down. What was declared counts
//! where it is more: payments from elsewhere are not in these records.

use std::collections::{BTreeMap, BTreeSet};

use model::{CaseId, Date};
use rules::Decimal;
use store::{Given, Statement, Store, StoreError, Tx};

use crate::fact::{Known, Origin, Subject, day_of};
use crate::policy::{Cap, Catalogue, Slot};
use crate::run::subject_name;
use crate::world::World;

/// A payment, or what pays up or claims back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Its case.
    pub case: CaseId,
    /// The id of the policy.
    pub policy: String,
    /// `person:…`, `household:…` or `enterprise:…`.
    pub subject: String,
    /// The day it was decided for.
    pub on: Date,
    /// How much; below 0 where it is claimed back.
    pub fen: i64,
}

/// What was paid before a day.
#[derive(Debug, Default)]
pub struct Paid {
    /// In fen, by fact of the catalogue and subject.
    sums: BTreeMap<usize, BTreeMap<String, i64>>,
}

/// Keeps payments that a run opened.
pub async fn keep(tx: &mut Tx, run: i64, payments: &[Payment]) -> Result<(), StoreError> {
    if payments.is_empty() {
        return Ok(());
    }
    let all = || payments.iter();
    let given = Given::default()
        .text("case_id", all().map(|one| one.case.to_string()))
        .text("policy", all().map(|one| one.policy.as_str()))
        .text("subject", all().map(|one| one.subject.as_str()))
        .text("on_date", all().map(|one| one.on.to_string()))
        .int("run", all().map(|_| run))
        .int("fen", all().map(|one| one.fen));
    let insert = "INSERT INTO policy_payment (case_id, policy, subject, on_date, run, fen) SELECT \
                  case_id, policy, subject, on_date, run, fen FROM {given} WHERE true ON CONFLICT \
                  (case_id) DO NOTHING";
    tx.run(Statement::new(insert).given(&given)).await?;
    Ok(())
}

/// The caps in force on a day whose use is a fact: the policy, the cap, the fact.
fn caps(catalogue: &Catalogue, on: Date) -> impl Iterator<Item = (&str, &Cap, usize)> {
    catalogue.policies.iter().filter_map(move |policy| {
        let version = policy.version(on)?;
        let cap = version.cap.as_ref()?;
        match version.slots.get(cap.used? as usize)? {
            Slot::Fact(fact) => Some((&*policy.id, cap, *fact)),
            _ => None,
        }
    })
}

/// What was paid to everybody before a day.
pub async fn all(store: &Store, catalogue: &Catalogue, on: Date) -> Result<Paid, StoreError> {
    paid(store, catalogue, on, None).await
}

/// The same for a few.
pub async fn of(
    store: &Store,
    catalogue: &Catalogue,
    on: Date,
    subjects: &[String],
) -> Result<Paid, StoreError> {
    paid(store, catalogue, on, Some(subjects)).await
}

async fn paid(
    store: &Store,
    catalogue: &Catalogue,
    on: Date,
    subjects: Option<&[String]>,
) -> Result<Paid, StoreError> {
    let unpaid = format!(" {} ", catalogue.kinds.unpaid.join(" "));
    let among = match subjects {
        Some(_) => "policy_payment.subject IN (SELECT subject FROM {given}) AND",
        None => "",
    };
    let sql = format!(
        "SELECT policy_payment.subject, CAST(sum(policy_payment.fen) AS BIGINT) FROM \
         policy_payment LEFT JOIN case_file ON case_file.id = policy_payment.case_id WHERE {among} \
         policy_payment.policy = $1 AND policy_payment.on_date >= $2 AND policy_payment.on_date < $3 \
         AND $4 NOT LIKE '% ' || coalesce(case_file.outcome, '?') || ' %' GROUP BY \
         policy_payment.subject"
    );
    let given = Given::default().text("subject", subjects.unwrap_or_default().iter().map(String::as_str));
    let mut paid = Paid::default();
    for (policy, cap, fact) in caps(catalogue, on) {
        let asked = Statement::new(&sql).bind(policy).bind(first_day(cap, on));
        let asked = asked.bind(on.to_string()).bind(unpaid.as_str());
        let asked = if subjects.is_some() { asked.given(&given) } else { asked };
        let sums = paid.sums.entry(fact).or_default();
        for row in store.fetch(asked).await? {
            *sums.entry(row.text(0)?).or_default() += row.int(1)?;
        }
    }
    Ok(paid)
}

/// The first day whose payments count on another.
fn first_day(cap: &Cap, on: Date) -> String {
    let first = cap.period.and_then(|period| {
        let months = day_of(on)?.plus_months(-i64::from(period.months))?;
        rules::temporal::Date::from_days(months.days() - i64::from(period.days) + 1)
    });
    first.map_or_else(String::new, |day| {
        format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day())
    })
}

/// Puts what was paid in place of the facts that say how much of a cap is used.
pub fn put(paid: &Paid, world: &mut World, catalogue: &Catalogue, on: Date) {
    let facts: BTreeSet<usize> = caps(catalogue, on).map(|(_, _, fact)| fact).collect();
    for fact in facts {
        let Some(declared) = catalogue.facts.get(fact) else { continue };
        let empty = BTreeMap::new();
        let sums = paid.sums.get(&fact).unwrap_or(&empty);
        let recorded = declared.origin == Origin::Payments;
        if sums.is_empty() && !recorded {
            continue;
        }
        // With so much paid nothing is left, whatever else there was.
        let all = caps(catalogue, on).filter(|(.., of)| *of == fact);
        let most = all.map(|(_, cap, _)| fen(cap.amount)).max().unwrap_or(i64::MAX);
        for row in 0..world.rows(declared.subject).len() {
            let sum = sum_of(sums, world, declared.subject, row);
            let known = world.rows(declared.subject).known(&world.texts, fact, row);
            let used = match known {
                Known::Number(known) => known.max(sum),
                Known::Null => sum,
                _ if recorded || sum >= most => sum,
                _ => continue,
            };
            world.set(catalogue, fact, row, &Known::Number(used));
        }
    }
}

/// What a subject was paid: a household with its members.
fn sum_of(sums: &BTreeMap<String, i64>, world: &World, subject: Subject, row: usize) -> i64 {
    if sums.is_empty() {
        return 0;
    }
    let of = |subject: Subject, row: usize| {
        let id = world.rows(subject).ids.get(row);
        id.and_then(|id| sums.get(&subject_name(subject, id))).copied().unwrap_or(0)
    };
    let members = match subject {
        Subject::Household => world.members(row).map(|row| of(Subject::Person, row)).sum(),
        _ => 0,
    };
    (of(subject, row) + members).max(0)
}

/// A cap in fen.
fn fen(amount: Decimal) -> i64 {
    let fen = amount.times(Decimal::from_i64(100)).and_then(Decimal::to_i64);
    fen.unwrap_or(i64::MAX)
}
