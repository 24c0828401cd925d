//! A progress bar for people; silent when the output is no terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over `total` pieces of work called `what`.
pub fn bar(total: u64, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total).with_style(style).with_message(what)
}
