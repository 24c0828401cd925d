//! What happens to the demo's cases: most go their way, some are late, paused, sent back, refused
//! or badly rated. Told through the engine like any other act.

use cases::{Act, Because, CaseError, Command, Opening, Point, Rules, Values};
use model::time::{from_millis, millis};
use model::{Actor, AreaCode, AreaLevel, CaseId, KindId, Purpose, Timestamp};
use register::{Atlas, staff};

use crate::district::District;
use crate::failure::Failure;
use crate::machine;

const HOUR: i64 = 3_600_000;
const MONTH: i64 = 30 * 24 * HOUR;

/// A case that is going to happen.
pub struct Story {
    id: CaseId,
    kind: KindId,
    area: AreaCode,
    point: Option<(f64, f64)>,
    opened: Timestamp,
    chance: u64,
}

/// A sequence of numbers that is the same for the same seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.roll() % end.max(1)
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> Option<&'t T> {
        let index = self.below(u64::try_from(from.len()).unwrap_or(1));
        from.get(usize::try_from(index).unwrap_or_default())
    }
}

/// Draws the stories of the month before `now`, oldest first.
pub fn plan(
    rules: &Rules,
    atlas: &Atlas,
    cells: &[AreaCode],
    seed: u64,
    count: usize,
    now: Timestamp,
) -> Vec<Story> {
    let mut dice = Dice(seed);
    let kinds: Vec<KindId> = rules
        .today()
        .kinds
        .values()
        .filter(|kind| kind.value.procedure.as_str() == "street-report")
        .map(|kind| kind.value.id.clone())
        .collect();
    let mut stories: Vec<Story> = (0..count)
        .filter_map(|_| {
            let opened = from_millis(millis(now) - i64::try_from(dice.below(MONTH as u64)).ok()?);
            let area = dice.pick(cells)?.clone();
            let point = atlas.inside(&area, dice.roll());
            let bits = [dice.roll().to_be_bytes(), dice.roll().to_be_bytes()].concat();
            let mut tail = [0; 10];
            tail.iter_mut().zip(bits).for_each(|(byte, bit)| *byte = bit);
            let id = machine::case_id_from(opened, tail);
            let kind = dice.pick(&kinds)?.clone();
            Some(Story { id, kind, area, point, opened, chance: dice.roll() })
        })
        .collect();
    stories.sort_by_key(|story| story.opened);
    stories
}

/// Lets a story happen up to now; false when its case could not be opened.
pub async fn tell(district: &District, story: &Story) -> Result<bool, Failure> {
    let mut dice = Dice(story.chance);
    let point = story
        .point
        .map(|(x, y)| Point { longitude: format!("{x:.6}"), latitude: format!("{y:.6}") });
    let opening = Act::Open(Box::new(Opening {
        kind: story.kind.clone(),
        area: Some(story.area.clone()),
        point,
        title: None,
        values: Values::from_iter([
            ("words".to_owned(), "演示诉求：合成数据".into()),
            ("severity".to_owned(), (1 + dice.below(5)).into()),
        ]),
        external_key: None,
        follower: None,
    }));
    let resident = Actor::resident("demo");
    if act(district, story.id, resident.clone(), story.opened, opening).await?.is_err() {
        return Ok(false);
    }
    let mut at = story.opened;
    let now = machine::now();
    // Mostly prompt; one in six takes days.
    let mut wait = |dice: &mut Dice, hours: u64| {
        let slow = if dice.below(6) == 0 { 20 } else { 1 };
        let minutes = dice.below(hours * 60).max(1) * slow;
        at = from_millis(millis(at) + i64::try_from(minutes).unwrap_or(60) * 60_000);
        (at < now).then_some(at)
    };
    for (name, hours) in [("accept", 2), ("register", 1), ("dispatch", 2)] {
        let Some(at) = wait(&mut dice, hours) else { return Ok(true) };
        if name == "accept" && dice.below(25) == 0 {
            let values = Values::from_iter([("reason".to_owned(), "nothing-there".into())]);
            let reject = Act::Take { act: parsed("reject")?, values };
            let _ = as_staff(district, story, "clerk-1", at, reject).await?;
            return Ok(true);
        }
        let who = if name == "dispatch" { "dispatcher-1" } else { "clerk-1" };
        let take = Act::Take { act: parsed(name)?, values: Values::new() };
        if as_staff(district, story, who, at, take).await?.is_err() {
            return Ok(true);
        }
    }
    let Some(case) = cases::list::find(&district.store, story.id).await? else { return Ok(true) };
    let organ = case.organ.map(|organ| organ.to_string()).unwrap_or_default();
    let handler = format!("handler-{organ}-1");
    if dice.below(8) == 0 {
        let Some(at) = wait(&mut dice, 2) else { return Ok(true) };
        let why = Because { reason: Some("weather".to_owned()), note: None };
        let _ = as_staff(district, story, &handler, at, Act::Suspend(why)).await?;
        let Some(at) = wait(&mut dice, 30) else { return Ok(true) };
        let _ = as_staff(district, story, &handler, at, Act::Resume(Because::default())).await?;
    }
    let Some(at) = wait(&mut dice, 6) else { return Ok(true) };
    if dice.below(12) == 0 {
        let why = Because { reason: Some("not-ours".to_owned()), note: None };
        let _ = as_staff(district, story, &handler, at, Act::SendBack(why)).await?;
        return Ok(true);
    }
    let values = Values::from_iter([("result".to_owned(), "演示：已处置".into())]);
    let submit = Act::Take { act: parsed("submit")?, values };
    let _ = as_staff(district, story, &handler, at, submit).await?;
    finish(district, story, resident, &mut dice, wait).await?;
    Ok(true)
}

async fn finish(
    district: &District,
    story: &Story,
    resident: Actor,
    dice: &mut Dice,
    mut wait: impl FnMut(&mut Dice, u64) -> Option<Timestamp>,
) -> Result<(), Failure> {
    let subdistrict = story.area.at(AreaLevel::Subdistrict);
    let inspector = subdistrict.map(|code| format!("inspector-{code}-1")).unwrap_or_default();
    for (name, who) in [("confirm", inspector.as_str()), ("close", "clerk-1")] {
        let Some(at) = wait(dice, 8) else { return Ok(()) };
        let take = Act::Take { act: parsed(name)?, values: Values::new() };
        if as_staff(district, story, who, at, take).await?.is_err() {
            return Ok(());
        }
    }
    if dice.below(3) == 0
        && let Some(at) = wait(dice, 24)
    {
        let stars = if dice.below(10) == 0 { 1 } else { 5 };
        let follow_up = machine::case_id(at)?;
        let rate = Act::Rate { stars, channel: "web".into(), comment: None, follow_up };
        let _ = act(district, story.id, resident, at, rate).await?;
    }
    Ok(())
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(name: &str) -> Result<T, Failure> {
    name.parse().map_err(|error: T::Err| Failure::new(error.to_string()))
}

async fn as_staff(
    district: &District,
    story: &Story,
    who: &str,
    at: Timestamp,
    what: Act,
) -> Result<Result<cases::Done, CaseError>, Failure> {
    let staff = staff::find(&district.store, who).await?;
    let staff = staff.ok_or_else(|| Failure::new(format!("the demo has no staff `{who}`")))?;
    act(district, story.id, staff.actor(), at, what).await
}

async fn act(
    district: &District,
    case: CaseId,
    actor: Actor,
    at: Timestamp,
    what: Act,
) -> Result<Result<cases::Done, CaseError>, Failure> {
    let purpose = Purpose::new("demo");
    let seal = machine::seal()?;
    let command = Command { case, actor, purpose, at: Some(at), once: None, seal, act: what };
    Ok(district.writer.submit(command).await?)
}
