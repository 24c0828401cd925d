//! The markup of a text with live figures, and how figures are worded.

use targets::writing::{Asked, Figures, Source, Standing, Template, render};

use crate::scene::{TEXT, figures, found, head, written};

fn mistakes(text: &str) -> String {
    let known = ["street-closed", "revenue"];
    let found = Template::read("my.md", text, &known).unwrap_err();
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_mistake_is_told_with_its_line_and_what_to_write_instead() {
    for (text, told) in [
        ("没有标题", "my.md:1:1: the text has no title (begin with a line `# 政府工作报告`)"),
        (
            "# 题\n\n{{ street-close }}",
            "my.md:3:1: no pack declares the indicator `street-close` \
          (did you mean `street-closed`?)",
        ),
        (
            "# 题\n收入{{ revenue unti=亿元 }}",
            "my.md:2:3: `unti` is not a key of a field (did you \
          mean `unit`?)",
        ),
        (
            "# 题\n{{ revenue period=2023-13 }}",
            "my.md:2:1: `2023-13` does not fit `period` (year, \
          last-year, 2023, 2023-06 or 2023-01..2023-06)",
        ),
        (
            "# 题\n{{ revenue period=2023-06..2023-01 }}",
            "my.md:2:1: `2023-06..2023-01` does not fit \
          `period` (year, last-year, 2023, 2023-06 or 2023-01..2023-06)",
        ),
        ("# 题\n{{ revenue places=9 }}", "my.md:2:1: `9` does not fit `places` (0 to 4)"),
        ("# 题\n收入{{ revenue", "my.md:2:3: `{{` is not closed (write `}}`)"),
        ("# 题\n收入}}", "my.md:2:3: `}}` closes nothing"),
        ("# 题\n{{ }}", "my.md:2:1: the field names no indicator (`{{ 指标 period=year }}`)"),
        ("# 题\n# 又一题", "my.md:2:1: there is a title already (use `##`)"),
        (
            "# 题\n#### 深",
            "my.md:2:1: this is no heading (`#` the title, `##` a chapter, `###` a \
          section)",
        ),
        (
            "# 题\n{{ a }}\n{{ b }}",
            "my.md:2:1: no pack declares the indicator `a`\nmy.md:3:1: no \
          pack declares the indicator `b`",
        ),
    ] {
        assert_eq!(mistakes(text), told, "{text}");
    }
}

#[test]
fn a_text_asks_for_each_figure_once_and_for_the_year_before_where_growth_is_shown() {
    let template = Template::read("text.md", TEXT, &[]).unwrap();
    let asked: Vec<String> =
        template.asked(2023).iter().map(|one| format!("{} {}", one.id, one.span)).collect();
    assert_eq!(
        asked,
        ["area 2023", "closed 2022", "closed 2023", "nothing 2023", "on-time 2023", "revenue 2023"]
    );
}

#[test]
fn the_shipped_template_reads_without_a_mistake() {
    let text = include_str!("../../../../packs/work-report/templates/next-report.md");
    let template = Template::read("next-report.md", text, &[]).unwrap();
    assert!(template.asked(2023).len() > 15);
    assert_eq!(template.title(2023), "政府工作报告（样稿）");
}

fn shown(value: &str, unit: &str, field: &str) -> String {
    let text = format!("# 题\n{{{{ x {field} }}}}");
    let template = Template::read("x.md", &text, &[]).unwrap();
    let this = |year| Asked {
        id: "x".to_owned(),
        span: targets::writing::Span::year(year),
        target: field.contains("target"),
    };
    let source = Source::Counted { through: 1 };
    let figures = Figures::from([
        (this(2023), found("x", value, unit, source.clone())),
        (this(2022), found("x", "200", unit, source)),
    ]);
    render(&template, 2023, &figures, &head()).figures[0].shown.clone()
}

#[test]
fn a_figure_is_worded_by_unit_places_and_mark() {
    for (value, unit, field, expected) in [
        ("1234", "件", "", "1234件"),
        ("1080000", "平方米", "unit=万平方米", "108万平方米"),
        ("1080000", "平方米", "unit=平方米", "1080000平方米"),
        ("27942000000", "元", "unit=亿元 places=2", "279.42亿元"),
        ("279.42", "亿元", "unit=万元 places=0", "2794200万元"),
        // At least and nearly never claim more, or less, than there is.
        ("1299", "件", "mark=余 places=0", "1299余件"),
        ("35999", "件", "unit=万件 places=1 mark=余", "3.5万余件"),
        ("35999", "件", "unit=万件 places=1 mark=超", "超3.5万件"),
        ("35101", "件", "unit=万件 places=1 mark=近", "近3.6万件"),
        ("35160", "件", "unit=万件 places=1 mark=左右", "3.5万件左右"),
        ("35160", "件", "unit=万件 places=1 mark=约", "约3.5万件"),
        ("0.8322", "", "unit=% places=1", "83.2%"),
        ("94.8", "%", "unit=%", "94.8%"),
        ("230", "家", "as=growth", "增长15%"),
        ("190", "家", "as=growth", "下降5%"),
        ("200", "家", "as=growth", "持平"),
        ("-3", "件", "", "-3件"),
        ("0", "件", "", "0件"),
        ("170", "家", "as=target", "170家"),
    ] {
        assert_eq!(shown(value, unit, field), expected, "{value} {unit} {field}");
    }
}

#[test]
fn what_was_not_counted_is_marked_where_it_stands() {
    let written = written();
    let standings: Vec<Standing> = written.figures.iter().map(|one| one.standing).collect();
    use Standing::{Counted, Declared, Unproved};
    assert_eq!(standings, [Counted, Counted, Counted, Declared, Counted, Unproved]);
    let words: Vec<String> = written.blocks.iter().map(|block| written.words(block)).collect();
    assert_eq!(
        words[3],
        "全年办结诉求3.5万余件，同比增长5.2%；按时办结率达到97.3%。\
                          区级一般公共预算收入287.8亿元〔申报〕。"
    );
    assert!(words[5].contains("竣工面积（nothing待填）〔无法核验〕。"), "{}", words[5]);
    let statement = written.statement();
    assert!(statement.contains("引用数据共计6，逐条核算4，部门申报1，无法核验1"));
    assert!(statement.contains("台账第4711条"), "{statement}");
    let note = written.figures[3].note();
    assert_eq!(note, "区级一般公共预算收入（2023年）：由区财政局申报，见台账第42条");
}

#[test]
fn a_growth_over_nothing_is_not_worded() {
    let text = "# 题\n{{ x as=growth }}";
    let template = Template::read("x.md", text, &[]).unwrap();
    let written = render(&template, 2023, &figures(), &head());
    assert_eq!(written.figures[0].standing, Standing::Unproved);
    assert_eq!(written.figures[0].shown, "（x待填）");
}
