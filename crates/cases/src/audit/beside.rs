//! What stands beside the row of a case: pauses that touch the clock of its step, ratings, followers.

use std::collections::HashMap;

use model::Spell;
use model::time::{from_millis, millis};
use store::{Row, StoreError};

use super::{Reader, Told, given};
use crate::case::Pause;
use crate::follow::link_mark;
use crate::replay::{Columns, FOLLOWERS, Follows, PAUSES, RATINGS, follows, listed, pause, rating};

/// What other tables hold of these cases.
pub(super) async fn beside(
    reader: &mut Reader<'_>,
    ids: &[String],
    told: &HashMap<String, Told>,
) -> Result<HashMap<String, Columns>, StoreError> {
    let given = given(ids);
    let mut texts: HashMap<(String, &'static str), Vec<String>> = HashMap::new();
    for (table, sql, text) in TABLES {
        for row in reader.fetch(sql, &given).await? {
            if let Some(text) = text(&row, told)? {
                texts.entry((row.text(0)?, table)).or_default().push(text);
            }
        }
    }
    let mut beside: HashMap<String, Columns> = HashMap::new();
    for ((id, table), texts) in texts {
        beside.entry(id).or_default().insert(table, listed(texts.into_iter()));
    }
    Ok(beside)
}

/// A table that belongs to cases, how its rows are read, and a row as text if it counts.
type Table = (&'static str, &'static str, fn(&Row, &HashMap<String, Told>) -> Text);
type Text = Result<Option<String>, StoreError>;

const TABLES: [Table; 3] = [
    (
        PAUSES,
        "SELECT case_id, number, from_at, to_at, reason FROM {given} JOIN case_pause ON \
         case_pause.case_id = given.id",
        pause_text,
    ),
    (
        RATINGS,
        "SELECT case_id, number, step, organ_id, channel, stars, rated_at FROM {given} JOIN \
         case_rating ON case_rating.case_id = given.id",
        rating_text,
    ),
    (
        FOLLOWERS,
        "SELECT case_id, case_follower.number, role, secret, CAST(CASE WHEN contact IS NULL THEN 0 \
         ELSE 1 END AS BIGINT), seq, since_at, confirmed_at, CAST(CASE WHEN length(subject_key.key) \
         = 0 THEN 1 ELSE 0 END AS BIGINT) FROM {given} JOIN case_follower ON \
         case_follower.case_id = given.id LEFT JOIN subject_key ON subject_key.subject = 'case:' || \
         given.id",
        follower_text,
    ),
];

/// A pause, unless it is one of an earlier step.
fn pause_text(row: &Row, told: &HashMap<String, Told>) -> Text {
    let Some(Ok(Some(replayed))) = told.get(row.text_ref(0)?) else { return Ok(None) };
    let (number, from) = (row.int(1)?, row.int(2)?);
    if replayed.is_earlier(number) || from < millis(replayed.case.step_since) {
        return Ok(None);
    }
    let spell = Spell { from: from_millis(from), to: row.maybe_int(3)?.map(from_millis) };
    Ok(Some(pause(&Pause { number, spell, reason: row.text(4)? })))
}

fn rating_text(row: &Row, _: &HashMap<String, Told>) -> Text {
    let (step, organ, channel) = (row.text_ref(2)?, row.maybe_text_ref(3)?, row.text_ref(4)?);
    Ok(Some(rating(row.int(1)?, step, organ, channel, row.int(5)?, row.int(6)?)))
}

fn follower_text(row: &Row, told: &HashMap<String, Told>) -> Text {
    let number = row.int(1)?;
    let entries = match told.get(row.text_ref(0)?) {
        Some(Ok(Some(replayed))) => replayed.follower(number),
        _ => None,
    };
    let erased = row.int(8)? == 1;
    let follower = Follows {
        role: row.text(2)?,
        // What an entry does not tell cannot differ: it had no mark yet, or the number was erased.
        link: entries.and_then(|told| told.link.as_ref()).and(Some(link_mark(row.text_ref(3)?))),
        contact: match entries {
            Some(told) if erased => told.contact,
            _ => row.int(4)? == 1,
        },
        seq: row.int(5)?,
        since: row.int(6)?,
        // Only the time is kept.
        confirmed: row.maybe_int(7)?.map(|at| (0, at)),
    };
    Ok(Some(follows(number, &follower)))
}
