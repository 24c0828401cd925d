//! Pictures (照片), kept once under the digest of their bytes. The ledger says that one was added
//! or destroyed and never holds it; what is a picture at all is decided in `web::photo`, who may
//! see one by the room that refers to it.

use std::collections::HashSet;

use ledger::{Draft, Payload};
use model::time::millis;
use model::{ActorId, Purpose, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::given::Given;
use crate::statement::Statement;
use crate::{Store, StoreError, Tx};

/// A picture with its smaller form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    digest: String,
    /// `image/jpeg`, of both forms.
    pub media: String,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// The same for lists.
    pub small: Vec<u8>,
    /// The picture.
    pub bytes: Vec<u8>,
}

impl Blob {
    /// A picture under the digest of its bytes.
    pub fn new(media: &str, (width, height): (u32, u32), bytes: Vec<u8>, small: Vec<u8>) -> Self {
        let digest = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Self { digest, media: media.to_owned(), width, height, small, bytes }
    }

    /// SHA-256 of the bytes, 64 hexadecimal digits: the name of the picture everywhere.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

/// What became of a picture that was to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is kept from now on.
    New,
    /// An act names it already.
    Known,
    /// It was destroyed lawfully and does not come back.
    Destroyed,
}

/// Keeps a picture and enters that in the ledger; one that is there already changes nothing.
pub async fn insert(
    tx: &mut Tx,
    blob: &Blob,
    by: &ActorId,
    purpose: &Purpose,
) -> Result<Added, StoreError> {
    let insert = "INSERT INTO blob (digest, media, width, height, added_at, small, bytes) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (digest) DO NOTHING";
    let now = millis(tx.now());
    let (width, height) = (i64::from(blob.width), i64::from(blob.height));
    let insert = Statement::new(insert).bind(blob.digest()).bind(blob.media.as_str()).bind(width);
    let insert = insert.bind(height).bind(now).bind(blob.small.clone()).bind(blob.bytes.clone());
    if tx.run(insert).await? == 0 {
        let there = known(tx, [blob.digest()]).await?;
        if there.is_empty() {
            return Ok(Added::Destroyed);
        }
        // Somebody sends it anew, so its day begins anew.
        let renew = "UPDATE blob_unused SET added_at = $1 WHERE digest = $2";
        if tx.run(Statement::new(renew).bind(now).bind(blob.digest())).await? == 0 {
            return Ok(Added::Known);
        }
    } else {
        let unused = "INSERT INTO blob_unused (digest, added_at) VALUES ($1, $2)";
        tx.run(Statement::new(unused).bind(blob.digest()).bind(now)).await?;
    }
    let payload = json!({
        "bytes": blob.bytes.len(), "digest": blob.digest(), "height": height,
        "media": blob.media, "width": width,
    });
    enter(tx, "photo.added", blob.digest(), (by, purpose), &payload)?;
    Ok(Added::New)
}

/// Notes that acts name these, so that they stay; the entries of the acts say which.
pub async fn use_all(
    tx: &mut Tx,
    digests: impl IntoIterator<Item = &str>,
) -> Result<(), StoreError> {
    let given = Given::default().text("digest", digests);
    if given.rows() > 0 {
        let used = "DELETE FROM blob_unused WHERE digest IN (SELECT digest FROM {given})";
        tx.run(Statement::new(used).given(&given)).await?;
    }
    Ok(())
}

/// Lets pictures that no act has named wait as if they had been added at `from`, if that is later: their
/// draft is kept so long.
pub async fn hold(
    tx: &mut Tx,
    digests: impl IntoIterator<Item = &str>,
    from: Timestamp,
) -> Result<(), StoreError> {
    let given = Given::default().text("digest", digests);
    if given.rows() > 0 {
        let hold = "UPDATE blob_unused SET added_at = $1 WHERE added_at < $1 AND digest IN (SELECT \
                    digest FROM {given})";
        tx.run(Statement::new(hold).bind(millis(from)).given(&given)).await?;
    }
    Ok(())
}

/// Pictures that one commit drops at most.
const SWEEP: i64 = 500;

/// Drops pictures that were added before `before` and that no act has named, each with an entry,
/// [`SWEEP`] at most; how many. Unlike a destroyed one, such a picture may be added again.
pub async fn sweep(
    tx: &mut Tx,
    before: Timestamp,
    by: &ActorId,
    purpose: &Purpose,
) -> Result<usize, StoreError> {
    let read = "SELECT digest FROM blob_unused WHERE added_at < $1 ORDER BY added_at LIMIT $2";
    let rows = tx.fetch(Statement::new(read).bind(millis(before)).bind(SWEEP)).await?;
    let digests: Vec<String> = rows.iter().map(|row| row.text(0)).collect::<Result<_, _>>()?;
    if digests.is_empty() {
        return Ok(0);
    }
    let given = Given::default().text("digest", digests.iter().map(String::as_str));
    let drop = "DELETE FROM blob WHERE digest IN (SELECT digest FROM {given})";
    tx.run(Statement::new(drop).given(&given)).await?;
    use_all(tx, digests.iter().map(String::as_str)).await?;
    for digest in &digests {
        enter(tx, "photo.dropped", digest, (by, purpose), &json!({}))?;
    }
    Ok(digests.len())
}

/// A picture; nothing when it is not there or was destroyed.
pub async fn find(store: &Store, digest: &str) -> Result<Option<Blob>, StoreError> {
    let read = "SELECT media, width, height, small, bytes FROM blob WHERE digest = $1 AND \
                length(bytes) > 0";
    let rows = store.fetch(Statement::new(read).bind(digest)).await?;
    let pixels = |pixels: i64| u32::try_from(pixels).unwrap_or_default();
    rows.first()
        .map(|row| {
            Ok(Blob {
                digest: digest.to_owned(),
                media: row.text(0)?,
                width: pixels(row.int(1)?),
                height: pixels(row.int(2)?),
                small: row.bytes(3)?.to_vec(),
                bytes: row.bytes(4)?.to_vec(),
            })
        })
        .transpose()
}

/// Media type and bytes of the smaller form; nothing when it is not there or was destroyed.
pub async fn find_small(
    store: &Store,
    digest: &str,
) -> Result<Option<(String, Vec<u8>)>, StoreError> {
    let read = "SELECT media, small FROM blob WHERE digest = $1 AND length(small) > 0";
    let rows = store.fetch(Statement::new(read).bind(digest)).await?;
    rows.first().map(|row| Ok((row.text(0)?, row.bytes(1)?.to_vec()))).transpose()
}

/// Which of these are there, for a whole batch; a destroyed one is not.
pub async fn known(
    tx: &mut Tx,
    digests: impl IntoIterator<Item = &str>,
) -> Result<HashSet<String>, StoreError> {
    let given = Given::default().text("digest", digests);
    if given.rows() == 0 {
        return Ok(HashSet::new());
    }
    let read = "SELECT blob.digest FROM {given} JOIN blob ON blob.digest = given.digest WHERE \
                length(blob.small) > 0";
    let rows = tx.fetch(Statement::new(read).given(&given)).await?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// Destroys a picture (销毁) and enters that in the ledger; false when there was none.
pub async fn destroy(
    tx: &mut Tx,
    digest: &str,
    by: &ActorId,
    purpose: &Purpose,
    reason: &str,
) -> Result<bool, StoreError> {
    // The row stays, empty, so that the same picture does not come back.
    let sql = "UPDATE blob SET small = $1, bytes = $1 WHERE digest = $2 AND length(small) > 0";
    if tx.run(Statement::new(sql).bind(Vec::new()).bind(digest)).await? == 0 {
        return Ok(false);
    }
    // The empty row stays for good.
    use_all(tx, [digest]).await?;
    enter(tx, "photo.destroyed", digest, (by, purpose), &json!({ "reason": reason }))?;
    Ok(true)
}

fn enter(
    tx: &mut Tx,
    kind: &str,
    digest: &str,
    (by, purpose): (&ActorId, &Purpose),
    payload: &Value,
) -> Result<(), StoreError> {
    tx.append(Draft {
        occurred_at: millis(tx.now()),
        actor: by.to_string(),
        purpose: purpose.as_str().to_owned(),
        kind: kind.to_owned(),
        subject: format!("photo:{digest}"),
        payload: Payload::new(payload).map_err(|error| StoreError::Broken(error.to_string()))?,
    });
    Ok(())
}
