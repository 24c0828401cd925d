//! Groups of policies of which only one is paid (就高不重复).

use std::sync::Arc;

use super::{Given, Outcome, Outcomes, Program, Status, union};
use crate::policy::Policy;

impl Program<'_> {
    /// Of a group only the highest is paid, the first of equal ones.
    pub(super) fn settle_groups(&self, outcomes: &mut Outcomes) {
        let grouped = self.catalogue.policies.iter().enumerate();
        let grouped: Vec<(usize, &Policy)> =
            grouped.filter(|(_, policy)| policy.group.is_some()).collect();
        let mut changes = Vec::new();
        for (policy, declared) in &grouped {
            for (index, outcome) in outcomes.get(*policy).into_iter().flatten().enumerate() {
                let others = grouped.iter().filter(|(other, rival)| {
                    other != policy
                        && rival.group == declared.group
                        && rival.subject == declared.subject
                });
                let rivals = others
                    .filter_map(|(other, _)| Some((*other, outcomes.get(*other)?.get(index)?)));
                if let Some(changed) = settled(*policy, outcome, rivals) {
                    changes.push((*policy, index, changed));
                }
            }
        }
        for (policy, index, changed) in changes {
            if let Some(place) = outcomes.get_mut(policy).and_then(|all| all.get_mut(index)) {
                *place = changed;
            }
        }
    }
}

/// The outcome of a member of a group that does not stay as it is.
fn settled<'o>(
    policy: usize,
    outcome: &Outcome,
    rivals: impl Iterator<Item = (usize, &'o Outcome)>,
) -> Option<Outcome> {
    if outcome.status != Status::Yes {
        return None;
    }
    let worth = |given: &Given| match given {
        Given::Fen(fen) => Some(*fen),
        Given::Nothing => Some(0),
        _ => None,
    };
    let own = worth(&outcome.given);
    let mut open: Vec<Vec<Arc<str>>> = Vec::new();
    for (other, rival) in rivals {
        match (rival.status, own, worth(&rival.given)) {
            (Status::Yes, Some(own), Some(theirs))
                if theirs > own || theirs == own && other < policy =>
            {
                let yields_to = Some(other);
                return Some(Outcome { yields_to, ..outcome.turned(Status::No) });
            }
            (Status::Yes, Some(_), Some(_)) => {}
            (Status::Yes | Status::Unknown, ..) => {
                let missing = |given: &Given| match given {
                    Given::Unknown(missing) => missing.clone(),
                    _ => Vec::new(),
                };
                open.extend([
                    rival.missing.clone(),
                    missing(&rival.given),
                    missing(&outcome.given),
                ]);
            }
            (Status::Stopped, ..) => {
                let stopped = rival.stopped.clone();
                return Some(Outcome { stopped, ..outcome.turned(Status::Stopped) });
            }
            _ => {}
        }
    }
    if open.is_empty() {
        return None;
    }
    let missing = union(open.iter());
    Some(Outcome { missing, ..outcome.turned(Status::Unknown) })
}
