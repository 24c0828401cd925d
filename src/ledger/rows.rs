//! Tells whether the rows of cases are what their entries say.

use cases::audit::{self, Difference, Report};
use serde_json::{Value, json};

use crate::district::{self, Place};
use crate::failure::Failure;
use crate::progress;

/// Compares every case with its entries.
pub async fn check(place: &Place) -> Result<Report, Failure> {
    let store = place.open().await?;
    let rules = district::adopted(&store).await?;
    let mode = cases::mode::current(&store).await?;
    let any = cases::Filter::default();
    let cases = cases::list::count(&store, &any, u32::MAX).await?;
    let bar = progress::bar(cases, "replaying cases");
    let done = |done| bar.set_position(done);
    let mut report = audit::rows(&store, &rules, mode, done).await?;
    bar.finish_and_clear();
    let (_, head) = store::chain::head(&store).await?;
    let bar = progress::bar(head.seq, "looking for cases without a row");
    audit::missing(&store, &mut report, |done| bar.set_position(done)).await?;
    bar.finish_and_clear();
    audit::strays(&store, &mut report).await?;
    audit::mode(&store, &mut report).await?;
    Ok(report)
}

/// What is said of rows that are as their entries tell.
pub fn said(report: &Report) -> String {
    let mut text = format!("the rows of {} cases are what their entries tell", report.cases);
    if report.stale > 0 {
        text = format!(
            "{text}\n{} open cases keep another due time than the rules give; `liangwang pack adopt` \
             reckons them anew",
            report.stale
        );
    }
    text
}

/// The report for programs.
pub fn to_json(report: &Report) -> Value {
    let first: Vec<Value> = report
        .first
        .iter()
        .map(|one| {
            let differences: Vec<Value> = one
                .differences
                .iter()
                .map(|one| json!({ "column": one.column, "row": one.row, "entries": one.entries }))
                .collect();
            json!({ "subject": one.subject, "number": one.number, "differences": differences })
        })
        .collect();
    json!({
        "cases": report.cases, "differing": report.differing, "first": first,
        "stale": report.stale,
    })
}

/// Tells the first cases that differ, and how many there are.
pub fn refuse(report: &Report, as_json: bool) -> Failure {
    const KEY: &str = "rows_differ";
    if as_json {
        say!("{}", json!({ "whole": false, "key": KEY, "rows": to_json(report) }));
    } else {
        for one in &report.first {
            let name = one.number.as_deref().unwrap_or("(no number)");
            let differences: Vec<String> = one.differences.iter().map(phrase).collect();
            say!("{name}  {}: {}", one.subject, differences.join("; "));
        }
    }
    let text = format!(
        "{} rows are not what their entries tell, of {} cases; somebody changed them by hand",
        report.differing, report.cases
    );
    Failure::keyed(text, KEY).told()
}

fn phrase(difference: &Difference) -> String {
    let Difference { column, row, entries } = difference;
    let shown = |value: &Option<String>| match value {
        Some(value) => format!("`{value}`"),
        None => "nothing".to_owned(),
    };
    match column.as_str() {
        "row" => {
            format!("there is no row, though it was {}", entries.as_deref().unwrap_or("opened"))
        }
        "entries" => match entries {
            Some(why) => why.clone(),
            None => "there is a row, and no entry tells of it".to_owned(),
        },
        _ => format!("{column} is {}, the entries tell {}", shown(row), shown(entries)),
    }
}
