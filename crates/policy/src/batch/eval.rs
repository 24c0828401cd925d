//! Evaluates nodes of the graph on a chunk: states and values as plain slices. What the interpreter
//! would call a mistake, and what is known within bounds only, is `BAD` here: its household goes to the
//! interpreter, so nothing has to be decided twice over. Single operations are `eval/lanes.rs`.

mod lanes;

use std::borrow::Cow;
use std::ops::Range;

use rules::temporal::Feb29;

use lanes::{arithmetic, between, cap, choice, compare, join, not, table};

use super::plan::{Graph, Hits, Id, Kind, Level, Op};
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
pub struct Lanes<'a> {
    /// For conditions `NO`, `YES`, `OPEN`, `BAD`; for values known (0), null (1), `OPEN`, `BAD`.
    pub state: Cow<'a, [u8]>,
    /// Units, days, or codes of texts; whatever it is where the value is not known.
    pub number: Numbers<'a>,
    /// What is missing where the status of a policy is open, lane after lane. Of other nodes it is
    /// found out only where it is asked for (`Evaluated::mask`).
    pub masks: Vec<(u32, Mask)>,
    /// True when the one lane stands for all.
    pub single: bool,
}

/// Values of lanes. Days and codes stay as narrow as their columns, so that more of them are compared
/// at once.
#[derive(Debug)]
pub enum Numbers<'a> {
    /// Units of a number, or what was reckoned.
    Units(Cow<'a, [i64]>),
    /// Days since 1970.
    Days(&'a [i32]),
    /// Codes of texts.
    Codes(&'a [u32]),
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
    lanes: Vec<Option<Lanes<'a>>>,
    /// For each member of the chunk the household, counted from the first.
    homes: Vec<u32>,
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

impl Default for Numbers<'_> {
    fn default() -> Self {
        Self::Units(Cow::Borrowed(&[]))
    }
}

impl Numbers<'_> {
    /// All of them as whole numbers.
    pub fn wide(&self) -> Cow<'_, [i64]> {
        match self {
            Self::Units(units) => Cow::Borrowed(units),
            Self::Days(days) => Cow::Owned(days.iter().map(|day| i64::from(*day)).collect()),
            Self::Codes(codes) => Cow::Owned(codes.iter().map(|code| i64::from(*code)).collect()),
        }
    }

    #[inline]
    fn get(&self, place: usize) -> i64 {
        let number = match self {
            Self::Units(units) => units.get(place).copied(),
            Self::Days(days) => days.get(place).map(|day| i64::from(*day)),
            Self::Codes(codes) => codes.get(place).map(|code| i64::from(*code)),
        };
        number.unwrap_or(0)
    }
}

impl Lanes<'_> {
    /// Lanes of states alone, or of states with values.
    pub fn owned(state: Vec<u8>, number: Vec<i64>) -> Self {
        let (state, number) = (Cow::Owned(state), Numbers::Units(Cow::Owned(number)));
        Self { state, number, masks: Vec::new(), single: false }
    }

    fn one(state: u8, number: i64) -> Self {
        Self { single: true, ..Self::owned(vec![state], vec![number]) }
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
        self.number.get(self.place(lane))
    }

    /// True when every value is known. Goes through all of them at once, which is faster than to
    /// stop at the first.
    pub fn is_plain(&self) -> bool {
        self.state.iter().fold(0, |all, state| all | state) == 0
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
        let mut homes = Vec::with_capacity(chunk.persons.len());
        for (home, row) in (0..).zip(chunk.households.clone()) {
            homes.resize(homes.len() + world.members(row).len(), home);
        }
        Self { graph, world, chunk, bits, texts, lanes, homes }
    }

    /// The lanes of a node that was evaluated.
    pub fn lanes(&self, id: Id) -> Option<&Lanes<'a>> {
        self.lanes.get(id).and_then(Option::as_ref)
    }

    /// Evaluates a node with those it uses; `status` gives what was decided before.
    pub fn need(&mut self, id: Id, status: &dyn Fn(usize) -> Lanes<'a>) {
        if self.lanes(id).is_some() {
            return;
        }
        let Some(node) = self.graph.nodes.get(id) else { return };
        each_used(&node.op, &mut |used| self.need(used, status));
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
        status: &dyn Fn(usize) -> Lanes<'a>,
    ) -> Lanes<'a> {
        static NOTHING: Lanes<'static> = Lanes {
            state: Cow::Borrowed(&[]),
            number: Numbers::Units(Cow::Borrowed(&[])),
            masks: Vec::new(),
            single: false,
        };
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
            // Known and null are written as no and yes.
            Op::IsNull(a) => Lanes::owned(of(a).state.to_vec(), Vec::new()),
            Op::OneOf(a, _) => self.text(id, of(a), count, NO),
            Op::Within(a, ..) => self.text(id, of(a), count, BAD),
            Op::And(a, b) => join(of(a), of(b), count, NO),
            Op::Or(a, b) => join(of(a), of(b), count, YES),
            Op::Not(a) => not(of(a)),
            Op::If(c, a, b) => choice(of(c), of(a), of(b), count, kind == Kind::Bool),
            Op::Any(a) => self.quantified(of(a), YES),
            Op::All(a) => self.quantified(of(a), NO),
            Op::Sum(a) => self.sum(of(a)),
            Op::Count => {
                let number = self.chunk.households.clone();
                let number = number.map(|row| self.world.members(row).len() as i64).collect();
                Lanes::owned(vec![NO; count], number)
            }
            Op::Table(hits, rows) => {
                let rows: Vec<(&Lanes<'_>, &Lanes<'_>)> =
                    rows.iter().map(|(test, result)| (of(test), of(result))).collect();
                table(*hits, &rows, count)
            }
            Op::Cap(a, most, used) => cap(of(a), *most, used.as_ref().map(of), count),
        }
    }

    fn fact(&self, fact: usize) -> Lanes<'a> {
        let world: &'a World = self.world;
        let found = [Subject::Person, Subject::Household, Subject::Enterprise]
            .into_iter()
            .find_map(|subject| {
                let column = world.rows(subject).columns.get(fact)?.as_ref()?;
                Some((column, self.chunk.rows(subject)))
            });
        let Some((column, rows)) = found else { return Lanes::default() };
        let state = column.state.get(rows.clone()).unwrap_or_default();
        let number = match &column.data {
            Data::Bool(values) => {
                let values = values.get(rows).unwrap_or_default();
                // A condition that is null is nothing to decide by.
                let state = state.iter().zip(values).map(|(state, value)| match *state {
                    0 => *value,
                    UNKNOWN => OPEN,
                    _ => BAD,
                });
                return Lanes::owned(state.collect(), Vec::new());
            }
            Data::Text(values) => Numbers::Codes(values.get(rows).unwrap_or_default()),
            Data::Number(values) => {
                Numbers::Units(Cow::Borrowed(values.get(rows).unwrap_or_default()))
            }
            Data::Date(values) => Numbers::Days(values.get(rows).unwrap_or_default()),
        };
        Lanes { state: Cow::Borrowed(state), number, masks: Vec::new(), single: false }
    }

    /// The value of the household for each member.
    fn spread(&self, of: &Lanes<'_>) -> Lanes<'a> {
        fn each<T: Copy + Default>(homes: &[u32], values: &[T]) -> Vec<T> {
            if values.is_empty() {
                return Vec::new();
            }
            let of = |home: &u32| values.get(*home as usize).copied().unwrap_or_default();
            homes.iter().map(of).collect()
        }
        Lanes::owned(each(&self.homes, &of.state), each(&self.homes, &of.number.wide()))
    }

    /// The lanes of the members of each household.
    fn members(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let start = self.chunk.persons.start;
        self.chunk.households.clone().map(move |row| {
            let members = self.world.members(row);
            members.start - start..members.end - start
        })
    }

    fn quantified(&self, of: &Lanes<'_>, decisive: u8) -> Lanes<'a> {
        let state = self.members().map(|members| {
            let states = of.state.get(members).unwrap_or_default();
            if states.contains(&BAD) {
                BAD
            } else if states.contains(&decisive) {
                decisive
            } else if states.contains(&OPEN) {
                OPEN
            } else {
                1 - decisive
            }
        });
        Lanes::owned(state.collect(), Vec::new())
    }

    fn sum(&self, of: &Lanes<'_>) -> Lanes<'a> {
        let count = self.chunk.households.len();
        let (mut state, mut number) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let units = of.number.wide();
        for members in self.members() {
            let states = of.state.get(members.clone()).unwrap_or_default();
            let all = states.iter().fold(0, |all, state| all | state);
            // Null and what is for the interpreter are the odd ones.
            state.push(if all & 1 == 1 { BAD } else { all });
            let values = units.get(members).unwrap_or_default();
            number.push(values.iter().fold(0, |sum: i64, value| sum.wrapping_add(*value)));
        }
        Lanes::owned(state, number)
    }

    /// A test of a text by its code; `null` says what it comes to when there is none.
    fn text(&self, id: Id, of: &Lanes<'_>, count: usize, null: u8) -> Lanes<'a> {
        let passing = self.texts.get(id).and_then(Option::as_deref).unwrap_or_default();
        let passes =
            |code: &u32| u8::from(passing.get(*code as usize).is_some_and(|passes| *passes));
        // Texts are never reckoned, so they stand as their columns have them.
        let Numbers::Codes(codes) = of.number else {
            return Lanes::owned(vec![BAD; count], Vec::new());
        };
        let mut states: Vec<u8> = codes.iter().map(passes).collect();
        if !of.is_plain() {
            for (state, of) in states.iter_mut().zip(&*of.state) {
                *state = match *of {
                    0 => *state,
                    NULL => null,
                    other => other,
                };
            }
        }
        Lanes::owned(states, Vec::new())
    }

    /// What is missing where a node is open. Few lanes are, so it is reckoned for those alone.
    pub fn mask(&self, id: Id, lane: usize) -> Mask {
        let Some((node, lanes)) = self.graph.nodes.get(id).zip(self.lanes(id)) else { return 0 };
        if lanes.state(lane) != OPEN {
            return 0;
        }
        let of = |id: &Id| self.mask(*id, lane);
        let state = |id: &Id| self.lanes(*id).map_or(BAD, |lanes| lanes.state(lane));
        match &node.op {
            Op::Fact(fact) => self.bits.get(*fact).copied().unwrap_or(0),
            Op::Status(_) => super::cells::mask_at(&lanes.masks, lane),
            Op::Spread(a) => self.homes.get(lane).map_or(0, |home| self.mask(*a, *home as usize)),
            Op::Any(a) | Op::All(a) | Op::Sum(a) => {
                let members = self.world.members(self.chunk.households.start + lane);
                let start = self.chunk.persons.start;
                members.fold(0, |mask, member| mask | self.mask(*a, member - start))
            }
            Op::If(c, a, b) => match state(c) {
                OPEN => of(c),
                YES => of(a),
                _ => of(b),
            },
            Op::Table(hits, rows) => {
                let mut certain = rows.iter().filter(|(test, _)| state(test) == YES);
                let tests = rows.iter().fold(0, |mask, (test, _)| mask | of(test));
                let open = rows.iter().any(|(test, _)| state(test) == OPEN);
                let results = certain.clone().fold(0, |mask, (_, result)| mask | of(result));
                match hits {
                    Hits::Highest if open => tests,
                    Hits::Highest => results,
                    _ => certain.next().map_or(tests, |(_, result)| of(result)),
                }
            }
            op => {
                let mut mask = 0;
                each_used(op, &mut |id| mask |= of(&id));
                mask
            }
        }
    }
}

/// The nodes that a node uses, one after the other.
fn each_used(op: &Op, take: &mut dyn FnMut(Id)) {
    match op {
        Op::Bool(_) | Op::Number(_) | Op::Fact(_) | Op::Status(_) | Op::Count => {}
        Op::Spread(a)
        | Op::IsNull(a)
        | Op::OneOf(a, _)
        | Op::Within(a, ..)
        | Op::Not(a)
        | Op::Any(a)
        | Op::All(a)
        | Op::Sum(a) => take(*a),
        Op::Add(a, b)
        | Op::Subtract(a, b)
        | Op::Multiply(a, b)
        | Op::Min(a, b)
        | Op::Max(a, b)
        | Op::Between(_, a, b, _)
        | Op::Compare(_, a, b)
        | Op::And(a, b)
        | Op::Or(a, b) => [*a, *b].into_iter().for_each(take),
        Op::If(a, b, c) => [*a, *b, *c].into_iter().for_each(take),
        Op::Table(_, rows) => {
            rows.iter().flat_map(|(test, result)| [*test, *result]).for_each(take);
        }
        Op::Cap(a, _, used) => std::iter::once(*a).chain(*used).for_each(take),
    }
}
