//! Numbers at their edges: large powers in characters, numbers too long for a figure, ranges whose ends
//! are written in different magnitudes.

use std::sync::LazyLock;

use rules::Decimal;
use targets::reading::numeral;
use targets::{Lexicon, read};

static LEXICON: LazyLock<Lexicon> = LazyLock::new(crate::score::lexicon);

fn in_characters(text: &str) -> Option<Decimal> {
    let chars: Vec<char> = text.chars().collect();
    let read = numeral::chinese(&chars, 0).filter(|read| read.end == chars.len());
    read.map(|read| read.value)
}

#[test]
fn large_powers_in_characters_add_or_multiply() {
    for (text, value) in [
        ("一亿二千万", 120_000_000_i64),
        ("三亿五千万", 350_000_000),
        ("十二亿三千四百五十六万七千八百九十", 1_234_567_890),
        ("一亿零三百", 100_000_300),
        ("一亿零二万", 100_020_000),
        ("两万五千亿", 2_500_000_000_000),
        ("万亿", 1_000_000_000_000),
        ("一万亿", 1_000_000_000_000),
        ("三万亿五千亿", 3_500_000_000_000_i64),
        ("一万亿二千万", 1_000_020_000_000),
        ("一千二百万", 12_000_000),
        ("百万", 1_000_000),
        ("十万", 100_000),
        ("亿", 100_000_000),
        ("二〇二三", 2023),
    ] {
        assert_eq!(in_characters(text), Some(Decimal::from_i64(value)), "{text}");
    }
    // More than anything can be counted in.
    assert_eq!(in_characters(&"亿".repeat(17)), None);
}

#[test]
fn a_number_too_long_for_a_figure_is_passed_over_whole() {
    let digits = "1234567890";
    for number in [
        digits.repeat(2),
        digits.repeat(100_000),
        format!("0.{}", digits.repeat(2)),
        format!("1{}", ",234".repeat(6)),
        format!("1{}", ",234".repeat(30_000)),
        "一二三四五".repeat(4),
        "一二三四五".repeat(20_000),
        "千万".repeat(50_000),
    ] {
        let shown: String = number.chars().take(30).collect();
        let text = format!("全年新增床位{number}张,建成绿道2公里。");
        let reading = read(&text, &LEXICON);
        let values: Vec<&str> = reading.statements.iter().map(|one| one.value.as_str()).collect();
        assert_eq!(values, ["2"], "{shown}");
        let passed: Vec<&str> = reading.passed.iter().map(|one| one.token.as_str()).collect();
        assert!(passed == [number.as_str()], "{shown}: {} passed", passed.len());
    }
    // The longest that is still read.
    assert_eq!(read(&format!("床位{}张。", "9".repeat(18)), &LEXICON).statements.len(), 1);
}

#[test]
fn a_list_of_many_numbers_shares_its_unit_and_comes_to_an_end() {
    let text = format!("税收收入分别增长0.9{}和1.6个百分点。", "和0.9".repeat(20));
    let reading = read(&text, &LEXICON);
    assert_eq!(reading.statements.len(), 22);
    assert!(reading.statements.iter().all(|one| one.unit == "个百分点"));
    assert!(!reading.passed.iter().any(|one| one.token == "0.9"));
    // Far from 分别 nothing is shared, and each neighbour is looked up once.
    let text = "1、".repeat(30_000) + "5个。" + &"增长5%。".repeat(2_000);
    let reading = read(&text, &LEXICON);
    assert_eq!(reading.statements.len(), 2_001);
}

#[test]
fn both_ends_of_a_range_count_in_their_own_magnitude() {
    for (text, value, unit, low, high) in [
        ("给予补贴5千元-1万元。", "5千-1万", "元", 5_000_i64, 10_000_i64),
        ("给予补贴5000元-1万元。", "5000-1万", "元", 5_000, 10_000),
        ("给予补贴5千元-8000元。", "5千-8000", "元", 5_000, 8_000),
        ("给予补贴3万元-5万元。", "3-5", "万元", 30_000, 50_000),
        ("吸纳就业3万-5万人。", "3-5", "万人", 30_000, 50_000),
        ("吸纳就业3万至5万人。", "3-5", "万人", 30_000, 50_000),
        ("吸纳就业3-5万人。", "3-5", "万人", 30_000, 50_000),
        ("吸纳就业9千-1.2万人。", "9千-1.2万", "人", 9_000, 12_000),
        ("新增岗位8000-1.2万个。", "8000-1.2万", "个", 8_000, 12_000),
        ("新增岗位30至35个。", "30-35", "个", 30, 35),
        ("完成投资9000万-1亿元。", "9000万-1亿", "元", 90_000_000, 100_000_000),
    ] {
        let reading = read(text, &LEXICON);
        assert_eq!(reading.statements.len(), 1, "{text}: {:?}", reading.statements);
        let one = &reading.statements[0];
        assert_eq!((one.value.as_str(), one.unit.as_str()), (value, unit), "{text}");
        assert_eq!(one.value_std, Some(Decimal::from_i64(low)), "{text}");
        assert_eq!(one.value_std_to, Some(Decimal::from_i64(high)), "{text}");
        assert!(one.comparator.contains("区间"), "{text}: {}", one.comparator);
        let cut: String = text.chars().skip(one.start).take(one.end - one.start).collect();
        assert_eq!(cut, one.span, "{text}");
        assert!(one.span.ends_with(&text.chars().rev().skip(1).take(1).collect::<String>()));
    }
}

#[test]
fn a_unit_that_is_cut_short_is_completed_by_its_neighbour() {
    let reading = read("存贷款余额增速分别提高9.9个、3.1个百分点。", &LEXICON);
    let units: Vec<&str> = reading.statements.iter().map(|one| one.unit.as_str()).collect();
    assert_eq!(units, ["个百分点", "个百分点"]);
    let values: Vec<&str> = reading.statements.iter().map(|one| one.value.as_str()).collect();
    assert_eq!(values, ["9.9", "3.1"]);
    // 5个 counts things here.
    let reading = read("新增中心5个、养老院3家。", &LEXICON);
    assert_eq!(reading.statements[0].unit, "个");
}

#[test]
fn words_around_a_figure_that_do_not_belong_to_it_are_left_out() {
    for (text, spans) in [
        ("05 新增托位3000个\n", &["新增托位3000个"][..]),
        ("2 公里绿道建成\n", &["2 公里绿道建成"]),
        (
            "全区财政收入51.6亿元(含退税3.4亿元),增长4%。",
            &["全区财政收入51.6亿元(含退税3.4亿元)", "含退税3.4亿元", "增长4%"],
        ),
        (
            "税收收入39亿元,增长1.3%,总量全市第二。",
            &["税收收入39亿元", "增长1.3%", "税收收入39亿元,增长1.3%,总量全市第二"],
        ),
        ("建成110千伏变电站3座。", &["建成110千伏变电站3座"]),
        ("提前3个月完成年度任务。", &["提前3个月完成年度任务"]),
    ] {
        let reading = read(text, &LEXICON);
        let read: Vec<&str> = reading.statements.iter().map(|one| one.span.as_str()).collect();
        assert_eq!(read, spans, "{text}");
    }
}

#[test]
fn ranks_in_a_chain_do_not_all_begin_with_the_first() {
    let reading = read(&"增长5%,居全市第一,".repeat(200), &LEXICON);
    assert_eq!(reading.statements.len(), 400);
    assert!(reading.statements.iter().all(|one| one.end - one.start < 250));
}
