//! Reads a text file line by line whatever ends the lines (LF, CRLF, CR), and counts them as an
//! editor does: rejected rows are told by their line.

use std::io::{self, BufRead};

/// Most bytes of a line that are kept; what is longer is no row of any table.
pub const BYTES_MAX: usize = 1 << 20;

/// A line without its end.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// Counts from 1.
    pub number: u64,
    /// Its bytes, at most one more than `BYTES_MAX`.
    pub bytes: Vec<u8>,
}

/// The lines of a text.
pub struct Lines<R> {
    inner: R,
    number: u64,
    position: u64,
    after_return: bool,
}

impl<R: BufRead> Lines<R> {
    /// Reads `inner`.
    pub fn new(inner: R) -> Self {
        Self { inner, number: 0, position: 0, after_return: false }
    }

    /// Bytes read so far.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next line; nothing at the end.
    pub fn next(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let mut any = false;
        loop {
            let part = self.inner.fill_buf()?;
            // The line feed of CRLF belongs to the line that the return has ended.
            if self.after_return && !part.is_empty() {
                self.after_return = false;
                if part.first() == Some(&b'\n') {
                    self.take(1);
                    continue;
                }
            }
            if part.is_empty() {
                return Ok(any.then(|| self.line(bytes)));
            }
            any = true;
            let end = part.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let kept = part.get(..end.unwrap_or(part.len())).unwrap_or_default();
            let room = (BYTES_MAX + 1).saturating_sub(bytes.len());
            bytes.extend(kept.iter().take(room));
            let used = kept.len();
            match end.and_then(|end| part.get(end)) {
                Some(end) => {
                    self.after_return = *end == b'\r';
                    self.take(used + 1);
                    return Ok(Some(self.line(bytes)));
                }
                None => self.take(used),
            }
        }
    }

    fn take(&mut self, count: usize) {
        self.inner.consume(count);
        self.position += u64::try_from(count).unwrap_or_default();
    }

    fn line(&mut self, mut bytes: Vec<u8>) -> Line {
        self.number += 1;
        if self.number == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        Line { number: self.number, bytes }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn lines(text: &str, buffer: usize) -> Vec<(u64, String)> {
        let mut lines = Lines::new(BufReader::with_capacity(buffer, text.as_bytes()));
        let mut found = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            found.push((line.number, String::from_utf8(line.bytes).unwrap()));
        }
        assert_eq!(lines.position(), u64::try_from(text.len()).unwrap(), "{text:?}");
        found
    }

    #[test]
    fn lines_are_counted_as_an_editor_shows_them() {
        let expected: Vec<(u64, String)> =
            [(1, "a"), (2, ""), (3, "c d"), (4, "e")].map(|(n, text)| (n, text.to_owned())).into();
        for text in ["a\n\nc d\ne", "a\r\n\r\nc d\r\ne\r\n", "a\r\rc d\re", "\u{feff}a\n\nc d\ne\n"]
        {
            for buffer in [1, 2, 3, 100] {
                assert_eq!(lines(text, buffer), expected, "{text:?} by {buffer}");
            }
        }
        assert_eq!(lines("", 3), []);
    }

    #[test]
    fn a_line_without_end_takes_no_more_memory_than_a_line_may() {
        let text = format!("{}\nb\n", "a".repeat(BYTES_MAX * 3));
        let found = lines(&text, 4_096);
        assert_eq!(found[0].1.len(), BYTES_MAX + 1);
        assert_eq!(found[1], (2, "b".to_owned()));
    }
}
