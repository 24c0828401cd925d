//! Reports that somebody put aside before sending them (暂存): sealed under a code that this person alone
//! has, so that neither staff nor whoever copies the database reads them. What stands in one is the
//! business of the page; the ledger says that one was kept or dropped and never what it says.

use ledger::personal::{SealedText, SubjectKey, open, seal};
use ledger::{Draft, Payload};
use model::time::{from_millis, millis};
use model::{Actor, Purpose, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{Statement, Store, StoreError, Tx};

/// How long one is kept after it was put aside.
pub const KEPT_SECONDS: i64 = 7 * 24 * 3_600;
/// Most bytes of one.
pub const BYTES_MAX: usize = 32 * 1_024;
/// Drafts that one commit drops at most.
const SWEEP: i64 = 500;
/// Letters and digits of a code; those that look alike are one.
const LETTERS: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J',
    'K', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];
/// Characters of a code: a hundred bits.
const LENGTH: usize = 20;

/// What its holder comes back with: twenty letters and digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// A new code out of random bytes.
    pub fn new(bytes: [u8; LENGTH]) -> Self {
        let letter = |byte: u8| LETTERS.get(usize::from(byte % 32)).copied().unwrap_or('0');
        Self(bytes.into_iter().map(letter).collect())
    }

    /// A code as people write it: small letters, blanks and dashes do not matter.
    pub fn read(text: &str) -> Option<Self> {
        let mut code = String::new();
        for letter in text.chars().filter(|c| !c.is_whitespace() && !"-–—－".contains(*c)) {
            code.push(match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                letter if LETTERS.contains(&letter) => letter,
                _ => return None,
            });
            if code.len() > LENGTH {
                return None;
            }
        }
        (code.len() == LENGTH).then_some(Self(code))
    }

    /// As addresses and forms carry it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For people to write down: `7KQM-3F2P-…`.
    pub fn spoken(&self) -> String {
        let letters: Vec<char> = self.0.chars().collect();
        let parts: Vec<String> = letters.chunks(4).map(|part| part.iter().collect()).collect();
        parts.join("-")
    }

    fn digest(&self, what_for: &str) -> [u8; 32] {
        Sha256::new().chain_update(what_for).chain_update(&self.0).finalize().into()
    }

    /// The name of the row, which does not lead back to the code.
    fn id(&self) -> String {
        self.digest("draft-id:").iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn key(&self) -> SubjectKey {
        SubjectKey::new(self.digest("draft-key:"))
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code")
    }
}

/// Keeps a draft, in place of the one before with this code: until when. The nonce is random.
pub async fn keep(
    tx: &mut Tx,
    code: &Code,
    nonce: [u8; 24],
    text: &str,
) -> Result<Timestamp, StoreError> {
    let broken = |error: ledger::LedgerError| StoreError::Broken(error.to_string());
    let id = code.id();
    let sealed = seal(&code.key(), nonce, &id, text).map_err(broken)?.to_value().to_string();
    let until = millis(tx.now()).saturating_add(KEPT_SECONDS * 1_000);
    let insert = "INSERT INTO intake_draft (id, sealed, until_at) VALUES ($1, $2, $3) ON CONFLICT (id) \
                  DO UPDATE SET sealed = excluded.sealed, until_at = excluded.until_at";
    tx.run(Statement::new(insert).bind(id.as_str()).bind(sealed).bind(until)).await?;
    enter(tx, "draft.kept", &id, &Actor::resident("web"), &json!({ "until": until }))?;
    Ok(from_millis(until))
}

/// The draft of a code and until when it is kept; nothing after that time.
pub async fn find(
    store: &Store,
    code: &Code,
    now: Timestamp,
) -> Result<Option<(String, Timestamp)>, StoreError> {
    let id = code.id();
    let read = "SELECT sealed, until_at FROM intake_draft WHERE id = $1 AND until_at > $2";
    let rows = store.fetch(Statement::new(read).bind(id.as_str()).bind(millis(now))).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let sealed: Value = serde_json::from_str(row.text_ref(0)?).unwrap_or_default();
    let sealed = SealedText::from_value(&sealed).ok();
    let text = sealed.and_then(|sealed| open(&code.key(), &id, &sealed).ok());
    let damaged = || StoreError::Damaged(format!("draft `{id}` cannot be opened"));
    Ok(Some((text.ok_or_else(damaged)?, from_millis(row.int(1)?))))
}

/// Drops the draft of a code; false when there is none.
pub async fn forget(tx: &mut Tx, code: &Code) -> Result<bool, StoreError> {
    let id = code.id();
    let sql = "DELETE FROM intake_draft WHERE id = $1";
    if tx.run(Statement::new(sql).bind(id.as_str())).await? == 0 {
        return Ok(false);
    }
    enter(tx, "draft.dropped", &id, &Actor::resident("web"), &json!({}))?;
    Ok(true)
}

/// Drops drafts whose time is over; how many.
pub async fn sweep(store: &Store, clock: impl Fn() -> Timestamp) -> Result<usize, StoreError> {
    let mut dropped = 0;
    loop {
        let mut tx = store.begin_when(&clock).await?;
        let read = "SELECT id FROM intake_draft WHERE until_at <= $1 ORDER BY until_at LIMIT $2";
        let rows = tx.fetch(Statement::new(read).bind(millis(tx.now())).bind(SWEEP)).await?;
        let ids: Vec<String> = rows.iter().map(|row| row.text(0)).collect::<Result<_, _>>()?;
        if ids.is_empty() {
            tx.rollback().await?;
            break;
        }
        let given = store::Given::default().text("id", ids.iter().map(String::as_str));
        let sql = "DELETE FROM intake_draft WHERE id IN (SELECT id FROM {given})";
        tx.run(Statement::new(sql).given(&given)).await?;
        for id in &ids {
            enter(&mut tx, "draft.dropped", id, &Actor::system("sweep"), &json!({}))?;
        }
        tx.commit().await?;
        dropped += ids.len();
    }
    if dropped > 0 {
        store.scrub().await?;
    }
    Ok(dropped)
}

fn enter(tx: &mut Tx, kind: &str, id: &str, by: &Actor, payload: &Value) -> Result<(), StoreError> {
    let payload = Payload::new(payload).map_err(|error| StoreError::Broken(error.to_string()))?;
    tx.append(Draft {
        occurred_at: millis(tx.now()),
        actor: by.id.to_string(),
        purpose: Purpose::new("report").as_str().to_owned(),
        kind: kind.to_owned(),
        subject: format!("draft:{id}"),
        payload,
    });
    Ok(())
}
