//! The door: takes connections, gives slow callers up, lets those under way finish when the program
//! stops. What is answered is `lib.rs`'s.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

use crate::app::App;

/// A caller who has not sent the head of a request by then is given up; also how long a connection
/// may stay open without asking anything.
const HEAD_WAIT: Duration = Duration::from_secs(30);
/// How long those under way may take when the program stops.
const FINISH_WAIT: Duration = Duration::from_secs(20);
/// Connections at a time; more have to wait in the operating system's queue.
const CONNECTIONS: usize = 20_000;
/// Bytes of the head of a request, and of what is read ahead.
const BUFFER: usize = 64 << 10;

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
        self.answer(crate::site(app), stop).await
    }

    /// Shows figures for the operator at `/metrics` until `stop` comes, and nothing else.
    pub async fn serve_metrics(
        self,
        app: App,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        self.answer(crate::metrics::site(app), stop).await
    }

    async fn answer(
        self,
        site: crate::Site,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        let graceful = GracefulShutdown::new();
        let mut stop = pin!(stop);
        loop {
            let place = tokio::select! {
                place = places.clone().acquire_owned() => place,
                () = &mut stop => break,
            };
            let Ok(place) = place else { break };
            let taken = tokio::select! {
                taken = self.listener.accept() => taken,
                () = &mut stop => break,
            };
            let (stream, peer) = match taken {
                Ok(taken) => taken,
                Err(error) => {
                    // Out of file descriptors, most likely: those who are in go out again.
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let connection = graceful.watch(converse(stream, peer, site.clone()));
            tokio::spawn(async move {
                // A caller that goes away in the middle is no concern of ours.
                let _ = connection.await;
                drop(place);
            });
        }
        drop(self.listener);
        if tokio::time::timeout(FINISH_WAIT, graceful.shutdown()).await.is_err() {
            tracing::warn!("some requests were not finished in time");
        }
        Ok(())
    }
}

fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    site: crate::Site,
) -> http1::Connection<
    TokioIo<TcpStream>,
    impl hyper::service::Service<
        Request<Incoming>,
        Response = axum::response::Response,
        Error = Infallible,
        Future: Send,
    >,
> {
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |request: Request<Incoming>| {
        let site = site.clone();
        async move {
            let mut request = request.map(axum::body::Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            site.oneshot(request).await
        }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WAIT)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), answer)
}
