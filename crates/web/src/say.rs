//! Times, spans and figures in the reader's language.

use std::borrow::Borrow;

use jiff::civil::DateTime;
use model::time::millis;
use model::{DayKind, Limit, Skipped, Timestamp};

use crate::locale::Locale;
use crate::visit::Visit;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Visit {
    /// `2023年3月14日 09:41` or `14 March 2023, 09:41`.
    pub fn time(&self, at: impl Borrow<Timestamp>) -> String {
        let civil = self.zone.to_datetime(*at.borrow());
        let clock = format!("{:02}:{:02}", civil.hour(), civil.minute());
        match self.locale {
            Locale::Chinese => format!("{} {clock}", self.date_of(civil)),
            Locale::English => format!("{}, {clock}", self.date_of(civil)),
        }
    }

    /// `2023年3月14日` or `14 March 2023`.
    pub fn day(&self, at: impl Borrow<Timestamp>) -> String {
        self.date_of(self.zone.to_datetime(*at.borrow()))
    }

    fn date_of(&self, civil: DateTime) -> String {
        let (year, month, day) = (civil.year(), civil.month(), civil.day());
        match self.locale {
            Locale::Chinese => format!("{year}年{month}月{day}日"),
            Locale::English => {
                let name = usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index));
                format!("{day} {} {year}", name.unwrap_or(&""))
            }
        }
    }

    /// When the day began.
    pub fn midnight(&self) -> Option<Timestamp> {
        let today = self.zone.to_datetime(self.now).date();
        self.zone.to_timestamp(today.at(0, 0, 0, 0)).ok()
    }

    /// For `<time datetime>`: RFC 3339 with the zone's offset.
    pub fn iso(&self, at: impl Borrow<Timestamp>) -> String {
        at.borrow()
            .to_zoned_datetime(self.zone.clone())
            .strftime("%Y-%m-%dT%H:%M:%S%:z")
            .to_string()
    }

    /// How long from one instant to a later one, in its two largest units: `2天3小时`, `2 d 3 h`.
    pub fn span(&self, from: Timestamp, to: Timestamp) -> String {
        let minutes = (millis(to) - millis(from)).max(0) / 60_000;
        let (days, hours, minutes) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
        let parts = match (days, hours, minutes) {
            (0, 0, minutes) => vec![("span-minutes", minutes)],
            (0, hours, 0) => vec![("span-hours", hours)],
            (0, hours, minutes) => vec![("span-hours", hours), ("span-minutes", minutes)],
            (days, 0, _) => vec![("span-days", days)],
            (days, hours, _) => vec![("span-days", days), ("span-hours", hours)],
        };
        let parts: Vec<String> =
            parts.into_iter().map(|(key, count)| self.t1(key, "count", count)).collect();
        parts.join(if self.locale == Locale::English { " " } else { "" })
    }

    /// `4 个工作小时` or `4 working hours`.
    pub fn limit(&self, limit: Limit) -> String {
        let unit = limit.unit.as_str().replace(' ', "-");
        self.t1(&format!("limit-{unit}"), "count", i64::from(limit.amount))
    }

    /// A day that a limit does not count, and why.
    pub fn skipped_day(&self, day: &Skipped) -> String {
        let why = match &day.kind {
            DayKind::Holiday(name) => name.to_string(),
            _ => self.t("day-weekend"),
        };
        let date = self.date_of(day.date.at(0, 0, 0, 0));
        self.tn("day-skipped", &[("day", date.into()), ("why", why.into())])
    }
}
