//! People, households, organisations and places (人、户、机构、地): where a point lies
//! (`atlas.rs`), who is responsible there (`organs.rs`), who works for whom and is on duty
//! (`staff.rs`), the people of the demo (`population.rs`), enterprises, and what is known of each
//! (`facts.rs`).
//! Codes, names and organs are declared in packs and read by `pack`; who may read a person's file
//! is decided in `access`.

pub mod areas;
mod atlas;
mod draw;
mod error;
pub mod facts;
mod geojson;
pub mod organs;
pub mod population;
mod record;
mod roster;
pub mod staff;
mod synthetic;

pub use atlas::{Area, Atlas};
pub use draw::Draw;
pub use error::{PlaceError, read_point};
pub use population::{Household, Person, Population, generate};
pub use roster::roster;
pub use staff::{Duty, Staff};
pub use synthetic::is_synthetic;
