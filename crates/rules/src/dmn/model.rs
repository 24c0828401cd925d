//! What a DMN model says, as it is written.

/// A model.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Its namespace, by which other models import it.
    pub namespace: String,
    /// Models it uses.
    pub imports: Vec<Import>,
    /// Its types.
    pub items: Vec<Item>,
    /// What it is asked with.
    pub inputs: Vec<InputData>,
    /// What it decides.
    pub decisions: Vec<Decision>,
    /// Functions its decisions share.
    pub knowledge: Vec<Knowledge>,
    /// Groups of decisions that can be called.
    pub services: Vec<Service>,
}

/// Another model under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// The name; empty when its elements keep their own.
    pub name: String,
    /// The namespace of the other model.
    pub namespace: String,
}

/// A type.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// The type it is made of.
    pub kind: Option<String>,
    /// The values it may have, as unary tests.
    pub allowed: Option<String>,
    /// What the whole must be, as unary tests.
    pub constraint: Option<String>,
    /// Its parts.
    pub components: Vec<Item>,
    /// True for a list of these.
    pub collection: bool,
    /// Types of parameters and result, for a function.
    pub function: Option<(Vec<Variable>, Option<String>)>,
}

/// A name with a type.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Variable {
    /// The name.
    pub name: String,
    /// The type.
    pub kind: Option<String>,
}

/// What a model is asked with.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct InputData {
    /// Its id, unique in the model.
    pub id: String,
    /// Name and type.
    pub variable: Variable,
}

/// What a model decides.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Decision {
    /// Its id.
    pub id: String,
    /// Name and type.
    pub variable: Variable,
    /// What it needs, as references to ids.
    pub requires: Vec<String>,
    /// How it decides.
    pub logic: Option<Boxed>,
}

/// A function that decisions share.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Knowledge {
    /// Its id.
    pub id: String,
    /// Name and type of the result.
    pub variable: Variable,
    /// What it needs.
    pub requires: Vec<String>,
    /// The function.
    pub logic: Option<Function>,
}

/// Decisions that are called together.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Service {
    /// Its id.
    pub id: String,
    /// Name and type of the result.
    pub variable: Variable,
    /// The decisions it answers with.
    pub outputs: Vec<String>,
    /// Decisions that are given.
    pub input_decisions: Vec<String>,
    /// Inputs that are given.
    pub input_data: Vec<String>,
    /// Decisions inside.
    pub encapsulated: Vec<String>,
}

/// An expression with the type it must be of.
#[derive(Debug, Clone, PartialEq)]
pub struct Boxed {
    /// The type.
    pub kind: Option<String>,
    /// The expression.
    pub form: Form,
}

/// Kinds of boxed expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// FEEL.
    Literal(String),
    /// Entries; the one without a name is the result.
    Context(Vec<(Option<Variable>, Boxed)>),
    /// Items.
    List(Vec<Boxed>),
    /// Columns and rows.
    Relation(Vec<Variable>, Vec<Vec<Boxed>>),
    /// A call with named arguments.
    Invocation(Box<Boxed>, Vec<(String, Boxed)>),
    /// A function.
    Function(Box<Function>),
    /// If, then, else.
    Conditional(Box<[Boxed; 3]>),
    /// A list and a condition.
    Filter(Box<[Boxed; 2]>),
    /// A name, what it runs through, and what is made of each.
    For(String, Box<[Boxed; 2]>),
    /// A name, what it runs through, and a condition; true for `every`.
    Quantified(bool, String, Box<[Boxed; 2]>),
    /// A decision table.
    Table(Table),
}

/// A function.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Function {
    /// True for Java and PMML, which are never run.
    pub external: bool,
    /// Its parameters.
    pub parameters: Vec<Variable>,
    /// Its body.
    pub body: Option<Boxed>,
}

/// A decision table.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Table {
    /// `UNIQUE`, `FIRST` …
    pub hit: String,
    /// `SUM`, `MIN` …
    pub aggregation: Option<String>,
    /// Columns of tests.
    pub inputs: Vec<TableInput>,
    /// Columns of results.
    pub outputs: Vec<TableOutput>,
    /// Tests and results of each row.
    pub rows: Vec<(Vec<String>, Vec<String>)>,
}

/// A column of tests.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct TableInput {
    /// How it is called.
    pub label: Option<String>,
    /// The expression.
    pub text: String,
    /// Its type.
    pub kind: Option<String>,
    /// The values it may have, as unary tests.
    pub allowed: Option<String>,
}

/// A column of results.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct TableOutput {
    /// Its name.
    pub name: Option<String>,
    /// Its type.
    pub kind: Option<String>,
    /// The values it may have, the most important first.
    pub values: Option<String>,
    /// What it is when no row matches.
    pub default: Option<String>,
}
