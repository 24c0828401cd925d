//! Why a report could not be read, in both languages.

use pack::Language;

/// Why a report could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Nothing but white space.
    #[error("the file holds no text")]
    Empty,
    /// The text has nothing of a report.
    #[error("the text is no work report: {0}")]
    NoReport(NoReport),
    /// A PDF, scanned or not.
    #[error("PDF files are not read; save the report as .docx, .html or plain text")]
    Pdf,
    /// A picture, an archive of pictures, an old .doc.
    #[error("this kind of file is not read ({0}); save the report as .docx, .html or plain text")]
    Format(&'static str),
    /// Bytes that are text in none of the encodings.
    #[error("the text is neither UTF-8 nor GB18030, from byte {0} on")]
    Encoding(usize),
    /// The .docx cannot be opened.
    #[error("the .docx is damaged: {0}")]
    Docx(String),
    /// More text than a report has.
    #[error("{what} is larger than {max} bytes")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit in bytes.
        max: u64,
    },
}

/// What is missing for a report.
#[derive(Debug, Clone, Copy, thiserror::Error)]
pub enum NoReport {
    /// Hardly any Chinese.
    #[error("hardly any Chinese characters")]
    NoChinese,
    /// No statement was found.
    #[error("it has no quantified statement")]
    NoStatement,
    /// Figures, but no word that reports of a government have.
    #[error("it has figures, but no word that a government's report has")]
    NoWord,
}

impl ReportError {
    /// A stable name.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Empty => "report_empty",
            Self::NoReport(_) => "report_none",
            Self::Pdf => "report_pdf",
            Self::Format(_) => "report_format",
            Self::Encoding(_) => "report_encoding",
            Self::Docx(_) => "report_docx",
            Self::TooLarge { .. } => "report_too_large",
        }
    }

    /// The sentence for a person.
    pub fn say(&self, language: Language) -> String {
        if language == Language::English {
            return self.to_string();
        }
        match self {
            Self::Empty => "文件中没有文字".to_owned(),
            Self::NoReport(NoReport::NoChinese) => "这不是政府工作报告:几乎没有汉字".to_owned(),
            Self::NoReport(NoReport::NoStatement) => {
                "这不是政府工作报告:没有一处可计量的表述".to_owned()
            }
            Self::NoReport(NoReport::NoWord) => {
                "这不是政府工作报告:有数字,但没有政府报告的用语".to_owned()
            }
            Self::Pdf => "不读取 PDF(含扫描件);请另存为 .docx、.html 或纯文本".to_owned(),
            Self::Format(kind) => {
                format!("不读取此类文件({kind});请另存为 .docx、.html 或纯文本")
            }
            Self::Encoding(byte) => {
                format!("文字既不是 UTF-8 也不是 GB18030(第 {byte} 字节起)")
            }
            Self::Docx(why) => format!(".docx 文件已损坏:{why}"),
            Self::TooLarge { what, max } => format!("{what} 超过 {max} 字节"),
        }
    }
}
