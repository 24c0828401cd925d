//! Bytes of a text file become text: UTF-8 with or without its mark, UTF-16 with its mark, else
//! GB18030, which holds GBK and GB 2312.

use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};

use crate::reading::error::ReportError;

/// Decodes without losing anything: a byte that does not fit is a mistake, not a question mark.
pub fn decode(bytes: &[u8]) -> Result<String, ReportError> {
    let marks: [(&[u8], &'static Encoding); 2] = [(b"\xff\xfe", UTF_16LE), (b"\xfe\xff", UTF_16BE)];
    if let Some((mark, encoding)) = marks.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        let rest = bytes.get(mark.len()..).unwrap_or_default();
        let text = encoding.decode_without_bom_handling_and_without_replacement(rest);
        return text.map(|text| text.into_owned()).ok_or(ReportError::Encoding(0));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.contains(&0) {
        return Err(ReportError::Format("binary"));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes);
            let text = text.map(|text| text.into_owned());
            text.ok_or(ReportError::Encoding(error.valid_up_to()))
        }
    }
}
