//! What the shipped roles may do, and the law that a larger grant never allows less.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use access::permit::matrix;
use access::{may, require};
use model::{Action, Actor, ActorId, AreaCode, Grant, RoleId};
use pack::{Catalogue, Files};
use proptest::prelude::*;

/// The shipped district pack.
pub static DISTRICT: LazyLock<Catalogue> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/district");
    let files = Files::read(&folder).unwrap();
    pack::check(&BTreeMap::from([("district".to_owned(), files)])).unwrap()
});

fn actor(grants: &[(&str, &str)]) -> Actor {
    let grant = |(role, area): &(&str, &str)| Grant {
        role: role.parse().unwrap(),
        area: area.parse().unwrap(),
    };
    Actor {
        id: ActorId::new("staff:anybody"),
        organ: None,
        grants: grants.iter().map(grant).collect(),
        is_system: false,
    }
}

#[test]
fn a_role_may_do_what_the_pack_says_where_it_is_granted() {
    let handler = actor(&[("handler", "310106006"), ("auditor", "310106011")]);
    let nobody = actor(&[]);
    let gone = actor(&[("no-such-role", "310106")]);
    for (actor, action, area, expected) in [
        (&handler, Action::ReadPersonal, Some("310106006"), true),
        (&handler, Action::ReadPersonal, Some("310106006001"), true),
        (&handler, Action::ReadPersonal, Some("310106"), false),
        (&handler, Action::ReadPersonal, Some("310106011"), false),
        (&handler, Action::ReadPersonal, None, true),
        (&handler, Action::SearchReads, Some("310106011"), true),
        (&handler, Action::SearchReads, Some("310106006"), false),
        (&handler, Action::ManageAccounts, None, false),
        (&nobody, Action::ReadCase, None, false),
        (&gone, Action::ReadCase, Some("310106"), false),
        (&Actor::system("tick"), Action::ManagePacks, Some("310106"), true),
        (&Actor::resident("web"), Action::OwnQueue, None, false),
    ] {
        let area: Option<AreaCode> = area.map(|area| area.parse().unwrap());
        let found = may(actor, &DISTRICT.roles, action, area.as_ref());
        assert_eq!(found, expected, "{} {action} {area:?}", actor.id);
        let refused = require(actor, &DISTRICT.roles, action, area.as_ref()).err();
        assert_eq!(refused.map(|error| error.key()), (!expected).then_some("not_allowed"));
    }
}

#[test]
fn the_tracked_table_of_permissions_is_the_one_that_is_tried_out() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/permissions.md");
    let written = std::fs::read_to_string(&path).unwrap();
    let table = matrix(&DISTRICT.roles);
    let (written, _) = written.split_once("\n## Addresses").unwrap();
    assert!(
        written.ends_with(&table),
        "let this be the first table of {}:\n{table}",
        path.display()
    );
}

#[test]
fn personal_texts_and_accounts_are_in_different_hands() {
    for (id, role) in &DISTRICT.roles {
        let has = |action| role.may.contains(&action);
        let reads = has(Action::ReadPersonal);
        assert!(!(reads && has(Action::ManageAccounts)), "{id}");
        assert!(!(reads && has(Action::SearchReads)), "{id} would watch over itself");
    }
}

fn area() -> impl Strategy<Value = String> {
    ("31010[67]", 0_usize..4, "00[12]00[12]00[12]")
        .prop_map(|(district, level, rest)| format!("{district}{}", &rest[..level * 3]))
}

fn role() -> impl Strategy<Value = RoleId> {
    let roles: Vec<RoleId> = DISTRICT.roles.keys().cloned().collect();
    proptest::sample::select(roles)
}

proptest! {
    #[test]
    fn whoever_may_do_something_in_an_area_may_do_it_in_every_part_of_it(
        grants in proptest::collection::vec((role(), area()), 0..5),
        action in proptest::sample::select(Action::ALL.to_vec()),
        outer in area(), inner in area(), more in (role(), area()),
    ) {
        let (outer, inner): (AreaCode, AreaCode) = (outer.parse().unwrap(), inner.parse().unwrap());
        let names = |grants: &[(RoleId, String)]| -> Actor {
            let pairs: Vec<(&str, &str)> =
                grants.iter().map(|(role, area)| (role.as_str(), area.as_str())).collect();
            actor(&pairs)
        };
        let before = names(&grants);
        let may = |actor: &Actor, area| may(actor, &DISTRICT.roles, action, area);
        if outer.contains(&inner) {
            prop_assert!(!may(&before, Some(&outer)) || may(&before, Some(&inner)));
        }
        prop_assert!(!may(&before, Some(&inner)) || may(&before, None));
        let after = names(&[grants, vec![more]].concat());
        prop_assert!(!may(&before, Some(&inner)) || may(&after, Some(&inner)), "a grant takes nothing away");
    }
}
