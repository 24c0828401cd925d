//! Acts besides the steps, and every refusal with its key.

use cases::{Act, Because, Filter, Values, list};
use model::{Actor, CaseId};

use crate::desk::*;

fn take(act: &str) -> Act {
    Act::Take { act: act.parse().unwrap(), values: Values::new() }
}

fn extend(by: u32) -> Act {
    Act::Extend { by, because: words("需要更多时间") }
}

#[tokio::test]
async fn a_paused_case_is_never_overdue_and_goes_on_where_it_stood() {
    each(async |desk| {
        let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let who = || handler("greening");
        desk.set("2023-03-06 10:00");
        desk.act(who(), case, Act::Suspend(reason("weather"))).await.unwrap();
        assert_eq!(
            desk.standing(case, "2023-03-20 09:00").await,
            "paused since 2023-03-06 10:00 for weather",
            "{}",
            desk.name
        );
        desk.set("2023-03-20 10:00");
        desk.act(who(), case, Act::Resume(Because::default())).await.unwrap();
        assert_eq!(
            desk.standing(case, "2023-03-20 10:00").await,
            "running until 2023-03-20 15:00",
            "{}",
            desk.name
        );
        assert_eq!(
            desk.standing(case, "2023-03-20 16:00").await,
            "overdue since 2023-03-20 15:00 at level 0",
            "{}",
            desk.name
        );
    })
    .await;
}

#[tokio::test]
async fn an_extension_moves_the_limit_by_its_units() {
    each(async |desk| {
        let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        desk.act(handler("greening"), case, extend(2)).await.unwrap();
        assert_eq!(
            desk.standing(case, "2023-03-06 10:00").await,
            "running until 2023-03-06 17:00",
            "{}",
            desk.name
        );
    })
    .await;
}

#[tokio::test]
async fn a_transfer_keeps_the_clock_and_changes_the_holder() {
    each(async |desk| {
        let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let organ = "housing".parse().unwrap();
        let act = Act::Transfer { organ, because: words("小区范围内") };
        desk.set("2023-03-06 10:00");
        desk.act(dispatcher(), case, act).await.unwrap();
        let moved = desk.case(case).await;
        assert_eq!(moved.organ.unwrap().as_str(), "housing", "{}", desk.name);
        assert_eq!(moved.step_since, at("2023-03-06 09:00"), "{}", desk.name);
        let held = desk.take("2023-03-06 10:10", handler("greening"), case, "submit").await;
        assert_eq!(held.unwrap_err().key(), "held_by_other", "{}", desk.name);
        desk.take("2023-03-06 10:10", handler("housing"), case, "submit").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_case_sent_back_starts_the_earlier_step_anew() {
    each(async |desk| {
        let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        desk.set("2023-03-06 10:00");
        let back = Act::SendBack(reason("not-ours"));
        desk.act(handler("greening"), case, back).await.unwrap();
        let back = desk.case(case).await;
        assert_eq!(back.step.as_str(), "dispatch", "{}", desk.name);
        assert_eq!(back.step_since, at("2023-03-06 10:00"), "{}", desk.name);
        assert_eq!(back.organ.unwrap().as_str(), "centre", "{}", desk.name);
        let sent_back = Filter { sent_back: true, limit: 10, ..Filter::default() };
        let found = list::list(&desk.store, &sent_back).await.unwrap();
        assert_eq!(found.iter().map(|one| one.case.id).collect::<Vec<_>>(), [case]);
        desk.take("2023-03-06 10:30", dispatcher(), case, "dispatch").await.unwrap();
        assert_eq!(list::count(&desk.store, &sent_back, 10).await.unwrap(), 0, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn an_act_that_stays_is_noted_once_and_the_clock_goes_on() {
    each(async |desk| {
        let case = desk.handled_from("2023-03-06 09:00", "green-land-upkeep").await;
        let before = desk.case(case).await;
        desk.take("2023-03-06 10:00", handler("greening"), case, "arrive").await.unwrap();
        let there = desk.case(case).await;
        assert_eq!((there.step, there.step_since), (before.step, before.step_since));
        assert_eq!(there.marks, ["arrive".parse().unwrap()], "{}", desk.name);
        let again = desk.take("2023-03-06 10:05", handler("greening"), case, "arrive").await;
        assert_eq!(again.unwrap_err().key(), "done_already", "{}", desk.name);
        desk.take("2023-03-06 11:00", handler("greening"), case, "submit").await.unwrap();
        assert!(desk.case(case).await.marks.is_empty(), "another step begins without marks");
    })
    .await;
}

#[tokio::test]
async fn a_closed_case_is_reopened_only_in_time() {
    each(async |desk| {
        let close = async |case: CaseId| {
            for (actor, act) in
                [(handler("police"), "submit"), (inspector(), "confirm"), (clerk(), "close")]
            {
                desk.take("2023-03-06 16:00", actor, case, act).await.unwrap();
            }
        };
        let early = desk.handled_from("2023-03-06 09:00", "noise").await;
        close(early).await;
        desk.set("2023-03-21 23:00");
        desk.act(clerk(), early, Act::Reopen(words("又出现了"))).await.unwrap();
        assert_eq!(desk.case(early).await.reopened, 1, "{}", desk.name);

        let late = desk.handled_from("2023-03-06 09:00", "noise").await;
        close(late).await;
        desk.set("2023-03-22 00:10");
        let refused = desk.act(clerk(), late, Act::Reopen(words("又出现了"))).await;
        assert_eq!(refused.unwrap_err().key(), "too_late_to_reopen", "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn every_refused_act_says_why_and_writes_nothing() {
    each(async |desk| {
        let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let who = || handler("greening");
        let stranger = staff("x", "handler", "greening", "310106011");
        let refused: Vec<(Actor, CaseId, Act, &str)> = vec![
            (who(), id(), take("submit"), "case_unknown"),
            (who(), case, take("accept"), "not_offered"),
            (who(), case, take("submit"), "form_invalid"),
            (resident(), case, take("submit"), "not_allowed"),
            (stranger, case, take("submit"), "not_allowed"),
            (handler("police"), case, take("submit"), "held_by_other"),
            (who(), case, Act::Suspend(Because::default()), "reason_missing"),
            (who(), case, Act::Suspend(reason("holiday")), "reason_unknown"),
            (who(), case, Act::Resume(Because::default()), "not_paused"),
            (who(), case, extend(100), "limit_of_extensions"),
            (who(), case, extend(0), "limit_of_extensions"),
            (clerk(), case, Act::Reopen(words("x")), "not_closed"),
            (resident(), case, Act::Reopen(words("x")), "not_allowed"),
            (clerk(), case, Act::Unmerge(words("x")), "not_merged"),
            (clerk(), case, Act::Merge { into: case, because: words("x") }, "cannot_merge"),
            (clerk(), case, Act::Merge { into: id(), because: words("x") }, "case_unknown"),
            (dispatcher(), case, Act::Split(vec![]), "no_parts"),
            (Actor::system("tick"), case, Act::Escalate, "not_late"),
            (resident(), case, opening("noise"), "already_known"),
            (clerk(), id(), opening("no-such-kind"), "kind_unknown"),
            (clerk(), case, Act::Note("长".repeat(2_001)), "too_long"),
            (clerk(), case, Act::Note("  ".to_owned()), "reason_missing"),
        ];
        let before = store::chain::head(&desk.store).await.unwrap();
        for (actor, case, act, key) in refused {
            let said = format!("{act:?}");
            let error = desk.act(actor, case, act).await.expect_err(&said);
            assert_eq!(error.key(), key, "{said} on {}", desk.name);
        }
        let rating = Act::Rate { stars: 6, channel: "web".into(), comment: None, follow_up: id() };
        assert_eq!(desk.act(resident(), case, rating).await.unwrap_err().key(), "stars");
        assert_eq!(store::chain::head(&desk.store).await.unwrap(), before, "{}", desk.name);
    })
    .await;
}
