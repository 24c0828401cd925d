//! Folders of the DMN TCK: their models, their test files, and what came of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::Timestamp;
use rules::dmn::{self, Model, Program};
use rules::temporal::{Date, DateTime, Time, Zone};
use rules::xml::Element;
use serde_json::json;

use super::case::{self, Outcome};
use crate::failure::Failure;

/// Folders of the kit stand at most so deep.
const DEPTH_MAX: u32 = 6;

/// What came of one folder.
pub struct Folder {
    /// Its name.
    pub name: String,
    /// Cases that came out as expected.
    pub passed: usize,
    /// Cases that did not.
    pub failed: usize,
    /// Cases that need what the rules never do: functions outside of FEEL.
    pub unsupported: usize,
    /// Every case that did not pass.
    pub misses: Vec<Miss>,
}

/// A case that did not come out as expected.
pub struct Miss {
    /// Test file and case.
    pub test: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub got: String,
}

impl Folder {
    /// As JSON.
    pub fn json(&self) -> serde_json::Value {
        let misses = self
            .misses
            .iter()
            .map(|miss| json!({ "test": miss.test, "expected": miss.expected, "got": miss.got }));
        json!({
            "folder": self.name,
            "passed": self.passed,
            "failed": self.failed,
            "unsupported": self.unsupported,
            "misses": misses.collect::<Vec<_>>(),
        })
    }
}

/// Runs all folders with test files in a folder and below.
pub fn run(dir: &Path, now: Timestamp) -> Result<Vec<Folder>, Failure> {
    let mut found = Vec::new();
    walk(dir, 0, &mut found)
        .map_err(|error| Failure::new(format!("{}: {error}", dir.display())))?;
    if found.is_empty() {
        let text = format!("{} holds no test files (*-test-*.xml)", dir.display());
        return Err(Failure::new(text));
    }
    let now = moment(now);
    found.iter().map(|folder| examine(folder, now.as_ref())).collect()
}

fn moment(now: Timestamp) -> Option<DateTime> {
    let text = now.to_string();
    DateTime::read(&text).or_else(|| {
        let day = Date::new(1970, 1, 1)?;
        Some(DateTime::new(day, Time::new(0, 0, 0, 0, Zone::UTC)?))
    })
}

fn walk(dir: &Path, depth: u32, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut entries: Vec<PathBuf> = fs::read_dir(dir)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    entries.sort();
    if entries.iter().any(|path| is_test(path)) {
        found.push(dir.to_owned());
    }
    for path in entries.iter().filter(|path| path.is_dir() && depth < DEPTH_MAX) {
        walk(path, depth + 1, found)?;
    }
    Ok(())
}

fn is_test(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.contains("-test-") && name.ends_with(".xml")
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn examine(dir: &Path, now: Option<&DateTime>) -> Result<Folder, Failure> {
    let listing = fs::read_dir(dir).map_err(Failure::from)?;
    let mut paths: Vec<PathBuf> = listing.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut models: BTreeMap<String, Result<Model, String>> = BTreeMap::new();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|end| end == "dmn")) {
        let model = dmn::read(&read(path)?).map_err(|error| error.to_string());
        models.insert(name_of(path), model);
    }
    let (name, misses) = (name_of(dir), Vec::new());
    let mut folder = Folder { name, passed: 0, failed: 0, unsupported: 0, misses };
    for path in paths.iter().filter(|path| is_test(path)) {
        let file = name_of(path);
        let text = read(path)?;
        let root = match Element::read(&text) {
            Ok(root) => root,
            Err(error) => {
                folder.fail(&file, "a test file", &error, false);
                continue;
            }
        };
        let wanted = root.child("modelName").map(|name| name.text.trim().to_owned());
        let program = program(&models, &wanted.unwrap_or_default());
        for one in root.all("testCase") {
            let test = format!("{file} {}", one.attribute("id").unwrap_or_default());
            match &program {
                Err(error) => folder.fail(&test, "a model", error, false),
                Ok(program) => match case::run(program, one, now) {
                    Outcome::Passed => folder.passed += 1,
                    Outcome::Failed { expected, got, unsupported } => {
                        folder.fail(&test, &expected, &got, unsupported);
                    }
                },
            }
        }
    }
    Ok(folder)
}

/// The model a test file asks for, with the others of the folder.
fn program(
    models: &BTreeMap<String, Result<Model, String>>,
    wanted: &str,
) -> Result<Arc<Program>, String> {
    let (file, main) = models
        .get_key_value(wanted)
        .ok_or_else(|| format!("the model `{wanted}` is not in the folder"))?;
    let main = main.clone()?;
    let others = models.iter().filter(|(name, _)| *name != file);
    Ok(Program::new(main, others.filter_map(|(_, model)| model.clone().ok()).collect()))
}

impl Folder {
    fn fail(&mut self, test: &str, expected: &str, got: &str, unsupported: bool) {
        if unsupported {
            self.unsupported += 1;
        } else {
            self.failed += 1;
        }
        let (test, expected, got) = (test.to_owned(), expected.to_owned(), got.to_owned());
        self.misses.push(Miss { test, expected, got });
    }
}
