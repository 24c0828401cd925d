//! look
#![allow(
    clippy::all,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    missing_docs,
    clippy::expect_used,
    clippy::indexing_slicing
)]
fn main() {
    let files = pack::Files::read(std::path::Path::new("packs/work-report")).unwrap();
    let lex = targets::Lexicon::read("work-report", &files).unwrap();
    let t = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let s = std::time::Instant::now();
    let r = targets::read(&t, &lex);
    let e = s.elapsed();
    for o in &r.statements {
        println!(
            "{:<8} {:>9} {:<5} {:<6} {} ｜{}｜{} {} {}",
            o.kind.name(),
            o.value,
            o.unit,
            o.comparator,
            o.span,
            o.indicator,
            o.section(),
            o.theme,
            o.department
        );
    }
    println!("--");
    for p in &r.passed {
        print!("{}({}) ", p.token, p.why.say(pack::Language::Chinese));
    }
    eprintln!("\n{} statements {:?}", r.statements.len(), e);
}
