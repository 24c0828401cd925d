//! Whether a district holds made-up data. It follows from the rows, so that whoever runs a program on
//! them later says so, too; shapes alone may be sketches in a district of real people.

use store::{Statement, Store, StoreError};

const FOUND: &str = "SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM staff WHERE synthetic <> 0) OR EXISTS \
                     (SELECT 1 FROM enterprise WHERE synthetic <> 0) OR EXISTS (SELECT 1 FROM \
                     subject_fact WHERE synthetic <> 0) OR EXISTS (SELECT 1 FROM person WHERE \
                     synthetic <> 0) THEN 1 ELSE 0 END AS BIGINT)";

/// True when one of the staff, the people or the enterprises is made up, or a fact about them.
pub async fn is_synthetic(store: &Store) -> Result<bool, StoreError> {
    let rows = store.fetch(Statement::new(FOUND)).await?;
    Ok(rows.first().map_or(Ok(0), |row| row.int(0))? != 0)
}
