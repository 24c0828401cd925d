//! Databases for tests: every storage test runs on SQLite and on PostgreSQL. The PostgreSQL is
//! `LIANGWANG_TEST_POSTGRES` or a private one on a Unix socket that the test process starts and
//! stops; when neither can be had the test fails and says what to install.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use ledger::Algorithm;
use model::Timestamp;
use tempfile::TempDir;

use crate::migrate::Founding;
use crate::{Address, Store, StoreError};

/// An empty database with its tables, gone when dropped.
pub struct Scratch {
    /// Where it is.
    pub address: Address,
    /// `sqlite` or `postgres`, for messages.
    pub name: &'static str,
    /// The folder of its files.
    pub folder: TempDir,
}

static COUNT: AtomicU64 = AtomicU64::new(0);

/// What tests found a ledger with.
pub fn founding() -> Founding {
    let at = Timestamp::from_second(1_678_000_000).unwrap_or_default();
    Founding { algorithm: Algorithm::Sha256, at, nonce: [7; 16] }
}

impl Scratch {
    /// Opens it, creating the tables if they are missing.
    pub async fn store(&self) -> Result<Store, StoreError> {
        Store::create(&self.address, founding()).await
    }
}

/// One empty database of each sort.
pub fn each() -> Result<Vec<Scratch>, String> {
    Ok(vec![sqlite()?, postgres()?])
}

/// An empty SQLite database.
pub fn sqlite() -> Result<Scratch, String> {
    let folder = TempDir::new().map_err(|error| error.to_string())?;
    let address = Address::Sqlite(folder.path().join("liangwang.db"));
    Ok(Scratch { address, name: "sqlite", folder })
}

/// An empty PostgreSQL database.
pub fn postgres() -> Result<Scratch, String> {
    postgres_with("")
}

/// The same that sorts texts as English does, not byte by byte.
pub fn postgres_in_english() -> Result<Scratch, String> {
    postgres_with("TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'")
}

fn postgres_with(options: &str) -> Result<Scratch, String> {
    let server = server()?;
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("t{}_{count}", std::process::id());
    psql(&server, &format!("CREATE DATABASE {name} {options}"))?;
    let folder = TempDir::new().map_err(|error| error.to_string())?;
    let address = Address::Postgres(url(&server, &name));
    Ok(Scratch { address, name: "postgres", folder })
}

const INSTALL: &str = "install it with `apt-get install postgresql`";

/// Runs one statement on a server.
fn psql(server: &str, sql: &str) -> Result<(), String> {
    let done = Command::new("psql")
        .args(["-q", "-d", &url(server, "postgres"), "-c", sql])
        .stderr(Stdio::piped())
        .output()
        .map_err(|error| format!("psql does not start: {error}; {INSTALL}"))?;
    if done.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&done.stderr).into_owned())
    }
}

/// A connection URL up to the database name.
fn url(server: &str, name: &str) -> String {
    match server.split_once('?') {
        Some((base, options)) => format!("{}/{name}?{options}", base.trim_end_matches('/')),
        None => format!("{}/{name}", server.trim_end_matches('/')),
    }
}

fn server() -> Result<String, String> {
    if let Ok(server) = std::env::var("LIANGWANG_TEST_POSTGRES") {
        return Ok(server);
    }
    static PRIVATE: LazyLock<Result<Arc<Private>, String>> =
        LazyLock::new(|| Private::start().map(Arc::new));
    PRIVATE.clone().map(|server| server.url.clone())
}

/// A server of this test process, reachable by a Unix socket only.
pub struct Private {
    /// A connection URL without a database name.
    pub url: String,
    child: Mutex<Option<Child>>,
    folder: PathBuf,
}

impl Private {
    /// Creates a cluster in a temporary folder and starts it.
    pub fn start() -> Result<Self, String> {
        Self::start_with("off", None)
    }

    /// The same with the cluster below this folder, which every user must be able to enter.
    pub fn start_in(folder: &Path) -> Result<Self, String> {
        Self::start_with("off", Some(folder))
    }

    /// The same, waiting for the disk at every commit: for measurements.
    pub fn start_durable() -> Result<Self, String> {
        Self::start_with("on", None)
    }

    /// The address of one of its databases.
    pub fn address(&self, database: &str) -> Address {
        Address::Postgres(url(&self.url, database))
    }

    /// Runs one statement on the server.
    pub fn run(&self, sql: &str) -> Result<(), String> {
        psql(&self.url, sql)
    }

    fn start_with(sync: &str, parent: Option<&Path>) -> Result<Self, String> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/postgres-start");
        let made = Command::new("sh")
            .arg(script)
            .args(parent)
            .env("LIANGWANG_TEST_POSTGRES_FSYNC", sync)
            .output()
            .map_err(|error| format!("the private PostgreSQL does not start: {error}"))?;
        if !made.status.success() {
            let said = String::from_utf8_lossy(&made.stderr);
            return Err(format!("the private PostgreSQL does not start: {said}; {INSTALL}"));
        }
        let folder = PathBuf::from(String::from_utf8_lossy(&made.stdout).trim());
        let url = format!("postgres://postgres@localhost?host={}", folder.display());
        // The watcher outlives a killed test process and stops the server when its pipe closes.
        let watch = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/postgres-watch");
        let child = Command::new("sh")
            .arg(watch)
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        Ok(Self { url, child: Mutex::new(Some(child)), folder })
    }

    /// Stops the server at once, as a crash would, or starts it again.
    pub fn control(&self, verb: &str) -> Result<(), String> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/postgres-control");
        let done = Command::new("sh").arg(script).arg(verb).arg(&self.folder).output();
        let done = done.map_err(|error| error.to_string())?;
        if done.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&done.stderr).into_owned())
        }
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        let child = self.child.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut child) = child {
            drop(child.stdin.take());
            let _ = child.wait();
        }
    }
}

impl Scratch {
    /// Runs a statement behind the back of the program, as an intruder would.
    pub async fn tamper(&self, sql: &str) -> Result<(), StoreError> {
        use sqlx::Connection as _;
        // Written by the test itself.
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match &self.address {
            Address::Sqlite(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                let mut conn = sqlx::SqliteConnection::connect_with(&options).await?;
                sqlx::raw_sql(sql).execute(&mut conn).await?;
                conn.close().await?;
            }
            Address::Postgres(url) => {
                let mut conn = sqlx::PgConnection::connect(url).await?;
                sqlx::raw_sql(sql).execute(&mut conn).await?;
                conn.close().await?;
            }
        }
        Ok(())
    }
}
