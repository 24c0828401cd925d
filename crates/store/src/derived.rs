//! Rows that follow from the ledger and from nothing else, such as the counts of indicators: they may
//! be dropped and written anew at any time, so their commits need no entry of their own. Everything
//! else is written by `tx.rs`.

use crate::statement::Statement;
use crate::tx::Inner;
use crate::value::Row;
use crate::{Store, StoreError};

/// A commit of derived rows; dropping it writes nothing.
pub struct Derived(Inner);

impl Store {
    /// Begins a commit of derived rows. Keep it short: on SQLite other writers wait.
    pub async fn begin_derived(&self) -> Result<Derived, StoreError> {
        Ok(Derived(self.begin_bare().await?))
    }
}

impl Derived {
    /// Runs a statement; the number of rows it changed.
    pub async fn run(&mut self, statement: Statement<'_>) -> Result<u64, StoreError> {
        statement.run(self.0.conn()).await
    }

    /// Reads rows as this commit sees them.
    pub async fn fetch(&mut self, statement: Statement<'_>) -> Result<Vec<Row>, StoreError> {
        statement.fetch(self.0.conn()).await
    }

    /// Makes everything durable.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.0.commit().await
    }

    /// Gives up; nothing was written.
    pub async fn rollback(self) -> Result<(), StoreError> {
        self.0.rollback().await
    }
}
