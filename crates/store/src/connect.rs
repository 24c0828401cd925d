//! Opens a database by its address and keeps its connections: one for writing, several for
//! reading. The choice of database is made here and nowhere else.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::dialect::Dialect;
use crate::migrate::Founding;
use crate::statement::{Conn, Statement};
use crate::value::Row;
use crate::{StoreError, migrate};

/// How long a writer waits for another program that writes to the same file.
const BUSY_WAIT: Duration = Duration::from_secs(5);
/// Connections for reading.
const READERS: u32 = 4;

/// Where a database is: `sqlite:PATH` or `postgres://…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A file, created when missing.
    Sqlite(PathBuf),
    /// A server, as a connection URL.
    Postgres(String),
}

impl FromStr for Address {
    type Err = StoreError;
    fn from_str(text: &str) -> Result<Self, StoreError> {
        match text.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => {
                let path = path.strip_prefix("//").unwrap_or(path);
                Ok(Self::Sqlite(path.split('?').next().unwrap_or(path).into()))
            }
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(text.to_owned())),
            // The address may hold a password, so only its scheme is repeated.
            Some((scheme, _)) => Err(StoreError::Address(format!("{scheme}:…"))),
            None => Err(StoreError::Address(text.to_owned())),
        }
    }
}

#[derive(Clone)]
pub(crate) enum Pools {
    Sqlite { write: SqlitePool, read: SqlitePool, path: PathBuf },
    Postgres { write: PgPool, read: PgPool },
}

/// An open database.
#[derive(Clone)]
pub struct Store {
    pub(crate) pools: Pools,
}

impl Store {
    /// Opens a database whose tables are those of this program.
    pub async fn open(address: &Address) -> Result<Self, StoreError> {
        if let Address::Sqlite(path) = address
            && !path.exists()
        {
            return Err(StoreError::Missing(path.display().to_string()));
        }
        let store = Self::connect(address).await?;
        migrate::check(&store).await?;
        Ok(store)
    }

    /// Opens a database, creating it or bringing its tables up to date first.
    pub async fn create(address: &Address, founding: Founding) -> Result<Self, StoreError> {
        if let Address::Sqlite(path) = address
            && let Some(folder) = path.parent()
        {
            std::fs::create_dir_all(folder)
                .map_err(|error| StoreError::Database(format!("{}: {error}", folder.display())))?;
        }
        let store = Self::connect(address).await?;
        migrate::migrate(&store, founding).await?;
        Ok(store)
    }

    async fn connect(address: &Address) -> Result<Self, StoreError> {
        let pools = match address {
            Address::Sqlite(path) => connect_sqlite(path).await?,
            Address::Postgres(url) => connect_postgres(url).await?,
        };
        Ok(Self { pools })
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        match self.pools {
            Pools::Sqlite { .. } => Dialect::Sqlite,
            Pools::Postgres { .. } => Dialect::Postgres,
        }
    }

    /// How many connections are open, and how many of these have nothing to do: for reading, and
    /// for writing.
    pub fn connections(&self) -> [(u32, usize); 2] {
        match &self.pools {
            Pools::Sqlite { write, read, .. } => {
                [(read.size(), read.num_idle()), (write.size(), write.num_idle())]
            }
            Pools::Postgres { write, read } => {
                [(read.size(), read.num_idle()), (write.size(), write.num_idle())]
            }
        }
    }

    /// Reads rows as they were at the last commit.
    pub async fn fetch(&self, statement: Statement<'_>) -> Result<Vec<Row>, StoreError> {
        match &self.pools {
            Pools::Sqlite { read, .. } => {
                statement.fetch(Conn::Sqlite(&mut *read.acquire().await?)).await
            }
            Pools::Postgres { read, .. } => {
                statement.fetch(Conn::Postgres(&mut *read.acquire().await?)).await
            }
        }
    }

    /// Reads row by row without keeping them.
    pub async fn each(
        &self,
        statement: Statement<'_>,
        take: impl FnMut(&Row) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        match &self.pools {
            Pools::Sqlite { read, .. } => {
                statement.each(Conn::Sqlite(&mut *read.acquire().await?), take).await
            }
            Pools::Postgres { read, .. } => {
                statement.each(Conn::Postgres(&mut *read.acquire().await?), take).await
            }
        }
    }

    /// Asks the database whether it understands a statement.
    pub async fn prepare(&self, statement: Statement<'_>) -> Result<(), StoreError> {
        match &self.pools {
            Pools::Sqlite { write, .. } => {
                statement.prepare(Conn::Sqlite(&mut *write.acquire().await?)).await
            }
            Pools::Postgres { write, .. } => {
                statement.prepare(Conn::Postgres(&mut *write.acquire().await?)).await
            }
        }
    }

    /// Overwrites what was deleted: the log is carried into the file and cut to nothing. On
    /// PostgreSQL that is the server's vacuum and archive, which the operator looks after.
    pub async fn scrub(&self) -> Result<(), StoreError> {
        if let Pools::Sqlite { write, .. } = &self.pools {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(write).await?;
        }
        Ok(())
    }

    /// Closes all connections after their work is done.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { write, read, .. } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres { write, read } => {
                read.close().await;
                write.close().await;
            }
        }
    }
}

async fn connect_sqlite(path: &Path) -> Result<Pools, StoreError> {
    create_private(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_WAIT)
        .pragma("cache_size", "-65536")
        .pragma("wal_autocheckpoint", "16000")
        .pragma("journal_size_limit", "67108864")
        .pragma("temp_store", "memory")
        .pragma("secure_delete", "on")
        .disable_statement_logging();
    let write = open_writing(&options).await?;
    let read = SqlitePoolOptions::new()
        .max_connections(READERS)
        .connect_with(options.pragma("query_only", "on").pragma("mmap_size", "1073741824"))
        .await?;
    Ok(Pools::Sqlite { write, read, path: path.to_owned() })
}

/// Only one program at a time turns a new file into one with a log, and SQLite refuses the others
/// at once instead of letting them wait; so they ask again.
async fn open_writing(options: &SqliteConnectOptions) -> Result<SqlitePool, StoreError> {
    let pause = Duration::from_millis(50);
    let mut left = BUSY_WAIT;
    loop {
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.clone());
        match pool.await.map_err(StoreError::from) {
            Err(StoreError::Busy) if !left.is_zero() => {
                tokio::time::sleep(pause).await;
                left = left.saturating_sub(pause);
            }
            opened => return opened,
        }
    }
}

/// Another connection to the same file, for reading very many rows: it lends each value from where
/// SQLite has it, while sqlx makes two copies.
pub(crate) fn open_in_place(path: &Path) -> rusqlite::Result<rusqlite::Connection> {
    use rusqlite::OpenFlags;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = rusqlite::Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(BUSY_WAIT)?;
    // As much as SQLite maps; what lies beyond is read in the usual way.
    conn.pragma_update(None, "mmap_size", 0x7fff_0000)?;
    Ok(conn)
}

/// The file holds keys and personal data: nobody but its owner reads it. SQLite gives its log the
/// same rights.
fn create_private(path: &Path) -> Result<(), StoreError> {
    if path.exists() {
        return Ok(());
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let made = options.open(path);
    made.map(|_| ()).map_err(|error| StoreError::Database(format!("{}: {error}", path.display())))
}

async fn connect_postgres(url: &str) -> Result<Pools, StoreError> {
    let options: PgConnectOptions = url.parse::<PgConnectOptions>().map_err(StoreError::from)?;
    let options = options.disable_statement_logging();
    // A pool that cannot connect only says that it waited; one connection says why.
    sqlx::PgConnection::connect_with(&options).await?.close().await?;
    // A server set to lazy commits would break «acknowledged means on disk».
    // The writer looks rows up by key only; without statistics yet, the planner would read whole
    // tables for a batch.
    let write_options = options.clone().options([
        ("synchronous_commit", "on"),
        ("enable_seqscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
    ]);
    let write = PgPoolOptions::new()
        .max_connections(2)
        .acquire_timeout(BUSY_WAIT * 2)
        .connect_with(write_options)
        .await?;
    let read = PgPoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(BUSY_WAIT * 2)
        .connect_with(options)
        .await?;
    Ok(Pools::Postgres { write, read })
}
