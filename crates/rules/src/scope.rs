//! Names that an expression may use while it is read, and the places they stand for.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::expr::{Expr, Node, Span};
use crate::lexer;
use crate::types::Type;

/// The names in force at a point of a text.
#[derive(Default)]
pub struct Scope {
    bindings: Vec<Binding>,
    filters: Vec<Filter>,
    functions: Vec<Frame>,
    depth: u32,
    members: BTreeSet<Arc<str>>,
    model: Arc<Shared>,
}

/// What all expressions of a model know.
#[derive(Default)]
struct Shared {
    types: Vec<(Arc<str>, Type)>,
    members: BTreeSet<Arc<str>>,
}

/// A name and its place.
struct Binding {
    name: Arc<str>,
    level: usize,
    place: Place,
}

#[derive(Clone, Copy)]
enum Place {
    Fact(u32),
    Local(u32),
    Own,
}

/// A filter whose item may have entries named like anything.
struct Filter {
    /// How many bindings were there before its item.
    before: usize,
    level: usize,
    slot: u32,
}

/// A function that is being read.
struct Frame {
    /// Binding and the expression for it in the function around.
    captures: Vec<(usize, Expr)>,
    /// The depth to return to.
    outer_depth: u32,
}

/// How far the scope has grown, to shrink it again.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    bindings: usize,
    filters: usize,
    functions: usize,
    depth: u32,
}

/// A name found in a text.
pub(crate) struct Found {
    /// Which binding.
    binding: Option<usize>,
    /// The name.
    pub name: Arc<str>,
    /// The place behind it.
    pub end: usize,
}

impl Scope {
    /// No names but FEEL's own.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fact: `Node::Fact` with the position in the slice given to the evaluation.
    pub fn fact(&mut self, name: impl Into<Arc<str>>, position: u32) {
        let level = self.functions.len();
        self.bindings.push(Binding {
            name: normal(&name.into()),
            level,
            place: Place::Fact(position),
        });
    }

    /// A scope with types and names of entries that many others share.
    pub fn with(types: Vec<(Arc<str>, Type)>, members: BTreeSet<Arc<str>>) -> Self {
        Self { model: Arc::new(Shared { types, members }), ..Self::default() }
    }

    /// Another scope with the same types and names of entries.
    pub fn beside(&self) -> Self {
        Self { model: self.model.clone(), ..Self::default() }
    }

    /// Makes the name of an entry of a context known, so that one with spaces is read as one.
    pub fn member(&mut self, name: impl Into<Arc<str>>) {
        self.members.insert(normal(&name.into()));
    }

    /// All names that can be used, for advice.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.bindings
            .iter()
            .rev()
            .map(|binding| &binding.name)
            .chain(&self.members)
            .chain(&self.model.members)
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark {
            bindings: self.bindings.len(),
            filters: self.filters.len(),
            functions: self.functions.len(),
            depth: self.depth,
        }
    }

    pub(crate) fn back_to(&mut self, mark: Mark) {
        self.bindings.truncate(mark.bindings);
        self.filters.truncate(mark.filters);
        self.functions.truncate(mark.functions);
        self.depth = mark.depth;
    }

    /// The next free place.
    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    /// Gives a name the next place.
    pub(crate) fn bind(&mut self, name: &str) -> u32 {
        let (slot, level) = (self.depth, self.functions.len());
        self.bindings.push(Binding { name: normal(name), level, place: Place::Local(slot) });
        self.depth += 1;
        slot
    }

    /// Takes the next place without a name.
    pub(crate) fn reserve(&mut self) -> u32 {
        self.depth += 1;
        self.depth - 1
    }

    /// Gives a name to a place that was reserved.
    pub(crate) fn bind_at(&mut self, name: &str, slot: u32) {
        let level = self.functions.len();
        self.bindings.push(Binding { name: normal(name), level, place: Place::Local(slot) });
    }

    /// Begins a filter; `item` is the next place.
    pub(crate) fn filter(&mut self) -> u32 {
        let (before, level) = (self.bindings.len(), self.functions.len());
        let slot = self.bind("item");
        self.filters.push(Filter { before, level, slot });
        slot
    }

    /// Begins a function; `own` is the name it can call itself by.
    pub(crate) fn function(&mut self, own: Option<&str>) {
        self.functions.push(Frame { captures: Vec::new(), outer_depth: self.depth });
        self.depth = 0;
        if let Some(own) = own {
            let level = self.functions.len();
            self.bindings.push(Binding { name: normal(own), level, place: Place::Own });
        }
    }

    /// Ends the function begun last; the answer is what it takes along.
    pub(crate) fn end_function(&mut self, mark: Mark) -> Vec<Expr> {
        let frame = self.functions.pop();
        self.bindings.truncate(mark.bindings);
        self.filters.truncate(mark.filters);
        let Some(frame) = frame else { return Vec::new() };
        self.depth = frame.outer_depth;
        frame.captures.into_iter().map(|(_, outer)| outer).collect()
    }

    /// The longest name in force at a place of a text; of two equal ones the inner.
    pub(crate) fn find(&self, text: &str, at: usize) -> Option<Found> {
        let mut best: Option<Found> = None;
        for (index, binding) in self.bindings.iter().enumerate().rev() {
            let Some(end) = matched(text, at, &binding.name) else { continue };
            if best.as_ref().is_none_or(|best| best.end < end) {
                best = Some(Found { binding: Some(index), name: binding.name.clone(), end });
            }
        }
        if self.filters.is_empty() {
            return best;
        }
        match self.find_member(text, at) {
            Some(member) if best.as_ref().is_none_or(|best| best.end < member.end) => Some(member),
            _ => best,
        }
    }

    /// The longest name of an entry at a place of a text.
    pub(crate) fn find_member(&self, text: &str, at: usize) -> Option<Found> {
        let all = self.members.iter().chain(&self.model.members);
        let ends = all.filter_map(|name| Some((name, matched(text, at, name)?)));
        let (name, end) = ends.max_by_key(|(_, end)| *end)?;
        Some(Found { binding: None, name: name.clone(), end })
    }

    /// The longest name of a type of the model at a place of a text.
    pub(crate) fn find_type(&self, text: &str, at: usize) -> Option<(Type, usize)> {
        let ends = self
            .model
            .types
            .iter()
            .filter_map(|(name, kind)| Some((kind, matched(text, at, name)?)));
        ends.max_by_key(|(_, end)| *end).map(|(kind, end)| (kind.clone(), end))
    }

    /// The expression for a name that was found, or for one that was not.
    pub(crate) fn resolve(&mut self, found: &Found, span: Span) -> Expr {
        let mut expr = match found.binding {
            Some(index) => self.at(index, self.functions.len(), span),
            None => Expr::new(Node::Unresolved(found.name.clone()), span),
        };
        // Inside filters an entry of the item comes first, the innermost one before all.
        let level = self.functions.len();
        for filter in &self.filters {
            let outside = found.binding.is_none_or(|index| index <= filter.before);
            if outside && filter.level == level {
                let (item, name) = (filter.slot, found.name.clone());
                let node = Node::Member { item, name, otherwise: Box::new(expr) };
                expr = Expr::new(node, span);
            }
        }
        expr
    }

    /// A name that was not found may still be an entry of an item.
    pub(crate) fn unknown(&mut self, name: &str, span: Span) -> Expr {
        self.resolve(&Found { binding: None, name: name.into(), end: 0 }, span)
    }

    /// True where an entry of an item may be meant.
    pub(crate) fn in_filter(&self) -> bool {
        let level = self.functions.len();
        self.filters.iter().any(|filter| filter.level == level)
    }

    /// The expression for a binding as seen from a function so deep.
    fn at(&mut self, index: usize, level: usize, span: Span) -> Expr {
        let Some(binding) = self.bindings.get(index) else {
            return Expr::new(Node::Unresolved("".into()), span);
        };
        let name = binding.name.clone();
        if binding.level == level {
            let node = match binding.place {
                Place::Fact(position) => Node::Fact(position, name),
                Place::Local(slot) => Node::Local(slot, name),
                Place::Own => Node::Own,
            };
            return Expr::new(node, span);
        }
        let frame = level - 1;
        let known = self
            .functions
            .get(frame)
            .and_then(|frame| frame.captures.iter().position(|(captured, _)| *captured == index));
        let position = match known {
            Some(position) => position,
            None => {
                let outer = self.at(index, level - 1, span);
                let Some(frame) = self.functions.get_mut(frame) else {
                    return Expr::new(Node::Unresolved(name), span);
                };
                frame.captures.push((index, outer));
                frame.captures.len() - 1
            }
        };
        Expr::new(Node::Captured(u32::try_from(position).unwrap_or(u32::MAX), name), span)
    }
}

/// A name with single spaces.
pub(crate) fn normal(name: &str) -> Arc<str> {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").into()
}

/// The place behind a name, when it stands at a place of a text. Blanks may stand around its signs
/// and are as long as one likes between its words.
pub(crate) fn matched(text: &str, at: usize, name: &str) -> Option<usize> {
    let mut rest = text.get(at..)?;
    let mut last: Option<char> = None;
    let mut blank = false;
    for c in name.chars() {
        if c == ' ' {
            blank = true;
            continue;
        }
        let joined = lexer::in_name(c) && last.is_some_and(lexer::in_name);
        if blank || !joined && last.is_some() {
            let trimmed = rest.trim_start();
            if blank && joined && trimmed.len() == rest.len() {
                return None;
            }
            rest = trimmed;
        }
        rest = rest.strip_prefix(c)?;
        (last, blank) = (Some(c), false);
    }
    let end = text.len() - rest.len();
    let cut = last.is_some_and(lexer::in_name) && rest.starts_with(lexer::in_name);
    (last.is_some() && !cut).then_some(end)
}
