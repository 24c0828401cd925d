//! Pictures: kept once, entered without their bytes, destroyed for good.

use ledger::Head;
use model::{ActorId, Purpose, Timestamp};
use store::blobs::{self, Added, Blob};
use store::{Store, StoreError, Tx};

fn picture(bytes: &[u8]) -> Blob {
    Blob::new("image/jpeg", (4, 3), bytes.to_vec(), b"small".to_vec())
}

async fn begin(store: &Store) -> Tx {
    store.begin(Timestamp::from_second(1_678_000_100).unwrap()).await.unwrap()
}

fn by() -> (ActorId, Purpose) {
    (ActorId::new("resident:web"), Purpose::new("report"))
}

async fn add(store: &Store, blob: &Blob) -> (Added, Head) {
    let (by, purpose) = by();
    let mut tx = begin(store).await;
    let added = blobs::insert(&mut tx, blob, &by, &purpose).await.unwrap();
    (added, tx.commit().await.unwrap())
}

async fn destroy(store: &Store, digest: &str) -> Result<bool, StoreError> {
    let (by, purpose) = by();
    let mut tx = begin(store).await;
    let destroyed = blobs::destroy(&mut tx, digest, &by, &purpose, "a face").await?;
    tx.commit().await?;
    Ok(destroyed)
}

#[test]
fn a_picture_is_named_by_the_sha_256_of_its_bytes() {
    // The test vector of FIPS 180-2 for `abc`.
    let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(picture(b"abc").digest(), known);
}

#[tokio::test]
async fn a_picture_is_kept_once_and_read_as_it_was() {
    for scratch in store::testing::each().unwrap() {
        let store = scratch.store().await.unwrap();
        let blob = picture(b"\xff\xd8 not looked at here \x00");
        assert_eq!(blobs::find(&store, blob.digest()).await.unwrap(), None, "{}", scratch.name);
        assert_eq!(add(&store, &blob).await.0, Added::New, "{}", scratch.name);
        let found = blobs::find(&store, blob.digest()).await.unwrap();
        assert_eq!(found.as_ref(), Some(&blob), "{}", scratch.name);
        let small = blobs::find_small(&store, blob.digest()).await.unwrap();
        assert_eq!(small, Some(("image/jpeg".to_owned(), b"small".to_vec())), "{}", scratch.name);
        // Again before an act names it: its day begins anew, which is entered.
        assert_eq!(add(&store, &blob).await.0, Added::New, "{}", scratch.name);
        let (by, purpose) = by();
        let mut tx = begin(&store).await;
        blobs::use_all(&mut tx, [blob.digest()]).await.unwrap();
        blobs::insert(&mut tx, &picture(b"another"), &by, &purpose).await.unwrap();
        let head = tx.commit().await.unwrap();
        // Again after that: nothing happens, so nothing is entered.
        assert_eq!(add(&store, &blob).await, (Added::Known, head), "{}", scratch.name);
        let mut tx = begin(&store).await;
        let known = blobs::known(&mut tx, [blob.digest(), "0000"]).await.unwrap();
        assert_eq!(known.into_iter().collect::<Vec<_>>(), [blob.digest()], "{}", scratch.name);
    }
}

#[tokio::test]
async fn the_ledger_tells_of_a_picture_without_its_bytes() {
    for scratch in store::testing::each().unwrap() {
        let store = scratch.store().await.unwrap();
        let blob = picture(b"abc");
        add(&store, &blob).await;
        let subject = format!("photo:{}", blob.digest());
        let entries = store::chain::of_subject(&store, &subject).await.unwrap();
        let [entry] = entries.as_slice() else { panic!("{}: {entries:?}", scratch.name) };
        assert_eq!((entry.kind.as_str(), entry.actor.as_str()), ("photo.added", "resident:web"));
        let payload = format!(
            r#"{{"bytes":3,"digest":"{}","height":3,"media":"image/jpeg","width":4}}"#,
            blob.digest()
        );
        assert_eq!(entry.payload, payload, "{}", scratch.name);
    }
}

#[tokio::test]
async fn a_destroyed_picture_leaves_its_entries_and_does_not_come_back() {
    for scratch in store::testing::each().unwrap() {
        let store = scratch.store().await.unwrap();
        let blob = picture(b"abc");
        assert!(!destroy(&store, blob.digest()).await.unwrap(), "{}", scratch.name);
        add(&store, &blob).await;
        assert!(destroy(&store, blob.digest()).await.unwrap(), "{}", scratch.name);
        assert!(!destroy(&store, blob.digest()).await.unwrap(), "{}", scratch.name);
        assert_eq!(blobs::find(&store, blob.digest()).await.unwrap(), None, "{}", scratch.name);
        assert_eq!(blobs::find_small(&store, blob.digest()).await.unwrap(), None);
        assert_eq!(add(&store, &blob).await.0, Added::Destroyed, "{}", scratch.name);
        assert_eq!(blobs::find(&store, blob.digest()).await.unwrap(), None, "{}", scratch.name);
        let subject = format!("photo:{}", blob.digest());
        let entries = store::chain::of_subject(&store, &subject).await.unwrap();
        let kinds: Vec<&str> = entries.iter().map(|entry| entry.kind.as_str()).collect();
        assert_eq!(kinds, ["photo.added", "photo.destroyed"], "{}", scratch.name);
        assert_eq!(entries[1].payload, r#"{"reason":"a face"}"#, "{}", scratch.name);
    }
}
