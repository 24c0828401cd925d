//! Reasons: each decision of the reader says which word or rule it rests on, in both languages.

use pack::Language;

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// Which rule.
    pub rule: Rule,
    /// The word it rests on; may be empty.
    pub word: String,
}

/// The rules of the reader; `docs/reference/report.md` explains each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the sentences below say what each means")]
pub enum Rule {
    Figure,
    NumeralInCharacters,
    UnitLeftOut,
    UnitShared,
    UnitUnknown,
    Range,
    RankWord,
    CoverageWord,
    RelationWord,
    Mark,
    UnitDecidesKind,
    GrowthWord,
    ShareWord,
    RateWord,
    PerDay,
    PerUnit,
    TotalWord,
    StockWord,
    ActionWord,
    NoAction,
    GoesOn,
    SubjectOfFigure,
    Background,
    Scope,
    WholeClause,
    PartOfList,
    Respectively,
    OneForSeveral,
    BorrowedSubject,
    MadeUnique,
    LedIn,
    SectionHeading,
    ThemeWord,
    Stopped,
    NoUnit,
    InQuotes,
    InTitle,
    Ordinal,
    Year,
    Code,
    Formula,
    OnlyOne,
    Unbelieved,
    PureMagnitude,
    PartOfName,
    ClassBySize,
}

impl Why {
    /// A reason that rests on a word.
    pub fn new(rule: Rule, word: impl Into<String>) -> Self {
        Self { rule, word: word.into() }
    }

    /// In words.
    pub fn say(&self, language: Language) -> String {
        let (zh, en) = self.rule.sentences();
        let sentence = if language == Language::English { en } else { zh };
        sentence.replace("{}", &self.word)
    }
}

impl Rule {
    fn sentences(self) -> (&'static str, &'static str) {
        self.figure().or_else(|| self.kind()).unwrap_or_else(|| self.passed())
    }

    fn figure(self) -> Option<(&'static str, &'static str)> {
        let both = match self {
            Self::Figure => ("数字与计量单位“{}”", "a numeral with its unit `{}`"),
            Self::NumeralInCharacters => ("汉字数词与“{}”", "a numeral in characters with `{}`"),
            Self::UnitLeftOut => ("名词“{}”前省去单位", "the unit is left out before `{}`"),
            Self::UnitShared => ("与并列的下一个数共用单位“{}”", "shares the unit `{}`"),
            Self::UnitUnknown => (
                "词表中没有的量词“{}”,按位置认定",
                "by its place `{}` is a unit, though the lexicon has none of that name",
            ),
            Self::Range => ("区间“{}”", "the range `{}`"),
            Self::RankWord => ("名次用语“{}”", "the rank word `{}`"),
            Self::CoverageWord => ("覆盖用语“{}”", "the coverage word `{}`"),
            Self::RelationWord => ("目标关系用语“{}”", "the relation to a target `{}`"),
            Self::Mark => ("精度或比较标记“{}”", "the mark `{}`"),
            Self::WholeClause => ("引文为整个分句", "the span is the whole clause"),
            Self::PartOfList => ("引文为并列项之一", "the span is one item of a list"),
            Self::Respectively => {
                ("“{}”:各数依次对应各主语", "`{}`: the figures go with the subjects in turn")
            }
            Self::OneForSeveral => {
                ("“{}”:一个数对应多个指标", "`{}`: one figure for several indicators")
            }
            Self::BorrowedSubject => ("主语在前一分句", "its subject stands in the part before"),
            Self::MadeUnique => (
                "同样的文字另处还有,引文向前扩至可区分",
                "the same words stand elsewhere, so the span begins earlier",
            ),
            Self::LedIn => ("开头语“{}”不入引文", "the lead-in `{}` is left out"),
            _ => return None,
        };
        Some(both)
    }

    fn kind(self) -> Option<(&'static str, &'static str)> {
        let both = match self {
            Self::UnitDecidesKind => ("单位“{}”决定类别", "the unit `{}` decides the kind"),
            Self::GrowthWord => ("增减用语“{}”→增长", "the word of change `{}`: growth"),
            Self::ShareWord => ("“{}”→占比", "`{}`: a share"),
            Self::RateWord => ("百分数而无增减用语→比率", "a percentage without change: a ratio"),
            Self::PerDay => ("“{}”→每日的量", "`{}`: a quantity per day"),
            Self::PerUnit => ("“{}”→比率", "`{}`: so much each, a ratio"),
            Self::TotalWord => ("总量指标“{}”→总量", "the total `{}`: a level"),
            Self::StockWord => ("“{}”→存量", "`{}`: a level"),
            Self::ActionWord => ("动作“{}”→当年流量", "the action `{}`: a flow"),
            Self::GoesOn => ("与前一项同类", "the same as the item before"),
            Self::NoAction => ("无动作的名词与数→存量", "a noun and a number, no action: a level"),
            Self::SubjectOfFigure => {
                ("作后一数的统计范围→口径", "what the next figure is counted over: scope")
            }
            Self::Background => ("只作背景→背景", "told for the picture: context"),
            Self::Scope => ("“{}”说的是范围→口径", "`{}` says how far it goes: scope"),
            Self::SectionHeading => ("所在部分:{}", "it stands in the part `{}`"),
            Self::ThemeWord => ("主题词“{}”", "the theme word `{}`"),
            _ => return None,
        };
        Some(both)
    }

    fn passed(self) -> (&'static str, &'static str) {
        match self {
            Self::Stopped => ("{}", "by a stop of the lexicon: {}"),
            Self::NoUnit => ("后面没有计量单位", "no unit follows"),
            Self::InQuotes => ("引号内的名称或提法", "a name or slogan in quotes"),
            Self::InTitle => ("文件名内", "in the title of a document"),
            Self::Ordinal => ("序数", "an ordinal"),
            Self::Year => ("年份", "a year"),
            Self::Code => ("编号或型号", "a code or a model number"),
            Self::Formula => ("“1+N”一类的提法", "a formula such as 1+N"),
            Self::OnlyOne => ("“一”加量词,不作统计", "`one` of something counts nothing"),
            Self::PartOfName => ("以“{}”结尾的名称", "a name that ends with `{}`"),
            Self::ClassBySize => ("“{}”说的是哪一类,不是数额", "`{}` says which, not how much"),
            Self::PureMagnitude => ("只有数量级", "a magnitude without a figure"),
            _ => ("汉字数词后不是可信的量词", "no counting word is believed here"),
        }
    }
}
