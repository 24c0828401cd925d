//! What can go wrong with a database, said for the person who has to mend it.

use std::error::Error as _;

/// Why a read or a commit did not happen.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The address names no database that we know.
    #[error("`{0}` is not a database address; write sqlite:PATH or postgres://USER@HOST/NAME")]
    Address(String),
    /// There is no such database yet.
    #[error(
        "there is no database at `{0}` yet; create one with `liangwang migrate` or `liangwang demo`"
    )]
    Missing(String),
    /// Another program holds the write lock.
    #[error("another program is writing to the database; nothing was written, try again")]
    Busy,
    /// The disk is full.
    #[error("the disk is full; nothing of this was written, make room and try again")]
    Full,
    /// The connection was lost before the commit.
    #[error("the connection to the database was lost; nothing of this was written, try again")]
    Lost,
    /// The connection was lost during the commit.
    #[error(
        "the connection was lost during the commit; repeat the act with the same key to learn whether it was written"
    )]
    Uncertain,
    /// The tables are older than the program.
    #[error(
        "the database is at version {found}, this program needs {needed}; run `liangwang migrate`"
    )]
    Old {
        /// Version of the tables.
        found: i64,
        /// Version of the program.
        needed: i64,
    },
    /// The tables are newer than the program.
    #[error(
        "the database is at version {found}, this program knows only {needed}; use a newer program"
    )]
    New {
        /// Version of the tables.
        found: i64,
        /// Version of the program.
        needed: i64,
    },
    /// A rule of the tables or a limit of the database refused a row.
    #[error("the database refused a row: {0}")]
    Refused(String),
    /// A stored value cannot be read.
    #[error("a stored value cannot be read: {0}")]
    Damaged(String),
    /// The chain of the ledger is broken.
    #[error("the ledger is broken: {0}")]
    Broken(String),
    /// The writer has stopped.
    #[error("the program is stopping; nothing of this was written")]
    Stopped,
    /// Anything else the database says.
    #[error("the database says: {0}")]
    Database(String),
}

impl StoreError {
    /// The stable key that leads to the text in the reader's language.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Address(_) => "database_address",
            Self::Missing(_) => "database_missing",
            Self::Busy => "database_busy",
            Self::Full => "disk_full",
            Self::Lost => "database_lost",
            Self::Uncertain => "commit_uncertain",
            Self::Old { .. } => "database_old",
            Self::New { .. } => "database_new",
            Self::Refused(_) => "row_refused",
            Self::Damaged(_) => "value_damaged",
            Self::Broken(_) => "ledger_broken",
            Self::Stopped => "stopping",
            Self::Database(_) => "database",
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Io(io) if io.kind() == std::io::ErrorKind::StorageFull => Self::Full,
            sqlx::Error::Io(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Self::Lost,
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Database(inner) => {
                from_code(inner.code().as_deref().unwrap_or_default(), inner.message())
            }
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                Self::Damaged(error.to_string())
            }
            _ => match error.source() {
                Some(source) => Self::Database(format!("{error}: {source}")),
                None => Self::Database(error.to_string()),
            },
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::SqliteFailure(inner, message) => {
                let message = message.clone().unwrap_or_else(|| error.to_string());
                from_code(&inner.extended_code.to_string(), &message)
            }
            _ => Self::Database(error.to_string()),
        }
    }
}

/// SQLite's result codes are numbers, PostgreSQL's have five characters.
fn from_code(code: &str, message: &str) -> StoreError {
    let sqlite = code.parse::<u32>().ok().filter(|_| code.len() < 5).map(|code| code & 0xff);
    match (sqlite, code) {
        (Some(5 | 6), _) | (_, "55P03" | "40001" | "40P01") => StoreError::Busy,
        (Some(13), _) | (_, "53100") => StoreError::Full,
        (_, "3D000") => StoreError::Missing(message.to_owned()),
        // 18: a text longer than a row may be.
        (Some(18 | 19), _) => StoreError::Refused(message.to_owned()),
        (Some(10), _) => StoreError::Lost,
        (Some(11 | 26), _) => StoreError::Damaged(message.to_owned()),
        // A value that the database does not take (22, such as a NUL in a text), a rule of the tables
        // (23), a row or an index entry that is too long (54): the fault of one row.
        (None, code) if ["22", "23", "54"].iter().any(|class| code.starts_with(class)) => {
            StoreError::Refused(message.to_owned())
        }
        (_, code) if code.starts_with("08") || code.starts_with("57P") => StoreError::Lost,
        _ => StoreError::Database(message.to_owned()),
    }
}
