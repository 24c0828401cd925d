//! A commit in the making: rows and ledger entries that become durable together or not at all.

use std::collections::HashSet;

use ledger::{Algorithm, Chain, Draft, Hash, Head, Link};
use model::Timestamp;
use model::time::millis;
use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite, Transaction};

use crate::connect::Pools;
use crate::given::Given;
use crate::statement::{Conn, Statement};
use crate::value::Row;
use crate::{Store, StoreError};

pub(crate) enum Inner {
    Sqlite(SqliteTx),
    Postgres(Transaction<'static, Postgres>),
}

/// A transaction that gives up its connection when it does not end well: after a failure such as
/// a full disk SQLite may or may not have rolled back by itself, and closing settles it.
pub(crate) struct SqliteTx {
    conn: PoolConnection<Sqlite>,
    open: bool,
}

impl SqliteTx {
    async fn begin(conn: PoolConnection<Sqlite>) -> Result<Self, sqlx::Error> {
        // Open before it is: whoever gives up waiting leaves a statement behind that still begins.
        let mut tx = Self { conn, open: true };
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *tx.conn).await?;
        Ok(tx)
    }

    async fn end(mut self, how: &'static str) -> Result<(), sqlx::Error> {
        sqlx::query(how).execute(&mut *self.conn).await?;
        self.open = false;
        Ok(())
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        if self.open {
            self.conn.close_on_drop();
        }
    }
}

/// Holds the head of the chain from its beginning to its end; dropping it writes nothing.
pub struct Tx {
    inner: Inner,
    began: Head,
    chain: Chain,
    links: Vec<Link>,
    now: Timestamp,
}

impl Store {
    /// Begins a commit: waits for other writers and locks the head of the chain.
    pub async fn begin(&self, now: Timestamp) -> Result<Tx, StoreError> {
        self.begin_when(|| now).await
    }

    /// The same; the clock is asked after the wait for other writers, so that a long wait does not
    /// look like a clock that went back.
    pub async fn begin_when(&self, clock: impl Fn() -> Timestamp) -> Result<Tx, StoreError> {
        let mut inner = self.begin_bare().await?;
        let head = Statement::new(
            "SELECT algorithm, seq, hash, recorded_at FROM ledger_head WHERE id = 1 {for_update}",
        );
        let rows = head.fetch(inner.conn()).await?;
        let Some(row) = rows.first() else {
            return Err(StoreError::Broken("the head of the ledger is missing".to_owned()));
        };
        let (algorithm, head) = read_head(row)?;
        let last = row.int(3)?;
        let now = clock();
        let chain = Chain::resume(algorithm, head);
        let mut tx = Tx { inner, began: head, chain, links: Vec::new(), now };
        if millis(now) < last {
            tx.note_clock(last);
        }
        Ok(tx)
    }

    pub(crate) async fn begin_unchained(
        &self,
        algorithm: Algorithm,
        now: Timestamp,
    ) -> Result<Tx, StoreError> {
        let inner = self.begin_bare().await?;
        let chain = Chain::start(algorithm);
        Ok(Tx { inner, began: Head::EMPTY, chain, links: Vec::new(), now })
    }

    pub(crate) async fn begin_bare(&self) -> Result<Inner, StoreError> {
        Ok(match &self.pools {
            Pools::Sqlite { write, .. } => {
                Inner::Sqlite(SqliteTx::begin(write.acquire().await?).await?)
            }
            Pools::Postgres { write, .. } => Inner::Postgres(write.begin().await?),
        })
    }
}

pub(crate) fn read_head(row: &Row) -> Result<(Algorithm, Head), StoreError> {
    let seq = u64::try_from(row.int(1)?)
        .map_err(|_| StoreError::Broken("the head counts below zero".to_owned()))?;
    Ok((row.parsed(0)?, Head { seq, hash: read_hash(row.bytes(2)?)? }))
}

pub(crate) fn read_hash(bytes: &[u8]) -> Result<Hash, StoreError> {
    let bytes: [u8; 32] = bytes
        .try_into()
        .map_err(|_| StoreError::Damaged(format!("a hash has {} bytes", bytes.len())))?;
    Ok(Hash::from_bytes(bytes))
}

impl Inner {
    pub(crate) fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(tx) => Conn::Sqlite(&mut tx.conn),
            Self::Postgres(tx) => Conn::Postgres(tx),
        }
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        let done = match self {
            Self::Sqlite(tx) => tx.end("COMMIT").await,
            Self::Postgres(tx) => tx.commit().await,
        };
        done.map_err(StoreError::from)
    }

    pub(crate) async fn rollback(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.end("ROLLBACK").await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}

impl Tx {
    /// The time this commit is recorded at.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The digest algorithm of this ledger.
    pub fn algorithm(&self) -> Algorithm {
        self.chain.algorithm()
    }

    /// The head of the chain when this commit began.
    pub fn began(&self) -> Head {
        self.began
    }

    /// The head of the chain after the entries added so far.
    pub fn head(&self) -> Head {
        self.chain.head()
    }

    /// Number of the entry that `append` adds next.
    pub fn next_seq(&self) -> u64 {
        self.chain.head().seq + 1
    }

    /// Adds an entry; it becomes durable with the commit. The number of the entry.
    pub fn append(&mut self, draft: Draft) -> u64 {
        let link = self.chain.append(draft, millis(self.now));
        let seq = link.entry.seq;
        self.links.push(link);
        seq
    }

    /// Runs a statement; the number of rows it changed.
    pub async fn run(&mut self, statement: Statement<'_>) -> Result<u64, StoreError> {
        statement.run(self.inner.conn()).await
    }

    /// Reads rows as this commit sees them.
    pub async fn fetch(&mut self, statement: Statement<'_>) -> Result<Vec<Row>, StoreError> {
        statement.fetch(self.inner.conn()).await
    }

    /// Sends the entries added so far to the database; `commit` sends the rest.
    pub async fn flush(&mut self) -> Result<(), StoreError> {
        if self.links.is_empty() {
            return Ok(());
        }
        let links = std::mem::take(&mut self.links);
        let subjects = subject_rows(&links);
        self.run(
            Statement::new(
                "INSERT INTO ledger_subject (number, subject) SELECT number, subject FROM {given} \
                 WHERE NOT EXISTS (SELECT 1 FROM ledger_subject AS known WHERE known.subject = \
                 given.subject)",
            )
            .given(&subjects),
        )
        .await?;
        let given = link_rows(&links);
        let written = self
            .run(
                Statement::new(
                    "INSERT INTO ledger_record (seq, recorded_at, occurred_at, actor, purpose, \
                     kind, subject_number, payload, hash) SELECT seq, recorded_at, occurred_at, \
                     actor, purpose, kind, number, payload, hash FROM {given} JOIN ledger_subject \
                     ON ledger_subject.subject = given.subject",
                )
                .given(&given),
            )
            .await?;
        if usize::try_from(written) != Ok(links.len()) {
            return Err(StoreError::Broken("an entry has no subject".to_owned()));
        }
        Ok(())
    }

    /// Writes the entries and makes everything durable; without entries nothing is written.
    pub async fn commit(mut self) -> Result<Head, StoreError> {
        let head = self.chain.head();
        if head == self.began {
            self.rollback().await?;
            return Ok(head);
        }
        self.flush().await?;
        let seq = i64::try_from(head.seq).unwrap_or(i64::MAX);
        let update = Statement::new(
            "UPDATE ledger_head SET seq = $1, hash = $2, recorded_at = $3 WHERE id = 1",
        );
        let update = update.bind(seq).bind(head.hash.as_bytes().to_vec()).bind(millis(self.now));
        self.run(update).await?;
        match self.inner.commit().await {
            Ok(()) => Ok(head),
            // Whether the server got the COMMIT cannot be known from here.
            Err(StoreError::Lost) => Err(StoreError::Uncertain),
            Err(error) => Err(error),
        }
    }

    /// Gives up; nothing was written.
    pub async fn rollback(self) -> Result<(), StoreError> {
        self.inner.rollback().await
    }

    /// A clock that went back is itself on the record: times before and after this entry cannot
    /// be compared.
    fn note_clock(&mut self, last: i64) {
        let now = millis(self.now);
        // The same few milliseconds differ between servers all the time.
        if last - now < CLOCK_TOLERANCE {
            return;
        }
        tracing::warn!(last, now, "the clock of this machine went back");
        let payload = serde_json::json!({ "clock": now, "last": last });
        let Ok(payload) = ledger::Payload::new(&payload) else { return };
        self.append(Draft {
            occurred_at: now,
            actor: "system:store".to_owned(),
            purpose: "record".to_owned(),
            kind: "ledger.clock_back".to_owned(),
            subject: "ledger".to_owned(),
            payload,
        });
    }
}

/// Milliseconds that clocks of several servers may differ.
const CLOCK_TOLERANCE: i64 = 2_000;

/// What these entries are about, each once with the first entry that would be about it.
fn subject_rows(links: &[Link]) -> Given {
    let mut seen = HashSet::new();
    let first: Vec<&Link> =
        links.iter().filter(|link| seen.insert(link.entry.subject.as_str())).collect();
    Given::default()
        .int("number", first.iter().map(|link| i64::try_from(link.entry.seq).unwrap_or(i64::MAX)))
        .text("subject", first.iter().map(|link| link.entry.subject.as_str()))
}

fn link_rows(links: &[Link]) -> Given {
    let entries = || links.iter().map(|link| &link.entry);
    Given::default()
        .int("seq", entries().map(|entry| i64::try_from(entry.seq).unwrap_or(i64::MAX)))
        .int("recorded_at", entries().map(|entry| entry.recorded_at))
        .int("occurred_at", entries().map(|entry| entry.occurred_at))
        .text("actor", entries().map(|entry| entry.actor.as_str()))
        .text("purpose", entries().map(|entry| entry.purpose.as_str()))
        .text("kind", entries().map(|entry| entry.kind.as_str()))
        .text("subject", entries().map(|entry| entry.subject.as_str()))
        .text("payload", entries().map(|entry| entry.payload.as_str()))
        .bytes("hash", links.iter().map(|link| link.hash.as_bytes().to_vec()))
}
