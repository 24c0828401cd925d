//! `liangwang report write`: a text with live figures of a district, into files.

use std::path::PathBuf;

use store::chain;
use targets::indicator::catch_up;
use targets::writing::gather::gather;
use targets::writing::sheet::Sheet;
use targets::writing::{Standing, Template, Written, docx, html, pdf, render, xlsx};

use super::Words;
use crate::district::Place;
use crate::failure::Failure;

/// What to write, and into which files.
#[derive(clap::Args)]
pub struct Write {
    /// The text: a file, or the name of a template of the pack
    template: String,
    /// The year whose results it tells
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i16).range(1949..=2199))]
    year: i16,
    /// Write a Word file
    #[arg(long, value_name = "OUT")]
    docx: Option<PathBuf>,
    /// Write a PDF file; the font is that of --font or of this machine
    #[arg(long, value_name = "OUT")]
    pdf: Option<PathBuf>,
    /// Write an HTML file
    #[arg(long, value_name = "OUT")]
    html: Option<PathBuf>,
    /// Write a workbook of all figures
    #[arg(long, value_name = "OUT")]
    xlsx: Option<PathBuf>,
    /// Where the site is, for links to the records
    #[arg(long, value_name = "URL")]
    site: Option<String>,
    /// A font with Chinese characters for the PDF
    #[arg(long, value_name = "FILE", env = "LIANGWANG_FONT")]
    font: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    words: Words,
}

/// Runs the command.
pub async fn run(asked: &Write) -> Result<(), Failure> {
    let (file, text) = text(asked)?;
    let template = Template::read(&file, &text, &[]).map_err(|found| Failure::mistakes(&found))?;
    let store = asked.place.open().await?;
    let (_, head) = chain::head(&store).await?;
    let rules = crate::district::adopted(&store).await?;
    catch_up(&store, rules.today()).await?;
    let asked_for = template.asked(asked.year);
    let figures = gather(&store, rules.today(), asked_for).await.map_err(failure)?;
    store.close().await;
    let written = render(&template, asked.year, &figures, &head);
    let site = asked.site.as_deref().map(|site| site.trim_end_matches('/'));
    let sheet = Sheet { written: &written, corrections: &[], site, edition: None };
    if let Some(out) = &asked.docx {
        super::file::write(out, &docx::file(&sheet).map_err(failure)?)?;
    }
    if let Some(out) = &asked.pdf {
        let fonts = pdf::Fonts::find(asked.font.as_deref()).map_err(failure)?;
        super::file::write(out, &pdf::file(&sheet, &fonts).map_err(failure)?)?;
    }
    if let Some(out) = &asked.html {
        super::file::write(out, html::file(&sheet).as_bytes())?;
    }
    if let Some(out) = &asked.xlsx {
        super::file::write(out, &xlsx::file(&sheet).map_err(failure)?)?;
    }
    if [&asked.docx, &asked.pdf, &asked.html, &asked.xlsx].into_iter().all(Option::is_none) {
        for block in &written.blocks {
            say!("{}\n", written.words(block));
        }
    }
    tell(&written);
    Ok(())
}

fn failure(error: targets::writing::WritingError) -> Failure {
    Failure::keyed(error.to_string(), error.key())
}

/// Name for mistakes, and text.
fn text(asked: &Write) -> Result<(String, String), Failure> {
    let name = &asked.template;
    let path = PathBuf::from(name);
    if path.is_file() {
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Failure::new(format!("{name}: {error}")))?;
        return Ok((name.clone(), text));
    }
    let packs = match &asked.words.packs {
        Some(folder) => crate::packs::read(folder)?,
        None => crate::packs::shipped(),
    };
    let pack = &asked.words.pack;
    let files = packs.get(pack);
    let inside = format!("templates/{name}.md");
    let found = files.and_then(|files| files.0.get(&inside));
    let text = found.ok_or_else(|| {
        let names = files.map(|files| targets::writing::template::names(files).join(", "));
        let names = names.unwrap_or_default();
        Failure::new(format!("`{name}` is neither a file nor a template of `{pack}` ({names})"))
    })?;
    Ok((format!("{pack}/{inside}"), text.clone()))
}

fn tell(written: &Written) {
    say!("{}", written.statement());
    for one in written.figures.iter().filter(|one| one.standing == Standing::Unproved) {
        say!("  [{}] {} {}: {}", one.number, one.id, one.span, one.basis);
    }
}
