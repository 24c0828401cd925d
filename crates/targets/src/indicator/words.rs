//! An indicator in words (计算口径), made from its declaration, so that what is said is what is counted.

use std::fmt::Write as _;

use pack::indicator::{Amount, Base, Key, Measure, Selection};
use pack::{Catalogue, Indicator, Language, Text};

/// Chinese and English of a kind of entry.
const ENTRIES: [(&str, &str, &str); 25] = [
    ("case.absorbed", "并入", "another case merged into it"),
    ("case.added", "补充", "additions"),
    ("case.assigned", "指定经办人", "assignments"),
    ("case.closed", "办结", "closures"),
    ("case.closure_confirmed", "确认办结", "confirmed closures"),
    ("case.escalated", "提级督办", "escalations"),
    ("case.extended", "延期", "extensions"),
    ("case.followed", "关注", "followers"),
    ("case.joined", "子案件全部办结", "joins of all parts"),
    ("case.marked", "环节内操作", "acts within a step"),
    ("case.merged", "合并", "merges"),
    ("case.moved", "环节流转", "acts that lead on"),
    ("case.noted", "备注", "remarks"),
    ("case.opened", "受理", "openings"),
    ("case.part_closed", "子案件办结", "closed parts"),
    ("case.part_opened", "子案件派生", "opened parts"),
    ("case.part_reopened", "子案件重开", "reopened parts"),
    ("case.rated", "评价", "ratings"),
    ("case.released", "拆回", "cases taken out again"),
    ("case.reopened", "重开", "reopenings"),
    ("case.resumed", "恢复", "resumptions"),
    ("case.sent_back", "退单", "cases sent back"),
    ("case.supervised", "督办", "supervisions"),
    ("case.suspended", "中止", "suspensions"),
    ("case.transferred", "转派", "transfers"),
];

/// What an indicator is, in one sentence of a language.
pub fn formula(one: &Indicator, catalogue: &Catalogue, language: Language) -> String {
    let zh = language == Language::Chinese;
    let of = |selection: &Selection| entries(selection, catalogue, language);
    let pick = |chinese: String, english: String| if zh { chinese } else { english };
    match &one.measure {
        Measure::Count(all) => pick(format!("{}的次数", of(all)), format!("Number of {}", of(all))),
        Measure::Sum(all, amount) => {
            let what = amount_words(amount, catalogue, language);
            pick(format!("{}的{what}合计", of(all)), format!("Sum of {what} over {}", of(all)))
        }
        Measure::Average(all, amount) => {
            let what = amount_words(amount, catalogue, language);
            pick(
                format!("{}的{what}合计 ÷ 次数", of(all)),
                format!("Sum of {what} over {} ÷ their number", of(all)),
            )
        }
        Measure::Distinct(all, key) => {
            let what = key_words(key, catalogue, language);
            pick(
                format!("{}涉及的不同{what}数", of(all)),
                format!("Number of different {what} among {}", of(all)),
            )
        }
        Measure::Share { part, of: all } => pick(
            format!("{} ÷ {} × 100%", of(part), of(all)),
            format!("{} ÷ {} × 100 %", of(part), of(all)),
        ),
        Measure::Rate { top, per, base } => {
            let base = match base {
                Base::Register => pick("在册人口".to_owned(), "people in the register".to_owned()),
                Base::Values(values) => {
                    let source = values.iter().max_by_key(|value| value.from);
                    let source = source.map(|value| value.source.as_str()).unwrap_or_default();
                    pick(format!("分母（{source}）"), format!("denominator ({source})"))
                }
            };
            pick(format!("{} ÷ {base} × {per}", of(top)), format!("{} ÷ {base} × {per}", of(top)))
        }
        Measure::Declared { flow } => declared_words(*flow, zh),
    }
}

fn declared_words(flow: bool, zh: bool) -> String {
    let text = match (flow, zh) {
        (true, true) => "由主管部门凭文件申报；未申报全年数时，由各月申报数相加",
        (true, false) => "Declared with a document; months add up where no year was declared",
        (false, true) => "由主管部门凭文件申报；取期内最后一次申报数",
        (false, false) => "Declared with a document; the last one of a period stands for it",
    };
    text.to_owned()
}

fn entries(one: &Selection, catalogue: &Catalogue, language: Language) -> String {
    let zh = language == Language::Chinese;
    let joined = |words: Vec<String>| words.join(if zh { "、" } else { ", " });
    let word = |entry: &String| {
        let known = ENTRIES.iter().find(|(kind, _, _)| kind == entry);
        known.map_or(entry.clone(), |(_, chinese, english)| {
            (if zh { *chinese } else { *english }).to_owned()
        })
    };
    let mut text = joined(one.entries.iter().map(word).collect());
    let limits = limits(one, catalogue, language);
    if !limits.is_empty() {
        let all = limits.join(if zh { "；" } else { "; " });
        let _ = if zh { write!(text, "（{all}）") } else { write!(text, " ({all})") };
    }
    text
}

/// The conditions of a selection, each as a phrase.
fn limits(one: &Selection, catalogue: &Catalogue, language: Language) -> Vec<String> {
    let zh = language == Language::Chinese;
    let say = |text: &Text| text.say(language).to_owned();
    let mut all = Vec::new();
    let mut add = |chinese: &str, english: &str, words: Vec<String>| {
        if !words.is_empty() {
            let list = words.join(if zh { "、" } else { ", " });
            let (name, mark) = if zh { (chinese, "：") } else { (english, ": ") };
            all.push(format!("{name}{mark}{list}"));
        }
    };
    let kind = |id: &model::KindId| {
        catalogue.kinds.get(id).map_or(id.to_string(), |kind| say(&kind.value.name))
    };
    add("事项", "kinds", one.kinds.iter().map(kind).collect());
    add("大类", "subjects", one.subjects.clone());
    let procedure = |id: &model::ProcedureId| {
        catalogue.procedures.get(id).map_or(id.to_string(), |found| say(&found.value.name))
    };
    add("流程", "procedures", one.procedures.iter().map(procedure).collect());
    let area = |code: &model::AreaCode| {
        catalogue.areas.get(code).map_or(code.to_string(), |area| say(&area.name))
    };
    add("区域", "areas", one.areas.iter().map(area).collect());
    let organ = |id: &model::OrganId| {
        catalogue.organs.get(id).map_or(id.to_string(), |organ| say(&organ.name))
    };
    add("部门", "organs", one.organs.iter().map(organ).collect());
    let steps = || catalogue.procedures.values().flat_map(|found| &found.value.steps);
    let step = |id: &model::StepId| {
        steps().find(|step| step.id == *id).map_or(id.to_string(), |step| say(&step.name))
    };
    add("所在环节", "in step", one.steps.iter().map(step).collect());
    let act = |id: &model::ActId| {
        let found = steps().flat_map(|step| &step.acts).find(|act| act.id == *id);
        found.map_or(id.to_string(), |act| say(&act.name))
    };
    add("操作", "acts", one.acts.iter().map(act).collect());
    add("去向环节", "to step", one.to.iter().map(step).collect());
    add("结果", "outcome", one.outcomes.clone());
    add("渠道", "channels", one.channels.clone());
    let stars = one.stars.map(|(low, high)| format!("{low}–{high}"));
    add("星级", "stars", stars.into_iter().collect());
    let on_time = one.on_time.map(|on_time| {
        let word = match (on_time, zh) {
            (true, true) => "时限内",
            (false, true) => "超时限",
            (true, false) => "in time",
            (false, false) => "late",
        };
        word.to_owned()
    });
    add("时限", "limit", on_time.into_iter().collect());
    let within = one.within.as_ref().map(|within| within.limit.to_string());
    add("自受理起", "since opening", within.into_iter().collect());
    for test in &one.values {
        let mut words = test.one_of.clone();
        words.extend(test.min.map(|min| format!("≥ {min}")));
        words.extend(test.max.map(|max| format!("≤ {max}")));
        let name = field(&test.field, catalogue, language);
        add(&name, &name, words);
    }
    all
}

fn field(id: &str, catalogue: &Catalogue, language: Language) -> String {
    let mut fields = catalogue.forms.values().flat_map(|form| &form.fields);
    let found = fields.find(|field| field.id == id);
    found.map_or(id.to_owned(), |field| field.name.say(language).to_owned())
}

fn amount_words(amount: &Amount, catalogue: &Catalogue, language: Language) -> String {
    let zh = language == Language::Chinese;
    let text = match (amount, zh) {
        (Amount::Field(id), _) => return field(id, catalogue, language),
        (Amount::Stars, true) => "星级",
        (Amount::Stars, false) => "stars",
        (Amount::Hours, true) => "自受理起小时数",
        (Amount::Hours, false) => "hours since opening",
        (Amount::WorkingHours { .. }, true) => "自受理起工作时",
        (Amount::WorkingHours { .. }, false) => "working hours since opening",
    };
    text.to_owned()
}

fn key_words(key: &Key, catalogue: &Catalogue, language: Language) -> String {
    let zh = language == Language::Chinese;
    let text = match (key, zh) {
        (Key::Field(id), _) => return field(id, catalogue, language),
        (Key::Case, true) => "案件",
        (Key::Case, false) => "cases",
        (Key::Actor, true) => "经办人",
        (Key::Actor, false) => "actors",
        (Key::Area, true) => "区域",
        (Key::Area, false) => "areas",
        (Key::Organ, true) => "部门",
        (Key::Organ, false) => "organs",
        (Key::Kind, true) => "事项",
        (Key::Kind, false) => "kinds",
    };
    text.to_owned()
}
