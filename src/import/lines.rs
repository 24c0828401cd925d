//! Reads a text file whatever its line ends are (LF, CRLF, CR) and knows on which line a byte of
//! what it hands on stands: rejected rows are told by the line an editor shows.

use std::cell::RefCell;
use std::io::{self, Read};
use std::rc::Rc;

/// Hands on the text with LF as its only line end.
pub struct Lines<R> {
    inner: R,
    after_return: bool,
    sent: u64,
    ends: Ends,
}

/// Where the line ends are in what was handed on.
#[derive(Clone, Default)]
pub struct Ends(Rc<RefCell<Vec<u64>>>);

impl<R: Read> Lines<R> {
    /// Reads `inner`.
    pub fn new(inner: R) -> Self {
        Self { inner, after_return: false, sent: 0, ends: Ends::default() }
    }

    /// The line ends seen so far, to be asked while reading goes on.
    pub fn ends(&self) -> Ends {
        self.ends.clone()
    }
}

impl Ends {
    /// The line of a row that begins at this byte; empty lines before it are passed over.
    pub fn line(&self, byte: u64) -> u64 {
        let ends = self.0.borrow();
        let mut index = ends.partition_point(|end| *end < byte);
        let mut byte = byte;
        while ends.get(index) == Some(&byte) {
            index += 1;
            byte += 1;
        }
        u64::try_from(index).unwrap_or(u64::MAX) + 1
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.inner.read(buffer)?;
            if count == 0 {
                return Ok(0);
            }
            let mut kept = 0;
            let mut ends = self.ends.0.borrow_mut();
            for index in 0..count {
                let Some(&byte) = buffer.get(index) else { break };
                let follows = std::mem::replace(&mut self.after_return, byte == b'\r');
                if byte == b'\n' && follows {
                    continue;
                }
                let byte = if byte == b'\r' { b'\n' } else { byte };
                if byte == b'\n' {
                    ends.push(self.sent);
                }
                if let Some(place) = buffer.get_mut(kept) {
                    *place = byte;
                }
                kept += 1;
                self.sent += 1;
            }
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_told_by_the_line_an_editor_shows() {
        for text in ["a\nb\n\n\nc\n", "a\r\nb\r\n\r\n\r\nc\r\n", "a\rb\r\r\rc\r"] {
            let mut lines = Lines::new(text.as_bytes());
            let ends = lines.ends();
            let mut out = String::new();
            lines.read_to_string(&mut out).unwrap();
            assert_eq!(out, "a\nb\n\n\nc\n", "{text:?}");
            let found: Vec<u64> = [0, 2, 4].map(|byte| ends.line(byte)).into();
            assert_eq!(found, [1, 2, 5], "{text:?}");
        }
    }
}
