//! How often one address may knock at which door. A person never notices; a machine that guesses
//! numbers or floods the district with reports does.

use std::time::Duration;

use access::AccessError;
use access::rate::{Caller, Rate};
use axum::http::Extensions;

use crate::app::App;
use crate::caller::Address;
use crate::failure::Failure;

/// Signing in: ten at once, then one every ten seconds.
pub const SIGN_IN: Rate = rate("sign-in", 10, 10_000);
/// Looking up a case by number and telephone.
pub const LOOK_UP: Rate = rate("look-up", 10, 10_000);
/// Reports and what followers do: a helper may carry on for a whole queue of people.
pub const WRITE: Rate = rate("write", 60, 2_000);

/// Whatever programs ask: a server of a city's app may ask for many people.
pub const PROGRAM: Rate = rate("program", 600, 100);

const fn rate(class: &'static str, burst: u32, every_millis: u64) -> Rate {
    Rate { class, burst, every: Duration::from_millis(every_millis) }
}

/// The same for a request in the making.
pub fn of(app: &App, rate: Rate, request: &Extensions) -> Result<(), Failure> {
    take(app, rate, request.get().copied().unwrap_or(Address(None)))
}

/// Takes one of the tries of an address; says how long to wait when there is none left.
pub fn take(app: &App, rate: Rate, address: Address) -> Result<(), Failure> {
    let Some(address) = address.0 else { return Ok(()) };
    match app.buckets.take(rate, Caller::Address(address), app.machine.now()) {
        Err(AccessError::TooMany(wait)) => Err(Failure::TooMany(wait.as_secs() + 1)),
        _ => Ok(()),
    }
}
