//! Keys of programs (接入密钥) that may send reports through Open311. Only digests are kept; a key is
//! added and removed by an operator, each time with an entry that names the program.

use model::time::{from_millis, millis};
use model::{Actor, Timestamp};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use store::{Row, Statement};

use crate::hex::hex;
use crate::record::{PROGRAMS, enter};
use crate::{Access, AccessError};

/// Fewest characters of a key: long enough that nobody guesses it.
pub const KEY_CHARACTERS_MIN: usize = 16;
/// Most characters of a program's name.
const NAME_CHARACTERS_MAX: usize = 64;

/// A program that may send reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// What it is called.
    pub name: String,
    /// Since when.
    pub added_at: Timestamp,
}

impl Access {
    /// Lets a program in by this key.
    pub async fn add_program(&self, by: &Actor, name: &str, key: &str) -> Result<(), AccessError> {
        let count = name.chars().count();
        let sound = (1..=NAME_CHARACTERS_MAX).contains(&count)
            && name.trim() == name
            && !name.chars().any(char::is_control);
        if !sound {
            return Err(AccessError::ProgramInvalid);
        }
        if key.chars().count() < KEY_CHARACTERS_MIN {
            return Err(AccessError::KeyShort);
        }
        let mut tx = self.begin().await?;
        let insert = "INSERT INTO program_key (name, digest, added_at) VALUES ($1, $2, $3) \
                      ON CONFLICT DO NOTHING";
        let insert = Statement::new(insert).bind(name).bind(digest(key)).bind(millis(tx.now()));
        if tx.run(insert).await? == 0 {
            return Err(AccessError::ProgramTaken(name.to_owned()));
        }
        let payload = json!({ "name": name });
        enter(&mut tx, (by.id.as_str(), PROGRAMS), "access.program_added", "programs", &payload)?;
        tx.commit().await?;
        Ok(())
    }

    /// Shuts a program out; false when none is called so.
    pub async fn remove_program(&self, by: &Actor, name: &str) -> Result<bool, AccessError> {
        let mut tx = self.begin().await?;
        let delete = "DELETE FROM program_key WHERE name = $1";
        if tx.run(Statement::new(delete).bind(name)).await? == 0 {
            return Ok(false);
        }
        let payload = json!({ "name": name });
        enter(&mut tx, (by.id.as_str(), PROGRAMS), "access.program_removed", "programs", &payload)?;
        tx.commit().await?;
        Ok(true)
    }

    /// All programs, by name.
    pub async fn programs(&self) -> Result<Vec<Program>, AccessError> {
        let read = "SELECT name, added_at FROM program_key";
        let rows = self.store.fetch(Statement::new(read)).await?;
        let mut programs = rows.iter().map(program).collect::<Result<Vec<_>, _>>()?;
        // Sorted here, because databases sort text by their own rules.
        programs.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(programs)
    }

    /// The program whose key this is. It is looked up by digest, so that the time it takes says
    /// nothing about how much of a guess was right.
    pub async fn program_of(&self, key: &str) -> Result<Option<Program>, AccessError> {
        let read = "SELECT name, added_at FROM program_key WHERE digest = $1";
        let rows = self.store.fetch(Statement::new(read).bind(digest(key))).await?;
        Ok(rows.first().map(program).transpose()?)
    }
}

fn digest(key: &str) -> String {
    hex(&Sha256::digest(key))
}

fn program(row: &Row) -> Result<Program, store::StoreError> {
    Ok(Program { name: row.text(0)?, added_at: from_millis(row.int(1)?) })
}
