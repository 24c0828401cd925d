//! What a form asks, as components: from a pack's declaration or named one by one, with the error
//! beside the field and what was typed kept.

use pack::{Answer, Field};

use crate::components::{
    Attributes, Choice, ErrorLink, ErrorMessage, ErrorSummary, FileUpload, Hint, Html, Input,
    Label, Radios, Select, SelectItem, Textarea,
};
use crate::visit::Visit;

/// A text longer than this is asked in a box of several lines.
const LINE_MAX: usize = 120;

/// What is wrong with a field: its id and the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Id of the field on the page.
    pub field: String,
    /// In the reader's language.
    pub words: String,
}

/// All mistakes at the top of a page; nothing without any.
pub fn summary(v: &Visit, mistakes: &[Mistake]) -> Option<ErrorSummary> {
    let link = |one: &Mistake| ErrorLink::new(&one.field, one.words.clone());
    let links: Vec<ErrorLink> = mistakes.iter().map(link).collect();
    (!links.is_empty()).then(|| ErrorSummary::new(v.t("error-summary"), links))
}

/// The sentence beside a field.
pub fn beside(v: &Visit, mistakes: &[Mistake], field: &str) -> Option<ErrorMessage> {
    let found = mistakes.iter().find(|one| one.field == field)?;
    Some(ErrorMessage::new(found.words.clone(), v.t("error-hidden")))
}

/// A line of text.
pub fn line(id: &str, label: String, value: &str) -> Input {
    Input {
        label: Label::new(label),
        id: id.into(),
        name: id.into(),
        value: Some(value.into()),
        ..Input::default()
    }
}

/// Several lines of text.
pub fn lines(id: &str, label: Label, value: &str) -> Textarea {
    Textarea {
        label,
        id: id.into(),
        name: id.into(),
        value: value.into(),
        rows: "6".into(),
        ..Textarea::default()
    }
}

/// One of many in a list, with an empty first line.
pub fn list(
    id: &str,
    label: String,
    items: impl IntoIterator<Item = (String, String)>,
    chosen: &str,
) -> Select {
    let empty = SelectItem { value: Some("".into()), ..SelectItem::default() };
    let item = |(value, text): (String, String)| SelectItem {
        selected: Some(value == chosen),
        value: Some(value.into()),
        text: text.into(),
        ..SelectItem::default()
    };
    Select {
        label: Label::new(label),
        id: id.into(),
        name: id.into(),
        items: std::iter::once(empty).chain(items.into_iter().map(item)).collect(),
        ..Select::default()
    }
}

/// A field of a pack's form under the name `id`, ready to stand on a page.
pub fn field(v: &Visit, id: &str, field: &Field, value: &str, mistakes: &[Mistake]) -> Html {
    field_named(v, (id, id), field, value, mistakes)
}

/// The same for a page with several forms: ids differ, the name is that of one form.
pub fn field_named(
    v: &Visit,
    (id, sent_as): (&str, &str),
    field: &Field,
    value: &str,
    mistakes: &[Mistake],
) -> Html {
    let name = v.say(&field.name);
    let label = match field.required {
        true => name.to_owned(),
        false => format!("{name}{}", v.t("optional")),
    };
    let error = beside(v, mistakes, id);
    match &field.answer {
        Answer::Text(most) if *most > LINE_MAX => {
            let rows = lines(id, Label::new(label), value);
            Html::of(&Textarea { error_message: error, name: sent_as.into(), ..rows })
        }
        Answer::Text(_) => Html::of(&Input {
            error_message: error,
            name: sent_as.into(),
            ..line(id, label, value)
        }),
        Answer::Number(min, max) => Html::of(&Input {
            error_message: error,
            hint: Some(Hint::new(
                v.tn("asked-range", &[("min", (*min).into()), ("max", (*max).into())]),
            )),
            inputmode: "numeric".into(),
            name: sent_as.into(),
            classes: "govuk-input--width-5".into(),
            ..line(id, label, value)
        }),
        Answer::Day => Html::of(&Input {
            error_message: error,
            kind: "date".into(),
            name: sent_as.into(),
            classes: "govuk-input--width-10".into(),
            ..line(id, label, value)
        }),
        Answer::YesNo => {
            let choices = [("true", v.t("answer-yes")), ("false", v.t("answer-no"))];
            let choices = choices.map(|(value, text)| (value.to_owned(), text));
            let list = list(id, label, choices, value);
            Html::of(&Select { error_message: error, name: sent_as.into(), ..list })
        }
        Answer::Photos(_, most) => {
            let photos = photos(v, id, label, *most, error);
            Html::of(&FileUpload { name: sent_as.into(), ..photos })
        }
        Answer::Choice(choices) => {
            let choices = choices.iter().map(|(id, text)| (id.clone(), v.say(text).to_owned()));
            let list = list(id, label, choices, value);
            Html::of(&Select { error_message: error, name: sent_as.into(), ..list })
        }
    }
}

/// A field for photos. On a phone it offers the camera.
pub fn photos(
    v: &Visit,
    id: &str,
    label: String,
    most: usize,
    error: Option<ErrorMessage>,
) -> FileUpload {
    FileUpload {
        label: Label::new(label),
        hint: Some(Hint::new(v.t1("photos-hint", "most", most))),
        error_message: error,
        id: id.into(),
        name: id.into(),
        multiple: most > 1,
        attributes: Attributes::default().with("accept", "image/jpeg,image/png,image/webp"),
        ..FileUpload::default()
    }
}

/// Radio buttons.
pub fn one_of(
    name: &str,
    items: impl IntoIterator<Item = (String, String)>,
    chosen: &str,
) -> Radios {
    let item = |(value, text): (String, String)| Choice::new(value, text);
    Radios {
        name: name.into(),
        id_prefix: name.into(),
        value: chosen.into(),
        items: items.into_iter().map(item).collect(),
        ..Radios::default()
    }
}
