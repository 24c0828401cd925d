//! The server: a process of its own, of the build that is measured, on a district made for it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use access::{Access, NewAccount, Password};
use model::id::Uuid;
use model::{AccountId, Actor, Grant, OrganId, Timestamp};
use register::staff::{self, Staff};
use store::Address;

use crate::client::{Client, request};
use crate::workload::{Bench, WAY};

const PASSWORD: &str = "a password of the bench";
const ROLES: [&str; 4] = ["clerk", "dispatcher", "handler", "inspector"];
/// Cases of this number are all of one kind in one neighbourhood, so that they go the same way.
pub const LIKE: usize = 0;

/// A district whose cases of the usual way are carried on by somebody of each organ on that way.
pub struct District {
    pub bench: Bench,
    /// Who takes each act of the way: the name to sign in with.
    pub names: Vec<String>,
}

/// Makes a district with accounts.
pub async fn district(folder: &Path) -> District {
    let bench = Bench::open(&Address::Sqlite(folder.join("liangwang.db"))).await;
    let organs = organs_on_the_way(&bench).await;
    let grant = |role: &str| Grant { role: role.parse().unwrap(), area: "310106".parse().unwrap() };
    let distinct: BTreeSet<&OrganId> = organs.iter().collect();
    let staff: Vec<Staff> = distinct
        .iter()
        .map(|organ| Staff {
            id: name(organ),
            name: format!("Bench {organ}"),
            organ: (*organ).clone(),
            grants: ROLES.map(grant).to_vec(),
            synthetic: true,
        })
        .collect();
    let mut tx = bench.store.begin(Timestamp::now()).await.unwrap();
    staff::insert(&mut tx, &staff).await.unwrap();
    tx.commit().await.unwrap();
    let clock = Arc::new(Timestamp::now);
    let settings = access::Settings::default();
    let access = Access::open(bench.store.clone(), clock, settings, [7; 32]).await.unwrap();
    let accounts: Vec<NewAccount> = staff
        .iter()
        .enumerate()
        .map(|(number, one)| NewAccount {
            id: AccountId(Uuid::from_u128(number as u128)),
            name: one.id.clone(),
            staff: one.id.clone(),
            password: Password::new(PASSWORD),
            must_change: false,
            salt: [1; 16],
        })
        .collect();
    access.create(&Actor::system("bench"), &accounts).await.unwrap();
    District { bench, names: organs.iter().map(name).collect() }
}

fn name(organ: &OrganId) -> String {
    format!("bench.{organ}")
}

/// Which organ holds a case before each act of the way.
async fn organs_on_the_way(bench: &Bench) -> Vec<OrganId> {
    let id = bench.id(Timestamp::now(), usize::MAX);
    bench.writer.submit(bench.report(id, LIKE, None)).await.unwrap().unwrap();
    let mut organs = Vec::new();
    for act in WAY {
        let case = cases::list::find(&bench.store, id).await.unwrap().unwrap();
        organs.push(case.organ.unwrap());
        bench.writer.submit(bench.step(id, act, None)).await.unwrap().unwrap();
    }
    organs
}

/// A running server.
pub struct Server {
    child: Child,
    pub address: String,
}

impl Server {
    /// Starts it and waits until it answers.
    pub fn start(folder: &Path) -> Self {
        let program = env!("CARGO_BIN_EXE_liangwang");
        let data = folder.display();
        let serve = format!(
            "ulimit -n 20000; exec {program} serve --data {data} --addr 127.0.0.1:0 --behind-proxy"
        );
        let mut child = Command::new("sh")
            .args(["-c", &serve])
            .env("LIANGWANG_LOG", "info")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let line = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
        let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        Self { child, address }
    }

    /// Header line with the cookie of a session.
    pub async fn sign_in(&self, name: &str) -> String {
        let mut client = Client::open(&self.address).await;
        let body = format!("name={name}&password={}", PASSWORD.replace(' ', "+"));
        let answer = client.send(&request("POST", "/sign-in", "", &body)).await;
        assert_eq!(answer.status, 303, "{}", answer.head);
        let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap();
        format!("cookie: {cookie}\r\n")
    }

    /// The same for each act of the way.
    pub async fn sign_in_all(&self, names: &[String]) -> Vec<String> {
        let mut cookies: BTreeMap<&String, String> = BTreeMap::new();
        for name in names {
            if !cookies.contains_key(name) {
                cookies.insert(name, self.sign_in(name).await);
            }
        }
        names.iter().map(|name| cookies[name].clone()).collect()
    }

    /// CPU seconds of the server so far.
    pub fn cpu_seconds(&self) -> f64 {
        crate::measure::cpu_seconds_of(&self.child.id().to_string())
    }

    /// Memory of the server in MiB.
    pub fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok());
        kib.unwrap_or_default() / 1024.0
    }

    /// Asks it to stop and waits; true when it ended well.
    pub fn stop(mut self) -> bool {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        self.child.wait().unwrap().success()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}
