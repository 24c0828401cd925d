//! Published heads: who signed, what was signed, and that a rewrite or a cut shows.

use ledger::head::{PublicKey, Published, PublisherKey, Statement};
use ledger::{Algorithm, Head, Link, Verifier, export};

use crate::samples::{NINE, export_of, ledger};

fn key() -> PublisherKey {
    PublisherKey::from_seed([7; 32])
}

fn publish(links: &[Link]) -> Published {
    let last = links.last().unwrap();
    let head = Head { seq: last.entry.seq, hash: last.hash };
    Statement { algorithm: Algorithm::Sha256, at: NINE, head, ledger: links[0].hash }.sign(&key())
}

/// The same ledger written anew from entry `from` on, every hash recomputed.
fn rewritten(from: usize, count: usize) -> Vec<Link> {
    let mut drafts = Vec::new();
    for link in &ledger(Algorithm::Sha256, count)[1..] {
        let mut draft =
            crate::samples::draft("case.opened", &link.entry.subject, serde_json::json!({}));
        draft.payload = link.entry.payload.clone();
        if link.entry.seq >= from as u64 {
            draft.actor = "somebody-else".into();
        }
        drafts.push(draft);
    }
    crate::samples::ledger_of(Algorithm::Sha256, drafts)
}

#[test]
fn a_published_head_tells_whether_a_later_ledger_is_still_the_same() {
    let published = publish(&ledger(Algorithm::Sha256, 4));
    let other = ledger(Algorithm::Sm3, 6);
    let cases = [
        ("grown", ledger(Algorithm::Sha256, 6), "holds"),
        ("as it was", ledger(Algorithm::Sha256, 4), "holds"),
        ("rewritten later", rewritten(5, 6), "holds"),
        (
            "rewritten",
            rewritten(3, 6),
            "entry 4 is not the one that was published: the ledger has been rewritten",
        ),
        (
            "cut",
            ledger(Algorithm::Sha256, 3),
            "entry 4 was published, but the ledger ends at entry 3",
        ),
        ("another", other, "entry 4 was published for another ledger: the opening entries differ"),
    ];
    for (name, links, expected) in cases {
        let last = links.last().unwrap();
        let current = Head { seq: last.entry.seq, hash: last.hash };
        let there = links.get(3).map(|link| link.hash);
        let found = published.statement.check(links[0].hash, current, there);
        let found = found.err().map_or_else(|| "holds".to_owned(), |broken| broken.to_string());
        assert_eq!(found, expected, "{name}");
        if name != "another" {
            let read =
                export::verify(&mut export_of(&links).as_slice(), &[published.statement.head]);
            let read = read.err().map_or_else(|| "holds".to_owned(), |error| error.to_string());
            assert_eq!(read, expected, "export, {name}");
        }
    }
}

#[test]
fn several_witnesses_are_met_in_order_whatever_order_they_came_in() {
    let links = ledger(Algorithm::Sha256, 6);
    let head = |seq: usize| Head { seq: seq as u64, hash: links[seq - 1].hash };
    let known = [head(5), head(2), head(6), head(2), Head::EMPTY];
    assert!(export::verify(&mut export_of(&links).as_slice(), &known).is_ok());
    let wrong = [head(6), Head { seq: 2, hash: links[2].hash }];
    let error = export::verify(&mut export_of(&links).as_slice(), &wrong).unwrap_err();
    assert_eq!(error.key(), "ledger.head-differs");
    let mut late = Verifier::resume(Algorithm::Sha256, head(4));
    assert_eq!(late.witness(head(4)), Ok(()));
    let error = late.witness(head(2)).unwrap_err();
    assert_eq!(error.to_string(), "entry 2 was published, but checking begins after entry 4");
}

#[test]
fn a_signature_holds_for_this_statement_and_this_key_only() {
    let published = publish(&ledger(Algorithm::Sha256, 4));
    assert!(published.verify(&key().public()).is_ok());
    let stranger = PublisherKey::from_seed([8; 32]).public();
    assert_eq!(published.verify(&stranger).unwrap_err().key(), "ledger.bad-signature");
    let edits: [fn(&mut Published); 6] = [
        |published| published.statement.algorithm = Algorithm::Sm3,
        |published| published.statement.at += 1,
        |published| published.statement.head.seq += 1,
        |published| published.statement.head.hash = published.statement.ledger,
        |published| published.statement.ledger = published.statement.head.hash,
        |published| published.signature[0] ^= 1,
    ];
    for edit in edits {
        let mut edited = published;
        edit(&mut edited);
        assert_eq!(edited.verify(&key().public()).unwrap_err().key(), "ledger.bad-signature");
    }
}

#[test]
fn a_published_head_is_one_line_of_canonical_json() {
    let published = publish(&ledger(Algorithm::Sha256, 4));
    let line = published.to_string();
    assert_eq!(line.parse::<Published>().unwrap(), published);
    let value: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(ledger::Payload::new(&value).unwrap().as_str(), line);
    for at in 0..line.len() {
        let mut bytes = line.clone().into_bytes();
        bytes[at] ^= 1;
        let text = String::from_utf8(bytes).unwrap();
        let holds =
            text.parse::<Published>().is_ok_and(|read| read.verify(&key().public()).is_ok());
        assert!(!holds, "byte {at}");
    }
    let error = line.replace("sha-256", "md5").parse::<Published>().unwrap_err();
    assert_eq!(error.to_string(), "not a published head: expected a hash algorithm at byte 13");
}

#[test]
fn keys_are_the_published_ones_and_the_secret_is_never_shown() {
    // RFC 8032, section 7.1, test 1.
    let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    let seed: ledger::Hash = seed.parse().unwrap();
    let key = PublisherKey::from_seed(*seed.as_bytes());
    let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    assert_eq!(key.public().to_string(), public);
    assert_eq!(public.parse::<PublicKey>().unwrap(), key.public());
    assert_eq!(format!("{key:?}"), "PublisherKey(secret)");
    for wrong in ["", "d75a", &"zz".repeat(32)] {
        assert_eq!(wrong.parse::<PublicKey>().unwrap_err().to_string(), "not a public key");
    }
}
