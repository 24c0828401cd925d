//! Splits a CSV file into rows, so that a quote which is never closed does not swallow the rest of
//! the file: such a row is rejected with its line, and the lines after it are read as rows of their
//! own. What the cells of a row are is read by the `csv` crate.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use csv::{ByteRecord, ReaderBuilder, StringRecord};

use super::lines::{BYTES_MAX, Line, Lines};
use super::record::Rejected;

/// Most lines that one row may span.
const LINES_MAX: usize = 100;

/// A row with the line it begins on.
pub struct Row {
    /// Counts from 1.
    pub line: u64,
    /// Its cells, or why they cannot be told.
    pub cells: Result<StringRecord, Rejected>,
}

/// The rows of a file; empty lines are passed over.
pub struct Rows<R> {
    lines: Lines<R>,
    /// Lines that were read on and given back.
    waiting: VecDeque<Line>,
    /// Cells of the header.
    columns: Option<usize>,
}

/// Where a row stands at the end of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the first character of a cell.
    Start,
    /// In a cell without quotes, or after a quote that something follows.
    Bare,
    /// Within quotes.
    Quoted,
    /// After a quote within quotes: the end of the cell, or the first half of `""`.
    Quote,
}

/// What a line does to a row.
struct Scanned {
    at: At,
    /// False when a quote stands where none may: `a"b` or `"a"b`.
    strict: bool,
}

fn scan(line: &[u8], from: At) -> Scanned {
    let mut scanned = Scanned { at: from, strict: true };
    for byte in line {
        scanned.at = match (scanned.at, byte) {
            (At::Quoted, b'"') => At::Quote,
            (At::Quoted, _) | (At::Quote, b'"') => At::Quoted,
            (_, b',') => At::Start,
            (At::Start, b'"') => At::Quoted,
            (At::Quote, _) | (At::Bare, b'"') => {
                scanned.strict = false;
                At::Bare
            }
            (At::Start | At::Bare, _) => At::Bare,
        };
    }
    scanned
}

impl<R: BufRead> Rows<R> {
    /// Reads `inner`; the first row is the header.
    pub fn new(inner: R) -> Self {
        Self { lines: Lines::new(inner), waiting: VecDeque::new(), columns: None }
    }

    /// Bytes read so far.
    pub fn position(&self) -> u64 {
        self.lines.position()
    }

    /// The next row; nothing at the end.
    pub fn next(&mut self) -> io::Result<Option<Row>> {
        let first = loop {
            match self.line()? {
                None => return Ok(None),
                Some(line) if line.bytes.is_empty() => {}
                Some(line) => break line,
            }
        };
        let line = first.number;
        let cells = match scan(&first.bytes, At::Start).at {
            _ if first.bytes.len() > BYTES_MAX => Err(too_long()),
            At::Quoted => self.spanning(first)?,
            _ => cells(&first.bytes),
        };
        if let Ok(cells) = &cells {
            self.columns.get_or_insert(cells.len());
        }
        Ok(Some(Row { line, cells }))
    }

    fn line(&mut self) -> io::Result<Option<Line>> {
        match self.waiting.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.lines.next(),
        }
    }

    /// A row whose first line ends within quotes. It goes on as long as the quotes are as they must
    /// be and it has the cells of the header in the end; else its first line is a row by itself,
    /// with a quote that is not closed, and the others are given back.
    fn spanning(&mut self, first: Line) -> io::Result<Result<StringRecord, Rejected>> {
        let mut text = first.bytes;
        let mut others = Vec::new();
        let mut at = At::Quoted;
        while at == At::Quoted && others.len() + 1 < LINES_MAX && text.len() <= BYTES_MAX {
            let Some(line) = self.line()? else { break };
            let scanned = scan(&line.bytes, at);
            text.push(b'\n');
            text.extend(&line.bytes);
            others.push(line);
            at = if scanned.strict { scanned.at } else { break };
        }
        if at != At::Quoted && text.len() <= BYTES_MAX {
            let cells = cells(&text);
            let count = cells.as_ref().map(StringRecord::len);
            // What is not UTF-8 is said to be so.
            if count.map_or(true, |count| self.columns.is_none_or(|columns| columns == count)) {
                return Ok(cells);
            }
        }
        for line in others.into_iter().rev() {
            self.waiting.push_front(line);
        }
        let reason = "a quote that opens on this line is not closed".to_owned();
        Ok(Err(Rejected { key: "quote_unclosed", reason }))
    }
}

fn too_long() -> Rejected {
    let reason = format!("the line is longer than {BYTES_MAX} bytes");
    Rejected { key: "row_too_long", reason }
}

fn cells(text: &[u8]) -> Result<StringRecord, Rejected> {
    let unreadable = |reason: String| Rejected { key: "row_unreadable", reason };
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(text.len().max(1))
        .from_reader(text);
    let mut record = ByteRecord::new();
    match reader.read_byte_record(&mut record) {
        Ok(_) => StringRecord::from_byte_record(record)
            .map_err(|_| unreadable("the row is not valid UTF-8".to_owned())),
        Err(error) => Err(unreadable(format!("the row cannot be read: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<(u64, Result<Vec<String>, &'static str>)> {
        let mut rows = Rows::new(text.as_bytes());
        let mut found = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let cells = row.cells.map(|cells| cells.iter().map(str::to_owned).collect());
            found.push((row.line, cells.map_err(|rejected: Rejected| rejected.key)));
        }
        found
    }

    #[test]
    fn a_quote_that_is_not_closed_costs_one_row() {
        const OPEN: Result<&[&str], &str> = Err("quote_unclosed");
        for (text, expected) in [
            ("1,\"a\nb\",2\n", vec![(2, Ok(&["1", "a\nb", "2"][..]))]),
            ("1,\"a\n\nb\",2\n", vec![(2, Ok(&["1", "a\n\nb", "2"]))]),
            ("1,\"a \"\"b\"\" c\",2\n", vec![(2, Ok(&["1", "a \"b\" c", "2"]))]),
            ("1,\"a,2\n2,b,3\n", vec![(2, OPEN), (3, Ok(&["2", "b", "3"]))]),
            ("1,\"a,2\n2,\"b\",3\n", vec![(2, OPEN), (3, Ok(&["2", "b", "3"]))]),
            ("1,\"a,2\n2,\",b\",3\n", vec![(2, OPEN), (3, Ok(&["2", ",b", "3"]))]),
            ("\"1,a,2\n2,\",b\",3\n", vec![(2, OPEN), (3, Ok(&["2", ",b", "3"]))]),
            ("1,\"a,2\n2,\"\",3\n", vec![(2, OPEN), (3, Ok(&["2", "", "3"]))]),
            ("1,a,\"2\n2,b,\"3\n", vec![(2, OPEN), (3, OPEN)]),
            ("1,a,\"2\n2,\"b\n\",3\n", vec![(2, OPEN), (3, Ok(&["2", "b\n", "3"]))]),
            ("1,a,\"2", vec![(2, OPEN)]),
            // Within one line quotes are taken as they come.
            (
                "1,a\"b,2\n2,\"a\"b,3\n",
                vec![(2, Ok(&["1", "a\"b", "2"])), (3, Ok(&["2", "ab", "3"]))],
            ),
        ] {
            let found = read(&format!("x,y,z\n{text}"));
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(line, cells)| {
                    (line, cells.map(|cells| cells.iter().map(|cell| (*cell).to_owned()).collect()))
                })
                .collect();
            assert_eq!(found[1..], expected, "{text:?}");
        }
    }

    #[test]
    fn a_row_spans_so_many_lines_and_no_more() {
        for (lines, expected) in [(LINES_MAX, 2), (LINES_MAX + 1, LINES_MAX + 2)] {
            let found = read(&format!("x,y\n1,\"{}\"\n", "a\n".repeat(lines - 1)));
            assert_eq!(found.len(), expected, "{lines} lines");
        }
    }

    fn cell() -> impl Strategy<Value = String> {
        "[a-z \u{4e00}-\u{4e0f}][a-z,\"\n \u{4e00}-\u{4e0f}]{0,12}|"
    }

    fn written(rows: &[Vec<String>]) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in rows {
            writer.write_record(row).unwrap();
        }
        String::from_utf8(writer.into_inner().unwrap()).unwrap()
    }

    fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
        let header = || vec!["x".to_owned(), "y".to_owned(), "z".to_owned()];
        prop::collection::vec(prop::collection::vec(cell(), 3), 1..12).prop_map(move |mut rows| {
            rows.insert(0, header());
            rows
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(rows in table()) {
            let found: Vec<Vec<String>> =
                read(&written(&rows)).into_iter().map(|(_, cells)| cells.unwrap()).collect();
            prop_assert_eq!(found, rows);
        }

        #[test]
        fn a_quote_too_many_costs_its_own_row(rows in table(), hurt in 1usize..12, cell in 0usize..3) {
            let hurt = 1 + hurt % (rows.len() - 1);
            let mut text = written(&rows[..hurt]);
            let mut row = ["a", "b", "c"].map(str::to_owned);
            row[cell].insert(0, '"');
            text.push_str(&format!("{}\n", row.join(",")));
            let line = u64::try_from(text.matches('\n').count()).unwrap();
            text.push_str(&written(&rows[hurt..]));
            let found = read(&text);
            let lost: Vec<u64> =
                found.iter().filter(|(_, cells)| cells.is_err()).map(|(line, _)| *line).collect();
            prop_assert_eq!(lost, [line]);
            let kept: Vec<Vec<String>> =
                found.into_iter().filter_map(|(_, cells)| cells.ok()).collect();
            prop_assert_eq!(kept, rows);
        }

        #[test]
        fn every_text_comes_to_an_end_line_by_line(text in "[a\",\n\r]{0,200}") {
            let lines: Vec<u64> = read(&text).into_iter().map(|(line, _)| line).collect();
            prop_assert!(lines.is_sorted_by(|a, b| a < b), "{lines:?}");
        }
    }
}
