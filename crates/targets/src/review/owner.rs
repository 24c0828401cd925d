//! Which organ of the register a guessed department is (责任部门), as packs say in `targets/owners.toml`.
//! What no pack names is nobody, and somebody has to choose.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::OrganId;
use pack::reader::{Findings, Source};
use pack::{Files, Mistake};

/// Departments as reports are read, with their organs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owners(BTreeMap<String, OrganId>);

impl Owners {
    /// The owners of all packs.
    pub fn read(packs: &BTreeMap<String, Files>) -> Result<Self, Vec<Mistake>> {
        let findings = Findings::default();
        let mut owners = Self::default();
        for (pack, files) in packs {
            if let Some(text) = files.0.get("targets/owners.toml") {
                let file: Arc<str> = format!("{pack}/targets/owners.toml").into();
                Source { file: &file, text, findings: &findings }.read(|root| {
                    for table in root.tables("owner") {
                        let organ = table.parsed::<OrganId>("organ");
                        let names = table.list::<String>("departments");
                        let pairs = names.into_iter().zip(organ.into_iter().cycle());
                        owners.0.extend(pairs);
                    }
                });
            }
        }
        let mistakes = findings.mistakes.into_sorted();
        if mistakes.is_empty() { Ok(owners) } else { Err(mistakes) }
    }

    /// The organ of a guessed department, which may begin with the level of the report (区、市、县).
    pub fn of(&self, department: &str) -> Option<&OrganId> {
        let mut letters = department.chars();
        letters.next();
        self.0.get(department).or_else(|| self.0.get(letters.as_str()))
    }
}
