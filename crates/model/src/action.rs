//! What a role may do besides the acts of procedures, as packs name it: a closed list, because each
//! action is asked for somewhere in the program. Who has it where is decided in `access`.

use std::fmt;
use std::str::FromStr;

/// An action that a pack gives to roles with `may = ["case.read"]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// See the queue of one's own organ.
    OwnQueue,
    /// See the queues of all organs of an area.
    EveryQueue,
    /// Read a case without its personal texts.
    ReadCase,
    /// Read the personal texts of a case; names a purpose and leaves a trace.
    ReadPersonal,
    /// Supervise cases (督办) and see what is late.
    Supervise,
    /// See the screen of those on duty.
    Duty,
    /// Read figures and open the entries behind them.
    ReadFigures,
    /// Declare and correct figures that come from outside.
    DeclareFigures,
    /// Search the record and verify it.
    SearchRecord,
    /// See who read whose personal data.
    SearchReads,
    /// Take lists and records out as files.
    Export,
    /// Change staff, grants and duty.
    ManageStaff,
    /// Make accounts, reset passwords, disable, end sessions.
    ManageAccounts,
    /// Check, try and adopt packs.
    ManagePacks,
    /// Switch between normal operation and emergency (平急转换).
    ChangeMode,
    /// Write drafts of the work report.
    WriteReports,
    /// Publish the work report and enter corrections (更正).
    PublishReports,
    /// See the targets of one's own organ, write its notes and declare its figures.
    OwnTargets,
    /// See the targets of all organs and the leader's overview.
    ReadTargets,
    /// Review reports, set and change targets.
    ManageTargets,
}

/// The text names no action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("action `{0}` is not known")]
pub struct ActionError(pub String);

impl Action {
    /// All actions, in the order they are shown.
    pub const ALL: [Self; 20] = [
        Self::OwnQueue,
        Self::EveryQueue,
        Self::ReadCase,
        Self::ReadPersonal,
        Self::Supervise,
        Self::Duty,
        Self::ReadFigures,
        Self::DeclareFigures,
        Self::SearchRecord,
        Self::SearchReads,
        Self::Export,
        Self::ManageStaff,
        Self::ManageAccounts,
        Self::ManagePacks,
        Self::ChangeMode,
        Self::WriteReports,
        Self::PublishReports,
        Self::OwnTargets,
        Self::ReadTargets,
        Self::ManageTargets,
    ];

    /// The word used in packs.
    pub fn as_str(self) -> &'static str {
        self.words().0
    }

    /// Its name for people, in Chinese.
    pub fn chinese(self) -> &'static str {
        self.words().1
    }

    /// Its name for people, in English.
    pub fn english(self) -> &'static str {
        self.words().2
    }

    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::OwnQueue => ("queue.own", "查看本部门待办", "See the queue of the own organ"),
            Self::EveryQueue => ("queue.every", "查看各部门待办", "See the queues of all organs"),
            Self::ReadCase => ("case.read", "查看案件", "Read cases"),
            Self::ReadPersonal => ("case.personal", "查看个人信息", "Read personal texts"),
            Self::Supervise => ("case.supervise", "督办", "Supervise cases"),
            Self::Duty => ("duty.see", "查看值班大屏", "See the duty screen"),
            Self::ReadFigures => ("figures.read", "查看指标", "Read figures"),
            Self::DeclareFigures => ("figures.declare", "申报指标", "Declare figures"),
            Self::SearchRecord => ("record.search", "检索台账", "Search the record"),
            Self::SearchReads => ("reads.search", "检索查阅记录", "See who read whose data"),
            Self::Export => ("record.export", "导出数据", "Export"),
            Self::ManageStaff => ("staff.manage", "管理人员", "Manage staff"),
            Self::ManageAccounts => ("accounts.manage", "管理账号", "Manage accounts"),
            Self::ManagePacks => ("packs.manage", "管理场景包", "Manage packs"),
            Self::ChangeMode => ("mode.change", "平急转换", "Switch the emergency mode"),
            Self::WriteReports => ("report.write", "起草报告", "Write drafts of reports"),
            Self::PublishReports => ("report.publish", "发布报告", "Publish and correct reports"),
            Self::OwnTargets => ("target.own", "填报本部门目标", "Report on own targets"),
            Self::ReadTargets => ("target.read", "查看全部目标", "See all targets"),
            Self::ManageTargets => ("target.manage", "审定目标", "Review and change targets"),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Action {
    type Err = ActionError;
    fn from_str(text: &str) -> Result<Self, ActionError> {
        Self::ALL
            .into_iter()
            .find(|action| action.as_str() == text)
            .ok_or_else(|| ActionError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_action_reads_back_and_has_names_of_its_own() {
        let mut words = BTreeSet::new();
        for action in Action::ALL {
            assert_eq!(action.as_str().parse(), Ok(action));
            assert!(words.insert(action.as_str()) && words.insert(action.chinese()));
            assert!(words.insert(action.english()));
        }
        assert_eq!("case.raed".parse::<Action>(), Err(ActionError("case.raed".to_owned())));
    }
}
