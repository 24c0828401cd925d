//! The only place that asks the machine for the time and for randomness.

use cases::Seal;
use model::time::millis;
use model::{CaseId, Timestamp};

use crate::failure::Failure;

/// The time of this machine.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Random bytes of the operating system.
pub fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::new(format!("the machine gives no randomness: {error}")))?;
    Ok(bytes)
}

/// A new id whose order is the order of time (UUIDv7).
pub fn case_id(at: Timestamp) -> Result<CaseId, Failure> {
    Ok(case_id_from(at, random()?))
}

/// The id of that time with these random bits; used where a retry must name the same case.
pub fn case_id_from(at: Timestamp, bits: [u8; 10]) -> CaseId {
    let millis = u64::try_from(millis(at)).unwrap_or(0);
    CaseId(model::id::v7(millis, bits))
}

/// Randomness for sealing personal texts.
pub fn seal() -> Result<Seal, Failure> {
    Ok(Seal { key: random()?, nonce: random()? })
}
