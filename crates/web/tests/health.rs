//! The door on both databases: well, and with its database gone.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use web::Door;

async fn get(address: std::net::SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let ask = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn the_program_says_whether_it_is_well() {
    for scratch in store::testing::each().unwrap() {
        let store = scratch.store().await.unwrap();
        let door = Door::bind("127.0.0.1:0").await.unwrap();
        let address = door.address().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let serving = tokio::spawn(door.serve(store.clone(), async {
            let _ = stopped.await;
        }));
        let well = get(address, "/healthz").await;
        assert!(well.starts_with("HTTP/1.1 200"), "{}: {well}", scratch.name);
        assert!(well.contains("\"entries\":2"), "{}: {well}", scratch.name);
        assert!(get(address, "/none").await.starts_with("HTTP/1.1 404"), "{}", scratch.name);
        store.close().await;
        let ill = get(address, "/healthz").await;
        assert!(ill.starts_with("HTTP/1.1 503"), "{}: {ill}", scratch.name);
        stop.send(()).unwrap();
        serving.await.unwrap().unwrap();
    }
}
