//! A full disk: the act is refused in a clear sentence, and after room is made the next one works.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use store::testing::Private;
use store::{Address, StoreError};

use crate::rig::{Rig, whole};

/// A small file system of its own; only root may make one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(folder: PathBuf, megabytes: u32) -> Option<Self> {
        let size = format!("size={megabytes}m,mode=0755");
        std::fs::create_dir_all(&folder).unwrap();
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&folder).output();
        if mount.is_ok_and(|mount| mount.status.success()) {
            return Some(Self(folder));
        }
        println!("the full disk is not tested here: only root may make a small file system");
        None
    }

    /// Lets the user that PostgreSQL runs as write here.
    fn give_to_postgres(&self) {
        let given = Command::new("chown").arg("postgres").arg(&self.0).status().unwrap();
        assert!(given.success());
    }

    /// Whatever is left of the disk is taken by something else.
    fn fill(&self) -> PathBuf {
        let ballast = self.0.join("ballast");
        let mut file = std::fs::File::create(&ballast).unwrap();
        while file.write_all(&[0; 4_096]).is_ok() {}
        ballast
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // A server may still have its files open.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Reports problems until one is refused: the first number that was not acknowledged, and why.
async fn until_refused(rig: &Rig, from: u128) -> (u128, StoreError) {
    for number in from..20_000 {
        match rig.report(number).await {
            Ok(answer) => drop(answer.unwrap()),
            Err(error) => return (number, error),
        }
    }
    panic!("the disk never was full");
}

/// Everything acknowledged is there, once, and so is the act that is repeated now.
async fn goes_on(rig: &Rig, refused: u128) {
    rig.report(refused).await.unwrap().unwrap();
    let any = cases::Filter::default();
    let count = cases::list::count(&rig.store, &any, u32::MAX).await.unwrap();
    assert_eq!(u128::from(count), refused + 1);
    whole(&rig.store).await;
}

#[tokio::test]
async fn a_full_disk_is_said_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(folder.path().join("disk"), 3) else { return };
    let rig = Rig::open(&Address::Sqlite(disk.0.join("liangwang.db"))).await.unwrap();
    for number in 0..20 {
        rig.report(number).await.unwrap().unwrap();
    }
    let ballast = disk.fill();
    let (refused, error) = until_refused(&rig, 20).await;
    assert!(matches!(error, StoreError::Full), "{error:?}");
    std::fs::remove_file(&ballast).unwrap();
    goes_on(&rig, refused).await;
    rig.store.close().await;
}

#[tokio::test]
async fn a_full_disk_under_the_tables_of_postgres_is_said_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    enter(folder.path());
    let Some(disk) = SmallDisk::mount(folder.path().join("disk"), 32) else { return };
    disk.give_to_postgres();
    let server = Private::start().unwrap();
    server.run(&format!("CREATE TABLESPACE small LOCATION '{}'", disk.0.display())).unwrap();
    server.run("CREATE DATABASE small TABLESPACE small").unwrap();
    let rig = Rig::open(&server.address("small")).await.unwrap();
    for number in 0..20 {
        rig.report(number).await.unwrap().unwrap();
    }
    let ballast = disk.fill();
    let (refused, error) = until_refused(&rig, 20).await;
    assert!(matches!(error, StoreError::Full), "{error:?}");
    // It is said again, and does not turn into anything worse.
    let again = rig.report(refused).await;
    assert!(matches!(again, Err(StoreError::Full)), "{again:?}");
    std::fs::remove_file(&ballast).unwrap();
    goes_on(&rig, refused).await;
    rig.store.close().await;
}

#[tokio::test]
async fn a_full_disk_under_the_log_of_postgres_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    enter(folder.path());
    let Some(disk) = SmallDisk::mount(folder.path().join("disk"), 128) else { return };
    let server = Private::start_in(&disk.0).unwrap();
    let rig = Rig::open(&server.address("postgres")).await.unwrap();
    for number in 0..20 {
        rig.report(number).await.unwrap().unwrap();
    }
    let ballast = disk.fill();
    // Without room for its log the server stops at once.
    let (refused, error) = until_refused(&rig, 20).await;
    let said = matches!(error, StoreError::Full | StoreError::Lost | StoreError::Uncertain);
    assert!(said, "{error:?}");
    std::fs::remove_file(&ballast).unwrap();
    for _ in 0..100 {
        // It may have come back by itself.
        let _ = server.control("start");
        if rig.report(refused).await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    goes_on(&rig, refused).await;
    rig.store.close().await;
}

/// Lets every user enter a folder, as temporary ones are for their owner alone.
fn enter(folder: &Path) {
    let all = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder, all).unwrap();
}
