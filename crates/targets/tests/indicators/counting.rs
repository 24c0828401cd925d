//! What is counted.

use model::IndicatorId;
use pack::Catalogue;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;
use store::{Statement, Store, testing};
use targets::indicator::{
    By, Page, Part, Period, Slice, Source, broken_down, catch_up, catch_up_by, figure, months,
    no_progress, recompute, records,
};

use crate::ledger::{Act, act, closed, moved, opened, write};
use crate::packs;

const OWN: &str = r#"
[[indicator]]
id = "opened"
name = { zh-CN = "受理" }
unit = { zh-CN = "件" }
measure = "count"
better = "up"
of = { entries = ["case.opened"] }

[[indicator]]
id = "severe"
name = { zh-CN = "严重" }
unit = { zh-CN = "件" }
measure = "count"
better = "down"
of = { entries = ["case.opened"], values = [{ field = "severity", min = 4 }], subjects = ["诉求"] }

[[indicator]]
id = "severity"
name = { zh-CN = "严重程度合计" }
unit = { zh-CN = "级" }
measure = "sum"
sum_of = "severity"
better = "down"
of = { entries = ["case.opened"] }

[[indicator]]
id = "closed-cases"
name = { zh-CN = "结案" }
unit = { zh-CN = "件" }
measure = "distinct"
distinct = "case"
better = "up"
of = { entries = ["case.closed"], outcomes = ["done"] }

[[indicator]]
id = "good"
name = { zh-CN = "好评率" }
unit = { zh-CN = "%" }
measure = "share"
better = "up"
part = { entries = ["case.rated"], stars_min = 4 }
of = { entries = ["case.rated"] }

[[indicator]]
id = "hours"
name = { zh-CN = "平均工作时" }
unit = { zh-CN = "工作时" }
measure = "average"
sum_of = "working hours"
calendar = "cn"
hours = "office"
better = "down"
of = { entries = ["case.closed"] }

[[indicator]]
id = "rate"
name = { zh-CN = "每万人" }
unit = { zh-CN = "件/万人" }
measure = "rate"
per = 10000
better = "down"
of = { entries = ["case.opened"] }
base.value = [
  { from = 2020-01-01, value = 40000, source = "test" },
  { from = 2020-01-01, area = "310106006", value = 10000, source = "test" },
]

[[indicator]]
id = "handled"
name = { zh-CN = "处置按时率" }
unit = { zh-CN = "%" }
measure = "share"
better = "up"
part = { entries = ["case.moved"], steps = ["handle"], on_time = true }
of = { entries = ["case.moved"], steps = ["handle"] }
"#;

fn id(name: &str) -> IndicatorId {
    name.parse().unwrap()
}

const DAY: i64 = 1440;

/// Two cases in March and April: the first is closed, rated, reopened and closed again in April.
fn story() -> Vec<Act> {
    vec![
        // Wednesday, 1 March, 09:00.
        opened(3, 540, "noise", "310106006001"),
        moved(3, 560, "dispatch", "dispatch", "handle", "urban-management"),
        opened(4, 600, "exposed-refuse", "310106012002"),
        moved(3, 900, "handle", "submit", "verify", "jingansi-street"),
        closed(3, DAY + 600),
        act(3, 2 * DAY, "case.rated", json!({ "channel": "web", "stars": 5 })),
        act(4, 3 * DAY, "case.rated", json!({ "channel": "web", "stars": 2 })),
        act(3, 4 * DAY, "case.reopened", json!({ "to": "dispatch", "organ": "centre" })),
        closed(3, 35 * DAY),
        closed(4, 36 * DAY),
        opened(5, 37 * DAY, "noise", "310106006002"),
    ]
}

async fn value(
    store: &Store,
    catalogue: &Catalogue,
    name: &str,
    period: &str,
    area: &str,
) -> String {
    let slice = Slice { area: area.parse().ok(), organ: None };
    let figure =
        figure(store, catalogue, &id(name), period.parse().unwrap(), &slice).await.unwrap();
    figure.value.map_or("nothing".to_owned(), |value| value.to_string())
}

#[tokio::test]
async fn figures_are_what_a_person_would_count() {
    let cases = [
        ("opened", "2023", "", "3"),
        ("opened", "2023-03", "", "2"),
        ("opened", "2023-04", "310106006", "1"),
        ("opened", "2022", "", "0"),
        // Case 3 has severity 4, case 4 is no request, case 5 has 1.
        ("severe", "2023", "", "1"),
        ("severity", "2023", "", "10"),
        // Closed twice, one case.
        ("closed-cases", "2023", "", "2"),
        ("closed-cases", "2023-03", "", "1"),
        ("closed-cases", "2023-04", "", "2"),
        ("good", "2023", "", "50"),
        ("good", "2023", "310106006", "100"),
        ("good", "2022", "", "nothing"),
        ("rate", "2023", "", "0.75"),
        ("rate", "2023", "310106006", "2"),
        ("rate", "2023", "310106012", "nothing"),
        ("handled", "2023", "", "100"),
    ];
    let catalogue = packs::with(OWN).unwrap();
    for scratch in testing::each().unwrap() {
        let store = scratch.store().await.unwrap();
        let head = write(&store, &story()).await;
        let (name, whole) = (id("opened"), Slice::default());
        let figure = figure(&store, &catalogue, &name, Period::year(2023), &whole);
        assert_eq!(figure.await.unwrap().source, Source::Absent);
        let caught = catch_up(&store, &catalogue).await.unwrap();
        assert_eq!((caught.anew, caught.through_seq), (8, i64::try_from(head).unwrap()));
        for (name, period, area, expected) in cases {
            let found = value(&store, &catalogue, name, period, area).await;
            assert_eq!(found, expected, "{} {name} {period} {area}", scratch.name);
        }
    }
}

#[tokio::test]
async fn working_hours_count_opening_time_only() {
    let catalogue = packs::with(OWN).unwrap();
    let scratch = testing::sqlite().unwrap();
    let store = scratch.store().await.unwrap();
    // Wednesday 09:00 to Thursday 10:00, as the office is open.
    write(&store, &[opened(1, 540, "noise", "310106006"), closed(1, DAY + 600)]).await;
    catch_up(&store, &catalogue).await.unwrap();
    let open = &catalogue.hours["office"];
    let within = |low: u16, high: u16| -> i64 {
        let spans = open.spans(true).iter();
        spans
            .map(|(from, to)| i64::from((*to).min(high)) - i64::from((*from).max(low)))
            .filter(|one| *one > 0)
            .sum()
    };
    let minutes = within(540, 1440) + within(0, 600);
    let expected = rules::Decimal::from_i64(minutes).over(rules::Decimal::from_i64(60));
    let found =
        figure(&store, &catalogue, &id("hours"), Period::year(2023), &Slice::default()).await;
    assert_eq!(found.unwrap().value, expected);
}

#[tokio::test]
async fn the_organ_is_the_one_that_held_the_case_when_it_happened() {
    let catalogue = packs::with(OWN).unwrap();
    for scratch in testing::each().unwrap() {
        let store = scratch.store().await.unwrap();
        write(&store, &story()).await;
        catch_up_by(&store, &catalogue, 2, &no_progress()).await.unwrap();
        let parts = broken_down(
            &store,
            &catalogue,
            &id("handled"),
            Period::year(2023),
            By::Organ,
            &Slice::default(),
        )
        .await;
        let organs: Vec<Part> = parts.unwrap().into_iter().map(|(part, _)| part).collect();
        assert_eq!(organs, [Part::Organ(Some("urban-management".parse().unwrap()))]);
        let months =
            months(&store, &catalogue, &id("opened"), 2023, &Slice::default()).await.unwrap();
        let counts: Vec<String> = months.iter().map(|one| one.value.unwrap().to_string()).collect();
        assert_eq!(counts.join(" "), "0 0 2 1 0 0 0 0 0 0 0 0");
    }
}

async fn all_rows(store: &Store) -> Vec<String> {
    let mut all = Vec::new();
    for sql in [
        "SELECT indicator || ' ' || digest || ' ' || CAST(through_seq AS TEXT) FROM \
         indicator_position ORDER BY 1",
        "SELECT indicator || ' ' || CAST(part AS TEXT) || ' ' || CAST(month AS TEXT) || ' ' || area \
         || ' ' || organ || ' ' || CAST(entries AS TEXT) || ' ' || CAST(amount AS TEXT) || ' ' || \
         CAST(first_seq AS TEXT) || ' ' || CAST(last_seq AS TEXT) FROM indicator_bucket ORDER BY 1",
        "SELECT indicator || ' ' || CAST(month AS TEXT) || ' ' || area || ' ' || organ || ' ' || \
         value FROM indicator_value ORDER BY 1",
    ] {
        let rows = store.fetch(Statement::new(sql)).await.unwrap();
        all.extend(rows.iter().map(|row| row.text(0).unwrap()));
    }
    all.sort();
    all
}

fn any_act() -> impl Strategy<Value = (u32, i64, u8)> {
    (0_u32..12, 0_i64..120 * DAY, 0_u8..9)
}

/// Acts of cases that were opened before; each case keeps its kind and area.
fn acts(drawn: Vec<(u32, i64, u8)>) -> Vec<Act> {
    let mut open = std::collections::BTreeSet::new();
    let organs = ["centre", "urban-management", "jingansi-street"];
    drawn
        .into_iter()
        .map(|(case, minute, what)| {
            if open.insert(case) {
                let kind = ["noise", "exposed-refuse"][case as usize % 2];
                let area = ["310106006001", "310106012", "310106"][case as usize % 3];
                return opened(case, minute, kind, area);
            }
            let organ = organs[usize::from(what) % 3];
            match what {
                0..=2 => moved(case, minute, "handle", "submit", "verify", organ),
                3 | 4 => closed(case, minute),
                5 => act(case, minute, "case.rated", json!({ "channel": "a\"b", "stars": 4 })),
                6 => act(case, minute, "case.transferred", json!({ "organ": organ })),
                7 => {
                    act(case, minute, "case.reopened", json!({ "to": "dispatch", "organ": organ }))
                }
                _ => act(case, minute, "case.noted", json!({})),
            }
        })
        .collect()
}

#[tokio::test]
async fn any_split_into_batches_counts_the_same_as_from_zero() {
    let catalogue = packs::with(OWN).unwrap();
    let mut runner = TestRunner::deterministic();
    for round in 0..6 {
        for scratch in testing::each().unwrap() {
            let store = scratch.store().await.unwrap();
            let drawn = proptest::collection::vec(any_act(), 40..160);
            let acts = acts(drawn.new_tree(&mut runner).unwrap().current());
            let cuts = proptest::collection::vec(1_usize..40, 1..8);
            let mut rest = acts.as_slice();
            for cut in cuts.new_tree(&mut runner).unwrap().current() {
                let (now, later) = rest.split_at(cut.min(rest.len()));
                write(&store, now).await;
                let batch = i64::try_from(cut % 7 + 1).unwrap();
                catch_up_by(&store, &catalogue, batch, &no_progress()).await.unwrap();
                rest = later;
            }
            write(&store, rest).await;
            catch_up_by(&store, &catalogue, 13, &no_progress()).await.unwrap();
            let grown = all_rows(&store).await;
            assert!(grown.len() > 20, "{} rows", grown.len());
            recompute(&store, &catalogue, &no_progress()).await.unwrap();
            assert_eq!(grown, all_rows(&store).await, "{} round {round}", scratch.name);
        }
    }
}

#[tokio::test]
async fn a_figure_opens_just_as_many_records_as_it_counts() {
    let catalogue = packs::with(OWN).unwrap();
    let mut runner = TestRunner::deterministic();
    for scratch in testing::each().unwrap() {
        let store = scratch.store().await.unwrap();
        let drawn = proptest::collection::vec(any_act(), 200..300);
        write(&store, &acts(drawn.new_tree(&mut runner).unwrap().current())).await;
        catch_up(&store, &catalogue).await.unwrap();
        for name in ["opened", "severe", "good", "handled", "hours"] {
            for (period, area, organ) in [
                ("2023", "", ""),
                ("2023-04", "", ""),
                ("2023-03/2023-05", "310106006", ""),
                ("2023", "", "urban-management"),
            ] {
                let slice = Slice { area: area.parse().ok(), organ: organ.parse().ok() };
                let period: Period = period.parse().unwrap();
                let told = figure(&store, &catalogue, &id(name), period, &slice).await.unwrap();
                let counted = match name {
                    "hours" => told.denominator,
                    _ => told.numerator,
                };
                let (mut before, mut seen) = (None, Vec::new());
                loop {
                    let page = Page { part: 0, before, limit: 7 };
                    let found = records(&store, &catalogue, &id(name), period, &slice, page).await;
                    let found = found.unwrap();
                    assert!(found.records.len() <= 7);
                    seen.extend(found.records.iter().map(|record| record.entry.seq));
                    before = found.before;
                    if before.is_none() {
                        break;
                    }
                }
                assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "{seen:?}");
                let expected = counted.unwrap().to_i64().unwrap();
                assert_eq!(i64::try_from(seen.len()).unwrap(), expected, "{} {name}", scratch.name);
                let proof = targets::indicator::proof(&store, &seen).await.unwrap();
                let lines = proof.iter().filter(|byte| **byte == b'\n').count();
                assert_eq!(lines, seen.len());
            }
        }
    }
}

#[tokio::test]
async fn a_changed_declaration_is_counted_anew_and_the_others_are_not() {
    for scratch in testing::each().unwrap() {
        let store = scratch.store().await.unwrap();
        let catalogue = packs::with(OWN).unwrap();
        write(&store, &story()).await;
        catch_up(&store, &catalogue).await.unwrap();
        let again = catch_up(&store, &catalogue).await.unwrap();
        assert_eq!((again.entries, again.anew), (0, 0));
        let renamed = OWN.replace("\"严重\"", "\"很严重\"");
        let caught = catch_up(&store, &packs::with(&renamed).unwrap()).await.unwrap();
        assert_eq!(caught.anew, 0, "a name is no matter of counting");
        let changed =
            packs::with(&OWN.replace("severity\", min = 4", "severity\", min = 5")).unwrap();
        write(&store, &[opened(9, 40 * DAY, "noise", "310106006")]).await;
        let caught = catch_up(&store, &changed).await.unwrap();
        assert_eq!((caught.entries, caught.anew), (1, 1), "{}", scratch.name);
        assert_eq!(value(&store, &changed, "severe", "2023", "").await, "1");
        assert_eq!(value(&store, &changed, "opened", "2023", "").await, "4");
        let grown = all_rows(&store).await;
        recompute(&store, &changed, &no_progress()).await.unwrap();
        assert_eq!(grown, all_rows(&store).await);
    }
}

#[tokio::test]
async fn a_month_begins_when_it_does_in_the_district() {
    let catalogue = packs::with(OWN).unwrap();
    let scratch = testing::sqlite().unwrap();
    let store = scratch.store().await.unwrap();
    // 00:00 of 1 March in Shanghai is February in UTC, and a minute earlier is February everywhere.
    write(&store, &[opened(1, 0, "noise", "310106"), opened(2, -1, "noise", "310106")]).await;
    catch_up(&store, &catalogue).await.unwrap();
    assert_eq!(value(&store, &catalogue, "opened", "2023-03", "").await, "1");
    assert_eq!(value(&store, &catalogue, "opened", "2023-02", "").await, "1");
}
