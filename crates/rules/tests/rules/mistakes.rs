//! Mistakes are told with their place, their line and advice.

use rules::{Scope, Source};

fn told(text: &str) -> String {
    let mut scope = Scope::new();
    scope.fact("出生日期", 0);
    let source = Source::new("policies/elder.toml", text);
    match rules::expression(&source, &mut scope) {
        Err(mistake) => format!("[{}] {mistake}", mistake.key),
        Ok(parsed) => {
            let doubts: Vec<String> =
                parsed.doubts.iter().map(|doubt| format!("[{}] {doubt}", doubt.key)).collect();
            doubts.join("\n")
        }
    }
}

#[test]
fn a_mistake_is_told_with_its_line() {
    let cases = [
        (
            "出生日期 >\n  1 +",
            "[feel.not_expected] policies/elder.toml:2:6: a value is expected, but the text ends here\n    1 +\n       ^",
        ),
        (
            "出生日其.year",
            "[feel.name_unknown] policies/elder.toml:1:1: `出生日其` is not known here\n  出生日其.year\n  ^^^^^^^^",
        ),
        (
            "出生 日期 = null",
            "[feel.name_unknown] policies/elder.toml:1:1: `出生 日期` is not known here\n  出生 日期 = null\n  ^^^^^^^^^\n  did you mean `出生日期`?",
        ),
        (
            "max（1， 2）",
            "[feel.name_unknown] policies/elder.toml:1:1: `max（1， 2）` is not known here\n  max（1， 2）\n  ^^^^^^^^^^^^\n  write `,` instead of `，`",
        ),
        (
            "\"上海",
            "[feel.text_not_closed] policies/elder.toml:1:1: the text that begins here has no closing quote\n  \"上海\n  ^",
        ),
        (
            "substring(\"a\")",
            "[feel.arguments_wrong] policies/elder.toml:1:1: `substring` takes (string, start position, length?)\n  substring(\"a\")\n  ^^^^^^^^^^^^^^",
        ),
        (
            "@\"2026-02-30\"",
            "[feel.literal_wrong] policies/elder.toml:1:1: `2026-02-30` is no date, time or duration\n  @\"2026-02-30\"\n  ^^^^^^^^^^^^^",
        ),
        (
            "[1..",
            "[feel.not_expected] policies/elder.toml:1:5: a value is expected, but the text ends here\n  [1..\n      ^",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(told(text), expected, "{text}");
    }
}
