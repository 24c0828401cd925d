//! Building small ledgers and exports; what they must be is said in the other files.

use ledger::{Algorithm, Chain, Draft, Link, OPENING_KIND, Payload, Verifier, export};
use serde_json::{Map, Value, json};

/// 2023-03-06 09:00 in Shanghai.
pub const NINE: i64 = 1_678_064_400_000;

pub fn opening(algorithm: Algorithm) -> Draft {
    Draft {
        occurred_at: NINE,
        actor: "system".into(),
        purpose: "installation".into(),
        kind: OPENING_KIND.into(),
        subject: "ledger".into(),
        payload: Payload::opening(algorithm, &Map::new()).unwrap(),
    }
}

pub fn draft(kind: &str, subject: &str, payload: Value) -> Draft {
    Draft {
        occurred_at: NINE - 1_000,
        actor: "inspector-7".into(),
        purpose: "street-report".into(),
        kind: kind.into(),
        subject: subject.into(),
        payload: Payload::new(&payload).unwrap(),
    }
}

/// A ledger with an opening and these drafts, one second apart.
pub fn ledger_of(algorithm: Algorithm, drafts: Vec<Draft>) -> Vec<Link> {
    let mut chain = Chain::start(algorithm);
    std::iter::once(opening(algorithm))
        .chain(drafts)
        .zip((NINE..).step_by(1_000))
        .map(|(draft, at)| chain.append(draft, at))
        .collect()
}

/// A ledger of `count` entries whose content needs escapes and more than ASCII.
pub fn ledger(algorithm: Algorithm, count: usize) -> Vec<Link> {
    let drafts = (2..=count).map(|number| {
        let text = format!("井盖 \"{number}\"\n缺失 \u{1}");
        draft("case.opened", &format!("case-{number}"), json!({ "number": number, "text": text }))
    });
    ledger_of(algorithm, drafts.collect())
}

pub fn export_of(links: &[Link]) -> Vec<u8> {
    let mut out = Vec::new();
    for link in links {
        export::write_line(&mut out, &link.as_link_ref()).unwrap();
    }
    out
}

/// Walks links and says where they break, as a person would read it.
pub fn walk(algorithm: Algorithm, links: &[Link]) -> Result<(), String> {
    let mut verifier = Verifier::start(algorithm);
    for link in links {
        verifier.check(&link.as_link_ref()).map_err(|broken| broken.to_string())?;
    }
    verifier.finish().map(drop).map_err(|broken| broken.to_string())
}

/// Gives an entry the hash it would have had if it had always been like this.
pub fn reseal(algorithm: Algorithm, link: &mut Link) {
    let line = String::from_utf8(export_of(std::slice::from_ref(link))).unwrap();
    let own = format!(",\"hash\":\"{}\"", link.hash);
    link.hash = algorithm.hash(line.trim_end().replacen(&own, "", 1).as_bytes());
}
