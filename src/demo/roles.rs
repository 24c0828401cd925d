//! Cases that must be seen right now, whatever the hour: at each step on time, due soon and late at
//! each level; paused, sent back, split, merged, reopened; follow-ups of bad ratings at each step.

use cases::phase_word;
use model::time::millis;

use super::scene::Scene;
use super::story::Played;
use super::ways::{Twist, Ways};

/// Cases for which `Role::times` is meant.
const MEANT_FOR: usize = 3_000;
/// Due soon: within so many milliseconds.
const SOON: i64 = 8 * 3_600_000;

/// A story that ends in a certain state now.
#[derive(Debug)]
pub struct Role {
    /// How often among 3,000 cases; at least once.
    times: usize,
    /// The procedure of its kinds.
    pub procedure: &'static str,
    /// How it goes.
    pub ways: Ways,
    /// Duplicates of it, and how they go.
    pub duplicates: (usize, Ways),
    /// It begins within this many days before now.
    pub days: u32,
    want: Want,
}

/// The state that is wanted.
#[derive(Debug)]
struct Want {
    focus: Focus,
    phase: &'static str,
    step: &'static str,
    clock: Clock,
}

/// Which case of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    Main,
    Duplicate,
    FollowUp,
}

/// How it stands against its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clock {
    Any,
    Soon,
    Level(u32),
}

impl Role {
    /// How often among `count` cases.
    pub fn times(&self, count: usize) -> usize {
        (self.times * count / MEANT_FOR).max(1)
    }

    /// Whether the story has come out as wanted, or when it should have begun instead.
    pub fn judge(&self, scene: &Scene<'_>, played: &Played) -> Verdict {
        let course = match self.want.focus {
            Focus::Main => played.courses.first(),
            Focus::Duplicate => played.courses.get(1),
            Focus::FollowUp => played.courses.iter().find(|course| {
                played.facts.cases.get(&course.case).is_some_and(|case| case.follows.is_some())
            }),
        };
        let Some(course) = course else { return Verdict::Earlier };
        let Some(case) = played.facts.cases.get(&course.case) else { return Verdict::Earlier };
        let parts_done = match course.ways.twist {
            Twist::Split | Twist::SplitEarly => course.spent && case.parts_open == 0,
            _ => false,
        };
        if parts_done {
            return Verdict::Later;
        }
        let merged = usize::try_from(case.merge_count).unwrap_or(0) == self.duplicates.0;
        let there = (course.spent || course.ways.twist == Twist::None)
            && phase_word(&case.phase) == self.want.phase
            && case.step.as_str() == self.want.step
            && (merged || self.want.focus != Focus::Main);
        if !there {
            return Verdict::Earlier;
        }
        let left = scene.due(case).map_or(i64::MAX, |due| millis(due) - millis(scene.start));
        match self.want.clock {
            Clock::Level(level) if case.level < level => Verdict::Earlier,
            Clock::Level(level) if case.level > level => Verdict::Later,
            Clock::Soon if left > SOON => Verdict::Earlier,
            Clock::Soon if left < 0 => Verdict::Later,
            _ => Verdict::Fits,
        }
    }
}

/// What to do with a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Keep it.
    Fits,
    /// Not far enough: let it begin earlier.
    Earlier,
    /// Too far: let it begin later.
    Later,
}

fn role(times: usize, ways: Ways, step: &'static str, clock: Clock) -> Role {
    Role {
        times,
        procedure: "street-report",
        ways,
        duplicates: (0, Ways::default()),
        days: 30,
        want: Want { focus: Focus::Main, phase: "open", step, clock },
    }
}

/// Steps of a procedure with how often a case stands there on time, due soon, late at each level.
type Shares = (&'static str, [usize; 5]);

/// Limits in working days never run out soon when a holiday has just begun, so only steps whose
/// holder is always at work have cases due soon by intent.
const STREET: [Shares; 6] = [
    ("intake", [6, 2, 3, 2, 1]),
    ("file", [4, 1, 2, 1, 1]),
    ("dispatch", [4, 1, 2, 1, 1]),
    ("handle", [16, 8, 8, 5, 4]),
    ("verify", [9, 0, 3, 2, 1]),
    ("close", [7, 0, 2, 1, 1]),
];

/// Three times the limits of the last steps are longer than the demo looks back.
const ILLEGAL: [Shares; 7] = [
    ("intake", [1, 0, 1, 0, 0]),
    ("dispatch", [1, 0, 1, 0, 0]),
    ("stop", [3, 0, 1, 1, 1]),
    ("penalty", [4, 0, 2, 1, 0]),
    ("removal", [5, 0, 2, 0, 0]),
    ("verify", [1, 0, 1, 0, 0]),
    ("close", [1, 0, 0, 0, 0]),
];

const FOLLOW_UP: [Shares; 3] =
    [("contact", [4, 0, 2, 1, 0]), ("rectify", [5, 0, 2, 1, 0]), ("call-back", [4, 0, 1, 0, 0])];

fn at_steps(shares: &'static [Shares]) -> impl Iterator<Item = (usize, &'static str, Clock)> {
    const CLOCKS: [Clock; 5] =
        [Clock::Level(0), Clock::Soon, Clock::Level(1), Clock::Level(2), Clock::Level(3)];
    shares.iter().flat_map(|(step, times)| {
        let wanted = times.iter().copied().zip(CLOCKS).filter(|(times, _)| *times > 0);
        wanted.map(|(times, clock)| (times, *step, clock))
    })
}

fn following(then: Ways) -> Ways {
    Ways { stars: Some(1), then: Some(Box::new(then)), ..Ways::default() }
}

/// All of them.
pub fn roles() -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::new();
    let stays = |step| Ways::default().staying(step);
    for (times, step, clock) in at_steps(&STREET) {
        roles.push(role(times, stays(step), step, clock));
    }
    for (times, step, clock) in at_steps(&ILLEGAL) {
        let street = role(times, stays(step), step, clock);
        roles.push(Role { procedure: "illegal-building", days: 88, ..street });
    }
    for (times, step, clock) in at_steps(&FOLLOW_UP) {
        let found = role(times, following(stays(step)), step, clock);
        let want = Want { focus: Focus::FollowUp, ..found.want };
        roles.push(Role { days: 75, want, ..found });
    }
    roles.extend(twisted());
    roles.extend(groups());
    roles
}

/// One twist each, and still open.
fn twisted() -> Vec<Role> {
    let twist = |twist, step| Ways::of(twist).staying(step);
    let (any, on_time) = (Clock::Any, Clock::Level(0));
    let mut roles = Vec::new();
    for (times, what, step, clock) in [
        (3, Twist::SentBack, "dispatch", on_time),
        (1, Twist::SentBack, "dispatch", Clock::Level(1)),
        (3, Twist::SentBack, "handle", on_time),
        (5, Twist::Transferred, "handle", on_time),
        (2, Twist::Transferred, "handle", Clock::Level(1)),
        (5, Twist::Extended, "handle", on_time),
        (2, Twist::Supervised, "handle", on_time),
        (3, Twist::Supervised, "handle", Clock::Level(2)),
        (3, Twist::Redone, "handle", on_time),
        (2, Twist::Reopened, "dispatch", any),
        (3, Twist::Reopened, "handle", on_time),
        (5, Twist::Split, "handle", on_time),
        (2, Twist::SplitEarly, "dispatch", any),
    ] {
        roles.push(role(times, twist(what, step), step, clock));
    }
    for (times, reason) in [(5, 0), (5, 1), (3, 2), (4, 3)] {
        let open = role(times, twist(Twist::Paused(reason), "paused"), "handle", any);
        roles.push(Role { want: Want { phase: "paused", ..open.want }, ..open });
    }
    for (reason, step) in [(0, "penalty"), (1, "removal"), (2, "removal")] {
        // The twist takes the first step that allows it, so that one stays only by chance.
        let open = role(1, twist(Twist::Paused(reason), "paused"), step, any);
        let want = Want { phase: "paused", step: "penalty", ..open.want };
        roles.push(Role { procedure: "illegal-building", days: 60, want, ..open });
    }
    for (twist, step) in [(Twist::Transferred, "rectify"), (Twist::Redone, "rectify")] {
        let found = role(3, following(Ways::of(twist).staying(step)), step, on_time);
        roles.push(Role { days: 60, want: Want { focus: Focus::FollowUp, ..found.want }, ..found });
    }
    let done = role(2, following(Ways::default()), "call-back", any);
    let want = Want { focus: Focus::FollowUp, phase: "closed", ..done.want };
    roles.push(Role { days: 75, want, ..done });
    roles
}

/// Two to five reports of one thing, and one that turned out to be something else.
fn groups() -> Vec<Role> {
    let first = |times, duplicates, twist| {
        let ways = Ways { slow: true, ..Ways::default() }.staying("handle");
        let alone = role(times, ways, "handle", Clock::Any);
        Role { duplicates: (duplicates, Ways::of(twist)), days: 8, ..alone }
    };
    let mut roles: Vec<Role> = [(4, 1), (4, 2), (2, 3), (2, 4)]
        .map(|(times, duplicates)| first(times, duplicates, Twist::Merged))
        .into();
    let own = first(2, 1, Twist::Unmerged);
    let want = Want { focus: Focus::Duplicate, step: "intake", ..own.want };
    let ways = own.duplicates.1.clone().staying("intake");
    roles.push(Role { duplicates: (1, ways), want, ..own });
    roles
}
