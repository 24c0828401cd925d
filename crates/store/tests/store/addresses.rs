//! Addresses of databases.

use store::{Address, Store, StoreError};

#[test]
fn an_address_names_a_file_or_a_server() {
    for (text, expected) in [
        ("sqlite:data/liangwang.db", Some(Address::Sqlite("data/liangwang.db".into()))),
        ("sqlite:///tmp/a.db", Some(Address::Sqlite("/tmp/a.db".into()))),
        ("postgres://u@h/n", Some(Address::Postgres("postgres://u@h/n".to_owned()))),
        ("postgresql://h/n", Some(Address::Postgres("postgresql://h/n".to_owned()))),
        ("sqlite:", None),
        ("mysql://h/n", None),
        ("data/liangwang.db", None),
    ] {
        assert_eq!(text.parse::<Address>().ok(), expected, "{text}");
    }
}

#[test]
fn a_wrong_address_never_repeats_a_password() {
    let said = "mysql://clerk:secret@h/n".parse::<Address>().unwrap_err().to_string();
    assert!(!said.contains("secret"), "{said}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_not_made_by_looking() {
    let folder = tempfile::tempdir().unwrap();
    let address = Address::Sqlite(folder.path().join("none.db"));
    let refused = Store::open(&address).await;
    assert!(matches!(refused, Err(StoreError::Missing(_))));
    assert!(!folder.path().join("none.db").exists());
}
