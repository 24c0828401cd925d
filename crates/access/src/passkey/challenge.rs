//! Challenges that are signed instead of stored: 16 random bytes, when they end, and an HMAC over both.

use model::Timestamp;
use model::time::millis;

use crate::AccessError;
use crate::keys::ServerKey;
use crate::passkey::verify::{decode, encode};

/// How long an answer may take.
const GOOD_FOR: i64 = 5 * 60 * 1000;
const USE: &str = "passkey-challenge";

fn signature(key: &ServerKey, random: &[u8], until: i64) -> [u8; 32] {
    key.sign(USE, &[&encode(random), &until.to_string()])
}

/// A new one, base64url.
pub fn make(key: &ServerKey, random: [u8; 16], now: Timestamp) -> String {
    let until = millis(now) + GOOD_FOR;
    let mut bytes = random.to_vec();
    bytes.extend(until.to_be_bytes());
    bytes.extend(signature(key, &random, until));
    encode(&bytes)
}

/// Refuses one that is not ours or too old.
pub fn check(key: &ServerKey, given: &str, now: Timestamp) -> Result<(), AccessError> {
    let wrong = AccessError::PasskeyWrong("its challenge is not ours");
    let bytes = decode(given)?;
    let (Some(random), Some(until), Some(signed), 56) =
        (bytes.get(..16), bytes.get(16..24), bytes.get(24..), bytes.len())
    else {
        return Err(wrong);
    };
    let until = i64::from_be_bytes(until.try_into().unwrap_or_default());
    let signed: [u8; 32] = signed.try_into().unwrap_or_default();
    if !key.holds(USE, &[&encode(random), &until.to_string()], &signed) {
        return Err(wrong);
    }
    if millis(now) > until { Err(AccessError::PasskeyLate) } else { Ok(()) }
}
