//! A set of rows handed to one statement: columns of equal length.

use std::io::Write as _;

/// The values of one column; nothing stands for `NULL`.
#[derive(Debug, Clone)]
pub enum Column {
    /// `TEXT`.
    Text(Vec<Option<String>>),
    /// `BIGINT`.
    Int(Vec<Option<i64>>),
    /// `BYTEA`, never `NULL`.
    Bytes(Vec<Vec<u8>>),
}

/// Named columns.
#[derive(Debug, Clone, Default)]
pub struct Given(Vec<(&'static str, Column)>);

impl Given {
    /// Adds a text column without gaps.
    pub fn text<T: Into<String>>(
        self,
        name: &'static str,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        self.maybe_text(name, values.into_iter().map(|value| Some(value.into())))
    }

    /// Adds a text column.
    pub fn maybe_text(
        mut self,
        name: &'static str,
        values: impl IntoIterator<Item = Option<String>>,
    ) -> Self {
        self.0.push((name, Column::Text(values.into_iter().collect())));
        self
    }

    /// Adds a whole-number column.
    pub fn int(
        mut self,
        name: &'static str,
        values: impl IntoIterator<Item = impl Into<Option<i64>>>,
    ) -> Self {
        self.0.push((name, Column::Int(values.into_iter().map(Into::into).collect())));
        self
    }

    /// Adds a bytes column.
    pub fn bytes(mut self, name: &'static str, values: impl IntoIterator<Item = Vec<u8>>) -> Self {
        self.0.push((name, Column::Bytes(values.into_iter().collect())));
        self
    }

    /// The columns in the order they were added.
    pub fn columns(&self) -> &[(&'static str, Column)] {
        &self.0
    }

    /// How many rows; the shortest column counts.
    pub fn rows(&self) -> usize {
        let length = |column: &Column| match column {
            Column::Text(values) => values.len(),
            Column::Int(values) => values.len(),
            Column::Bytes(values) => values.len(),
        };
        self.0.iter().map(|(_, column)| length(column)).min().unwrap_or(0)
    }

    /// The rows as a JSON list of lists, for `jsonb_each`.
    pub fn to_json(&self) -> String {
        let mut json = Vec::with_capacity(self.rows() * 128);
        json.push(b'[');
        for row in 0..self.rows() {
            json.extend_from_slice(if row == 0 { b"[" } else { b",[" });
            for (index, (_, column)) in self.0.iter().enumerate() {
                if index > 0 {
                    json.push(b',');
                }
                // Writing to memory does not fail, and no cell is anything JSON cannot hold.
                let _ = write_cell(&mut json, column, row);
            }
            json.push(b']');
        }
        json.push(b']');
        String::from_utf8(json).unwrap_or_default()
    }
}

fn write_cell(json: &mut Vec<u8>, column: &Column, row: usize) -> std::io::Result<()> {
    match column {
        Column::Text(values) => match values.get(row).and_then(Option::as_ref) {
            Some(text) => Ok(serde_json::to_writer(json, text)?),
            None => json.write_all(b"null"),
        },
        Column::Int(values) => match values.get(row).copied().flatten() {
            Some(number) => Ok(serde_json::to_writer(json, &number)?),
            None => json.write_all(b"null"),
        },
        Column::Bytes(values) => {
            json.push(b'"');
            for byte in values.get(row).into_iter().flatten() {
                for half in [byte >> 4, byte & 15] {
                    json.push(if half < 10 { b'0' + half } else { b'a' - 10 + half });
                }
            }
            json.push(b'"');
            Ok(())
        }
    }
}
