//! Pages: the queue over many cases, the weight and first byte of pages for residents, and what
//! slow and idle callers do to both.

use std::path::Path;
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::client::{Client, request};
use crate::lists;
use crate::measure::{Sheet, percentile};
use crate::server::{District, Server, district};

pub async fn run(sheet: &mut Sheet, count: usize) {
    let folder = tempfile::tempdir().unwrap();
    let District { bench, names } = district(folder.path()).await;
    lists::fill(&bench, count).await;
    let sql = "SELECT number FROM case_file WHERE kind = 'exposed-refuse' LIMIT 1";
    let number = bench.store.fetch(store::Statement::new(sql)).await.unwrap()[0].text(0).unwrap();
    bench.store.close().await;
    queue(sheet, folder.path(), count, &names[0]).await;
    residents(sheet, folder.path(), &number).await;
    slow(sheet, folder.path()).await;
    idle(sheet, folder.path()).await;
}

/// Times of the same request one after the other, in order of length.
async fn times(client: &mut Client, request: &[u8], count: usize) -> (Vec<Duration>, usize) {
    let mut times = Vec::with_capacity(count);
    let mut bytes = 0;
    for _ in 0..count {
        let answer = client.send(request).await;
        assert_eq!(answer.status, 200, "{}", answer.head);
        times.push(answer.first);
        bytes = answer.body.len();
    }
    (times, bytes)
}

async fn queue(sheet: &mut Sheet, folder: &Path, count: usize, name: &str) {
    let server = Server::start(folder);
    let cookie = server.sign_in(name).await;
    let mut client = Client::open(&server.address).await;
    for (what, path) in [
        ("the own group", "/work"),
        ("late", "/work?view=late"),
        ("due soon", "/work?view=soon"),
        ("all of one kind in one sub-district", "/work?all=1&kind=noise&area=310106015"),
        ("done", "/work?view=done"),
        ("by number", "/work?q=SR2"),
    ] {
        let (mut waits, bytes) = times(&mut client, &request("GET", path, &cookie, ""), 40).await;
        let (half, most) = (percentile(&mut waits, 50), percentile(&mut waits, 95));
        sheet.add(
            format!("queue page, {count} cases: {what}"),
            format!("p50 {half:.1} ms, p95 {most:.1} ms, {} KiB of HTML", bytes / 1024),
            "p95 < 150 ms",
            Some(most < 150.0),
        );
    }
    assert!(server.stop());
}

async fn residents(sheet: &mut Sheet, folder: &Path, number: &str) {
    let gzip = |name| web::assets::find(name).map_or(0, |asset| asset.gzip.len()) as f64 / 1024.0;
    let (js, css) = (gzip("portal.js"), gzip("portal.css"));
    sheet.add(
        "JavaScript of a page for residents",
        format!("{js:.1} KiB gzip"),
        "≤ 25 KiB",
        Some(js <= 25.0),
    );
    sheet.add(
        "CSS of a page for residents",
        format!("{css:.1} KiB gzip"),
        "≤ 20 KiB",
        Some(css <= 20.0),
    );
    let server = Server::start(folder);
    let mut client = Client::open(&server.address).await;
    let case = format!("/case/{number}");
    for path in ["/", "/report", "/search?q=%E5%9E%83%E5%9C%BE", "/follow", &case, "/en"] {
        let (mut waits, bytes) = times(&mut client, &request("GET", path, "", ""), 100).await;
        let (half, most) = (percentile(&mut waits, 50), percentile(&mut waits, 95));
        let shown = if path == case { "/case/{number}" } else { path };
        sheet.add(
            format!("first byte of `{shown}`"),
            format!("p50 {half:.1} ms, p95 {most:.1} ms, {:.1} KiB of HTML", bytes as f64 / 1024.0),
            "≤ 20 ms",
            Some(half <= 20.0),
        );
    }
    assert!(server.stop());
}

/// The first page for 200 callers in a row, while something else goes on.
async fn beside(sheet: &mut Sheet, server: &Server, what: &str) {
    let mut client = Client::open(&server.address).await;
    let (mut waits, _) = times(&mut client, &request("GET", "/", "", ""), 200).await;
    let (half, most) = (percentile(&mut waits, 50), percentile(&mut waits, 95));
    let memory = server.memory();
    sheet.add(
        format!("first byte of `/` beside {what}"),
        format!("p50 {half:.1} ms, p95 {most:.1} ms; {memory:.0} MiB of memory"),
        "≤ 20 ms",
        Some(half <= 20.0),
    );
}

/// Callers that send a byte now and then.
async fn slow(sheet: &mut Sheet, folder: &Path) {
    let server = Server::start(folder);
    let mut callers = connect(&server, 1_000).await;
    for stream in &mut callers {
        stream.write_all(b"GET / HTTP/1.1\r\nx: ").await.unwrap();
    }
    let dripping = tokio::spawn(async move {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(40) && !callers.is_empty() {
            let mut still = Vec::new();
            for mut stream in callers.drain(..) {
                if stream.write_all(b"a").await.is_ok() {
                    still.push(stream);
                }
            }
            callers = still;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        (callers.len(), start.elapsed())
    });
    beside(sheet, &server, "1,000 callers that send two bytes a second").await;
    let (left, took) = dripping.await.unwrap();
    sheet.add(
        "slow callers given up",
        format!("{} of 1,000 within {:.0} s", 1_000 - left, took.as_secs_f64()),
        "all within 35 s",
        Some(left == 0 && took < Duration::from_secs(36)),
    );
    assert!(server.stop());
}

async fn idle(sheet: &mut Sheet, folder: &Path) {
    let server = Server::start(folder);
    let memory = server.memory();
    let start = Instant::now();
    let callers = connect(&server, 10_000).await;
    let took = start.elapsed();
    beside(sheet, &server, "10,000 idle connections").await;
    let each = (server.memory() - memory) / callers.len() as f64 * 1024.0;
    sheet.add(
        "an idle connection",
        format!("{each:.1} KiB of memory; {} opened in {:.1} s", callers.len(), took.as_secs_f64()),
        "",
        None,
    );
    drop(callers);
    assert!(server.stop());
}

async fn connect(server: &Server, count: usize) -> Vec<TcpStream> {
    let mut streams = Vec::with_capacity(count);
    for _ in 0..count {
        streams.push(TcpStream::connect(&server.address).await.unwrap());
    }
    streams
}
