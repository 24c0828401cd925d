//! Figures and how they are taken: medians of rounds, percentiles of waits, CPU seconds and bytes
//! as the kernel counts them.

use std::time::{Duration, Instant};

/// A measured figure beside its bar.
pub struct Figure {
    pub what: String,
    pub value: String,
    pub bar: &'static str,
    pub met: Option<bool>,
}

#[derive(Default)]
pub struct Sheet {
    pub figures: Vec<Figure>,
}

impl Sheet {
    pub fn add(
        &mut self,
        what: impl Into<String>,
        value: impl Into<String>,
        bar: &'static str,
        met: Option<bool>,
    ) {
        let figure = Figure { what: what.into(), value: value.into(), bar, met };
        eprintln!("{}: {} {}", figure.what, figure.value, figure.bar);
        self.figures.push(figure);
    }
}

/// The middle one of several values.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The wait that so many per cent did not exceed, in milliseconds.
pub fn percentile(waits: &mut [Duration], percent: usize) -> f64 {
    waits.sort();
    let at = (waits.len() * percent / 100).min(waits.len().saturating_sub(1));
    waits.get(at).map_or(0.0, |wait| wait.as_secs_f64() * 1e3)
}

/// CPU seconds of this process so far, from the kernel's own count.
pub fn cpu_seconds() -> f64 {
    cpu_seconds_of("self")
}

/// CPU seconds of another process.
pub fn cpu_seconds_of(pid: &str) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after = text.rsplit(')').next().unwrap_or_default();
    let fields: Vec<f64> = after.split_whitespace().map(|f| f.parse().unwrap_or(0.0)).collect();
    (fields.get(11).unwrap_or(&0.0) + fields.get(12).unwrap_or(&0.0)) / 100.0
}

/// Bytes that this process has sent to the disk so far.
pub fn written_bytes() -> f64 {
    let text = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("wchar: "));
    line.and_then(|bytes| bytes.trim().parse().ok()).unwrap_or(0.0)
}

/// How long something took.
pub async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    let done = work.await;
    (done, start.elapsed())
}
