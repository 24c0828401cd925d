//! Texts made to be slow: each comes to an end in a time that its length explains.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use targets::{Lexicon, read};

static LEXICON: LazyLock<Lexicon> = LazyLock::new(crate::score::lexicon);

/// A debug build on a busy machine takes a second or two; what grows with the square takes minutes.
const PATIENCE: Duration = Duration::from_secs(30);

fn comes_to_an_end(what: &str, text: &str) {
    let begun = Instant::now();
    let reading = read(text, &LEXICON);
    let took = begun.elapsed();
    assert!(took < PATIENCE, "{what}: {took:?} for {} characters", text.chars().count());
    let length = text.chars().count();
    assert!(reading.statements.iter().all(|one| one.start < one.end && one.end <= length));
}

fn repeated(piece: &str, characters: usize) -> String {
    piece.repeat(characters.div_ceil(piece.chars().count()))
}

#[test]
fn a_hundred_thousand_of_one_mark_come_to_an_end() {
    for piece in ["、", "(", "(5", "“", "《", " ", "\n", "\t", "1 ", "5 年", "分别、", "的", "1.\n"]
    {
        comes_to_an_end(piece, &repeated(piece, 100_000));
    }
    comes_to_an_end("digits", &repeated("0123456789", 1_000_000));
    comes_to_an_end("brackets", &format!("{}5个{}", "(".repeat(50_000), ")".repeat(50_000)));
}

#[test]
fn words_that_look_around_come_to_an_end() {
    for piece in [
        "分别5%和",
        "较2022年",
        "居全市",
        "居全国城市",
        "为甲、乙",
        "等5个",
        "几万",
        "数十家、",
        "占一半、",
        "1/4、",
        "10.6万、",
        "与全市同步",
        "提前一年完成",
        "完成下达的",
        "控制在",
        "最高",
        "近三年来",
        "15分钟",
        "5%-",
        "3:4",
        "一、2023年工作\n",
        "地 区 生 产 总 值\n",
        "全年新增养老床位475张和\n",
    ] {
        comes_to_an_end(piece, &repeated(piece, 30_000));
    }
}
