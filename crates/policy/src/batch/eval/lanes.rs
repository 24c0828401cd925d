//! Operations on lanes: arithmetic, comparisons, three-valued logic, tables, caps.

use rules::temporal::{Date, Feb29};

use super::{BAD, Lanes, NO, Numbers, OPEN, YES};
use crate::batch::plan::{Hits, Sign};
use crate::natives::Own;
use crate::world::NULL;

pub(super) fn between(own: Own, from: i64, to: i64, feb29: Feb29) -> i64 {
    match (Date::from_days(from), Date::from_days(to)) {
        (Some(from), Some(to)) => own.reckon(from, to, feb29),
        _ => 0,
    }
}

/// Goes through the values of two sets of lanes together, either of which may be one lane for all.
/// Written out so that each loop runs over plain slices.
fn numbers<T>(a: &Lanes<'_>, b: &Lanes<'_>, count: usize, make: impl Fn(i64, i64) -> T) -> Vec<T> {
    let (first_a, first_b) = (a.number(0), b.number(0));
    match (a.single, b.single) {
        (true, true) => (0..count).map(|_| make(first_a, first_b)).collect(),
        (true, false) => b.number.wide().iter().map(|b| make(first_a, *b)).collect(),
        (false, true) => a.number.wide().iter().map(|a| make(*a, first_b)).collect(),
        (false, false) => {
            let (a, b) = (a.number.wide(), b.number.wide());
            a.iter().zip(&*b).map(|(a, b)| make(*a, *b)).collect()
        }
    }
}

/// The same with states alone.
fn states(a: &Lanes<'_>, b: &Lanes<'_>, count: usize, make: impl Fn(u8, u8) -> u8) -> Vec<u8> {
    let (first_a, first_b) = (a.state(0), b.state(0));
    match (a.single, b.single) {
        (true, true) => vec![make(first_a, first_b); count],
        (true, false) => b.state.iter().map(|b| make(first_a, *b)).collect(),
        (false, true) => a.state.iter().map(|a| make(*a, first_b)).collect(),
        (false, false) => a.state.iter().zip(&*b.state).map(|(a, b)| make(*a, *b)).collect(),
    }
}

pub(super) fn arithmetic<'a>(
    a: &Lanes<'_>,
    b: &Lanes<'_>,
    count: usize,
    reckon: impl Fn(i64, i64) -> i64,
) -> Lanes<'a> {
    // Known (0) and not known (2) keep their bits; an odd one makes all of it odd.
    let state = states(a, b, count, |a, b| (a | b) | ((a | b) & 1) << 1);
    Lanes::owned(state, numbers(a, b, count, reckon))
}

pub(super) fn compare<'a>(sign: Sign, a: &Lanes<'_>, b: &Lanes<'_>, count: usize) -> Lanes<'a> {
    let mut holds = match (days_with(a, b), days_with(b, a)) {
        (Some((days, day)), _) => held(sign, days.iter().copied(), day),
        (_, Some((days, day))) => held(sign.turned(), days.iter().copied(), day),
        // A loop of its own for each sign.
        _ => match sign {
            Sign::Equal => numbers(a, b, count, |a, b| u8::from(a == b)),
            Sign::NotEqual => numbers(a, b, count, |a, b| u8::from(a != b)),
            Sign::Less => numbers(a, b, count, |a, b| u8::from(a < b)),
            Sign::LessOrEqual => numbers(a, b, count, |a, b| u8::from(a <= b)),
            Sign::Greater => numbers(a, b, count, |a, b| u8::from(a > b)),
            Sign::GreaterOrEqual => numbers(a, b, count, |a, b| u8::from(a >= b)),
        },
    };
    let (plain_a, plain_b) = (a.is_plain(), b.is_plain());
    let (both_null, one_null) = (null_against(sign, true), null_against(sign, false));
    let settle = |holds: u8, a: u8, b: u8| match (a, b) {
        (NO, NO) => holds,
        (BAD, _) | (_, BAD) => BAD,
        (OPEN, _) | (_, OPEN) => OPEN,
        (NULL, NULL) => both_null,
        _ => one_null,
    };
    let alone = |holds: &mut Vec<u8>, states: &[u8]| {
        for (holds, state) in holds.iter_mut().zip(states) {
            *holds = match *state {
                NO => *holds,
                NULL => one_null,
                other => other,
            };
        }
    };
    match (plain_a, plain_b) {
        (true, true) => {}
        (false, true) if !a.single => alone(&mut holds, &a.state),
        (true, false) if !b.single => alone(&mut holds, &b.state),
        _ => {
            for (lane, holds) in holds.iter_mut().enumerate() {
                *holds = settle(*holds, a.state(lane), b.state(lane));
            }
        }
    }
    Lanes::owned(holds, Vec::new())
}

/// Days of a column against one day.
fn days_with<'l>(a: &Lanes<'l>, b: &Lanes<'_>) -> Option<(&'l [i32], i32)> {
    match a.number {
        Numbers::Days(days) if b.single && !a.single => Some((days, b.number(0).try_into().ok()?)),
        _ => None,
    }
}

fn held(sign: Sign, all: impl Iterator<Item = i32>, one: i32) -> Vec<u8> {
    match sign {
        Sign::Equal => all.map(|each| u8::from(each == one)).collect(),
        Sign::NotEqual => all.map(|each| u8::from(each != one)).collect(),
        Sign::Less => all.map(|each| u8::from(each < one)).collect(),
        Sign::LessOrEqual => all.map(|each| u8::from(each <= one)).collect(),
        Sign::Greater => all.map(|each| u8::from(each > one)).collect(),
        Sign::GreaterOrEqual => all.map(|each| u8::from(each >= one)).collect(),
    }
}

/// Null is equal to null and to nothing else; it has no order.
pub(super) fn null_against(sign: Sign, null: bool) -> u8 {
    match sign {
        Sign::Equal => u8::from(null),
        Sign::NotEqual => u8::from(!null),
        _ => BAD,
    }
}

pub(super) fn join<'a>(a: &Lanes<'_>, b: &Lanes<'_>, count: usize, decisive: u8) -> Lanes<'a> {
    // What is left is the same, or the worse of the two.
    let state =
        states(
            a,
            b,
            count,
            |a, b| {
                if a == decisive || b == decisive { decisive } else { a.max(b) }
            },
        );
    Lanes::owned(state, Vec::new())
}

pub(super) fn not<'a>(a: &Lanes<'_>) -> Lanes<'a> {
    let state = a.state.iter().map(|state| if *state < OPEN { *state ^ 1 } else { *state });
    Lanes::owned(state.collect(), Vec::new())
}

pub(super) fn choice<'a>(
    c: &Lanes<'_>,
    a: &Lanes<'_>,
    b: &Lanes<'_>,
    count: usize,
    bool: bool,
) -> Lanes<'a> {
    if !bool && !c.single && a.single && b.single && a.state(0) | b.state(0) == 0 {
        return figures(c, a.number(0), b.number(0));
    }
    let (mut states, mut numbers) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for lane in 0..count {
        let (mut state, mut number) = (BAD, 0);
        match c.state(lane) {
            condition @ (NO | YES) => {
                let chosen = if condition == YES { a } else { b };
                state = chosen.state(lane);
                number = chosen.number(lane);
            }
            OPEN => {
                let (x, y) = (a.state(lane), b.state(lane));
                let known = |state: u8| state == 0 || bool && state == YES;
                let same = x == y && a.number(lane) == b.number(lane);
                if x == BAD || y == BAD || !bool && (x == NULL || y == NULL) {
                    // What the interpreter makes of it is its own affair.
                } else if known(x) && known(y) && same {
                    (state, number) = (x, a.number(lane));
                } else {
                    state = OPEN;
                }
            }
            _ => {}
        }
        states.push(state);
        numbers.push(number);
    }
    Lanes::owned(states, numbers)
}

/// The usual choice: one figure or another.
fn figures<'a>(c: &Lanes<'_>, a: i64, b: i64) -> Lanes<'a> {
    let open = if a == b { NO } else { OPEN };
    let state = c.state.iter().map(|c| match *c {
        NO | YES => 0,
        OPEN => open,
        _ => BAD,
    });
    let number = c.state.iter().map(|c| if *c == NO { b } else { a });
    Lanes::owned(state.collect(), number.collect())
}

pub(super) fn table<'a>(hits: Hits, rows: &[(&Lanes<'_>, &Lanes<'_>)], count: usize) -> Lanes<'a> {
    let figures = rows.iter().all(|(test, result)| !test.single && result.single);
    if hits != Hits::Highest && figures && rows.len() < usize::from(u8::MAX) {
        return figures_by_row(hits, rows, count);
    }
    let lanes = (0..count).map(|lane| match hits {
        Hits::Highest => highest(rows, lane),
        _ => first(hits, rows, lane),
    });
    let (state, number) = lanes.unzip();
    Lanes::owned(state, number)
}

/// No row has matched yet.
const WAITING: u8 = 4;
/// No row has matched yet, but one could have.
const DOUBTFUL: u8 = 5;

/// The usual table: every result is a figure. Row after row for all lanes, so that each step is over
/// bytes alone.
fn figures_by_row<'a>(hits: Hits, rows: &[(&Lanes<'_>, &Lanes<'_>)], count: usize) -> Lanes<'a> {
    let unique = hits == Hits::Unique;
    let (mut states, mut chosen) = (vec![WAITING; count], vec![0_u8; count]);
    for (number, (test, result)) in (0_u8..).zip(rows) {
        let matched = result.state(0);
        let lanes = states.iter_mut().zip(&mut chosen).zip(&*test.state);
        for ((state, chosen), test) in lanes {
            let waits = *state >= WAITING;
            let takes = *test == YES && (unique || *state == WAITING);
            let next = match *test {
                NO => *state,
                OPEN => DOUBTFUL,
                _ if takes => matched,
                // Some row before this one could match as well.
                _ => BAD,
            };
            *chosen = if waits && takes { number } else { *chosen };
            *state = if waits { next } else { *state };
        }
    }
    // As many places as a byte can name, so that no look-up can miss.
    let mut figures = [0; 256];
    for (figure, (_, result)) in figures.iter_mut().zip(rows) {
        *figure = result.number(0);
    }
    let figure = |row: &u8| figures.get(usize::from(*row)).copied().unwrap_or(0);
    let number = chosen.iter().map(figure).collect();
    for state in &mut states {
        *state = match *state {
            WAITING => BAD,
            DOUBTFUL => OPEN,
            decided => decided,
        };
    }
    Lanes::owned(states, number)
}

fn first(hits: Hits, rows: &[(&Lanes<'_>, &Lanes<'_>)], lane: usize) -> (u8, i64) {
    let mut open = false;
    for (test, result) in rows {
        match test.state(lane) {
            NO => {}
            OPEN => open = true,
            YES if !open || hits == Hits::Unique => {
                return (result.state(lane), result.number(lane));
            }
            // Some row before this one could match as well.
            _ => return (BAD, 0),
        }
    }
    if open { (OPEN, 0) } else { (BAD, 0) }
}

fn highest(rows: &[(&Lanes<'_>, &Lanes<'_>)], lane: usize) -> (u8, i64) {
    let (mut best, mut certain) = (i64::MIN, false);
    let (mut beyond, mut open_results) = (i64::MIN, false);
    let (mut any_open, mut certain_unknown) = (false, false);
    for (test, result) in rows {
        match (test.state(lane), result.state(lane)) {
            (NO, _) => {}
            (BAD, _) | (_, BAD | NULL) => return (BAD, 0),
            (YES, OPEN) => (certain, certain_unknown) = (true, true),
            (YES, _) => {
                certain = true;
                best = best.max(result.number(lane));
            }
            (_, state) => {
                any_open = true;
                if state == OPEN {
                    open_results = true;
                } else {
                    beyond = beyond.max(result.number(lane));
                }
            }
        }
    }
    match (any_open, certain) {
        (false, false) => (BAD, 0),
        (false, true) if certain_unknown => (OPEN, 0),
        (false, true) => (0, best),
        (true, true) if !certain_unknown && !open_results && beyond <= best => (0, best),
        (true, _) => (OPEN, 0),
    }
}

pub(super) fn cap<'a>(
    a: &Lanes<'_>,
    most: i64,
    used: Option<&Lanes<'_>>,
    count: usize,
) -> Lanes<'a> {
    let lanes = (0..count).map(|lane| {
        // What is left, where that is known.
        let left = match used.map(|used| (used.state(lane), used)) {
            None | Some((NULL, _)) => Some(most),
            Some((0, used)) => Some((most - used.number(lane)).max(0)),
            Some(_) => None,
        };
        let bad = used.is_some_and(|used| used.state(lane) == BAD);
        let value = a.number(lane);
        match (a.state(lane), left) {
            _ if bad => (BAD, 0),
            (0, Some(left)) => (0, value.min(left)),
            (0, None) if value == 0 => (0, 0),
            (0, None) => (OPEN, 0),
            (OPEN, Some(0)) => (0, 0),
            (OPEN, _) => (OPEN, 0),
            _ => (BAD, 0),
        }
    });
    let (state, number) = lanes.unzip();
    Lanes::owned(state, number)
}
