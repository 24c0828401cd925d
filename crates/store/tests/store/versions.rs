//! Tables older or newer than the program.

use store::{Store, StoreError};

#[tokio::test]
async fn tables_of_another_version_are_refused_with_what_to_do() {
    for (sql, key) in [
        ("DELETE FROM schema_version WHERE number > 2", "database_old"),
        ("INSERT INTO schema_version VALUES (9999, 'later', 0)", "database_new"),
    ] {
        for scratch in store::testing::each().unwrap() {
            scratch.store().await.unwrap().close().await;
            scratch.tamper(sql).await.unwrap();
            let refused = Store::open(&scratch.address).await.err().map(|error| error.key());
            assert_eq!(refused, Some(key), "{}", scratch.name);
        }
    }
}

#[tokio::test]
async fn migrating_twice_changes_nothing() {
    for scratch in store::testing::each().unwrap() {
        let store = scratch.store().await.unwrap();
        let before = store::chain::head(&store).await.unwrap();
        let applied = store::migrate::migrate(&store, store::testing::founding()).await.unwrap();
        assert_eq!(applied, 0, "{}", scratch.name);
        assert_eq!(store::chain::head(&store).await.unwrap(), before, "{}", scratch.name);
    }
}

#[tokio::test]
async fn servers_that_migrate_at_once_create_the_tables_once() {
    for scratch in store::testing::each().unwrap() {
        let address = scratch.address.clone();
        let servers: Vec<_> = (0..4)
            .map(|_| {
                let address = address.clone();
                tokio::spawn(
                    async move { Store::create(&address, store::testing::founding()).await },
                )
            })
            .collect();
        for server in servers {
            let store = server.await.unwrap();
            let store = store.unwrap_or_else(|error| panic!("{}: {error}", scratch.name));
            let verdict = store::chain::verify(&store, |_| {}).await.unwrap();
            let store::chain::Verdict::Whole(head) = verdict else { panic!("{verdict:?}") };
            assert_eq!(head.seq, 2, "{}", scratch.name);
        }
    }
}

#[tokio::test]
async fn a_database_that_is_none_is_said_to_be_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("liangwang.db");
    std::fs::write(&path, "this is no database, whatever its name says ".repeat(100)).unwrap();
    let refused = Store::open(&store::Address::Sqlite(path)).await.err();
    assert!(matches!(refused, Some(StoreError::Damaged(_))), "{refused:?}");
}
