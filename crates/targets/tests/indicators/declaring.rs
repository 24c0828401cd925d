//! Figures that come from outside.

use model::{Actor, IndicatorId, Purpose};
use store::{Store, testing};
use targets::indicator::{
    Declaring, Document, IndicatorError, Page, Period, Slice, Source, correct, declare, figure,
    history, number, records,
};

use crate::packs;

fn what(name: &str, period: &str, value: &str, reason: &str) -> Declaring {
    Declaring {
        indicator: name.parse().unwrap(),
        period: period.parse().unwrap(),
        area: None,
        value: number(value).unwrap(),
        document: Some(Document::new(b"%PDF-1.7 the report".to_vec()).unwrap()),
        reason: reason.to_owned(),
    }
}

async fn done(store: &Store, what: &Declaring, corrects: bool) -> Result<u64, IndicatorError> {
    let catalogue = pack::check(&packs::shipped()).unwrap();
    let (by, purpose) = (Actor::system("test"), Purpose::new("statistics"));
    let mut tx = store.begin("2023-02-01T00:00:00Z".parse().unwrap()).await.unwrap();
    let seq = match corrects {
        false => declare(&mut tx, &catalogue, what, &by, &purpose).await?,
        true => correct(&mut tx, &catalogue, what, &by, &purpose).await?,
    };
    tx.commit().await.unwrap();
    Ok(seq)
}

async fn told(store: &Store, name: &str, period: &str) -> (String, bool) {
    let catalogue = pack::check(&packs::shipped()).unwrap();
    let id: IndicatorId = name.parse().unwrap();
    let period: Period = period.parse().unwrap();
    let figure = figure(store, &catalogue, &id, period, &Slice::default()).await.unwrap();
    let corrected = matches!(&figure.source, Source::Declared(from) if from.corrected);
    (figure.value.map_or("nothing".to_owned(), |value| value.to_string()), corrected)
}

#[tokio::test]
async fn the_last_declaration_counts_and_earlier_ones_stay_visible() {
    for scratch in testing::each().unwrap() {
        let store = scratch.store().await.unwrap();
        assert_eq!(told(&store, "budget-revenue", "2022").await, ("nothing".to_owned(), false));
        let first = what("budget-revenue", "2022", "279.42", "work report");
        let entry = done(&store, &first, false).await.unwrap();
        assert_eq!(told(&store, "budget-revenue", "2022").await, ("279.42".to_owned(), false));
        assert!(matches!(done(&store, &first, false).await, Err(IndicatorError::Already { .. })));
        let silent = what("budget-revenue", "2022", "280", " ");
        assert!(matches!(done(&store, &silent, true).await, Err(IndicatorError::NoReason)));
        let second = what("budget-revenue", "2022", "1,280.5", "final accounts");
        done(&store, &second, true).await.unwrap();
        assert_eq!(told(&store, "budget-revenue", "2022").await, ("1280.5".to_owned(), true));
        let rows = history(&store, &"budget-revenue".parse().unwrap(), &Slice::default()).await;
        let rows = rows.unwrap();
        assert_eq!(rows.len(), 2, "{}", scratch.name);
        assert_eq!((rows[0].entry, rows[1].corrects), (entry, Some(entry)));
        let kinds = store::chain::of_subject(&store, "indicator:budget-revenue").await.unwrap();
        let kinds: Vec<&str> = kinds.iter().map(|entry| entry.kind.as_str()).collect();
        assert_eq!(kinds, ["figure.declared", "figure.corrected"]);
        let document =
            store::blobs::find(&store, rows[1].document.as_ref().unwrap()).await.unwrap();
        assert_eq!(document.unwrap().media, "application/pdf");
    }
}

#[tokio::test]
async fn months_of_a_flow_add_up_and_of_a_level_the_last_one_stands() {
    let scratch = testing::sqlite().unwrap();
    let store = scratch.store().await.unwrap();
    for month in 1..=3 {
        let period = format!("2023-{month:02}");
        done(&store, &what("budget-revenue", &period, "10.5", "r"), false).await.unwrap();
        let level = what("high-tech-enterprises", &period, &format!("{}", 480 + month), "r");
        done(&store, &level, false).await.unwrap();
    }
    let value = async |name: &str, period: &str| told(&store, name, period).await.0;
    assert_eq!(value("budget-revenue", "2023-01/2023-03").await, "31.5");
    assert_eq!(value("budget-revenue", "2023").await, "nothing");
    assert_eq!(value("high-tech-enterprises", "2023").await, "483");
    assert_eq!(value("high-tech-enterprises", "2022").await, "nothing");
}

#[tokio::test]
async fn what_cannot_be_declared_is_refused_with_a_reason() {
    let scratch = testing::sqlite().unwrap();
    let store = scratch.store().await.unwrap();
    let counted = done(&store, &what("reports-opened", "2022", "1", "r"), false).await;
    assert_eq!(counted.unwrap_err().key(), "indicator_not_declared");
    let unknown = done(&store, &what("no-such", "2022", "1", "r"), false).await;
    assert_eq!(unknown.unwrap_err().key(), "indicator_unknown");
    let nothing = done(&store, &what("budget-revenue", "2022", "1", "r"), true).await;
    assert_eq!(nothing.unwrap_err().key(), "figure_nothing_to_correct");
    let bare = Declaring { document: None, ..what("budget-revenue", "2022", "1", "r") };
    assert_eq!(done(&store, &bare, false).await.unwrap_err().key(), "figure_no_document");
    for wrong in ["", "abc", "1.2.3", "NaN", "1e5", "--3", "99999999999999999999999999"] {
        assert!(number(wrong).is_err(), "{wrong}");
    }
    assert_eq!(Document::new(b"\x00\x01".to_vec()).unwrap_err().key(), "figure_document");
    assert_eq!(Document::new(Vec::new()).unwrap_err().key(), "figure_document");
    let catalogue = pack::check(&packs::shipped()).unwrap();
    let page = Page { part: 0, before: None, limit: 5 };
    let id = "budget-revenue".parse().unwrap();
    let found = records(&store, &catalogue, &id, Period::year(2022), &Slice::default(), page).await;
    assert_eq!(found.unwrap_err().key(), "indicator_not_counted");
}

#[test]
fn periods_read_back_as_they_are_written() {
    for text in ["2023", "2023-04", "2023-01/2023-04", "2022-12/2023-02"] {
        assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
    }
    for text in ["", "23", "2023-13", "2023-1", "2023-04/2023-01", "20a3", "2023-00", "+2023"] {
        assert!(text.parse::<Period>().is_err(), "{text}");
    }
    assert_eq!("2023-01/2023-12".parse::<Period>().unwrap(), Period::year(2023));
}
