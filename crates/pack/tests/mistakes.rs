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
            "forms/a.toml",
            "[form]\nid = \"look\"\nname = { zh-CN = \"查看\" }\n\n[[field]]\nid = \"seen\"\n\
             name = { zh-CN = \"照片\" }\ntype = \"photos\"\nmin = 1\nmax = 3\n",
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
            "kinds/a.toml:8:8: kind `noise` limits step `intoke`, which procedure `report` does not \
             have (did you mean `intake`?)",
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
            "forms/a.toml",
            "\"photos\"",
            "\"photo\"",
            "forms/a.toml:8:8: `photo` is not one of text, number, day, yes-no, choice, photos",
        ),
        ("forms/a.toml", "min = 1", "min = 4", "forms/a.toml:9:7: `min` is larger than `max`"),
        ("forms/a.toml", "max = 3", "max = 21", "`max` is not a whole number from 1 to 20"),
        ("forms/a.toml", "min = 1", "min = 0", "`min` is not a whole number from 1 to 20"),
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
        (
            "procedures/a.toml",
            "end = \"done\"",
            "",
            "an act leads to a step, to the end or nowhere",
        ),
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
        (
            "roles/a.toml",
            "[[role]]",
            "[[purpose]]",
            "roles/a.toml:1:3: `purpose` is not known here",
        ),
        ("procedures/a.toml", "route = \"way\"\n", "", "the procedure has no route"),
        ("procedures/a.toml", "by = [", "limit = \"1 hour\"\nby = [", "a figure without a source"),
        (
            "procedures/a.toml",
            "by = [",
            "limit = \"1 hour\"\nlimit_sample = true\nby = [",
            "procedures/a.toml:9:1: a figure without a day (write the first day it is in force: \
             `limit_from = 2022-01-01`)",
        ),
        (
            "procedures/a.toml",
            "end = \"done\"",
            "end = \"done\"\n[[escalation]]\ntimes = 1\nsample = true\nrole = \"clerk\"\n\
             name = { zh-CN = \"督办\" }",
            "procedures/a.toml:19:1: a figure without a day",
        ),
        (
            "procedures/a.toml",
            "end = \"done\"",
            "end = \"done\"\n[allow.extend]\ntimes = 1\npercent = 50\nsource = \"a notice\"",
            "procedures/a.toml:19:1: a figure without a day",
        ),
        (
            "procedures/a.toml",
            "end = \"done\"",
            "end = \"done\"\n[allow.reopen]\nwithin = \"1 hour\"\nto = \"intake\"\nsample = true",
            "procedures/a.toml:19:1: a figure without a day",
        ),
        (
            "procedures/a.toml",
            "end = \"done\"",
            "end = \"done\"\n[allow.rate]\nbad = 2\nfollow_up = \"noise\"\nsource = \"a notice\"\n\
             from = \"soon\"",
            "procedures/a.toml:23:8: `from` is not a day such as 2023-01-01",
        ),
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

/// The sound pack with a form, on whose answers its route decides.
fn asking(field: &str, test: &str) -> Files {
    let mut files = sound();
    let form = format!("[form]\nid = \"ask\"\nname = {{ zh-CN = \"登记\" }}\n\n{field}");
    files.0.insert("forms/a.toml".to_owned(), form);
    for (file, from, to) in [
        ("procedures/a.toml", "first =", "form = \"ask\"\nfirst ="),
        (
            "routes/a.toml",
            "\n[[row]]",
            &format!(
                "\n[[row]]\nid = \"some\"\norgan = \"centre\"\nsays = \"部分\"\n\n[[row.value]]\n{test}\n\n[[row]]"
            ),
        ),
    ] {
        let text = files.0.get_mut(file).unwrap();
        *text = text.replacen(from, to, 1);
    }
    files
}

#[test]
fn a_route_tests_only_what_is_asked() {
    let severity = "[[field]]\nid = \"severity\"\nname = { zh-CN = \"程度\" }\n";
    let number = format!("{severity}type = \"number\"\n");
    let secret = format!("{number}grade = \"personal\"\n");
    let choice = format!(
        "{severity}type = \"choice\"\nchoice = [{{ id = \"high\", name = {{ zh-CN = \"高\" }} }}]\n"
    );
    for (field, test, expected) in [
        (&number, "field = \"severity\"\nmin = 5", None),
        (&choice, "field = \"severity\"\none_of = [\"high\"]", None),
        (
            &number,
            "field = \"sevrity\"\nmin = 5",
            Some(
                "small/routes/a.toml:10:9: no form of the procedures on route `way` asks for \
                 `sevrity` (did you mean `severity`?)",
            ),
        ),
        (
            &secret,
            "field = \"severity\"\nmin = 5",
            Some(
                "small/routes/a.toml:10:9: answers to `severity` are personal and sealed (a route \
                 cannot test them)",
            ),
        ),
        (
            &choice,
            "field = \"severity\"\nmin = 5",
            Some(
                "small/routes/a.toml:10:9: `min` and `max` test numbers, and `severity` asks for none",
            ),
        ),
        (
            &number,
            "field = \"severity\"\none_of = [\"5\"]",
            Some("small/routes/a.toml:10:9: `one_of` tests texts, and `severity` asks for none"),
        ),
        (
            &choice,
            "field = \"severity\"\none_of = [\"hihg\"]",
            Some(
                "small/routes/a.toml:10:9: `hihg` is not a choice of `severity` (did you mean \
                 `high`?)",
            ),
        ),
    ] {
        let expected: Vec<&str> = expected.into_iter().collect();
        assert_eq!(told(asking(field, test)), expected, "{test}");
    }
}

#[test]
fn a_route_may_test_what_the_whole_was_asked_and_the_stars_of_a_rating() {
    let number = "[[field]]\nid = \"severity\"\nname = { zh-CN = \"程度\" }\ntype = \"number\"\n";
    let figures = "sample = true\nfrom = 2022-01-01\n";
    let other = "[procedure]\nid = \"part\"\nname = { zh-CN = \"部分\" }\nprefix = \"P\"\n\
        calendar = \"cal\"\nroute = \"second\"\nfirst = \"one\"\n\n[[step]]\nid = \"one\"\n\
        name = { zh-CN = \"办理\" }\nholder = \"@routed\"\n\n[[step.act]]\nid = \"close\"\n\
        name = { zh-CN = \"结案\" }\nend = \"done\"\n";
    let kind = "[[kind]]\nid = \"piece\"\nname = { zh-CN = \"部分\" }\nmajor = { zh-CN = \"诉求\" }\n\
        procedure = \"part\"\n";
    let split = "\n[allow.split]\nkinds = [\"piece\"]\n".to_owned();
    let rate = format!("\n[allow.rate]\nbad = 2\nfollow_up = \"piece\"\n{figures}");
    for (field, allow, known) in [
        ("severity", &split, true),
        ("severity", &rate, false),
        ("stars", &rate, true),
        ("stars", &split, false),
    ] {
        let mut files = asking(number, "field = \"severity\"\nmin = 5");
        files.0.get_mut("procedures/a.toml").unwrap().push_str(allow);
        let route = files.0["routes/a.toml"].replace("\"way\"", "\"second\"");
        files.0.insert(
            "routes/b.toml".to_owned(),
            route.replace("\"severity\"", &format!("\"{field}\"")),
        );
        files.0.insert("procedures/b.toml".to_owned(), other.to_owned());
        files.0.insert("kinds/b.toml".to_owned(), kind.to_owned());
        let told = told(files);
        assert_eq!(told.is_empty(), known, "{field} after {allow}: {told:#?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_the_others_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("small");
    let mut files = sound();
    let organs = files.0.get_mut("organs/a.toml").unwrap();
    *organs = organs.replace("\"office\"", "\"offise\"");
    for (path, text) in &files.0 {
        let path = pack.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let sound = Files::read(&pack).unwrap();
    assert_eq!(sound, files);
    std::fs::write(pack.join("roles/b.toml"), b"# roles\n# \xff\n").unwrap();
    std::fs::File::create(pack.join("kinds/big.toml")).unwrap().set_len(9 << 20).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(pack.join("forms.sock")).unwrap();
    let mut expected = vec![
        "small/forms.sock: it is neither a file nor a folder",
        "small/kinds/big.toml: the file is larger than 8388608 bytes",
        "small/roles/b.toml:2:3: the file is not UTF-8 from here on (save it as UTF-8)",
    ];
    let secret = pack.join("tests/secret.toml");
    std::fs::write(&secret, "").unwrap();
    let mut rights = secret.metadata().unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0);
    std::fs::set_permissions(&secret, rights).unwrap();
    if std::fs::read(&secret).is_err() {
        expected
            .push("small/tests/secret.toml: it cannot be read: Permission denied (os error 13)");
    } else {
        println!("a file without permission is not tested here: root reads everything");
    }
    let (found, mistakes) = Files::gather(&pack, "small");
    let mistakes: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(mistakes, expected);
    let told = told(found);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("opening hours `offise` is not known"), "{told:#?}");
    assert!(Files::read(&pack).is_err());
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
    fn no_text_makes_the_reader_fall_over(text in "\\PC{0,300}", file in 0usize..10) {
        let mut files = sound();
        let name = files.0.keys().nth(file).unwrap().clone();
        files.0.insert(name, text);
        told(files);
    }

    #[test]
    fn no_cut_or_doubled_piece_makes_the_reader_fall_over(file in 0usize..10, from in 0usize..400, to in 0usize..400) {
        let mut files = sound();
        let name = files.0.keys().nth(file).unwrap().clone();
        let text: Vec<char> = files.0[&name].chars().collect();
        let (from, to) = (from.min(text.len()), to.min(text.len()));
        let changed: String = text[..to].iter().chain(&text[from..]).collect();
        files.0.insert(name, changed);
        told(files);
    }
}
