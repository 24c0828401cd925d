//! Runs the program.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// The JSON object on the last line.
    pub fn json(&self) -> Value {
        let last = self.out.lines().last().unwrap_or_default();
        serde_json::from_str(last).unwrap_or_else(|_| panic!("no JSON: {}{}", self.out, self.err))
    }

    /// The same, for a command that must have worked.
    pub fn good(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self
    }
}

pub fn run(args: &[&str]) -> Said {
    let out = Command::new(env!("CARGO_BIN_EXE_liangwang"))
        .args(args)
        .env_remove("LIANGWANG_DATABASE")
        .env_remove("LIANGWANG_DATA")
        .env_remove("LIANGWANG_PACKS")
        .output()
        .unwrap();
    Said {
        code: out.status.code().unwrap_or(-1),
        out: String::from_utf8(out.stdout).unwrap(),
        err: String::from_utf8(out.stderr).unwrap(),
    }
}

pub fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A small demo district and the options that name it.
pub fn demo(folder: &Path) -> String {
    let data = folder.join("data").display().to_string();
    let small = ["--residents", "300", "--cases", "120", "--no-serve"];
    run(&[&["demo", "--data", &data], &small[..]].concat()).good();
    data
}
