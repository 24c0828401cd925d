//! The bytes of one entry: what is hashed, and the same with `hash` added for an export.
//! Written by hand because the order of members is fixed and this runs for every entry.

use crate::LinkRef;
use crate::canonical::{integer, string, unsigned};
use crate::hash::push_hex;

/// Appends the bytes whose hash is the entry's hash. `link.hash` is not looked at.
///
/// The members around the payload can be read from either end, and none of them can hold a bare
/// quotation mark, so no two sets of fields share these bytes, whatever a stored payload contains.
pub(crate) fn hashed(out: &mut Vec<u8>, link: &LinkRef<'_>) {
    before_hash(out, link);
    after_hash(out, link);
}

/// Appends the export line, without its line feed.
pub(crate) fn exported(out: &mut Vec<u8>, link: &LinkRef<'_>) {
    before_hash(out, link);
    out.extend_from_slice(br#","hash":""#);
    push_hex(out, &link.hash);
    out.push(b'"');
    after_hash(out, link);
}

fn before_hash(out: &mut Vec<u8>, link: &LinkRef<'_>) {
    out.extend_from_slice(br#"{"actor":"#);
    string(out, link.actor);
}

fn after_hash(out: &mut Vec<u8>, link: &LinkRef<'_>) {
    out.extend_from_slice(br#","kind":"#);
    string(out, link.kind);
    out.extend_from_slice(br#","occurred_at":"#);
    integer(out, link.occurred_at);
    out.extend_from_slice(br#","payload":"#);
    out.extend_from_slice(link.payload.as_bytes());
    out.extend_from_slice(br#","previous":""#);
    push_hex(out, &link.previous);
    out.extend_from_slice(br#"","purpose":"#);
    string(out, link.purpose);
    out.extend_from_slice(br#","recorded_at":"#);
    integer(out, link.recorded_at);
    out.extend_from_slice(br#","seq":"#);
    unsigned(out, link.seq);
    out.extend_from_slice(br#","subject":"#);
    string(out, link.subject);
    out.push(b'}');
}
