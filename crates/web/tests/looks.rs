//! The styleguide in a real browser: nothing too wide, squeezed, small or refused by the content
//! policy, in each width, theme, mode and language. `tests/browser` says what is looked at.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::path::Path;

use axum::Router;
use tokio::net::TcpListener;
use tokio::process::Command;
use web::{assets, styleguide};

#[tokio::test]
async fn the_styleguide_holds_in_a_browser() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/browser");
    assert!(
        folder.join("node_modules/playwright-core").exists(),
        "the browser tests are not installed: run `sh scripts/setup test` first"
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router: Router = assets::routes().merge(styleguide::routes()).router(&|handler, _| handler);
    let serving = tokio::spawn(async { axum::serve(listener, router).await });
    let looked = Command::new("node")
        .arg(folder.join("styleguide.mjs"))
        .arg(base)
        .output()
        .await
        .expect("node is not there: run `sh scripts/setup test` first");
    serving.abort();
    let said = String::from_utf8_lossy(&looked.stdout);
    let failed = String::from_utf8_lossy(&looked.stderr);
    assert!(looked.status.success(), "\n{said}{failed}");
}
