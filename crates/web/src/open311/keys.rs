//! Keys of programs that may send reports. The settings hold SHA-256 digests, so that whoever reads
//! them cannot use a key.

use sha2::{Digest as _, Sha256};

use crate::intake::hex;

/// True when the digest of the key is one of these. Every digest is compared to its end, so that
/// the time it takes says nothing about how much of a guess was right.
pub fn is_known(digests: &[String], key: &str) -> bool {
    let given = hex(&Sha256::digest(key));
    digests.iter().fold(false, |known, digest| known | same(digest.as_bytes(), given.as_bytes()))
}

fn same(one: &[u8], other: &[u8]) -> bool {
    let differ = one.iter().zip(other).fold(0, |differ, (one, other)| differ | (one ^ other));
    one.len() == other.len() && differ == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_digest_alone() {
        // printf demo | sha256sum
        let demo = "2a97516c354b68848cdbd8f54a226a0a55b21ed138e207ad6c5cbb9c00aa5aea";
        for (digests, key, known) in [
            (vec![demo], "demo", true),
            (vec!["", demo], "demo", true),
            (vec![demo], "Demo", false),
            (vec![demo], "", false),
            (vec![demo], demo, false),
            (vec![""], "", false),
            (vec![], "demo", false),
        ] {
            let digests: Vec<String> = digests.into_iter().map(str::to_owned).collect();
            assert_eq!(is_known(&digests, key), known, "{key}");
        }
    }
}
