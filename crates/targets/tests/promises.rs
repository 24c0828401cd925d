//! The line of a target, its forecast and its light; statements of this room on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use model::Date;
use proptest::prelude::*;
use rules::Decimal;
use store::Statement;
use targets::Kind;
use targets::promise::act::missing_notes;
use targets::promise::plan::every_day;
use targets::promise::standing::{Why, judge};
use targets::promise::{
    Comparator, FollowUp, Milestone, Plan, Reading, State, TargetError, Terms, rows,
};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn terms(kind: Kind, comparator: Comparator, goal: &str, baseline: Option<&str>) -> Terms {
    Terms {
        name: "加装电梯".to_owned(),
        chapter: "民生".to_owned(),
        organ: None,
        kind,
        comparator,
        goal: Some(number(goal)),
        unit: "台".to_owned(),
        baseline: baseline.map(number),
        indicator: None,
        due: day("2023-12-31"),
        milestones: Vec::new(),
        public: true,
    }
}

fn rule() -> FollowUp {
    FollowUp { green: 97, yellow: 85, about: 5, early: 8, stale_days: 100, ..FollowUp::default() }
}

#[test]
fn a_target_stands_as_its_last_figure_and_the_rule_say() {
    let flow = || terms(Kind::Flow, Comparator::AtLeast, "100", None);
    let level = || terms(Kind::Level, Comparator::AtLeast, "80", Some("60"));
    let ceiling = || terms(Kind::Level, Comparator::AtMost, "10", None);
    let about = || terms(Kind::Growth, Comparator::About, "5", None);
    for (what, terms, last, today, state, why) in [
        ("nothing yet", flow(), None, "2023-06-30", State::Unknown, Why::NoFigure),
        ("half", flow(), Some(("2023-06-30", "50")), "2023-07-03", State::Green, Why::Forecast),
        ("slow", flow(), Some(("2023-06-30", "45")), "2023-07-03", State::Yellow, Why::Forecast),
        ("late", flow(), Some(("2023-06-30", "30")), "2023-07-03", State::Red, Why::Forecast),
        ("early", flow(), Some(("2023-01-10", "0")), "2023-01-11", State::Unknown, Why::Early),
        ("old", flow(), Some(("2023-03-31", "30")), "2023-08-01", State::Yellow, Why::Stale),
        ("reached", flow(), Some(("2023-06-30", "100")), "2023-07-03", State::Done, Why::Reached),
        ("missed", flow(), Some(("2023-12-31", "99")), "2024-01-05", State::Red, Why::Missed),
        ("silent", flow(), None, "2024-01-05", State::Red, Why::Missed),
        // From 60 to 80: 70 is half the way, although it is 87 % of the goal.
        ("level", level(), Some(("2023-07-01", "70")), "2023-07-03", State::Green, Why::Forecast),
        ("still", level(), Some(("2023-07-01", "60")), "2023-07-03", State::Red, Why::Forecast),
        // A ceiling is not reached before the year is over.
        ("below", ceiling(), Some(("2023-06-30", "9")), "2023-07-03", State::Green, Why::Forecast),
        ("over", ceiling(), Some(("2023-06-30", "12")), "2023-07-03", State::Red, Why::Forecast),
        ("kept", ceiling(), Some(("2023-12-31", "9")), "2024-01-03", State::Done, Why::Reached),
        ("near", about(), Some(("2023-06-30", "4.8")), "2023-07-03", State::Green, Why::Forecast),
        ("off", about(), Some(("2023-06-30", "3")), "2023-07-03", State::Red, Why::Forecast),
    ] {
        let last = last.map(|(on, value)| Reading { on: day(on), value: number(value) });
        let standing = judge(&terms, 2023, last, day(today), &rule(), &every_day);
        assert_eq!((standing.state, standing.why), (state, why), "{what}: {standing:?}");
    }
}

#[test]
fn a_promise_without_a_figure_is_never_judged() {
    let without = Terms { goal: None, ..terms(Kind::Relation, Comparator::AtLeast, "1", None) };
    let standing = judge(&without, 2023, None, day("2024-02-01"), &rule(), &every_day);
    assert_eq!((standing.state, standing.why), (State::Unknown, Why::NoGoal));
}

#[test]
fn terms_that_cannot_be_followed_are_refused() {
    let good = || terms(Kind::Flow, Comparator::AtLeast, "100", None);
    let at = |on: &str| Milestone { on: day(on), value: number("1") };
    let milestones =
        |days: &[&str]| Terms { milestones: days.iter().map(|on| at(on)).collect(), ..good() };
    assert!(good().check(2023).is_ok());
    assert!(milestones(&["2023-03-31", "2023-06-30"]).check(2023).is_ok());
    for days in [&["2023-06-30", "2023-03-31"][..], &["2024-01-31"], &["2022-12-31"]] {
        let refused = milestones(days).check(2023);
        assert!(matches!(refused, Err(TargetError::BadMilestones)), "{days:?}");
    }
    let early = Terms { due: day("2022-12-31"), ..good() };
    assert!(matches!(early.check(2023), Err(TargetError::BadDay)));
    let nameless = Terms { name: " ".to_owned(), ..good() };
    assert!(matches!(nameless.check(2023), Err(TargetError::NameMissing)));
}

#[test]
fn notes_are_due_some_days_after_their_month() {
    let missing = |today| missing_notes(2023, &["2023-01"], day(today), 10);
    assert_eq!(missing("2023-03-09"), [""; 0]);
    assert_eq!(missing("2023-03-10"), ["2023-02"]);
    assert_eq!(missing("2024-02-01").len(), 11);
}

proptest! {
    #[test]
    fn the_line_never_falls_and_ends_at_the_goal(
        goal in 1_i64..1_000_000, start in 0_i64..1_000, first in 1_i64..180, part in 0_i64..100,
    ) {
        let goal = Decimal::from_i64(goal + start);
        let start = Decimal::from_i64(start);
        let from = day("2022-12-31");
        let on = from.checked_add(jiff::Span::new().days(first)).unwrap();
        let way = goal.minus(start).unwrap();
        let value = start.plus(way.times(Decimal::from_units(part, 2)).unwrap()).unwrap();
        let milestones = vec![Milestone { on, value }];
        let plan = Plan { from, due: day("2023-12-31"), start: Some(start), goal, milestones };
        let mut before = start;
        let mut at = from;
        for _ in 0..370 {
            let now = plan.at(at, &every_day);
            prop_assert!(now >= before, "{at}: {now} after {before}");
            before = now;
            at = at.tomorrow().unwrap();
        }
        prop_assert_eq!(before, goal);
        prop_assert_eq!(plan.at(on, &every_day), value);
    }

    #[test]
    fn whoever_is_on_the_line_is_forecast_to_reach_the_goal(
        goal in 10_i64..100_000, days in 20_i64..360,
    ) {
        let from = day("2022-12-31");
        let plan = Plan {
            from, due: day("2023-12-31"), start: Some(Decimal::from_i64(0)),
            goal: Decimal::from_i64(goal), milestones: Vec::new(),
        };
        let on = from.checked_add(jiff::Span::new().days(days)).unwrap();
        let forecast = plan.forecast(plan.at(on, &every_day), on, &every_day).unwrap();
        let gap = forecast.minus(plan.goal).unwrap().abs();
        prop_assert!(gap <= Decimal::from_units(1, 2), "{forecast} instead of {goal}");
        let half = plan.at(on, &every_day).times(Decimal::from_units(5, 1)).unwrap();
        let less = plan.forecast(half, on, &every_day).unwrap();
        prop_assert!(less < forecast);
    }

    #[test]
    fn more_is_never_judged_worse(less in 0_i64..100, more in 0_i64..100, month in 2_i8..13) {
        let (less, more) = (less.min(more), less.max(more));
        let terms = terms(Kind::Flow, Comparator::AtLeast, "100", None);
        let on = Date::new(2023, month, 1).unwrap();
        let state = |value: i64| {
            let last = Reading { on, value: Decimal::from_i64(value) };
            judge(&terms, 2023, Some(last), on, &rule(), &every_day).state
        };
        let rank = |state: State| match state {
            State::Red => 0,
            State::Yellow => 1,
            State::Unknown | State::Green => 2,
            State::Done => 3,
        };
        prop_assert!(rank(state(more)) >= rank(state(less)));
    }

    #[test]
    fn terms_read_back_as_they_were_written(goal in -1_000_i64..1_000, public in any::<bool>()) {
        let milestones = vec![Milestone { on: day("2023-06-30"), value: Decimal::from_units(goal, 1) }];
        let written = Terms {
            goal: Some(Decimal::from_units(goal, 2)),
            milestones,
            public,
            organ: Some("housing".parse().unwrap()),
            ..terms(Kind::Share, Comparator::About, "1", Some("0.5"))
        };
        prop_assert_eq!(Terms::read(&written.json()), Some(written));
    }
}

#[tokio::test]
async fn every_statement_is_prepared_on_both_databases() {
    for scratch in store::testing::each().unwrap() {
        let store = scratch.store().await.unwrap();
        let all = rows::STATEMENTS.iter().chain(&targets::review::keep::PREPARED);
        for (sql, _) in all {
            let prepared = store.prepare(Statement::new(sql)).await;
            assert!(prepared.is_ok(), "{} on {}: {prepared:?}", sql, scratch.name);
        }
    }
}
