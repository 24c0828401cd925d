//! Facts of one subject from a file: TOML, JSON, or a row of a CSV file.

use std::fs;
use std::path::Path;

use ::policy::given;
use serde_json::{Map, Value};

use crate::failure::Failure;

/// Larger files hold more than one subject.
const BYTES_MAX: u64 = 8 << 20;

/// Reads a file; `row` is the row of a CSV file, counted from 1 behind the header.
pub fn read(file: &Path, row: usize) -> Result<Value, Failure> {
    let wrong =
        |error: &dyn std::fmt::Display| Failure::new(format!("{}: {error}", file.display()));
    let about = fs::metadata(file).map_err(|error| wrong(&error))?;
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    if ending.as_deref() == Some("csv") {
        return csv(file, row);
    }
    if about.len() > BYTES_MAX {
        return Err(wrong(&format!("the file is larger than {BYTES_MAX} bytes")));
    }
    let text = fs::read_to_string(file).map_err(|error| wrong(&error))?;
    if ending.as_deref() == Some("json") {
        return serde_json::from_str(&text).map_err(|error| wrong(&error));
    }
    let name = file.display().to_string();
    given::from_toml(&name, &text).map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(|one| format!("  {one}")).collect();
        Failure::new(format!("the facts have {} mistakes:\n{}", lines.len(), lines.join("\n")))
    })
}

/// An empty cell is not known; `null` is known to be absent.
fn csv(file: &Path, row: usize) -> Result<Value, Failure> {
    let wrong = |error: csv::Error| Failure::new(format!("{}: {error}", file.display()));
    let mut reader = csv::Reader::from_path(file).map_err(wrong)?;
    let header = reader.headers().map_err(wrong)?.clone();
    let record = row.checked_sub(1).and_then(|skip| reader.records().nth(skip));
    let Some(record) = record else {
        return Err(Failure::new(format!("{} has no row {row}", file.display())));
    };
    let record = record.map_err(wrong)?;
    let cells = header.iter().zip(record.iter());
    let known = cells.filter(|(_, cell)| !cell.trim().is_empty());
    let facts: Map<String, Value> = known
        .map(|(name, cell)| {
            let name = name.trim().trim_start_matches('\u{feff}').to_owned();
            (name, Value::from(cell.trim()))
        })
        .collect();
    Ok(Value::Object(facts))
}
