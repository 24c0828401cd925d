//! Numerals: digits with thousands and decimals, numerals in characters, fractions. Exact decimals.

use rules::Decimal;

/// A numeral read at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Numeral {
    /// The place behind it.
    pub end: usize,
    /// As written, without thousands separators.
    pub text: String,
    /// Its value.
    pub value: Decimal,
    /// True for numerals in characters.
    pub chinese: bool,
}

/// Longer numerals are no figures of a report (telephone numbers, codes).
const DIGITS_MAX: usize = 18;

fn is_digit(chars: &[char], place: usize) -> bool {
    chars.get(place).is_some_and(char::is_ascii_digit)
}

/// Where a run of digits ends, and the digits without thousands separators. One pass.
fn run(chars: &[char], start: usize) -> (usize, String) {
    let mut end = start;
    let mut text = String::new();
    let take = |end: &mut usize, text: &mut String| {
        while let Some(letter) = chars.get(*end).filter(|letter| letter.is_ascii_digit()) {
            text.push(*letter);
            *end += 1;
        }
    };
    take(&mut end, &mut text);
    let group = |end: usize| {
        chars.get(end) == Some(&',')
            && (1..=3).all(|step| is_digit(chars, end + step))
            && !is_digit(chars, end + 4)
    };
    // `5,300` is a thousand, `2023,300` is a year and then a figure.
    while !text.is_empty() && end - start <= 3 + 4 * (text.len() / 3) && group(end) {
        if text.len() > 3 && end - start == text.len() {
            break;
        }
        end += 1;
        for _ in 0..3 {
            text.extend(chars.get(end));
            end += 1;
        }
    }
    if !text.is_empty() && chars.get(end) == Some(&'.') && is_digit(chars, end + 1) {
        text.push('.');
        end += 1;
        take(&mut end, &mut text);
    }
    (end, text)
}

/// Reads digits: `12`, `12,345`, `0.34`.
pub fn digits(chars: &[char], start: usize) -> Option<Numeral> {
    let (end, text) = run(chars, start);
    if text.len() > DIGITS_MAX {
        return None;
    }
    let value = text.parse().ok()?;
    Some(Numeral { end, text, value, chinese: false })
}

/// Where a numeral ends that is too long for a figure. It is passed over whole: its last digits are no
/// figure either, and nobody has to look at them again.
pub fn overlong(chars: &[char], start: usize) -> Option<usize> {
    if is_digit(chars, start) {
        let (end, text) = run(chars, start);
        return (text.len() > DIGITS_MAX).then_some(end);
    }
    let part = |letter: &&char| digit_of(**letter).is_some() || power_of(**letter).is_some();
    let length = chars.get(start..)?.iter().take_while(part).count();
    (length > DIGITS_MAX).then_some(start + length)
}

fn digit_of(letter: char) -> Option<i128> {
    let value = match letter {
        '〇' | '零' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    };
    Some(value)
}

/// The power of ten a character stands for.
pub fn power_of(letter: char) -> Option<i128> {
    let value = match letter {
        '十' => 10,
        '百' => 100,
        '千' => 1_000,
        '万' => 10_000,
        '亿' => 100_000_000,
        _ => return None,
    };
    Some(value)
}

/// Reads a numeral in characters: 三, 十二, 两百, 一千二百万, 百万, 二〇二三.
pub fn chinese(chars: &[char], start: usize) -> Option<Numeral> {
    let end = chars
        .get(start..)?
        .iter()
        .take(DIGITS_MAX)
        .position(|letter| digit_of(*letter).is_none() && power_of(*letter).is_none())
        .map_or(chars.len().min(start + DIGITS_MAX), |length| start + length);
    let letters = chars.get(start..end).filter(|letters| !letters.is_empty())?;
    let value = if letters.len() > 1 && letters.iter().all(|letter| power_of(*letter).is_none()) {
        letters.iter().fold(0, |sum, letter| sum * 10 + digit_of(*letter).unwrap_or(0))
    } else {
        words(letters)?
    };
    let text = letters.iter().collect();
    Some(Numeral { end, text, value: Decimal::from_i128(value), chinese: true })
}

fn words(letters: &[char]) -> Option<i128> {
    let (mut total, mut section, mut digit) = (0_i128, 0_i128, None);
    // The last power from 万 on.
    let mut last = 0_i128;
    for letter in letters {
        if let Some(value) = digit_of(*letter) {
            digit = Some(value);
            continue;
        }
        let power = power_of(*letter)?;
        if power < 10_000 {
            section += digit.take().unwrap_or(1) * power;
            continue;
        }
        let counted = section + digit.take().unwrap_or(0);
        total = match counted {
            0 if total == 0 => power,
            // 一亿二千万: what is counted by a smaller power is added.
            _ if counted > 0 && power <= last => total.checked_add(counted.checked_mul(power)?)?,
            // 万亿, 三万二千亿: a larger power multiplies all before it.
            _ => (total + counted).checked_mul(power)?,
        };
        (section, last) = (0, power);
    }
    total.checked_add(section + digit.unwrap_or(0))
}

/// Reads a fraction: 四分之一, 百分之五, 3分之2 is not written.
pub fn fraction(chars: &[char], start: usize) -> Option<Numeral> {
    let below = chinese(chars, start)?;
    let parts = ['分', '之'];
    let middle = below.end + parts.len();
    if chars.get(below.end..middle)? != parts {
        return None;
    }
    let above = chinese(chars, middle).or_else(|| digits(chars, middle))?;
    let text = chars.get(start..above.end)?.iter().collect();
    Some(Numeral { end: above.end, text, value: above.value.over(below.value)?, chinese: true })
}

/// Reads a fraction in digits: 1/4. Dates and pairs of codes are none.
pub fn slash(chars: &[char], start: usize) -> Option<Numeral> {
    let before = start.checked_sub(1).and_then(|before| chars.get(before));
    if before.is_none_or(|letter| letter.is_ascii()) {
        return None;
    }
    let above = digits(chars, start).filter(|above| above.end - start <= 2)?;
    if chars.get(above.end) != Some(&'/') {
        return None;
    }
    let from = above.end + 1;
    let below = digits(chars, from).filter(|below| below.end - from <= 2)?;
    let next = chars.get(below.end).copied().unwrap_or('\0');
    let part = above.value < below.value && above.value.is_whole() && below.value.is_whole();
    if !part || next.is_ascii_alphanumeric() || matches!(next, '/' | '.') {
        return None;
    }
    let text = chars.get(start..below.end)?.iter().collect();
    let value = above.value.over(below.value)?;
    Some(Numeral { end: below.end, text, value, chinese: false })
}

/// Magnitudes behind a numeral: 万, 亿, 百万, 万亿; the factor and how many characters.
pub fn magnitude(chars: &[char], start: usize) -> Option<(i128, usize)> {
    let mut factor = 1_i128;
    let mut length = 0;
    while let Some(power) = chars.get(start + length).and_then(|letter| power_of(*letter)) {
        if power == 10 || length == 3 {
            break;
        }
        factor = factor.checked_mul(power)?;
        length += 1;
    }
    (length > 0).then_some((factor, length))
}
