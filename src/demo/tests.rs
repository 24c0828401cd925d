//! The demo as it stands after its start: every state there is, told by the engine, the same every
//! time.

use std::collections::{BTreeMap, BTreeSet};

use cases::list::{Filter, find, list};
use cases::{Act, Case, Phase, phase_word};
use model::{AreaCode, AreaLevel, CaseId};
use store::chain::{Shown, Verdict, head, of_subject, verify};
use store::testing::{Scratch, each, sqlite};

use super::roles::roles;
use super::story::{PURPOSE, Played};
use super::*;

/// An ordinary morning, a night of National Day, a Saturday before midnight, a year whose holidays
/// no notice has published.
const STARTS: [&str; 4] =
    ["2023-03-21 10:30", "2023-10-03 03:20", "2026-11-28 23:50", "2027-02-17 11:00"];

fn at(text: &str) -> Timestamp {
    let catalogue = pack::check(&packs::shipped()).unwrap();
    model::time::read(catalogue.calendars["cn"].zone(), text).unwrap()
}

fn filling(start: &str, cases: usize) -> Filling {
    Filling { seed: SEED, start: at(start), residents: 300, cases }
}

/// Plays with the shipped packs and without a database.
fn play<T>(start: &str, with: impl FnOnce(&Scene<'_>) -> T) -> T {
    let catalogue = pack::check(&packs::shipped()).unwrap();
    let atlas = Atlas::read(&catalogue).unwrap();
    let (start, staff) = (at(start), register::roster(&catalogue));
    let rules = cases::Rules::of(catalogue);
    let calendar = &rules.today().calendars["cn"];
    with(&Scene {
        rules: &rules,
        start,
        topics: Topics::of(rules.today()),
        places: Places::new(&atlas, &BTreeMap::new()),
        days: Days::before(start, calendar, Draw::of(SEED, "days")),
        crew: Crew::of(&staff, rules.today()),
    })
}

fn stories(start: &str, count: usize) -> Vec<Played> {
    play(start, |scene| {
        let mut stories = Vec::new();
        cast::play(scene, SEED, count, |played| stories.push(played));
        stories
    })
}

#[tokio::test]
async fn the_same_seed_and_start_give_the_same_ledger_on_every_database() {
    let told = async |scratch: &Scratch, filling: &Filling| {
        let store = scratch.store().await.unwrap();
        let filled = filling.fill(&store).await.unwrap();
        assert!(filled.cases >= filling.cases && filled.acts > filling.cases);
        let verdict = verify(&store, |_| {}).await.unwrap();
        assert_eq!(verdict, Verdict::Whole(head(&store).await.unwrap().1), "{}", scratch.name);
        verdict
    };
    let one = filling(STARTS[0], 40);
    let heads = [told(&each().unwrap()[0], &one).await, told(&each().unwrap()[1], &one).await];
    assert_eq!(heads[0], heads[1]);
    for other in [Filling { seed: 1, ..filling(STARTS[0], 40) }, filling(STARTS[1], 40)] {
        assert_ne!(told(&sqlite().unwrap(), &other).await, heads[0]);
    }
}

#[tokio::test]
async fn a_filled_district_holds_what_was_played_and_nothing_is_left_to_do() {
    let filling = filling(STARTS[0], 300);
    let store = sqlite().unwrap();
    let store = store.store().await.unwrap();
    filling.fill(&store).await.unwrap();
    assert_eq!(cases::tick::due(&store, filling.start).await.unwrap(), []);

    let district = District::start(store.clone()).await.unwrap();
    let atlas = Atlas::read(district.room.rules().today()).unwrap();
    let stories = filling.play(&district, &atlas).await.unwrap();
    let mut count = 0;
    for played in stories.iter().flat_map(|played| played.facts.cases.values()) {
        let kept = find(&store, played.id).await.unwrap().unwrap();
        assert_eq!(facts(&kept), facts(played));
        count += 1;
    }
    let all = Filter { limit: 10_000, ..Filter::default() };
    let all = list(&store, &all).await.unwrap();
    assert_eq!(all.len(), count);
    let all: Vec<&Case> = all.iter().map(|one| &one.case).collect();
    every_state_occurs(&all);
    let mut told = Vec::new();
    for case in &all {
        told.push((*case, of_subject(&store, &case.subject()).await.unwrap()));
    }
    entries_are_marked_and_all_staff_act(&told, &staff::all(&store).await.unwrap());
    on_time_shares_are_plausible(&told);

    let before = head(&store).await.unwrap();
    assert_eq!(filling.fill(&store).await.unwrap(), Filled::default());
    assert_eq!(head(&store).await.unwrap(), before, "a second start adds nothing");
}

/// What is known of a case besides its number, which is given in the order of all stories together.
fn facts(case: &Case) -> String {
    let Case { id, kind, area, point, facts, opened_at, opened_by, external_key, .. } = case;
    let Case { parent, follows, phase, step, step_since, organ, handler, acts, .. } = case;
    let Case { last_at, extended, extensions, pauses, level, parts_open, .. } = case;
    let opening = (id, kind, area, point, facts, opened_at, opened_by, external_key);
    let stand = (parent, follows, phase, step, step_since, organ, handler, acts);
    let clock = (last_at, extended, extensions, pauses, level, parts_open);
    format!("{opening:?} {stand:?} {clock:?} {} {}", case.merge_count, case.reopened)
}

/// Whatever a page lists, somewhere in these cases it is there.
fn every_state_occurs(cases: &[&Case]) {
    let some = |what: &str, test: &dyn Fn(&Case) -> bool| {
        assert!(cases.iter().any(|case| test(case)), "no case is {what}");
    };
    let open = |case: &Case| case.phase == Phase::Open;
    for (procedure, steps) in [
        ("street-report", "intake file dispatch handle verify close"),
        ("illegal-building", "intake dispatch stop penalty removal verify close"),
        ("bad-rating", "contact rectify call-back"),
    ] {
        for step in steps.split(' ') {
            let here =
                |case: &Case| case.procedure.as_str() == procedure && case.step.as_str() == step;
            some(&format!("on time in {step} of {procedure}"), &|case| {
                here(case) && open(case) && case.level == 0
            });
            for level in 1..=3 {
                if procedure == "street-report" {
                    some(&format!("late {level} times in {step}"), &|case| {
                        here(case) && open(case) && case.level == level
                    });
                }
            }
        }
        some(&format!("closed in {procedure}"), &|case| {
            case.procedure.as_str() == procedure && matches!(case.phase, Phase::Closed { .. })
        });
    }
    let reasons = "weather awaits-owner awaits-excavation-permit awaits-material in-review";
    for reason in reasons.split(' ') {
        some(&format!("paused for {reason}"), &|case| {
            case.phase == Phase::Paused
                && case.pauses.last().is_some_and(|pause| pause.reason == reason)
        });
    }
    for duplicates in 1..=4 {
        some(&format!("open with {duplicates} duplicates"), &|case| {
            open(case) && case.merge_count == duplicates
        });
    }
    some("merged", &|case| phase_word(&case.phase) == "merged");
    some("split into parts", &|case| open(case) && case.parts_open > 1);
    some("a part of an open case", &|case| {
        let parent = case.parent.and_then(|id| cases.iter().find(|one| one.id == id));
        parent.is_some_and(|parent| parent.is_open())
    });
    some("reopened and open", &|case| open(case) && case.reopened > 0);
    some("extended and open", &|case| open(case) && case.extensions > 0);
    some("assigned", &|case| open(case) && case.handler.is_some());
    some("a follow-up that is closed", &|case| case.follows.is_some() && !case.is_open());
    for outcome in ["done", "refused"] {
        some(
            outcome,
            &|case| matches!(&case.phase, Phase::Closed { outcome: found, .. } if **found == *outcome),
        );
    }
    let own = |case: &&&Case| case.opened_by.as_str() == "resident:demo";
    let own: BTreeSet<&str> =
        cases.iter().filter(own).map(|case| phase_word(&case.phase)).collect();
    assert!(own.contains("open") && own.contains("closed"), "resident:demo has only {own:?}");
    let within = cases.iter().filter_map(|case| case.area.as_ref()?.at(AreaLevel::Subdistrict));
    assert_eq!(within.collect::<BTreeSet<_>>().len(), 14);
}

/// Every entry of a case says that it belongs to the demo; all acts, stars and channels are there.
fn entries_are_marked_and_all_staff_act(told: &[(&Case, Vec<Shown>)], staff: &[register::Staff]) {
    let entries = || told.iter().flat_map(|(_, entries)| entries);
    assert!(entries().all(|entry| entry.purpose == PURPOSE));
    let kinds: BTreeSet<&str> = entries().filter_map(|entry| entry.kind.get(5..)).collect();
    let all = "absorbed assigned closed escalated extended joined merged moved noted opened \
               part_closed part_opened rated released reopened resumed sent_back supervised \
               suspended transferred unmerged";
    assert_eq!(kinds, all.split_whitespace().collect());

    let rated = || entries().filter(|entry| entry.kind == "case.rated").map(payload);
    let stars: BTreeSet<_> = rated().map(|rated| rated["stars"].as_i64().unwrap()).collect();
    assert_eq!(stars, (1..=5).collect());
    let channels: BTreeSet<_> = rated().map(|rated| rated["channel"].to_string()).collect();
    assert_eq!(channels.len(), 4);

    let actors: BTreeSet<&str> = entries().map(|entry| entry.actor.as_str()).collect();
    for (role, share) in [("clerk", 1.0), ("dispatcher", 1.0), ("inspector", 0.9), ("handler", 0.8)]
    {
        // Departments that no street report goes to act in other matters.
        let held = |one: &register::Staff| {
            role != "handler"
                || told.iter().any(|(case, _)| case.organ.as_ref() == Some(&one.organ))
        };
        let has = |one: &&register::Staff| one.grants[0].role.as_str() == role && held(one);
        let those: Vec<_> = staff.iter().filter(has).collect();
        let acts = |one: &&&register::Staff| actors.contains(one.actor().id.as_str());
        let acting = those.iter().filter(acts).count();
        assert!(acting as f64 >= share * those.len() as f64, "{acting} act as {role}");
    }
}

fn payload(entry: &Shown) -> serde_json::Value {
    serde_json::from_str(&entry.payload).unwrap()
}

/// Shares of closed cases of which no step was late, in all and by sub-district.
fn on_time_shares_are_plausible(told: &[(&Case, Vec<Shown>)]) {
    let late = |entry: &Shown| {
        let due = payload(entry)["due"].as_i64();
        entry.kind != "case.escalated" && due.is_some_and(|due| entry.occurred_at > due)
    };
    let mut on_time: BTreeMap<AreaCode, Vec<bool>> = BTreeMap::new();
    for (case, entries) in told.iter().filter(|(case, _)| !case.is_open()) {
        let area = case.area.as_ref().and_then(|area| area.at(AreaLevel::Subdistrict)).unwrap();
        on_time.entry(area).or_default().push(!entries.iter().any(late));
    }
    let share = |cases: &[bool]| {
        cases.iter().filter(|on_time| **on_time).count() as f64 / cases.len() as f64
    };
    let all = share(&on_time.values().flatten().copied().collect::<Vec<_>>());
    assert!((0.82..0.96).contains(&all), "{all} of all are on time");
    let shares = on_time.values().map(|cases| (share(cases) * 1_000.0) as u64);
    let different: BTreeSet<u64> = shares.collect();
    assert!(different.len() > 5, "{different:?}");
}

#[test]
fn what_must_be_seen_can_be_seen_whenever_the_program_starts() {
    for start in STARTS {
        let roles = roles();
        let missing: Vec<_> = play(start, |scene| {
            let tried = roles.iter().enumerate().filter(|(place, role)| {
                let draw = Draw::of(SEED, &format!("role {place} 0"));
                cast::fit(scene, role, draw, 0).is_none()
            });
            tried.map(|(_, role)| role).collect()
        });
        assert!(missing.is_empty(), "{start}: {missing:#?}");
    }
}

#[test]
fn the_engine_refuses_nothing_that_is_played_and_escalates_as_the_clock_would() {
    for played in stories(STARTS[1], 400) {
        assert_eq!(played.refusals, [], "{:?}", played.commands.last());
        let times: Vec<_> = played.commands.iter().filter_map(|command| command.at).collect();
        assert_eq!(times.len(), played.commands.len());
        assert!(times.is_sorted() && times.last() <= Some(&at(STARTS[1])));
        let escalations = played.commands.iter().filter(|one| matches!(one.act, Act::Escalate));
        for escalation in escalations {
            assert_eq!(escalation.actor.id.as_str(), "system:tick");
            assert_eq!(model::time::millis(escalation.at.unwrap()) % 30_000, 0);
        }
    }
}

#[test]
fn as_many_reports_are_told_as_were_asked_for() {
    for count in [0, 1, 7, 250] {
        let stories = stories(STARTS[2], count);
        let first = |case: &&Case| case.parent.is_none() && case.follows.is_none();
        let reports = stories.iter().flat_map(|played| played.facts.cases.values()).filter(first);
        assert_eq!(reports.count(), count);
    }
}

#[test]
fn acts_of_one_story_never_share_a_wave_and_time_goes_on() {
    let start = at(STARTS[0]);
    let stories = stories(STARTS[0], 120);
    let story_of: BTreeMap<_, usize> = stories
        .iter()
        .enumerate()
        .flat_map(|(index, played)| played.facts.cases.keys().map(move |case| (*case, index)))
        .collect();
    let total: usize = stories.iter().map(|played| played.commands.len()).sum();
    let commands = stories.into_iter().map(|played| played.commands).collect();
    let waves = telling::waves(commands, start);
    assert_eq!(waves.iter().map(Vec::len).sum::<usize>(), total);
    let mut last: BTreeMap<usize, Timestamp> = BTreeMap::new();
    for wave in &waves {
        let mut seen = BTreeSet::new();
        for command in wave {
            let story = story_of[&command.case];
            assert!(seen.insert(story), "two acts of one story in a wave");
            let before = last.insert(story, command.at.unwrap());
            assert!(before <= command.at, "an act comes before an earlier one");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_long_wave_is_written_in_its_order() {
    let scratch = sqlite().unwrap();
    let store = scratch.store().await.unwrap();
    filling(STARTS[0], 0).fill(&store).await.unwrap();
    let district = District::start(store.clone()).await.unwrap();
    let command = stories(STARTS[0], 1)[0].commands[0].clone();
    let Act::Open(mut opening) = command.act.clone() else { panic!("{command:?}") };
    opening.external_key = None;
    // The runtime lets one task do about a hundred things in a turn.
    let ids: Vec<_> = (0..700).map(|id| CaseId(model::id::v7(id, [0; 10]))).collect();
    let open = |id: &CaseId| cases::Command {
        case: *id,
        act: Act::Open(opening.clone()),
        ..command.clone()
    };
    telling::tell(&district, vec![ids.iter().map(open).collect()]).await.unwrap();
    for (count, id) in (1..).zip(&ids) {
        let number = find(&store, *id).await.unwrap().unwrap().number;
        assert!(number.ends_with(&format!("-{count:05}")), "{number} is the case number {count}");
    }
}
