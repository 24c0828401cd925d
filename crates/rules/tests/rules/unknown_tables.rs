//! Decision tables with unknown facts: a decided answer stays, whatever the facts turn out to be.

use proptest::prelude::*;
use rules::Value;

use super::desk::value;
use super::tables::{decide, table};
use super::unknown::fits;

const HITS: [&str; 11] = [
    "UNIQUE",
    "ANY",
    "PRIORITY",
    "FIRST",
    "RULE ORDER",
    "OUTPUT ORDER",
    "COLLECT",
    "COLLECT SUM",
    "COLLECT MIN",
    "COLLECT MAX",
    "COLLECT COUNT",
];
const CELLS: [&str; 10] =
    ["-", "-", "1", "< 2", ">= 2", "[1..3]", "not(2)", "1, 3", "? = 2 or ? = 3", "null"];
const RESULTS: [&str; 5] = ["1", "2", "2", "x", "y + 1"];
const VALUES: [&str; 6] = ["1", "2", "3", "null", "\"a\"", "[2]"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_decided_table_never_changes_when_more_is_known(
        hit in prop::sample::select(HITS.to_vec()),
        rows in prop::collection::vec(
            (
                prop::sample::select(CELLS.to_vec()),
                prop::sample::select(CELLS.to_vec()),
                prop::sample::select(RESULTS.to_vec()),
            ),
            1..5,
        ),
        default in any::<bool>(),
        x in prop::sample::select(VALUES.to_vec()),
        y in prop::sample::select(VALUES.to_vec()),
        hidden in (any::<bool>(), any::<bool>()),
    ) {
        let rows: Vec<[&str; 3]> = rows.into_iter().map(|(a, b, r)| [a, b, r]).collect();
        let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
        let output = if default { "r=2, 1/2" } else { "r=2, 1" };
        let model = table(hit, &[output], &rows);
        let whole = [value(x), value(y)];
        let mut partly = whole.clone();
        if hidden.0 {
            partly[0] = Value::unknown("x");
        }
        if hidden.1 {
            partly[1] = Value::unknown("y");
        }
        let (before, after) = (decide(&model, &partly), decide(&model, &whole));
        prop_assert!(
            fits(&before, &after),
            "{hit} {rows:?} {partly:?}: {} but with {whole:?} {}",
            before.as_feel(),
            after.as_feel()
        );
    }
}
