//! Red targets open supervision cases (督查) on the engine: one at most is open for a target; the
//! opening, its link and its entry are one commit. What was dealt with is let go, and may open again
//! after a while.

use cases::{Act, Because, Command, Memory, Opening, Rules, Seal, Values};
use model::time::millis;
use model::{Actor, CaseId, Date, Purpose, Timestamp};
use serde_json::json;
use store::{Statement, Store, StoreError, Tx};

use super::act::enter_target;
use super::plan::every_day;
use super::rows;
use super::rule::FollowUp;
use super::standing::{Standing, State, judge};
use super::target::{Target, TargetId};
use crate::reading::Role;

/// Id and randomness for a new case, from outside.
pub struct Chance {
    /// The id of the case.
    pub case: CaseId,
    /// Randomness for sealing.
    pub seal: Seal,
}

/// What came of looking at all targets.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Considered {
    /// Targets looked at.
    pub looked_at: usize,
    /// Targets with the number of the case that was opened.
    pub opened: Vec<(TargetId, String)>,
    /// Targets whose case was closed.
    pub dealt: Vec<TargetId>,
    /// Why a case could not be opened.
    pub refused: Vec<(TargetId, String)>,
}

/// The day in the district, and days counted as the rule says.
pub struct Days<'d> {
    calendar: Option<&'d model::Calendar>,
    working: bool,
}

impl<'d> Days<'d> {
    /// Days by the district's calendar.
    pub fn of(rules: &'d Rules, rule: &FollowUp) -> Self {
        Self { calendar: rules.today().calendars.values().next(), working: rule.working_days }
    }

    /// The day in the district.
    pub fn date(&self, at: Timestamp) -> Date {
        let utc = || model::TimeZone::UTC.to_datetime(at).date();
        self.calendar.map_or_else(utc, |calendar| calendar.date(at))
    }

    /// Days after the first up to the second.
    pub fn count(&self, from: Date, to: Date) -> u32 {
        match self.calendar.filter(|_| self.working) {
            Some(calendar) if from < to => calendar.working_days_between(from, to),
            Some(_) => 0,
            None => every_day(from, to),
        }
    }

    /// How a target stands.
    pub fn judge(
        &self,
        target: &Target,
        last: Option<super::standing::Reading>,
        now: Timestamp,
        rule: &FollowUp,
    ) -> Standing {
        let pace = |from: Date, to: Date| self.count(from, to);
        judge(&target.terms, target.year, last, self.date(now), rule, &pace)
    }
}

/// Looks at every target of the years that are not over for long: lets go what was dealt with, opens
/// what is red.
pub async fn consider(
    store: &Store,
    rules: &Rules,
    rule: &FollowUp,
    clock: impl Fn() -> Timestamp,
    mut chance: impl FnMut() -> Option<Chance>,
) -> Result<Considered, StoreError> {
    let mut considered = Considered::default();
    // A district that has not adopted the kind has no supervision.
    let known = |kind| rules.today().kinds.contains_key(kind);
    if !rule.kind.as_ref().is_some_and(known) {
        return Ok(considered);
    }
    let (days, now) = (Days::of(rules, rule), clock());
    let mode = cases::mode::current(store).await?;
    let this_year = i64::from(days.date(now).year());
    for year in rows::years(store).await?.into_iter().filter(|year| *year >= this_year - 1) {
        let targets = rows::of_year(store, year, Role::Target).await?;
        let today = days.date(now);
        let last = super::actual::last(store, rules.today(), year, &targets, today).await?;
        for target in targets {
            considered.looked_at += 1;
            let standing = days.judge(&target, last.get(&target.id).copied(), now, rule);
            if let Some(case) = target.case {
                let case = cases::list::find(store, case).await?;
                if case.is_none_or(|case| !case.is_open()) {
                    let mut tx = store.begin_when(&clock).await?;
                    let_go(&mut tx, &target.id).await?;
                    tx.commit().await?;
                    considered.dealt.push(target.id);
                }
                continue;
            }
            if standing.state == State::Red && is_time(&target, now, rule) {
                let world = cases::World { rules, mode, now };
                let broken = || StoreError::Broken("the machine gives no randomness".to_owned());
                let chance = chance().ok_or_else(broken)?;
                let opened = open(store, world, rule, (&target, &standing), &clock, chance).await?;
                match opened {
                    Ok(Some(number)) => considered.opened.push((target.id, number)),
                    Ok(None) => {}
                    Err(refused) => considered.refused.push((target.id, refused)),
                }
            }
        }
    }
    Ok(considered)
}

/// Some days after the last case was closed.
fn is_time(target: &Target, now: Timestamp, rule: &FollowUp) -> bool {
    let wait = rule.again_days.saturating_mul(24 * 3_600_000);
    target.dealt_at.is_none_or(|dealt| millis(now) - millis(dealt) >= wait)
}

async fn let_go(tx: &mut Tx, id: &TargetId) -> Result<(), StoreError> {
    let Some(target) = rows::find_in(tx, id).await? else { return Ok(()) };
    let Some(case) = target.case else { return Ok(()) };
    let now = millis(tx.now());
    let sql = "UPDATE target SET case_id = NULL, dealt_at = $1 WHERE id = $2";
    tx.run(Statement::new(sql).bind(now).bind(id.as_str())).await?;
    let content = json!({ "case": case.to_string() });
    enter_target(tx, &Actor::system("targets"), "target.dealt", id, content).await?;
    Ok(())
}

/// Opens one case for a target and links both in one commit; nothing when somebody else was faster.
async fn open(
    store: &Store,
    world: cases::World<'_>,
    rule: &FollowUp,
    (target, standing): (&Target, &Standing),
    clock: &impl Fn() -> Timestamp,
    chance: Chance,
) -> Result<Result<Option<String>, String>, StoreError> {
    let mut tx = store.begin_when(clock).await?;
    let found = rows::find_in(&mut tx, &target.id).await?;
    let Some(target) = found.filter(|found| found.case.is_none() && !found.withdrawn) else {
        tx.rollback().await?;
        return Ok(Ok(None));
    };
    let world = cases::World { now: tx.now(), ..world };
    let commands = commands(&target, standing, rule, chance);
    let answers = cases::act(&mut tx, world, &mut Memory::default(), &commands).await?;
    let mut number = String::new();
    let mut case = None;
    for answer in answers {
        match answer {
            Ok(done) => {
                number = done.number;
                case = Some(done.case);
            }
            Err(refused) => {
                tx.rollback().await?;
                return Ok(Err(refused.to_string()));
            }
        }
    }
    let Some(case) = case else { return Ok(Ok(None)) };
    let sql = "UPDATE target SET case_id = $1, supervised = supervised + 1 WHERE id = $2";
    tx.run(Statement::new(sql).bind(case.to_string()).bind(target.id.as_str())).await?;
    let content = json!({
        "case": case.to_string(), "number": number, "percent": standing.percent,
        "why": standing.why.name(),
    });
    enter_target(&mut tx, &Actor::system("targets"), "target.supervised", &target.id, content)
        .await?;
    tx.commit().await?;
    Ok(Ok(Some(number)))
}

/// Opens the case and hands it to the organ that answers for the target.
fn commands(target: &Target, standing: &Standing, rule: &FollowUp, chance: Chance) -> Vec<Command> {
    let Some(kind) = rule.kind.clone() else { return Vec::new() };
    let Chance { case, seal } = chance;
    let command = |act: Act| Command {
        case,
        actor: Actor::system("targets"),
        purpose: Purpose::new("supervise"),
        at: None,
        once: None,
        seal,
        act,
    };
    let number = |value: Option<rules::Decimal>| value.map(|value| value.to_string());
    let unit = &target.terms.unit;
    let mut values = Values::default();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            values.insert(name.to_owned(), value.into());
        }
    };
    put("target", Some(target.id.to_string()));
    put("promise", Some(target.terms.name.chars().take(200).collect()));
    put("goal", number(target.terms.goal).map(|goal| format!("{goal}{unit}")));
    let last = standing.last.map(|last| format!("{}{unit}（{}）", last.value, last.on));
    put("figure", last);
    put("forecast", number(standing.forecast).map(|value| format!("{value}{unit}")));
    let name: String = target.terms.name.chars().take(60).collect();
    let opening = Opening {
        kind,
        area: None,
        point: None,
        title: Some(format!("督查：{name}")),
        values,
        external_key: Some(format!("target:{}/{}", target.id, target.supervised + 1).into()),
        follower: None,
    };
    let mut commands = vec![command(Act::Open(Box::new(opening)))];
    if let Some(organ) = target.terms.organ.clone() {
        let note = Some("目标滞后，交责任部门".to_owned());
        let because = Because { reason: None, note };
        commands.push(command(Act::Transfer { organ, because }));
    }
    commands
}
