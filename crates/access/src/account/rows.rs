//! The table of accounts.

use std::collections::BTreeSet;

use model::time::{from_millis, millis};
use model::{AccountId, Timestamp};
use store::{Given, Row, Statement, Store, StoreError, Tx};

use super::Account;
use crate::SignInName;

/// An account with the PHC string of its password.
#[derive(Debug, Clone)]
pub struct Kept {
    pub account: Account,
    pub password: String,
}

/// What new accounts ask for and others have.
pub struct Taken {
    pub names: BTreeSet<String>,
    pub staff: BTreeSet<String>,
}

const READ: &str = "SELECT id, name, staff_id, password, must_change, lockouts, locked_until, \
                    disabled_at, created_at FROM account";

/// The account of a name.
pub async fn id_of(store: &Store, name: &SignInName) -> Result<Option<AccountId>, StoreError> {
    let read = Statement::new("SELECT id FROM account WHERE name = $1").bind(name.as_str());
    store.fetch(read).await?.first().map(|row| row.parsed(0)).transpose()
}

/// One account.
pub async fn find(store: &Store, id: AccountId) -> Result<Option<Kept>, StoreError> {
    let sql = format!("{READ} WHERE id = $1");
    let rows = store.fetch(Statement::new(&sql).bind(id.to_string())).await?;
    rows.first().map(read).transpose()
}

/// One account as a commit sees it.
pub async fn load(tx: &mut Tx, id: AccountId) -> Result<Option<Kept>, StoreError> {
    let sql = format!("{READ} WHERE id = $1");
    let rows = tx.fetch(Statement::new(&sql).bind(id.to_string())).await?;
    rows.first().map(read).transpose()
}

/// All accounts, sorted here, because databases sort text by their own rules.
pub async fn all(store: &Store) -> Result<Vec<Account>, StoreError> {
    let rows = store.fetch(Statement::new(READ)).await?;
    let accounts: Result<Vec<Account>, StoreError> =
        rows.iter().map(|row| read(row).map(|kept| kept.account)).collect();
    let mut accounts = accounts?;
    accounts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(accounts)
}

/// Names and staff of new accounts that have an account already.
pub async fn taken(tx: &mut Tx, new: &[Kept]) -> Result<Taken, StoreError> {
    let accounts = || new.iter().map(|kept| &kept.account);
    let given = Given::default()
        .text("name", accounts().map(|account| account.name.as_str()))
        .text("staff_id", accounts().map(|account| account.staff.as_str()));
    let names = "SELECT account.name FROM {given} JOIN account ON account.name = given.name";
    let staff = "SELECT account.staff_id FROM {given} JOIN account ON account.staff_id = \
                 given.staff_id";
    let mut found = Vec::new();
    for sql in [names, staff] {
        let rows = tx.fetch(Statement::new(sql).given(&given)).await?;
        let texts: Result<BTreeSet<String>, StoreError> =
            rows.iter().map(|row| row.text(0)).collect();
        found.push(texts?);
    }
    let staff = found.pop().unwrap_or_default();
    Ok(Taken { names: found.pop().unwrap_or_default(), staff })
}

/// Writes new accounts.
pub async fn insert(tx: &mut Tx, new: &[Kept]) -> Result<(), StoreError> {
    let accounts = || new.iter().map(|kept| &kept.account);
    let given = Given::default()
        .text("id", accounts().map(|account| account.id.to_string()))
        .text("name", accounts().map(|account| account.name.as_str()))
        .text("staff_id", accounts().map(|account| account.staff.as_str()))
        .text("password", new.iter().map(|kept| kept.password.as_str()))
        .int("must_change", accounts().map(|account| i64::from(account.must_change)))
        .int("created_at", accounts().map(|account| millis(account.created_at)));
    let insert = "INSERT INTO account (id, name, staff_id, password, must_change, lockouts, \
                  created_at) SELECT id, name, staff_id, password, must_change, 0, created_at \
                  FROM {given}";
    tx.run(Statement::new(insert).given(&given)).await?;
    Ok(())
}

/// Sets the count of lock-outs and the end of the present one.
pub async fn lock(
    tx: &mut Tx,
    id: AccountId,
    lockouts: u32,
    until: Option<Timestamp>,
) -> Result<(), StoreError> {
    let given = one(id).int("lockouts", [i64::from(lockouts)]).int("until", [until.map(millis)]);
    let update = "UPDATE account SET lockouts = given.lockouts, locked_until = given.until \
                  FROM {given} WHERE account.id = given.id";
    tx.run(Statement::new(update).given(&given)).await?;
    Ok(())
}

/// Sets the password.
pub async fn set_password(
    tx: &mut Tx,
    id: AccountId,
    password: &str,
    must_change: bool,
) -> Result<(), StoreError> {
    let update = "UPDATE account SET password = $1, must_change = $2 WHERE id = $3";
    let update = Statement::new(update).bind(password).bind(i64::from(must_change));
    tx.run(update.bind(id.to_string())).await?;
    Ok(())
}

/// Sets since when the account is disabled.
pub async fn set_disabled(
    tx: &mut Tx,
    id: AccountId,
    at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let given = one(id).int("at", [at.map(millis)]);
    let update = "UPDATE account SET disabled_at = given.at FROM {given} WHERE account.id = \
                  given.id";
    tx.run(Statement::new(update).given(&given)).await?;
    Ok(())
}

/// Parameters that may be nothing go in as a set of one row.
fn one(id: AccountId) -> Given {
    Given::default().text("id", [id.to_string()])
}

fn read(row: &Row) -> Result<Kept, StoreError> {
    let name = row.text(1)?;
    let account = Account {
        id: row.parsed(0)?,
        name: SignInName::new(&name)
            .map_err(|error| StoreError::Damaged(format!("column 1: {error}")))?,
        staff: row.text(2)?,
        must_change: row.int(4)? != 0,
        lockouts: u32::try_from(row.int(5)?).unwrap_or(u32::MAX),
        locked_until: row.maybe_int(6)?.map(from_millis),
        disabled_at: row.maybe_int(7)?.map(from_millis),
        created_at: from_millis(row.int(8)?),
    };
    Ok(Kept { account, password: row.text(3)? })
}
