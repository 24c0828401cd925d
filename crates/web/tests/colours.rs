//! Colours: what is read on what, in each theme, by the formula of WCAG.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::collections::HashMap;

const TOKENS: &str = include_str!("../assets/scss/_tokens.scss");
const STATES: [&str; 7] = ["received", "active", "due", "overdue", "stopped", "done", "emergency"];

/// Words on grounds, everywhere.
const PAIRS: [(&str, &[&str]); 9] = [
    ("ink", &["bg", "surface", "raised", "area-1", "area-2", "area-3"]),
    ("ink-2", &["bg", "surface", "raised"]),
    ("link", &["bg", "surface"]),
    ("link-hover", &["bg", "surface"]),
    ("link-visited", &["bg", "surface"]),
    ("error", &["bg"]),
    ("success", &["bg"]),
    ("band-ink", &["band", "band-hover"]),
    ("bg", &["link", "success"]),
];

fn theme(name: &str) -> HashMap<String, String> {
    let start = TOKENS.find(&format!("@mixin {name} {{")).unwrap();
    let body = &TOKENS[start..start + TOKENS[start..].find("\n}").unwrap()];
    let mut colours = if name == "contrast" { theme("dark") } else { HashMap::new() };
    for line in body.lines() {
        if let Some((name, colour)) = line.trim().trim_end_matches(';').split_once(": #") {
            colours.insert(name.trim_start_matches("--lw-").to_owned(), colour.to_owned());
        }
    }
    colours
}

fn luminance(colour: &str) -> f64 {
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn the_formula_is_that_of_wcag() {
    assert!((contrast("000000", "ffffff") - 21.0).abs() < 1e-9);
    assert!((contrast("777777", "ffffff") - 4.478).abs() < 1e-3);
}

#[test]
fn words_can_be_read_in_every_theme() {
    for (name, least) in [("light", 4.5), ("dark", 4.5), ("contrast", 7.0)] {
        let colours = theme(name);
        let check = |words: &str, ground: &str, least: f64| {
            let ratio = contrast(&colours[words], &colours[ground]);
            assert!(ratio >= least, "{name}: {words} on {ground} is {ratio:.2}");
        };
        for (words, grounds) in PAIRS {
            for ground in grounds {
                // Areas of the map carry numbers of 16 px and more, and the list beside them.
                check(words, ground, if ground.starts_with("area") { 4.5 } else { least });
            }
        }
        for state in STATES {
            check(state, &format!("{state}-tint"), least);
        }
        for kind in ["button", "danger"] {
            check(&format!("{kind}-ink"), kind, least);
            check(&format!("{kind}-ink"), &format!("{kind}-hover"), least);
        }
        check("line", "bg", 3.0);
        check("line", "raised", 3.0);
        // A limit colours its words on the page itself, not on a tint.
        for state in ["due", "overdue", "stopped", "done"] {
            check(state, "bg", least);
            check(state, "surface", least);
        }
    }
}

#[test]
fn every_theme_names_every_colour() {
    let light = theme("light");
    for name in ["dark", "contrast"] {
        let colours = theme(name);
        for token in light.keys() {
            assert!(colours.contains_key(token), "{name} has no {token}");
        }
    }
    assert!(light.len() > 35, "only {} colours were read", light.len());
}
