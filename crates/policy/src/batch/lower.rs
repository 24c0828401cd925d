//! Puts the expressions of a version into the graph, or says why that cannot be done. Comparisons,
//! tests and tables are `lower/compare.rs`.

mod compare;

use rules::expr::{Arithmetic, Node as Written};
use rules::temporal::Feb29;
use rules::value::Value;
use rules::{Decimal, Expr};

use super::plan::{Graph, Id, Kind, Level, Op, Reckoned, Sign, Way, Whole};
use crate::fact::{self, Subject};
use crate::judge::Program;
use crate::natives::Own;
use crate::policy::{Amount, Cap, How, Slot, Version};

type Lowered<T> = Result<T, String>;

/// Households have at most so many members; larger ones go row by row.
pub const MEMBERS_MAX: i128 = 4_096;

/// What a name of a loop or `?` stands for.
#[derive(Clone, Copy)]
enum Bound {
    Member,
    Node(Id),
}

struct Lowering<'a, 'c> {
    graph: &'a mut Graph,
    program: &'a Program<'c>,
    version: &'c Version,
    subject: Subject,
    lets: Vec<Option<Id>>,
    bound: Vec<(u32, Bound)>,
    looping: bool,
}

/// The way in which each policy is decided.
pub fn lower(graph: &mut Graph, program: &Program<'_>) -> Vec<Way> {
    let mut ways = vec![Way::NotInForce; program.catalogue.policies.len()];
    for &policy in &program.catalogue.order {
        let (Some(version), Some(declared)) =
            (program.version(policy), program.catalogue.policies.get(policy))
        else {
            continue;
        };
        let lets = vec![None; version.lets.len()];
        let (subject, bound) = (declared.subject, Vec::new());
        let mut lowering =
            Lowering { graph, program, version, subject, lets, bound, looping: false };
        let way = lowering.whole().map_or_else(Way::Rows, Way::Whole);
        if let Some(place) = ways.get_mut(policy) {
            *place = way;
        }
    }
    ways
}

impl<'c> Lowering<'_, 'c> {
    fn whole(&mut self) -> Lowered<Whole> {
        let version = self.version;
        let mut clauses = Vec::with_capacity(version.clauses.len());
        for clause in &version.clauses {
            let id = self.bool(&clause.expr).map_err(|why| format!("`{}`: {why}", clause.id))?;
            clauses.push(self.for_subject(id)?);
        }
        let amount = match &version.amount {
            None => Reckoned::Nothing,
            Some(amount) => self.amount(amount).map_err(|why| format!("the amount: {why}"))?,
        };
        Ok(Whole { clauses, amount, round: version.round })
    }

    /// A value for each subject of the policy.
    fn for_subject(&mut self, id: Id) -> Lowered<Id> {
        match (self.subject, self.graph.node(id)?.level) {
            (Subject::Person, Level::Of(Subject::Household)) => self.graph.spread(id),
            (_, Level::Constant) => Ok(id),
            (subject, Level::Of(level)) if subject == level => Ok(id),
            _ => Err("a fact of another subject is used".to_owned()),
        }
    }

    fn amount(&mut self, amount: &'c Amount) -> Lowered<Reckoned> {
        let id = match &amount.how {
            How::Open(_) => return Ok(Reckoned::Open),
            How::Is { expr, .. } | How::Table { expr, .. } => self.expr(expr)?,
        };
        let id = match &self.version.cap {
            Some(cap) => self.cap(id, cap)?,
            None => id,
        };
        let id = self.for_subject(id)?;
        match self.graph.node(id)?.kind {
            Kind::Number { scale, .. } => Ok(Reckoned::By(id, scale)),
            _ => Err("it is no number".to_owned()),
        }
    }

    fn cap(&mut self, id: Id, cap: &Cap) -> Lowered<Id> {
        let most = self.decimal(cap.amount)?;
        let used = match cap.used {
            Some(place) => Some(self.slot(place)?),
            None => None,
        };
        let mut all = vec![id, most];
        all.extend(used);
        let scale = self.scale(&all)?;
        for one in &mut all {
            *one = self.graph.rescaled(*one, scale)?;
        }
        let level = self.graph.level(&mut all)?;
        let [id, most, rest @ ..] = &*all else { return Err("the cap is empty".to_owned()) };
        let most = self.graph.constant(*most).ok_or("the cap is no constant")?;
        let Kind::Number { min, max, .. } = self.graph.node(*id)?.kind else {
            return Err("it is no number".to_owned());
        };
        let kind = Kind::Number { scale, min: min.min(0), max: max.max(0) };
        self.graph.put(Op::Cap(*id, most, rest.first().copied()), kind, level)
    }

    fn slot(&mut self, place: u32) -> Lowered<Id> {
        let slot = self.version.slots.get(place as usize).ok_or("a place is missing")?;
        let facts = &self.program.catalogue.facts;
        match *slot {
            Slot::On => Ok(self.graph.day(i64::from(fact::days_of(self.program.on)))),
            Slot::Fact(index) => {
                let fact = facts.get(index).ok_or("a fact is missing")?;
                if fact.subject == Subject::Person && self.looping {
                    return Err("a person is compared with other members".to_owned());
                }
                self.fact(index)
            }
            Slot::Status(policy) => {
                let giver = self.program.catalogue.policies.get(policy);
                let subject = giver.ok_or("a policy is missing")?.subject;
                if subject == Subject::Person && self.looping {
                    return Err("a person is compared with other members".to_owned());
                }
                self.graph.put(Op::Status(policy), Kind::Bool, Level::Of(subject))
            }
            Slot::Param(index) => {
                let param = self.version.params.get(index).ok_or("a figure is missing")?;
                let dated = param.on(self.program.on);
                let value = &dated.ok_or("a figure has no value on this day")?.value;
                self.constant(value)
            }
            Slot::Let(index) => {
                if let Some(Some(id)) = self.lets.get(index) {
                    return Ok(*id);
                }
                let one = self.version.lets.get(index).ok_or("a value is missing")?;
                let (looping, bound) = (self.looping, std::mem::take(&mut self.bound));
                self.looping = false;
                let id = self.expr(&one.expr);
                (self.looping, self.bound) = (looping, bound);
                let id = id?;
                let level = self.graph.node(id)?.level;
                if looping && level == Level::Of(Subject::Person) {
                    return Err("a person is compared with other members".to_owned());
                }
                if let Some(place) = self.lets.get_mut(index) {
                    *place = Some(id);
                }
                Ok(id)
            }
            Slot::Own(_) | Slot::Household => Err("it is no value by itself".to_owned()),
        }
    }

    fn fact(&mut self, index: usize) -> Lowered<Id> {
        let fact = self.program.catalogue.facts.get(index).ok_or("a fact is missing")?;
        let level = Level::Of(fact.subject);
        if let Some(policy) = self.program.catalogue.givers.get(index).copied().flatten() {
            return self.graph.put(Op::Status(policy), Kind::Bool, level);
        }
        let kind = match &fact.kind {
            fact::Kind::Bool => Kind::Bool,
            fact::Kind::Text(_) | fact::Kind::Region => Kind::Text,
            fact::Kind::Number { scale, min, max, .. } => {
                Kind::Number { scale: *scale, min: (*min).into(), max: (*max).into() }
            }
            fact::Kind::Date => Kind::Day,
        };
        self.graph.put(Op::Fact(index), kind, level)
    }

    fn constant(&mut self, value: &Value) -> Lowered<Id> {
        match value {
            Value::Bool(flag) => self.graph.put(Op::Bool(*flag), Kind::Bool, Level::Constant),
            Value::Number(number) => self.decimal(*number),
            Value::Date(date) => Ok(self.graph.day(date.days())),
            other => Err(format!("{} is used by itself", other.kind())),
        }
    }

    fn decimal(&mut self, number: Decimal) -> Lowered<Id> {
        for scale in 0..=9_u8 {
            let factor = Decimal::from_i64(10_i64.pow(u32::from(scale)));
            if let Some(units) = number.times(factor).and_then(Decimal::to_i64) {
                return self.graph.number(units, scale);
            }
        }
        Err(format!("{number} has too many digits"))
    }

    fn scale(&self, ids: &[Id]) -> Lowered<u8> {
        let mut most = 0;
        for id in ids {
            match self.graph.node(*id)?.kind {
                Kind::Number { scale, .. } => most = most.max(scale),
                _ => return Err("a number is expected".to_owned()),
            }
        }
        Ok(most)
    }

    fn bool(&mut self, expr: &Expr) -> Lowered<Id> {
        let id = self.expr(expr)?;
        match self.graph.node(id)?.kind {
            Kind::Bool => Ok(id),
            _ => Err("yes or no is expected".to_owned()),
        }
    }

    fn expr(&mut self, expr: &Expr) -> Lowered<Id> {
        match &expr.node {
            Written::From(_, inner) | Written::Strict(inner) => self.expr(inner),
            Written::Constant(value) => self.constant(value),
            Written::Fact(place, _) => self.slot(*place),
            Written::Local(slot, _) => match self.local(*slot) {
                Some(Bound::Node(id)) => Ok(id),
                _ => Err("a member is used by itself".to_owned()),
            },
            Written::Path(of, name) => self.path(of, name),
            Written::Negate(of) => {
                let (zero, of) = (self.graph.number(0, 0)?, self.expr(of)?);
                self.arithmetic(Arithmetic::Subtract, zero, of)
            }
            Written::Arithmetic(sign, a, b) => {
                let (a, b) = (self.expr(a)?, self.expr(b)?);
                self.arithmetic(*sign, a, b)
            }
            Written::Compare(sign, a, b) => self.comparison((*sign).into(), a, b),
            Written::Within(three) => {
                let [value, low, high] = &**three;
                let above = self.comparison(Sign::GreaterOrEqual, value, low)?;
                let below = self.comparison(Sign::LessOrEqual, value, high)?;
                self.join(above, below, true)
            }
            Written::And(a, b) | Written::Or(a, b) => {
                let (a, b) = (self.bool(a)?, self.bool(b)?);
                self.join(a, b, matches!(expr.node, Written::And(..)))
            }
            Written::If(three) => self.choice(three),
            Written::In { value, slot, tests } => {
                let value = self.expr(value)?;
                self.bound.push((*slot, Bound::Node(value)));
                let result = self.tests(tests, value);
                self.bound.pop();
                result
            }
            Written::Quantified { every, iterators, condition } => {
                let over = self.over_members(iterators, condition)?;
                self.quantified(*every, over)
            }
            Written::Builtin { function, arguments, .. } => self.builtin(function.name, arguments),
            Written::Call { function, arguments } => self.call(function, arguments),
            Written::Table(table) => self.table(table),
            _ => Err("this form of expression is not known here".to_owned()),
        }
    }

    fn local(&self, slot: u32) -> Option<Bound> {
        self.bound.iter().rev().find(|(bound, _)| *bound == slot).map(|(_, bound)| *bound)
    }

    fn is_members(&self, expr: &Expr) -> bool {
        match &expr.node {
            Written::From(_, inner) => self.is_members(inner),
            Written::Path(of, name) => &**name == "成员" && self.is_household(of),
            _ => false,
        }
    }

    fn is_household(&self, expr: &Expr) -> bool {
        match expr.node {
            Written::Fact(place, _) => {
                self.version.slots.get(place as usize) == Some(&Slot::Household)
            }
            _ => false,
        }
    }

    /// `m.fact` of a member.
    fn path(&mut self, of: &Expr, name: &str) -> Lowered<Id> {
        let member = match of.node {
            Written::Local(slot, _) => matches!(self.local(slot), Some(Bound::Member)),
            _ => self.is_members(of),
        };
        if !member {
            return Err(format!("`.{name}` is not known here"));
        }
        self.member_fact(name)
    }

    fn member_fact(&mut self, name: &str) -> Lowered<Id> {
        let facts = &self.program.catalogue.facts;
        let index = self
            .version
            .members
            .iter()
            .find(|index| facts.get(**index).is_some_and(|fact| &*fact.name == name));
        let index = *index.ok_or_else(|| format!("members have no `{name}`"))?;
        self.fact(index)
    }

    /// A value for each member, of a loop over `户.成员`.
    fn over_members(&mut self, iterators: &[rules::expr::Iterator], body: &Expr) -> Lowered<Id> {
        let [iterator] = iterators else { return Err("a loop has several names".to_owned()) };
        if iterator.to.is_some() || !self.is_members(&iterator.from) {
            return Err("a loop runs over something else than members".to_owned());
        }
        if self.looping {
            return Err("a loop stands within a loop".to_owned());
        }
        self.bound.push((iterator.slot, Bound::Member));
        self.looping = true;
        let result = self.expr(body);
        self.looping = false;
        self.bound.pop();
        let id = result?;
        match self.graph.node(id)?.level {
            Level::Of(Subject::Enterprise) => Err("an enterprise has no members".to_owned()),
            Level::Of(Subject::Household) => self.graph.spread(id),
            Level::Constant => Err("a loop does not look at its members".to_owned()),
            Level::Of(Subject::Person) => Ok(id),
        }
    }

    fn quantified(&mut self, every: bool, over: Id) -> Lowered<Id> {
        let op = if every { Op::All(over) } else { Op::Any(over) };
        match self.graph.node(over)?.kind {
            Kind::Bool => self.graph.put(op, Kind::Bool, Level::Of(Subject::Household)),
            _ => Err("yes or no is expected".to_owned()),
        }
    }

    fn builtin(&mut self, name: &str, arguments: &[Expr]) -> Lowered<Id> {
        match (name, arguments) {
            ("not", [of]) => {
                let of = self.bool(of)?;
                self.not(of)
            }
            ("count", [list]) if self.is_members(list) => {
                let kind = Kind::Number { scale: 0, min: 1, max: MEMBERS_MAX };
                self.graph.put(Op::Count, kind, Level::Of(Subject::Household))
            }
            ("sum", [list]) => {
                let over = match &list.node {
                    Written::For { iterators, partial: None, body } => {
                        self.over_members(iterators, body)?
                    }
                    Written::Path(of, name) if self.is_members(of) => self.member_fact(name)?,
                    _ => return Err("a sum runs over something else than members".to_owned()),
                };
                let Kind::Number { scale, min, max } = self.graph.node(over)?.kind else {
                    return Err("a number is expected".to_owned());
                };
                let (min, max) = (min.min(0) * MEMBERS_MAX, max.max(0) * MEMBERS_MAX);
                let kind = Kind::Number { scale, min, max };
                self.graph.put(Op::Sum(over), kind, Level::Of(Subject::Household))
            }
            ("min" | "max", [first, rest @ ..]) if !rest.is_empty() => {
                let mut all = self.expr(first)?;
                for one in rest {
                    let one = self.expr(one)?;
                    all = self.extreme(all, one, name == "min")?;
                }
                Ok(all)
            }
            _ => Err(format!("`{name}` is not known here")),
        }
    }

    fn extreme(&mut self, a: Id, b: Id, least: bool) -> Lowered<Id> {
        let (a, b, scale, level) = self.pair(a, b)?;
        let (a_min, a_max, b_min, b_max) = self.bounds(a, b)?;
        if least {
            let kind = Kind::Number { scale, min: a_min.min(b_min), max: a_max.min(b_max) };
            self.graph.put(Op::Min(a, b), kind, level)
        } else {
            let kind = Kind::Number { scale, min: a_min.max(b_min), max: a_max.max(b_max) };
            self.graph.put(Op::Max(a, b), kind, level)
        }
    }

    /// Two numbers of the same decimals for the same subjects.
    fn pair(&mut self, a: Id, b: Id) -> Lowered<(Id, Id, u8, Level)> {
        let scale = self.scale(&[a, b])?;
        let mut both = [self.graph.rescaled(a, scale)?, self.graph.rescaled(b, scale)?];
        let level = self.graph.level(&mut both)?;
        let [a, b] = both;
        Ok((a, b, scale, level))
    }

    fn bounds(&self, a: Id, b: Id) -> Lowered<(i128, i128, i128, i128)> {
        match (self.graph.node(a)?.kind, self.graph.node(b)?.kind) {
            (
                Kind::Number { min: a_min, max: a_max, .. },
                Kind::Number { min: b_min, max: b_max, .. },
            ) => Ok((a_min, a_max, b_min, b_max)),
            _ => Err("numbers are expected".to_owned()),
        }
    }

    fn arithmetic(&mut self, sign: Arithmetic, a: Id, b: Id) -> Lowered<Id> {
        if sign == Arithmetic::Multiply {
            let mut both = [a, b];
            let level = self.graph.level(&mut both)?;
            let [a, b] = both;
            let scale = match (self.graph.node(a)?.kind, self.graph.node(b)?.kind) {
                (Kind::Number { scale: x, .. }, Kind::Number { scale: y, .. }) => x + y,
                _ => return Err("numbers are expected".to_owned()),
            };
            let (a_min, a_max, b_min, b_max) = self.bounds(a, b)?;
            // The ends are 64-bit numbers, so their products fit.
            let ends = [a_min * b_min, a_min * b_max, a_max * b_min, a_max * b_max];
            let [first, rest @ ..] = ends;
            let min = rest.iter().fold(first, |least, end| least.min(*end));
            let max = rest.iter().fold(first, |most, end| most.max(*end));
            let kind = Kind::Number { scale, min, max };
            return self.graph.put(Op::Multiply(a, b), kind, level);
        }
        let (a, b, scale, level) = self.pair(a, b)?;
        // Figures are reckoned once, so that an age against `figure + 10` becomes a comparison of days.
        if let (Some(x), Some(y)) = (self.graph.constant(a), self.graph.constant(b)) {
            let units = match sign {
                Arithmetic::Add => x.checked_add(y),
                Arithmetic::Subtract => x.checked_sub(y),
                _ => None,
            };
            if let Some(units) = units {
                return self.graph.number(units, scale);
            }
        }
        let (a_min, a_max, b_min, b_max) = self.bounds(a, b)?;
        match sign {
            Arithmetic::Add => {
                let kind = Kind::Number { scale, min: a_min + b_min, max: a_max + b_max };
                self.graph.put(Op::Add(a, b), kind, level)
            }
            Arithmetic::Subtract => {
                let kind = Kind::Number { scale, min: a_min - b_max, max: a_max - b_min };
                self.graph.put(Op::Subtract(a, b), kind, level)
            }
            _ => Err(format!("`{}` may have no exact result", sign.sign())),
        }
    }

    fn join(&mut self, a: Id, b: Id, and: bool) -> Lowered<Id> {
        let mut both = [a, b];
        let level = self.graph.level(&mut both)?;
        let [a, b] = both;
        self.graph.put(if and { Op::And(a, b) } else { Op::Or(a, b) }, Kind::Bool, level)
    }

    fn not(&mut self, of: Id) -> Lowered<Id> {
        let level = self.graph.node(of)?.level;
        self.graph.put(Op::Not(of), Kind::Bool, level)
    }

    fn choice(&mut self, three: &[Expr; 3]) -> Lowered<Id> {
        let [condition, then, otherwise] = three;
        let condition = self.bool(condition)?;
        let (a, b) = (self.expr(then)?, self.expr(otherwise)?);
        let (a, b, kind) = match (self.graph.node(a)?.kind, self.graph.node(b)?.kind) {
            (Kind::Bool, Kind::Bool) => (a, b, Kind::Bool),
            (Kind::Number { .. }, Kind::Number { .. }) => {
                let (a, b, scale, _) = self.pair(a, b)?;
                let (a_min, a_max, b_min, b_max) = self.bounds(a, b)?;
                (a, b, Kind::Number { scale, min: a_min.min(b_min), max: a_max.max(b_max) })
            }
            _ => return Err("the branches are of different kinds".to_owned()),
        };
        let mut all = [condition, a, b];
        let level = self.graph.level(&mut all)?;
        let [condition, a, b] = all;
        self.graph.put(Op::If(condition, a, b), kind, level)
    }

    fn call(
        &mut self,
        function: &Expr,
        arguments: &[(Option<std::sync::Arc<str>>, Expr)],
    ) -> Lowered<Id> {
        let own = match function.node {
            Written::Fact(place, _) => match self.version.slots.get(place as usize) {
                Some(Slot::Own(own)) => *own,
                _ => return Err("only functions of policies are called here".to_owned()),
            },
            _ => return Err("only functions of policies are called here".to_owned()),
        };
        let ([(None, from), (None, to)], false) = (arguments, own == Own::Region) else {
            return Err("the function is called in another way".to_owned());
        };
        let mut both = [self.expr(from)?, self.expr(to)?];
        for id in &both {
            if self.graph.node(*id)?.kind != Kind::Day {
                return Err("a day is expected".to_owned());
            }
        }
        let level = self.graph.level(&mut both)?;
        let [from, to] = both;
        let feb28 = self.version.feb29 == Feb29::Feb28;
        let kind = Kind::Number { scale: 0, min: -4_000_000, max: 4_000_000 };
        self.graph.put(Op::Between(own, from, to, feb28), kind, level)
    }
}
