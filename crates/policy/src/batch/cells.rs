//! What everybody comes to under one policy: status, amount, first clause that fails, missing facts.

use rules::Rounding;

use super::eval::{BAD, Evaluated, Lanes, Mask, NO, OPEN, YES};
use super::plan::{Reckoned, Whole};
use crate::judge::{Answer, Given, Outcome, Status};
use crate::policy::Catalogue;

/// No amount.
pub const NO_AMOUNT: i64 = -1;
/// The amount is not known.
pub const UNKNOWN_AMOUNT: i64 = -2;
/// No source states the amount.
pub const OPEN_AMOUNT: i64 = -3;

/// The rules made a mistake.
const STOPPED: u8 = 3;
/// No version is in force.
const NOT_IN_FORCE: u8 = 4;
/// Another policy of the group is paid.
const YIELDS: u8 = u8::MAX;

/// The cells of one policy in a chunk.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Cells {
    /// No, yes, unknown, stopped, not in force: 0 to 4.
    pub status: Vec<u8>,
    /// Hundredths of the unit, or one of the negative constants.
    pub amount: Vec<i64>,
    /// The first clause that fails, counted from 1; 0 when none does.
    pub reason: Vec<u8>,
    /// Missing facts that decide.
    pub missing: Vec<Mask>,
}

/// The status of a cell.
pub fn status_of(status: u8) -> Status {
    match status {
        NO => Status::No,
        YES => Status::Yes,
        OPEN => Status::Unknown,
        STOPPED => Status::Stopped,
        _ => Status::NotInForce,
    }
}

fn code(status: Status) -> u8 {
    match status {
        Status::No => NO,
        Status::Yes => YES,
        Status::Unknown => OPEN,
        Status::Stopped => STOPPED,
        Status::NotInForce => NOT_IN_FORCE,
    }
}

impl Cells {
    /// Cells of a policy that is not in force.
    pub fn not_in_force(count: usize) -> Self {
        Self {
            status: vec![NOT_IN_FORCE; count],
            amount: vec![NO_AMOUNT; count],
            reason: vec![0; count],
            missing: vec![0; count],
        }
    }

    /// Decides a policy by the lanes of its clauses; `bad` is told which lanes are for the
    /// interpreter.
    pub fn decide(
        whole: &Whole,
        evaluated: &Evaluated<'_>,
        count: usize,
        bad: &mut dyn FnMut(usize),
    ) -> Self {
        let clauses: Vec<&Lanes> =
            whole.clauses.iter().filter_map(|id| evaluated.lanes(*id)).collect();
        let amount = match whole.amount {
            Reckoned::By(id, scale) => evaluated.lanes(id).map(|lanes| (lanes, scale)),
            _ => None,
        };
        let mut cells = Self {
            status: Vec::with_capacity(count),
            amount: Vec::with_capacity(count),
            reason: Vec::with_capacity(count),
            missing: Vec::with_capacity(count),
        };
        for lane in 0..count {
            let (mut status, mut reason, mut missing) = (YES, 0, 0);
            for (number, clause) in clauses.iter().enumerate() {
                match clause.state(lane) {
                    YES => {}
                    // Which clause fails first is for the interpreter to say, too.
                    NO if status == BAD => break,
                    NO => {
                        (status, reason) = (NO, u8::try_from(number + 1).unwrap_or(YIELDS - 1));
                        break;
                    }
                    OPEN => {
                        status = status.max(OPEN);
                        missing |= clause.mask(lane);
                    }
                    _ => status = BAD,
                }
            }
            let mut given = NO_AMOUNT;
            if status == YES {
                (given, missing) = match (whole.amount, amount) {
                    (Reckoned::Open, _) => (OPEN_AMOUNT, 0),
                    (_, Some((lanes, scale))) => match lanes.state(lane) {
                        0 => match fen(lanes.number(lane), scale, whole.round) {
                            Some(fen) => (fen, 0),
                            None => {
                                status = BAD;
                                (NO_AMOUNT, 0)
                            }
                        },
                        OPEN => (UNKNOWN_AMOUNT, lanes.mask(lane)),
                        _ => {
                            status = BAD;
                            (NO_AMOUNT, 0)
                        }
                    },
                    _ => (NO_AMOUNT, 0),
                };
            }
            if super::is_bad(status) {
                bad(lane);
            }
            cells.status.push(status);
            cells.amount.push(given);
            cells.reason.push(reason);
            cells.missing.push(if status == NO { 0 } else { missing });
        }
        cells
    }

    /// The cell of an outcome.
    fn of(outcome: &Outcome, mask: Mask) -> (u8, i64, u8, Mask) {
        let amount = match outcome.given {
            Given::Nothing => NO_AMOUNT,
            Given::Fen(fen) => fen,
            Given::Unknown(_) => UNKNOWN_AMOUNT,
            Given::Open => OPEN_AMOUNT,
        };
        let failing = outcome.answers.iter().position(|answer| *answer == Answer::No);
        let reason = match (outcome.yields_to, failing) {
            (Some(_), _) => YIELDS,
            (None, Some(clause)) => u8::try_from(clause + 1).unwrap_or(YIELDS - 1),
            (None, None) => 0,
        };
        (code(outcome.status), amount, reason, mask)
    }

    /// Adds a cell.
    pub fn push_outcome(&mut self, outcome: &Outcome, mask: Mask) {
        let (status, amount, reason, missing) = Self::of(outcome, mask);
        self.status.push(status);
        self.amount.push(amount);
        self.reason.push(reason);
        self.missing.push(missing);
    }

    /// Replaces a cell.
    pub fn set_outcome(&mut self, lane: usize, outcome: &Outcome, mask: Mask) {
        let (status, amount, reason, missing) = Self::of(outcome, mask);
        let columns = (
            self.status.get_mut(lane),
            self.amount.get_mut(lane),
            self.reason.get_mut(lane),
            self.missing.get_mut(lane),
        );
        if let (Some(a), Some(b), Some(c), Some(d)) = columns {
            (*a, *b, *c, *d) = (status, amount, reason, missing);
        }
    }

    /// The status as lanes of a condition.
    pub fn lanes(&self) -> Lanes {
        let state: Vec<u8> = self
            .status
            .iter()
            .map(|status| if *status == NOT_IN_FORCE { NO } else { *status })
            .collect();
        let mask = state.contains(&OPEN).then(|| {
            let both = state.iter().zip(&self.missing);
            both.map(|(state, mask)| if *state == OPEN { *mask } else { 0 }).collect()
        });
        Lanes { state, number: Vec::new(), mask, single: false }
    }

    /// The status of a cell with the names of what is missing, for the interpreter.
    pub fn outcome(&self, lane: usize, bits: &[Mask], catalogue: &Catalogue) -> Outcome {
        let status = self.status.get(lane).copied().map_or(Status::No, status_of);
        let mask = self.missing.get(lane).copied().unwrap_or(0);
        let named = catalogue.facts.iter().zip(bits).filter(|(_, bit)| mask & **bit != 0);
        let missing = named.map(|(fact, _)| fact.name.clone()).collect();
        Outcome { missing, ..Outcome::new(status) }
    }
}

/// Units of `10^-scale` rounded to so many decimals, in hundredths; nothing below 0.
fn fen(units: i64, scale: u8, (decimals, rounding): (i32, Rounding)) -> Option<i64> {
    if units < 0 {
        return None;
    }
    let drop = i32::from(scale) - decimals;
    let kept = if drop <= 0 {
        let factor = 10_i64.checked_pow(u32::try_from(2 - i32::from(scale)).ok()?)?;
        return units.checked_mul(factor);
    } else {
        let divisor = 10_i64.checked_pow(u32::try_from(drop).ok()?)?;
        let (whole, rest) = (units / divisor, units % divisor);
        let up = match rounding {
            Rounding::HalfUp => rest >= divisor - rest,
            Rounding::HalfEven => rest > divisor - rest || rest == divisor - rest && whole % 2 == 1,
            Rounding::HalfDown => rest > divisor - rest,
            Rounding::Up | Rounding::Ceiling => rest > 0,
            Rounding::Down | Rounding::Floor => false,
        };
        whole + i64::from(up)
    };
    kept.checked_mul(10_i64.checked_pow(u32::try_from(2 - decimals).ok()?)?)
}
