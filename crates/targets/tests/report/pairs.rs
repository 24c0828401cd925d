//! Pairs across years and verdicts, against the 32 known pairs of the report of Jing'an and the 21 rows
//! of targets with their results.

use std::collections::BTreeMap;

use crate::score::{lexicon, shared};
use targets::{Lexicon, Role, Statement, Verdict, judge, pairs, read};

/// Places of the two values of a known pair, and whether the scope is the same.
type Known = (usize, usize, bool);

fn known() -> Option<BTreeMap<String, Known>> {
    let table = std::fs::read_to_string(shared("reports/jingan-2023.figures.tsv")?).unwrap();
    let mut rows: BTreeMap<String, Vec<(bool, usize, bool)>> = BTreeMap::new();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        if !cells[11].is_empty() {
            let same = !cells.get(17).unwrap_or(&"").starts_with("differs");
            let row = (cells[0].starts_with('R'), cells[16].parse().unwrap(), same);
            rows.entry(cells[11].to_owned()).or_default().push(row);
        }
    }
    let pair = |rows: &Vec<(bool, usize, bool)>| {
        let of = |result: bool| rows.iter().find(|row| row.0 == result);
        Some((of(true)?.1, of(false)?.1, of(true)?.2))
    };
    Some(rows.iter().filter_map(|(key, rows)| Some((key.clone(), pair(rows)?))).collect())
}

#[test]
fn the_same_indicator_is_found_in_results_and_targets() {
    let Some(known) = known() else { return };
    let text = std::fs::read_to_string(shared("reports/jingan-2023.txt").unwrap()).unwrap();
    let lexicon = lexicon();
    let reading = read(&text, &lexicon);
    let of =
        |role| reading.statements.iter().filter(|one| one.role == Some(role)).collect::<Vec<_>>();
    let found = pairs(&of(Role::Result), &of(Role::Target), &lexicon);
    let mut missing = Vec::new();
    let mut scopes = 0;
    for (key, (from, to, same)) in &known {
        let at =
            |one: &&targets::Pair<'_>| one.earlier.value_at == *from && one.later.value_at == *to;
        match found.iter().find(at) {
            Some(pair) if pair.differs.is_none() == *same => scopes += 1,
            Some(pair) => println!("scope of {key}: {:?}", pair.differs),
            None => missing.push(key.clone()),
        }
    }
    let mut more = 0;
    for pair in &found {
        let is =
            |(from, to, _): &&Known| pair.earlier.value_at == *from && pair.later.value_at == *to;
        if !known.values().any(|one| is(&one)) {
            more += 1;
            let (a, b) = (&pair.earlier.span, &pair.later.span);
            println!("not labelled: {a} | {b} | {:.2}", pair.agreement);
        }
    }
    println!("{} known, {} found, {more} more, missing {missing:?}", known.len(), found.len());
    assert_eq!(known.len(), 32);
    assert!(missing.is_empty(), "not found: {missing:?}");
    assert!(more <= 2, "{more} pairs that nobody labelled");
    assert!(scopes >= 31, "{scopes} scopes as labelled");
}

#[test]
fn a_lower_target_than_last_years_result_is_a_target_not_a_fall() {
    let lexicon = lexicon();
    let text = "一、2022年工作回顾\n完成老年人居家环境适老化改造1038户。\n二、2023年主要任务\n\
                为500户老年人进行居家环境适老化改造。";
    let reading = read(text, &lexicon);
    let (old, new) = (&reading.statements[0], &reading.statements[1]);
    let found = pairs(&[old], &[new], &lexicon);
    assert_eq!(found.len(), 1);
    assert_eq!((old.role, new.role), (Some(Role::Result), Some(Role::Target)));
    // A pair of result and target says nothing of keeping a promise; only a result can.
    let json = found[0].json(pack::Language::English);
    assert!(json.get("verdict").is_none(), "{json}");
}

/// The statement a cell of the table makes with its indicator, in the unit of another one.
fn cell(
    indicator: &str,
    cell: &str,
    like: Option<&Statement>,
    lexicon: &Lexicon,
) -> Option<Statement> {
    if cell.contains("not read") {
        return None;
    }
    let bare = cell.split([' ', '(']).next().unwrap_or(cell);
    let mut texts = vec![format!("{indicator}{bare}。"), format!("{bare}{indicator}。")];
    texts.push(format!("{bare}。"));
    let read: Vec<Statement> =
        texts.iter().flat_map(|text| read(text, lexicon).statements).collect();
    let fits = |one: &&Statement| like.is_none_or(|like| like.unit_std == one.unit_std);
    read.iter().find(fits).or(read.first()).cloned()
}

#[test]
fn promises_of_two_years_are_judged_as_known() {
    let Some(path) = shared("domain/crossyear-targets.tsv") else { return };
    let table = std::fs::read_to_string(path).unwrap();
    let lexicon = lexicon();
    let mut wrong = Vec::new();
    let rows: Vec<&str> = table.lines().filter(|line| !line.starts_with('#')).skip(1).collect();
    assert_eq!(rows.len(), 21);
    for row in rows {
        let cells: Vec<&str> = row.split('\t').collect();
        let target = cell(cells[1], cells[2], None, &lexicon);
        let result = cell(cells[1], cells[3], target.as_ref(), &lexicon);
        // `稳中有升(82)`: the result of the year before stands in brackets.
        let last =
            cells[2].split_once('(').and_then(|(_, rest)| rest.trim_end_matches(')').parse().ok());
        let verdict = judge(target.as_ref(), result.as_ref(), last, &lexicon);
        let expected = cells[4].split(" (").next().unwrap();
        if verdict.name() != expected {
            let (t, r) = (
                target.map(|one| (one.indicator, one.span)),
                result.map(|one| (one.indicator, one.span)),
            );
            wrong.push(format!("{row}: {verdict}; {t:?} {r:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(Verdict::ScopeDiffers.say(pack::Language::Chinese), "口径不同");
}

/// The targets of 2022 as a newspaper gave them (shfzb.com.cn, 2022-01-12), judged by the report of 2023.
const TARGETS_2022: &str = "2022年政府工作报告\n二、2022年主要任务\n2022年静安经济社会发展的主要预期目标是:\
    地区生产总值增长率与全市保持同步;区级一般公共预算收入增长6%;实现社会消费品零售总额1600亿元;\
    全社会固定资产投资额增长8%以上;城镇登记失业人数、单位增加值能耗下降率均完成市下达目标。\n\
    实施旧住房修缮改造50万平方米。完成28条道路大修、中修及道路积水改善和12公里架空线入地工程。\
    完成3个停车难综合治理项目,开工建设530个公共停车泊位。建成公共绿地5.6万平方米,建成绿道2公里,\
    建成立体绿化2.5万平方米。为1000户老年人进行居家环境适老化改造。改建认知障碍照护床位70张。";

#[test]
fn the_targets_of_2022_are_judged_by_the_report_of_2023() {
    let Some(path) = shared("reports/jingan-2023.txt") else { return };
    let lexicon = lexicon();
    let promised = read(TARGETS_2022, &lexicon).statements;
    let told = read(&std::fs::read_to_string(path).unwrap(), &lexicon).statements;
    let of = |list: &'static [Statement], role| -> Vec<&'static Statement> {
        list.iter().filter(|one| one.role == Some(role)).collect()
    };
    let (promised, told): (&'static [Statement], &'static [Statement]) =
        (promised.leak(), told.leak());
    let found = pairs(&of(promised, Role::Target), &of(told, Role::Result), &lexicon);
    let mut said = BTreeMap::new();
    for pair in &found {
        let verdict = pair.differs.as_ref().map_or_else(
            || judge(Some(pair.earlier), Some(pair.later), None, &lexicon),
            |(_, verdict)| *verdict,
        );
        println!("{} | {} | {verdict}", pair.earlier.span, pair.later.span);
        said.insert(format!("{}{}", pair.earlier.value, pair.earlier.unit), verdict.name());
    }
    for (target, verdict) in [
        ("6%", "missed"),
        ("1600亿元", "missed"),
        ("8%", "missed"),
        ("50万平方米", "met"),
        ("28条", "met"),
        ("12公里", "exceeded"),
        ("3个", "met"),
        ("530个", "not comparable"),
        ("5.6万平方米", "scope differs"),
        ("2公里", "exceeded"),
        ("2.5万平方米", "met"),
        ("1000户", "exceeded"),
        ("70张", "exceeded"),
    ] {
        assert_eq!(said.get(target), Some(&verdict), "{target}: {said:?}");
    }
}
