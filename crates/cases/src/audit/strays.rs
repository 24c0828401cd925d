//! Rows that belong to no case: somebody put them in, or took the row of their case out.

use store::{Statement, Store, StoreError};

use super::{Difference, Differing, Report};

/// Each in one statement, so that a case that is opened meanwhile is no false alarm.
const STRAYS: [(&str, &str); 5] = [
    (
        "case_pause",
        "SELECT 'case:' || case_id, count(*) FROM case_pause WHERE NOT EXISTS (SELECT 1 FROM \
         case_opening WHERE case_opening.id = case_pause.case_id) GROUP BY case_id ORDER BY case_id",
    ),
    (
        "case_rating",
        "SELECT 'case:' || case_id, count(*) FROM case_rating WHERE NOT EXISTS (SELECT 1 FROM \
         case_opening WHERE case_opening.id = case_rating.case_id) GROUP BY case_id ORDER BY case_id",
    ),
    (
        "case_follower",
        "SELECT 'case:' || case_id, count(*) FROM case_follower WHERE NOT EXISTS (SELECT 1 FROM \
         case_opening WHERE case_opening.id = case_follower.case_id) GROUP BY case_id ORDER BY \
         case_id",
    ),
    (
        "case_state",
        "SELECT 'entry:' || CAST(entry AS TEXT), CAST(1 AS BIGINT) FROM case_state WHERE NOT EXISTS (SELECT 1 FROM \
         case_opening WHERE case_opening.entry = case_state.entry) ORDER BY entry",
    ),
    (
        "case_opening",
        // With entries it is one of those without a row, which `missing` tells.
        "SELECT 'case:' || id, CAST(1 AS BIGINT) FROM case_opening WHERE NOT EXISTS (SELECT 1 FROM case_state WHERE \
         case_state.entry = case_opening.entry) AND NOT EXISTS (SELECT 1 FROM ledger_subject WHERE \
         ledger_subject.subject = 'case:' || case_opening.id) ORDER BY id",
    ),
];

/// Finds rows whose case, or whose other half, is not there; told in `report`, too.
pub async fn strays(store: &Store, report: &mut Report) -> Result<(), StoreError> {
    for (table, sql) in STRAYS {
        for row in store.fetch(Statement::new(sql)).await? {
            let rows = Some(format!("{} without a case", row.int(1)?));
            let difference = Difference { column: table.to_owned(), row: rows, entries: None };
            report.tell(Differing {
                subject: row.text(0)?,
                number: None,
                differences: vec![difference],
            });
        }
    }
    Ok(())
}
