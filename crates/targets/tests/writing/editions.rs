//! Drafts, published editions and corrections, on both databases.

use model::Actor;
use model::time::from_millis;
use store::chain::of_subject;
use store::{Statement, Store};
use targets::writing::edition::{self, changes};
use targets::writing::{Asked, Source, Span, Template, WritingError, render, rows};

use crate::scene::{TEXT, figures, found, head, written};

async fn each(mut test: impl AsyncFnMut(&Store)) {
    for scratch in store::testing::each().unwrap() {
        let store = scratch.store().await.unwrap();
        test(&store).await;
    }
}

fn somebody() -> Actor {
    Actor::system("writer")
}

async fn begun(store: &Store) -> rows::Draft {
    let mut tx = store.begin(from_millis(1_000)).await.unwrap();
    rows::begin(&mut tx, &somebody(), "next", 2023, "政府工作报告", TEXT).await.unwrap();
    tx.commit().await.unwrap();
    rows::draft(store, "next").await.unwrap()
}

#[tokio::test]
async fn a_draft_is_saved_only_over_the_version_that_its_writer_saw() {
    each(async |store| {
        let draft = begun(store).await;
        assert_eq!((draft.version, draft.year), (1, 2023));
        let mut tx = store.begin(from_millis(2_000)).await.unwrap();
        let save = rows::save(&mut tx, &somebody(), "next", 1, "题", "# 题").await;
        assert_eq!(save.unwrap(), 2);
        tx.commit().await.unwrap();
        let mut tx = store.begin(from_millis(3_000)).await.unwrap();
        let late = rows::save(&mut tx, &somebody(), "next", 1, "题", "# 另").await;
        assert!(matches!(late, Err(WritingError::Changed(2))), "{late:?}");
        let nobody = rows::save(&mut tx, &somebody(), "none", 1, "题", "# 另").await;
        assert!(matches!(nobody, Err(WritingError::DraftUnknown(_))));
        let long = "长".repeat(200_001);
        let long = rows::save(&mut tx, &somebody(), "next", 2, "题", &long).await;
        assert!(matches!(long, Err(WritingError::TooLong(_))));
        tx.rollback().await.unwrap();
        assert_eq!(rows::draft(store, "next").await.unwrap().source, "# 题");
        let kinds = of_subject(store, "report-draft:next").await.unwrap();
        assert_eq!(kinds.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_published_report_stays_as_it_was_and_a_changed_figure_is_told_as_a_correction() {
    each(async |store| {
        let draft = begun(store).await;
        let mut tx = store.begin(from_millis(4_000)).await.unwrap();
        let number = rows::publish(&mut tx, &somebody(), &draft, &written()).await.unwrap();
        tx.commit().await.unwrap();
        let kept = rows::edition(store, number).await.unwrap();
        assert_eq!(kept.written, written());
        let entries = of_subject(store, "report:1").await.unwrap();
        assert!(entries[0].payload.contains(&kept.digest) && entries[0].kind == "report.published");
        assert!(entries[0].payload.contains("\"shown\":\"108万平方米\""));

        let template = Template::read("text.md", &kept.source, &[]).unwrap();
        let same = render(&template, 2023, &figures(), &head());
        assert_eq!(changes(&kept.written, &[], &same), []);
        let mut later = figures();
        let area = Asked { id: "area".to_owned(), span: Span::year(2023), target: false };
        let source = Source::Counted { through: 5000 };
        later.insert(area, found("开工面积", "1070000", "平方米", source));
        let now = render(&template, 2023, &later, &head());
        let changed = changes(&kept.written, &[], &now);
        assert_eq!(changed.len(), 1);
        assert_eq!(
            changed[0].words(),
            "更正：原为108万平方米，现为107万平方米（由台账记录逐条核算，截至第5000条）"
        );
        let mut tx = store.begin(from_millis(5_000)).await.unwrap();
        let silent = rows::correct(&mut tx, &somebody(), number, &changed[0], " ").await;
        assert!(matches!(silent, Err(WritingError::ReasonMissing)));
        let why = "一处重复登记";
        rows::correct(&mut tx, &somebody(), number, &changed[0], why).await.unwrap();
        tx.commit().await.unwrap();
        let told = rows::corrections(store, number, |at| format!("day {at}")).await.unwrap();
        assert_eq!(
            told[0].words(),
            "day 5000 更正：原为108万平方米，现为107万平方米（一处重复登记）"
        );
        // What was told is told; a further change begins there.
        let last = [(told[0].figure, told[0].new.clone())];
        assert_eq!(changes(&kept.written, &last, &now), []);
        assert_eq!(changes(&kept.written, &last, &same)[0].old, "107万平方米");
        assert_eq!(rows::edition(store, number).await.unwrap().written, written());
        assert_eq!(rows::editions(store).await.unwrap()[0].corrections, 1);
        let entries = of_subject(store, "report:1").await.unwrap();
        assert_eq!(entries[1].kind, "report.corrected");
    })
    .await;
}

#[tokio::test]
async fn a_published_text_altered_by_hand_is_not_shown() {
    each(async |store| {
        let draft = begun(store).await;
        let mut tx = store.begin(from_millis(4_000)).await.unwrap();
        let number = rows::publish(&mut tx, &somebody(), &draft, &written()).await.unwrap();
        let by_hand = "UPDATE report_edition SET document = '{}' WHERE number = 1";
        tx.run(Statement::new(by_hand)).await.unwrap();
        tx.commit().await.unwrap();
        let told = rows::edition(store, number).await.unwrap_err();
        assert!(told.to_string().contains("altered"), "{told}");
        assert!(matches!(rows::edition(store, 9).await, Err(WritingError::EditionUnknown(9))));
    })
    .await;
}

#[test]
fn what_is_kept_of_a_report_reads_back_the_same() {
    let written = written();
    assert_eq!(edition::read(&edition::document(&written)).unwrap(), written);
}
