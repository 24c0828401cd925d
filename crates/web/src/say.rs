//! Times, spans and figures in the reader's language.

use jiff::civil::DateTime;
use model::Timestamp;
use model::time::millis;

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
    pub fn time(&self, at: Timestamp) -> String {
        let civil = self.zone.to_datetime(at);
        let clock = format!("{:02}:{:02}", civil.hour(), civil.minute());
        match self.locale {
            Locale::Chinese => format!("{} {clock}", self.date_of(civil)),
            Locale::English => format!("{}, {clock}", self.date_of(civil)),
        }
    }

    /// `2023年3月14日` or `14 March 2023`.
    pub fn day(&self, at: Timestamp) -> String {
        self.date_of(self.zone.to_datetime(at))
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

    /// For `<time datetime>`: RFC 3339 with the zone's offset.
    pub fn iso(&self, at: Timestamp) -> String {
        at.to_zoned_datetime(self.zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
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
}
