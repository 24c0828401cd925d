//! Draws that come out the same for the same seed (splitmix64): demo data must be repeatable, so
//! the machine's randomness is never asked.

/// A stream of draws.
#[derive(Debug, Clone)]
pub struct Draw(u64);

impl Draw {
    /// The stream of a seed for one subject, unlike that of any other subject.
    pub fn of(seed: u64, subject: &str) -> Self {
        let mut draw = Self(seed);
        for byte in subject.bytes() {
            draw.0 = draw.roll() ^ u64::from(byte);
        }
        draw
    }

    /// The next 64 bits.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: u32) -> u32 {
        let scaled = (self.roll() >> 32) * u64::from(end);
        u32::try_from(scaled >> 32).unwrap_or(0)
    }

    /// A number from `first` to `last`, both included.
    pub fn between(&mut self, first: u32, last: u32) -> u32 {
        first + self.below(last.saturating_sub(first) + 1)
    }

    /// A fraction from 0 up to 1.
    pub fn fraction(&mut self) -> f64 {
        f64::from(self.below(u32::MAX)) / f64::from(u32::MAX)
    }

    /// One of the values, each as likely as the others; nothing of nothing.
    pub fn pick<'a, T>(&mut self, values: &'a [T]) -> Option<&'a T> {
        let at = self.below(u32::try_from(values.len()).unwrap_or(u32::MAX));
        values.get(usize::try_from(at).unwrap_or(0))
    }

    /// Bytes for ids and for what is sealed.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for part in bytes.chunks_mut(8) {
            part.iter_mut().zip(self.roll().to_be_bytes()).for_each(|(byte, drawn)| *byte = drawn);
        }
        bytes
    }

    /// True `per_mille` times in a thousand.
    pub fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    /// One of the values by their weights; nothing when all weigh nothing.
    pub fn weighted<'a, T>(&mut self, values: &'a [(u32, T)]) -> Option<&'a T> {
        let mut left = self.below(values.iter().map(|(weight, _)| weight).sum());
        for (weight, value) in values {
            if left < *weight {
                return Some(value);
            }
            left -= weight;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_that_of_splitmix64() {
        let mut draw = Draw(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| draw.roll()).collect();
        // Published reference values for this seed.
        let known =
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(first, known);
    }

    #[test]
    fn bytes_are_those_of_the_stream() {
        let (mut draw, mut same) = (Draw(3), Draw(3));
        let bytes: [u8; 10] = draw.bytes();
        assert_eq!(bytes[..8], same.roll().to_be_bytes());
        assert_eq!(bytes[8..], same.roll().to_be_bytes()[..2]);
    }

    #[test]
    fn weights_are_kept_and_nothing_weighs_nothing() {
        let mut draw = Draw(1);
        let rare = (0..10_000).filter(|_| draw.weighted(&[(9, false), (1, true)]) == Some(&true));
        assert!((900..1100).contains(&rare.count()));
        assert_eq!(draw.weighted::<()>(&[]), None);
        assert_eq!(draw.below(0), 0);
        assert_eq!(draw.pick::<()>(&[]), None);
        assert!((0..100).all(|_| [1, 2, 3].contains(draw.pick(&[1, 2, 3]).unwrap())));
    }
}
