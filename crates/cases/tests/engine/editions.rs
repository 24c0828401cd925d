//! A pack edited under running cases: they go on under the edition they were opened with, new
//! ones come under the new edition, and a notice about holidays concerns all.

use cases::{Act, Filter, Mode, impact, list, tick};
use pack::Files;

use crate::desk::*;

fn edited(
    pack: &str,
    file: &str,
    from: &str,
    to: &str,
) -> std::collections::BTreeMap<String, Files> {
    let mut packs = PACKS.clone();
    let text = packs.get_mut(pack).unwrap().0.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} does not say `{from}`");
    *text = text.replace(from, to);
    packs
}

#[tokio::test]
async fn running_cases_keep_the_edition_they_were_opened_with() {
    each(async |desk| {
        let old = desk.report("2023-03-06 09:00", "exposed-refuse").await;
        let procedure = "procedures/street-report.toml";
        let packs =
            edited("street-reports", procedure, "\"2 working hours\"", "\"1 working hour\"");
        adopt(&desk.store, &packs, desk.now()).await;
        desk.room.set_rules(adopted(&desk.store).await);
        let new = desk.report("2023-03-06 09:00", "exposed-refuse").await;
        assert_eq!(
            desk.standing(old, "2023-03-06 09:00").await,
            "running until 2023-03-06 11:00",
            "{}",
            desk.name
        );
        assert_eq!(
            desk.standing(new, "2023-03-06 09:00").await,
            "running until 2023-03-06 10:00",
            "{}",
            desk.name
        );
        let (old, new) = (desk.case(old).await, desk.case(new).await);
        assert!(old.edition < new.edition, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_new_notice_about_holidays_concerns_running_cases() {
    each(async |desk| {
        let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let before = desk.standing(case, "2023-03-06 09:00").await;
        let row = "2023-04-05\t3\t清明节\t1";
        let moved =
            "2023-03-06\t1\t演示假日\t1\thttp://example.invalid/notice\n2023-04-05\t3\t清明节\t1";
        let packs = edited("district", "calendars/cn-state-council.tsv", row, moved);
        adopt(&desk.store, &packs, desk.now()).await;
        desk.room.set_rules(adopted(&desk.store).await);
        let after = desk.standing(case, "2023-03-06 09:00").await;
        assert_eq!(before, "running until 2023-03-06 15:00", "{}", desk.name);
        let rules = desk.room.rules();
        let refresh = |mode| cases::reckon::refresh(&desk.store, &rules, mode, || desk.now());
        assert_eq!(refresh(Mode::Emergency).await.unwrap(), 0, "another mode is in force");
        assert_eq!(refresh(desk.room.mode()).await.unwrap(), 1, "{}", desk.name);
        assert_eq!(refresh(desk.room.mode()).await.unwrap(), 0, "{}", desk.name);
        let late =
            Filter { due_before: Some(at("2023-03-07 14:00")), limit: 9, ..Filter::default() };
        assert_eq!(list::list(&desk.store, &late).await.unwrap().len(), 0, "{}", desk.name);
        assert_eq!(after, "running until 2023-03-07 14:30", "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_changed_route_says_which_open_cases_would_move() {
    each(async |desk| {
        let stays = desk.handled_from("2023-03-06 09:00", "noise").await;
        let moves = desk.handled_from("2023-03-06 09:00", "green-land-upkeep").await;
        let route = "routes/responsible-organ.toml";
        let packs = edited("street-reports", route, "organ = \"greening\"", "organ = \"housing\"");
        let rules = cases::Rules::of(pack::check(&packs).unwrap());
        let mode = desk.room.mode();
        assert_eq!(impact::moved(&rules, mode, &desk.case(stays).await), None, "{}", desk.name);
        let moved = impact::moved(&rules, mode, &desk.case(moves).await).unwrap();
        assert_eq!(moved.from.unwrap().as_str(), "greening", "{}", desk.name);
        assert_eq!(moved.to.as_str(), "housing", "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn going_back_to_earlier_files_is_a_new_edition() {
    each(async |desk| {
        let procedure = "procedures/street-report.toml";
        let packs =
            edited("street-reports", procedure, "\"2 working hours\"", "\"1 working hour\"");
        adopt(&desk.store, &packs, desk.now()).await;
        adopt(&desk.store, &PACKS, desk.now()).await;
        adopt(&desk.store, &PACKS, desk.now()).await;
        desk.room.set_rules(adopted(&desk.store).await);
        let case = desk.report("2023-03-06 09:00", "exposed-refuse").await;
        assert_eq!(
            desk.standing(case, "2023-03-06 09:00").await,
            "running until 2023-03-06 11:00",
            "{}",
            desk.name
        );
        let editions = store::packs::all(&desk.store).await.unwrap();
        assert_eq!(editions.len(), PACKS.len() + 2, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_figure_holds_from_its_first_day_on() {
    each(async |desk| {
        let procedure = "procedures/street-report.toml";
        let (since, later) = ("from = 2022-01-01", "from = 2023-03-07");
        let packs = edited("street-reports", procedure, since, later);
        adopt(&desk.store, &packs, desk.now()).await;
        desk.room.set_rules(adopted(&desk.store).await);
        let late = async |day: &str| {
            let at = |clock: &str| format!("{day} {clock}");
            let fresh = desk.report(&at("09:00"), "exposed-refuse").await;
            let limit = desk.standing(fresh, &at("09:00")).await;
            // The kind's own limit is older and holds on both days.
            let case = desk.handled_from(&at("09:00"), "exposed-refuse").await;
            let extend = Act::Extend { by: 1, because: words("需要更多时间") };
            let extended = desk.act(handler("greening"), case, extend).await.map(|_| ());
            desk.set(&at("17:01"));
            tick::tick(&desk.store, &desk.writer, desk.now()).await.unwrap();
            let level = desk.case(case).await.level;
            let values = values(&[("reason", "outside-district".into())]);
            let reject = Act::Take { act: "reject".parse().unwrap(), values };
            desk.act(clerk(), fresh, reject).await.unwrap();
            let reopened = desk.act(clerk(), fresh, Act::Reopen(words("仍在"))).await;
            let refused = [extended, reopened.map(|_| ())]
                .map(|done| done.err().map_or("done", |error| error.key()));
            (limit, level, refused)
        };
        let before = ("running".to_owned(), 0, ["not_in_this_step"; 2]);
        assert_eq!(late("2023-03-06").await, before, "{}", desk.name);
        let after = ("running until 2023-03-07 11:00".to_owned(), 1, ["done"; 2]);
        assert_eq!(late("2023-03-07").await, after, "{}", desk.name);
    })
    .await;
}
