//! Photos that come with a form: judged and drawn anew (`photo.rs`), kept under their digest before
//! the act that names them. A signed name keeps anybody from attaching somebody else's picture.

use model::{Actor, Purpose};
use store::blobs::{self, Added};

use crate::app::App;
use crate::failure::Failure;
use crate::form::Sent;
use crate::photo::{self, Limits, PhotoError};

/// What the pictures of a form become.
pub type Kept = Result<Vec<String>, PhotoError>;

/// Keeps pictures; their digests, or why the first bad one is not taken.
pub async fn keep(
    app: &App,
    files: Vec<Sent>,
    actor: &Actor,
    purpose: &str,
) -> Result<Kept, Failure> {
    let mut digests = Vec::with_capacity(files.len());
    for file in files {
        // A picture takes up to 420 MB while it is drawn anew.
        // The place goes along with the work: a caller that went away does not stop a thread.
        let place = app.drawing.clone().acquire_owned().await.map_err(|_| Failure::Broken)?;
        let drawn = tokio::task::spawn_blocking(move || {
            let _held = place;
            photo::accept(&file.bytes, &Limits::default())
        });
        let drawn = drawn.await.unwrap_or(Err(PhotoError::Damaged));
        let blob = match drawn {
            Ok(blob) => blob,
            Err(error) => return Ok(Err(error)),
        };
        let mut tx = app.store.begin_when(|| app.machine.now()).await?;
        match blobs::insert(&mut tx, &blob, &actor.id, &Purpose::new(purpose)).await? {
            Added::Destroyed => return Ok(Err(PhotoError::NotAPicture)),
            Added::New | Added::Known => {}
        }
        tx.commit().await?;
        digests.push(blob.digest().to_owned());
    }
    Ok(Ok(digests))
}

/// The name of a kept picture as a form may carry it.
pub fn sign(app: &App, form: &str, digest: &str) -> String {
    let mark = app.access.key().sign("photo", &[form, digest]);
    let mark: String = mark.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{digest}.{mark}")
}

/// The digest of a name that this form was given; nothing for one that it was not.
pub fn signed(app: &App, form: &str, name: &str) -> Option<String> {
    let (digest, _) = name.split_once('.')?;
    (sign(app, form, digest) == name).then(|| digest.to_owned())
}
