//! Figures that the work report states, declared as somebody of the district would: the document is an
//! excerpt of the sentences that state them, as the packs quote it.

use ::targets::indicator::{Document, declare};
use model::{Actor, Purpose, Timestamp};
use pack::Catalogue;
use store::Store;

use crate::failure::Failure;
use crate::indicator::declare::reported;

/// Declares every figure that a pack says a document states.
pub async fn declare_all(
    store: &Store,
    catalogue: &Catalogue,
    start: Timestamp,
) -> Result<(), Failure> {
    let all = catalogue.indicators.values().flat_map(|one| &one.value.reported);
    let mut excerpt: Vec<&str> = all.map(|reported| reported.source.as_str()).collect();
    if excerpt.is_empty() {
        return Ok(());
    }
    excerpt.dedup();
    let document = Document::new(excerpt.join("\n").into_bytes())?;
    let (by, purpose) = (Actor::system("demo"), Purpose::new("demo"));
    let mut tx = store.begin(start).await?;
    for what in reported(catalogue, &document)? {
        declare(&mut tx, catalogue, &what, &by, &purpose).await?;
    }
    tx.commit().await?;
    Ok(())
}
