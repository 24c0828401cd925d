//! Evaluates nodes of the graph on a chunk: states and values as plain slices. What the interpreter
//! would call a mistake, and what is known within bounds only, is `BAD` here: its household goes to the
//! interpreter, so nothing has to be decided twice over. Single operations are `eval/lanes.rs`.

mod lanes;

use std::ops::Range;

use rules::temporal::Feb29;

use lanes::{arithmetic, between, cap, choice, compare, is_null, join, not, table};

use super::plan::{Graph, Id, Kind, Level, Op};
use crate::fact::Subject;
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
