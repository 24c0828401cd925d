//! What an operator's Prometheus scrapes: counts and durations of requests by the pattern of their
//! address, the writer's batches, and figures that are read when somebody asks. No figure has a
//! label that a caller can choose. `docs/reference/metrics.md` lists them all.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use cases::{Filter, list};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use store::writer::Tried;
use tower::util::MapRequest;

use crate::Site;
use crate::app::App;
use crate::process::Process;
use crate::routes::Routes;
use crate::routes::Who::Everybody;

/// Seconds: bars of ours are at 20, 50 and 150 ms.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 5.0];
/// Commands in one commit.
const COMMANDS: [f64; 10] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0];

/// A request as it is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Asked {
    /// The pattern of the address, `none` when nothing is there.
    pub route: String,
    /// `GET`, `POST`, …; `other` for what HTTP does not define.
    pub method: &'static str,
    /// `2xx`, `3xx`, `4xx`, `5xx`.
    pub status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Pool {
    pool: &'static str,
    state: &'static str,
}

/// All figures.
pub struct Metrics {
    registry: Registry,
    requests: Family<Asked, Counter>,
    seconds: Family<Route, Histogram>,
    /// Requests that are being answered.
    pub under_way: Gauge,
    batch: Histogram,
    commit: Histogram,
    failed: Counter,
    read: Read,
}

/// Figures that are read when somebody asks.
#[derive(Default)]
struct Read {
    waiting: Gauge,
    head: Gauge,
    open: Gauge,
    late: Gauge,
    sessions: Gauge,
    connections: Family<Pool, Gauge>,
    cpu: Counter<f64, AtomicU64>,
    memory: Gauge,
    files: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let seconds = || Histogram::new(SECONDS);
        let metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            seconds: Family::new_with_constructor(seconds as fn() -> Histogram),
            under_way: Gauge::default(),
            batch: Histogram::new(COMMANDS),
            commit: seconds(),
            failed: Counter::default(),
            read: Read::default(),
        };
        metrics.registered()
    }
}

impl Metrics {
    fn registered(mut self) -> Self {
        let site = self.registry.sub_registry_with_prefix("liangwang");
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        site.register("build", "The version that runs", build);
        site.register("requests", "Answered requests", self.requests.clone());
        let told = "From the head of a request to the head of its answer";
        let seconds = self.seconds.clone();
        site.register_with_unit("request_duration", told, Unit::Seconds, seconds);
        site.register("requests_under_way", "Requests being answered", self.under_way.clone());
        site.register("writer_batch", "Commands in one commit", self.batch.clone());
        let told = "From the lock of the chain to the answer of the disk";
        site.register_with_unit("writer_commit", told, Unit::Seconds, self.commit.clone());
        site.register("writer_failures", "Commits that the database failed", self.failed.clone());
        let read = &self.read;
        let told = "Commands that wait for the writer";
        site.register("writer_waiting", told, read.waiting.clone());
        site.register("ledger_head", "The number of the last entry", read.head.clone());
        site.register("cases_open", "Open cases, paused ones included", read.open.clone());
        site.register(
            "cases_late",
            "Open cases past the due time of their step",
            read.late.clone(),
        );
        site.register("sessions", "Sessions of staff that have not expired", read.sessions.clone());
        let told = "Connections to the database";
        site.register("database_connections", told, read.connections.clone());
        let process = self.registry.sub_registry_with_prefix("process");
        process.register_with_unit("cpu", "CPU time", Unit::Seconds, read.cpu.clone());
        process.register_with_unit("resident_memory", "Memory", Unit::Bytes, read.memory.clone());
        process.register("open_fds", "Open file descriptors", read.files.clone());
        self
    }

    /// Counts a request that was answered.
    pub fn answered(&self, asked: Asked, took: Duration) {
        let route = Route { route: asked.route.clone() };
        self.seconds.get_or_create(&route).observe(took.as_secs_f64());
        self.requests.get_or_create(&asked).inc();
    }

    /// Counts a commit of the writer.
    pub fn committed(&self, tried: Tried) {
        self.batch.observe(f64::from(u32::try_from(tried.commands).unwrap_or(u32::MAX)));
        self.commit.observe(tried.took.as_secs_f64());
        if !tried.durable {
            self.failed.inc();
        }
    }

    /// All figures as Prometheus reads them. What the database does not tell keeps its last value.
    pub async fn text(&self, app: &App) -> String {
        self.read(app).await;
        let mut text = String::new();
        // Writing to a string never fails.
        let _ = prometheus_client::encoding::text::encode(&mut text, &self.registry);
        text
    }

    async fn read(&self, app: &App) {
        let read = &self.read;
        read.waiting.set(app.writer.waiting().try_into().unwrap_or(i64::MAX));
        if let Ok((_, head)) = store::chain::head(&app.store).await {
            read.head.set(head.seq.try_into().unwrap_or(i64::MAX));
        }
        let open = Filter { phase: Some("open".to_owned()), ..Filter::default() };
        let late = Filter { due_before: Some(app.machine.now()), ..Filter::default() };
        for (filter, gauge) in [(open, &read.open), (late, &read.late)] {
            if let Ok(count) = list::count(&app.store, &filter, u32::MAX).await {
                gauge.set(count.try_into().unwrap_or(i64::MAX));
            }
        }
        if let Ok(count) = app.access.sessions_open().await {
            read.sessions.set(count.try_into().unwrap_or(i64::MAX));
        }
        for (pool, (open, idle)) in ["read", "write"].into_iter().zip(app.store.connections()) {
            let idle = i64::try_from(idle).unwrap_or(i64::MAX);
            let busy = i64::from(open).saturating_sub(idle);
            for (state, count) in [("idle", idle), ("busy", busy)] {
                read.connections.get_or_create(&Pool { pool, state }).set(count);
            }
        }
        if let Some(process) = Process::read() {
            let bits = process.cpu_seconds.to_bits();
            read.cpu.inner().store(bits, std::sync::atomic::Ordering::Relaxed);
            read.memory.set(process.resident_bytes);
            read.files.set(process.open_files);
        }
    }
}

/// `GET /metrics` and nothing else: for an address of its own, which the operator keeps to himself.
pub fn site(app: App) -> Site {
    let shown = Routes::default().get("/metrics", Everybody, show);
    let router = shown.router(&|handler, _| handler).fallback(StatusCode::NOT_FOUND);
    let unchanged: fn(Request) -> Request = |request| request;
    MapRequest::new(router.with_state(app), unchanged)
}

async fn show(State(app): State<App>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let text = app.metrics.text(&app).await;
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text).into_response()
}

/// Listens to the writer of an app.
pub fn listen(app: &App) {
    let metrics: Arc<Metrics> = app.metrics.clone();
    app.writer.on_commit(move |tried| metrics.committed(tried));
}
