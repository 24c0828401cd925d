//! Cases (案件): everything with a procedure and a deadline. A problem is reported, dispatched,
//! handled, verified, closed and rated; each act is decided purely (`decide.rs`), written with its
//! ledger entry (`room.rs`) and judged against its limit on every read (`standing.rs`).
//! Declarations come from `pack`; connections are `store`'s.

pub mod audit;
mod case;
mod command;
mod decide;
pub mod drafts;
mod error;
mod event;
pub mod figures;
mod filled;
pub mod follow;
pub mod history;
pub mod impact;
pub mod list;
mod memory;
pub mod mode;
pub mod personal;
pub mod photos;
mod preview;
mod promise;
pub mod rate;
pub mod reckon;
pub mod replay;
mod room;
pub mod routing;
mod rows;
mod rules;
pub mod standing;
pub mod tick;
pub mod title;
pub mod trial;

pub use case::{Case, Pause, Phase, Point, Values, subject};
pub use command::{Act, Because, Command, Opening, Part, Seal};
pub use decide::{Decision, Facts, World, decide};
pub use error::CaseError;
pub use event::{Event, Goal, SENT_BACK, What};
pub use filled::{FieldMistake, FieldWrong, has_control};
pub use follow::{Contact, Follower, FollowerRole, Following};
pub use list::{Filter, Listed, Order};
pub use memory::Memory;
pub use preview::{Offer, Offered, preview};
pub use promise::promise;
pub use room::{Cases, Done, act};
pub use rows::phase_word;
pub use rules::Rules;
pub use standing::{Mode, Standing, standing};
