//! What holds for any text: nothing panics, offsets cut the words out, values read back.

use std::sync::LazyLock;

use pack::Language;
use proptest::prelude::*;
use rules::Decimal;
use targets::reading::numeral;
use targets::{Lexicon, read};

static LEXICON: LazyLock<Lexicon> = LazyLock::new(crate::score::lexicon);

/// Pieces of which texts like reports are made, in any order.
const PIECES: [&str; 60] = [
    "新增",
    "全区",
    "全市",
    "地区生产总值",
    "增长",
    "同比",
    "分别",
    "各",
    "均",
    "5",
    "12,345",
    "0.34",
    "%",
    "亿元",
    "万",
    "个",
    "家",
    "余",
    "左右",
    "以上",
    "、",
    "，",
    ",",
    "。",
    "；",
    "\n",
    "“",
    "”",
    "(",
    ")",
    "《",
    "》",
    "第一",
    "第",
    "十",
    "百万",
    "两",
    "三年行动",
    "大",
    "级",
    "超额完成",
    "全覆盖",
    "控制在",
    "目标内",
    "与",
    "同步",
    "为",
    "等",
    "并",
    "一、",
    "2022年",
    "-",
    "至",
    "1:2:3",
    "位居",
    "近",
    "年来",
    "最高",
    "率先",
    "完成市下达目标",
];

fn holds(text: &str) {
    let chars: Vec<char> = text.chars().collect();
    let reading = read(text, &LEXICON);
    for one in &reading.statements {
        assert!(one.start < one.end && one.end <= chars.len(), "{one:?}");
        let cut: String = chars[one.start..one.end].iter().collect();
        assert_eq!(cut, one.span);
        assert!(one.value_at < chars.len());
        assert!(!one.reasons(Language::Chinese).is_empty());
        assert!(!one.reasons(Language::English).is_empty());
        let _ = one.json(Language::English).to_string();
    }
    for one in &reading.passed {
        assert!(one.start < one.end && one.end <= chars.len(), "{one:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>()) {
        holds(&text);
    }

    #[test]
    fn any_row_of_pieces_is_read_without_a_panic(
        pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..60)
    ) {
        holds(&pieces.concat());
    }

    #[test]
    fn a_figure_reads_back(units in 1_u32..10_000_000, scale in 0_u8..4, unit in 0_usize..5) {
        let value = Decimal::from_units(i64::from(units), scale);
        let (name, factor) = [("亿元", 100_000_000), ("家", 1), ("公里", 1000), ("万平方米", 10_000),
            ("%", 1)][unit];
        let text = format!("全年新增某某设施{value}{name}。");
        let reading = read(&text, &LEXICON);
        prop_assert_eq!(reading.statements.len(), 1, "{}", text);
        let one = &reading.statements[0];
        prop_assert_eq!(&one.value, &value.to_string());
        prop_assert_eq!(&one.unit, name);
        let factor = if name == "%" { Decimal::from_units(1, 2) } else { Decimal::from_i64(factor) };
        prop_assert_eq!(one.value_std, value.times(factor));
    }

    #[test]
    fn numerals_in_characters_read_as_written(number in 1_i64..100_000) {
        let text: Vec<char> = written(number).chars().collect();
        let read = numeral::chinese(&text, 0).unwrap();
        prop_assert_eq!(read.value, Decimal::from_i64(number));
        prop_assert_eq!(read.end, text.len());
    }
}

/// A number as it is written in characters.
fn written(number: i64) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let mut out = String::new();
    let mut rest = number;
    let mut gap = false;
    for (power, name) in [(10_000, "万"), (1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = usize::try_from(rest / power).unwrap();
        rest %= power;
        if digit == 0 {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push_str(DIGITS[0]);
            gap = false;
        }
        out.push_str(DIGITS[digit]);
        out.push_str(name);
    }
    out
}

#[test]
fn mistakes_of_a_lexicon_are_told_with_their_line() {
    let files = [(
        "lexicon/units.toml".to_owned(),
        "[[unit]]\nnames = [\"元\"]\nfactor = \"0\"\n\n[[group]]\nname = \"growht\"\nwords = [\"x\"]\n\n\
         [[mark]]\nwords = [\"约\"]\nwhere = \"befor\"\ncomparator = \"约\"\n"
            .to_owned(),
    )];
    let mistakes = Lexicon::read("mine", &files.into_iter().collect()).unwrap_err();
    let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[0].starts_with("mine/lexicon/units.toml:3:"), "{}", lines[0]);
    assert!(lines[1].contains("did you mean `growth`?"), "{}", lines[1]);
    assert!(lines[2].contains("did you mean `before`?"), "{}", lines[2]);
}

#[test]
fn widths_quotes_and_separators_do_not_matter() {
    for (text, value, unit) in [
        ("全年新增养老床位４７５张。", "475", "张"),
        ("累计走访企业12,307家。", "12307", "家"),
        ("绿化覆盖率达３８．５％。", "38.5", "%"),
        ("完成投资近2 亿元。", "2", "亿元"),
        ("生猪出栏6150万头。", "6150", "万头"),
        ("出生率为10.65‰。", "10.65", "‰"),
        ("PM2.5年均浓度降至27微克/立方米。", "27", "微克/立方米"),
        ("建设高标准农田425万亩。", "425", "万亩"),
        ("增长5%-6%。", "5-6", "%"),
        ("新增规上企业30至35家。", "30-35", "家"),
        ("占全市总量的三分之一。", "三分之一", "比例"),
        ("获评全国首批示范区。", "首批", "批次"),
        ("研发投入强度达到3.17%。", "3.17", "%"),
    ] {
        let reading = read(text, &LEXICON);
        assert_eq!(reading.statements.len(), 1, "{text}: {:?}", reading.statements);
        let one = &reading.statements[0];
        assert_eq!((one.value.as_str(), one.unit.as_str()), (value, unit), "{text}");
    }
}

#[test]
fn texts_without_an_end_of_a_sentence_are_read_to_their_end() {
    for piece in
        ["增长5%、", "5个", "第一", "“", "分别5%和", "新增5个,", "(", "全市领先", "各5个和"]
    {
        holds(&piece.repeat(3_000 / piece.chars().count()));
    }
}

#[test]
fn the_number_of_a_line_is_no_part_of_its_figure() {
    let reading =
        read("1.加装电梯400台。\n2.50个小区新增充电设施。\n3.460个活动室开放。\n", &LEXICON);
    let values: Vec<&str> = reading.statements.iter().map(|one| one.value.as_str()).collect();
    assert_eq!(values, ["400", "50", "460"]);
    assert_eq!(reading.statements[1].span, "50个小区新增充电设施");
    // Without a line before it, a point is a decimal point.
    assert_eq!(read("2.5公里绿道建成。", &LEXICON).statements[0].value, "2.5");
    let grown = read("公共预算收入增长百分之五。", &LEXICON);
    assert_eq!(grown.statements[0].kind, targets::Kind::Growth);
    assert_eq!(read("2021年,实现收入5亿元。", &LEXICON).statements[0].year, Some(2021));
}
