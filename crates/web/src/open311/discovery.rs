//! Where the interface is and what it speaks: `discovery.json` and `discovery.xml`.

use axum::response::Response;
use model::time::from_millis;

use crate::failure::Failure;
use crate::open311::answer::{Node, Wrong};
use crate::open311::call::Call;

/// What this interface keeps to.
const SPECIFICATION: &str = "http://wiki.open311.org/GeoReport_v2";

/// `GET /open311/discovery.{json,xml}`.
pub async fn discovery(call: Call) -> Response {
    let found = found(&call).await;
    call.answer(found)
}

async fn found(call: &Call) -> Result<(&'static str, Node), Wrong> {
    let settings = &call.v.app.settings;
    // Kinds and forms change when a pack is adopted, and only then.
    let adopted = store::packs::last_adopted(&call.v.app.store).await;
    let adopted = adopted.map_err(|error| call.failed(&Failure::from(error)))?;
    let changed = || adopted.map(|at| call.v.iso(from_millis(at))).unwrap_or_default();
    let formats = ["text/xml", "application/json"].map(Node::from).to_vec();
    let endpoint = Node::Record(vec![
        ("specification", SPECIFICATION.into()),
        ("url", format!("{}/open311/v2", call.site()).into()),
        ("changeset", changed().into()),
        ("type", if settings.demo { "test" } else { "production" }.into()),
        ("formats", Node::List("format", formats)),
    ]);
    Ok((
        "discovery",
        Node::Record(vec![
            ("changeset", changed().into()),
            ("contact", call.v.t("open311-contact").into()),
            ("key_service", call.v.t("open311-key-service").into()),
            ("endpoints", Node::List("endpoint", vec![endpoint])),
        ]),
    ))
}
