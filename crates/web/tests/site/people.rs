//! The clerk's view of the check-up: for a purpose, with a trace; what is corrected counts at once,
//! what is declined is left alone until it is withdrawn.

use axum::http::StatusCode;
use register::facts::correct;

use crate::compare::settled;
use crate::rig::{Rig, each};

/// The entries of a kind about a subject.
async fn entered(rig: &Rig, subject: &str, kind: &str) -> usize {
    let entries = store::chain::of_subject(&rig.store, subject).await.unwrap();
    entries.iter().filter(|entry| entry.kind == kind).count()
}

async fn post(rig: &Rig, cookie: &str, more: &[(&str, &str)], number: &str) -> crate::rig::Answer {
    let mut fields = vec![("number", number), ("purpose", "answer-person")];
    fields.extend(more);
    rig.post_as("/people", cookie, &fields).await
}

/// What stands in a group of benefits.
fn group<'p>(page: &'p str, id: &str) -> &'p str {
    let start = format!("class=\"govuk-details\" id=\"{id}\"");
    let found = page.split_once(&start).map_or("", |(_, rest)| rest);
    found.split("class=\"govuk-details\" id=").next().unwrap()
}

#[tokio::test]
async fn somebody_is_opened_for_a_purpose_and_what_is_corrected_counts_at_once() {
    for rig in each().await {
        rig.set_clock("2026-11-24 09:00");
        let people = settled(&rig).await;
        let young = people.persons.iter().find(|one| one.born_on.year() > 1990).unwrap();
        let subject = format!("person:{}", young.id);
        let number = young.resident_id.as_str();
        let cookie = rig.sign_in("clerk-1").await;
        let empty = rig.post_as("/people", &cookie, &[]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(entered(&rig, &subject, "personal.read").await, 0, "nothing was opened");
        let page = post(&rig, &cookie, &[], number).await;
        assert_eq!(page.status, StatusCode::OK, "{}: {}", rig.name, page.text);
        assert!(!group(&page.text, "yes").contains("老年综合津贴"));
        assert!(page.text.contains("登记 birth"), "facts say where they come from");
        assert_eq!(entered(&rig, &subject, "personal.read").await, 1);
        // A correction needs a value that can be, and a reason.
        let fact = ("fact", "出生日期");
        let wrong = post(&rig, &cookie, &[("go", "correct"), fact, ("answer", "x")], number).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let answer = ("answer", "1950-03-01");
        let wrong = post(&rig, &cookie, &[("go", "correct"), fact, answer], number).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(entered(&rig, &subject, "register.corrected").await, 0);
        let more = [("go", "correct"), fact, answer, ("reason", "出生证原件")];
        let page = post(&rig, &cookie, &more, number).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        let more =
            [("go", "correct"), ("fact", "户籍地"), ("answer", "310106"), ("reason", "户口簿")];
        let page = post(&rig, &cookie, &more, number).await;
        assert!(group(&page.text, "yes").contains("老年综合津贴"), "{}", page.text);
        assert!(page.text.contains("出生证原件") && page.text.contains("1950-03-01"));
        let was = young.born_on.to_string();
        assert!(page.text.contains(&format!("{was} → 1950-03-01")), "the old value is told");
        assert_eq!(entered(&rig, &subject, "register.corrected").await, 2);
        // Whoever looks at everybody sees the same.
        let everybody = register::facts::residents(&rig.store).await.unwrap();
        let mut members = everybody.iter().flat_map(|one| &one.members);
        let (_, facts) = members.find(|(id, _)| *id == young.id.to_string()).unwrap();
        assert_eq!(facts["出生日期"], "1950-03-01");
        assert_eq!(correct::of(&rig.store, &subject).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn what_is_declined_is_shown_so_and_can_be_withdrawn() {
    for rig in each().await {
        rig.set_clock("2026-11-24 09:00");
        let people = settled(&rig).await;
        let cookie = rig.sign_in("clerk-1").await;
        let old = people.persons.iter().filter(|one| one.born_on.year() < 1950);
        let mut found = None;
        for one in old {
            let page = post(&rig, &cookie, &[], one.resident_id.as_str()).await.text;
            if group(&page, "yes").contains("老年综合津贴") {
                found = Some(one);
                break;
            }
        }
        let one = found.expect("somebody gets the allowance");
        let (subject, number) = (format!("person:{}", one.id), one.resident_id.as_str());
        let policy = ("policy", "elder-allowance");
        let wrong = post(&rig, &cookie, &[("go", "refuse"), policy], number).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "without what he says");
        let more = [("go", "refuse"), policy, ("why", "本人不需要")];
        let page = post(&rig, &cookie, &more, number).await.text;
        assert!(group(&page, "refused").contains("老年综合津贴"), "{page}");
        assert!(!group(&page, "yes").contains("老年综合津贴"));
        assert_eq!(entered(&rig, &subject, "benefit.refused").await, 1);
        let all = policy::refusals::all(&rig.store, 0).await.unwrap();
        let cell = (subject.clone(), "elder-allowance".to_owned());
        assert!(all.refused.contains(&cell) && all.resumed.is_empty());
        let page = post(&rig, &cookie, &[("go", "withdraw"), policy], number).await.text;
        assert!(group(&page, "yes").contains("老年综合津贴"), "{page}");
        let all = policy::refusals::all(&rig.store, 0).await.unwrap();
        assert!(all.refused.is_empty() && all.resumed.contains(&cell));
        assert_eq!(entered(&rig, &subject, "benefit.refusal_withdrawn").await, 1);
    }
}

#[tokio::test]
async fn an_enterprise_is_opened_by_its_code() {
    for rig in each().await.into_iter().take(1) {
        rig.set_clock("2026-11-24 09:00");
        settled(&rig).await;
        let cookie = rig.sign_in("clerk-1").await;
        let sql =
            store::Statement::new("SELECT credit_code, id FROM enterprise ORDER BY id LIMIT 1");
        let rows = rig.store.fetch(sql).await.unwrap();
        let (code, id) = (rows[0].text(0).unwrap(), rows[0].text(1).unwrap());
        let page = post(&rig, &cookie, &[], &code).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("高新技术企业"), "{}", page.text);
        assert_eq!(entered(&rig, &format!("enterprise:{id}"), "personal.read").await, 1);
    }
}

#[tokio::test]
async fn a_household_is_opened_by_its_number_with_what_concerns_it_as_a_whole() {
    for rig in each().await {
        rig.set_clock("2026-11-24 09:00");
        let people = settled(&rig).await;
        let cookie = rig.sign_in("clerk-1").await;
        let one = &people.persons[0];
        let (number, subject) = (one.household.to_string(), format!("household:{}", one.household));
        // The number stands where a member is open.
        let page = post(&rig, &cookie, &[], one.resident_id.as_str()).await;
        assert!(page.text.contains(&number), "{}: {}", rig.name, page.text);
        assert_eq!(entered(&rig, &subject, "personal.read").await, 0);
        let page = post(&rig, &cookie, &[], &number).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("最低生活保障"), "{}", page.text);
        assert!(!page.text.contains("老年综合津贴"), "what concerns a member is not shown");
        assert_eq!(entered(&rig, &subject, "personal.read").await, 1);
        let fact = ("fact", "出生日期");
        let wrong = [("go", "correct"), fact, ("answer", "1950-03-01"), ("reason", "户口簿")];
        let page = post(&rig, &cookie, &wrong, &number).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "it is no fact of a household");
    }
}
