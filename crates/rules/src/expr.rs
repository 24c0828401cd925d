//! Expressions as they are evaluated: names stand resolved to places, every node knows its span.

use std::sync::Arc;

use crate::builtins::{Builtin, Form};
use crate::table::Table;
use crate::types::Type;
use crate::value::{Comparison, Parameter, Value};

/// A text that expressions are read from.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// Where it stands: a file, a decision, a cell of a table.
    pub name: String,
    /// The text.
    pub text: String,
}

/// From where to where in the source, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// Behind the last byte.
    pub end: u32,
}

/// An expression.
#[derive(Debug)]
pub struct Expr {
    /// What it is.
    pub node: Node,
    /// Where it stands.
    pub span: Span,
}

/// Kinds of expression.
#[derive(Debug)]
pub enum Node {
    /// A value as written.
    Constant(Value),
    /// A fact of the subject.
    Fact(u32, Arc<str>),
    /// A value of an enclosing expression, counted from the start of the function.
    Local(u32, Arc<str>),
    /// A value the function took along.
    Captured(u32, Arc<str>),
    /// The function that is running.
    Own,
    /// A name that means nothing here.
    Unresolved(Arc<str>),
    /// Inside a filter: an entry of the item, else what the name means outside.
    Member {
        /// The place of the item.
        item: u32,
        /// The entry.
        name: Arc<str>,
        /// What else the name can mean.
        otherwise: Box<Expr>,
    },
    /// `a.b`
    Path(Box<Expr>, Arc<str>),
    /// `-a`
    Negate(Box<Expr>),
    /// `a + b` and its like.
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    /// `a < b` and its like.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// `a and b`
    And(Box<Expr>, Box<Expr>),
    /// `a or b`
    Or(Box<Expr>, Box<Expr>),
    /// `a between b and c`
    Within(Box<[Expr; 3]>),
    /// `a in (…)`; the value is put where `?` looks for it.
    In {
        /// The value.
        value: Box<Expr>,
        /// The place of `?`.
        slot: u32,
        /// What it may be.
        tests: Tests,
    },
    /// `a instance of t`
    InstanceOf(Box<Expr>, Type),
    /// `if a then b else c`
    If(Box<[Expr; 3]>),
    /// `for … return …`
    For {
        /// Where the names come from.
        iterators: Vec<Iterator>,
        /// The place of `partial`, where the body asks for it.
        partial: Option<u32>,
        /// What is collected.
        body: Box<Expr>,
    },
    /// `some … satisfies …` or `every … satisfies …`
    Quantified {
        /// True for `every`.
        every: bool,
        /// Where the names come from.
        iterators: Vec<Iterator>,
        /// The condition.
        condition: Box<Expr>,
    },
    /// A condition or quantifier that is null when a condition is neither yes nor no.
    Strict(Box<Expr>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{a: 1, b: a + 1}`; the entries are put one after the other from a place on.
    Context {
        /// The place of the first entry.
        slot: u32,
        /// Names and values.
        entries: Vec<(Arc<str>, Expr)>,
        /// What the whole comes to, instead of a context.
        result: Option<Box<Expr>>,
    },
    /// `[a..b)`; an end that is null is open.
    Range {
        /// The lower end.
        low: Box<Expr>,
        /// Whether it belongs to the range.
        low_included: bool,
        /// The upper end.
        high: Box<Expr>,
        /// Whether it belongs to the range.
        high_included: bool,
    },
    /// `a[b]`; the item is put at a place.
    Filter {
        /// What is filtered.
        list: Box<Expr>,
        /// The place of `item`.
        slot: u32,
        /// The condition, or a position.
        condition: Box<Expr>,
    },
    /// A call of one of FEEL's functions.
    Builtin {
        /// The function.
        function: &'static Builtin,
        /// The form that fits the arguments.
        form: &'static Form,
        /// An expression for each parameter; null where it is left out.
        arguments: Vec<Expr>,
    },
    /// A call of any value.
    Call {
        /// What is called.
        function: Box<Expr>,
        /// The arguments, each with its name where it has one.
        arguments: Vec<(Option<Arc<str>>, Expr)>,
    },
    /// `function(a) b`
    Function {
        /// Its parameters.
        parameters: Arc<[Parameter]>,
        /// Its body.
        body: Arc<Expr>,
        /// What it takes along.
        captures: Vec<Expr>,
    },
    /// A function outside of FEEL, which is never run.
    External(Arc<[Parameter]>),
    /// A decision table.
    Table(Arc<Table>),
    /// A value that must be of a type.
    Typed(Box<Expr>, Type),
    /// An expression of another text.
    From(Arc<Source>, Box<Expr>),
    /// A text that could not be read: always null, with the reason.
    Broken(Arc<crate::error::Mistake>),
}

/// Signs that reckon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `**`
    Power,
}

impl Arithmetic {
    /// The sign.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Power => "**",
        }
    }
}

/// One name of a loop and the values it runs through.
#[derive(Debug)]
pub struct Iterator {
    /// The name.
    pub name: Arc<str>,
    /// Its place.
    pub slot: u32,
    /// A list, or the start of a sequence.
    pub from: Expr,
    /// The end of the sequence.
    pub to: Option<Expr>,
}

/// Tests of one value: it must pass one of them, or none of them.
#[derive(Debug, Default)]
pub struct Tests {
    /// True for `not(…)`.
    pub negated: bool,
    /// The tests; an empty list is passed by everything (`-`).
    pub any: Vec<Test>,
}

/// One test of a value.
#[derive(Debug)]
pub enum Test {
    /// `< 5`
    Compare(Comparison, Expr),
    /// `5`, `[1..5]`, `["a", "b"]`, or an expression that gives a value, list or range.
    Value(Expr),
    /// An expression about `?`.
    Holds(Expr),
}

impl Test {
    /// True when there is nothing in it to be evaluated.
    pub(crate) fn is_constant(&self) -> bool {
        match self {
            Self::Compare(_, expr) | Self::Value(expr) => matches!(expr.node, Node::Constant(_)),
            Self::Holds(_) => false,
        }
    }
}

impl Expr {
    /// An expression with its place.
    pub fn new(node: Node, span: Span) -> Self {
        Self { node, span }
    }

    /// A constant.
    pub fn constant(value: Value, span: Span) -> Self {
        Self::new(Node::Constant(value), span)
    }
}

impl Span {
    /// From the start of one to the end of the other.
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end.max(self.start) }
    }
}

impl Source {
    /// A text and where it stands.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { name: name.into(), text: text.into() })
    }

    /// Line and column (both from 1, in characters) of a byte.
    pub fn position(&self, at: u32) -> (usize, usize) {
        let before = self.text.get(..at as usize).unwrap_or(&self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }

    /// The line with a byte.
    pub fn line(&self, at: u32) -> &str {
        let (line, _) = self.position(at);
        self.text.lines().nth(line - 1).unwrap_or_default()
    }
}
