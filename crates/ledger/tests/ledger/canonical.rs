//! One value, one spelling: what a payload looks like in bytes and what is refused.
//! The comparison with another language is in `outsider.rs`.

use ledger::{DEPTH_MAX, INTEGER_MAX, PAYLOAD_BYTES_MAX, Payload};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

#[test]
fn a_payload_is_written_in_its_one_spelling() {
    let cases = [
        (json!({}), r#"{}"#),
        (
            json!({ "b": 1, "a": [true, false, null, {}, []] }),
            r#"{"a":[true,false,null,{},[]],"b":1}"#,
        ),
        (
            json!({ "n": INTEGER_MAX, "m": -INTEGER_MAX, "z": 0 }),
            r#"{"m":-9007199254740991,"n":9007199254740991,"z":0}"#,
        ),
        (json!({ "t": "\u{8}\t\n\u{c}\r\"\\/" }), r#"{"t":"\b\t\n\f\r\"\\/"}"#),
        (
            json!({ "t": "\0\u{b}\u{1f}\u{7f}\u{2028}" }),
            "{\"t\":\"\\u0000\\u000b\\u001f\u{7f}\u{2028}\"}",
        ),
        (json!({ "t": "长者 👵" }), r#"{"t":"长者 👵"}"#),
        // By code point: an escape sorts as its character, and U+FFFD before U+10000.
        (
            json!({ "\u{10000}": 1, "\u{fffd}": 2, "A": 3, "\n": 4, "": 5 }),
            "{\"\":5,\"\\n\":4,\"A\":3,\"\u{fffd}\":2,\"\u{10000}\":1}",
        ),
    ];
    for (value, expected) in cases {
        assert_eq!(Payload::new(&value).unwrap().as_str(), expected);
    }
}

#[test]
fn a_payload_that_could_be_read_in_two_ways_is_refused_with_its_place() {
    let cases = [
        ("[]", "a payload must be an object"),
        ("null", "a payload must be an object"),
        (r#"{"rent":1.5}"#, "`/rent` holds `1.5`: write exact values as strings or whole units"),
        (
            r#"{"a":[{"b/c":1.0}]}"#,
            "`/a/0/b~1c` holds `1.0`: write exact values as strings or whole units",
        ),
        (r#"{"a":-0}"#, "`/a` holds `-0.0`: write exact values as strings or whole units"),
        (
            r#"{"a":9007199254740992}"#,
            "`/a` holds `9007199254740992`, which is too large: write it as a string",
        ),
        (
            r#"{"a":-9007199254740992}"#,
            "`/a` holds `-9007199254740992`, which is too large: write it as a string",
        ),
        (
            r#"{"a":18446744073709551615}"#,
            "`/a` holds `18446744073709551615`, which is too large: write it as a string",
        ),
    ];
    for (text, expected) in cases {
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(Payload::new(&value).unwrap_err().to_string(), expected, "{text}");
    }
}

#[test]
fn nesting_and_length_have_a_limit() {
    let nested = |levels: usize| (1..levels).fold(json!({}), |inside, _| json!({ "a": inside }));
    assert!(Payload::new(&nested(DEPTH_MAX)).is_ok());
    assert_eq!(Payload::new(&nested(DEPTH_MAX + 1)).unwrap_err().key(), "ledger.too-deep");
    let long = |bytes: usize| json!({ "a": "x".repeat(bytes - r#"{"a":""}"#.len()) });
    assert!(Payload::new(&long(PAYLOAD_BYTES_MAX)).is_ok());
    let error = Payload::new(&long(PAYLOAD_BYTES_MAX + 1)).unwrap_err();
    assert_eq!(error.to_string(), "a payload of 1048577 bytes is too long");
}

#[test]
fn an_opening_keeps_details_and_states_its_own_algorithm_and_format() {
    let details = json!({ "district": "示例区", "algorithm": "none", "format": 9 });
    let details: &Map<String, Value> = details.as_object().unwrap();
    let payload = Payload::opening(ledger::Algorithm::Sm3, details).unwrap();
    assert_eq!(payload.as_str(), r#"{"algorithm":"sm3","district":"示例区","format":1}"#);
}

/// Any text at all, with the characters that need care more often than chance would bring them.
pub fn text() -> impl Strategy<Value = String> {
    let careful = prop::sample::select(vec![
        '"', '\\', '\n', '\0', '\u{1f}', '\u{7f}', '网', '\u{fffd}', '👵',
    ]);
    vec(prop_oneof![any::<char>(), careful, prop::char::range(' ', '~')], 0..12)
        .prop_map(String::from_iter)
}

/// Any payload that is allowed.
pub fn payload() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-INTEGER_MAX..=INTEGER_MAX).prop_map(Value::from),
        (-20_i64..20).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(4, 24, 5, |inside| {
        prop_oneof![
            vec(inside.clone(), 0..5).prop_map(Value::from),
            btree_map(text(), inside, 0..5)
                .prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    });
    btree_map(text(), value, 0..5).prop_map(|members| Value::Object(Map::from_iter(members)))
}

proptest! {
    #[test]
    fn writing_what_was_read_back_changes_nothing(value in payload()) {
        let once = Payload::new(&value).unwrap();
        let again: Value = serde_json::from_str(once.as_str()).unwrap();
        prop_assert_eq!(&again, &value);
        prop_assert_eq!(Payload::new(&again).unwrap(), once);
    }
}
