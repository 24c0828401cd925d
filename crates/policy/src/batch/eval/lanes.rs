//! Operations on lanes: arithmetic, comparisons, three-valued logic, tables, caps.

use rules::temporal::{Date, Feb29};

use super::{BAD, Lanes, Mask, NO, OPEN, YES};
use crate::batch::plan::{Hits, Sign};
use crate::natives::Own;
use crate::world::NULL;

pub(super) fn between(own: Own, from: i64, to: i64, feb29: Feb29) -> i64 {
    match (Date::from_days(from), Date::from_days(to)) {
        (Some(from), Some(to)) => own.reckon(from, to, feb29),
        _ => 0,
    }
}

/// What is missing where a result is open: all that is missing in what it was made of.
pub(super) fn masks(state: &[u8], of: &[&Lanes]) -> Option<Vec<Mask>> {
    state.contains(&OPEN).then(|| {
        let lanes = state.iter().enumerate();
        lanes
            .map(|(lane, state)| match *state {
                OPEN => of.iter().fold(0, |mask, of| mask | of.mask(lane)),
                _ => 0,
            })
            .collect()
    })
}

pub(super) fn arithmetic(
    a: &Lanes,
    b: &Lanes,
    count: usize,
    reckon: impl Fn(i64, i64) -> i64,
) -> Lanes {
    let mut state = Vec::with_capacity(count);
    let mut number = Vec::with_capacity(count);
    for lane in 0..count {
        let (x, y) = (a.state(lane), b.state(lane));
        state.push(match (x, y) {
            (0, 0) => 0,
            (BAD | NULL, _) | (_, BAD | NULL) => BAD,
            _ => OPEN,
        });
        number.push(if x | y == 0 { reckon(a.number(lane), b.number(lane)) } else { 0 });
    }
    let mask = masks(&state, &[a, b]);
    Lanes { state, number, mask, single: false }
}

pub(super) fn compare(sign: Sign, a: &Lanes, b: &Lanes, count: usize) -> Lanes {
    let mut state = Vec::with_capacity(count);
    if b.single && b.state(0) == 0 && !a.single {
        // The usual case: a fact against a figure.
        let bound = b.number(0);
        let both = a.state.iter().zip(&a.number).take(count);
        state.extend(both.map(|(state, value)| match *state {
            0 => u8::from(sign.holds(*value, bound)),
            NULL => null_against(sign, false),
            other => other,
        }));
    } else {
        state.extend((0..count).map(|lane| match (a.state(lane), b.state(lane)) {
            (0, 0) => u8::from(sign.holds(a.number(lane), b.number(lane))),
            (BAD, _) | (_, BAD) => BAD,
            (OPEN, _) | (_, OPEN) => OPEN,
            (a, b) => null_against(sign, a == b),
        }));
    }
    let mask = masks(&state, &[a, b]);
    Lanes { state, number: Vec::new(), mask, single: false }
}

/// Null is equal to null and to nothing else; it has no order.
pub(super) fn null_against(sign: Sign, null: bool) -> u8 {
    match sign {
        Sign::Equal => u8::from(null),
        Sign::NotEqual => u8::from(!null),
        _ => BAD,
    }
}

pub(super) fn is_null(a: &Lanes, count: usize) -> Lanes {
    let state = (0..count).map(|lane| match a.state(lane) {
        0 => NO,
        NULL => YES,
        other => other,
    });
    let (state, number) = (state.collect(), Vec::new());
    Lanes { state, number, mask: a.mask.clone(), single: false }
}

pub(super) fn join(a: &Lanes, b: &Lanes, count: usize, decisive: u8) -> Lanes {
    let state: Vec<u8> = (0..count)
        .map(|lane| {
            let (a, b) = (a.state(lane), b.state(lane));
            if a == decisive || b == decisive {
                decisive
            } else if a == BAD || b == BAD {
                BAD
            } else if a == OPEN || b == OPEN {
                OPEN
            } else {
                1 - decisive
            }
        })
        .collect();
    let mask = masks(&state, &[a, b]);
    Lanes { state, number: Vec::new(), mask, single: false }
}

pub(super) fn not(a: &Lanes, count: usize) -> Lanes {
    let state = (0..count).map(|lane| match a.state(lane) {
        NO => YES,
        YES => NO,
        other => other,
    });
    let (state, number) = (state.collect(), Vec::new());
    Lanes { state, number, mask: a.mask.clone(), single: false }
}

pub(super) fn choice(c: &Lanes, a: &Lanes, b: &Lanes, count: usize, bool: bool) -> Lanes {
    let mut lanes = Lanes::default();
    let mut masks = Vec::with_capacity(count);
    for lane in 0..count {
        let (mut state, mut number, mut mask) = (BAD, 0, 0);
        match c.state(lane) {
            condition @ (NO | YES) => {
                let chosen = if condition == YES { a } else { b };
                state = chosen.state(lane);
                number = chosen.number(lane);
                mask = chosen.mask(lane);
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
                    (state, mask) = (OPEN, c.mask(lane));
                }
            }
            _ => {}
        }
        lanes.state.push(state);
        lanes.number.push(number);
        masks.push(mask);
    }
    lanes.mask = lanes.state.contains(&OPEN).then_some(masks);
    lanes
}

pub(super) fn table(hits: Hits, rows: &[(&Lanes, &Lanes)], count: usize) -> Lanes {
    let mut lanes = Lanes::default();
    let mut masks = Vec::with_capacity(count);
    for lane in 0..count {
        let (state, number, mask) = match hits {
            Hits::Highest => highest(rows, lane),
            _ => first(hits, rows, lane),
        };
        lanes.state.push(state);
        lanes.number.push(number);
        masks.push(mask);
    }
    lanes.mask = lanes.state.contains(&OPEN).then_some(masks);
    lanes
}

pub(super) fn first(hits: Hits, rows: &[(&Lanes, &Lanes)], lane: usize) -> (u8, i64, Mask) {
    let (mut open, mut mask) = (false, 0);
    for (test, result) in rows {
        match test.state(lane) {
            NO => {}
            OPEN => {
                open = true;
                mask |= test.mask(lane);
            }
            YES if !open || hits == Hits::Unique => {
                return (result.state(lane), result.number(lane), result.mask(lane));
            }
            // Some row before this one could match as well.
            _ => return (BAD, 0, 0),
        }
    }
    if open { (OPEN, 0, mask) } else { (BAD, 0, 0) }
}

pub(super) fn highest(rows: &[(&Lanes, &Lanes)], lane: usize) -> (u8, i64, Mask) {
    let (mut best, mut certain_open, mut certain) = (i64::MIN, 0, false);
    let (mut beyond, mut open, mut open_results) = (i64::MIN, 0, false);
    let (mut any_open, mut certain_unknown) = (false, false);
    for (test, result) in rows {
        match (test.state(lane), result.state(lane)) {
            (NO, _) => {}
            (BAD, _) | (_, BAD | NULL) => return (BAD, 0, 0),
            (YES, state) => {
                certain = true;
                if state == OPEN {
                    certain_unknown = true;
                    certain_open |= result.mask(lane);
                } else {
                    best = best.max(result.number(lane));
                }
            }
            (_, state) => {
                any_open = true;
                open |= test.mask(lane);
                if state == OPEN {
                    open_results = true;
                } else {
                    beyond = beyond.max(result.number(lane));
                }
            }
        }
    }
    match (any_open, certain) {
        (false, false) => (BAD, 0, 0),
        (false, true) if certain_unknown => (OPEN, 0, certain_open),
        (false, true) => (0, best, 0),
        (true, true) if !certain_unknown && !open_results && beyond <= best => (0, best, 0),
        (true, _) => (OPEN, 0, open),
    }
}

pub(super) fn cap(a: &Lanes, most: i64, used: Option<&Lanes>, count: usize) -> Lanes {
    let mut lanes = Lanes::default();
    let mut masks = Vec::with_capacity(count);
    for lane in 0..count {
        // What is left, where that is known.
        let (left, left_mask) = match used.map(|used| (used.state(lane), used)) {
            None | Some((NULL, _)) => (Some(most), 0),
            Some((0, used)) => (Some((most - used.number(lane)).max(0)), 0),
            Some((_, used)) => (None, used.mask(lane)),
        };
        let bad = used.is_some_and(|used| used.state(lane) == BAD);
        let value = a.number(lane);
        let (state, number, mask) = match (a.state(lane), left) {
            _ if bad => (BAD, 0, 0),
            (0, Some(left)) => (0, value.min(left), 0),
            (0, None) if value == 0 => (0, 0, 0),
            (0, None) => (OPEN, 0, left_mask),
            (OPEN, Some(0)) => (0, 0, 0),
            (OPEN, _) => (OPEN, 0, a.mask(lane) | left_mask),
            _ => (BAD, 0, 0),
        };
        lanes.state.push(state);
        lanes.number.push(number);
        masks.push(mask);
    }
    lanes.mask = lanes.state.contains(&OPEN).then_some(masks);
    lanes
}
