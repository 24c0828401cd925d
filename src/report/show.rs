//! Statements as a table for the person at the keyboard, section by section.

use pack::Language;
use targets::review::contradiction;
use targets::{Passed, Statement};

/// Columns wider than this are cut.
const NAME_MAX: usize = 36;

/// Prints statements by section and chapter; with reasons in a language if one is given.
pub fn statements(statements: &[Statement], why: Option<Language>) {
    let mut heading = String::new();
    for one in statements {
        let next = format!("{} {}", one.section(), one.chapter);
        if next != heading {
            say!("\n{}", next.trim());
            heading = next;
        }
        let figure = format!("{}{}", one.value, shown_unit(one));
        say!(
            "  {} {} {} {} {}",
            fit(one.kind.say(Language::Chinese), 10),
            fit(&one.indicator, NAME_MAX),
            fit(&figure, 16),
            fit(&one.comparator, 14),
            one.department,
        );
        if let Some(language) = why {
            say!("      [{}–{}] {}", one.start, one.end, one.span);
            say!("      {}", one.reasons(language));
        }
    }
    say!("\n{} statements · 共 {} 处", statements.len(), statements.len());
}

/// Prints statements that give different figures for the same thing; nobody chooses between them here.
pub fn contradictions(statements: &[Statement]) {
    let apart = contradiction::of_reading(statements);
    if apart.is_empty() {
        return;
    }
    say!("\ncontradictions, to be settled by somebody · 前后矛盾，须由人核定");
    for group in &apart {
        let these = (1..).zip(statements).filter(|(number, _)| group.contains(number));
        for (_, one) in these {
            let figure = format!("{}{}", one.value, shown_unit(one));
            say!("  {} {} [{}–{}] {}", fit(&one.indicator, NAME_MAX), fit(&figure, 16), one.start, one.end, one.span);
        }
    }
}

/// Ranks and relations have no unit to show.
fn shown_unit(one: &Statement) -> &str {
    match one.unit.as_str() {
        "名次" | "覆盖" | "目标关系" | "批次" | "比例" | "比" => "",
        unit => unit,
    }
}

/// Prints numbers that are no statements.
pub fn passed(passed: &[Passed], language: Language) {
    for one in passed {
        say!("  {:>6} {} {}", one.start, fit(&one.token, 16), one.why.say(language));
    }
    say!("\n{} numbers · 共 {} 个", passed.len(), passed.len());
}

/// A text in so many columns; a Chinese character takes two.
fn fit(text: &str, columns: usize) -> String {
    let width = |letter: char| if u32::from(letter) > 0x2e7f { 2 } else { 1 };
    let mut out = String::new();
    let mut taken = 0;
    for letter in text.chars() {
        if taken + width(letter) > columns {
            out.pop();
            out.push('…');
            taken = out.chars().map(width).sum();
            break;
        }
        out.push(letter);
        taken += width(letter);
    }
    out.extend(std::iter::repeat_n(' ', columns.saturating_sub(taken)));
    out
}
