//! The statements as a workbook: one row each, numbers as numbers, a frozen and filtered head.

use pack::Language;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use targets::Statement;

use crate::failure::Failure;

/// Key of `--json`, heading in Chinese and English, width in characters.
const COLUMNS: [(&str, &str, &str, f64); 18] = [
    ("section", "部分", "Section", 13.0),
    ("chapter", "章节", "Chapter", 24.0),
    ("theme", "主题", "Theme", 11.0),
    ("indicator", "指标", "Indicator", 34.0),
    ("value", "数值", "Value", 12.0),
    ("unit", "单位", "Unit", 9.0),
    ("value_std", "标准值", "Standard value", 16.0),
    ("value_std_to", "标准值上限", "Standard value, upper", 12.0),
    ("unit_std", "标准单位", "Standard unit", 10.0),
    ("comparator", "比较与精度", "Comparator", 14.0),
    ("kind", "类别", "Kind", 10.0),
    ("year", "年份", "Year", 7.0),
    ("department", "可能的部门", "Likely department", 18.0),
    ("span", "原文", "Words of the report", 60.0),
    ("start", "起", "Start", 8.0),
    ("end", "止", "End", 8.0),
    ("value_at", "数值位置", "Value at", 9.0),
    ("why", "理由", "Reasons", 60.0),
];

/// The workbook as bytes.
pub fn workbook(statements: &[Statement], language: Language) -> Result<Vec<u8>, Failure> {
    build(statements, language).map_err(|error| Failure::new(format!("the workbook: {error}")))
}

fn build(statements: &[Statement], language: Language) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let english = language == Language::English;
    sheet.set_name(if english { "Statements" } else { "可计量表述" })?;
    let bold = Format::new().set_bold();
    for (column, (_, zh, en, width)) in (0_u16..).zip(COLUMNS) {
        sheet.write_string_with_format(0, column, if english { en } else { zh }, &bold)?;
        sheet.set_column_width(column, width)?;
    }
    for (row, one) in (1_u32..).zip(statements) {
        let object = one.json(language);
        for (column, (key, ..)) in (0_u16..).zip(COLUMNS) {
            match object.get(key) {
                Some(serde_json::Value::Number(number)) => {
                    sheet.write_number(row, column, number.as_f64().unwrap_or_default())?;
                }
                Some(serde_json::Value::String(text)) => {
                    sheet.write_string(row, column, text)?;
                }
                _ => {}
            }
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    let last = u32::try_from(statements.len()).unwrap_or(u32::MAX);
    let columns = u16::try_from(COLUMNS.len() - 1).unwrap_or_default();
    sheet.autofilter(0, 0, last, columns)?;
    workbook.save_to_buffer()
}
