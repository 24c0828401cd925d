//! Twelve months as bars, drawn here so that no script is needed; the table beside says the same.

use askama::Template;
use targets::indicator::Figure;

const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 160.0;
/// Room below for the months.
const FOOT: f64 = 20.0;
const APART: f64 = 50.0;

/// One bar.
struct Bar {
    x: String,
    y: String,
    height: String,
    middle: String,
    month: usize,
}

/// A bar chart.
#[derive(Template)]
#[template(path = "staff/figures/chart.html")]
pub struct Chart {
    spoken: String,
    bars: Vec<Bar>,
}

impl Chart {
    /// The months of a year; nothing when none has a value.
    pub fn of(months: &[Figure], spoken: String) -> Option<Self> {
        let read = |one: &Figure| one.value.and_then(|value| value.to_string().parse::<f64>().ok());
        let values: Vec<f64> = months.iter().map(|one| read(one).unwrap_or(0.0)).collect();
        let most = values.iter().copied().fold(0.0_f64, |most, value| most.max(value.abs()));
        if most <= 0.0 {
            return None;
        }
        let mut x = (WIDTH - APART * 12.0) / 2.0;
        let mut bars = Vec::with_capacity(values.len());
        for (month, value) in (1..).zip(values) {
            let height = (value.max(0.0) / most) * (HEIGHT - FOOT - 4.0);
            bars.push(Bar {
                x: format!("{:.1}", x + 8.0),
                y: format!("{:.1}", HEIGHT - FOOT - height),
                height: format!("{height:.1}"),
                middle: format!("{:.1}", x + APART / 2.0),
                month,
            });
            x += APART;
        }
        Some(Self { spoken, bars })
    }
}
