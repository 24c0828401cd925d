//! Any text as an expression, as tests of a cell and as a model: it is read or refused, and what is read
//! ends within its limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rules::{Limits, Machine, Scope, Source};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let _ = rules::dmn::read(&text);
    let source = Source::new("fuzz", text);
    let _ = rules::unary_tests(&source, &mut Scope::new());
    if let Ok(parsed) = rules::expression(&source, &mut Scope::new()) {
        let limits = Limits { steps: 100_000, memory: 1 << 20, depth: 300 };
        let _ = Machine::new(&[]).within(limits).run(&parsed.expr);
    }
});
