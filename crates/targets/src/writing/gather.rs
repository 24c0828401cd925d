//! Where the figures of a text come from: indicators that are counted or declared, and what was
//! promised. They are looked for here and nowhere else, so that text, pages and files never differ.

use model::IndicatorId;
use pack::Catalogue;
use store::{Store, StoreError};

use super::error::WritingError;
use super::figure::{Asked, Figures, Found, Source};
use crate::indicator::{self, IndicatorError, Period, Slice};
use crate::promise::rows;
use crate::reading::Role;

/// Looks for everything a text asks for. What nobody counts, declares or promises is told as such.
pub async fn gather(
    store: &Store,
    catalogue: &Catalogue,
    asked: Vec<Asked>,
) -> Result<Figures, WritingError> {
    let mut figures = Figures::new();
    for one in asked {
        let found = match one.target {
            true => promised(store, &one).await?,
            false => counted(store, catalogue, &one).await?,
        };
        let found = found.unwrap_or_else(|| absent(catalogue, &one));
        figures.insert(one, found);
    }
    Ok(figures)
}

async fn counted(
    store: &Store,
    catalogue: &Catalogue,
    asked: &Asked,
) -> Result<Option<Found>, WritingError> {
    let Ok(id) = asked.id.parse::<IndicatorId>() else { return Ok(None) };
    let period = Period::months(asked.span.from, asked.span.to);
    let figure = match indicator::figure(store, catalogue, &id, period, &Slice::default()).await {
        Ok(figure) => figure,
        Err(IndicatorError::Unknown(_)) => return Ok(None),
        Err(IndicatorError::Store(error)) => return Err(error.into()),
        Err(error) => return Err(StoreError::Broken(error.to_string()).into()),
    };
    let source = match figure.source {
        indicator::Source::Counted { through_seq } => Source::Counted { through: through_seq },
        indicator::Source::Declared(declared) => Source::Declared {
            by: owner(catalogue, &id).unwrap_or(declared.by),
            entry: declared.entry_seq,
            corrected: declared.corrected,
        },
        indicator::Source::Absent => Source::Absent,
    };
    Ok(Some(Found {
        name: name(catalogue, asked),
        value: figure.value,
        unit: figure.unit,
        source,
        records: format!("/figures/{id}/records?period={period}"),
    }))
}

/// What was promised of an indicator for the year in which the months end.
async fn promised(store: &Store, asked: &Asked) -> Result<Option<Found>, WritingError> {
    let year = i64::from(asked.span.to.0);
    let targets = rows::of_year(store, year, Role::Target).await?;
    let of = |one: &&crate::promise::Target| {
        one.terms.indicator.as_deref() == Some(asked.id.as_str()) || one.id.as_str() == asked.id
    };
    let Some(target) = targets.iter().find(of) else { return Ok(None) };
    let subject = format!("target:{}", target.id);
    let entries = store::chain::of_subject(store, &subject).await?;
    let entry = entries.last().map(|entry| entry.seq).unwrap_or_default();
    let source = Source::Declared { by: "目标任务".to_owned(), entry, corrected: false };
    Ok(Some(Found {
        name: target.terms.name.clone(),
        value: target.terms.goal,
        unit: target.terms.unit.clone(),
        source: if target.terms.goal.is_some() { source } else { Source::Absent },
        records: format!("/targets/{}", target.id),
    }))
}

fn name(catalogue: &Catalogue, asked: &Asked) -> String {
    let id = asked.id.parse::<IndicatorId>().ok();
    let found = id.and_then(|id| catalogue.indicators.get(&id));
    found.map_or_else(|| asked.id.clone(), |one| one.value.name.zh.to_string())
}

fn owner(catalogue: &Catalogue, id: &IndicatorId) -> Option<String> {
    catalogue.indicators.get(id)?.value.owner.clone()
}

fn absent(catalogue: &Catalogue, asked: &Asked) -> Found {
    Found {
        name: name(catalogue, asked),
        value: None,
        unit: String::new(),
        source: Source::Absent,
        records: String::new(),
    }
}
