//! Mistakes of policy files: each is told with its place and what to do, all at once.

use std::fmt::Write as _;

use crate::load;

const GOOD: &str = r#"
sources = ["s"]
[policy]
id = "a"
name = "甲"
subject = "person"
owner = "o"
mode = "申请"
[facts]
出生日期 = { type = "date", from = "register.birth", ask = "?" }
等级 = { type = "integer?", min = 1, max = 6, from = "declared", ask = "?" }
[[version]]
from = "2020-01-01"
cite = "c"
[[version.clause]]
id = "年龄"
says = "s"
cite = "c"
when = '周岁(出生日期, 计发日) >= 65 and 等级 != null'
[version.amount]
unit = "元/月"
table = '''
| 周岁(出生日期, 计发日) | 等级   | 元/月 | 依据 |
|------------------------|--------|-------|------|
| [65..70)               | -      | 75    | c    |
| >= 70                  | [1..3] | 150   | c    |
| >= 70                  | [4..6] | 180   | c    |
'''
[[test]]
on = "2024-01-01"
given = { 出生日期 = "1950-01-01", 等级 = 2 }
expect = { 享受 = "yes", 元 = "150.00" }
"#;

#[test]
fn a_good_file_has_no_mistake() {
    load(&[("a.toml", GOOD)]).unwrap();
}

#[test]
fn every_mistake_is_told_with_its_place() {
    for (from, to, expected) in [
        ("cite = \"c\"\nwhen", "when", "p/policies/a.toml:15:1: a citation is missing"),
        ("| 150   | c    |", "| 150   |      |", "a citation is missing (fill in 依据)"),
        (
            "周岁(出生日期, 计发日) >= 65",
            "周岁(出生日, 计发日) >= 65",
            "a.toml:19:12: `出生日` is not known here (did you mean `出生日期`?)",
        ),
        ("[65..70)", "[65..69]", "rows"),
        ("[65..70)", "[65..71)", "rows 1 and 2 both match `周岁(出生日期, 计发日)` = 70"),
        ("[65..70)", "[66..70)", "no row matches `周岁(出生日期, 计发日)` = 65"),
        ("[4..6]", "[5..6]", "no row matches `周岁(出生日期, 计发日)` = 70, `等级` = 4"),
        (
            "| [65..70)               | -      |",
            "| [65..70)               | 9      |",
            "this row matches no value of `等级`",
        ),
        (">= 65 and", ">= \"65\" and", "cannot be compared"),
        ("65 and 等级 != null", "65 and 等级 > 2", "`等级` may be null: say what then"),
        ("'周岁(出生日期, 计发日) >= 65 and 等级 != null'", "'等级'", "the condition comes to"),
        ("type = \"date\"", "type = \"data\"", "`data` is no type of fact (did you mean `date`?)"),
        ("mode = \"申请\"", "mode = \"申报\"", "`申报` is no mode"),
        (
            "from = \"2020-01-01\"",
            "from = \"2020-01-01\"\nto = \"2019-12-31\"",
            "the version ends before it begins",
        ),
        (
            "id = \"年龄\"",
            "id = \"年龄\"\nwehn = 3",
            "`wehn` is not known here (did you mean `when`?)",
        ),
        ("\"register.birth\"", "\"registry.birth\"", "`registry.birth` is nowhere"),
        ("等级 = 2 }", "等级 = 2", "missing comma"),
        (
            "[facts]\n",
            "[facts]\n闲置 = { type = \"boolean\", from = \"declared\", ask = \"?\" }\n",
            "fact `闲置` is named but never used",
        ),
    ] {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "{from} is not in the file");
        match load(&[("a.toml", &text)]) {
            Ok(_) if expected == "rows" => {}
            Ok(_) => panic!("no mistake was found: {to}"),
            Err(told) => assert!(told.contains(expected), "{to}\n{told}"),
        }
    }
}

#[test]
fn versions_leave_no_day_between_them() {
    let second =
        "[[version]]\nfrom = \"2024-01-01\"\ncite = \"d\"\nlike = \"2020-01-01\"\n[[test]]";
    let with = |to: &str| {
        GOOD.replacen("cite = \"c\"\n", &format!("cite = \"c\"\nto = \"{to}\"\n"), 1)
            .replacen("[[test]]", second, 1)
    };
    load(&[("a.toml", &with("2023-12-31"))]).unwrap();
    for (to, expected) in [
        ("2023-12-30", "between 2023-12-30 and 2024-01-01 nothing is in force"),
        ("2024-01-01", "between 2024-01-01 and 2024-01-01 two versions are"),
    ] {
        let told = load(&[("a.toml", &with(to))]).unwrap_err();
        assert!(told.contains(expected), "{told}");
        assert!(told.contains("let the version before end on 2023-12-31"), "{told}");
    }
}

#[test]
fn policies_that_wait_for_each_other_are_refused() {
    let one = |id: &str, other: &str| {
        GOOD.replace("id = \"a\"", &format!("id = \"{id}\""))
            .replacen(
                "[facts]\n",
                &format!(
                    "[facts]\n用{other} = {{ type = \"boolean\", from = \"policy.{other}\" }}\n"
                ),
                1,
            )
            .replace(
                "'周岁(出生日期, 计发日) >= 65",
                &format!("'用{other} and 周岁(出生日期, 计发日) >= 65"),
            )
    };
    let (a, b) = (one("a", "b"), one("b", "a"));
    let told = load(&[("a.toml", &a), ("b.toml", &b)]).unwrap_err();
    assert!(told.contains("these policies wait for each other: a, b"), "{told}");
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text = GOOD.replacen("申请", "申报", 1).replacen(
        "出生日期, 计发日) >= 65",
        "生日, 计发日) >= 65",
        1,
    );
    let told = load(&[("a.toml", &text)]).unwrap_err();
    assert!(told.lines().count() >= 2, "{told}");
}

#[test]
fn a_table_of_200_rows_is_checked() {
    let mut rows = String::new();
    for row in 0..100 {
        for (test, amount) in [("[1..3]", 1), ("[4..6]", 2)] {
            let age = if row == 99 { format!(">= {}", 65 + row) } else { format!("{}", 65 + row) };
            let _ = writeln!(rows, "| {age} | {test} | {amount} | c |");
        }
    }
    let start = GOOD.find("| [65..70)").unwrap();
    let end = GOOD.rfind("'''").unwrap();
    let text = format!("{}{rows}{}", &GOOD[..start], &GOOD[end..]).replace("150.00", "1.00");
    load(&[("a.toml", &text)]).unwrap();
    let gap = text.replacen("| 120 | [4..6] | 2 | c |\n", "", 1);
    let told = load(&[("a.toml", &gap)]).unwrap_err();
    assert!(told.contains("no row matches `周岁(出生日期, 计发日)` = 120, `等级` = 4"), "{told}");
}

/// What is made to do harm ends in a mistake, soon.
#[test]
fn hostile_files_end_in_a_mistake() {
    let deep = format!("'{}出生日期{} = null'", "(".repeat(200), ")".repeat(200));
    let loops = "'count(for a in 1..100000, b in 1..100000 return a) > 0 and 出生日期 = null'";
    let power = "'10 ** 10000 > 0'";
    let pattern = "'matches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaa!\", \"(a+)+$\") and 出生日期 = null'";
    let when = "'周岁(出生日期, 计发日) >= 65 and 等级 != null'";
    for (from, to, expected) in [
        (when, &*deep, "nested more than"),
        (when, loops, "more steps than a rule may"),
        (when, power, "no number that can be used"),
        (when, pattern, "no row matches"),
        ("from = \"2020-01-01\"", "from = \"2020-01-01\"\nlike = \"2020-01-01\"", "to be like"),
        ("value", "value", ""),
    ] {
        let text = GOOD.replacen(from, to, 1);
        match load(&[("a.toml", &text)]) {
            Ok(_) => assert_eq!(expected, "", "{to}"),
            Err(told) => assert!(told.contains(expected), "{to}\n{told}"),
        }
    }
    // A table whose gaps would take longer to find than anybody waits.
    let columns = 12;
    let header: String = (0..columns).map(|n| format!("等级 + {n} | ")).collect();
    let mut rows = String::new();
    for row in 0..60 {
        let cells: String = (0..columns)
            .map(
                |column| {
                    if row % columns == column { format!("{row} | ") } else { "- | ".to_owned() }
                },
            )
            .collect();
        let _ = writeln!(rows, "| {cells}1 | c |");
    }
    let start = GOOD.find("| 周岁").unwrap();
    let end = GOOD.rfind("'''").unwrap();
    let table = format!("| {header}元/月 | 依据 |\n|---|\n{rows}");
    let text = format!("{}{table}{}", &GOOD[..start], &GOOD[end..])
        .replace("hit = \"unique\"", "")
        .replace("unit = \"元/月\"", "unit = \"元/月\"\nhit = \"first\"");
    let told = load(&[("a.toml", &text)]).unwrap_err();
    assert!(told.contains("no row matches") || told.contains("too entangled"), "{told}");
}
