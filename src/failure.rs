//! Why a command did not do what was asked, in a sentence for the person at the keyboard.

use std::fmt;

use access::AccessError;
use cases::CaseError;
use pack::Mistake;
use store::StoreError;

/// A sentence, with the stable key of the cause where there is one.
#[derive(Debug)]
pub struct Failure {
    /// What went wrong and what to do about it.
    pub text: String,
    /// `case_unknown`, `disk_full` …
    pub key: Option<&'static str>,
    /// True when the JSON answer was given already.
    pub told: bool,
}

impl Failure {
    /// A failure without a key.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), key: None, told: false }
    }

    /// A failure with its key.
    pub fn keyed(text: impl Into<String>, key: &'static str) -> Self {
        Self { text: text.into(), key: Some(key), told: false }
    }

    /// The same, after its JSON answer was given.
    pub fn told(self) -> Self {
        Self { told: true, ..self }
    }

    /// All mistakes of packs, one a line.
    pub fn mistakes(mistakes: &[Mistake]) -> Self {
        let lines: Vec<String> = mistakes.iter().map(|mistake| format!("  {mistake}")).collect();
        let count = mistakes.len();
        Self::new(format!("the packs have {count} mistakes:\n{}", lines.join("\n")))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        self.key.map_or(Ok(()), |key| write!(f, " [{key}]"))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::keyed(error.to_string(), error.key())
    }
}

impl From<AccessError> for Failure {
    fn from(error: AccessError) -> Self {
        Self::keyed(error.to_string(), error.key())
    }
}

impl From<CaseError> for Failure {
    fn from(error: CaseError) -> Self {
        Self::keyed(error.to_string(), error.key())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// The output cannot be written to: a pipe that was closed is the reader's good right, a full disk
/// is not.
pub fn silence(error: &std::io::Error) -> ! {
    let closed = error.kind() == std::io::ErrorKind::BrokenPipe;
    if !closed {
        eprintln!("liangwang: the output cannot be written: {error}");
    }
    std::process::exit(i32::from(!closed))
}
