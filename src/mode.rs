//! `liangwang mode`: shows and switches between normal operation and emergency (平急转换).

use cases::Mode;
use cases::mode::{self, Asked, Switch};
use cases::reckon::{self, Progress};
use model::time::{millis, spoken};
use serde_json::json;

use crate::case::{actor, zone};
use crate::district::{self, Place};
use crate::failure::Failure;
use crate::{machine, progress};

/// Show the mode, or switch to normal (平) or emergency (急)
///
/// The switch is on the record with who, when and why, and holds for every program at this database.
/// While an emergency lasts, limits, routes and rows of packs that are marked for it come first; due
/// times of open cases are reckoned anew.
///
/// Examples:
///   liangwang mode
///   liangwang mode emergency --reason "防汛防台三级响应" --as district-leader-1
///   liangwang mode normal --as district-leader-1
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Switching {
    /// normal or emergency [default: only show the mode]
    #[arg(requires = "by", value_name = "MODE")]
    mode: Option<Mode>,
    /// Why; needed for an emergency. It enters the record as it is, so name nobody
    #[arg(long, requires = "mode")]
    reason: Option<String>,
    /// The member of staff who switches: a role that may, granted for the whole district
    #[arg(long = "as", value_name = "STAFF", requires = "mode")]
    by: Option<String>,
    #[command(flatten)]
    place: Place,
    /// Answer as one JSON object
    #[arg(long)]
    json: bool,
}

impl Switching {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let store = self.place.open().await?;
        let rules = district::adopted(&store).await?;
        let Some(mode) = self.mode else {
            let last = mode::last(&store).await?;
            self.tell(last.as_ref(), &zone(&rules), None);
            return Ok(());
        };
        let actor = actor(&store, self.by.as_deref()).await?;
        let asked = Asked { mode, actor, reason: self.reason.clone() };
        let mut tx = store.begin_when(machine::now).await?;
        mode::switch(&mut tx, &rules, &asked).await??;
        tx.commit().await?;
        // Also when nothing was switched: a program that was stopped here is made good for.
        let bar = progress::bar(0, "due times of open cases");
        let told = |progress: &Progress| {
            bar.set_length(progress.of);
            bar.set_position(progress.seen);
        };
        let moved = reckon::after_switch(&store, &rules, machine::now, told).await?;
        bar.finish_and_clear();
        let last = mode::last(&store).await?;
        self.tell(last.as_ref(), &zone(&rules), Some(moved));
        Ok(())
    }

    fn tell(&self, last: Option<&Switch>, zone: &model::TimeZone, moved: Option<u64>) {
        let mode = last.map(|last| last.mode).unwrap_or_default().as_str();
        if self.json {
            let told = json!({
                "mode": mode,
                "since": last.map(|last| millis(last.since)),
                "by": last.map(|last| last.by.as_str()),
                "reason": last.and_then(|last| last.reason.as_deref()),
                "seq": last.map(|last| last.seq),
                "cases_moved": moved,
            });
            say!("{told}");
            return;
        }
        match last {
            None => say!("the mode is {mode}, as it always was"),
            Some(last) => {
                let why = last.reason.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
                let since = spoken(zone, last.since);
                say!("the mode is {mode} since {since}, by {} (entry {}){why}", last.by, last.seq);
            }
        }
        if let Some(moved) = moved {
            say!("{moved} open cases have another due time");
        }
    }
}
