//! Tables of amounts as they are written in policy files: lines of cells between `|`, the columns of
//! tests first, then the amount, then where each row stands, then (if need be) why a row is not
//! confirmed.

use std::sync::Arc;

use pack::reader::Written;
use rules::dmn;
use rules::dmn::model::{Table as Plain, TableInput, TableOutput};
use rules::expr::{Node, Span};
use rules::{Expr, Mistake};

use crate::compile::Making;
use crate::raw::RawAmount;

/// A table made ready.
pub struct Made {
    /// The table as an expression.
    pub expr: Expr,
    /// Where each row stands.
    pub cites: Vec<Arc<str>>,
    /// Why a row is not confirmed.
    pub unconfirmed: Vec<Option<String>>,
}

/// A cell with the byte at which it begins in the table's text.
#[derive(Debug, Clone)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Where it begins.
    pub at: usize,
}

/// The lines of a table: the header, then the rows.
pub fn cells(text: &str) -> Vec<Vec<Cell>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let rule = trimmed.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '));
        if trimmed.starts_with('|') && !rule {
            lines.push(split(line, start));
        }
        start += line.len();
    }
    lines
}

fn split(line: &str, start: usize) -> Vec<Cell> {
    let first = line.find('|').map_or(0, |first| first + 1);
    let inner = line.get(first..).unwrap_or_default().trim_end();
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    let mut cells = Vec::new();
    // A sign within quotes is part of a text.
    let (mut quoted, mut begin) = (false, 0);
    for (index, c) in inner.char_indices().chain([(inner.len(), '|')]) {
        match c {
            '"' => quoted = !quoted,
            '|' if !quoted || index == inner.len() => {
                let raw = inner.get(begin..index).unwrap_or_default();
                let lead = raw.len() - raw.trim_start().len();
                let at = start + first + begin + lead;
                cells.push(Cell { text: raw.trim().to_owned(), at });
                begin = index + 1;
            }
            _ => {}
        }
    }
    cells
}

/// The number of columns that are tested; nothing, with what is wrong told, for a table of another
/// shape.
fn shape(
    making: &Making<'_>,
    raw: &RawAmount,
    written: &Written,
    lines: &[Vec<Cell>],
) -> Option<usize> {
    let wrong = |making: &Making<'_>, at: usize, wrong: String, hint: Option<&str>| {
        making.shared.wrong(&written.inside(at), wrong, hint.map(str::to_owned));
    };
    let Some((header, rows)) = lines.split_first().filter(|(_, rows)| !rows.is_empty()) else {
        let hint = "write a header, a line of `---` and a line for each row, all between `|`";
        wrong(making, 0, "the table has no rows".to_owned(), Some(hint));
        return None;
    };
    let unit = header.iter().position(|cell| cell.text == raw.unit.text);
    let Some(inputs) = unit.filter(|unit| *unit > 0) else {
        let hint = "the header names what is tested, then the unit, then 依据";
        let at = header.first().map_or(0, |cell| cell.at);
        wrong(making, at, format!("no column is called `{}`", raw.unit.text), Some(hint));
        return None;
    };
    if header.get(inputs + 1).is_none_or(|cell| cell.text != "依据") {
        let at = header.last().map_or(0, |cell| cell.at);
        let hint = "every amount names where it stands";
        wrong(making, at, format!("behind `{}` comes `依据`", raw.unit.text), Some(hint));
        return None;
    }
    let mut good = true;
    for row in rows {
        let at = row.first().map_or(0, |cell| cell.at);
        if row.len() != header.len() {
            let text = format!("the row has {} cells, the header {}", row.len(), header.len());
            wrong(making, at, text, None);
            good = false;
        } else if row.get(inputs + 1).is_some_and(|cell| cell.text.is_empty()) {
            wrong(making, at, "a citation is missing".to_owned(), Some("fill in 依据"));
            good = false;
        }
    }
    good.then_some(inputs)
}

/// Reads a table; what is wrong is told.
pub fn read(making: &mut Making<'_>, raw: &RawAmount, written: &Written) -> Option<Made> {
    let lines = cells(&written.text);
    let inputs = shape(making, raw, written, &lines)?;
    let (header, rows) = lines.split_first()?;
    let text = |row: &[Cell], column: usize| {
        row.get(column).map(|cell| cell.text.clone()).unwrap_or_default()
    };
    let (hit, aggregation) = match raw.hit.as_ref().map(|hit| (&*hit.text, hit)) {
        None | Some(("unique", _)) => ("UNIQUE", None),
        Some(("first", _)) => ("FIRST", None),
        Some(("highest", _)) => ("COLLECT", Some("MAX".to_owned())),
        Some((other, hit)) => {
            let hint = pack::mistake::suggestion(other, ["unique", "first", "highest"]);
            making.shared.wrong(&hit.at, format!("`{other}` is no hit policy"), hint);
            return None;
        }
    };
    let plain = Plain {
        hit: hit.to_owned(),
        aggregation,
        inputs: (0..inputs)
            .map(|column| TableInput { text: text(header, column), ..TableInput::default() })
            .collect(),
        outputs: vec![TableOutput::default()],
        rows: rows
            .iter()
            .map(|row| {
                let tests = (0..inputs).map(|column| text(row, column)).collect();
                (tests, vec![text(row, inputs)])
            })
            .collect(),
    };
    let table = match dmn::table("amounts", &plain, &mut making.scope) {
        Ok(table) => table,
        Err(mistakes) => {
            for mistake in &mistakes {
                let from = cell_of(mistake, header, rows).map_or(0, |cell| cell.at);
                making.tell(written, from, mistake);
            }
            return None;
        }
    };
    let cites = rows.iter().map(|row| making.cited(&text(row, inputs + 1))).collect();
    let doubt = |row: &Vec<Cell>| Some(text(row, inputs + 2)).filter(|text| !text.is_empty());
    let unconfirmed = rows.iter().map(doubt).collect();
    let expr = Expr::new(Node::Table(Arc::new(table)), Span::default());
    Some(Made { expr, cites, unconfirmed })
}

/// The cell that a mistake of a table is about: its text is called `…, row 2, column 1` or
/// `…, input 1`.
fn cell_of<'c>(mistake: &Mistake, header: &'c [Cell], rows: &'c [Vec<Cell>]) -> Option<&'c Cell> {
    let name = &mistake.source.as_ref()?.name;
    let number = |word: &str| -> Option<usize> {
        let rest = name.split(word).nth(1)?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<usize>().ok()?.checked_sub(1)
    };
    match (number(", row "), number(", column "), number(", input ")) {
        (Some(row), Some(column), _) => rows.get(row)?.get(column),
        (_, _, Some(column)) => header.get(column),
        _ => None,
    }
}
