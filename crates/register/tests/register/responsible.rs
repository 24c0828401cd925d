//! Who answers for an area, and the staff of the demo.

use model::{AreaLevel, RoleId};
use register::organs::responsible;
use register::roster;

use crate::shown::{ATLAS, DISTRICT, code, small};

#[test]
fn the_organ_with_the_smallest_area_around_answers() {
    for (area, expected) in [
        ("310106006001", Some("sd-310106006")),
        ("310106006", Some("sd-310106006")),
        ("310106999", Some("centre")),
        ("310106", Some("centre")),
        ("310107", None),
    ] {
        let organ = responsible(&DISTRICT, &code(area)).map(|organ| organ.id.as_str());
        assert_eq!(organ, expected, "{area}");
    }
}

#[test]
fn the_roster_has_everybody_that_a_demo_needs() {
    let staff = roster(&DISTRICT);
    let of = |role: &str| {
        let begins = format!("{role}-");
        staff.iter().filter(|person| person.id.starts_with(&begins)).count()
    };
    for (role, expected) in [
        ("clerk", 3),
        ("dispatcher", 3),
        ("supervisor", 2),
        ("district-leader", 1),
        ("auditor", 1),
        ("administrator", 1),
        ("handler", 2 * DISTRICT.organs.len()),
        ("organ-head", DISTRICT.organs.len()),
        ("inspector", 28),
    ] {
        assert_eq!(of(role), expected, "{role}");
    }
    for person in &staff {
        assert!(person.synthetic && person.name.starts_with("演示"), "{person:?}");
        assert!(DISTRICT.organs.contains_key(&person.organ), "{person:?}");
        assert!(!person.grants.is_empty(), "{person:?}");
        for grant in &person.grants {
            assert!(DISTRICT.roles.contains_key(&grant.role), "{person:?}");
            assert!(ATLAS.area(&grant.area).is_some(), "{person:?}");
        }
    }
    assert!(staff.windows(2).all(|pair| pair[0].id < pair[1].id), "sorted, each id once");
}

#[test]
fn demo_staff_act_where_they_are_responsible_and_nowhere_else() {
    let staff = roster(&DISTRICT);
    for (id, name, organ, role, area, expected) in [
        ("clerk-1", "演示受理员1", "centre", "clerk", "310106006001", true),
        ("clerk-1", "演示受理员1", "centre", "handler", "310106006001", false),
        (
            "handler-greening-1",
            "演示区绿化和市容管理局处置人员1",
            "greening",
            "handler",
            "310106021",
            true,
        ),
        (
            "inspector-310106006-1",
            "演示江宁路街道网格监督员1",
            "sd-310106006",
            "inspector",
            "310106006001",
            true,
        ),
        (
            "inspector-310106006-1",
            "演示江宁路街道网格监督员1",
            "sd-310106006",
            "inspector",
            "310106011",
            false,
        ),
        (
            "organ-head-sd-310106006-1",
            "演示江宁路街道办事处处置部门负责人1",
            "sd-310106006",
            "organ-head",
            "310106011",
            false,
        ),
    ] {
        let person = staff.iter().find(|person| person.id == id).unwrap();
        assert_eq!((person.name.as_str(), person.organ.as_str()), (name, organ), "{id}");
        let actor = person.actor();
        assert_eq!(actor.id.as_str(), format!("staff:{id}"));
        assert!(!actor.is_system);
        let roles: [RoleId; 1] = [role.parse().unwrap()];
        assert_eq!(actor.has_role(&roles, Some(&code(area))), expected, "{id} {area}");
    }
}

#[test]
fn a_catalogue_without_organs_and_roles_has_no_staff() {
    let area = "[[area]]\ncode = \"310106006\"\nname = { zh-CN = \"街\" }\n";
    assert_eq!(roster(&small(area, &[])), []);
    assert_eq!(ATLAS.codes(AreaLevel::Subdistrict).len(), 14);
}
