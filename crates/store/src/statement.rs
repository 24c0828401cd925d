//! Runs one statement on a connection of either database.

use futures_util::TryStreamExt as _;
use sqlx::postgres::{PgArguments, PgConnection, PgRow, Postgres};
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Executor as _};

use crate::StoreError;
use crate::dialect::{Dialect, expand};
use crate::given::{Column, Given};
use crate::value::{Row, Value};

/// A borrowed connection.
pub enum Conn<'c> {
    /// SQLite.
    Sqlite(&'c mut SqliteConnection),
    /// PostgreSQL.
    Postgres(&'c mut PgConnection),
}

/// A statement with its parameters; the text is one for both databases (see `dialect`).
pub struct Statement<'s> {
    sql: &'s str,
    values: Vec<Value>,
    given: Option<&'s Given>,
}

impl<'s> Statement<'s> {
    /// A statement without parameters.
    pub fn new(sql: &'s str) -> Self {
        Self { sql, values: Vec::new(), given: None }
    }

    /// The next `$n`.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// All of them at once.
    pub fn bind_all(mut self, values: Vec<Value>) -> Self {
        self.values.extend(values);
        self
    }

    /// The rows of `{given}`.
    pub fn given(mut self, given: &'s Given) -> Self {
        self.given = Some(given);
        self
    }

    fn text(&self, dialect: Dialect) -> AssertSqlSafe<String> {
        // Statements are constants of this program; only the marks of `dialect` are replaced.
        AssertSqlSafe(expand(dialect, self.sql, self.values.len(), self.given))
    }

    fn for_sqlite(self) -> Query<'static, Sqlite, SqliteArguments> {
        let mut query = sqlx::query(self.text(Dialect::Sqlite));
        for value in self.values {
            query = match value {
                Value::Int(number) => query.bind(number),
                Value::Text(text) => query.bind(text),
                Value::Bytes(bytes) => query.bind(bytes),
            };
        }
        match self.given {
            Some(given) => query.bind(given.to_json()),
            None => query,
        }
    }

    fn for_postgres(self) -> Query<'static, Postgres, PgArguments> {
        let mut query = sqlx::query(self.text(Dialect::Postgres));
        for value in self.values {
            query = match value {
                Value::Int(number) => query.bind(number),
                Value::Text(text) => query.bind(text),
                Value::Bytes(bytes) => query.bind(bytes),
            };
        }
        for (_, column) in self.given.map(Given::columns).unwrap_or_default() {
            query = match column {
                Column::Text(values) => query.bind(values.clone()),
                Column::Int(values) => query.bind(values.clone()),
                Column::Bytes(values) => query.bind(values.clone()),
            };
        }
        query
    }

    /// Runs it; the number of rows it changed.
    pub async fn run(self, conn: Conn<'_>) -> Result<u64, StoreError> {
        Ok(match conn {
            Conn::Sqlite(conn) => self.for_sqlite().execute(conn).await?.rows_affected(),
            Conn::Postgres(conn) => self.for_postgres().execute(conn).await?.rows_affected(),
        })
    }

    /// Runs it; all rows it answers.
    pub async fn fetch(self, conn: Conn<'_>) -> Result<Vec<Row>, StoreError> {
        Ok(match conn {
            Conn::Sqlite(conn) => {
                let rows: Vec<SqliteRow> = self.for_sqlite().fetch_all(conn).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Conn::Postgres(conn) => {
                let rows: Vec<PgRow> = self.for_postgres().fetch_all(conn).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// Runs it; hands over row by row without keeping them.
    pub async fn each(
        self,
        conn: Conn<'_>,
        mut take: impl FnMut(&Row) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        match conn {
            Conn::Sqlite(conn) => {
                let mut rows = self.for_sqlite().fetch(conn);
                while let Some(row) = rows.try_next().await? {
                    take(&Row::Sqlite(row))?;
                }
            }
            Conn::Postgres(conn) => {
                let mut rows = self.for_postgres().fetch(conn);
                while let Some(row) = rows.try_next().await? {
                    take(&Row::Postgres(row))?;
                }
            }
        }
        Ok(())
    }

    /// Only asks the database whether it understands the statement.
    pub async fn prepare(self, conn: Conn<'_>) -> Result<(), StoreError> {
        use sqlx::SqlSafeStr as _;
        match conn {
            Conn::Sqlite(conn) => {
                conn.prepare(self.text(Dialect::Sqlite).into_sql_str()).await?;
            }
            Conn::Postgres(conn) => {
                conn.prepare(self.text(Dialect::Postgres).into_sql_str()).await?;
            }
        }
        Ok(())
    }
}
