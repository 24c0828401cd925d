//! What reads requests answers to anything: properties over made-up bytes. `fuzz/` tries longer.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test stops at the first surprise")]

use proptest::prelude::*;
use web::tried;

/// A form with files as a browser sends it, cut and changed at random.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let part = "--b\r\ncontent-disposition: form-data; name=\"words\"\r\n\r\nhello\r\n";
    let file = "--b\r\ncontent-disposition: form-data; name=\"photos\"; filename=\"a.jpg\"\r\n\
                content-type: image/jpeg\r\n\r\n\u{1}\u{2}\r\n";
    let whole = format!("{part}{file}{part}--b--\r\n").into_bytes();
    let length = whole.len();
    let changes = proptest::collection::vec((0..length, any::<u8>()), 0..6);
    (changes, 0..=length).prop_map(move |(changes, cut)| {
        let mut bytes = whole.clone();
        for (at, byte) in changes {
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        bytes.truncate(cut);
        bytes
    })
}

fn read(boundary: &str, bytes: Vec<u8>) -> Result<(usize, usize), u16> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(tried::multipart(boundary, bytes))
}

proptest! {
    #[test]
    fn any_bytes_are_a_form_of_some_fields(bytes: Vec<u8>) {
        prop_assert!(tried::form(&bytes).len() <= 500);
    }

    #[test]
    fn fields_come_back_as_they_were_sent(
        fields in proptest::collection::vec((any::<String>(), any::<String>()), 0..20),
    ) {
        let mut sent = form_urlencoded::Serializer::new(String::new());
        sent.extend_pairs(&fields);
        prop_assert_eq!(tried::form(sent.finish().as_bytes()), fields);
    }

    #[test]
    fn a_damaged_form_with_files_is_read_or_refused(bytes in damaged()) {
        if let Err(status) = read("b", bytes) {
            prop_assert!((400..500).contains(&status), "{}", status);
        }
    }

    #[test]
    fn any_bytes_with_any_boundary_are_read_or_refused(boundary: String, bytes: Vec<u8>) {
        if let Err(status) = read(&boundary, bytes) {
            prop_assert!((400..500).contains(&status), "{}", status);
        }
    }

    #[test]
    fn any_address_and_any_words_are_read(text: String, path in "/(en/)?[ -~]{0,40}") {
        tried::words(&text);
        tried::address(&text);
        if let Some(rest) = tried::address(&path) {
            prop_assert!(rest.starts_with('/'), "{}", rest);
        }
    }
}

#[test]
fn a_whole_form_with_files_is_read() {
    let part = "--b\r\ncontent-disposition: form-data; name=\"words\"\r\n\r\nhello\r\n";
    let file = "--b\r\ncontent-disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\nx\r\n";
    let whole = format!("{part}{file}--b--\r\n").into_bytes();
    assert_eq!(read("b", whole), Ok((1, 1)));
    let many = format!("{}--b--\r\n", part.repeat(501)).into_bytes();
    assert_eq!(read("b", many), Err(413), "more fields than any form of ours has");
}
