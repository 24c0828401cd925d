//! What every story of the demo is told with: rules, people, places, days.

use cases::standing::Mode;
use cases::{Act, Case, Opening, Rules, Values, World};
use model::time::{from_millis, millis};
use model::{Actor, AreaLevel, Calendar, LimitUnit, OpeningHours, Timestamp};
use pack::{Answer, Form, Procedure, Step};
use register::Draw;

use super::crew::Crew;
use super::days::Days;
use super::places::{Places, Spot};
use super::topics::{Topic, Topics};

/// The scene.
#[derive(Debug)]
pub struct Scene<'s> {
    /// What decides.
    pub rules: &'s Rules,
    /// Now: the end of every story.
    pub start: Timestamp,
    /// What is told.
    pub topics: Topics,
    /// Where.
    pub places: Places<'s>,
    /// When.
    pub days: Days,
    /// By whom.
    pub crew: Crew,
}

/// A report as it comes in.
#[derive(Debug)]
pub struct Report {
    /// Who opens the case.
    pub actor: Actor,
    /// What is told.
    pub act: Act,
    /// Who may rate it later; an inspector does not rate what he found.
    pub reporter: Option<Actor>,
}

/// Of a hundred reports by people, so many come in by one of the channels.
const CHANNELS: u32 = 100;
/// Working minutes of a step without a limit.
const NO_LIMIT: u32 = 240;

impl Scene<'_> {
    /// What acts are decided by.
    pub fn world(&self) -> World<'_> {
        World { rules: self.rules, mode: Mode::Normal, now: self.start }
    }

    /// How a case is handled.
    pub fn procedure(&self, case: &Case) -> Option<&Procedure> {
        self.rules.procedure(case.edition, &case.procedure)
    }

    /// The days of a case.
    pub fn calendar(&self, case: &Case) -> Option<&Calendar> {
        self.rules.calendar(case.edition, &self.procedure(case)?.calendar)
    }

    /// The instant after so many minutes in which the holder of the case is at work.
    pub fn after(&self, case: &Case, from: Timestamp, minutes: u32) -> Timestamp {
        let hours = self.rules.hours(case.organ.as_ref());
        let end = self.calendar(case).map(|days| days.add_working_minutes(from, minutes, hours));
        end.map_or(from, |end| end.at)
    }

    /// That time, or the morning after it when residents sleep.
    pub fn awake(&self, case: &Case, at: Timestamp) -> Timestamp {
        let hour = self.calendar(case).map_or(12, |days| days.zone().to_datetime(at).hour());
        let hours = if hour < 7 { 7 } else { 0 };
        from_millis(millis(at) + hours * 3_600_000)
    }

    /// When the step is due.
    pub fn due(&self, case: &Case) -> Option<Timestamp> {
        cases::standing::due(self.rules, case, Mode::Normal).map(|(due, _)| due)
    }

    /// The limit of the step in minutes in which its holder is at work.
    pub fn minutes(&self, case: &Case) -> u32 {
        let Some(limit) = cases::standing::limit(self.rules, case, Mode::Normal) else {
            return NO_LIMIT;
        };
        let unit = match limit.unit {
            LimitUnit::Minutes => 1,
            LimitUnit::Hours | LimitUnit::WorkingHours => 60,
            LimitUnit::WorkingDays | LimitUnit::CalendarDays | LimitUnit::ClockDays => {
                minutes_a_day(self.rules.hours(case.organ.as_ref()))
            }
        };
        limit.amount.saturating_mul(unit)
    }

    /// How often in a thousand a step is late: organs and sub-districts differ.
    pub fn slack(&self, case: &Case, step: &Step) -> u32 {
        let organ = case.organ.as_ref().map(|organ| organ.as_str()).unwrap_or_default();
        let mut of_organ = Draw::of(1, organ);
        let by = |role: &str| step.by.iter().any(|one| one.as_str() == role);
        if by("handler") {
            let around = case.area.as_ref().and_then(|area| area.at(AreaLevel::Subdistrict));
            let around = around.as_ref().map(|area| area.as_str()).unwrap_or_default();
            of_organ.between(30, 115) * Draw::of(2, around).between(60, 140) / 100
        } else if by("inspector") {
            of_organ.between(8, 50)
        } else {
            8
        }
    }

    /// A report of something somewhere by `name`; `number` tells it from every other one.
    pub fn report(
        &self,
        draw: &mut Draw,
        topic: &Topic,
        spot: &Spot,
        name: &str,
        number: usize,
    ) -> Report {
        let resident = Actor::resident(name);
        let clerk = |draw: &mut Draw| self.crew.anybody(draw, "clerk", &spot.area);
        let inspector = |draw: &mut Draw| self.crew.anybody(draw, "inspector", &spot.area);
        let mut external_key = None;
        let found = draw.chance(topic.patrol * 10);
        let channel = if found { CHANNELS } else { draw.below(CHANNELS) };
        let (actor, reporter) = match channel {
            // On the page for residents.
            0..58 => (None, Some(resident.clone())),
            // By telephone; the hotline has a number of its own for it.
            58..93 => {
                external_key = Some(format!("demo-12345-{number:06}").into());
                (clerk(draw), Some(resident.clone()))
            }
            // At the window.
            93..CHANNELS => (clerk(draw), Some(resident.clone())),
            _ => (inspector(draw), None),
        };
        let mut values = Values::new();
        let words = match reporter {
            Some(_) => self.topics.words(draw, topic, &spot.road),
            None => self.topics.patrol(draw, topic, &spot.road),
        };
        values.insert("words".to_owned(), words.into());
        if reporter.is_some() && (channel >= 58 || draw.chance(400)) {
            let number = draw.below(10_000);
            let contact = format!("演示电话 000-0000-{number:04}（合成，不可拨打）");
            values.insert("contact".to_owned(), contact.into());
        }
        if draw.chance(topic.grave) {
            values.insert("severity".to_owned(), 5.into());
        } else if draw.chance(500) {
            values.insert("severity".to_owned(), draw.between(1, 4).into());
        }
        let opening = Opening {
            kind: topic.kind.clone(),
            area: Some(spot.area.clone()),
            point: spot.point.clone(),
            title: Some(format!("{}：{}", topic.name, spot.road)),
            values,
            external_key,
            follower: None,
        };
        let act = Act::Open(Box::new(opening));
        Report { actor: actor.unwrap_or(resident), act, reporter }
    }

    /// A form filled in as far as it must be, and its numbers.
    pub fn filled(&self, draw: &mut Draw, form: Option<&Form>) -> Values {
        let fields = form.map(|form| form.fields.as_slice()).unwrap_or_default();
        let answer = |draw: &mut Draw, answer: &Answer, about: &str| match answer {
            Answer::Text(_) => Some(self.topics.remark(draw, about).into()),
            Answer::Number(first, last) => {
                let most = u32::try_from((last - first).min(4)).unwrap_or(0);
                Some((first + i64::from(draw.between(0, most))).into())
            }
            Answer::Choice(choices) => draw.pick(choices).map(|(id, _)| id.as_str().into()),
            Answer::Day | Answer::YesNo | Answer::Photos(..) => None,
        };
        let wanted = fields
            .iter()
            .filter(|field| field.required || matches!(field.answer, Answer::Number(..)));
        wanted
            .filter_map(|field| Some((field.id.clone(), answer(draw, &field.answer, &field.id)?)))
            .collect()
    }
}

/// Minutes that an organ is open on a working day.
fn minutes_a_day(hours: &OpeningHours) -> u32 {
    hours.spans(true).iter().map(|(open, close)| u32::from(close - open)).sum()
}
