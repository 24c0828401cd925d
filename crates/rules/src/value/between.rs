//! Values known within bounds: a birth date of which only the year is known.

use std::sync::Arc;

use super::{Missing, Value, order};

/// A value that is not exactly known, with the least and the greatest it can be.
#[derive(Clone, Debug)]
pub struct Between {
    /// The least it can be.
    pub low: Value,
    /// The greatest it can be.
    pub high: Value,
    /// The facts that would make it exact.
    pub missing: Missing,
}

impl Value {
    /// A value within bounds; the bounds themselves when they are the same, unknown when they are
    /// not in order.
    pub fn between(low: Self, high: Self, missing: Missing) -> Self {
        match order(&low, &high) {
            Some(std::cmp::Ordering::Equal) => low,
            Some(std::cmp::Ordering::Less) => {
                Self::Between(Arc::new(Between { low, high, missing }))
            }
            _ => Self::Unknown(missing),
        }
    }

    /// The least this value can be; itself when it is known. `None` when nothing is known.
    pub fn least(&self) -> Option<&Self> {
        match self {
            Self::Unknown(_) => None,
            Self::Between(between) => Some(&between.low),
            known => (!known.is_open()).then_some(known),
        }
    }

    /// The greatest this value can be.
    pub fn greatest(&self) -> Option<&Self> {
        match self {
            Self::Unknown(_) => None,
            Self::Between(between) => Some(&between.high),
            known => (!known.is_open()).then_some(known),
        }
    }

    /// The value with everything that is known within bounds put at its lower or upper end; `None`
    /// when a part is wholly unknown.
    pub(crate) fn end(&self, upper: bool) -> Option<Self> {
        match self {
            Self::List(list) if self.is_open() => {
                let ends: Option<Vec<Self>> =
                    list.items().iter().map(|item| item.end(upper)).collect();
                ends.map(Self::list)
            }
            value if upper => value.greatest().cloned(),
            value => value.least().cloned(),
        }
    }
}
