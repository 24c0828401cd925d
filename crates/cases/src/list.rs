//! Lists of cases, by any mixture of filters, and one case with its personal texts opened.

use model::time::millis;
use model::{AreaCode, CaseId, KindId, OrganId, StepId, Timestamp};
use store::{Given, Statement, Store, StoreError, Value};

use crate::case::{Case, Phase};
use crate::event::SENT_BACK;
use crate::rows::{COLUMNS, PAUSES, read, read_pause};

/// What is wanted; what is not named does not matter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of one of these kinds.
    pub kinds: Vec<KindId>,
    /// Of none of these kinds.
    pub kinds_not: Vec<KindId>,
    /// Within this area.
    pub area: Option<AreaCode>,
    /// Held by this organ.
    pub organ: Option<OrganId>,
    /// Handled by this person.
    pub handler: Option<String>,
    /// In this step.
    pub step: Option<StepId>,
    /// `open` (which includes paused), `paused`, `closed`, `merged`; `ended` is both of these.
    pub phase: Option<String>,
    /// Due at or after this instant and still open.
    pub due_from: Option<Timestamp>,
    /// Due before this instant and still open.
    pub due_before: Option<Timestamp>,
    /// At this level of escalation or a higher one.
    pub level_min: Option<u32>,
    /// Came to its step by being sent back (退单), and stands there still.
    pub sent_back: bool,
    /// Opened at or after.
    pub opened_from: Option<Timestamp>,
    /// Opened before.
    pub opened_to: Option<Timestamp>,
    /// Ended at or after.
    pub closed_from: Option<Timestamp>,
    /// With this number, or with a number that begins so.
    pub number: Option<String>,
    /// Parts of this case.
    pub parent: Option<CaseId>,
    /// Merged into this case.
    pub merged_into: Option<CaseId>,
    /// In which order.
    pub order: Order,
    /// Continue after this place: `Listed::place` of the last case of the page before.
    pub after: Option<(i64, CaseId)>,
    /// Leave out so many; each costs as much as if it were shown, so `after` is the better way on.
    pub skip: u32,
    /// Most rows.
    pub limit: u32,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Newest first.
    #[default]
    Newest,
    /// What is due first comes first; cases without a due time are left out.
    Due,
    /// What ended last comes first; open cases are left out.
    Ended,
}

/// A row of a list: the case and what is kept of its clock.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The case.
    pub case: Case,
    /// When the step is due, as kept; shown figures reckon anew.
    pub due_at: Option<i64>,
    /// Whether that rests on an unpublished calendar, as kept.
    pub provisional: bool,
    /// When the next escalation is reached, as kept.
    pub tick_at: Option<i64>,
}

impl Listed {
    /// Where this case stands in the order of its list.
    pub fn place(&self, order: Order) -> (i64, CaseId) {
        let by = match order {
            Order::Newest => millis(self.case.opened_at),
            Order::Due => self.due_at.unwrap_or(i64::MAX),
            Order::Ended => match self.case.phase {
                Phase::Closed { at, .. } => millis(at),
                _ => millis(self.case.last_at),
            },
        };
        (by, self.case.id)
    }
}

/// The cases that fit.
pub async fn list(store: &Store, filter: &Filter) -> Result<Vec<Listed>, StoreError> {
    let (sql, values) = select(filter, way(store, filter).await?);
    let rows = store.fetch(Statement::new(&sql).bind_all(values)).await?;
    let mut listed = Vec::with_capacity(rows.len());
    let mut paused = Vec::new();
    for row in &rows {
        let (case, pauses) = read(row)?;
        if pauses > 0 {
            paused.push((case.id, millis(case.step_since)));
        }
        listed.push(Listed {
            case,
            due_at: row.maybe_int(34)?,
            provisional: row.int(35)? == 1,
            tick_at: row.maybe_int(36)?,
        });
    }
    add_pauses(store, &mut listed, paused).await?;
    Ok(listed)
}

/// How the cases of a list are come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// As the planner finds best.
    Planned,
    /// Along the times of the order, until the page is full.
    Along,
    /// All of that kind and place, then sorted.
    Gather,
}

/// So many cases are gathered and sorted; where there are more of them, one in a few of all cases
/// fits, and the page is full soon.
const GATHERED: i64 = 5_000;

/// What is due first, or ended last, is found by going along these times; when few cases are of that
/// kind and place, that would pass by almost every other one.
async fn way(store: &Store, filter: &Filter) -> Result<Way, StoreError> {
    if filter.order == Order::Newest || filter.organ.is_some() || filter.handler.is_some() {
        return Ok(Way::Planned);
    }
    if filter.kinds.is_empty() && filter.area.is_none() {
        return Ok(Way::Along);
    }
    let mut query = Query::default();
    query.kind_and_place(filter, Way::Gather);
    let most = query.next(GATHERED + 1);
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 AS one FROM case_opening WHERE {} LIMIT {most}) AS found",
        query.conditions()
    );
    let rows = store.fetch(Statement::new(&sql).bind_all(query.values)).await?;
    let found = rows.first().map_or(Ok(0), |row| row.int(0))?;
    Ok(if found > GATHERED { Way::Along } else { Way::Gather })
}

fn select(filter: &Filter, way: Way) -> (String, Vec<Value>) {
    let mut query = Query::default();
    query.filter(filter, way);
    let order = match (filter.order, way) {
        (Order::Newest, _) => "opened_at DESC, case_file.id DESC",
        // An expression keeps the planner from going along the due times after all.
        (Order::Due, Way::Gather) => "due_at + 0, case_file.entry",
        (Order::Due, _) => "due_at, case_file.entry",
        (Order::Ended, Way::Gather) => "closed_at + 0 DESC, case_file.entry DESC",
        (Order::Ended, _) => "closed_at DESC, case_file.entry DESC",
    };
    match filter.order {
        Order::Newest => {}
        // Only open cases have a due time; the indexes that are in its order hold these alone.
        Order::Due => query.add("closed_at IS NULL AND due_at IS NOT NULL", []),
        Order::Ended => query.add("closed_at IS NOT NULL", []),
    }
    query.after(filter);
    let limit = query.next(i64::from(filter.limit.clamp(1, 10_000)));
    let skip = query.next(i64::from(filter.skip));
    let sql = format!(
        "SELECT {COLUMNS}, due_at, provisional, tick_at FROM case_file WHERE {} ORDER BY {order} \
         LIMIT {limit} OFFSET {skip}",
        query.conditions()
    );
    (sql, query.values)
}

/// How many cases fit, counted to at most `most`.
pub async fn count(store: &Store, filter: &Filter, most: u32) -> Result<u64, StoreError> {
    let mut query = Query::default();
    query.filter(filter, Way::Planned);
    let limit = query.next(i64::from(most));
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 AS one FROM case_file WHERE {} LIMIT {limit}) AS found",
        query.conditions()
    );
    let rows = store.fetch(Statement::new(&sql).bind_all(query.values)).await?;
    let count = rows.first().map_or(Ok(0), |row| row.int(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// One case by id.
pub async fn find(store: &Store, id: CaseId) -> Result<Option<Case>, StoreError> {
    find_where(store, "case_file.id = $1", id.to_string()).await
}

/// One case by its number, or by its number in the system it came from.
pub async fn find_number(store: &Store, number: &str) -> Result<Option<Case>, StoreError> {
    match find_where(store, "number = $1", number.to_owned()).await? {
        Some(case) => Ok(Some(case)),
        None => find_where(store, "external_key = $1", number.to_owned()).await,
    }
}

async fn find_where(
    store: &Store,
    condition: &str,
    value: String,
) -> Result<Option<Case>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM case_file WHERE {condition}");
    let rows = store.fetch(Statement::new(&sql).bind(value)).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let (case, pauses) = read(row)?;
    let mut listed = vec![Listed { case, due_at: None, provisional: false, tick_at: None }];
    let paused = listed.iter().filter(|_| pauses > 0);
    let paused = paused.map(|one| (one.case.id, millis(one.case.step_since))).collect();
    add_pauses(store, &mut listed, paused).await?;
    Ok(listed.pop().map(|one| one.case))
}

async fn add_pauses(
    store: &Store,
    listed: &mut [Listed],
    paused: Vec<(CaseId, i64)>,
) -> Result<(), StoreError> {
    if paused.is_empty() {
        return Ok(());
    }
    let given = Given::default()
        .text("id", paused.iter().map(|(id, _)| id.to_string()))
        .int("since", paused.iter().map(|(_, since)| *since));
    for row in store.fetch(Statement::new(PAUSES).given(&given)).await? {
        let (id, pause) = read_pause(&row)?;
        if let Some(one) = listed.iter_mut().find(|one| one.case.id == id) {
            one.case.pauses.push(pause);
        }
    }
    Ok(())
}

#[derive(Default)]
struct Query {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Query {
    fn next(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// `$` in the condition stands for the next value.
    fn add<const N: usize>(&mut self, condition: &str, values: [Value; N]) {
        let mut text = String::new();
        let mut values = values.into_iter();
        for part in condition.split_inclusive('$') {
            match (part.strip_suffix('$'), part.ends_with('$').then(|| values.next()).flatten()) {
                (Some(before), Some(value)) => {
                    text.push_str(before);
                    text.push_str(&self.next(value));
                }
                _ => text.push_str(part),
            }
        }
        self.conditions.push(text);
    }

    fn conditions(&self) -> String {
        if self.conditions.is_empty() { "true".to_owned() } else { self.conditions.join(" AND ") }
    }

    /// What an opening says for good, and indexes find.
    fn kind_and_place(&mut self, filter: &Filter, way: Way) {
        // An expression keeps the planner from an index by kind or place.
        let (kind, area_code) = match way {
            Way::Along => ("(kind || '')", "(area_code || '')"),
            Way::Planned | Way::Gather => ("kind", "area_code"),
        };
        match filter.kinds.as_slice() {
            [] => {}
            [one] => self.add(&format!("{kind} = $"), [one.as_str().into()]),
            kinds => {
                let marks: Vec<String> =
                    kinds.iter().map(|kind| self.next(kind.as_str())).collect();
                self.conditions.push(format!("{kind} IN ({})", marks.join(", ")));
            }
        }
        if let Some(area) = &filter.area {
            // Codes are digits, so `:` comes right after every code that begins like this one.
            let end = format!("{area}:");
            let within = format!("{area_code} >= $ AND {area_code} < $");
            self.add(&within, [area.as_str().into(), end.into()]);
        }
    }

    fn filter(&mut self, filter: &Filter, way: Way) {
        self.kind_and_place(filter, way);
        if !filter.kinds_not.is_empty() {
            let marks: Vec<String> =
                filter.kinds_not.iter().map(|kind| self.next(kind.as_str())).collect();
            self.conditions.push(format!("kind NOT IN ({})", marks.join(", ")));
        }
        if let Some(organ) = &filter.organ {
            self.add("organ_id = $", [organ.as_str().into()]);
        }
        if let Some(handler) = &filter.handler {
            self.add("handler = $", [handler.as_str().into()]);
        }
        if let Some(step) = &filter.step {
            self.add("step = $", [step.as_str().into()]);
        }
        match filter.phase.as_deref() {
            None => {}
            Some("open") => self.add("closed_at IS NULL", []),
            Some("ended") => self.add("closed_at IS NOT NULL", []),
            Some("closed") => self.add("closed_at IS NOT NULL AND phase = 'closed'", []),
            Some("paused") => self.add("closed_at IS NULL AND phase = 'paused'", []),
            Some(phase) => self.add("phase = $", [phase.into()]),
        }
        if let Some(from) = filter.due_from {
            self.add("closed_at IS NULL AND due_at >= $", [millis(from).into()]);
        }
        if let Some(before) = filter.due_before {
            self.add("closed_at IS NULL AND due_at < $", [millis(before).into()]);
        }
        if let Some(level) = filter.level_min {
            // Few cases have been escalated; the index holds these only.
            let some = if level > 0 { "level > 0 AND " } else { "" };
            let condition = format!("closed_at IS NULL AND {some}level >= $");
            self.add(&condition, [i64::from(level).into()]);
        }
        if filter.sent_back {
            // Always the first mark of a step; the index holds cases with marks only.
            let first = format!("{SENT_BACK} %");
            let condition = "closed_at IS NULL AND marks <> '' AND (marks = $ OR marks LIKE $)";
            self.add(condition, [SENT_BACK.into(), first.into()]);
        }
        if let Some(from) = filter.opened_from {
            self.add("opened_at >= $", [millis(from).into()]);
        }
        if let Some(to) = filter.opened_to {
            self.add("opened_at < $", [millis(to).into()]);
        }
        if let Some(from) = filter.closed_from {
            self.add("closed_at >= $", [millis(from).into()]);
        }
        if let Some(number) = &filter.number {
            let end = format!("{number}\u{10ffff}");
            self.add("number >= $ AND number < $", [number.as_str().into(), end.into()]);
        }
        if let Some(parent) = filter.parent {
            self.add("parent_id = $", [parent.to_string().into()]);
        }
        if let Some(into) = filter.merged_into {
            self.add("merged_into = $", [into.to_string().into()]);
        }
    }

    fn after(&mut self, filter: &Filter) {
        match (&filter.after, filter.order) {
            (Some((opened, id)), Order::Newest) => {
                let after = [(*opened).into(), id.to_string().into()];
                self.add("(opened_at, case_file.id) < ($, $)", after);
            }
            (Some((due, id)), Order::Due) => {
                let after = "(due_at, case_file.entry) > ($, (SELECT entry FROM case_opening WHERE \
                             id = $))";
                self.add(after, [(*due).into(), id.to_string().into()]);
            }
            (Some((ended, id)), Order::Ended) => {
                let after = "(closed_at, case_file.entry) < ($, (SELECT entry FROM case_opening \
                             WHERE id = $))";
                self.add(after, [(*ended).into(), id.to_string().into()]);
            }
            (None, _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How SQLite finds the cases that fit.
    async fn plan(store: &Store, filter: &Filter) -> String {
        let (sql, values) = select(filter, way(store, filter).await.unwrap());
        let sql = format!("EXPLAIN QUERY PLAN {sql}");
        let rows = store.fetch(Statement::new(&sql).bind_all(values)).await.unwrap();
        let steps: Vec<String> = rows.iter().map(|row| row.text(3).unwrap()).collect();
        steps.join("; ")
    }

    #[tokio::test]
    async fn lists_go_along_an_index_and_do_not_sort() {
        let scratch = store::testing::sqlite().unwrap();
        let store = scratch.store().await.unwrap();
        let all = Filter { limit: 50, ..Filter::default() };
        let done = Some("closed".to_owned());
        let ended = Filter { order: Order::Ended, phase: done, ..all.clone() };
        let due = Filter { order: Order::Due, ..all.clone() };
        let handler = Some("staff:handler-1".to_owned());
        let organ = Some("greening".parse().unwrap());
        let kinds = vec!["noise".parse().unwrap()];
        let area = Some("310106015".parse().unwrap());
        let few = Filter { kinds, area, phase: Some("open".to_owned()), ..due.clone() };
        let plan_of_few = plan(&store, &few).await;
        assert!(plan_of_few.contains("case_opening_kind_area"), "{plan_of_few}");
        for (what, filter, index) in [
            ("done", ended.clone(), "case_state_closed"),
            ("done by an organ", Filter { organ: organ.clone(), ..ended }, "case_state_done"),
            ("all", all.clone(), "case_opening_opened"),
            ("what is due", due.clone(), "case_state_due"),
            ("mine", Filter { handler, ..due.clone() }, "case_state_handler"),
            ("of an organ", Filter { organ, ..due.clone() }, "case_state_organ"),
        ] {
            let plan = plan(&store, &filter).await;
            assert!(plan.contains(index), "{what}: {plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{what}: {plan}");
        }
        for level in [1, 2] {
            let filter = Filter { level_min: Some(level), ..all.clone() };
            let plan = plan(&store, &filter).await;
            assert!(plan.contains("case_state_level"), "level {level}: {plan}");
        }
    }
}
