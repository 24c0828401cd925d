//! Values as texts: plain as FEEL's `string()` gives them, or as literals inside lists.

use std::fmt::{self, Write};

use super::{Range, Value};

/// Longer texts are cut off, so that nested values cannot grow without bounds.
const SHOWN_MAX: usize = 1 << 20;

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            value => {
                let mut shown = String::new();
                value.literal(&mut shown)?;
                f.write_str(&shown)
            }
        }
    }
}

impl Value {
    /// The value as it is written in FEEL, as far as it can be.
    pub fn as_feel(&self) -> String {
        let mut shown = String::new();
        // Writing into a text does not fail.
        let _ = self.literal(&mut shown);
        shown
    }

    fn literal(&self, out: &mut String) -> fmt::Result {
        if out.len() > SHOWN_MAX {
            return Ok(());
        }
        match self {
            Self::Null => out.write_str("null"),
            Self::Bool(value) => write!(out, "{value}"),
            Self::Number(number) => write!(out, "{number}"),
            Self::Text(text) => quote(out, text),
            Self::Date(date) => write!(out, "{date}"),
            Self::Time(time) => write!(out, "{time}"),
            Self::DateTime(moment) => write!(out, "{moment}"),
            Self::DayTime(duration) => write!(out, "{duration}"),
            Self::YearMonth(duration) => write!(out, "{duration}"),
            Self::Range(range) => range.literal(out),
            Self::List(list) => {
                out.push('[');
                for (n, item) in list.items().iter().enumerate() {
                    out.push_str(if n == 0 { "" } else { ", " });
                    item.literal(out)?;
                }
                out.push(']');
                Ok(())
            }
            Self::Context(context) => {
                out.push('{');
                for (n, (name, value)) in context.entries().iter().enumerate() {
                    out.push_str(if n == 0 { "" } else { ", " });
                    if plain(name) {
                        out.push_str(name)
                    } else {
                        quote(out, name)?
                    }
                    out.push_str(": ");
                    value.literal(out)?;
                }
                out.push('}');
                Ok(())
            }
            Self::Function(function) => {
                write!(out, "function({})", function.parameters().join(", "))
            }
            Self::Unknown(missing) => write!(out, "unknown({})", missing.names().join(", ")),
            Self::Between(between) => {
                out.push_str("between ");
                between.low.literal(out)?;
                out.push_str(" and ");
                between.high.literal(out)
            }
        }
    }
}

impl Range {
    fn literal(&self, out: &mut String) -> fmt::Result {
        let (low, high) = (self.low.is_null(), self.high.is_null());
        if low != high {
            let sign = match (low, self.low_included, self.high_included) {
                (true, _, true) => "<=",
                (true, _, false) => "<",
                (false, true, _) => ">=",
                (false, false, _) => ">",
            };
            out.push_str(sign);
            out.push(' ');
            return if low { self.high.literal(out) } else { self.low.literal(out) };
        }
        out.push(if self.low_included { '[' } else { '(' });
        self.low.literal(out)?;
        out.push_str("..");
        self.high.literal(out)?;
        out.push(if self.high_included { ']' } else { ')' });
        Ok(())
    }
}

fn plain(name: &str) -> bool {
    let wide = |c: char| c.is_alphanumeric() || matches!(c, '_' | ' ');
    !name.is_empty() && name.chars().all(wide) && !name.starts_with(char::is_numeric)
}

fn quote(out: &mut String, text: &str) -> fmt::Result {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('"');
    Ok(())
}
