//! All figures of a report as a workbook: one row each, then what was corrected, then what the report
//! rests on.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::error::WritingError;
use super::render::Standing;
use super::sheet::Sheet;

/// Heading and width.
const COLUMNS: [(&str, f64); 12] = [
    ("序号", 6.0),
    ("指标", 32.0),
    ("指标代码", 26.0),
    ("期间", 14.0),
    ("正文表述", 18.0),
    ("数值", 16.0),
    ("单位", 10.0),
    ("核验", 10.0),
    ("依据", 46.0),
    ("台账记录", 10.0),
    ("更正", 46.0),
    ("记录链接", 40.0),
];

/// The file.
pub fn file(sheet: &Sheet<'_>) -> Result<Vec<u8>, WritingError> {
    build(sheet).map_err(|error| WritingError::File("xlsx", error.to_string()))
}

fn build(sheet: &Sheet<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    page.set_name("数据")?;
    let bold = Format::new().set_bold();
    for (column, (name, width)) in (0_u16..).zip(COLUMNS) {
        page.write_string_with_format(0, column, name, &bold)?;
        page.set_column_width(column, width)?;
    }
    let mut row = 0_u32;
    for figure in &sheet.written.figures {
        row += 1;
        page.write_number(row, 0, f64::from(u32::try_from(figure.number).unwrap_or_default()))?;
        page.write_string(row, 1, &figure.name)?;
        page.write_string(row, 2, &figure.id)?;
        page.write_string(row, 3, figure.span.chinese())?;
        page.write_string(row, 4, &figure.shown)?;
        match figure.value.and_then(|value| value.to_string().parse::<f64>().ok()) {
            Some(value) => page.write_number(row, 5, value)?,
            None => page.write_string(row, 5, "—")?,
        };
        page.write_string(row, 6, &figure.unit)?;
        let standing = match figure.standing {
            Standing::Counted => "逐条核算",
            Standing::Declared => "申报",
            Standing::Unproved => "无法核验",
        };
        page.write_string(row, 7, standing)?;
        page.write_string(row, 8, &figure.basis)?;
        if let Some(entry) = figure.entry.and_then(|entry| u32::try_from(entry).ok()) {
            page.write_number(row, 9, f64::from(entry))?;
        }
        let fixes: Vec<String> = sheet.of(figure.number).map(|one| one.words()).collect();
        page.write_string(row, 10, fixes.join("；"))?;
        if let Some(link) = sheet.link(figure) {
            // A plain text: a workbook may have fewer links than a report has figures.
            page.write_string(row, 11, link)?;
        }
    }
    page.set_freeze_panes(1, 0)?;
    let columns = u16::try_from(COLUMNS.len() - 1).unwrap_or_default();
    page.autofilter(0, 0, row, columns)?;
    page.write_string(row + 2, 1, sheet.standing())?;
    page.write_string(row + 3, 1, sheet.written.statement())?;
    workbook.save_to_buffer()
}
