//! A world as bytes, the same for the same content: what a run's snapshot is kept and hashed as.
//! Numbers are little-endian; a text or list has its length (8 bytes) before it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Column, Data, Rows, World};

/// The first bytes; they change with the form.
const MAGIC: &[u8; 8] = b"LWWORLD1";

impl World {
    /// The bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer(MAGIC.to_vec());
        out.list(&self.texts, |out, text| out.text(text));
        out.rows(&self.persons);
        out.rows(&self.households);
        out.list(&self.starts, |out, start| out.0.extend(start.to_le_bytes()));
        out.list(&self.whole, |out, whole| out.0.push(u8::from(*whole)));
        out.rows(&self.enterprises);
        out.0
    }

    /// Reads back what `to_bytes` wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut input = Reader(bytes.strip_prefix(MAGIC)?);
        let world = Self {
            texts: input.list(Reader::text)?,
            persons: input.rows()?,
            households: input.rows()?,
            starts: input.list(|input| input.take().map(u32::from_le_bytes))?,
            whole: input.list(|input| input.take().map(|[byte]| byte == 1))?,
            enterprises: input.rows()?,
        };
        input.0.is_empty().then_some(world)
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn length(&mut self, length: usize) {
        self.0.extend((length as u64).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.0.extend(text.as_bytes());
    }

    fn list<T>(&mut self, items: &[T], write: impl Fn(&mut Self, &T)) {
        self.length(items.len());
        for item in items {
            write(self, item);
        }
    }

    fn rows(&mut self, rows: &Rows) {
        self.list(&rows.ids, |out, id| out.text(id));
        self.list(&rows.areas, |out, area| out.text(area));
        self.list(&rows.columns, |out, column| match column {
            None => out.0.push(0),
            Some(column) => out.column(column),
        });
    }

    fn column(&mut self, column: &Column) {
        let tag = match &column.data {
            Data::Bool(_) => 1,
            Data::Text(_) => 2,
            Data::Number(_) => 3,
            Data::Date(_) => 4,
        };
        self.0.push(tag);
        self.list(&column.state, |out, state| out.0.push(*state));
        match &column.data {
            Data::Bool(values) => self.list(values, |out, value| out.0.push(*value)),
            Data::Text(values) => self.list(values, |out, v| out.0.extend(v.to_le_bytes())),
            Data::Number(values) => self.list(values, |out, v| out.0.extend(v.to_le_bytes())),
            Data::Date(values) => self.list(values, |out, v| out.0.extend(v.to_le_bytes())),
        }
        let between: Vec<_> = column.between.iter().collect();
        self.list(&between, |out, (row, (from, to))| {
            out.0.extend(row.to_le_bytes());
            out.0.extend(from.to_le_bytes());
            out.0.extend(to.to_le_bytes());
        });
    }
}

struct Reader<'b>(&'b [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    fn length(&mut self) -> Option<usize> {
        let length = usize::try_from(u64::from_le_bytes(self.take()?)).ok()?;
        // Nothing is shorter than a byte.
        (length <= self.0.len()).then_some(length)
    }

    fn text(&mut self) -> Option<Arc<str>> {
        let length = self.length()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok().map(Arc::from)
    }

    fn list<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let length = self.length()?;
        (0..length).map(|_| read(self)).collect()
    }

    fn rows(&mut self) -> Option<Rows> {
        let (ids, areas) = (self.list(Self::text)?, self.list(Self::text)?);
        let columns = self.list(|input| match input.take()? {
            [0] => Some(None),
            [tag] => input.column(tag).map(Some),
        })?;
        Some(Rows { ids, areas, columns })
    }

    fn column(&mut self, tag: u8) -> Option<Column> {
        let state = self.list(|input| input.take().map(|[byte]| byte))?;
        let data = match tag {
            1 => Data::Bool(self.list(|input| input.take().map(|[byte]| byte))?),
            2 => Data::Text(self.list(|input| input.take().map(u32::from_le_bytes))?),
            3 => Data::Number(self.list(|input| input.take().map(i64::from_le_bytes))?),
            4 => Data::Date(self.list(|input| input.take().map(i32::from_le_bytes))?),
            _ => return None,
        };
        let between = self.list(|input| {
            let row = u32::from_le_bytes(input.take()?);
            let (from, to) = (input.take()?, input.take()?);
            Some((row, (i32::from_le_bytes(from), i32::from_le_bytes(to))))
        })?;
        Some(Column { state, data, between: BTreeMap::from_iter(between) })
    }
}
