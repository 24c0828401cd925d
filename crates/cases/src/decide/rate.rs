//! 评价: at any step and by any channel; a bad one opens its own case.

use std::sync::Arc;

use model::CaseId;

use super::open::{Context, New, begin, declarations};
use super::{Decision, Desk, NOTE_MAX};
use crate::case::Values;
use crate::command::Opening;
use crate::error::CaseError;
use crate::event::What;

/// A rating as it came in.
pub(super) struct Rating<'r> {
    pub(super) stars: u8,
    pub(super) channel: &'r Arc<str>,
    pub(super) comment: Option<&'r str>,
}

pub(super) fn rate(
    desk: &Desk<'_>,
    rating: Rating<'_>,
    follow_up: CaseId,
) -> Result<Decision, CaseError> {
    let Desk { world, facts, case, command, at, .. } = *desk;
    let allowed = desk.procedure()?.allow.rate.as_ref();
    desk.rule(allowed.map(|(rule, _)| rule), "rate")?;
    if !(1..=5).contains(&rating.stars) {
        return Err(CaseError::Stars);
    }
    let comment = rating.comment.filter(|comment| !comment.trim().is_empty());
    if comment.is_some_and(|comment| comment.chars().count() > NOTE_MAX) {
        return Err(CaseError::TooLong(NOTE_MAX));
    }
    let texts = comment.map(|comment| ("comment".to_owned(), comment.to_owned()));
    let bad = allowed.filter(|(_, rate)| rating.stars <= rate.bad && desk.in_force(&rate.basis));
    let what = What::Rated {
        stars: rating.stars,
        channel: rating.channel.clone(),
        follow_up: bad.map(|_| follow_up),
    };
    let mut decision = desk.one(what, texts.into_iter().collect())?;
    let Some((_, rate)) = bad else { return Ok(decision) };
    let (edition, kind, procedure) = declarations(world, &rate.follow_up)?;
    let opening = Opening {
        kind: kind.id.clone(),
        area: case.area.clone(),
        point: case.point.clone(),
        title: None,
        values: Values::new(),
        external_key: None,
        follower: None,
    };
    let new = New {
        id: follow_up,
        title: format!("{}：{}", kind.name.zh, case.number).into(),
        facts: Values::from_iter([("stars".to_owned(), rating.stars.into())]),
        texts: Vec::new(),
        at,
        parent: None,
        follows: Some(case.id),
        organ: None,
    };
    let context = Context { edition, kind, procedure, opening: &opening };
    begin(world, facts, command, context, new, &mut decision)?;
    Ok(decision)
}
