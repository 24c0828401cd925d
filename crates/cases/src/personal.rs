//! The personal texts of a case, opened with the key of its subject. Who may read them is decided
//! by `access::may`; that a read leaves a trace is `access::reads`.

use std::collections::BTreeMap;

use access::reads;
use ledger::personal::{SealedText, open};
use model::{Actor, CaseId};
use pack::Purpose;
use serde_json::Value;
use store::{Store, StoreError, Tx};

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
    let mut texts = Vec::new();
    for entry in store::chain::of_subject(store, &subject).await? {
        for (field, sealed) in sealed_in(&entry.payload) {
            let text = key.as_ref().zip(sealed);
            let text = text.and_then(|(key, sealed)| open(key, &subject, &sealed).ok());
            texts.push(Text { seq: entry.seq, field, text });
        }
    }
    Ok(texts)
}

/// The sealed texts that an entry carries, by field; nothing where one cannot be read. The ledger
/// is the one place that holds them.
pub(crate) fn sealed_in(payload: &str) -> BTreeMap<String, Option<SealedText>> {
    let payload: Value = serde_json::from_str(payload).unwrap_or_default();
    let sealed = payload.get("personal").and_then(Value::as_object);
    let sealed = sealed.into_iter().flatten();
    sealed.map(|(field, text)| (field.clone(), SealedText::from_value(text).ok())).collect()
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
