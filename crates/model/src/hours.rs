//! Opening hours of an organ: when its working hours (工作时) run.

/// Spans of minutes since midnight, in order and without overlap; 1440 is the end of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningHours {
    working_day: Vec<(u16, u16)>,
    day_off: Vec<(u16, u16)>,
}

/// Why spans are not opening hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// A span ends before it begins, or after midnight.
    #[error("the span {from} to {to} is empty or reaches past midnight")]
    Span {
        /// Minutes since midnight.
        from: u16,
        /// Minutes since midnight.
        to: u16,
    },
    /// Two spans overlap or stand in the wrong order.
    #[error("spans overlap or are out of order at minute {0}")]
    Order(u16),
    /// Working days without a single open minute would never let a limit run out.
    #[error("there is no open hour on working days")]
    Never,
}

impl OpeningHours {
    /// Checks the spans of working days and of days off (weekends, holidays).
    pub fn new(working_day: Vec<(u16, u16)>, day_off: Vec<(u16, u16)>) -> Result<Self, HoursError> {
        for spans in [&working_day, &day_off] {
            let mut last = 0;
            for &(from, to) in spans {
                if from >= to || to > 1440 {
                    return Err(HoursError::Span { from, to });
                }
                if from < last {
                    return Err(HoursError::Order(from));
                }
                last = to;
            }
        }
        if working_day.is_empty() {
            return Err(HoursError::Never);
        }
        Ok(Self { working_day, day_off })
    }

    /// Open day and night, every day (城运中心).
    pub fn round_the_clock() -> Self {
        Self { working_day: vec![(0, 1440)], day_off: vec![(0, 1440)] }
    }

    /// The spans of a day.
    pub fn spans(&self, working_day: bool) -> &[(u16, u16)] {
        if working_day { &self.working_day } else { &self.day_off }
    }

    /// The minute at which a working day closes.
    pub fn close(&self) -> u16 {
        self.working_day.last().map_or(1440, |&(_, to)| to)
    }

    /// True when days off have the hours of working days, so that a limit never stands still for
    /// a holiday.
    pub fn ignores_days_off(&self) -> bool {
        self.working_day == self.day_off
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_that_cannot_be_are_refused() {
        assert_eq!(OpeningHours::new(vec![], vec![]), Err(HoursError::Never));
        assert_eq!(
            OpeningHours::new(vec![(600, 500)], vec![]),
            Err(HoursError::Span { from: 600, to: 500 })
        );
        assert_eq!(
            OpeningHours::new(vec![(500, 700), (690, 800)], vec![]),
            Err(HoursError::Order(690))
        );
    }
}
