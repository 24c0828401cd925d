//! A full disk: the act is refused in a clear sentence, and after room is made the next one works.

use std::path::Path;
use std::process::Command;

use store::{Address, StoreError};

use crate::rig::{Rig, whole};

/// A small file system of its own; only root may make one.
struct SmallDisk<'f>(&'f Path);

impl<'f> SmallDisk<'f> {
    fn mount(folder: &'f Path) -> Option<Self> {
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"])
            .arg(folder)
            .status();
        mount.is_ok_and(|status| status.success()).then_some(Self(folder))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[tokio::test]
async fn a_full_disk_is_said_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(folder.path()) else {
        println!("the full disk is not tested here: only root may make a small file system");
        return;
    };
    let address = Address::Sqlite(disk.0.join("liangwang.db"));
    let ballast = disk.0.join("ballast");
    let rig = Rig::open(&address).await.unwrap();
    let mut acknowledged = 0;
    for number in 0..20 {
        rig.report(number).await.unwrap().unwrap();
        acknowledged += 1;
    }
    // Whatever is left of the disk is taken by something else.
    let _ = std::fs::write(&ballast, vec![0; 3 << 20]);
    let mut refused = None;
    for number in 20..2_000 {
        match rig.report(number).await {
            Ok(answer) => {
                answer.unwrap();
                acknowledged += 1;
            }
            Err(error) => {
                refused = Some(error);
                break;
            }
        }
    }
    assert!(matches!(refused, Some(StoreError::Full)), "{refused:?}");
    std::fs::remove_file(&ballast).unwrap();
    rig.report(5_000).await.unwrap().unwrap();
    acknowledged += 1;
    let any = cases::Filter::default();
    let count = cases::list::count(&rig.store, &any, u32::MAX).await.unwrap();
    assert_eq!(count, acknowledged);
    whole(&rig.store).await;
    rig.store.close().await;
}
