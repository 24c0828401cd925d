//! Cases that the writer touched lately, so that the next act need not load them again. The head of
//! the chain tells whether they are still true: it is what the last commit of this process left
//! behind, or somebody else has written and everything is forgotten.

use std::collections::HashMap;

use ledger::Head;
use model::CaseId;

use crate::case::Case;

/// Most cases that are kept; beyond that all are forgotten and loaded anew as needed.
const MOST: usize = 50_000;

/// What the writer remembers.
#[derive(Debug, Default)]
pub struct Memory {
    /// The head that the commit under way, or the last one, leaves behind.
    head: Option<Head>,
    cases: HashMap<CaseId, Case>,
}

impl Memory {
    /// True when the database stands where this process left it.
    pub fn holds(&self, head: Head) -> bool {
        self.head == Some(head)
    }

    /// Forgets everything unless the database stands where this process left it.
    pub fn check(&mut self, head: Head) {
        if !self.holds(head) {
            self.cases.clear();
        }
    }

    /// A remembered case.
    pub fn get(&self, id: CaseId) -> Option<&Case> {
        self.cases.get(&id)
    }

    /// Remembers cases as the commit that ends at `head` leaves them. Should that commit fail, the
    /// next check finds another head and forgets them.
    pub fn keep<'c>(&mut self, head: Head, cases: impl Iterator<Item = &'c Case>) {
        self.head = Some(head);
        if self.cases.len() > MOST {
            self.cases.clear();
        }
        self.cases.extend(cases.map(|case| (case.id, case.clone())));
    }
}
