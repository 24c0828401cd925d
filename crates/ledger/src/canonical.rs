//! Writing canonical JSON: RFC 8785 narrowed to what every language writes alike.
//! Keys sorted by code point, no spaces, whole numbers only, the shortest escapes.
//! Reading it back strictly is `scan.rs`; the members of an entry are `line.rs`.

use serde_json::Value;

use crate::LedgerError;
use crate::hash::digit;

/// The largest whole number that survives a reader working in binary floating point: 2^53 − 1.
pub const INTEGER_MAX: i64 = (1 << 53) - 1;

/// How deep objects and arrays may nest inside a payload, the payload itself included.
pub const DEPTH_MAX: usize = 64;

/// Brings a time into the range every reader can hold. No calendar reaches either end (the year
/// 287,396), so this touches nothing but broken clocks, and appending need not be able to fail.
pub(crate) fn clamp(time: i64) -> i64 {
    time.clamp(-INTEGER_MAX, INTEGER_MAX)
}

/// Writes a value; the error names where in it the fault lies.
pub(crate) fn value(out: &mut Vec<u8>, value: &Value, depth: usize) -> Result<(), LedgerError> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => integer(out, whole(number)?),
        Value::String(text) => string(out, text),
        Value::Array(_) | Value::Object(_) if depth >= DEPTH_MAX => {
            return Err(LedgerError::TooDeep { path: String::new() });
        }
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                separate(out, index);
                self::value(out, item, depth + 1).map_err(|e| e.under(&index.to_string()))?;
            }
            out.push(b']');
        }
        Value::Object(members) => {
            // Another crate may have switched serde_json to insertion order, so its map is not
            // trusted to be sorted. UTF-8 bytes sort like code points.
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_unstable_by_key(|(key, _)| *key);
            out.push(b'{');
            for (index, (key, member)) in members.into_iter().enumerate() {
                separate(out, index);
                string(out, key);
                out.push(b':');
                self::value(out, member, depth + 1).map_err(|e| e.under(key))?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

/// Writes a string with the escapes of RFC 8785 §3.2.2.2.
pub(crate) fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for piece in text.as_bytes().split_inclusive(is_special) {
        match piece.split_last() {
            Some((last, plain)) if is_special(last) => {
                out.extend_from_slice(plain);
                escape(out, *last);
            }
            _ => out.extend_from_slice(piece),
        }
    }
    out.push(b'"');
}

/// Writes a whole number.
pub(crate) fn integer(out: &mut Vec<u8>, number: i64) {
    if number < 0 {
        out.push(b'-');
    }
    unsigned(out, number.unsigned_abs());
}

/// Writes a number that counts.
pub(crate) fn unsigned(out: &mut Vec<u8>, number: u64) {
    let start = out.len();
    let mut rest = number;
    loop {
        out.push(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if let Some(digits) = out.get_mut(start..) {
        digits.reverse();
    }
}

fn whole(number: &serde_json::Number) -> Result<i64, LedgerError> {
    let path = String::new();
    match number.as_i64() {
        Some(whole) if (-INTEGER_MAX..=INTEGER_MAX).contains(&whole) => Ok(whole),
        None if !number.is_u64() => {
            Err(LedgerError::NotAnInteger { path, number: number.to_string() })
        }
        _ => Err(LedgerError::IntegerTooLarge { path, number: number.to_string() }),
    }
}

fn separate(out: &mut Vec<u8>, index: usize) {
    if index > 0 {
        out.push(b',');
    }
}

/// Whether a byte cannot stand for itself in a string.
pub(crate) fn is_special(byte: &u8) -> bool {
    *byte < 0x20 || *byte == b'"' || *byte == b'\\'
}

fn escape(out: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0c => b'f',
        b'\r' => b'r',
        _ => {
            out.extend_from_slice(b"\\u00");
            out.extend_from_slice(&[digit(byte >> 4), digit(byte & 0x0f)]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}
