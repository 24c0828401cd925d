//! A running server, and a client that sees every byte it sends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::run::run;

/// A district with the shipped packs and nothing else; the folder of its data.
pub fn founded(folder: &Path) -> String {
    let data = folder.join("data").display().to_string();
    run(&["migrate", "--data", &data]).good();
    run(&["pack", "adopt", "street-reports", "--data", &data]).good();
    data
}

/// A server of its own process.
pub struct Server {
    child: Child,
    /// Where it answers.
    pub site: String,
    /// Where it shows figures.
    pub metrics: String,
    log: Option<JoinHandle<String>>,
}

impl Server {
    /// Starts it on any free address, with figures, and waits until it answers.
    pub fn start(data: &str, args: &[&str], env: &[(&str, &str)]) -> Self {
        let addresses = ["--addr", "127.0.0.1:0", "--metrics", "127.0.0.1:0"];
        let mut child = Command::new(env!("CARGO_BIN_EXE_liangwang"))
            .args([&["serve", "--data", data], &addresses[..], args].concat())
            .env_remove("LIANGWANG_DATABASE")
            .envs(env.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut log = String::new();
            stderr.read_to_string(&mut log).unwrap();
            log
        });
        let mut server =
            Self { child, site: String::new(), metrics: String::new(), log: Some(log) };
        let mut lines = BufReader::new(server.child.stdout.take().unwrap()).lines();
        while server.site.is_empty() {
            let Some(Ok(line)) = lines.next() else {
                panic!("the server did not start: {}", server.end().1)
            };
            let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
            let address = address.unwrap_or_default().to_owned();
            match line.contains("/metrics") {
                true => server.metrics = address,
                false => server.site = address,
            }
        }
        server
    }

    /// Asks it to stop, as a service manager does.
    pub fn ask_to_stop(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Waits for its end: the exit code, and what it logged.
    pub fn end(&mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        (code, self.log.take().map(|log| log.join().unwrap()).unwrap_or_default())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.log.is_some() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub fn cookie(&self) -> String {
        let cookie = self.header("set-cookie").unwrap_or_default();
        cookie.split(';').next().unwrap_or_default().to_owned()
    }
}

/// The bytes of a request on a connection of its own.
pub fn bytes(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    text.into_bytes()
}

/// Reads an answer to its end; nothing when the connection was closed without a byte, an error when
/// it was cut within an answer.
pub fn read(stream: &mut TcpStream) -> Result<Option<Answer>, String> {
    let mut bytes = Vec::new();
    let failed = stream.read_to_end(&mut bytes).err();
    if bytes.is_empty() {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let cut = || format!("cut ({failed:?}): {text}");
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(cut)?;
    let answer = Answer {
        status: head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(cut)?,
        head: head.to_owned(),
        body: body.to_owned(),
    };
    let length = answer.header("content-length").and_then(|length| length.parse::<usize>().ok());
    match length {
        Some(length) if length != body.len() => Err(cut()),
        _ => Ok(Some(answer)),
    }
}

/// Sends a request and reads the answer.
pub fn ask(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(&bytes(method, path, headers, body)).unwrap();
    read(&mut stream).unwrap().expect("the server answers")
}

pub const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
