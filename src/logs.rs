//! What the program says while it runs, on standard error: `LIANGWANG_LOG` is one of error, warn,
//! info, debug, trace; `LIANGWANG_LOG_FORMAT` is text or json.

use std::env;
use std::io::stderr;

use tracing::Level;

use crate::failure::Failure;

/// Begins to log, at `level` unless the operator says otherwise.
pub fn begin(level: Level) -> Result<(), Failure> {
    let level = match env::var("LIANGWANG_LOG") {
        Ok(said) => said
            .parse()
            .map_err(|_| Failure::new("LIANGWANG_LOG is one of error, warn, info, debug, trace"))?,
        Err(_) => level,
    };
    let log = tracing_subscriber::fmt().with_max_level(level).with_writer(stderr);
    match env::var("LIANGWANG_LOG_FORMAT").as_deref() {
        Ok("json") => log.json().flatten_event(true).with_span_list(false).init(),
        Ok("text") | Err(_) => log.init(),
        Ok(_) => return Err(Failure::new("LIANGWANG_LOG_FORMAT is text or json")),
    }
    Ok(())
}
