//! The personal texts of a case, opened with the key of its subject. Who may read them is decided
//! by `access::may`; that a read leaves a trace is `access::reads`.

use access::reads;
use ledger::personal::{SealedText, open};
use model::{Actor, CaseId};
use pack::Purpose;
use store::{Statement, Store, StoreError, Tx};

use crate::case::subject;

/// A personal text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The entry that carries it.
    pub seq: u64,
    /// The field of the form, `note` or `comment`.
    pub field: String,
    /// The text; nothing after the key was destroyed.
    pub text: Option<String>,
}

/// All personal texts of a case, oldest first.
pub async fn texts(store: &Store, case: CaseId) -> Result<Vec<Text>, StoreError> {
    let subject = subject(case);
    let key = store::keys::find(store, &subject).await?;
    let sql = "SELECT seq, field, sealed FROM case_personal WHERE case_id = $1 ORDER BY seq, field";
    let rows = store.fetch(Statement::new(sql).bind(case.to_string())).await?;
    rows.iter()
        .map(|row| {
            let sealed = serde_json::from_str(row.text_ref(2)?)
                .ok()
                .and_then(|value| SealedText::from_value(&value).ok());
            let text = match (&key, sealed) {
                (Some(key), Some(sealed)) => open(key, &subject, &sealed).ok(),
                _ => None,
            };
            let seq = u64::try_from(row.int(0)?).unwrap_or_default();
            Ok(Text { seq, field: row.text(1)?, text })
        })
        .collect()
}

/// Enters in the ledger that somebody reads these personal texts of a case, and why; they are shown
/// after the commit.
pub fn note_read(
    tx: &mut Tx,
    case: CaseId,
    reader: &Actor,
    purpose: &Purpose,
    texts: &[Text],
) -> Result<(), StoreError> {
    let fields = texts.iter().map(|text| text.field.as_str());
    reads::note(tx, reader, purpose, &subject(case), fields)
}
