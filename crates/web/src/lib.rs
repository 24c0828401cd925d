//! The only room that knows HTTP. So far it answers whether the program is well; the pages of the
//! two networks come with the front of the house.

pub mod assets;
pub mod components;
mod health;
pub mod styleguide;

use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::routing::get;
use store::Store;
use tokio::net::TcpListener;

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
        store: Store,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let router = Router::new()
            .route("/healthz", get(health::health))
            .merge(assets::routes())
            .merge(styleguide::routes())
            .with_state(store);
        axum::serve(self.listener, router).with_graceful_shutdown(stop).await
    }
}
