//! A client that costs next to nothing, because it shares the cores with what it measures: requests
//! are bytes, of answers only status, headers and length are looked at.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection that is used again and again.
pub struct Client {
    address: String,
    stream: TcpStream,
    kept: Vec<u8>,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
    /// From the first byte sent to the first byte received.
    pub first: Duration,
    /// To the last one.
    pub last: Duration,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// The bytes of a request.
pub fn request(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    let form =
        if body.is_empty() { "" } else { "content-type: application/x-www-form-urlencoded\r\n" };
    let length = body.len();
    format!("{method} {path} HTTP/1.1\r\nhost: bench\r\n{headers}{form}content-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

impl Client {
    pub async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { address: address.to_owned(), stream, kept: Vec::new() }
    }

    /// Sends a request and reads the whole answer; a connection that was closed is opened anew.
    pub async fn send(&mut self, request: &[u8]) -> Answer {
        match self.try_send(request).await {
            Some(answer) => answer,
            None => {
                *self = Self::open(&self.address.clone()).await;
                self.try_send(request).await.expect("a new connection answers")
            }
        }
    }

    pub async fn try_send(&mut self, request: &[u8]) -> Option<Answer> {
        let start = Instant::now();
        self.stream.write_all(request).await.ok()?;
        self.kept.clear();
        let mut first = None;
        loop {
            if let Some(end) = find(&self.kept, b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.kept[..end]).into_owned();
                let length = head.lines().find_map(|line| {
                    let (name, value) = line.split_once(':')?;
                    name.eq_ignore_ascii_case("content-length")
                        .then(|| value.trim().parse().ok())?
                });
                let whole = end + 4 + length.unwrap_or(0);
                if self.kept.len() >= whole {
                    let status = head.split(' ').nth(1)?.parse().ok()?;
                    let body = self.kept[end + 4..whole].to_vec();
                    let first = first.unwrap_or_default();
                    return Some(Answer { status, head, body, first, last: start.elapsed() });
                }
            }
            let read = self.stream.read_buf(&mut self.kept).await.ok()?;
            first.get_or_insert_with(|| start.elapsed());
            if read == 0 {
                return None;
            }
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
