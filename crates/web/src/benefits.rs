//! What policies come to, in groups and words: the same for residents and for the clerk beside them.
//! Names, clauses and reasons are the policies' own and Chinese.

use policy::Catalogue;
use policy::explain::{Explained, Explanation, Line};
use policy::fact::Subject;
use policy::judge::{Answer, Given, Status};

/// Names of policies, by their place in the catalogue.
pub struct Names(Vec<String>);

impl Names {
    /// Those of a catalogue.
    pub fn of(catalogue: &Catalogue) -> Self {
        Self(catalogue.policies.iter().map(|policy| policy.name.to_string()).collect())
    }

    /// One of them.
    pub fn policy(&self, index: usize) -> String {
        self.0.get(index).cloned().unwrap_or_default()
    }
}

/// A policy as it is shown.
pub struct Benefit {
    /// The id of the policy.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who is in charge.
    pub owner: String,
    /// 免申即享, 申请 or 告知.
    pub mode: &'static str,
    /// `150.00 元/月`, or that no source states it.
    pub amount: String,
    /// Where the amount stands.
    pub cite: String,
    /// The next day of payment.
    pub paid_on: Option<String>,
    /// Clause by clause.
    pub lines: Vec<String>,
    /// What no source confirms.
    pub unconfirmed: Vec<String>,
    /// The smallest change that would do.
    pub near: Option<String>,
    /// Another policy that is paid instead.
    pub yields_to: Option<String>,
}

/// All of them in groups.
#[derive(Default)]
pub struct Benefits {
    /// Certain.
    pub yes: Vec<Benefit>,
    /// Certain, but declined.
    pub refused: Vec<Benefit>,
    /// Facts are missing.
    pub open: Vec<Benefit>,
    /// A person has to look at it.
    pub stopped: Vec<Benefit>,
    /// Just missed.
    pub near: Vec<Benefit>,
    /// Not.
    pub no: Vec<Benefit>,
}

impl Benefits {
    /// What an explanation says of those that concern some subjects.
    pub fn of(
        catalogue: &Catalogue,
        explanation: &Explanation,
        concerns: impl Fn(Subject) -> bool,
    ) -> Self {
        let names = Names::of(catalogue);
        let mut groups = Self::default();
        for one in &explanation.policies {
            let Some(policy) = catalogue.policies.get(one.policy) else { continue };
            if !concerns(policy.subject) {
                continue;
            }
            let benefit = benefit(policy, one, &names);
            match one.outcome.status {
                Status::Yes => groups.yes.push(benefit),
                Status::Unknown => groups.open.push(benefit),
                Status::Stopped => groups.stopped.push(benefit),
                Status::No if one.near.is_some() => groups.near.push(benefit),
                Status::No => groups.no.push(benefit),
                Status::NotInForce => {}
            }
        }
        groups
    }

    /// Puts what somebody declines beside what he gets.
    pub fn set_aside(&mut self, declined: impl Fn(&str) -> bool) {
        let yes = std::mem::take(&mut self.yes);
        (self.refused, self.yes) = yes.into_iter().partition(|one| declined(&one.id));
    }

    /// The groups that have anything, with the key of their title and whether they are open.
    pub fn groups(&self) -> Vec<(&'static str, bool, &[Benefit])> {
        let all = [
            ("yes", true, &self.yes),
            ("refused", true, &self.refused),
            ("stopped", true, &self.stopped),
            ("near", true, &self.near),
            ("open", false, &self.open),
            ("no", false, &self.no),
        ];
        let all = all.into_iter().filter(|(.., group)| !group.is_empty());
        all.map(|(key, open, group)| (key, open, group.as_slice())).collect()
    }
}

fn benefit(policy: &policy::Policy, one: &Explained, names: &Names) -> Benefit {
    let qualifies = one.outcome.status == Status::Yes;
    let amount = match (&one.outcome.given, &one.amount) {
        (Given::Open, _) if qualifies => "金额：来源未载".to_owned(),
        (_, Some(amount)) => amount.clone(),
        _ => String::new(),
    };
    // What decided comes first: what is no before what is not known before what is yes.
    let mut lines: Vec<&Line> = one.lines.iter().collect();
    lines.sort_by_key(|line| match line.answer {
        Answer::No => 0,
        Answer::Stopped(_) => 1,
        Answer::Unknown(_) => 2,
        Answer::Yes => 3,
    });
    Benefit {
        id: policy.id.to_string(),
        name: policy.name.to_string(),
        owner: policy.owner.to_string(),
        mode: one.mode.word(),
        amount,
        cite: one.amount_cite.as_ref().map(ToString::to_string).unwrap_or_default(),
        paid_on: one.paid_on.filter(|_| qualifies).map(|day| day.to_string()),
        lines: lines.into_iter().map(Line::text).collect(),
        unconfirmed: one.unconfirmed.clone(),
        near: one.near.as_ref().map(policy::near::Near::text),
        yields_to: one.outcome.yields_to.map(|other| names.policy(other)),
    }
}
