//! Components of pages. One is a struct here, and a folder below `templates/components` with its
//! template, its style and its named examples. A struct renders itself: `{{ button }}` in a template,
//! `button.to_string()` elsewhere.
//!
//! Options of the components that come from govuk-frontend are those of its documentation; its own
//! cases check them (`tests/components`). Components hold no language: words come in translated.
//! Where govuk-frontend has an English word of its own, it stands in only when none is given.
#![allow(missing_docs, reason = "options of govuk-frontend are described there, one by one")]

mod back_link;
mod bar;
mod breadcrumbs;
mod button;
mod character_count;
mod checkboxes;
mod chip;
mod choices;
mod content;
mod date_input;
mod details;
mod error_summary;
mod field;
mod file_upload;
mod input;
mod inset_text;
mod limit;
mod notification_banner;
mod pagination;
mod panel;
mod password_input;
mod phase_banner;
mod prefs;
mod queue;
mod radios;
mod select;
mod skip_link;
mod spark;
mod state;
mod summary_list;
mod table;
mod tabs;
mod tag;
mod task_list;
mod textarea;
mod tiles;
mod timeline;
mod warning_text;

use askama::Template;
use askama::filters::HtmlSafe;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use choices::{Choice, ChoiceLabel, Conditional};
pub use content::{Attributes, Content, Html, Messages, Word};
pub use field::FormGroup;
pub use state::{MaybeState, Moment, State};

/// A component by its name, with its examples.
pub struct Component {
    /// The name of its folder.
    pub name: &'static str,
    /// Its examples as JSON: `[{"name": …, "params": {…}}]`, where `{"zh": …, "en": …}` stands for
    /// words in both languages.
    pub examples: &'static str,
    render: fn(Value) -> Result<String, serde_json::Error>,
}

impl Component {
    /// The component by its name.
    pub fn find(name: &str) -> Option<&'static Self> {
        COMPONENTS.iter().find(|component| component.name == name)
    }

    /// Renders it from options as JSON.
    pub fn render(&self, options: Value) -> Result<String, serde_json::Error> {
        (self.render)(options)
    }
}

fn rendered<T: DeserializeOwned + Template>(options: Value) -> Result<String, serde_json::Error> {
    let component: T = serde_json::from_value(options)?;
    Ok(component.render().unwrap_or_default())
}

macro_rules! components {
    ($($name:literal $module:ident $kind:ident { $($part:ident),* })*) => {
        $(pub use $module::{$kind, $($part),*};)*
        $(impl HtmlSafe for $kind {})*
        components!(@list $($name $kind)*);
    };
    (@list $($name:literal $kind:ident)*) => {
        /// All components, by name.
        pub static COMPONENTS: &[Component] = &[
            $(Component {
                name: $name,
                examples: include_str!(concat!("../templates/components/", $name, "/examples.json")),
                render: rendered::<$kind>,
            },)*
        ];
    };
}

components! {
    "back-link" back_link BackLink {}
    "breadcrumbs" breadcrumbs Breadcrumbs { Crumb }
    "button" button Button {}
    "character-count" character_count CharacterCount { CountMessage }
    "checkboxes" checkboxes Checkboxes {}
    "date-input" date_input DateInput { DatePart }
    "details" details Details {}
    "error-message" field ErrorMessage {}
    "error-summary" error_summary ErrorSummary { ErrorLink }
    "fieldset" field Fieldset { Legend }
    "file-upload" file_upload FileUpload {}
    "hint" field Hint {}
    "input" input Input { Affix, Wrapper }
    "inset-text" inset_text InsetText {}
    "label" field Label {}
    "notification-banner" notification_banner NotificationBanner {}
    "pagination" pagination Pagination { Neighbour, PageLink }
    "panel" panel Panel { PanelAction, PanelActions }
    "password-input" password_input PasswordInput { PasswordButton }
    "phase-banner" phase_banner PhaseBanner {}
    "radios" radios Radios {}
    "select" select Select { SelectItem }
    "skip-link" skip_link SkipLink {}
    "summary-list" summary_list SummaryList { SummaryAction, SummaryActions, SummaryCard, SummaryCell, SummaryRow, SummaryTitle }
    "table" table Table { Cell }
    "tabs" tabs Tabs { Tab, TabPanel }
    "tag" tag Tag {}
    "task-list" task_list TaskList { Task, TaskStatus, TaskTitle }
    "textarea" textarea Textarea {}
    "warning-text" warning_text WarningText {}

    "bar" bar Bar {}
    "chip" chip Chip {}
    "limit" limit Limit {}
    "prefs" prefs Prefs { HiddenField, PrefsChoice }
    "queue" queue Queue { Column, QueueHead, QueueRow }
    "spark" spark Spark {}
    "tiles" tiles Tiles { Drawn, Icon, Tile }
    "timeline" timeline Timeline { TimelineStep }
}
