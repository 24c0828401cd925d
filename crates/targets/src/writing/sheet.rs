//! What every file of a report is made from: the report as it is read now, with the corrections of its
//! figures and where its links lead.

use super::edition::Correction;
use super::render::{Quoted, Written};

/// A report on its way into a file.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'s> {
    /// What was written.
    pub written: &'s Written,
    /// What has changed since it was published.
    pub corrections: &'s [Correction],
    /// Where links begin: `https://…`; nothing leaves them out.
    pub site: Option<&'s str>,
    /// Number and day of the edition; nothing for a draft.
    pub edition: Option<(i64, &'s str)>,
}

impl Sheet<'_> {
    /// The corrections of a figure, oldest first.
    pub fn of(&self, figure: usize) -> impl Iterator<Item = &Correction> {
        self.corrections.iter().filter(move |one| one.figure == figure)
    }

    /// Where the records of a figure are listed.
    pub fn link(&self, figure: &Quoted) -> Option<String> {
        Some(format!("{}{}", self.site?, figure.records.as_ref()?))
    }

    /// The line below the title.
    pub fn standing(&self) -> String {
        match self.edition {
            Some((number, day)) => format!("第{number}号发布稿，{day}发布"),
            None => "草稿，未发布".to_owned(),
        }
    }

    /// The footnote of a figure, its corrections included.
    pub fn note(&self, figure: &Quoted) -> String {
        let mut note = figure.note();
        for one in self.of(figure.number) {
            note.push('；');
            note.push_str(&one.words());
        }
        note
    }
}
