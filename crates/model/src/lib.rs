//! Words that every room shares: ids, district time, the working-day calendar, money in fen,
//! areas, data grades, actors and purposes. No input or output, no clock, no randomness.

pub mod action;
pub mod actor;
pub mod area;
pub mod calendar;
pub mod credit_code;
pub mod grade;
pub mod hours;
pub mod id;
pub mod limit;
pub mod money;
pub mod resident_id;
pub mod time;

pub use action::Action;
pub use actor::{Actor, ActorId, Grant, Purpose};
pub use area::{AreaCode, AreaLevel};
pub use calendar::{Calendar, DayKind, NamedDay, Reckoned, Skipped};
pub use credit_code::CreditCode;
pub use grade::DataGrade;
pub use hours::OpeningHours;
pub use id::{
    AccountId, ActId, CaseId, EnterpriseId, FormId, HouseholdId, IdError, IndicatorId, KindId,
    OrganId, PackId, PersonId, ProcedureId, PurposeId, RoleId, RouteId, StepId,
};
pub use limit::{Limit, LimitUnit, Spell};
pub use money::Fen;
pub use resident_id::ResidentId;
pub use time::{Date, TimeZone, Timestamp};
