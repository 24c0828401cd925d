//! HTML made comparable: one tag or text a line, attributes in order, blanks as browsers see them.

/// Elements beside which a blank shows.
const INLINE: [&str; 10] =
    ["a", "b", "button", "em", "input", "label", "option", "span", "strong", "svg"];

/// One tag or text a line.
pub fn normal(html: &str) -> Vec<String> {
    let lines: Vec<String> = parts(html)
        .into_iter()
        .map(|part| if part.starts_with('<') { tag(part) } else { text(part) })
        .collect();
    without_invisible_blanks(&lines)
}

/// The tags alone, with the names of their attributes but without the values.
pub fn tags(html: &str) -> Vec<String> {
    let tags = parts(html).into_iter().filter(|part| part.starts_with('<'));
    tags.map(|tag| tag.split('"').step_by(2).collect()).collect()
}

fn parts(html: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let (part, after) = match rest.find('<') {
            Some(0) => rest.split_at(tag_end(rest)),
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        parts.push(part);
        rest = after;
    }
    parts
}

/// The first lines that are not the same.
pub fn difference(wanted: &[String], got: &[String]) -> String {
    let at = wanted.iter().zip(got).take_while(|(one, other)| one == other).count();
    let around = |lines: &[String]| lines.iter().skip(at).take(3).cloned().collect::<Vec<_>>();
    format!("  line {at}\n  - {:?}\n  + {:?}", around(wanted), around(got))
}

/// Where the tag ends: a `>` inside a quoted value does not count.
fn tag_end(html: &str) -> usize {
    let mut quoted = false;
    for (at, letter) in html.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '>' if !quoted => return at + 1,
            _ => {}
        }
    }
    html.len()
}

fn tag(html: &str) -> String {
    let inner = html.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/').trim();
    let name_end = inner.find(char::is_whitespace).unwrap_or(inner.len());
    let (name, mut rest) = inner.split_at(name_end);
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        if let Some(value) = after.strip_prefix("=\"") {
            let close = value.find('"').expect(html);
            attributes.push(format!("{key}={:?}", value_of(key, &value[..close])));
            rest = &value[close + 1..];
        } else {
            attributes.push(key.to_owned());
            rest = after;
        }
    }
    attributes.sort();
    format!("<{name} {}>", attributes.join(" ")).replace(" >", ">")
}

fn value_of(key: &str, value: &str) -> String {
    let value = letters(value);
    if key == "class" { value.split_whitespace().collect::<Vec<_>>().join(" ") } else { value }
}

fn text(html: &str) -> String {
    let mut out = String::new();
    for letter in html.chars() {
        let blank = letter.is_ascii_whitespace();
        if !(blank && out.ends_with(' ')) {
            out.push(if blank { ' ' } else { letter });
        }
    }
    letters(&out)
}

/// Letters for the names that both engines write differently.
fn letters(html: &str) -> String {
    let mut out = html.to_owned();
    for (name, letter) in [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&#60;", "<"),
        ("&gt;", ">"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ] {
        out = out.replace(name, letter);
    }
    out
}

/// A blank at the start or end of a block is not seen; one beside an inline element is.
fn without_invisible_blanks(lines: &[String]) -> Vec<String> {
    let shows = |line: Option<&String>| {
        line.is_some_and(|line| {
            let name = line.trim_start_matches(['<', '/']).trim_end_matches('>');
            let name = name.split(' ').next().unwrap_or_default();
            !line.starts_with('<') || INLINE.contains(&name)
        })
    };
    let mut out = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if line.starts_with('<') {
            out.push(line.clone());
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| lines.get(at));
        let mut kept = line.as_str();
        if !shows(before) {
            kept = kept.trim_start();
        }
        if !shows(lines.get(at + 1)) {
            kept = kept.trim_end();
        }
        if !kept.is_empty() {
            out.push(kept.to_owned());
        }
    }
    out
}
