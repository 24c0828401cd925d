//! Texts made to do harm end in a clear error, soon and in little memory.

use proptest::prelude::*;
use rules::{Limits, Machine, RulesError, Scope, Source, Value};

/// Small limits, so that the tests are quick; the ways out are the same.
const LIMITS: Limits = Limits { steps: 200_000, memory: 1 << 20, depth: 300 };

fn outcome(text: &str) -> String {
    let source = Source::new("test", text);
    let parsed = match rules::expression(&source, &mut Scope::new()) {
        Ok(parsed) => parsed,
        Err(mistake) => return mistake.key.to_owned(),
    };
    let mut machine = Machine::new(&[]).within(LIMITS);
    match machine.run(&parsed.expr) {
        Err(error @ RulesError::Stopped(_)) => error.key().to_owned(),
        Err(error) => error.to_string(),
        Ok(Value::Null) => {
            machine.problems().first().map_or("null".to_owned(), |problem| problem.key.to_owned())
        }
        Ok(value) => format!("value of {} characters", value.as_feel().chars().count()),
    }
}

#[test]
fn every_attack_ends_in_its_error() {
    let deep = |open: &str, inner: &str, close: &str| {
        format!("{}{inner}{}", open.repeat(5_000), close.repeat(5_000))
    };
    let doubling = "{a: \"0123456789\", b: a + a, c: b + b, d: c + c, e: d + d, f: e + e, g: f + f, \
        h: g + g, i: h + h, j: i + i, k: j + j, l: k + k, m: l + l, n: m + m, o: n + n, p: o + o, \
        q: p + p, r: q + q, s: r + r, t: s + s}.t";
    let cases: Vec<(String, &str)> = vec![
        (deep("(", "1", ")"), "feel.too_deep"),
        (deep("[", "", "]"), "feel.too_deep"),
        (deep("{a:", "1", "}"), "feel.too_deep"),
        (deep("-", "1", ""), "feel.too_deep"),
        (deep("if true then ", "1", " else 2"), "feel.too_deep"),
        (deep("not(", "true", ")"), "feel.too_deep"),
        (deep("function(x) ", "1", ""), "feel.too_deep"),
        (format!("1 instance of {}", "list<".repeat(5_000)), "feel.too_deep"),
        ("1".to_owned() + &".a".repeat(5_000), "feel.too_deep"),
        ("x".to_owned() + &"[1]".repeat(5_000), "feel.too_deep"),
        ("[1..".repeat(5_000), "feel.too_deep"),
        ("9".repeat(2_000_000), "feel.text_too_long"),
        ("1e999999999999".to_owned(), "feel.number_wrong"),
        ("9 ** 9 ** 9 ** 9 ** 9 ** 9".to_owned(), "feel.number_impossible"),
        ("for x in 1..1000000000000 return 1".to_owned(), "rules.too_much_memory"),
        ("some x in 1..1000000000000 satisfies false".to_owned(), "rules.too_many_steps"),
        ("count(for x in 1..100000, y in 1..100000 return null)".to_owned(), "rules.too_much_memory"),
        (doubling.to_owned(), "rules.too_much_memory"),
        ("{f: function(n) f(n), r: f(1)}.r".to_owned(), "rules.too_deep"),
        ("{f: function(n) f(n - 1) + f(n - 2), r: f(1)}.r".to_owned(), "rules.too_deep"),
        (
            "{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), r: f(40)}.r".to_owned(),
            "rules.too_many_steps",
        ),
        ("(function(f) f(f))(function(f) f(f))".to_owned(), "rules.too_deep"),
        ("matches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\", \"(a+)+$\")".to_owned(), "value of 5 characters"),
        ("matches(\"a\", \"(((a{1000}){1000}){1000}){1000}\")".to_owned(), "feel.function_failed"),
        (
            "replace(string join(for x in 1..9000 return \"aaaaaaaaaa\"), \"a\", \"bbbbbbbbbbbbbbbbbbbb\")"
                .to_owned(),
            "rules.too_much_memory",
        ),
        ("sort(for x in 1..20000 return 20000 - x, function(a, b) a < b)".to_owned(), "rules.too_many_steps"),
        ("for x in 1..100000 return [partial[-1]]".to_owned(), "rules.too_deep"),
        ("{f: function(n, l) if n = 0 then l else f(n - 1, [l]), r: f(1000, [])}.r".to_owned(), "rules.too_deep"),
        ("{f: function(a, b) b, r: list replace([1], f, 2)}.r".to_owned(), "feel.function_failed"),
        ("[[1]..]".to_owned(), "feel.not_expected"),
        ("(>= [1])".to_owned(), "feel.range_wrong"),
        (shared_lists(), "rules.too_much_memory"),
        ("{l: for x in 1..1000 return x, r: for y in 1..1000000 return sum(l)}.r[1]".to_owned(), "rules.too_many_steps"),
        ("{l: for x in 1..1000 return x, r: some y in 1..1000000 satisfies l != l}.r".to_owned(), "rules.too_many_steps"),
        ("some x in 1..100000 satisfies matches(string(x), \"(a|b)\" + string(x))".to_owned(), "rules.too_many_steps"),
        ("some x in 1..1000000 satisfies x ** 0.5 < 0".to_owned(), "rules.too_many_steps"),
        ("decimal(1, 99999999999999999999)".to_owned(), "feel.function_failed"),
        ("@\"P99999999999999999999D\"".to_owned(), "feel.literal_wrong"),
        ("@\"2026-01-01\" + @\"P999999999D\" * 999999999".to_owned(), "feel.operands_wrong"),
    ];
    for (text, expected) in cases {
        let shown: String = text.chars().take(60).collect();
        assert_eq!(outcome(&text), expected, "{shown}");
    }
}

/// Lists of lists that share their parts: little memory, but endless to look through.
fn shared_lists() -> String {
    let entries: Vec<String> = (1..60).map(|n| format!("x{n}: [x{}, x{}]", n - 1, n - 1)).collect();
    format!("{{x0: [1], {}}}.x59 = 1", entries.join(", "))
}

#[test]
fn a_thread_of_two_megabytes_is_deep_enough() {
    // Tests run in such threads; the limits are the default ones.
    let text = "{f: function(n) if n > 0 then [f(n + 1)][1] + (1 + (2 * n)) else 0, r: f(1)}.r";
    let parsed = rules::expression(&Source::new("test", text), &mut Scope::new()).unwrap();
    let error = Machine::new(&[]).run(&parsed.expr).unwrap_err();
    assert_eq!(error.key(), "rules.too_deep");
    let text = "for x in 1..150 return [[[[partial[-1]]]]]";
    let parsed = rules::expression(&Source::new("test", text), &mut Scope::new()).unwrap();
    let error = Machine::new(&[]).run(&parsed.expr).unwrap_err();
    assert_eq!(error.key(), "rules.too_deep");
}

#[test]
fn nested_documents_are_refused() {
    let text = "<a>".repeat(100_000);
    assert!(rules::dmn::read(&text).is_err());
    let bomb = "<!DOCTYPE d [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><definitions name=\"x\">&b;</definitions>";
    let error = rules::dmn::read(bomb).unwrap_err();
    assert_eq!(error.key(), "rules.model_unreadable", "{error}");
}

const PIECES: [&str; 48] = [
    "if ",
    "then ",
    "else ",
    "for ",
    "in ",
    "return ",
    "some ",
    "every ",
    "satisfies ",
    "function",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "..",
    ".",
    ",",
    ":",
    "+",
    "-",
    "*",
    "/",
    "**",
    "<",
    ">",
    "<=",
    "=",
    "!=",
    "and ",
    "or ",
    "not",
    "between ",
    "instance of ",
    "1",
    "2.5",
    "\"a\"",
    "@\"2026-01-01\"",
    "x",
    "出生 日期",
    "item",
    "date and time",
    "count",
    "?",
    "null",
    "/*",
    "\\",
];

/// Expressions as policies have them.
const SOUND: [&str; 8] = [
    "if 2 > 1 then \"甲\" else \"乙\"",
    "some m in [1, 2, 3] satisfies m * 2 in [4..6)",
    "sum(for m in [{收入: 10.50}, {收入: 3}] return max(m.收入 - 2, 0))",
    "date(\"2024-02-29\") + duration(\"P1Y\")",
    "not(true and null) or 3 instance of number",
    "{a: 1, b: a + 1}.b ** 3",
    "[1, 2, 3][item > 1 and item < 3]",
    "(function(x, y) x / y)(y: 3, x: 1)",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
        let _ = outcome(&text);
    }

    #[test]
    fn any_row_of_tokens_is_read_or_refused(
        pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..60)
    ) {
        let text: String = pieces.concat();
        let _ = outcome(&text);
        let _ = rules::unary_tests(&Source::new("test", text), &mut Scope::new());
    }

    #[test]
    fn a_sound_expression_with_any_edits_is_read_or_refused(
        text in prop::sample::select(SOUND.to_vec()),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<char>(), 0u8..4), 1..6),
    ) {
        let mut letters: Vec<char> = text.chars().collect();
        for (at, letter, how) in edits {
            let at = at.index(letters.len() + 1);
            match how {
                0 => letters.insert(at, letter),
                1 => letters.truncate(at),
                2 if at < letters.len() => letters[at] = letter,
                // A part twice over, from here on.
                _ => letters.extend_from_within(at..),
            }
        }
        let text: String = letters.into_iter().collect();
        let _ = outcome(&text);
        let _ = rules::unary_tests(&Source::new("test", text), &mut Scope::new());
    }

    #[test]
    fn any_bytes_are_no_model_that_harms(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = rules::dmn::read(&String::from_utf8_lossy(&bytes));
    }
}
