//! `purposes/*.toml`: what personal data may be opened for (处理目的). That a read names one of them
//! and leaves a trace is `access`'s concern.

use model::PurposeId;

use crate::reader::{Refers, Source};
use crate::text::Text;

/// A declared purpose.
#[derive(Debug, Clone, PartialEq)]
pub struct Purpose {
    /// Its name in packs and in the record.
    pub id: PurposeId,
    /// Its name for people.
    pub name: Text,
}

/// Reads the purposes of one file.
pub fn read(source: Source<'_>) -> Vec<Purpose> {
    source.read(|root| {
        root.tables("purpose")
            .iter()
            .filter_map(|table| {
                let (id, name) = (table.declares("id", Refers::Purpose), table.name("name"));
                Some(Purpose { id: id?, name: name? })
            })
            .collect()
    })
}
