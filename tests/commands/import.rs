//! A file of another city: every row is accounted for, a repeat changes nothing.

use serde_json::json;

use crate::run::{root, run};

fn figures(said: &serde_json::Value) -> serde_json::Value {
    let keys = ["read", "opened", "already_known", "closed", "open", "late", "rejected"];
    keys.iter().map(|key| said[key].clone()).collect()
}

#[test]
fn every_row_is_opened_known_or_rejected_with_its_line() {
    let file = root("tests/fixtures/requests.csv").display().to_string();
    for scratch in store::testing::each().unwrap() {
        let data = scratch.folder.path().join("data").display().to_string();
        let database = match &scratch.address {
            store::Address::Sqlite(path) => format!("sqlite:{}", path.display()),
            store::Address::Postgres(url) => url.clone(),
        };
        let import = ["import", "311", &file, "--pack", "nyc-311", "--data", &data];
        let import = [&import[..], &["--database", &database, "--json"]].concat();
        let first = run(&import).good().json();
        assert_eq!(figures(&first), json!([11, 4, 1, 2, 2, 1, 6]), "{}", scratch.name);
        let rejected: Vec<(u64, &str)> = first["rejections"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["line"].as_u64().unwrap(), one["key"].as_str().unwrap()))
            .collect();
        let expected = [
            (4, "no_created_date"),
            (5, "closed_before_created"),
            (7, "coordinates_unknown"),
            (8, "coordinates_unknown"),
            (9, "date_unreadable"),
            (11, "no_unique_key"),
        ];
        assert_eq!(rejected, expected, "{}", scratch.name);
        let again = run(&import).good().json();
        assert_eq!(figures(&again), json!([11, 0, 5, 2, 2, 1, 6]), "{}", scratch.name);
        let verify = ["ledger", "verify", "--data", &data, "--database", &database, "--json"];
        let verified = run(&[&verify[..], &["--rows"]].concat()).good().json();
        assert_eq!(verified["whole"], true, "{}", scratch.name);
        assert_eq!(verified["rows"]["cases"], 4, "{}", scratch.name);
    }
}

#[test]
fn lines_are_told_as_an_editor_shows_them_whatever_ends_them() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(root("tests/fixtures/requests.csv")).unwrap();
    for (name, end) in [("unix", "\n"), ("windows", "\r\n"), ("old-mac", "\r")] {
        let file = folder.path().join(name);
        // An empty line before the first rejected row moves all of them by one.
        let text = text.replacen("\n102,", "\n\n102,", 1).replace('\n', end);
        std::fs::write(&file, text).unwrap();
        let data = folder.path().join(format!("{name}-data")).display().to_string();
        let file = file.display().to_string();
        let import = ["import", "311", &file, "--pack", "nyc-311", "--data", &data, "--json"];
        let said = run(&import).good().json();
        let lines: Vec<u64> = said["rejections"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["line"].as_u64().unwrap())
            .collect();
        assert_eq!(lines, [5, 6, 8, 9, 10, 12], "{name}");
    }
}

#[test]
fn a_quote_that_is_never_closed_costs_one_row() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(root("tests/fixtures/requests.csv")).unwrap();
    // The quote opens on line 2 and would go on to the quoted cell of the next row, or to the end.
    for (name, from, to, expected) in [
        ("before", "Loud Music/Party,,Closed", "\"Loud Music/Party,,Closed", 2),
        ("at-the-end", "Meteorite,Small", "\"Meteorite,Small", 12),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, text.replacen(from, to, 1)).unwrap();
        let data = folder.path().join(format!("{name}-data")).display().to_string();
        let file = file.display().to_string();
        let import = ["import", "311", &file, "--pack", "nyc-311", "--data", &data, "--json"];
        let said = run(&import).good().json();
        let rejected: Vec<(u64, &str)> = said["rejections"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["line"].as_u64().unwrap(), one["key"].as_str().unwrap()))
            .collect();
        assert!(rejected.contains(&(expected, "quote_unclosed")), "{name}: {rejected:?}");
        let figure = |key: &str| said[key].as_u64().unwrap();
        assert_eq!(figure("read"), 11, "{name}");
        let sum = figure("opened") + figure("already_known") + figure("rejected");
        assert_eq!((sum, figure("rejected")), (11, 7), "{name}");
    }
}

#[test]
fn a_later_row_of_the_same_key_closes_its_case() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("twice.csv");
    let rows = "Unique Key,Created Date,Closed Date,Complaint Type,Due Date\n\
                7,03/01/2011 09:00:00 AM,,Noise - Street/Sidewalk,\n\
                7,03/01/2011 09:00:00 AM,03/01/2011 11:00:00 AM,Noise - Street/Sidewalk,\n\
                8,03/01/2011 09:00:00 AM,01/01/2999 11:00:00 AM,Noise - Street/Sidewalk,\n";
    std::fs::write(&file, rows).unwrap();
    let data = folder.path().join("data").display().to_string();
    let file = file.display().to_string();
    let import = ["import", "311", &file, "--pack", "nyc-311", "--data", &data, "--json"];
    let said = run(&import).good().json();
    assert_eq!(figures(&said), json!([3, 1, 1, 1, 0, 0, 1]));
    assert_eq!(said["rejections"][0]["key"], "in_future");
}

#[test]
fn a_real_file_of_new_york_runs_through_the_engine() {
    let file = root("../shared/data/311/nyc-2011-sample.csv");
    if !file.exists() {
        println!("the real file is absent: the project's own fixture proves the import");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    let file = file.display().to_string();
    let said = run(&["import", "311", &file, "--pack", "nyc-311", "--data", &data, "--json"]);
    assert_eq!(figures(&said.good().json()), json!([999, 999, 0, 989, 10, 160, 0]));
}

#[test]
fn a_file_that_is_none_is_said_to_be_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    for (name, text, expected) in [
        ("empty.csv", "", "the file has no column Unique Key"),
        ("other.csv", "a,b,c\n1,2,3\n", "the file has no column Unique Key, Created Date"),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        let file = file.display().to_string();
        let said = run(&["import", "311", &file, "--pack", "nyc-311", "--data", &data]);
        assert_eq!(said.code, 1, "{name}");
        assert!(said.err.contains(expected), "{name}: {}", said.err);
    }
    let said = run(&["import", "311", "/none.csv", "--pack", "nyc-311", "--data", &data]);
    assert_eq!(said.code, 1);
    let file = root("tests/fixtures/requests.csv").display().to_string();
    let said = run(&["import", "311", &file, "--pack", "no-such", "--data", &data]);
    assert!(said.err.contains("pack `no-such` is not there; there are district"), "{}", said.err);
}
