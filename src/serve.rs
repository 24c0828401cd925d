//! `liangwang serve`: the program at work on a district, until it is asked to stop. The demo runs
//! the same way on its own data.

use std::sync::Arc;
use std::time::Duration;

use access::Access;
use store::StoreError;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::district::{self, District, Place};
use crate::failure::Failure;
use crate::machine;

/// How often late cases are looked for.
const TICK: Duration = Duration::from_secs(30);
/// How often figures take in what came since.
const COUNT: Duration = Duration::from_secs(10);
/// How often targets are looked at that may have turned red.
const ROUND: Duration = Duration::from_hours(1);
/// How often photos are looked for that no act has named.
const SWEEP: Duration = Duration::from_hours(1);

/// Run the program on a district
///
/// The database is there already (`liangwang migrate`) and has adopted packs (`liangwang pack
/// adopt`). Staff get in with accounts (`liangwang account add`). SIGTERM and Ctrl-C stop it: what
/// is under way is finished first.
///
/// Examples:
///   liangwang serve --data district
///   liangwang serve --data district --addr 127.0.0.1:8080 --secure --behind-proxy
///   liangwang serve --database postgres://liangwang@localhost/liangwang --metrics 127.0.0.1:9100
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Serve {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    options: Options,
}

/// How the program answers.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Address that the program answers at
    #[arg(
        long,
        default_value = "127.0.0.1:8080",
        value_name = "HOST:PORT",
        env = "LIANGWANG_ADDR"
    )]
    pub addr: String,
    /// Address of its own for Prometheus, `/metrics`; keep it away from the world [default: none]
    #[arg(long, value_name = "HOST:PORT", env = "LIANGWANG_METRICS")]
    pub metrics: Option<String>,
    /// People reach it through TLS: cookies are marked secure, browsers stay with TLS
    #[arg(long, env = "LIANGWANG_SECURE")]
    pub secure: bool,
    /// A proxy stands in front and says in X-Forwarded-For who calls
    #[arg(long, env = "LIANGWANG_BEHIND_PROXY")]
    pub behind_proxy: bool,
    /// The log may hold addresses of callers
    #[arg(long, env = "LIANGWANG_LOG_ADDRESSES")]
    pub log_addresses: bool,
    /// What people write to come here; passkeys and links belong to it [default: what requests say]
    #[arg(long, value_name = "https://NAME", env = "LIANGWANG_ADDRESS", value_parser = origin)]
    pub address: Option<String>,
}

/// `https://district.example`, with a port or without, and nothing after it.
fn origin(text: &str) -> Result<String, String> {
    let authority = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    match authority {
        Some(authority) if !authority.is_empty() && authority.bytes().all(known) => {
            Ok(text.to_ascii_lowercase())
        }
        _ => {
            Err("write `https://` and the name of the host, such as https://district.example"
                .into())
        }
    }
}

impl Serve {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let district = District::start(self.place.open().await?).await?;
        if district.room.rules().today().procedures.is_empty() {
            let text = "no pack is in force yet: `liangwang pack adopt street-reports`";
            return Err(Failure::keyed(text, "no_packs"));
        }
        let access = district.access().await?;
        if access.accounts().await?.is_empty() {
            eprintln!("liangwang: nobody can sign in yet: `liangwang account add --help`");
        }
        let doors = self.options.bind().await?;
        say!("running at http://{}/ until SIGTERM or Ctrl-C", doors.site.address()?);
        self.options.serve(&district, access, doors).await
    }
}

/// Bound addresses that do not answer yet.
pub struct Doors {
    /// For people.
    pub site: web::Door,
    metrics: Option<web::Door>,
}

async fn bind(address: &str) -> Result<web::Door, Failure> {
    let door = web::Door::bind(address).await;
    door.map_err(|error| Failure::new(format!("{address}: {error}")))
}

impl Options {
    /// Takes the addresses.
    pub async fn bind(&self) -> Result<Doors, Failure> {
        let site = bind(&self.addr).await?;
        let metrics = match &self.metrics {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        if let Some(metrics) = &metrics {
            say!("figures for Prometheus at http://{}/metrics", metrics.address()?);
        }
        Ok(Doors { site, metrics })
    }

    /// Answers, looks for late cases, keeps the uses of sessions and drops unused photos until the
    /// program is asked to stop; then finishes what is under way.
    pub async fn serve(
        &self,
        district: &District,
        access: Arc<Access>,
        doors: Doors,
    ) -> Result<(), Failure> {
        let policies = district::policies(&district.store).await?;
        let targets = district::targets(&district.store).await?;
        let settings = self.settings(register::is_synthetic(&district.store).await?);
        let app = district.app(access.clone(), policies, targets.clone(), settings);
        let (stop, stopped) = watch::channel(false);
        let site = doors.site.serve(app.clone(), until(stopped.clone()));
        let mut serving: Vec<JoinHandle<std::io::Result<()>>> = vec![tokio::spawn(site)];
        if let Some(metrics) = doors.metrics {
            serving.push(tokio::spawn(metrics.serve_metrics(app.clone(), until(stopped))));
        }
        work(district, &access, &targets, &app).await;
        tracing::info!("asked to stop");
        let _ = stop.send(true);
        for one in serving {
            one.await.map_err(|error| Failure::new(error.to_string()))??;
        }
        keep_seen(&access).await;
        district.store.close().await;
        tracing::info!("stopped");
        Ok(())
    }

    fn settings(&self, demo: bool) -> web::Settings {
        web::Settings {
            secure: self.secure,
            behind_proxy: self.behind_proxy,
            log_addresses: self.log_addresses,
            address: self.address.clone(),
            demo,
        }
    }
}

async fn until(mut stopped: watch::Receiver<bool>) {
    // A sender that is gone has stopped, too.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// What comes round by itself.
async fn work(district: &District, access: &Access, declared: &targets::Declared, app: &web::App) {
    let mut beats = tokio::time::interval(TICK);
    let mut keeping = tokio::time::interval(access::SEEN_EVERY);
    let mut sweeps = tokio::time::interval(SWEEP);
    let mut counts = tokio::time::interval(COUNT);
    // Counting a new indicator from the first entry takes its time; the rest goes on beside it.
    let mut counting: Option<JoinHandle<()>> = None;
    let mut rounds = tokio::time::interval(ROUND);
    // Made once: a signal that comes while one of these is at work must not be missed.
    let mut asked = std::pin::pin!(asked_to_stop());
    loop {
        tokio::select! {
            _ = beats.tick() => beat(district, app).await,
            _ = keeping.tick() => keep_seen(access).await,
            _ = sweeps.tick() => sweep(district).await,
            _ = counts.tick() => {
                if counting.as_ref().is_none_or(JoinHandle::is_finished) {
                    let (store, rules) = (district.store.clone(), district.room.rules());
                    counting = Some(tokio::spawn(async move { count(&store, rules.today()).await }));
                }
            }
            _ = rounds.tick() => consider(district, declared).await,
            () = &mut asked => break,
        }
    }
    // What it had not written yet is counted after the next start.
    if let Some(counting) = counting {
        counting.abort();
    }
}

/// Counts what came since for the figures of indicators.
async fn count(store: &store::Store, catalogue: &pack::Catalogue) {
    match targets::indicator::catch_up(store, catalogue).await {
        Ok(done) if done.anew > 0 => tracing::info!(done.anew, "counted indicators anew"),
        Ok(_) => {}
        Err(error) => tracing::error!(%error, key = error.key(), "figures wait"),
    }
}

/// Takes over the mode that another program may have switched, goes on with due times that were not
/// reckoned anew since, and escalates what is late.
async fn beat(district: &District, app: &web::App) {
    let beat = async || -> Result<usize, StoreError> {
        district.room.set_mode(cases::mode::current(&district.store).await?);
        if cases::reckon::pending(&district.store).await?.is_some() {
            app.reckon();
        }
        cases::tick::tick(&district.store, &district.writer, machine::now()).await
    };
    match beat().await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "escalated late cases"),
        Err(error) => tracing::error!(%error, key = error.key(), "late cases wait"),
    }
}

/// Opens supervision cases for targets that turned red, and lets go what was dealt with.
async fn consider(district: &District, declared: &targets::Declared) {
    match crate::target::consider(district, declared).await {
        Ok(done) => {
            for (target, number) in &done.opened {
                tracing::info!(%target, number, "target `{target}` is supervised now");
            }
            for (target, why) in &done.refused {
                tracing::warn!(%target, why, "target `{target}` could not be supervised");
            }
        }
        Err(failure) => tracing::error!(%failure, "targets wait"),
    }
}

/// Drops reports that were put aside and not taken up again, and photos that came with drafts which
/// nobody sent.
async fn sweep(district: &District) {
    match cases::drafts::sweep(&district.store, machine::now).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "dropped reports that were put aside a week ago"),
        Err(error) => tracing::error!(%error, key = error.key(), "reports put aside wait"),
    }
    match cases::photos::sweep(&district.store, machine::now).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "dropped photos that no act has named for a day"),
        Err(error) => tracing::error!(%error, key = error.key(), "unused photos wait"),
    }
}

/// Writes when sessions were last used; what cannot be written now is written the next time.
async fn keep_seen(access: &Access) {
    if let Err(error) = access.keep_seen().await {
        tracing::error!(%error, key = error.key(), "the uses of sessions wait");
    }
}

/// Ctrl-C, or the signal that a service manager sends.
async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_scheme_and_a_host_and_nothing_else() {
        for (text, read) in [
            ("https://district.example", Some("https://district.example")),
            ("https://District.Example:8443", Some("https://district.example:8443")),
            ("http://localhost:8080", Some("http://localhost:8080")),
            ("https://district.example/", None),
            ("district.example", None),
            ("https://", None),
            ("ftp://district.example", None),
        ] {
            assert_eq!(origin(text).ok().as_deref(), read, "{text}");
        }
    }
}
