//! Puts the expressions of a version into the graph, or says why that cannot be done.

use rules::expr::{Arithmetic, Node as Written, Test, Tests};
use rules::temporal::Feb29;
use rules::value::{Range, Value};
use rules::{Decimal, Expr};

use super::plan::{Graph, Hits, Id, Kind, Level, Op, Reckoned, Sign, Way, Whole, last_day};
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

    fn comparison(&mut self, sign: Sign, a: &Expr, b: &Expr) -> Lowered<Id> {
        for (this, other) in [(a, b), (b, a)] {
            if is_null(other) {
                return self.null_test(sign, this);
            }
            if let Some(text) = text_of(other) {
                let this = self.expr(this)?;
                return self.text_equals(sign, this, text);
            }
        }
        if let Some((dividend, divisor)) = quotient(a) {
            return self.quotient(sign, dividend, divisor, b);
        }
        if let Some((dividend, divisor)) = quotient(b) {
            return self.quotient(sign.turned(), dividend, divisor, a);
        }
        let (a, b) = (self.expr(a)?, self.expr(b)?);
        self.compare(sign, a, b)
    }

    fn null_test(&mut self, sign: Sign, of: &Expr) -> Lowered<Id> {
        let of = self.expr(of)?;
        let level = self.graph.node(of)?.level;
        let is = self.graph.put(Op::IsNull(of), Kind::Bool, level)?;
        match sign {
            Sign::Equal => Ok(is),
            Sign::NotEqual => self.not(is),
            _ => Err("nothing is less or greater than null".to_owned()),
        }
    }

    fn text_equals(&mut self, sign: Sign, id: Id, text: std::sync::Arc<str>) -> Lowered<Id> {
        let node = self.graph.node(id)?;
        if node.kind != Kind::Text {
            return Err("a text is expected".to_owned());
        }
        let level = node.level;
        let is = self.graph.put(Op::OneOf(id, vec![text]), Kind::Bool, level)?;
        match sign {
            Sign::Equal => Ok(is),
            Sign::NotEqual => self.not(is),
            _ => Err("texts are only compared for being equal".to_owned()),
        }
    }

    /// `a / b < c` as `a < c * b`, where `b` is above 0. The quotient of 34 digits lies on the same
    /// side of `c` as the exact one, since `c` itself has far fewer.
    fn quotient(&mut self, sign: Sign, a: &Expr, b: &Expr, c: &Expr) -> Lowered<Id> {
        let (a, b, c) = (self.expr(a)?, self.expr(b)?, self.expr(c)?);
        match self.graph.node(b)?.kind {
            Kind::Number { min, .. } if min > 0 => {}
            _ => return Err("a divisor may be 0".to_owned()),
        }
        let product = self.arithmetic(Arithmetic::Multiply, c, b)?;
        self.compare(sign, a, product)
    }

    fn compare(&mut self, sign: Sign, a: Id, b: Id) -> Lowered<Id> {
        if let Some(folded) = self.age(sign, a, b)? {
            return Ok(folded);
        }
        let (a, b, level) = match (self.graph.node(a)?.kind, self.graph.node(b)?.kind) {
            (Kind::Number { .. }, Kind::Number { .. }) => {
                let (a, b, _, level) = self.pair(a, b)?;
                (a, b, level)
            }
            (Kind::Day, Kind::Day) => {
                let mut both = [a, b];
                let level = self.graph.level(&mut both)?;
                let [a, b] = both;
                (a, b, level)
            }
            _ => return Err("these kinds are not compared here".to_owned()),
        };
        self.graph.put(Op::Compare(sign, a, b), Kind::Bool, level)
    }

    /// `周岁(b, day) >= 65` as `b <= day`.
    fn age(&mut self, sign: Sign, a: Id, b: Id) -> Lowered<Option<Id>> {
        let (sign, age, bound) = match (&self.graph.node(a)?.op, &self.graph.node(b)?.op) {
            (Op::Between(..), Op::Number(_)) => (sign, a, b),
            (Op::Number(_), Op::Between(..)) => (sign.turned(), b, a),
            _ => return Ok(None),
        };
        let Op::Between(own, from, to, feb28) = self.graph.node(age)?.op else { return Ok(None) };
        let (Some(on), Some(units)) = (self.graph.constant(to), self.graph.constant(bound)) else {
            return Ok(None);
        };
        let Kind::Number { scale: 0, .. } = self.graph.node(bound)?.kind else { return Ok(None) };
        let feb29 = if feb28 { Feb29::Feb28 } else { Feb29::Mar01 };
        let mut reached = |wanted: i64| -> Lowered<Option<Id>> {
            let Some(last) = last_day(own, wanted, on, feb29) else { return Ok(None) };
            let last = self.graph.day(last);
            self.compare(Sign::LessOrEqual, from, last).map(Some)
        };
        let at_least = reached(units)?;
        let more = reached(units + 1)?;
        let (Some(at_least), Some(more)) = (at_least, more) else { return Ok(None) };
        Ok(Some(match sign {
            Sign::GreaterOrEqual => at_least,
            Sign::Greater => more,
            Sign::Less => self.not(at_least)?,
            Sign::LessOrEqual => self.not(more)?,
            Sign::Equal => {
                let not_more = self.not(more)?;
                self.join(at_least, not_more, true)?
            }
            Sign::NotEqual => {
                let less = self.not(at_least)?;
                self.join(less, more, false)?
            }
        }))
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

    /// A test of a value: one of the tests passes.
    fn tests(&mut self, tests: &Tests, value: Id) -> Lowered<Id> {
        let mut all: Option<Id> = None;
        for test in &tests.any {
            let one = self.test(test, value)?;
            all = Some(match all {
                Some(all) => self.join(all, one, false)?,
                None => one,
            });
        }
        let all = match all {
            Some(all) => all,
            None => return self.graph.put(Op::Bool(true), Kind::Bool, Level::Constant),
        };
        if tests.negated { self.not(all) } else { Ok(all) }
    }

    fn test(&mut self, test: &Test, value: Id) -> Lowered<Id> {
        match test {
            Test::Compare(sign, expr) => {
                if is_null(expr) {
                    return Err("a value is compared with null".to_owned());
                }
                if let Some(text) = text_of(expr) {
                    return self.text_equals((*sign).into(), value, text);
                }
                let bound = self.expr(expr)?;
                self.compare((*sign).into(), value, bound)
            }
            Test::Value(expr) => self.is_value(bare(expr), value),
            Test::Holds(_) => Err("a test is a condition of its own".to_owned()),
        }
    }

    fn is_value(&mut self, expr: &Expr, value: Id) -> Lowered<Id> {
        if let Some(range) = self.range(expr) {
            return self.within(&range, value);
        }
        match &expr.node {
            Written::Constant(Value::Bool(flag)) => {
                let Kind::Bool = self.graph.node(value)?.kind else {
                    return Err("yes or no is expected".to_owned());
                };
                if *flag { Ok(value) } else { self.not(value) }
            }
            Written::Constant(Value::Text(text)) => {
                self.text_equals(Sign::Equal, value, text.clone())
            }
            Written::Range { low, low_included, high, high_included } => {
                let (low, high) = (self.expr(low)?, self.expr(high)?);
                let from = if *low_included { Sign::GreaterOrEqual } else { Sign::Greater };
                let to = if *high_included { Sign::LessOrEqual } else { Sign::Less };
                let (above, below) =
                    (self.compare(from, value, low)?, self.compare(to, value, high)?);
                self.join(above, below, true)
            }
            _ => {
                let other = self.expr(expr)?;
                self.compare(Sign::Equal, value, other)
            }
        }
    }

    /// A range that is the same for everybody: written, or an area.
    fn range(&self, expr: &Expr) -> Option<Range> {
        match &expr.node {
            Written::Constant(Value::Range(range)) => Some((**range).clone()),
            Written::Call { function, arguments } => {
                let Written::Fact(place, _) = bare(function).node else { return None };
                let slot = self.version.slots.get(place as usize)?;
                let ([(_, code)], Slot::Own(Own::Region)) = (&**arguments, slot) else {
                    return None;
                };
                let Written::Constant(Value::Text(code)) = &bare(code).node else { return None };
                let (low, high) = crate::natives::bounds(code);
                Some(Range {
                    low: Value::text(low),
                    low_included: true,
                    high: Value::text(high),
                    high_included: false,
                })
            }
            _ => None,
        }
    }

    fn within(&mut self, range: &Range, value: Id) -> Lowered<Id> {
        if let (Value::Text(low), true, Value::Text(high), false) =
            (&range.low, range.low_included, &range.high, range.high_included)
        {
            let node = self.graph.node(value)?;
            if node.kind != Kind::Text {
                return Err("a text is expected".to_owned());
            }
            let level = node.level;
            return self.graph.put(Op::Within(value, low.clone(), high.clone()), Kind::Bool, level);
        }
        let mut ends = Vec::new();
        let low = if range.low_included { Sign::GreaterOrEqual } else { Sign::Greater };
        let high = if range.high_included { Sign::LessOrEqual } else { Sign::Less };
        for (end, sign) in [(&range.low, low), (&range.high, high)] {
            if !end.is_null() {
                let end = self.constant(end)?;
                ends.push(self.compare(sign, value, end)?);
            }
        }
        match *ends {
            [one] => Ok(one),
            [above, below] => self.join(above, below, true),
            _ => Err("a range has no ends".to_owned()),
        }
    }

    fn table(&mut self, table: &rules::table::Table) -> Lowered<Id> {
        use rules::table::{Aggregation, Hit};
        let hits = match table.hit {
            Hit::Unique if table.exclusive => Hits::Unique,
            Hit::First => Hits::First,
            Hit::Collect(Aggregation::Max) => Hits::Highest,
            _ => return Err("its hit policy is not known here".to_owned()),
        };
        let inputs: Vec<Id> =
            table.inputs.iter().map(|input| self.expr(&input.value)).collect::<Lowered<_>>()?;
        let mut rows = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            let mut all = self.graph.put(Op::Bool(true), Kind::Bool, Level::Constant)?;
            for (tests, input) in row.tests.iter().zip(&inputs) {
                if !tests.any.is_empty() {
                    let one = self.tests(tests, *input)?;
                    all = self.join(all, one, true)?;
                }
            }
            let output = row.outputs.first().ok_or("a row has no amount")?;
            rows.push((all, self.expr(output)?));
        }
        let outputs: Vec<Id> = rows.iter().map(|(_, output)| *output).collect();
        let scale = self.scale(&outputs)?;
        let (mut least, mut most) = (0, 0);
        let mut flat = Vec::with_capacity(rows.len() * 2);
        for (condition, output) in rows {
            let output = self.graph.rescaled(output, scale)?;
            if let Kind::Number { min, max, .. } = self.graph.node(output)?.kind {
                (least, most) = (least.min(min), most.max(max));
            }
            flat.extend([condition, output]);
        }
        let level = self.graph.level(&mut flat)?;
        let rows = flat.chunks(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?)));
        let kind = Kind::Number { scale, min: least, max: most };
        self.graph.put(Op::Table(hits, rows.collect()), kind, level)
    }
}

fn bare(expr: &Expr) -> &Expr {
    match &expr.node {
        Written::From(_, inner) | Written::Strict(inner) => bare(inner),
        _ => expr,
    }
}

fn is_null(expr: &Expr) -> bool {
    matches!(bare(expr).node, Written::Constant(Value::Null))
}

fn text_of(expr: &Expr) -> Option<std::sync::Arc<str>> {
    match &bare(expr).node {
        Written::Constant(Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

fn quotient(expr: &Expr) -> Option<(&Expr, &Expr)> {
    match &bare(expr).node {
        Written::Arithmetic(Arithmetic::Divide, a, b) => Some((&**a, &**b)),
        _ => None,
    }
}
