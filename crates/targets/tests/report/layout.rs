//! What the layout of a page puts into the words: blanks in figures, lines that end within a sentence.

use std::sync::LazyLock;

use targets::{Lexicon, read};

static LEXICON: LazyLock<Lexicon> = LazyLock::new(crate::score::lexicon);

fn figures(text: &str) -> Vec<(String, String, String)> {
    let chars: Vec<char> = text.chars().collect();
    let reading = read(text, &LEXICON);
    for one in &reading.statements {
        let cut: String = chars[one.start..one.end].iter().collect();
        assert_eq!(cut, one.span, "{text}");
    }
    let each = |one: targets::Statement| (one.value, one.unit, one.span);
    reading.statements.into_iter().map(each).collect()
}

#[test]
fn blanks_within_a_sentence_are_passed_over() {
    for (text, value, unit, span) in [
        ("截至 2019 年 12 月,建成绿道 2. 9 公里。", "2.9", "公里", "建成绿道 2. 9 公里"),
        ("财政总收入增长 0. 5% 。", "0.5", "%", "财政总收入增长 0. 5%"),
        ("完成一般公共预算收入 18. 08 亿元。", "18.08", "亿元", "完成一般公共预算收入 18. 08 亿元"),
        ("新增城镇就业 12700 人。", "12700", "人", "新增城镇就业 12700 人"),
        ("全 年 新 增 养 老 床 位 475 张 。", "475", "张", "全 年 新 增 养 老 床 位 475 张"),
    ] {
        let expected = [(value.to_owned(), unit.to_owned(), span.to_owned())];
        assert_eq!(figures(text), expected, "{text}");
    }
    // Two numbers side by side stay two, the number of a line stays one.
    assert_eq!(figures("12 5个小区完成改造。")[0].0, "5");
    assert_eq!(figures("05 新增托位300个\n")[0].2, "新增托位300个");
}

/// A paragraph broken into lines of so many characters, as it is copied from a PDF.
fn broken(text: &str, length: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(length).map(|line| line.iter().collect::<String>()).collect::<Vec<_>>().join("\n")
}

#[test]
fn lines_that_end_within_a_sentence_are_read_on() {
    let text = "全区地区生产总值达到一千亿元以上的目标没有改变,一般公共预算收入完成279.42亿元,同比增长0.34%。\
        聚焦民生领域补短板强弱项,全年新增养老床位475张、社区长者食堂12家,完成老年人居家环境适老化改造1038户。\
        持续改善人居环境,建成各类绿地8.67万平方米、立体绿化2.5万平方米、绿道2.9公里,公园绿地服务半径覆盖率继续提升。\
        深化营商环境改革,累计帮助800余家企业快捷办理注册业务,进口服装风险评价创新举措惠及35家企业。";
    let whole = figures(text);
    assert!(whole.len() > 9, "{whole:?}");
    for length in 20..46 {
        let page = broken(text, length);
        let read: Vec<(String, String, String)> = figures(&page)
            .into_iter()
            .map(|(value, unit, span)| (value, unit, span.replace('\n', "")))
            .collect();
        assert_eq!(read, whole, "in lines of {length}");
    }
    // A list has lines of its own.
    let list = "建设公园6座\n改造老旧小区12个\n新增停车泊位300个\n加装电梯20台\n新建学校3所\n建成绿道4公里\n";
    assert_eq!(figures(list).len(), 6);
}
