//! What every page and endpoint shares: the database, the engine, texts, the map, the machine.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use access::Access;
use access::rate::Buckets;
use axum::http::{HeaderMap, header};
use cases::{Cases, Command, Done, Rules};
use model::{CaseId, TimeZone};
use pack::Files;
use policy::Catalogue;
use register::Atlas;
use store::{Store, Writer};
use targets::Declared;
use tokio::sync::Semaphore;

use crate::checking::Checking;
use crate::comparing::Comparing;
use crate::failure::Failure;
use crate::machine::Machine;
use crate::metrics::{self, Metrics};
use crate::reckoning::Reckoning;
use crate::signed::Lately;
use crate::texts::Texts;

/// Callers whose knocking is counted at most.
const CALLERS: usize = 100_000;

/// What the root hands over.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The engine.
    pub room: Arc<Cases>,
    /// The way to write.
    pub writer: Writer<Cases>,
    /// Accounts and sessions.
    pub access: Arc<Access>,
    /// Time and randomness.
    pub machine: Machine,
    /// Who qualifies for what.
    pub policies: Arc<Catalogue>,
    /// How reports are read and targets followed up.
    pub targets: Arc<Declared>,
    /// Packs with policies that come with the program.
    pub shipped: Arc<BTreeMap<String, Files>>,
    /// How the site behaves.
    pub settings: Settings,
}

/// How the site behaves.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// True behind TLS: cookies are marked secure and browsers are told to stay with TLS.
    pub secure: bool,
    /// True when a proxy in front names the caller in `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// True on a district of synthetic data: pages say so.
    pub demo: bool,
    /// True when the log may hold the addresses of callers.
    pub log_addresses: bool,
    /// What people write to come here: `https://district.example`. Without it a request says so.
    pub address: Option<String>,
}

impl Settings {
    /// Where the site begins as people see it; nothing when neither the settings nor the request say so.
    pub fn origin(&self, headers: &HeaderMap) -> Option<String> {
        if let Some(address) = &self.address {
            return Some(address.clone());
        }
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok())?;
        let scheme = if self.secure { "https" } else { "http" };
        Some(format!("{scheme}://{host}"))
    }
}

/// The shared state; clones are the same one.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// The parts in their places.
pub struct Inner {
    /// The database.
    pub store: Store,
    /// The engine.
    pub room: Arc<Cases>,
    /// The way to write.
    pub writer: Writer<Cases>,
    /// Accounts and sessions.
    pub access: Arc<Access>,
    /// How often anybody may knock.
    pub buckets: Buckets,
    /// Staff read lately.
    pub lately: Lately,
    /// Whether the record is whole.
    pub checking: Checking,
    /// Pictures that are drawn anew at a time.
    pub drawing: Semaphore,
    /// Time and randomness.
    pub machine: Machine,
    /// How the site behaves.
    pub settings: Settings,
    /// Who qualifies for what.
    pub policies: Arc<Catalogue>,
    /// How reports are read and targets followed up.
    pub targets: Arc<Declared>,
    /// Packs with policies that come with the program.
    pub shipped: Arc<BTreeMap<String, Files>>,
    /// What would be under other policies.
    pub comparing: Comparing,
    /// Due times after a switch of the mode.
    pub reckoning: Reckoning,
    /// Interface texts.
    pub texts: Texts,
    /// Areas and their shapes.
    pub atlas: Atlas,
    /// What is counted.
    pub metrics: Arc<Metrics>,
}

impl App {
    /// Puts the parts together; a map with mistakes leaves the site without shapes.
    pub fn new(parts: Parts) -> Self {
        let Parts { store, room, writer, access, machine, policies, shipped, targets, settings } =
            parts;
        let atlas = Atlas::read(room.rules().today()).unwrap_or_else(|mistakes| {
            tracing::error!(count = mistakes.len(), "the areas have mistakes; there is no map");
            Atlas::default()
        });
        let texts = Texts::built_in();
        let app = Self(Arc::new(Inner {
            metrics: Arc::default(),
            store,
            room,
            writer,
            access,
            buckets: Buckets::new(CALLERS),
            lately: Lately::default(),
            checking: Checking::default(),
            drawing: Semaphore::new(2),
            machine,
            policies,
            targets,
            shipped,
            comparing: Comparing::default(),
            reckoning: Reckoning::default(),
            settings,
            texts,
            atlas,
        }));
        metrics::listen(&app);
        app
    }

    /// The rules in force.
    pub fn rules(&self) -> Arc<Rules> {
        self.room.rules()
    }

    /// The zone of the district's clocks.
    pub fn zone(&self) -> TimeZone {
        let rules = self.rules();
        let calendar = rules.today().calendars.values().next();
        calendar.map_or(TimeZone::UTC, |calendar| calendar.zone().clone())
    }

    /// Hands an act to the engine and waits until it is durable.
    pub async fn act(&self, command: Command) -> Result<Done, Failure> {
        Ok(self.writer.submit(command).await??)
    }

    /// A case by id.
    pub async fn case(&self, id: CaseId) -> Result<cases::Case, Failure> {
        cases::list::find(&self.store, id).await?.ok_or(Failure::NotFound)
    }

    /// A case by its number.
    pub async fn case_by_number(&self, number: &str) -> Result<cases::Case, Failure> {
        cases::list::find_number(&self.store, number).await?.ok_or(Failure::NotFound)
    }
}

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_site_is_where_the_settings_say_and_else_where_the_request_says() {
        let headers = |host: &'static str| {
            HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))])
        };
        let address = Some("https://district.example".to_owned());
        let told = Settings { address, ..Settings::default() };
        let secure = Settings { secure: true, ..Settings::default() };
        for (settings, headers, origin) in [
            (&told, headers("evil.example"), Some("https://district.example")),
            (&told, HeaderMap::new(), Some("https://district.example")),
            (&secure, headers("a.example:8443"), Some("https://a.example:8443")),
            (&Settings::default(), headers("localhost"), Some("http://localhost")),
            (&secure, HeaderMap::new(), None),
        ] {
            assert_eq!(settings.origin(&headers).as_deref(), origin, "{settings:?}");
        }
    }
}
