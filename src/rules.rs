//! `liangwang rules`: the policy language by itself, and its outside examiner.

mod case;
mod tck;

use std::path::PathBuf;

use serde_json::json;

use crate::failure::Failure;

/// Try the policy language
#[derive(clap::Subcommand)]
pub enum Rules {
    /// Run folders of the DMN Technology Compatibility Kit and count what passes
    ///
    /// A folder holds models (*.dmn) and test files (*-test-*.xml); a folder of such folders is run
    /// whole. Cases that fail are counted and named, they are no failure of the command.
    ///
    /// Examples:
    ///   liangwang rules tck tck/compliance-level-2
    ///   liangwang rules tck tck/compliance-level-3 --json
    #[command(verbatim_doc_comment)]
    Tck {
        /// A folder of the kit
        dir: PathBuf,
        /// Answer as one JSON object
        #[arg(long)]
        json: bool,
    },
}

impl Rules {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        match self {
            Self::Tck { dir, json } => examine(&dir, json),
        }
    }
}

fn examine(dir: &std::path::Path, as_json: bool) -> Result<(), Failure> {
    let now = crate::machine::now();
    let folders = tck::run(dir, now)?;
    let sum = |count: fn(&tck::Folder) -> usize| folders.iter().map(count).sum::<usize>();
    let (passed, failed) = (sum(|one| one.passed), sum(|one| one.failed));
    let unsupported = sum(|one| one.unsupported);
    if as_json {
        let folders: Vec<_> = folders.iter().map(tck::Folder::json).collect();
        let total = json!({ "passed": passed, "failed": failed, "unsupported": unsupported });
        say!("{}", json!({ "total": total, "folders": folders }));
        return Ok(());
    }
    for folder in &folders {
        let (name, passed, failed) = (&folder.name, folder.passed, folder.failed);
        say!(
            "{name:<44} {passed:>5} passed {failed:>4} failed {:>4} unsupported",
            folder.unsupported
        );
        for miss in &folder.misses {
            say!("    {}: expected {}, got {}", miss.test, miss.expected, miss.got);
        }
    }
    say!("total: {passed} passed, {failed} failed, {unsupported} unsupported");
    Ok(())
}
