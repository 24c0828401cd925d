//! Texts that enter the ledger as they are: the title of a case, the reason of a change of mode. They
//! name nobody, and a number that leads to a person is found and refused. Names cannot be found; what may name people has a form
//! with the grade `personal`.

use model::ResidentId;

use crate::error::CaseError;
use crate::filled::has_control;

/// Most characters of a title.
pub const MOST: usize = 80;

/// Refuses a text of more than `most` characters, with control characters or a number of a person.
pub fn check(text: &str, most: usize) -> Result<(), CaseError> {
    if text.chars().count() > most {
        return Err(CaseError::TooLong(most));
    }
    if has_control(text) {
        return Err(CaseError::Control);
    }
    match number_of_a_person(text) {
        Some(what) => Err(CaseError::NumberOfAPerson(what)),
        None => Ok(()),
    }
}

/// What number of a person a text holds, if any. The number itself is never repeated.
pub fn number_of_a_person(text: &str) -> Option<&'static str> {
    runs(text).iter().find_map(|run| {
        // A number may be written in groups, and other digits may stand beside it.
        (0..run.len()).find_map(|from| {
            let mut joined = String::new();
            run.iter().skip(from).find_map(|group| {
                joined.push_str(group);
                kind(&joined)
            })
        })
    })
}

/// Longest number that is looked for, with country code.
const DIGITS_MAX: usize = 18;

fn kind(digits: &str) -> Option<&'static str> {
    if digits.len() > DIGITS_MAX {
        return None;
    }
    if digits.parse::<ResidentId>().is_ok() {
        return Some("a resident id number");
    }
    let national = ["0086", "86"].into_iter().find_map(|code| digits.strip_prefix(code));
    let numbers = [Some(digits), national];
    let is = |test: fn(&[u8]) -> bool| numbers.iter().flatten().any(|one| test(one.as_bytes()));
    if is(is_mobile) {
        Some("a mobile number")
    } else if is(is_landline)
        || national.is_some_and(|one| is_landline(format!("0{one}").as_bytes()))
    {
        Some("a telephone number")
    } else {
        None
    }
}

/// `1[3-9]` and nine digits, after a trunk `0` as well.
fn is_mobile(digits: &[u8]) -> bool {
    let digits = digits.strip_prefix(b"0").unwrap_or(digits);
    digits.len() == 11 && matches!(digits, [b'1', b'3'..=b'9', ..])
}

/// An area code (`010`, `02x`, else four digits) and seven or eight digits.
fn is_landline(digits: &[u8]) -> bool {
    let (area, least) = match digits {
        [b'0', b'1', b'0', ..] | [b'0', b'2', ..] => (3, 8),
        [b'0', b'3'..=b'9', ..] => (4, 7),
        _ => return false,
    };
    let number = digits.get(area..).unwrap_or_default();
    (least..=8).contains(&number.len()) && number.first().is_some_and(|first| *first >= b'2')
}

/// Groups of digits that belong together: between them stand at most two spaces, dashes, dots or
/// brackets. A final X may be the check character of a resident id number.
fn runs(text: &str) -> Vec<Vec<String>> {
    let mut runs: Vec<Vec<String>> = Vec::new();
    let mut between = usize::MAX;
    let mut after_digit = false;
    for character in text.chars().map(narrow) {
        match character {
            '0'..='9' => {
                let group = runs.last_mut().and_then(|run| run.last_mut());
                match group.filter(|_| after_digit) {
                    Some(group) => group.push(character),
                    None => {
                        let run = runs.last_mut().filter(|_| between <= 2);
                        match run {
                            Some(run) => run.push(character.to_string()),
                            None => runs.push(vec![character.to_string()]),
                        }
                    }
                }
                (after_digit, between) = (true, 0);
            }
            'X' | 'x' if after_digit => {
                if let Some(group) = runs.last_mut().and_then(|run| run.last_mut()) {
                    group.push('X');
                }
                (after_digit, between) = (false, usize::MAX);
            }
            ' ' | '-' | '.' | '(' | ')' | '+' => {
                (after_digit, between) = (false, between.saturating_add(1));
            }
            _ => (after_digit, between) = (false, usize::MAX),
        }
    }
    runs
}

/// Full-width digits and signs as the narrow ones that they stand for.
fn narrow(character: char) -> char {
    match character {
        '０'..='９' | 'Ｘ' | 'ｘ' | '－' | '．' | '（' | '）' | '＋' => {
            char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
        }
        '\u{3000}' | '\u{a0}' | '\t' => ' ',
        '–' | '—' | '‐' | '‑' | '·' => '-',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_that_leads_to_a_person_is_found_however_it_is_written() {
        const MOBILE: Option<&str> = Some("a mobile number");
        const PHONE: Option<&str> = Some("a telephone number");
        const ID: Option<&str> = Some("a resident id number");
        for (text, expected) in [
            ("弄口垃圾，电话13900000000", MOBILE),
            ("13900000000", MOBILE),
            ("139 0000 0000", MOBILE),
            ("139-0000-0000", MOBILE),
            ("１３９００００００００", MOBILE),
            ("+86 139 0000 0000", MOBILE),
            ("008613900000000", MOBILE),
            ("013900000000", MOBILE),
            ("3 号楼 2 室 13900000000", MOBILE),
            ("2023-03-06 13900000000", MOBILE),
            ("021-62000000", PHONE),
            ("(021) 62000000", PHONE),
            ("02162000000-801", PHONE),
            ("+86 21 6200 0000", PHONE),
            ("0571-8700000", PHONE),
            ("010 6200 0000", PHONE),
            ("99010119700101001", None),
            ("身份证 11010519491231002X", ID),
            ("身份证11010519491231002x。", ID),
            ("110105 19491231 002X", ID),
            ("11010519491231002Ｘ", ID),
            ("110105194912310021", None),
            ("12900000000", None),
            ("1390000000", None),
            ("139000000001", None),
            ("SR20230306-00001", None),
            ("差评回访：SR20230306-00001", None),
            ("2023-03-06 09:30 至 2023-03-07 17:00", None),
            ("南京西路 1266 弄 38 号", None),
            ("井盖编号 0210000123456789", None),
            ("310106006001", None),
            ("坐标 121.4376, 31.2485", None),
            ("12345", None),
        ] {
            assert_eq!(number_of_a_person(text), expected, "{text}");
        }
    }

    #[test]
    fn a_title_has_so_many_characters_and_no_more() {
        assert_eq!(check(&"长".repeat(MOST), MOST), Ok(()));
        assert_eq!(check(&"长".repeat(MOST + 1), MOST), Err(CaseError::TooLong(MOST)));
        assert_eq!(check("a\u{1b}b", MOST), Err(CaseError::Control));
    }

    proptest! {
        #[test]
        fn every_resident_id_number_is_found(serial in 0u32..1000, before in "[^0-9]{0,9}", after in "[^0-9Xx]{0,9}") {
            let id = ResidentId::from_digits(&format!("99010119700101{serial:03}")).unwrap();
            let text = format!("{before}{}{after}", id.as_str());
            prop_assert_eq!(number_of_a_person(&text), Some("a resident id number"));
        }

        #[test]
        fn every_mobile_number_is_found(number in 13_000_000_000u64..19_999_999_999, before in "\\PC{0,9}[^0-9]") {
            let found = number_of_a_person(&format!("{before}{number}"));
            prop_assert!(found.is_some(), "{before}");
        }
    }
}
