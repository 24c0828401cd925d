//! The only room that opens databases. One commit holds rows and their ledger entries; writes go
//! through one batching writer (`writer.rs`), reads have their own connections and never wait.
//! What rows mean is decided by the rooms below; differences of databases are in `dialect.rs`.

pub mod blobs;
pub mod chain;
mod connect;
pub mod derived;
pub mod dialect;
mod error;
mod given;
pub mod keys;
pub mod migrate;
pub mod once;
pub mod packs;
pub mod record;
pub mod scan;
mod statement;
#[cfg(feature = "testing")]
pub mod testing;
mod tx;
mod value;
mod verify;
pub mod writer;

pub use connect::{Address, Store};
pub use dialect::Dialect;
pub use error::StoreError;
pub use futures_util::future::{join, join_all};
pub use given::{Column, Given};
pub use migrate::Founding;
pub use statement::Statement;
pub use tx::Tx;
pub use value::{Row, Value};
pub use writer::{Limits, Room, Writer};
