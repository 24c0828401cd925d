//! Every difference between SQLite and PostgreSQL, and nothing else. The SQL of the house is one
//! text with `$1` placeholders and these marks:
//!
//! - `{given}`: a set of rows handed over as parameters (`jsonb_each` / `UNNEST`);
//! - `{for_update}`: lock the row that was read until the commit;
//! - `{int_key}`: the type of a whole-number primary key;
//! - `{clustered}`: keep the rows in the order of the primary key;
//! - `{then_entry}`: `entry` as the last column of an index; SQLite has the primary key there anyway;
//! - `{bytewise}`: compare the column byte by byte, whatever language the database sorts for;
//! - `{founding_lock}`: make other servers wait that create tables in an empty database;
//! - `{hex_hash}`: the column `hash` as hex digits.

use crate::given::{Column, Given};

/// Which database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// The embedded default.
    Sqlite,
    /// PostgreSQL 15 or later.
    Postgres,
}

type Marks = [(&'static str, &'static str); 7];

const SQLITE: &Marks = &[
    ("{for_update}", ""),
    ("{int_key}", "INTEGER"),
    ("{clustered}", "WITHOUT ROWID"),
    ("{then_entry}", ""),
    // SQLite compares bytes unless it is told otherwise, and its writers wait by themselves.
    ("{bytewise}", ""),
    ("{founding_lock}", "1"),
    ("{hex_hash}", "lower(hex(hash))"),
];

const POSTGRES: &Marks = &[
    ("{for_update}", "FOR UPDATE"),
    ("{int_key}", "BIGINT"),
    ("{clustered}", ""),
    ("{then_entry}", ", entry"),
    ("{bytewise}", "COLLATE \"C\""),
    // Any number that no other program locks by; it ends with the transaction.
    ("{founding_lock}", "pg_advisory_xact_lock(4775207)"),
    ("{hex_hash}", "encode(hash, 'hex')"),
];

/// Replaces the marks; parameters of `{given}` come after the first `scalars` ones.
pub fn expand(dialect: Dialect, sql: &str, scalars: usize, given: Option<&Given>) -> String {
    let marks = match dialect {
        Dialect::Sqlite => SQLITE,
        Dialect::Postgres => POSTGRES,
    };
    let mut sql = sql.to_owned();
    for (mark, meaning) in marks {
        sql = sql.replace(mark, meaning);
    }
    match given {
        Some(given) => sql.replace("{given}", &given_source(dialect, scalars, given)),
        None => sql,
    }
}

fn given_source(dialect: Dialect, scalars: usize, given: &Given) -> String {
    let columns = given.columns();
    match dialect {
        Dialect::Sqlite => {
            let picks: Vec<String> = columns
                .iter()
                .enumerate()
                .map(|(index, (name, column))| match column {
                    Column::Bytes(_) => format!("unhex(value->>{index}) AS {name}"),
                    _ => format!("value->>{index} AS {name}"),
                })
                .collect();
            format!("(SELECT {} FROM jsonb_each(${})) AS given", picks.join(", "), scalars + 1)
        }
        Dialect::Postgres => {
            let arrays: Vec<String> = columns
                .iter()
                .enumerate()
                .map(|(index, (_, column))| {
                    let kind = match column {
                        Column::Text(_) => "text",
                        Column::Int(_) => "bigint",
                        Column::Bytes(_) => "bytea",
                    };
                    format!("${}::{kind}[]", scalars + index + 1)
                })
                .collect();
            let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
            format!("UNNEST({}) AS given({})", arrays.join(", "), names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_becomes_a_set_in_both_dialects() {
        let given = Given::default().text("id", ["a"]).int("due_at", [Some(1)]);
        let sql = "SELECT id FROM {given} WHERE id <> $1 {for_update}";
        assert_eq!(
            expand(Dialect::Sqlite, sql, 1, Some(&given)),
            "SELECT id FROM (SELECT value->>0 AS id, value->>1 AS due_at FROM jsonb_each($2)) AS given WHERE id <> $1 "
        );
        assert_eq!(
            expand(Dialect::Postgres, sql, 1, Some(&given)),
            "SELECT id FROM UNNEST($2::text[], $3::bigint[]) AS given(id, due_at) WHERE id <> $1 FOR UPDATE"
        );
    }
}
