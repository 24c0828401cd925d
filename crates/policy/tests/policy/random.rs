//! Random policies: conditions, amounts and tables nobody thought of. Columns and rows must come to the
//! same on them, too, and what is decided must stay decided.

use policy::batch::Batch;
use policy::judge::Program;

use crate::draw::{self, Random, day};
use crate::{agree, load, sound};

const FACTS: &str = r#"
[facts]
甲 = { type = "boolean", from = "declared", ask = "?" }
乙 = { type = "boolean", from = "declared", ask = "?" }
丙 = { type = "boolean?", from = "declared", ask = "?" }
数 = { type = "integer", max = 20, from = "declared", ask = "?" }
级 = { type = "integer?", min = 1, max = 6, from = "declared", ask = "?" }
钱 = { type = "money", max = 1000, from = "declared", ask = "?" }
率 = { type = "number", max = 5, from = "declared", ask = "?" }
生 = { type = "date", from = "declared", ask = "?" }
亡 = { type = "date?", from = "declared", ask = "?" }
类 = { type = "text?", one_of = ["红", "黄", "蓝"], from = "declared", ask = "?" }
地 = { type = "code:region", from = "declared", ask = "?" }
"#;

struct Writer<'r> {
    random: &'r mut Random,
    member: bool,
}

impl Writer<'_> {
    fn pick(&mut self, among: &[&str]) -> String {
        among[self.random.below(among.len())].to_owned()
    }

    fn fact(&mut self, name: &str) -> String {
        if self.member { format!("m.{name}") } else { name.to_owned() }
    }

    fn condition(&mut self, depth: usize) -> String {
        let choice = self.random.below(if depth == 0 { 8 } else { 14 });
        let bool = self.pick(&["甲", "乙"]);
        match choice {
            0 => self.fact(&bool),
            1 if self.random.chance(20) => {
                let (maybe, sign) = (self.fact("丙"), self.pick(&["=", "!="]));
                format!("({maybe} {sign} null or {maybe})")
            }
            1 => format!("not({})", self.fact(&bool)),
            2 => {
                let (sign, number) = (self.sign(), self.number(depth.min(1)));
                format!("{number} {sign} {}", self.number(0))
            }
            3 => {
                let (birth, sign) = (self.fact("生"), self.sign());
                let own = self.pick(&["周岁", "满月", "满日"]);
                format!("{own}({birth}, 计发日) {sign} {}", self.random.below(90))
            }
            4 => {
                let death = self.fact("亡");
                format!("({death} = null or {death} > 计发日)")
            }
            5 => {
                let kind = self.fact("类");
                let test = self.pick(&["in (\"红\", \"黄\")", "= \"蓝\"", "!= \"红\"", "!= null"]);
                format!("{kind} {test}")
            }
            6 => format!("{} in region(\"310000\")", self.fact("地")),
            7 => {
                let grade = self.fact("级");
                let test = self.pick(&["in [2..4]", "<= 3", "in (1, 6)", "> 2"]);
                format!("({grade} != null and {grade} {test})")
            }
            8 | 9 => format!("({} and {})", self.condition(depth - 1), self.condition(depth - 1)),
            10 | 11 => format!("({} or {})", self.condition(depth - 1), self.condition(depth - 1)),
            12 => format!(
                "(if {} then {} else {})",
                self.condition(depth - 1),
                self.condition(depth - 1),
                self.condition(depth - 1)
            ),
            _ if self.member => self.fact(&bool),
            _ => {
                let word = self.pick(&["some", "every"]);
                self.member = true;
                let inner = self.condition(depth - 1);
                self.member = false;
                format!("({word} m in 户.成员 satisfies {inner})")
            }
        }
    }

    fn sign(&mut self) -> String {
        self.pick(&["<", "<=", ">", ">=", "=", "!="])
    }

    fn number(&mut self, depth: usize) -> String {
        let choice = self.random.below(if depth == 0 { 4 } else { 11 });
        match choice {
            0 => self.fact("数"),
            1 => self.fact("钱"),
            2 => self.fact("率"),
            3 => self.pick(&["3", "10", "0.5", "99.99", "200"]),
            4 => format!("({} + {})", self.number(depth - 1), self.number(depth - 1)),
            5 => format!("({} - {})", self.number(depth - 1), self.number(depth - 1)),
            6 => format!("{} * {}", self.number(0), self.number(0)),
            7 => format!("min({}, {})", self.number(depth - 1), self.number(depth - 1)),
            8 => format!("max({}, {})", self.number(depth - 1), self.number(depth - 1)),
            9 => format!(
                "(if {} then {} else {})",
                self.condition(0),
                self.number(depth - 1),
                self.number(depth - 1)
            ),
            _ if self.member => self.fact("数"),
            _ => {
                self.member = true;
                let inner = self.number(depth - 1);
                self.member = false;
                format!("sum(for m in 户.成员 return {inner}) / count(户.成员)")
            }
        }
    }

    /// A policy about a person.
    fn policy(&mut self, number: usize) -> String {
        let when = self.condition(3);
        let amount = match self.random.below(3) {
            0 => format!("is = 'max({}, 0)'\ncite = \"c\"", self.number(2)),
            1 => {
                let hit = self.pick(&["first", "highest"]);
                let (a, b) = (self.condition(1), self.condition(1));
                let (x, y) = (self.number(1), self.number(0));
                format!(
                    "hit = \"{hit}\"\ntable = '''\n| {a} | {b} | 元/月 | 依据 |\n|---|\n\
                     | true | - | max({x}, 0) | c |\n| - | true | {y} | c |\n| - | - | 1 | c |\n'''"
                )
            }
            _ => "table = '''\n| 周岁(生, 计发日) | 元/月 | 依据 |\n|---|\n| < 40 | 75 | c |\n\
                  | [40..65) | 100.5 | c |\n| >= 65 | 钱 * 率 | c |\n'''"
                .to_owned(),
        };
        let cap = match self.random.below(2) {
            0 => "[version.cap]\namount = \"500\"\nper = \"person\"\nused = \"钱\"\ncite = \"c\"\n",
            _ => "",
        };
        format!(
            "sources = [\"s\"]\n[policy]\nid = \"p{number}\"\nname = \"p{number}\"\nsubject = \"person\"\n\
             owner = \"o\"\nmode = \"申请\"\n{FACTS}\n[[version]]\nfrom = \"2000-01-01\"\ncite = \"c\"\n\
             [[version.clause]]\nid = \"全\"\nsays = \"s\"\ncite = \"c\"\n\
             when = '(甲 or true) and (乙 or true) and (丙 or true) and (数 >= 0 or 级 = null) and (钱 >= 0 and 率 >= 0 or true) \
             and (生 = 生 or true) and (亡 = null or true) and (类 = null or true) \
             and (地 in region(\"310000\") or true)'\n\
             [[version.clause]]\nid = \"一\"\nsays = \"s\"\ncite = \"c\"\nwhen = '{when}'\n\
             [version.amount]\nunit = \"元/月\"\n{amount}\n{cap}\
             [[test]]\non = \"2024-01-01\"\nexpect = {{ 享受 = \"unknown\" }}\n"
        )
    }
}

#[test]
fn on_random_policies_columns_and_rows_agree_and_decisions_stay() {
    let mut random = Random(0xd1ce);
    let (mut accepted, mut by_columns, mut cells, mut decided) = (0, 0, 0, 0);
    for number in 0..400 {
        let text = Writer { random: &mut random, member: false }.policy(number);
        // Some of them are wrong, which the loader says; the others have to be right.
        let Ok(catalogue) = load(&[("p.toml", &text)]) else { continue };
        accepted += 1;
        let on = day(["2024-02-29", "2025-02-28", "2024-07-01"][number % 3]);
        let program = Program::new(&catalogue, on);
        let batch = Batch::new(&program);
        by_columns += usize::from(batch.by_rows().is_empty());
        let values = draw::values(&program);
        let world = draw::world(&catalogue, &values, on, 30, 0, 15, &mut random);
        cells += agree::compare(&program, &batch, &world);
        decided += sound::stays(&program, &values, &world, &mut random);
    }
    assert!(accepted > 150 && by_columns > 100, "{accepted} accepted, {by_columns} by columns");
    assert!(cells > 10_000 && decided > 3_000, "{cells} cells, {decided} decided");
}
