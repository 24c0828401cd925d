//! Functions as values: defined in an expression, built in, or given by the program.

use std::fmt;
use std::sync::Arc;

use super::{Size, Value};
use crate::builtins::Builtin;
use crate::expr::Expr;
use crate::machine::Machine;
use crate::types::Type;

/// A function.
#[derive(Debug)]
pub enum Function {
    /// Written in an expression or a model.
    Defined(Defined),
    /// One of FEEL's own.
    Builtin(&'static Builtin),
    /// Given by the program around the rules.
    Native(Native),
}

/// One parameter with its type.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: Arc<str>,
    /// What it must be.
    pub kind: Type,
}

/// A function with a body and the values it took along.
#[derive(Debug)]
pub struct Defined {
    /// What it is called with.
    pub parameters: Arc<[Parameter]>,
    /// What it comes to.
    pub body: Arc<Expr>,
    /// Values of the surroundings at the time it was made.
    pub captured: Box<[Value]>,
}

impl Defined {
    fn size(&self) -> Size {
        Size::around(self.captured.iter())
    }
}

/// The code of a native function.
pub type NativeCall = dyn Fn(&mut Machine<'_>, &[Value]) -> Value + Send + Sync;

/// A function of the program; it sees unknown arguments only when it asks for them.
pub struct Native {
    /// Its name in messages.
    pub name: Arc<str>,
    /// What it is called with.
    pub parameters: Arc<[Parameter]>,
    /// How the result moves with each argument, `u` up or `d` down, so that an argument known
    /// within bounds gives a result within bounds; empty when it does not.
    pub moves: &'static str,
    /// True when the code deals with unknown arguments itself.
    pub takes_unknown: bool,
    /// The code.
    pub call: Box<NativeCall>,
}

impl fmt::Debug for Native {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Native").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Function {
    /// How much there is in what it took along.
    pub(super) fn size(&self) -> Size {
        match self {
            Self::Defined(defined) => defined.size(),
            Self::Builtin(_) | Self::Native(_) => Size::default(),
        }
    }

    /// The names of its parameters, of its first form.
    pub fn parameters(&self) -> Vec<Arc<str>> {
        match self {
            Self::Defined(defined) => named(&defined.parameters),
            Self::Native(native) => named(&native.parameters),
            Self::Builtin(builtin) => {
                let form = builtin.forms.first();
                form.map_or_else(Vec::new, |form| {
                    form.parameters.iter().map(|one| Arc::from(one.name)).collect()
                })
            }
        }
    }
}

fn named(parameters: &[Parameter]) -> Vec<Arc<str>> {
    parameters.iter().map(|parameter| parameter.name.clone()).collect()
}
