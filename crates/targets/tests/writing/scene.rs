//! A text with figures of each standing.

use ledger::{Hash, Head};
use targets::writing::{Asked, Figures, Found, Source, Span, Template, Written, render};

pub const TEXT: &str = "# 政府工作报告\n\n\
    各位代表：现在报告{{ year }}年工作。\n\n\
    ## 一、{{ year }}年工作回顾\n\n\
    全年办结诉求{{ closed unit=万件 mark=余 places=1 }}，同比{{ closed as=growth }}；\
    按时办结率达到{{ on-time unit=% places=1 }}。\n\
    区级一般公共预算收入{{ revenue unit=亿元 places=2 }}。\n\n\
    ### （一）城市建设\n\n开工面积{{ area unit=万平方米 }}，竣工面积{{ nothing unit=万平方米 }}。\n";

pub fn head() -> Head {
    Head { seq: 4711, hash: Hash::ZERO }
}

pub fn found(name: &str, value: &str, unit: &str, source: Source) -> Found {
    let records = format!("/figures/{name}/records?period=2023");
    let value = Some(value.parse().unwrap());
    Found { name: name.to_owned(), value, unit: unit.to_owned(), source, records }
}

pub fn figures() -> Figures {
    let counted = Source::Counted { through: 4711 };
    let declared = Source::Declared { by: "区财政局".to_owned(), entry: 42, corrected: false };
    let this = |id: &str, year| Asked { id: id.to_owned(), span: Span::year(year), target: false };
    Figures::from([
        (this("closed", 2023), found("诉求办结数", "35678", "件", counted.clone())),
        (this("closed", 2022), found("诉求办结数", "33903", "件", counted.clone())),
        (this("on-time", 2023), found("按时办结率", "0.97261", "", counted.clone())),
        (this("revenue", 2023), found("区级一般公共预算收入", "28780260000", "元", declared)),
        (this("area", 2023), found("开工面积", "1080000", "平方米", counted)),
    ])
}

pub fn written() -> Written {
    let template = Template::read("text.md", TEXT, &[]).unwrap();
    render(&template, 2023, &figures(), &head())
}
