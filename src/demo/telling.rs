//! Hands the commands of played stories to the writer, in waves: span after span of time, and
//! within a span one act of each story at a time, so that a wave is one commit and the order of the
//! entries is the same every time.

use cases::{CaseError, Command};
use model::Timestamp;
use model::time::millis;
use store::join_all;

use crate::district::District;
use crate::failure::Failure;
use crate::progress;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// Spans of time by age: a commit for every moment of ninety days would take minutes, and what is
/// new is looked at most closely.
const SPANS: [(i64, i64); 3] = [(2 * DAY, 6 * HOUR), (14 * DAY, DAY), (i64::MAX, 7 * DAY)];
/// The writer's queue holds this many; a longer wave would depend on who waits first.
const WAVE_MAX: usize = 2_000;

/// Puts the commands of all stories into waves. Acts of one story touch each other's cases, so
/// each has a wave of its own.
pub fn waves(stories: Vec<Vec<Command>>, start: Timestamp) -> Vec<Vec<Command>> {
    let mut places = Vec::new();
    for (story, commands) in stories.into_iter().enumerate() {
        let (mut span, mut rank) = (None, 0);
        for command in commands {
            let at = command.at.map(millis).unwrap_or_default();
            let here = Some(span_of(at, millis(start)));
            rank = if here == span { rank + 1 } else { 0 };
            span = here;
            places.push(((span, rank), at, story, command));
        }
    }
    places.sort_by_key(|(wave, at, story, _)| (*wave, *at, *story));
    let mut waves: Vec<Vec<Command>> = Vec::new();
    let mut last = None;
    for (wave, _, _, command) in places {
        match waves.last_mut().filter(|full| full.len() < WAVE_MAX && last == Some(wave)) {
            Some(same) => same.push(command),
            None => waves.push(vec![command]),
        }
        last = Some(wave);
    }
    waves
}

/// The end of the span that an instant lies in.
fn span_of(at: i64, start: i64) -> i64 {
    let length = SPANS.iter().find(|(age, _)| start - at < *age).map_or(DAY, |(_, length)| *length);
    start - (start - at).div_euclid(length) * length
}

/// Tells the waves to the writer; how many acts. The stories were decided by the same rules, so a
/// refusal is a defect and ends the filling.
pub async fn tell(district: &District, waves: Vec<Vec<Command>>) -> Result<usize, Failure> {
    let total: usize = waves.iter().map(Vec::len).sum();
    let bar = progress::bar(u64::try_from(total).unwrap_or_default(), "acts of the demo's cases");
    for wave in waves {
        let count = u64::try_from(wave.len()).unwrap_or_default();
        // Without the runtime's turns all are handed over in this order before any is answered.
        let acts = join_all(wave.into_iter().map(|one| district.writer.submit(one)));
        let answers = tokio::task::unconstrained(acts).await;
        for answer in answers {
            answer?.map_err(|refusal: CaseError| {
                Failure::new(format!("an act of the demo was refused: {refusal}"))
            })?;
        }
        bar.inc(count);
    }
    bar.finish_and_clear();
    Ok(total)
}
