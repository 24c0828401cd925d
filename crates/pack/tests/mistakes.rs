//! Every mistake is told, all at once, with its line and what to do; whatever the text is, the
//! reader comes to an end without falling over.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::collections::BTreeMap;
use std::path::Path;

use pack::Files;
use proptest::prelude::*;

/// A small sound pack; each case replaces a text in one of its files.
fn sound() -> Files {
    let files = [
        ("README.md", "A small pack.\n"),
        (
            "pack.toml",
            "[pack]\nid = \"small\"\nversion = \"1\"\nname = { zh-CN = \"小\", en = \"Small\" }\n",
        ),
        (
            "calendars/a.toml",
            "[calendar]\nid = \"cal\"\nzone = \"Asia/Shanghai\"\nweekend = [\"sunday\"]\n\
             published_from = 2023\npublished_to = 2024\n\n[[hours]]\nid = \"office\"\n\
             working_day = [\"08:30-17:30\"]\n",
        ),
        (
            "organs/a.toml",
            "[[organ]]\nid = \"centre\"\nname = { zh-CN = \"中心\" }\n\
             hours = \"office\"\n",
        ),
        ("roles/a.toml", "[[role]]\nid = \"clerk\"\nname = { zh-CN = \"受理员\" }\n"),
        (
            "kinds/a.toml",
            "[[kind]]\nid = \"noise\"\nname = { zh-CN = \"噪声\" }\nmajor = { zh-CN = \"诉求\" }\n\
             procedure = \"report\"\n\n[[kind.limit]]\nstep = \"intake\"\nlimit = \"4 working hours\"\n\
             from = 2023-01-01\nsource = \"a notice\"\n",
        ),
        (
            "routes/a.toml",
            "[route]\nid = \"way\"\n\n[[row]]\nid = \"all\"\norgan = \"centre\"\nsays = \"全部\"\n",
        ),
        (
            "procedures/a.toml",
            "[procedure]\nid = \"report\"\nname = { zh-CN = \"诉求\" }\nprefix = \"R\"\n\
             calendar = \"cal\"\nroute = \"way\"\nfirst = \"intake\"\n\n[[step]]\nid = \"intake\"\n\
             name = { zh-CN = \"受理\" }\nholder = \"@routed\"\nby = [\"clerk\"]\n\n[[step.act]]\n\
             id = \"close\"\nname = { zh-CN = \"结案\" }\nend = \"done\"\n",
        ),
        (
            "tests/a.toml",
            "[[case]]\nname = \"noise goes to the centre\"\nkind = \"noise\"\n\
             at = \"2023-03-06 09:00\"\nexpect = { organ = \"centre\" }\n",
        ),
    ];
    files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

fn told(files: Files) -> Vec<String> {
    match pack::check(&BTreeMap::from([("small".to_owned(), files)])) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_sound_pack_has_no_mistakes() {
    assert_eq!(told(sound()), Vec::<String>::new());
}

#[test]
fn each_mistake_is_told_with_its_line_and_what_to_do() {
    for (file, from, to, expected) in [
        (
            "pack.toml",
            "id = \"small\"",
            "id = \"other\"",
            "pack.toml:2:6: the folder is called `small`, the pack `other`",
        ),
        (
            "pack.toml",
            "version",
            "versoin",
            "pack.toml:3:1: `versoin` is not known here (did you mean `version`?)",
        ),
        ("pack.toml", "[pack]", "[pack", "pack.toml:1:"),
        (
            "calendars/a.toml",
            "Asia/Shanghai",
            "Asia/Shanghia",
            "a.toml:3:8: time zone `Asia/Shanghia` is not known",
        ),
        ("calendars/a.toml", "sunday", "funday", "a.toml:4:11: `funday` is not a day of the week"),
        (
            "calendars/a.toml",
            "2024",
            "1999999",
            "`published_to` is not a whole number from 1900 to 2200",
        ),
        ("calendars/a.toml", "08:30-17:30", "17:30-08:30", "is empty or reaches past midnight"),
        (
            "organs/a.toml",
            "\"office\"",
            "\"offise\"",
            "organs/a.toml:4:9: opening hours `offise` is not known (did you mean `office`?)",
        ),
        (
            "kinds/a.toml",
            "4 working hours",
            "4 works",
            "kinds/a.toml:9:9: `4 works` is not a limit such as",
        ),
        ("kinds/a.toml", "2023-01-01", "2023-02-30", "kinds/a.toml:10"),
        (
            "kinds/a.toml",
            "step = \"intake\"",
            "step = \"intoke\"",
            "limits step `intoke`, which procedure `report` does not have (did you mean `intake`?)",
        ),
        (
            "kinds/a.toml",
            "\"report\"",
            "\"raport\"",
            "kinds/a.toml:5:13: procedure `raport` is not known (did you mean `report`?)",
        ),
        (
            "kinds/a.toml",
            "id = \"noise\"",
            "id = \"Noise\"",
            "kinds/a.toml:2:6: `Noise` is not a name of small letters",
        ),
        (
            "kinds/a.toml",
            "id = \"noise\"",
            "id = 7",
            "kinds/a.toml:2:6: `id` must be a text, not integer",
        ),
        (
            "routes/a.toml",
            "id = \"all\"",
            "id = \"all\"\nkind = [\"noise\"]",
            "routes/a.toml:4:1: no row fits everything",
        ),
        (
            "routes/a.toml",
            "says = \"全部\"",
            "says = \"全部\"\n[[row]]\nid = \"b\"\norgan = \"centre\"\nsays = \"x\"",
            "routes/a.toml:9:6: this row is never reached",
        ),
        (
            "routes/a.toml",
            "\"centre\"",
            "\"@planet\"",
            "routes/a.toml:6:9: `@planet` names no level",
        ),
        (
            "procedures/a.toml",
            "end = \"done\"",
            "to = \"handle\"",
            "step `handle` is not in this procedure",
        ),
        ("procedures/a.toml", "end = \"done\"", "", "an act leads either to a step or to the end"),
        (
            "procedures/a.toml",
            "[\"clerk\"]",
            "[\"clark\"]",
            "role `clark` is not known (did you mean `clerk`?)",
        ),
        (
            "roles/a.toml",
            "id = \"clerk\"",
            "id = \"clerk\"\nmay = [\"case.read\", \"case.personel\"]",
            "roles/a.toml:3:21: `case.personel` is not one of `may` (did you mean `case.personal`?)",
        ),
        (
            "roles/a.toml",
            "id = \"clerk\"",
            "id = \"clerk\"\nmay = [\"everything at all\"]",
            "roles/a.toml:3:8: `everything at all` is not one of `may` (known: accounts.manage, ",
        ),
        (
            "roles/a.toml",
            "id = \"clerk\"",
            "id = \"clerk\"\nmay = [\"case.read\", \"case.read\"]",
            "roles/a.toml:3:21: `case.read` is there twice",
        ),
        ("procedures/a.toml", "route = \"way\"\n", "", "the procedure has no route"),
        ("procedures/a.toml", "by = [", "limit = \"1 hour\"\nby = [", "a figure without a source"),
        (
            "tests/a.toml",
            "{ organ = \"centre\" }",
            "{}",
            "the test expects nothing, so it cannot fail",
        ),
        (
            "tests/a.toml",
            "\"noise\"",
            "\"noize\"",
            "tests/a.toml:3:8: kind `noize` is not known (did you mean `noise`?)",
        ),
    ] {
        let mut files = sound();
        let text = files.0.get_mut(file).unwrap();
        assert!(text.contains(from), "{file} does not say `{from}`");
        *text = text.replacen(from, to, 1);
        let told = told(files);
        let found = told.iter().any(|mistake| mistake.contains(expected));
        assert!(found, "{file}: `{from}` → `{to}`: expected `{expected}`, told {told:#?}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let mut files = sound();
    for (file, from, to) in [
        ("organs/a.toml", "\"office\"", "\"offise\""),
        ("kinds/a.toml", "4 working hours", "4 works"),
        ("routes/a.toml", "\"centre\"", "\"center\""),
        ("procedures/a.toml", "[\"clerk\"]", "[\"clark\"]"),
    ] {
        let text = files.0.get_mut(file).unwrap();
        *text = text.replacen(from, to, 1);
    }
    files.0.remove("README.md");
    assert_eq!(told(files).len(), 5);
}

#[test]
fn the_same_name_twice_is_told_with_both_places() {
    let mut files = sound();
    let role = files.0["roles/a.toml"].clone();
    files.0.insert("roles/b.toml".to_owned(), role);
    let told = told(files);
    assert_eq!(
        told,
        [
            "small/roles/b.toml:2:6: role `clerk` is declared twice (first at small/roles/a.toml:2:6)"
        ]
    );
}

#[test]
fn a_folder_reads_the_same_as_its_json() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/street-reports");
    let files = Files::read(&folder).unwrap();
    let again = Files::from_json(&files.to_json()).unwrap();
    assert_eq!(files, again);
    assert_eq!(files.digest(), again.digest());
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_fall_over(text in "\\PC{0,300}", file in 0usize..9) {
        let mut files = sound();
        let name = files.0.keys().nth(file).unwrap().clone();
        files.0.insert(name, text);
        told(files);
    }

    #[test]
    fn no_cut_or_doubled_piece_makes_the_reader_fall_over(file in 0usize..9, from in 0usize..400, to in 0usize..400) {
        let mut files = sound();
        let name = files.0.keys().nth(file).unwrap().clone();
        let text: Vec<char> = files.0[&name].chars().collect();
        let (from, to) = (from.min(text.len()), to.min(text.len()));
        let changed: String = text[..to].iter().chain(&text[from..]).collect();
        files.0.insert(name, changed);
        told(files);
    }
}
