//! The last values of a series as a small line.

use askama::Template;
use serde::Deserialize;

use super::content::Word;

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 32.0;
/// Room for half the width of the line above and below.
const EDGE: f64 = 2.0;

/// The last values of a series, oldest first.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/spark/template.html")]
#[serde(default)]
pub struct Spark {
    pub values: Vec<f64>,
    /// What is normal, from and to.
    pub normal: Option<(f64, f64)>,
    /// The line in words, for those who cannot see it.
    pub spoken: Word,
}

impl Spark {
    fn points(&self) -> String {
        let steps = self.values.len().saturating_sub(1).max(1);
        let apart = WIDTH / f64::from(u32::try_from(steps).unwrap_or(u32::MAX));
        let mut x = -apart;
        let mut points = Vec::with_capacity(self.values.len());
        for value in &self.values {
            x += apart;
            // A value that is none leaves a gap.
            if value.is_finite() {
                points.push(format!("{x:.1},{:.1}", self.height_of(*value)));
            }
        }
        points.join(" ")
    }

    /// The upper edge of what is normal, and its height.
    fn band(&self) -> Option<(String, String)> {
        let (low, high) = self.normal.filter(|(low, high)| low.is_finite() && high.is_finite())?;
        let (top, bottom) = (self.height_of(high), self.height_of(low));
        Some((format!("{top:.1}"), format!("{:.1}", (bottom - top).max(0.0))))
    }

    fn height_of(&self, value: f64) -> f64 {
        let (low, high) = self.span();
        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
        HEIGHT - EDGE - share * (HEIGHT - 2.0 * EDGE)
    }

    fn span(&self) -> (f64, f64) {
        let band = self.normal.into_iter().flat_map(|(low, high)| [low, high]);
        self.values
            .iter()
            .copied()
            .chain(band)
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            })
    }
}
