//! Programs come in by a key, and do not once it is removed.

use access::AccessError;
use store::testing::each;

use crate::rig::{Rig, administrator};

const KEY: &str = "0123456789abcdef";

#[tokio::test]
async fn a_program_is_known_by_its_key_until_that_is_removed() {
    for scratch in each().unwrap() {
        let rig = Rig::on(&scratch).await;
        let (access, by) = (&rig.access, administrator());
        access.add_program(&by, "应用 1", KEY).await.unwrap();
        let other = access.add_program(&by, "other", &KEY.replace('0', "9")).await;
        other.unwrap();
        let names = async || -> Vec<String> {
            access.programs().await.unwrap().into_iter().map(|one| one.name).collect()
        };
        assert_eq!(names().await, ["other", "应用 1"]);
        for (key, known) in [(KEY, Some("应用 1")), ("0123456789ABCDEF", None), ("", None)] {
            let found = access.program_of(key).await.unwrap();
            assert_eq!(found.map(|one| one.name).as_deref(), known, "{key}");
        }
        assert!(access.remove_program(&by, "应用 1").await.unwrap());
        assert!(!access.remove_program(&by, "应用 1").await.unwrap());
        assert_eq!(access.program_of(KEY).await.unwrap(), None);
        assert_eq!(names().await, ["other"]);
        let entries = store::chain::of_subject(&rig.store, "programs").await.unwrap();
        let told: Vec<(&str, &str)> =
            entries.iter().map(|entry| (entry.kind.as_str(), entry.payload.as_str())).collect();
        let name = r#"{"name":"应用 1"}"#;
        assert_eq!(
            told,
            [
                ("access.program_added", name),
                ("access.program_added", r#"{"name":"other"}"#),
                ("access.program_removed", name),
            ]
        );
    }
}

#[tokio::test]
async fn a_key_is_long_and_a_name_or_key_that_is_taken_is_refused() {
    for scratch in each().unwrap() {
        let rig = Rig::on(&scratch).await;
        let (access, by) = (&rig.access, administrator());
        access.add_program(&by, "one", KEY).await.unwrap();
        for (name, key, expected) in [
            ("two", "short", "program_key_short"),
            ("", "another-long-key", "program_invalid"),
            (" two", "another-long-key", "program_invalid"),
            ("t\nwo", "another-long-key", "program_invalid"),
            ("one", "another-long-key", "program_taken"),
            ("two", KEY, "program_taken"),
        ] {
            let refused: AccessError = access.add_program(&by, name, key).await.unwrap_err();
            assert_eq!(refused.key(), expected, "{name}");
        }
    }
}
