//! Evaluates nodes of the graph on a chunk: states and values as plain slices. What the interpreter
//! would call a mistake, and what is known within bounds only, is `BAD` here: its household goes to the
//! interpreter, so nothing has to be decided twice over.

use std::ops::Range;

use rules::temporal::{Date, Feb29};

use super::plan::{Graph, Hits, Id, Kind, Level, Op, Sign};
use crate::fact::Subject;
use crate::natives::Own;
use crate::world::{Data, NULL, UNKNOWN, World};

/// A condition does not hold; a value is known.
pub const NO: u8 = 0;
/// A condition holds; a value is null.
pub const YES: u8 = 1;
/// Not known.
pub const OPEN: u8 = 2;
/// For the interpreter.
pub const BAD: u8 = 3;

/// Facts that are missing, a bit for each.
pub type Mask = u128;

/// What a node comes to for each subject of a chunk; one lane when it is the same for all.
#[derive(Debug, Default)]
pub struct Lanes {
    /// For conditions `NO`, `YES`, `OPEN`, `BAD`; for values known (0), null (1), `OPEN`, `BAD`.
    pub state: Vec<u8>,
    /// Units, days, or codes of texts.
    pub number: Vec<i64>,
    /// What is missing where it is open; nothing where nothing is.
    pub mask: Option<Vec<Mask>>,
    /// True when the one lane stands for all.
    pub single: bool,
}

/// Rows that are looked at together.
#[derive(Debug, Clone, Default)]
pub struct Chunk {
    /// Rows of people.
    pub persons: Range<usize>,
    /// Rows of households.
    pub households: Range<usize>,
    /// Rows of enterprises.
    pub enterprises: Range<usize>,
}

/// The nodes of a chunk that were evaluated.
pub struct Evaluated<'a> {
    /// The graph.
    pub graph: &'a Graph,
    /// Everybody.
    pub world: &'a World,
    /// Which rows.
    pub chunk: Chunk,
    /// The bit of each fact.
    pub bits: &'a [Mask],
    /// Which texts pass a test, by the node of the test.
    pub texts: &'a [Option<Vec<bool>>],
    lanes: Vec<Option<Lanes>>,
}

impl Chunk {
    /// How many lanes there are for a kind of subject.
    pub fn count(&self, subject: Subject) -> usize {
        self.rows(subject).len()
    }

    /// The rows of a kind of subject.
    pub fn rows(&self, subject: Subject) -> Range<usize> {
        match subject {
            Subject::Person => self.persons.clone(),
            Subject::Household => self.households.clone(),
            Subject::Enterprise => self.enterprises.clone(),
        }
    }
}

impl Lanes {
    fn one(state: u8, number: i64) -> Self {
        Self { state: vec![state], number: vec![number], mask: None, single: true }
    }

    #[inline]
    fn place(&self, lane: usize) -> usize {
        if self.single { 0 } else { lane }
    }

    /// The state of a lane.
    #[inline]
    pub fn state(&self, lane: usize) -> u8 {
        self.state.get(self.place(lane)).copied().unwrap_or(BAD)
    }

    /// The value of a lane.
    #[inline]
    pub fn number(&self, lane: usize) -> i64 {
        self.number.get(self.place(lane)).copied().unwrap_or(0)
    }

    /// What is missing in a lane.
    #[inline]
    pub fn mask(&self, lane: usize) -> Mask {
        let mask = self.mask.as_ref().and_then(|mask| mask.get(self.place(lane)));
        mask.copied().unwrap_or(0)
    }
}

impl<'a> Evaluated<'a> {
    /// Nothing evaluated yet.
    pub fn new(
        graph: &'a Graph,
        world: &'a World,
        chunk: Chunk,
        bits: &'a [Mask],
        texts: &'a [Option<Vec<bool>>],
    ) -> Self {
        let lanes = std::iter::repeat_with(|| None).take(graph.nodes.len()).collect();
        Self { graph, world, chunk, bits, texts, lanes }
    }

    /// The lanes of a node that was evaluated.
    pub fn lanes(&self, id: Id) -> Option<&Lanes> {
        self.lanes.get(id).and_then(Option::as_ref)
    }

    /// Evaluates a node with those it uses; `status` gives what was decided before.
    pub fn need(&mut self, id: Id, status: &dyn Fn(usize) -> Lanes) {
        if self.lanes(id).is_some() {
            return;
        }
        let Some(node) = self.graph.nodes.get(id) else { return };
        for used in uses(&node.op) {
            self.need(used, status);
        }
        let count = match node.level {
            Level::Constant => 1,
            Level::Of(subject) => self.chunk.count(subject),
        };
        let mut lanes = self.compute(id, &node.op, node.kind, count, status);
        lanes.single = node.level == Level::Constant;
        if let Some(place) = self.lanes.get_mut(id) {
            *place = Some(lanes);
        }
    }

    fn compute(
        &self,
        id: Id,
        op: &Op,
        kind: Kind,
        count: usize,
        status: &dyn Fn(usize) -> Lanes,
    ) -> Lanes {
        static NOTHING: Lanes =
            Lanes { state: Vec::new(), number: Vec::new(), mask: None, single: false };
        let of = |id: &Id| self.lanes(*id).unwrap_or(&NOTHING);
        match op {
            Op::Bool(flag) => Lanes::one(u8::from(*flag), 0),
            Op::Number(units) => Lanes::one(NO, *units),
            Op::Fact(fact) => self.fact(*fact),
            Op::Status(policy) => status(*policy),
            Op::Spread(a) => self.spread(of(a)),
            Op::Add(a, b) => arithmetic(of(a), of(b), count, i64::wrapping_add),
            Op::Subtract(a, b) => arithmetic(of(a), of(b), count, i64::wrapping_sub),
            Op::Multiply(a, b) => arithmetic(of(a), of(b), count, i64::wrapping_mul),
            Op::Min(a, b) => arithmetic(of(a), of(b), count, i64::min),
            Op::Max(a, b) => arithmetic(of(a), of(b), count, i64::max),
            Op::Between(own, a, b, feb28) => {
                let feb29 = if *feb28 { Feb29::Feb28 } else { Feb29::Mar01 };
                arithmetic(of(a), of(b), count, |a, b| between(*own, a, b, feb29))
            }
            Op::Compare(sign, a, b) => compare(*sign, of(a), of(b), count),
            Op::IsNull(a) => is_null(of(a), count),
            Op::OneOf(a, _) => self.text(id, of(a), count, NO),
            Op::Within(a, ..) => self.text(id, of(a), count, BAD),
            Op::And(a, b) => join(of(a), of(b), count, NO),
            Op::Or(a, b) => join(of(a), of(b), count, YES),
            Op::Not(a) => not(of(a), count),
            Op::If(c, a, b) => choice(of(c), of(a), of(b), count, kind == Kind::Bool),
            Op::Any(a) => self.quantified(of(a), YES),
            Op::All(a) => self.quantified(of(a), NO),
            Op::Sum(a) => self.sum(of(a)),
            Op::Count => {
                let number = self.chunk.households.clone();
                let number = number.map(|row| self.world.members(row).len() as i64).collect();
                Lanes { state: vec![NO; count], number, mask: None, single: false }
            }
            Op::Table(hits, rows) => {
                let rows: Vec<(&Lanes, &Lanes)> =
                    rows.iter().map(|(test, result)| (of(test), of(result))).collect();
                table(*hits, &rows, count)
            }
            Op::Cap(a, most, used) => cap(of(a), *most, used.as_ref().map(of), count),
        }
    }

    fn fact(&self, fact: usize) -> Lanes {
        let found = [Subject::Person, Subject::Household, Subject::Enterprise]
            .into_iter()
            .find_map(|subject| {
                let column = self.world.rows(subject).columns.get(fact)?.as_ref()?;
                Some((column, self.chunk.rows(subject)))
            });
        let Some((column, rows)) = found else { return Lanes::default() };
        let mut state = column.state.get(rows.clone()).unwrap_or_default().to_vec();
        let number: Vec<i64> = match &column.data {
            Data::Bool(values) => {
                for (state, value) in state.iter_mut().zip(values.get(rows).unwrap_or_default()) {
                    *state = match *state {
                        0 => *value,
                        UNKNOWN => OPEN,
                        // A condition that is null is nothing to decide by.
                        _ => BAD,
                    };
                }
                Vec::new()
            }
            Data::Text(values) => widened(values.get(rows)),
            Data::Number(values) => values.get(rows).unwrap_or_default().to_vec(),
            Data::Date(values) => widened(values.get(rows)),
        };
        let bit = self.bits.get(fact).copied().unwrap_or(0);
        let mask = state
            .contains(&OPEN)
            .then(|| state.iter().map(|state| if *state == OPEN { bit } else { 0 }).collect());
        Lanes { state, number, mask, single: false }
    }

    /// The value of the household for each member.
    fn spread(&self, of: &Lanes) -> Lanes {
        let count = self.chunk.persons.len();
        let mut lanes = Lanes {
            state: Vec::with_capacity(count),
            number: Vec::with_capacity(count),
            mask: of.mask.as_ref().map(|_| Vec::with_capacity(count)),
            single: false,
        };
        for (lane, row) in self.chunk.households.clone().enumerate() {
            for _ in self.world.members(row) {
                lanes.state.push(of.state(lane));
                lanes.number.push(of.number(lane));
                if let Some(mask) = &mut lanes.mask {
                    mask.push(of.mask(lane));
                }
            }
        }
        lanes
    }

    /// The lanes of the members of each household.
    fn members(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let start = self.chunk.persons.start;
        self.chunk.households.clone().map(move |row| {
            let members = self.world.members(row);
            members.start - start..members.end - start
        })
    }

    fn quantified(&self, of: &Lanes, decisive: u8) -> Lanes {
        let mut lanes = Lanes::default();
        let mut masks = Vec::new();
        for members in self.members() {
            let states = of.state.get(members.clone()).unwrap_or_default();
            let state = if states.contains(&BAD) {
                BAD
            } else if states.contains(&decisive) {
                decisive
            } else if states.contains(&OPEN) {
                OPEN
            } else {
                1 - decisive
            };
            lanes.state.push(state);
            masks.push(if state == OPEN { union(of, members) } else { 0 });
        }
        lanes.mask = lanes.state.contains(&OPEN).then_some(masks);
        lanes
    }

    fn sum(&self, of: &Lanes) -> Lanes {
        let mut lanes = Lanes::default();
        let mut masks = Vec::new();
        for members in self.members() {
            let states = of.state.get(members.clone()).unwrap_or_default();
            let state = if states.iter().any(|state| matches!(*state, BAD | NULL)) {
                BAD
            } else if states.contains(&OPEN) {
                OPEN
            } else {
                NO
            };
            lanes.state.push(state);
            let values = of.number.get(members.clone()).unwrap_or_default();
            lanes.number.push(values.iter().fold(0, |sum: i64, value| sum.wrapping_add(*value)));
            masks.push(if state == OPEN { union(of, members) } else { 0 });
        }
        lanes.mask = lanes.state.contains(&OPEN).then_some(masks);
        lanes
    }

    /// A test of a text by its code; `null` says what it comes to when there is none.
    fn text(&self, id: Id, of: &Lanes, count: usize, null: u8) -> Lanes {
        let passing = self.texts.get(id).and_then(Option::as_ref);
        let passes = |code: i64| {
            let code = usize::try_from(code).ok();
            code.and_then(|code| passing?.get(code)).is_some_and(|passes| *passes)
        };
        let state = (0..count).map(|lane| match of.state(lane) {
            0 => u8::from(passes(of.number(lane))),
            NULL => null,
            other => other,
        });
        let (state, number) = (state.collect(), Vec::new());
        Lanes { state, number, mask: of.mask.clone(), single: false }
    }
}

fn union(of: &Lanes, lanes: Range<usize>) -> Mask {
    lanes.fold(0, |mask, lane| mask | of.mask(lane))
}

fn widened<T: Copy + Into<i64>>(values: Option<&[T]>) -> Vec<i64> {
    values.unwrap_or_default().iter().map(|value| (*value).into()).collect()
}

/// The nodes that a node uses.
fn uses(op: &Op) -> Vec<Id> {
    match op {
        Op::Bool(_) | Op::Number(_) | Op::Fact(_) | Op::Status(_) | Op::Count => Vec::new(),
        Op::Spread(a)
        | Op::IsNull(a)
        | Op::OneOf(a, _)
        | Op::Within(a, ..)
        | Op::Not(a)
        | Op::Any(a)
        | Op::All(a)
        | Op::Sum(a) => vec![*a],
        Op::Add(a, b)
        | Op::Subtract(a, b)
        | Op::Multiply(a, b)
        | Op::Min(a, b)
        | Op::Max(a, b)
        | Op::Between(_, a, b, _)
        | Op::Compare(_, a, b)
        | Op::And(a, b)
        | Op::Or(a, b) => vec![*a, *b],
        Op::If(a, b, c) => vec![*a, *b, *c],
        Op::Table(_, rows) => rows.iter().flat_map(|(test, result)| [*test, *result]).collect(),
        Op::Cap(a, _, used) => std::iter::once(*a).chain(*used).collect(),
    }
}

fn between(own: Own, from: i64, to: i64, feb29: Feb29) -> i64 {
    match (Date::from_days(from), Date::from_days(to)) {
        (Some(from), Some(to)) => own.reckon(from, to, feb29),
        _ => 0,
    }
}

/// What is missing where a result is open: all that is missing in what it was made of.
fn masks(state: &[u8], of: &[&Lanes]) -> Option<Vec<Mask>> {
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

fn arithmetic(a: &Lanes, b: &Lanes, count: usize, reckon: impl Fn(i64, i64) -> i64) -> Lanes {
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

fn compare(sign: Sign, a: &Lanes, b: &Lanes, count: usize) -> Lanes {
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
fn null_against(sign: Sign, null: bool) -> u8 {
    match sign {
        Sign::Equal => u8::from(null),
        Sign::NotEqual => u8::from(!null),
        _ => BAD,
    }
}

fn is_null(a: &Lanes, count: usize) -> Lanes {
    let state = (0..count).map(|lane| match a.state(lane) {
        0 => NO,
        NULL => YES,
        other => other,
    });
    let (state, number) = (state.collect(), Vec::new());
    Lanes { state, number, mask: a.mask.clone(), single: false }
}

fn join(a: &Lanes, b: &Lanes, count: usize, decisive: u8) -> Lanes {
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

fn not(a: &Lanes, count: usize) -> Lanes {
    let state = (0..count).map(|lane| match a.state(lane) {
        NO => YES,
        YES => NO,
        other => other,
    });
    let (state, number) = (state.collect(), Vec::new());
    Lanes { state, number, mask: a.mask.clone(), single: false }
}

fn choice(c: &Lanes, a: &Lanes, b: &Lanes, count: usize, bool: bool) -> Lanes {
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

fn table(hits: Hits, rows: &[(&Lanes, &Lanes)], count: usize) -> Lanes {
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

fn first(hits: Hits, rows: &[(&Lanes, &Lanes)], lane: usize) -> (u8, i64, Mask) {
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

fn highest(rows: &[(&Lanes, &Lanes)], lane: usize) -> (u8, i64, Mask) {
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

fn cap(a: &Lanes, most: i64, used: Option<&Lanes>, count: usize) -> Lanes {
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
