//! A what-if: two catalogues on one day and the same register: who gains, who loses, what it costs a
//! month, in the whole and for each sub-district.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::judge::Status;
use crate::policy::Catalogue;
use crate::run::{Finding, Found};

/// Digits of the code of a sub-district.
const SUBDISTRICT: usize = 9;

/// What changes for one policy or place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Change {
    /// Qualified under the first.
    pub before: u64,
    /// Qualified under the second.
    pub after: u64,
    /// Qualified under the second only.
    pub gain: u64,
    /// Qualified under the first only.
    pub lose: u64,
    /// Under both, with more.
    pub more: u64,
    /// Under both, with less.
    pub less: u64,
    /// What the first gives in a month, in fen; once and for an event is left out.
    pub fen_before: i64,
    /// What the second gives in a month, in fen.
    pub fen_after: i64,
}

/// What changes from one catalogue to another.
#[derive(Debug, Default)]
pub struct Compared {
    /// By the id of the policy.
    pub policies: BTreeMap<Arc<str>, Change>,
    /// By the code of the sub-district, then by the id of the policy.
    pub places: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Change>>,
}

/// What the first and the second find for one subject, where it is a yes.
type Sides<'f> = [Option<&'f Finding>; 2];

/// Compares what two catalogues find.
pub fn compare(first: (&Catalogue, &Found), second: (&Catalogue, &Found)) -> Compared {
    let mut cells: BTreeMap<(Arc<str>, Arc<str>), Sides<'_>> = BTreeMap::new();
    for (side, (catalogue, found)) in [first, second].into_iter().enumerate() {
        for ((policy, subject), finding) in &found.findings {
            let yes = finding.status == Status::Yes;
            if let Some(policy) = catalogue.policies.get(*policy).filter(|_| yes) {
                let both = cells.entry((policy.id.clone(), subject.clone())).or_default();
                if let Some(place) = both.get_mut(side) {
                    *place = Some(finding);
                }
            }
        }
    }
    let months = |(catalogue, found): (&Catalogue, &Found), id: &str| {
        let policy = catalogue.find(id).and_then(|policy| catalogue.policies.get(policy))?;
        let amount = policy.version(found.on)?.amount.as_ref()?;
        amount.months().filter(|_| amount.is_money())
    };
    let mut compared = Compared::default();
    for ((policy, _), sides) in cells {
        let months = [months(first, &policy), months(second, &policy)];
        let change = changed(sides, months);
        compared.policies.entry(policy.clone()).or_default().add(&change);
        let area = sides.iter().flatten().next().map(|finding| finding.area.clone());
        let place: Arc<str> =
            area.as_deref().and_then(|area| area.get(..SUBDISTRICT)).unwrap_or("").into();
        compared.places.entry(place).or_default().entry(policy).or_default().add(&change);
    }
    compared
}

fn changed(sides: Sides<'_>, months: [Option<u8>; 2]) -> Change {
    let fen = |side: Option<&Finding>, months: Option<u8>| match (side, months) {
        (Some(finding), Some(months)) if finding.amount > 0 => {
            finding.amount / i64::from(months.max(1))
        }
        _ => 0,
    };
    let [before, after] = sides;
    let [months_before, months_after] = months;
    let (fen_before, fen_after) = (fen(before, months_before), fen(after, months_after));
    let amounts = before.zip(after).map(|(before, after)| (before.amount, after.amount));
    let both = amounts.filter(|(before, after)| *before >= 0 && *after >= 0);
    Change {
        before: u64::from(before.is_some()),
        after: u64::from(after.is_some()),
        gain: u64::from(before.is_none()),
        lose: u64::from(after.is_none()),
        more: u64::from(both.is_some_and(|(before, after)| after > before)),
        less: u64::from(both.is_some_and(|(before, after)| after < before)),
        fen_before,
        fen_after,
    }
}

impl Change {
    /// True when nothing changes.
    pub fn is_nothing(&self) -> bool {
        self.gain + self.lose + self.more + self.less == 0
    }

    /// Takes in another.
    pub fn add(&mut self, other: &Self) {
        self.before += other.before;
        self.after += other.after;
        self.gain += other.gain;
        self.lose += other.lose;
        self.more += other.more;
        self.less += other.less;
        self.fen_before += other.fen_before;
        self.fen_after += other.fen_after;
    }
}
