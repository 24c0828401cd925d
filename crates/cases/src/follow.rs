//! Followers of a case (关注): the person who reported it and those who have the same problem.
//! Each holds a secret link; the tables know only digests of the link and of the telephone number.
//! What followers may do is decided in `decide/follow.rs` by the pack.

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use ledger::personal::open;
use model::time::{from_millis, millis};
use model::{Actor, CaseId, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{Given, Row, Statement, Store, StoreError, Tx};

use crate::case::{Phase, subject};
use crate::command::{Act, Command};
use crate::event::{Event, What};
use crate::list;
use crate::personal::sealed_in;

/// What somebody is to a case, as packs name it among roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowerRole {
    /// 诉求人: whose report opened it.
    Reporter,
    /// 关注人: who has the same problem.
    Subscriber,
}

impl FollowerRole {
    /// The word in tables, entries and packs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reporter => "reporter",
            Self::Subscriber => "subscriber",
        }
    }
}

/// Somebody who follows a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follower {
    /// The case.
    pub case: CaseId,
    /// The case's number.
    pub case_number: Arc<str>,
    /// Entry count of the case when he became one: with the case, his name.
    pub number: i64,
    /// As what.
    pub role: FollowerRole,
    /// Digest of his link's token.
    pub secret: String,
    /// Digest of his telephone number.
    pub contact: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// When he last confirmed that the case is closed rightly.
    pub confirmed_at: Option<Timestamp>,
}

impl Follower {
    /// The actor whose acts are wrapped in `Act::AsFollower`: `resident:SR20230306-00001/2`.
    pub fn actor(&self) -> Actor {
        Actor::resident(&format!("{}/{}", self.case_number, self.number))
    }

    /// What the entry says that makes him one.
    pub(crate) fn followed(&self) -> Value {
        json!({
            "follower": self.number, "link": link_mark(&self.secret), "role": self.role.as_str(),
        })
    }

    /// What the entry says by which he ceases to be one.
    pub(crate) fn unfollowed(&self) -> Value {
        json!({ "follower": self.number, "role": self.role.as_str() })
    }
}

/// Somebody who begins to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Following {
    /// Digest of his link's token (`secret`). A retry must name the same one, or the link that
    /// was handed out leads nowhere.
    pub secret: String,
    /// Where he wants to be told.
    pub contact: Option<Contact>,
}

/// A telephone number with its digest.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    digest: String,
    text: String,
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contact")
    }
}

impl Contact {
    /// A number as people write it; nothing when it is none. The key is the server's own and
    /// always the same, so that one number has one digest.
    pub fn new(key: &[u8; 32], number: &str) -> Option<Self> {
        let text = plain_number(number)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
        mac.update(text.as_bytes());
        Some(Self { digest: hex(&mac.finalize().into_bytes()), text })
    }

    /// What is kept to find it again.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The number without what people put between its digits.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Digest of a link's token.
pub fn secret(token: &[u8; 16]) -> String {
    hex(&Sha256::digest(token))
}

/// What an entry tells of a link: a digest of the digest that the row holds, so that a row which leads to
/// another link is found, and neither link nor its digest stands in the ledger.
pub(crate) fn link_mark(secret: &str) -> String {
    let digest = Sha256::digest(secret);
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Digits only, full-width ones too; `+` stays for other countries, so that their numbers do not
/// look like ours.
fn plain_number(number: &str) -> Option<String> {
    let mut plain = String::new();
    for character in number.trim().chars() {
        match character {
            '0'..='9' => plain.push(character),
            '０'..='９' => {
                plain.push(char::from(u8::try_from(character as u32 & 0xf).ok()? + b'0'))
            }
            '+' | '＋' if plain.is_empty() => plain.push('+'),
            ' ' | '\u{a0}' | '\u{3000}' | '-' | '－' | '–' | '—' | '.' => {}
            '(' | ')' | '（' | '）' => {}
            _ => return None,
        }
    }
    let abroad = plain.strip_prefix("00").map(|rest| format!("+{rest}")).unwrap_or(plain);
    let home = abroad.strip_prefix("+86").map(str::to_owned).unwrap_or(abroad);
    (7..=16).contains(&home.len()).then_some(home)
}

const COLUMNS: &str = "case_follower.case_id, case_file.number, case_follower.number, \
    case_follower.role, case_follower.secret, case_follower.contact, since_at, confirmed_at";

const WITH_CASE: &str = "JOIN case_file ON case_file.id = case_follower.case_id";

fn read(row: &Row) -> Result<Follower, StoreError> {
    let role = match row.text_ref(3)? {
        "reporter" => FollowerRole::Reporter,
        "subscriber" => FollowerRole::Subscriber,
        other => return Err(StoreError::Damaged(format!("a follower is `{other}`"))),
    };
    Ok(Follower {
        case: row.parsed(0)?,
        case_number: row.text_ref(1)?.into(),
        number: row.int(2)?,
        role,
        secret: row.text(4)?,
        contact: row.maybe_text(5)?,
        since: from_millis(row.int(6)?),
        confirmed_at: row.maybe_int(7)?.map(from_millis),
    })
}

/// The follower whose link has this digest.
pub async fn find_by_secret(store: &Store, secret: &str) -> Result<Option<Follower>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM case_follower {WITH_CASE} WHERE secret = $1");
    store.fetch(Statement::new(&sql).bind(secret)).await?.first().map(read).transpose()
}

/// The follower of the case of this number whose telephone number has this digest.
pub async fn find_by_number_and_contact(
    store: &Store,
    number: &str,
    contact: &str,
) -> Result<Option<Follower>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM case_file JOIN case_follower ON case_follower.case_id = \
         case_file.id WHERE case_file.number = $1 AND contact = $2"
    );
    let find = Statement::new(&sql).bind(number).bind(contact);
    store.fetch(find).await?.first().map(read).transpose()
}

/// Everybody who follows a case, oldest first.
pub async fn of_case(store: &Store, case: CaseId) -> Result<Vec<Follower>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM case_follower {WITH_CASE} WHERE case_follower.case_id = $1 ORDER \
         BY case_follower.number"
    );
    store.fetch(Statement::new(&sql).bind(case.to_string())).await?.iter().map(read).collect()
}

/// How many follow a case, those of cases merged into it included.
pub async fn count(store: &Store, case: CaseId) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM case_follower WHERE case_id = $1 OR case_id IN \
               (SELECT id FROM case_file WHERE merged_into = $1)";
    let rows = store.fetch(Statement::new(sql).bind(case.to_string())).await?;
    let count = rows.first().map_or(Ok(0), |row| row.int(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// The case, and the one that carries on for it if it was merged: what a follower is shown ends
/// with the last one.
pub async fn story(store: &Store, case: CaseId) -> Result<Vec<CaseId>, StoreError> {
    let mut story = Vec::new();
    let mut next = Some(case);
    while let Some(id) = next.filter(|id| !story.contains(id)) {
        let Some(found) = list::find(store, id).await? else { break };
        story.push(id);
        next = match found.phase {
            Phase::Merged { into } => Some(into),
            _ => None,
        };
    }
    Ok(story)
}

/// The followers of a case with their telephone numbers, oldest first; no number where none was
/// given or the key was destroyed. The read is entered with `access::reads::note`.
pub async fn contacts(
    store: &Store,
    case: CaseId,
) -> Result<Vec<(Follower, Option<String>)>, StoreError> {
    let subject = subject(case);
    let key = store::keys::find(store, &subject).await?;
    let sql = format!(
        "SELECT {COLUMNS}, payload FROM case_follower {WITH_CASE} LEFT JOIN ledger_record ON \
         ledger_record.seq = case_follower.seq WHERE case_follower.case_id = $1 ORDER BY \
         case_follower.number"
    );
    let rows = store.fetch(Statement::new(&sql).bind(case.to_string())).await?;
    rows.iter()
        .map(|row| {
            let mut sealed = row.maybe_text_ref(8)?.map(sealed_in).unwrap_or_default();
            let sealed = sealed.remove("contact").flatten();
            let text = key.as_ref().zip(sealed);
            let text = text.and_then(|(key, sealed)| open(key, &subject, &sealed).ok());
            Ok((read(row)?, text))
        })
        .collect()
}

/// Forgets the digests of telephone numbers when the key of the case is destroyed, in that very
/// commit; links go on working.
pub async fn forget(tx: &mut Tx, case: CaseId) -> Result<u64, StoreError> {
    let sql = "UPDATE case_follower SET contact = NULL WHERE case_id = $1";
    tx.run(Statement::new(sql).bind(case.to_string())).await
}

/// The followers that a batch is about: who acts by a link, and who follows already.
pub(crate) async fn load(tx: &mut Tx, batch: &[Command]) -> Result<Vec<Follower>, StoreError> {
    let asked: Vec<(String, &str, Option<&Contact>)> = batch
        .iter()
        .filter_map(|command| {
            let (secret, contact) = match &command.act {
                Act::AsFollower { secret, .. } => (secret, None),
                Act::Follow(following) => (&following.secret, following.contact.as_ref()),
                Act::Open(opening) => (&opening.follower.as_ref()?.secret, None),
                _ => return None,
            };
            Some((command.case.to_string(), secret.as_str(), contact))
        })
        .collect();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let digest = |contact: &Contact| contact.digest.clone();
    let given = Given::default()
        .text("case_id", asked.iter().map(|(case, ..)| case.as_str()))
        .text("secret", asked.iter().map(|(_, secret, _)| *secret))
        .maybe_text("contact", asked.iter().map(|(.., contact)| contact.map(digest)));
    let by_secret = format!(
        "SELECT {COLUMNS} FROM {{given}} JOIN case_follower ON case_follower.secret = \
         given.secret {WITH_CASE}"
    );
    let by_contact = format!(
        "SELECT {COLUMNS} FROM {{given}} JOIN case_follower ON case_follower.case_id = \
         given.case_id AND case_follower.contact = given.contact {WITH_CASE}"
    );
    let mut found = Vec::new();
    for sql in [by_secret, by_contact] {
        for row in tx.fetch(Statement::new(&sql).given(&given)).await? {
            found.push(read(&row)?);
        }
    }
    Ok(found)
}

/// What a batch changed about followers.
#[derive(Default)]
pub(crate) struct Changed {
    new: Vec<(Follower, i64)>,
    confirmed: Vec<(Follower, Timestamp)>,
    gone: Vec<Follower>,
}

impl Changed {
    /// Takes down an event with its entry.
    pub(crate) fn note(&mut self, event: &Event, seq: i64) {
        match &event.what {
            What::Followed(follower) => self.new.push((follower.clone(), seq)),
            What::ClosureConfirmed(follower) => self.confirmed.push((follower.clone(), event.at)),
            What::Unfollowed(follower) => self.gone.push(follower.clone()),
            _ => {}
        }
    }

    /// The statements that write it.
    pub(crate) fn statements(&self) -> [(String, Given); 3] {
        fn keys<'f>(followers: impl Iterator<Item = &'f Follower> + Clone) -> Given {
            Given::default()
                .text("case_id", followers.clone().map(|follower| follower.case.to_string()))
                .int("number", followers.map(|follower| follower.number))
        }
        let new = || self.new.iter().map(|(follower, _)| follower);
        let rows = keys(new())
            .text("role", new().map(|follower| follower.role.as_str()))
            .text("secret", new().map(|follower| follower.secret.as_str()))
            .maybe_text("contact", new().map(|follower| follower.contact.clone()))
            .int("seq", self.new.iter().map(|(_, seq)| *seq))
            .int("since_at", new().map(|follower| millis(follower.since)));
        let insert = "INSERT INTO case_follower (case_id, number, role, secret, contact, seq, \
                      since_at) SELECT case_id, number, role, secret, contact, seq, since_at \
                      FROM {given}";
        let confirmed = keys(self.confirmed.iter().map(|(follower, _)| follower))
            .int("confirmed_at", self.confirmed.iter().map(|(_, at)| millis(*at)));
        let update = "UPDATE case_follower SET confirmed_at = given.confirmed_at FROM {given} \
                      WHERE case_follower.case_id = given.case_id AND case_follower.number = \
                      given.number";
        let delete = "DELETE FROM case_follower WHERE (case_id, number) IN (SELECT case_id, \
                      number FROM {given})";
        [
            (insert.to_owned(), rows),
            (update.to_owned(), confirmed),
            (delete.to_owned(), keys(self.gone.iter())),
        ]
    }
}
