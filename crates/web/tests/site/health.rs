//! The program says whether it is well, also when its database is gone.

use axum::http::StatusCode;

use crate::rig::each;

#[tokio::test]
async fn the_program_says_whether_it_is_well() {
    for rig in each().await {
        let well = rig.get("/healthz").await;
        assert_eq!(well.status, StatusCode::OK, "{}", rig.name);
        assert!(well.text.contains("\"status\":\"ok\""), "{}: {}", rig.name, well.text);
        rig.store.close().await;
        assert_eq!(rig.get("/healthz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    }
}
