//! The line that a target should follow (计划线) and where it will end (预测). Pure: days are counted by
//! whoever asks, so that a district may count working days.

use model::Date;
use rules::Decimal;
use rules::decimal::Rounding;

/// So many digits behind the point are kept of what is divided.
const DIGITS: i32 = 4;

/// A value to be reached by a day (节点).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milestone {
    /// The day.
    pub on: Date,
    /// What should be reached.
    pub value: Decimal,
}

/// Counts the days after the first up to the second; nothing for days that are not in order.
pub type Pace<'p> = &'p dyn Fn(Date, Date) -> u32;

/// From where to where, through which milestones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The day before the first day of the year.
    pub from: Date,
    /// The day the goal is due.
    pub due: Date,
    /// Where it begins: nothing for what is counted within the year, the last result for a stock;
    /// without it the goal holds on every day.
    pub start: Option<Decimal>,
    /// What is to be reached.
    pub goal: Decimal,
    /// In order of their days.
    pub milestones: Vec<Milestone>,
}

impl Plan {
    /// Where it should stand at the end of a day.
    pub fn at(&self, on: Date, pace: Pace<'_>) -> Decimal {
        let Some(start) = self.start else { return self.goal };
        if on >= self.due {
            return self.goal;
        }
        let mut before = Milestone { on: self.from, value: start };
        let end = Milestone { on: self.due, value: self.goal };
        for after in self.milestones.iter().copied().chain([end]) {
            if on < after.on {
                return between(before, after, on, pace);
            }
            before = after;
        }
        self.goal
    }

    /// The share of the way that lies behind, in hundredths of it.
    pub fn elapsed_percent(&self, on: Date, pace: Pace<'_>) -> u32 {
        let (gone, all) = (pace(self.from, on), pace(self.from, self.due));
        if on >= self.due { 100 } else { (gone * 100).checked_div(all).unwrap_or(100).min(100) }
    }

    /// Where it ends when it goes on as it went from the beginning up to `on`; with milestones, when it
    /// stays as far ahead of the line or behind it, in proportion. Nothing before the first day.
    pub fn forecast(&self, value: Decimal, on: Date, pace: Pace<'_>) -> Option<Decimal> {
        let Some(start) = self.start else { return Some(value) };
        if on >= self.due {
            return Some(value);
        }
        let way = self.goal.minus(start)?;
        let planned = self.at(on, pace).minus(start)?;
        let made = value.minus(start)?;
        if planned.is_zero() {
            return None;
        }
        let whole = made.times(way)?.over(planned)?.plus(start)?;
        whole.round(DIGITS, Rounding::HalfEven)
    }
}

fn between(before: Milestone, after: Milestone, on: Date, pace: Pace<'_>) -> Decimal {
    let (gone, all) = (pace(before.on, on), pace(before.on, after.on));
    let part = || -> Option<Decimal> {
        let way = after.value.minus(before.value)?;
        let made = way.times(Decimal::from_i64(gone.min(all).into()))?;
        let made = made.over(Decimal::from_i64(all.into()))?.round(DIGITS, Rounding::HalfEven)?;
        before.value.plus(made)
    };
    // Without a day to count, or with figures beyond all bounds, the line makes one step.
    if all == 0 { after.value } else { part().unwrap_or(before.value) }
}

/// Every day counts.
pub fn every_day(from: Date, to: Date) -> u32 {
    let days = from.until(to).map(|span| span.get_days()).unwrap_or_default();
    u32::try_from(days).unwrap_or_default()
}
