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
    /// Missing facts that decide, lane after lane; few lanes have any.
    missing: Vec<(u32, Mask)>,
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
            missing: Vec::new(),
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
        let (mut status, mut reason) = (vec![YES; count], vec![0_u8; count]);
        for (number, id) in whole.clauses.iter().enumerate() {
            let Some(clause) = evaluated.lanes(*id) else { continue };
            let number = u8::try_from(number + 1).unwrap_or(YIELDS - 1);
            fold(&mut status, &mut reason, clause, number);
        }
        let mut cells = Self { status, reason, amount: vec![NO_AMOUNT; count], missing: vec![] };
        let mut open = above(&cells.status, YES);
        match whole.amount {
            Reckoned::Nothing => {}
            Reckoned::Open => {
                for (amount, status) in cells.amount.iter_mut().zip(&cells.status) {
                    *amount = if *status == YES { OPEN_AMOUNT } else { NO_AMOUNT };
                }
            }
            Reckoned::By(id, scale) => {
                if let Some(lanes) = evaluated.lanes(id) {
                    let before = open.len();
                    cells.reckon(lanes, scale, whole.round, &mut open);
                    if before > 0 && open.len() > before {
                        open.sort_unstable();
                    }
                }
            }
        }
        for lane in open {
            let status = cells.status.get(lane).copied().unwrap_or(BAD);
            let mask = match (status, whole.amount) {
                (YES, Reckoned::By(id, _)) => evaluated.mask(id, lane),
                (OPEN, _) => {
                    let clauses = whole.clauses.iter();
                    clauses.fold(0, |mask, id| mask | evaluated.mask(*id, lane))
                }
                _ => {
                    bad(lane);
                    continue;
                }
            };
            cells.set_missing(lane, mask);
        }
        cells
    }

    /// Fills in what is given where it is a yes; `open` is told the lanes where it is not known.
    fn reckon(
        &mut self,
        lanes: &Lanes<'_>,
        scale: u8,
        round: (i32, Rounding),
        open: &mut Vec<usize>,
    ) {
        let fen = Fen::of(scale, round);
        let all = self.status.iter_mut().zip(&mut self.amount).enumerate();
        for (lane, (status, amount)) in all.filter(|(_, (status, _))| **status == YES) {
            let given = match lanes.state(lane) {
                0 => fen.and_then(|fen| fen.round(lanes.number(lane))),
                OPEN => {
                    open.push(lane);
                    Some(UNKNOWN_AMOUNT)
                }
                _ => None,
            };
            match given {
                Some(given) => *amount = given,
                None => {
                    *status = BAD;
                    open.push(lane);
                }
            }
        }
    }

    /// Missing facts that decide a cell.
    pub fn missing(&self, lane: usize) -> Mask {
        mask_at(&self.missing, lane)
    }

    /// The cells with missing facts, one after the other.
    pub fn all_missing(&self) -> &[(u32, Mask)] {
        &self.missing
    }

    fn set_missing(&mut self, lane: usize, mask: Mask) {
        let Ok(lane) = u32::try_from(lane) else { return };
        let at = match self.missing.last() {
            Some((last, _)) if *last >= lane => {
                self.missing.binary_search_by_key(&lane, |(lane, _)| *lane)
            }
            _ => Err(self.missing.len()),
        };
        match at {
            Ok(at) if mask == 0 => {
                self.missing.remove(at);
            }
            Ok(at) => {
                if let Some((_, place)) = self.missing.get_mut(at) {
                    *place = mask;
                }
            }
            Err(at) if mask != 0 => self.missing.insert(at, (lane, mask)),
            Err(_) => {}
        }
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
        self.set_missing(self.status.len() - 1, missing);
    }

    /// Replaces a cell.
    pub fn set_outcome(&mut self, lane: usize, outcome: &Outcome, mask: Mask) {
        let (status, amount, reason, missing) = Self::of(outcome, mask);
        let columns =
            (self.status.get_mut(lane), self.amount.get_mut(lane), self.reason.get_mut(lane));
        if let (Some(a), Some(b), Some(c)) = columns {
            (*a, *b, *c) = (status, amount, reason);
            self.set_missing(lane, missing);
        }
    }

    /// The status as lanes of a condition.
    pub fn lanes<'a>(&self) -> Lanes<'a> {
        let status = self.status.iter();
        let state = status.map(|status| if *status == NOT_IN_FORCE { NO } else { *status });
        Lanes { masks: self.missing.clone(), ..Lanes::owned(state.collect(), Vec::new()) }
    }

    /// The status of a cell with the names of what is missing, for the interpreter.
    pub fn outcome(&self, lane: usize, bits: &[Mask], catalogue: &Catalogue) -> Outcome {
        let status = self.status.get(lane).copied().map_or(Status::No, status_of);
        let mask = self.missing(lane);
        let named = catalogue.facts.iter().zip(bits).filter(|(_, bit)| mask & **bit != 0);
        let missing = named.map(|(fact, _)| fact.name.clone()).collect();
        Outcome { missing, ..Outcome::new(status) }
    }
}

/// Takes a clause in: what certainly fails decides, then what is for the interpreter, then what is not
/// known.
fn fold(status: &mut [u8], reason: &mut [u8], clause: &Lanes<'_>, number: u8) {
    let step = |status: &mut u8, reason: &mut u8, clause: u8| {
        // Which clause fails first is for the interpreter to say, too. No branches, so that many lanes
        // are taken at once: no and `BAD` are 0 and 3.
        let settled = (*status == NO) | (*status == BAD);
        let fails = !settled & (clause == NO);
        *reason = if fails { number } else { *reason };
        let open = if fails { NO } else { clause.max(*status) };
        *status = if settled { *status } else { open };
    };
    let lanes = status.iter_mut().zip(reason);
    if clause.single {
        let clause = clause.state(0);
        lanes.for_each(|(status, reason)| step(status, reason, clause));
    } else {
        lanes.zip(&*clause.state).for_each(|((status, reason), one)| step(status, reason, *one));
    }
}

/// The mask of a lane among those of some lanes.
pub fn mask_at(masks: &[(u32, Mask)], lane: usize) -> Mask {
    let found = masks.binary_search_by_key(&lane, |(lane, _)| *lane as usize).ok();
    found.and_then(|at| masks.get(at)).map_or(0, |(_, mask)| *mask)
}

/// The lanes with more than a state. Few have, so the others are passed over many at once.
fn above(states: &[u8], least: u8) -> Vec<usize> {
    const AT_ONCE: usize = 64;
    let mut found = Vec::new();
    for (block, states) in states.chunks(AT_ONCE).enumerate() {
        if states.iter().fold(0, |most, state| most.max(*state)) > least {
            let lanes = states.iter().enumerate().filter(|(_, state)| **state > least);
            found.extend(lanes.map(|(lane, _)| block * AT_ONCE + lane));
        }
    }
    found
}

/// How units of `10^-scale` become hundredths.
#[derive(Clone, Copy)]
struct Fen {
    divisor: i64,
    factor: i64,
    rounding: Rounding,
}

impl Fen {
    /// Units of `10^-scale` rounded to so many decimals.
    fn of(scale: u8, (decimals, rounding): (i32, Rounding)) -> Option<Self> {
        let drop = i32::from(scale) - decimals;
        let power = |power: i32| 10_i64.checked_pow(u32::try_from(power).ok()?);
        let (divisor, factor) = match drop <= 0 {
            true => (1, power(2 - i32::from(scale))?),
            false => (power(drop)?, power(2 - decimals)?),
        };
        Some(Self { divisor, factor, rounding })
    }

    /// Nothing below 0.
    fn round(self, units: i64) -> Option<i64> {
        if units < 0 {
            return None;
        }
        if self.divisor == 1 {
            return units.checked_mul(self.factor);
        }
        let divisor = self.divisor;
        let (whole, rest) = (units / divisor, units % divisor);
        let up = match self.rounding {
            Rounding::HalfUp => rest >= divisor - rest,
            Rounding::HalfEven => rest > divisor - rest || rest == divisor - rest && whole % 2 == 1,
            Rounding::HalfDown => rest > divisor - rest,
            Rounding::Up | Rounding::Ceiling => rest > 0,
            Rounding::Down | Rounding::Floor => false,
        };
        (whole + i64::from(up)).checked_mul(self.factor)
    }
}
