//! Promises of the demo: a public work report is read and reviewed through the same verbs as on the
//! pages. Words and goals are the report's; its years are moved to the year of the demo, so that lines
//! and notes are alive. Owners, figures during the year, notes and one change are synthetic, and their
//! documents say so.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::time::Date;
use model::{Actor, Timestamp};
use register::{Draw, staff};
use rules::{Decimal, Rounding};
use store::{Store, Tx};
use targets::indicator::catch_up;
use targets::promise::supervise::Days;
use targets::promise::{Reading, TargetError, TargetId, Terms, act, rows};
use targets::review::decide::{Corrected, Desk, proposed};
use targets::review::keep::{Reviewed, StatementState};
use targets::review::{Choice, decide, keep};
use targets::{Declared, Role};

use super::own;
use crate::district::{self, District};
use crate::failure::Failure;
use crate::{packs, target};

/// The text of the report among the shipped packs.
const REPORT: (&str, &str) = ("work-report", "demo/jingan-2023.txt");
const NAME: &str = "2023年上海市静安区政府工作报告";
/// The document that declared figures of the demo name.
const DOCUMENT: &str = "合成数据（演示）";
/// Notes of the demo, and how many in a thousand are missing for the last month.
const NOTES: [&str; 4] = [
    "演示：按计划推进，无困难。",
    "演示：进度略慢，已与相关单位会商。",
    "演示：主要工作集中在下半年。",
    "演示：已完成阶段任务，下月继续。",
];
const MISSING: u32 = 120;
/// How targets go in the demo: weight, and per mille of the plan.
const PACES: [(u32, (u32, u32)); 4] =
    [(64, (985, 1_050)), (16, (880, 960)), (8, (620, 800)), (12, (0, 0))];

/// Reads and reviews the report, once; how many targets there are. A district that has a report keeps
/// its own.
pub async fn fill(store: &Store, seed: u64, start: Timestamp) -> Result<usize, Failure> {
    if !keep::reports(store).await?.is_empty() {
        return Ok(0);
    }
    let Some(text) =
        packs::shipped().get(REPORT.0).and_then(|files| files.0.get(REPORT.1).cloned())
    else {
        return Ok(0);
    };
    let adopted = district::latest(store).await?;
    let wanted = packs::with_required(&adopted, &adopted, &["government-work", "work-report"])?;
    let catalogue = district::adopt_by(store, &wanted, || start).await?;
    let mut tx = store.begin(start).await?;
    add_staff(store, &mut tx, &catalogue).await?;
    tx.commit().await?;
    let declared = district::targets(store).await?;
    let district = District::start_by(store.clone(), Arc::new(move || start)).await?;
    let rules = district.room.rules();
    let mut filling = Filling {
        desk: Desk {
            catalogue: rules.today(),
            declared: &declared,
            actor: &Actor::system("demo"),
        },
        days: Days::of(&rules, &declared.rule),
        draw: Draw::of(seed, "promises"),
        start,
    };
    let mut tx = store.begin(start).await?;
    let count = filling.review(&mut tx, &declared, &text).await.map_err(refused)?;
    tx.commit().await?;
    let mut tx = store.begin(start).await?;
    let year = i64::from(filling.days.date(start).year());
    let own = own::set(store, &mut tx, rules.today(), year).await.map_err(refused)?;
    tx.commit().await?;
    filling.follow(store).await?;
    // A target that is counted is judged by what was counted up to now.
    catch_up(store, rules.today()).await?;
    target::consider(&district, &declared).await?;
    Ok(count + own)
}

fn refused(error: TargetError) -> Failure {
    Failure::keyed(format!("the report of the demo: {error}"), error.key())
}

/// Staff of organs that the packs brought with them.
async fn add_staff(store: &Store, tx: &mut Tx, catalogue: &pack::Catalogue) -> Result<(), Failure> {
    let known = staff::all(store).await?;
    let mut new = register::roster(catalogue);
    new.retain(|one| !known.iter().any(|other| other.id == one.id));
    Ok(staff::insert(tx, &new).await?)
}

struct Filling<'f> {
    desk: Desk<'f>,
    days: Days<'f>,
    draw: Draw,
    start: Timestamp,
}

impl Filling<'_> {
    /// Accepts what has an owner or is a result; the rest stays for somebody to look at.
    async fn review(
        &self,
        tx: &mut Tx,
        declared: &Declared,
        text: &str,
    ) -> Result<usize, TargetError> {
        let Desk { catalogue, actor, .. } = self.desk;
        let reading = targets::read(text, &declared.lexicon);
        let read = (&reading, &declared.lexicon);
        let (report, _) = keep::keep(tx, catalogue, actor, NAME, text, read).await?;
        let all = keep::statements_in(tx, &report).await?;
        let year = i64::from(self.days.date(self.start).year());
        let latest = year_of(&all).unwrap_or(year);
        let mut count = 0;
        for one in all.iter().filter(|one| one.state == StatementState::Open) {
            let Some(mut corrected) = proposed(one, &all, catalogue, declared) else { continue };
            let is_target = corrected.role == Role::Target;
            let of_year = corrected.year == if is_target { latest } else { latest - 1 };
            if is_target && corrected.terms.organ.is_none() || !of_year {
                continue;
            }
            move_to(&mut corrected, year - latest);
            let choice = Choice::Correct(Box::new(corrected));
            decide(tx, self.desk, &report, one.number, &choice).await?;
            count += usize::from(is_target);
        }
        Ok(count)
    }

    /// Declares figures up to now, writes notes and changes one target.
    async fn follow(&mut self, store: &Store) -> Result<(), Failure> {
        let today = self.days.date(self.start);
        let found = rows::of_year(store, today.year().into(), Role::Target).await?;
        let mut tx = store.begin(self.start).await?;
        for (index, one) in found.iter().enumerate() {
            self.figures(&mut tx, &one.id, &one.terms, today).await.map_err(refused)?;
            self.notes(&mut tx, &one.id, today).await.map_err(refused)?;
            if index == 0 {
                let mut terms = one.terms.clone();
                terms.public = !terms.public;
                let Desk { catalogue, actor, .. } = self.desk;
                let reason = "演示：调整公开范围";
                let change = act::change(&mut tx, catalogue, actor, &one.id, terms, reason);
                change.await.map_err(refused)?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// Figures at the ends of months that are over, at a pace of its own.
    async fn figures(
        &mut self,
        tx: &mut Tx,
        id: &TargetId,
        terms: &Terms,
        today: Date,
    ) -> Result<(), TargetError> {
        // What is counted is not declared; the draw goes on all the same.
        let declared = terms.indicator.is_none();
        let (from, to) = self.draw.weighted(&PACES).copied().unwrap_or((1_000, 1_000));
        let Some(plan) = terms.plan(today.year().into()).filter(|_| to > 0 && declared) else {
            return Ok(());
        };
        let pace = |from: Date, to: Date| self.days.count(from, to);
        let mut readings = Vec::new();
        let share = i64::from(self.draw.clone().between(from, to));
        for month in 1..today.month() {
            let Ok(first) = Date::new(today.year(), month, 1) else { continue };
            let on = first.last_of_month();
            let (begin, planned) = (plan.start.unwrap_or(Decimal::from_i64(0)), plan.at(on, &pace));
            let value = scaled(begin, planned, share, terms);
            readings.extend(value.map(|value| Reading { on, value }));
        }
        self.draw.roll();
        let Desk { catalogue, actor, .. } = self.desk;
        for reading in readings {
            act::declare(tx, catalogue, actor, id, reading, (DOCUMENT, today)).await?;
        }
        Ok(())
    }

    async fn notes(&mut self, tx: &mut Tx, id: &TargetId, today: Date) -> Result<(), TargetError> {
        let Desk { catalogue, actor, declared } = self.desk;
        let day = declared.rule.note_day;
        let missing = act::missing_notes(today.year().into(), &[], today, day);
        let late = self.draw.chance(MISSING);
        let keep = missing.len().saturating_sub(usize::from(late));
        for month in missing.iter().take(keep) {
            let words = self.draw.pick(&NOTES).copied().unwrap_or_default();
            act::note(tx, catalogue, actor, id, (month, words), today).await?;
        }
        Ok(())
    }
}

/// The year that most targets of a report speak of; a few look further ahead.
fn year_of(all: &[Reviewed]) -> Option<i64> {
    let targets = all.iter().filter(|one| one.role == Some(Role::Target));
    let mut years: BTreeMap<i64, usize> = BTreeMap::new();
    targets.filter_map(|one| one.year).for_each(|year| *years.entry(year).or_default() += 1);
    years.into_iter().max_by_key(|(_, count)| *count).map(|(year, _)| year)
}

/// To the year of the demo.
fn move_to(corrected: &mut Corrected, years: i64) {
    corrected.year += years;
    let due = i16::try_from(corrected.year).ok().and_then(|year| Date::new(year, 12, 31).ok());
    corrected.terms.due = due.unwrap_or(corrected.terms.due);
}

/// So many thousandths of the way, with as many digits as the goal has.
fn scaled(begin: Decimal, planned: Decimal, share: i64, terms: &Terms) -> Option<Decimal> {
    let way = planned.minus(begin)?.times(Decimal::from_units(share, 3))?;
    // Things are counted whole; shares and growths are not.
    let whole = terms.goal.is_some_and(Decimal::is_whole) && !terms.unit.contains('%');
    let digits = if whole { 0 } else { 2 };
    begin.plus(way)?.round(digits, Rounding::HalfEven)
}
