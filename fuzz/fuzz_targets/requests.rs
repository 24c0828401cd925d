//! What reads requests gets any bytes: the first chooses which reader.

#![no_main]

use libfuzzer_sys::fuzz_target;
use web::tried;

fuzz_target!(|bytes: &[u8]| {
    let Some((way, rest)) = bytes.split_first() else { return };
    match way % 4 {
        0 => {
            tried::form(rest);
        }
        1 => {
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            if let Err(status) = runtime.block_on(tried::multipart("b", rest.to_vec())) {
                assert!((400..500).contains(&status));
            }
        }
        2 => tried::words(&String::from_utf8_lossy(rest)),
        _ => {
            tried::address(&String::from_utf8_lossy(rest));
        }
    }
});
