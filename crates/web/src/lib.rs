//! The only room that knows HTTP and HTML: pages for residents and staff, and the API. What they
//! ask for is decided by the rooms above; time and randomness come from the root.

mod app;
pub mod assets;
mod failure;
mod form;
mod guard;
mod health;
mod intake;
mod locale;
mod machine;
mod open311;
mod prefs;
mod public;
mod resident;
mod say;
mod texts;
mod view;
mod visit;
mod wrong;

use std::io;
use std::net::SocketAddr;

use axum::extract::Request;
use axum::routing::{get, post};
use axum::{Router, ServiceExt};
use tokio::net::TcpListener;
use tower::util::MapRequest;

pub use app::{App, Parts, Settings};
pub use machine::Machine;

use crate::failure::Failure;

/// A bound address that does not answer yet.
pub struct Door {
    listener: TcpListener,
}

impl Door {
    /// Takes the address, `HOST:PORT`; port 0 takes any free one.
    pub async fn bind(address: &str) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address).await? })
    }

    /// The address it was given.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` comes, and finishes what is under way.
    pub async fn serve(
        self,
        app: App,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let site =
            ServiceExt::<Request>::into_make_service_with_connect_info::<SocketAddr>(site(app));
        axum::serve(self.listener, site).with_graceful_shutdown(stop).await
    }
}

/// The whole site. The language is taken off the address before routes are looked at.
pub fn site(app: App) -> MapRequest<Router, fn(Request) -> Request> {
    MapRequest::new(router(app), guard::find_language)
}

/// Every address of the site.
fn router(app: App) -> Router {
    let protect = axum::middleware::from_fn_with_state(app.clone(), guard::protect);
    Router::new()
        .route("/healthz", get(health::health))
        .route("/prefs", post(prefs::change))
        .merge(assets::routes())
        .merge(open311::routes())
        .merge(resident::routes())
        .fallback(async || Failure::NotFound)
        .layer(protect)
        .with_state(app)
}
