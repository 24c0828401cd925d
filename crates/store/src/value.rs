//! Parameters and rows, the same for both databases.

use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use crate::StoreError;

/// A parameter.
#[derive(Debug, Clone)]
pub enum Value {
    /// `BIGINT`.
    Int(i64),
    /// `TEXT`.
    Text(String),
    /// `BYTEA`.
    Bytes(Vec<u8>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

/// A row; columns are taken by their place in the `SELECT`, which names them.
pub enum Row {
    /// From SQLite.
    Sqlite(SqliteRow),
    /// From PostgreSQL.
    Postgres(PgRow),
}

macro_rules! take {
    ($self:ident, $at:ident, $kind:ty) => {
        match $self {
            Row::Sqlite(row) => row.try_get::<$kind, _>($at),
            Row::Postgres(row) => row.try_get::<$kind, _>($at),
        }
        .map_err(StoreError::from)
    };
}

impl Row {
    /// A text.
    pub fn text(&self, at: usize) -> Result<String, StoreError> {
        take!(self, at, String)
    }

    /// A text without copying it.
    pub fn text_ref(&self, at: usize) -> Result<&str, StoreError> {
        take!(self, at, &str)
    }

    /// A text or `NULL`.
    pub fn maybe_text(&self, at: usize) -> Result<Option<String>, StoreError> {
        take!(self, at, Option<String>)
    }

    /// A text without copying it, or `NULL`.
    pub fn maybe_text_ref(&self, at: usize) -> Result<Option<&str>, StoreError> {
        take!(self, at, Option<&str>)
    }

    /// A whole number.
    pub fn int(&self, at: usize) -> Result<i64, StoreError> {
        take!(self, at, i64)
    }

    /// A whole number or `NULL`.
    pub fn maybe_int(&self, at: usize) -> Result<Option<i64>, StoreError> {
        take!(self, at, Option<i64>)
    }

    /// Bytes.
    pub fn bytes(&self, at: usize) -> Result<&[u8], StoreError> {
        take!(self, at, &[u8])
    }

    /// A value with a written form.
    pub fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
        &self,
        at: usize,
    ) -> Result<T, StoreError> {
        self.text_ref(at)?
            .parse()
            .map_err(|error: T::Err| StoreError::Damaged(format!("column {at}: {error}")))
    }

    /// A value with a written form, or `NULL`.
    pub fn maybe_parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
        &self,
        at: usize,
    ) -> Result<Option<T>, StoreError> {
        let Some(text) = self.maybe_text(at)? else { return Ok(None) };
        let parsed = text
            .parse()
            .map_err(|error: T::Err| StoreError::Damaged(format!("column {at}: {error}")))?;
        Ok(Some(parsed))
    }
}
