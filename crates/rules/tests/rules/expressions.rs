//! Expressions and what they come to.

use rules::Value;

use super::desk::{feel, run, value, with};

fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(feel(text), *expected, "{text}");
    }
}

#[test]
fn operators_bind_by_their_strength() {
    check(&[
        ("1 + 2 * 3 ** 2", "19"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("1 < 2 and 2 < 3 or false", "true"),
        ("-2 + 5", "3"),
        ("1 + 1 between 2 and 3", "true"),
        ("3 in [1..5)", "true"),
        ("5 in [1..5)", "false"),
        ("5 in ]1..5]", "true"),
        ("2 in (1, [3..4], > 10)", "false"),
        ("12 in (1, [3..4], > 10)", "true"),
        ("if 1 > 2 then \"a\" else \"b\"", "\"b\""),
        ("123 instance of number", "true"),
        ("[1, 2] instance of list<number>", "true"),
        ("{a: 1} instance of context<a: string>", "false"),
    ]);
}

#[test]
fn names_may_hold_spaces_signs_and_chinese() {
    let facts = [
        ("出生日期", value("@\"1956-03-31\"")),
        ("first name", Value::text("Ann")),
        ("first", Value::whole(1)),
        ("a+b", Value::whole(7)),
        ("a", Value::whole(1)),
        ("b", Value::whole(2)),
        ("月收入（元）", Value::whole(3000)),
    ];
    let cases = [
        ("出生日期.year", "1956"),
        ("first name", "\"Ann\""),
        ("first   name + \"!\"", "\"Ann!\""),
        ("first + 1", "2"),
        ("a+b", "7"),
        ("a + b", "7"),
        ("b + a", "3"),
        ("月收入（元） >= 3000", "true"),
        ("for 成员 in [1, 2] return 成员 * 2", "[2, 4]"),
        ("{户 主: 5, 下一: 户 主 + 1}.下一", "6"),
    ];
    for (text, expected) in cases {
        assert_eq!(with(&facts, text).as_feel(), expected, "{text}");
    }
}

#[test]
fn loops_filters_and_quantifiers_run_over_lists() {
    check(&[
        ("for x in 1..3, y in [10, 20] return x + y", "[11, 21, 12, 22, 13, 23]"),
        ("for x in 3..1 return x", "[3, 2, 1]"),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24]"),
        ("for d in @\"2024-02-28\"..@\"2024-03-01\" return d.day", "[28, 29, 1]"),
        ("some x in [1, 2, 3] satisfies x > 2", "true"),
        ("every x in [1, 2, 3] satisfies x > 2", "false"),
        ("[1, 2, 3, 4][item > 2]", "[3, 4]"),
        ("[1, 2, 3, 4][-1]", "4"),
        ("[{a: 1, b: 2}, {a: 3, b: 4}][a > 1].b", "[4]"),
        ("[{a: 1}, {a: 2}].a", "[1, 2]"),
        ("count([1, 2, 3][item > 5])", "0"),
    ]);
}

#[test]
fn functions_take_their_surroundings_along() {
    check(&[
        ("(function(x) x * x)(7)", "49"),
        ("{n: 3, f: function(x) x * n, r: f(4)}.r", "12"),
        ("{f: function(n) if n <= 1 then 1 else n * f(n - 1), r: f(10)}.r", "3628800"),
        ("{f: function(a) function(b) a + b, r: f(1)(2)}.r", "3"),
        ("{f: function(a, b) a - b, r: f(b: 1, a: 5)}.r", "4"),
        ("sort([3, 1, 2], function(x, y) x < y)", "[1, 2, 3]"),
        ("{f: function(a: number) a, r: f(\"x\")}.r", "null"),
    ]);
}

#[test]
fn dates_times_and_durations_follow_the_calendar() {
    check(&[
        ("date(\"2024-02-29\") + duration(\"P1Y\")", "2025-02-28"),
        ("@\"2026-03-31\" - @\"2026-03-01\"", "P30D"),
        ("@\"2026-03-31\" - duration(\"P1M\")", "2026-02-28"),
        ("years and months duration(@\"1956-03-31\", @\"2026-03-30\").years", "69"),
        ("years and months duration(@\"1956-03-31\", @\"2026-03-31\").years", "70"),
        ("@\"2026-03-31\".weekday", "2"),
        ("day of week(@\"2026-03-31\")", "\"Tuesday\""),
        ("week of year(@\"2026-01-01\")", "1"),
        ("week of year(@\"2021-01-03\")", "53"),
        ("day of year(@\"2024-12-31\")", "366"),
        ("time(\"23:30:00\") + duration(\"PT1H\")", "00:30:00"),
        (
            "date and time(\"2026-03-29T00:30:00@Europe/Paris\") + duration(\"PT2H\")",
            "2026-03-29T03:30:00@Europe/Paris",
        ),
        ("@\"2026-01-01T00:00:00Z\" = @\"2026-01-01T08:00:00@Asia/Shanghai\"", "true"),
        ("duration(\"P1DT25H\")", "P2DT1H"),
        ("duration(\"P1Y\") * 2.5", "P2Y6M"),
        ("today()", "2026-03-31"),
        ("date(2026, 2, 29)", "null"),
    ]);
}

#[test]
fn texts_are_counted_in_characters() {
    check(&[
        ("string length(\"上海市🐎\")", "4"),
        ("substring(\"普陀区真如镇\", 4)", "\"真如镇\""),
        ("substring(\"普陀区真如镇\", -3, 2)", "\"真如\""),
        ("substring before(\"a-b\", \"-\")", "\"a\""),
        ("upper case(\"aBc\")", "\"ABC\""),
        ("replace(\"2026-03\", \"(\\d+)-(\\d+)\", \"$2/$1\")", "\"03/2026\""),
        ("split(\"a;b;c\", \";\")", "[\"a\", \"b\", \"c\"]"),
        ("matches(\"310101\", \"^31\\d{4}$\")", "true"),
        ("matches(\"b\", \"[a-z-[aeiou]]\")", "true"),
        ("matches(\"e\", \"[a-z-[aeiou]]\")", "false"),
        ("string join([\"a\", \"b\"], \", \")", "\"a, b\""),
        ("\"\\u4e0a\" = \"上\"", "true"),
        ("string(1.50)", "\"1.5\""),
        ("number(\"1 000,5\", \" \", \",\")", "1000.5"),
    ]);
}

#[test]
fn lists_and_contexts_are_taken_apart_and_put_together() {
    check(&[
        ("list contains([1, null], null)", "true"),
        ("flatten([1, [2, [3]]])", "[1, 2, 3]"),
        ("distinct values([1, 2, 1.0])", "[1, 2]"),
        ("union([1, 2], [2, 3])", "[1, 2, 3]"),
        ("concatenate([1], [2, 3])", "[1, 2, 3]"),
        ("insert before([1, 3], 2, 2)", "[1, 2, 3]"),
        ("remove([1, 2, 3], 2)", "[1, 3]"),
        ("list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)", "[5, 5, 7, 8]"),
        ("index of([1, 2, 1], 1)", "[1, 3]"),
        ("sum(1, 2, 3)", "6"),
        ("mean([1, 2, 6])", "3"),
        ("median([8, 2, 5, 3, 4])", "4"),
        ("mode([6, 3, 9, 6])", "[6]"),
        ("stddev([2, 4, 7, 5])", "2.081665999466132735282297706979931"),
        ("max([@\"2026-01-01\", @\"2025-01-01\"])", "2026-01-01"),
        ("get value({a: {b: 1}}, [\"a\", \"b\"])", "1"),
        ("context put({a: 1}, \"b\", 2)", "{a: 1, b: 2}"),
        ("context merge([{a: 1}, {a: 2, b: 3}])", "{a: 2, b: 3}"),
        ("get entries({a: 1})", "[{key: \"a\", value: 1}]"),
    ]);
}

#[test]
fn ranges_stand_to_each_other_as_the_standard_says() {
    check(&[
        ("before([1..5), [5..9])", "true"),
        ("before([1..5], [5..9])", "false"),
        ("meets([1..5], [5..9])", "true"),
        ("overlaps before([1..5], [4..9])", "true"),
        ("includes([1..9], 9)", "true"),
        ("during(9, [1..9))", "false"),
        ("finished by([1..9], 9)", "true"),
        ("coincides([1..5], [1..5])", "true"),
        ("range(\"[1..3]\") = [1..3]", "true"),
        ("[1..3].end included", "true"),
        ("(>= 10).start", "10"),
    ]);
}

#[test]
fn a_mistake_comes_to_null_and_is_told() {
    let cases = [
        ("1 + \"a\"", "feel.operands_wrong"),
        ("{a: 1}.b", "feel.entry_unknown"),
        ("abs(\"x\")", "feel.function_failed"),
        ("string length(5)", "feel.argument_wrong"),
        ("[1, 2][7]", "feel.item_missing"),
        ("1 / 0", "feel.number_impossible"),
        ("(1)(2)", "feel.not_a_function"),
        ("nobody", "feel.name_unknown"),
        ("[5..1]", "feel.range_backwards"),
    ];
    for (text, key) in cases {
        let (value, problems) = run(&[], text);
        assert!(value.is_null(), "{text} is {}", value.as_feel());
        assert_eq!(problems[0].key, key, "{text}");
    }
}

#[test]
fn what_is_decided_without_a_mistake_does_not_tell_it() {
    let facts = [("死亡日期", Value::Null)];
    for text in ["死亡日期 = null or 死亡日期 > today()", "死亡日期 > today() or 死亡日期 = null"]
    {
        let (value, problems) = run(&facts, text);
        assert!(matches!(value, Value::Bool(true)), "{text}");
        assert!(problems.is_empty(), "{text}: {problems:?}");
    }
}
