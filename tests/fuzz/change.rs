//! Changes inputs at random, the same way for the same seed: bytes, stretches, pieces of other inputs, and
//! what parsers trip over.

/// What is put into inputs.
const PIECES: [&str; 24] = [
    "\0",
    "\u{feff}",
    "\u{202e}",
    "\r\n",
    "\"",
    "'",
    "\\",
    "<",
    ">",
    "&",
    "&#0;",
    "<![CDATA[",
    "]]>",
    "%",
    "%00",
    "[[[[[[[[",
    "((((((((",
    "{{{{",
    "-9223372036854775808",
    "1e400",
    "0.0000000000000000001",
    "9999-12-31",
    "亿",
    "一百二十三",
];

/// A small generator of numbers.
pub struct Chance(u64);

impl Chance {
    /// Grows from a number.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`; 0 when there is none.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or_default()
    }
}

/// One of the inputs, changed in up to eight places.
pub fn changed(chance: &mut Chance, inputs: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = inputs[chance.below(inputs.len())].clone();
    for _ in 0..=chance.below(8) {
        change(chance, inputs, &mut bytes);
    }
    bytes
}

fn change(chance: &mut Chance, inputs: &[Vec<u8>], bytes: &mut Vec<u8>) {
    let (from, to) = (chance.below(bytes.len() + 1), chance.below(bytes.len() + 1));
    let (from, to) = (from.min(to), from.max(to));
    match chance.below(7) {
        0 => {
            if let Some(byte) = bytes.get_mut(from) {
                *byte ^= 1 << chance.below(8);
            }
        }
        1 => {
            if let Some(byte) = bytes.get_mut(from) {
                *byte = u8::try_from(chance.below(256)).unwrap_or_default();
            }
        }
        2 => {
            let piece = PIECES[chance.below(PIECES.len())];
            bytes.splice(from..from, piece.bytes());
        }
        // A short stretch goes, or comes again.
        3 => {
            bytes.drain(from..to.min(from + 64));
        }
        4 => {
            let again = bytes[from..to.min(from + 64)].to_vec();
            for _ in 0..=chance.below(4) {
                bytes.splice(from..from, again.iter().copied());
            }
        }
        5 => {
            let other = &inputs[chance.below(inputs.len())];
            let start = chance.below(other.len() + 1);
            let piece = other[start..other.len().min(start + 64)].to_vec();
            bytes.splice(from..from, piece);
        }
        _ => bytes.truncate(to),
    }
}
