//! Which stories the demo tells: first those that must be seen right now, then the ordinary ones
//! of the last ninety days.

use model::Timestamp;
use model::time::{from_millis, millis};
use register::Draw;

use super::roles::{Role, Verdict, roles};
use super::scene::Scene;
use super::story::{Played, Story};
use super::ways::{Twist, Ways};

/// How often a role is tried anew before it is given up.
const LUCK: u32 = 24;
/// How often the span is halved.
const HALVINGS: u32 = 16;
/// Reports in a thousand that are those of `resident:demo`: of the past, and right now.
const KNOWN: u32 = 15;
const KNOWN_NOW: u32 = 120;
/// Procedures of the reports of the past.
const ILLEGAL: &str = "illegal-building";
const STREET: &str = "street-report";
/// Reports of the past in a thousand that are of the first procedure.
const ILLEGAL_SHARE: u32 = 26;

/// What is out of the ordinary in the past, in a thousand reports, each at least once.
const TWISTS: [(usize, Twist); 15] = [
    (32, Twist::Refused),
    (16, Twist::Paused(0)),
    (14, Twist::Paused(1)),
    (10, Twist::Paused(2)),
    (14, Twist::Paused(3)),
    (26, Twist::SentBack),
    (30, Twist::Transferred),
    (28, Twist::Extended),
    (18, Twist::Supervised),
    (24, Twist::Redone),
    (22, Twist::Reopened),
    (10, Twist::Split),
    (5, Twist::SplitEarly),
    // The duplicates of a group: what was merged, and what was taken out again.
    (20, Twist::Merged),
    (5, Twist::Unmerged),
];

/// Plays stories with `count` reports together and hands over each; nothing where the packs in
/// force have none of the kinds.
pub fn play(scene: &Scene<'_>, seed: u64, count: usize, mut ready: impl FnMut(Played)) {
    let mut done = 0;
    for (place, role) in roles().iter().enumerate() {
        for turn in 0..role.times(count) {
            let reports = 1 + role.duplicates.0;
            let draw = Draw::of(seed, &format!("role {place} {turn}"));
            if done + reports <= count
                && let Some(played) = fit(scene, role, draw, done)
            {
                done += reports;
                ready(played);
            }
        }
    }
    let past = count - done;
    let twisted = TWISTS
        .iter()
        .flat_map(|(share, twist)| std::iter::repeat_n(*twist, (past * share / 1_000).max(1)));
    for (turn, twist) in twisted.chain(std::iter::repeat(Twist::None)).enumerate() {
        if done >= count {
            return;
        }
        let draw = Draw::of(seed, &format!("past {turn}"));
        let Some((played, reports)) = past_story(scene, draw, twist, done, count - done) else {
            return;
        };
        done += reports;
        ready(played);
    }
}

/// Tries a role with different luck, each time halving the span in which it must have begun;
/// nothing when it never fits.
pub fn fit(scene: &Scene<'_>, role: &Role, mut draw: Draw, number: usize) -> Option<Played> {
    let (duplicates, first) = (&role.duplicates, &role.ways);
    let group = Group { duplicates, first, number, known: KNOWN_NOW };
    for _ in 0..LUCK {
        let luck = draw.roll();
        // Minutes before now.
        let (mut least, mut most) = (8_u64, u64::from(role.days) * 1_440);
        for _ in 0..HALVINGS {
            if least >= most {
                break;
            }
            let middle = (least * most).isqrt();
            let minutes = (middle * u64::from(draw.between(90, 110)) / 100).clamp(least, most);
            let own = Draw::of(luck, "try");
            let at = before(scene.start, minutes);
            let played = group.play(scene, own, role.procedure, Some(at))?;
            match role.judge(scene, &played) {
                Verdict::Fits => return Some(played),
                Verdict::Earlier => least = minutes + 1,
                Verdict::Later => most = minutes - 1,
            }
        }
    }
    None
}

fn before(at: Timestamp, minutes: u64) -> Timestamp {
    let minutes = i64::try_from(minutes).unwrap_or(0);
    // On the full second, as people write it down.
    from_millis((millis(at) / 1_000 - minutes * 60) * 1_000)
}

fn past_story(
    scene: &Scene<'_>,
    mut draw: Draw,
    twist: Twist,
    number: usize,
    left: usize,
) -> Option<(Played, usize)> {
    let own = Draw::of(draw.roll(), "story");
    let together = matches!(twist, Twist::Merged | Twist::Unmerged);
    let wanted = if together { usize::try_from(draw.between(1, 4)).unwrap_or(1) } else { 0 };
    let duplicates = wanted.min(left.saturating_sub(1));
    let first = if together { Twist::None } else { twist };
    let first = Ways { slow: together, ..Ways::of(first) };
    // Only street reports have most of the twists.
    let illegal = twist == Twist::None && draw.chance(ILLEGAL_SHARE);
    let procedure = if illegal { ILLEGAL } else { STREET };
    let duplicates = (duplicates, Ways::of(twist));
    let group = Group { duplicates: &duplicates, first: &first, number, known: KNOWN };
    Some((group.play(scene, own, procedure, None)?, 1 + duplicates.0))
}

/// One or several reports of one thing.
struct Group<'g> {
    duplicates: &'g (usize, Ways),
    first: &'g Ways,
    /// Reports before these.
    number: usize,
    /// Reports in a thousand that are those of `resident:demo`.
    known: u32,
}

impl Group<'_> {
    fn play(
        &self,
        scene: &Scene<'_>,
        mut draw: Draw,
        procedure: &str,
        at: Option<Timestamp>,
    ) -> Option<Played> {
        let topic = scene.topics.draw(&mut draw, procedure)?;
        let spot = scene.places.spot(&mut draw)?;
        let at = at.unwrap_or_else(|| scene.days.moment(&mut draw, topic));
        let mut story = Story::new(scene, Draw::of(draw.roll(), "acts"), self.known);
        story.report(topic, &spot, at, self.first.clone(), self.number);
        let (count, ways) = self.duplicates;
        // Duplicates come in within a day and a half.
        let room = (millis(scene.start) - millis(at)) / 60_000;
        let room = u32::try_from(room.clamp(2, 2_160)).unwrap_or(2);
        for turn in 1..=*count {
            let minutes = draw.between(1, room) * draw.between(1, 100) / 100;
            let later = from_millis(millis(at) + i64::from(minutes.max(1)) * 60_000);
            story.report(topic, &spot, later, ways.clone(), self.number + turn);
        }
        Some(story.play())
    }
}
