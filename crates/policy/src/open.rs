//! Cases that a run opens: a payment only on a certain yes with a known amount of a policy that is
//! paid without asking; a visit for a yes that has to be asked for; a question where only the register
//! is missing something; a check where the rules made a mistake; a correction where a past day is
//! decided again. Which kinds these are says the pack.

use std::collections::BTreeSet;
use std::sync::Arc;

use cases::{Act, Command, Opening, Seal};
use model::{Actor, CaseId, Date, KindId, Purpose};
use sha2::{Digest, Sha256};

use crate::fact::{Origin, Subject};
use crate::judge::Status;
use crate::payments::Payment;
use crate::policy::{Catalogue, Mode, Policy};
use crate::refusals::Refusals;
use crate::run::{Difference, Found, hex, subject_name};
use crate::trial::yuan;

/// Ids and randomness for a new case, from outside.
pub struct Chance {
    /// The id of the case.
    pub case: CaseId,
    /// Randomness for sealing.
    pub seal: Seal,
}

/// How many cases of each kind are to be opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Opened {
    /// Payments.
    pub payments: usize,
    /// Visits.
    pub contacts: usize,
    /// Questions.
    pub questions: usize,
    /// Checks.
    pub checks: usize,
    /// Corrections.
    pub corrections: usize,
}

/// What one case is about.
struct About<'a> {
    kind: &'a KindId,
    policy: &'a Policy,
    id: &'a Arc<str>,
    area: &'a str,
    amount: Option<String>,
    /// What is paid, in fen; below 0 where it is claimed back.
    fen: Option<i64>,
    /// Pays up or claims back what an earlier run of the day had paid.
    corrects: bool,
    words: String,
}

/// The commands that open what a run found, with what of it is paid. `past` is true when the day was decided before, so that
/// other amounts are paid up or claimed back.
pub fn open<E>(
    catalogue: &Catalogue,
    found: &Found,
    difference: &Difference,
    run: i64,
    past: bool,
    refusals: &Refusals,
    mut chance: impl FnMut() -> Result<Chance, E>,
) -> Result<(Vec<Command>, Vec<Payment>, Opened), E> {
    let mut opened = Opened::default();
    let mut all = entitled(catalogue, found, difference, refusals, &mut opened);
    all.extend(open_answers(catalogue, found, difference, &mut opened));
    if past {
        all.extend(corrections(catalogue, found, difference, &mut opened));
    }
    let (mut commands, mut payments) = (Vec::with_capacity(all.len()), Vec::new());
    for about in &all {
        let chance = chance()?;
        payments.extend(about.fen.map(|fen| Payment {
            case: chance.case,
            policy: about.policy.id.to_string(),
            subject: subject_name(about.policy.subject, about.id),
            on: found.on,
            fen,
        }));
        commands.push(command(about, found.on, run, chance));
    }
    Ok((commands, payments, opened))
}

/// Payments and contacts for whoever is found.
fn entitled<'a>(
    catalogue: &'a Catalogue,
    found: &'a Found,
    difference: &'a Difference,
    refusals: &Refusals,
    opened: &mut Opened,
) -> Vec<About<'a>> {
    let mut all = Vec::new();
    let among = |cells: &BTreeSet<(String, String)>, policy: usize, id: &str| {
        catalogue.policies.get(policy).is_some_and(|declared| {
            cells.contains(&(subject_name(declared.subject, id), declared.id.to_string()))
        })
    };
    // Whoever declines is left in peace; whoever no longer does is taken up as if he were new.
    let new: BTreeSet<_> = difference.found.iter().map(|(policy, id)| (*policy, id)).collect();
    let yes = found.findings.iter().filter(|(_, finding)| finding.status == Status::Yes);
    let again = yes.map(|((policy, id), _)| (*policy, id)).filter(|cell| !new.contains(cell));
    let again = again.filter(|(policy, id)| among(&refusals.resumed, *policy, id));
    let again: Vec<_> = again.collect();
    let entitled = new.iter().copied().chain(again);
    for (policy, id) in entitled.filter(|(policy, id)| !among(&refusals.refused, *policy, id)) {
        let policy = &policy;
        let (Some(declared), Some(finding)) =
            (catalogue.policies.get(*policy), found.findings.get(&(*policy, id.clone())))
        else {
            continue;
        };
        let amount = amount_of(declared, found.on, finding.amount);
        let automatic = declared.mode(found.on) == Mode::Automatic;
        let (kind, counted) = match (automatic, &amount) {
            (true, Some(_)) => (&catalogue.kinds.payment, &mut opened.payments),
            // Without an amount of money there is nothing to pay.
            (true, None) => continue,
            (false, _) => (&catalogue.kinds.contact, &mut opened.contacts),
        };
        let Some(kind) = kind else { continue };
        *counted += 1;
        let fen = automatic.then_some(finding.amount);
        let words = match crate::explain::doubts(declared, found.on) {
            true => "本政策有未经来源证实之处，发放或告知前须核对原文".to_owned(),
            false => String::new(),
        };
        let (area, corrects) = (&*finding.area, false);
        all.push(About { kind, policy: declared, id, area, amount, fen, corrects, words });
    }
    all
}

/// Checks of what was stopped, questions where only the register is missing something.
fn open_answers<'a>(
    catalogue: &'a Catalogue,
    found: &'a Found,
    difference: &Difference,
    opened: &mut Opened,
) -> Vec<About<'a>> {
    let mut all = Vec::new();
    // What waited at the run before was asked then.
    let new = found.findings.iter().filter(|(cell, _)| !difference.waiting.contains(*cell));
    for ((policy, id), finding) in new {
        let Some(declared) = catalogue.policies.get(*policy) else { continue };
        let automatic = declared.mode(found.on) == Mode::Automatic;
        let (kind, words, counted) = match finding.status {
            Status::Stopped => {
                let words = Some("规则无法判定，须人工核对".to_owned());
                (&catalogue.kinds.check, words, &mut opened.checks)
            }
            Status::Unknown if automatic => {
                let words = missing(catalogue, declared.subject, finding.missing);
                (&catalogue.kinds.question, words, &mut opened.questions)
            }
            _ => continue,
        };
        if let (Some(kind), Some(words)) = (kind, words) {
            *counted += 1;
            let area = &*finding.area;
            let (amount, fen, corrects) = (None, None, false);
            all.push(About { kind, policy: declared, id, area, amount, fen, corrects, words });
        }
    }
    all
}

/// What a day that is decided again pays up or claims back.
fn corrections<'a>(
    catalogue: &'a Catalogue,
    found: &'a Found,
    difference: &'a Difference,
    opened: &mut Opened,
) -> Vec<About<'a>> {
    let Some(kind) = &catalogue.kinds.correction else { return Vec::new() };
    let changed = difference.changed.iter().filter_map(|(policy, id, was, is)| {
        let area = &*found.findings.get(&(*policy, id.clone()))?.area;
        let what = if is > was { "补发" } else { "追回" };
        let words = format!("{what}：原 {} 元，现 {} 元", yuan(*was), yuan(*is));
        Some((policy, id, area, *was.max(is), is - was, words))
    });
    let lapsed = difference.lapsed.iter().map(|(policy, id, was)| {
        let words = format!("追回：原 {} 元，现不符合或不能确定", yuan(was.amount.max(0)));
        (policy, id, &*was.area, was.amount, -was.amount, words)
    });
    let mut all = Vec::new();
    for (policy, id, area, paid, change, words) in changed.chain(lapsed) {
        let Some(declared) = catalogue.policies.get(*policy) else { continue };
        // Only money is paid up or claimed back.
        if amount_of(declared, found.on, paid).is_some() {
            opened.corrections += 1;
            let (amount, fen, corrects) = (Some(yuan(change)), Some(change), true);
            all.push(About { kind, policy: declared, id, area, amount, fen, corrects, words });
        }
    }
    all
}

/// An amount of money that can be paid.
fn amount_of(policy: &Policy, on: Date, amount: i64) -> Option<String> {
    let unit = policy.version(on)?.amount.as_ref().filter(|amount| amount.is_money())?;
    (amount > 0).then(|| format!("{} {}", yuan(amount), unit.unit))
}

/// The names of what is missing, when the register could know all of it.
fn missing(catalogue: &Catalogue, subject: Subject, mask: crate::batch::Mask) -> Option<String> {
    let of_world = catalogue.facts.iter().zip(&catalogue.givers);
    let of_world = of_world
        .filter(|(fact, giver)| giver.is_none() && fact.subject.lives() == subject.lives())
        .map(|(fact, _)| fact);
    let missing: Vec<_> = (0..128)
        .zip(of_world)
        .filter(|(bit, _)| mask >> bit & 1 == 1)
        .map(|(_, fact)| fact)
        .collect();
    let known = missing.iter().all(|fact| matches!(fact.origin, Origin::Register(_)));
    let names: Vec<&str> = missing.iter().map(|fact| &*fact.name).collect();
    (known && !names.is_empty()).then(|| format!("须核实：{}", names.join("、")))
}

fn command(about: &About<'_>, on: Date, run: i64, chance: Chance) -> Command {
    let subject = subject_name(about.policy.subject, about.id);
    // Opened once for each day, whatever run finds it; a correction for each run.
    let day = match about.corrects {
        true => format!("{on}#{run}"),
        false => on.to_string(),
    };
    let key = format!("{}|{}|{subject}|{day}", about.kind, about.policy.id);
    let key = hex(Sha256::digest(key).get(..16).unwrap_or_default());
    let mut values = cases::Values::default();
    let mut put = |name: &str, value: String| {
        if !value.is_empty() {
            values.insert(name.to_owned(), value.into());
        }
    };
    put("subject", subject);
    put("policy", format!("{}（{}）", about.policy.name, about.policy.id));
    put("amount", about.amount.clone().unwrap_or_default());
    put("words", about.words.clone());
    put("run", format!("{run} / {on}"));
    Command {
        case: chance.case,
        actor: Actor::system("policy"),
        purpose: Purpose::new("find-entitled"),
        at: None,
        once: None,
        seal: chance.seal,
        act: Act::Open(Box::new(Opening {
            kind: about.kind.clone(),
            area: about.area.parse().ok(),
            point: None,
            title: None,
            values,
            external_key: Some(format!("policy:{key}").into()),
            follower: None,
        })),
    }
}
