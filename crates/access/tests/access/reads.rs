//! Who read what: every read is found by whom it concerns and by who read.

use access::reads::{Read, note, of_reader, of_subject, purpose};
use model::{Actor, ActorId};
use store::Statement;
use store::testing::each;

use crate::permissions::DISTRICT;
use crate::rig::Rig;

#[tokio::test]
async fn a_read_is_found_by_its_subject_and_by_its_reader_latest_first() {
    for scratch in each().unwrap() {
        let rig = Rig::on(&scratch).await;
        let handle = purpose(&DISTRICT.purposes, "handle-case").unwrap();
        let audit = purpose(&DISTRICT.purposes, "audit").unwrap();
        let (clerk, auditor) = (Actor::system("clerk"), Actor::system("auditor"));
        for (reader, why, subject, fields) in [
            (&clerk, handle, "case:1", &["words", "contact", "words"][..]),
            (&clerk, handle, "case:2", &["words"]),
            (&auditor, audit, "case:1", &["contact"]),
        ] {
            let mut tx = rig.store.begin(rig.now()).await.unwrap();
            note(&mut tx, reader, why, subject, fields.iter().copied()).unwrap();
            tx.commit().await.unwrap();
        }
        let shown = |reads: Vec<Read>| -> Vec<String> {
            let line = |read: &Read| {
                assert_eq!(read.at, rig.now());
                let fields = read.fields.join("+");
                format!("{} {} {} {fields}", read.reader, read.purpose, read.subject)
            };
            reads.iter().map(line).collect()
        };
        let of_case = of_subject(&rig.store, "case:1", None, 10).await.unwrap();
        let expected = [
            "system:auditor audit case:1 contact",
            "system:clerk handle-case case:1 contact+words",
        ];
        assert_eq!(shown(of_case.clone()), expected, "{}", scratch.name);
        let of_clerk = of_reader(&rig.store, &clerk.id, None, 1).await.unwrap();
        let before = Some(of_clerk[0].seq);
        assert_eq!(shown(of_clerk), ["system:clerk handle-case case:2 words"]);
        let rest = of_reader(&rig.store, &clerk.id, before, 10).await.unwrap();
        assert_eq!(shown(rest), [expected[1]], "{}", scratch.name);
        let nobody = of_reader(&rig.store, &ActorId::new("staff:nobody"), None, 10).await;
        assert_eq!(nobody.unwrap(), []);
        assert_eq!(of_subject(&rig.store, "case:3", None, 10).await.unwrap(), []);
    }
}

#[tokio::test]
async fn the_reads_of_a_reader_are_found_without_walking_through_the_ledger() {
    let scratch = store::testing::sqlite().unwrap();
    let rig = Rig::on(&scratch).await;
    let sql = "EXPLAIN QUERY PLAN SELECT seq, subject FROM ledger_entry WHERE kind = 'personal.read' AND \
               seq < $1 AND actor = $2 ORDER BY seq DESC LIMIT 10";
    let statement = Statement::new(sql).bind(i64::MAX).bind("staff:clerk-1");
    let plan = rig.store.fetch(statement).await.unwrap();
    let plan: Vec<String> = plan.iter().map(|row| row.text(3).unwrap()).collect();
    assert!(
        plan[0].contains("ledger_record_reads") && plan[1].contains("INTEGER PRIMARY KEY"),
        "{plan:?}"
    );
}

#[test]
fn only_a_declared_purpose_opens_personal_data() {
    for wrong in ["", "curiosity", "handle case", "HANDLE-CASE", "办理案件"] {
        let refused = purpose(&DISTRICT.purposes, wrong).unwrap_err();
        assert_eq!(refused.key(), "purpose_unknown");
        assert!(refused.to_string().contains("handle-case"), "{refused}");
    }
    for (id, declared) in &DISTRICT.purposes {
        assert_eq!(purpose(&DISTRICT.purposes, id.as_str()).unwrap(), declared);
        assert!(declared.name.en.is_some(), "`{id}` has no English name");
    }
}
