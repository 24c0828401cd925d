//! A report as PDF on A4 with an embedded subset of a Chinese font of this machine. The layout is ours
//! and small: lines of characters, no line begins with a closing mark, numbers are not torn apart,
//! notes stand at the end with links to the records. Why the font is the machine's: ADR 0009.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use krilla::Document;
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::geom::{Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::text::{Font, TextDirection};

use super::error::WritingError;
use super::render::{Kind, Piece};
use super::sheet::Sheet;

const PAGE: (f32, f32) = (595.3, 841.9);
const LEFT: f32 = 79.0;
const RIGHT: f32 = 74.0;
const TOP: f32 = 88.0;
const BOTTOM: f32 = 80.0;

/// Where Debian, other systems and the usual packages keep fonts with Chinese characters: for the text,
/// and for headings.
const TEXT_FONTS: [&str; 7] = [
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-serif-cjk-fonts/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
];
const HEAD_FONTS: [&str; 4] = [
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
];

/// No line begins with one of these, and none ends with one of those.
const CLOSING: &str = "，。、；：？！”’）》〕】」』%％…—·,.;:?!)]}";
const OPENING: &str = "“‘（《〔【「『([{";

/// Fonts of the machine.
#[derive(Debug, Clone)]
pub struct Fonts {
    text: Arc<Face>,
    head: Arc<Face>,
}

#[derive(Debug)]
struct Face {
    bytes: Arc<Vec<u8>>,
    index: u32,
}

impl Fonts {
    /// The named font, else the first of the usual ones that is there.
    pub fn find(named: Option<&Path>) -> Result<Self, WritingError> {
        if let Some(path) = named {
            let face = Arc::new(Face::read(path)?);
            return Ok(Self { text: face.clone(), head: face });
        }
        let first = |paths: &[&str]| {
            let mut there = paths.iter().map(PathBuf::from).filter(|path| path.is_file());
            there.find_map(|path| Face::read(&path).ok()).map(Arc::new)
        };
        let text = first(&TEXT_FONTS).ok_or(WritingError::NoFont)?;
        let head = first(&HEAD_FONTS).unwrap_or_else(|| text.clone());
        Ok(Self { text, head })
    }
}

impl Face {
    fn read(path: &Path) -> Result<Self, WritingError> {
        let wrong =
            |what: String| WritingError::File("font", format!("{}: {what}", path.display()));
        let bytes = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
        // In a collection of the Noto family the third face has the forms of the mainland.
        let index = match ttf_parser::fonts_in_collection(&bytes) {
            Some(count) if count > 2 => 2,
            _ => 0,
        };
        let face = Self { bytes: Arc::new(bytes), index };
        let has = face.parsed().is_some_and(|parsed| parsed.glyph_index('政').is_some());
        if has { Ok(face) } else { Err(wrong("it has no Chinese characters".to_owned())) }
    }

    fn parsed(&self) -> Option<ttf_parser::Face<'_>> {
        ttf_parser::Face::parse(&self.bytes, self.index).ok()
    }
}

/// How a word is set.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Style {
    head: bool,
    size: f32,
    rise: f32,
}

/// What is never torn apart.
#[derive(Debug, Clone)]
struct Atom {
    text: String,
    width: f32,
    style: Style,
    link: Option<usize>,
}

/// Words with a style, and the number of the link they are.
type Run = (String, Style, Option<usize>);

const BODY: Style = Style { head: false, size: 16.0, rise: 0.0 };
const MARK: Style = Style { head: false, size: 8.5, rise: 6.5 };
const TITLE: Style = Style { head: true, size: 22.0, rise: 0.0 };
const CHAPTER: Style = Style { head: true, size: 17.0, rise: 0.0 };
const SECTION: Style = Style { head: true, size: 16.0, rise: 0.0 };
const NOTE: Style = Style { head: false, size: 10.0, rise: 0.0 };

/// The file.
pub fn file(sheet: &Sheet<'_>, fonts: &Fonts) -> Result<Vec<u8>, WritingError> {
    let wrong = |what: &str| WritingError::File("pdf", what.to_owned());
    let (Some(text), Some(head)) = (fonts.text.parsed(), fonts.head.parsed()) else {
        return Err(wrong("a font cannot be read"));
    };
    let load = |face: &Face| Font::new(face.bytes.clone().into(), face.index);
    let (Some(text_font), Some(head_font)) = (load(&fonts.text), load(&fonts.head)) else {
        return Err(wrong("a font cannot be used"));
    };
    let measure = Measure { text, head };
    let mut pages = Pages::default();
    let links = lay(sheet, &measure, &mut pages);
    let mut document = Document::new();
    let about = Metadata::new().title(sheet.written.title.clone()).language("zh-CN".to_owned());
    document.set_metadata(about);
    for (number, lines) in (1..).zip(&pages.pages) {
        let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| wrong("the page size"))?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        let mut draw = |x: f32, y: f32, style: Style, text: &str| {
            let font = if style.head { &head_font } else { &text_font };
            let at = Point::from_xy(x, y - style.rise);
            let way = TextDirection::LeftToRight;
            surface.draw_text(at, font.clone(), style.size, text, false, way);
        };
        for piece in lines.iter().flat_map(|line| &line.pieces) {
            draw(piece.x, piece.y, piece.style, &piece.text);
        }
        let foot = format!("— {number} —");
        let width = measure.width(&foot, NOTE);
        draw((PAGE.0 - width) / 2.0, PAGE.1 - 45.0, NOTE, &foot);
        surface.finish();
        for piece in lines.iter().flat_map(|line| &line.pieces) {
            let link = piece.link.and_then(|at| links.get(at));
            let (from, to) = (piece.y - piece.style.size, piece.y + 3.0);
            let area = Rect::from_ltrb(piece.x, from, piece.x + piece.width, to);
            if let (Some(link), Some(area)) = (link, area) {
                let target = Target::Action(Action::Link(LinkAction::new(link.clone())));
                let note = LinkAnnotation::new(area, target);
                page.add_annotation(Annotation::new_link(note, Some("查看记录".to_owned())));
            }
        }
        page.finish();
    }
    document.finish().map_err(|error| wrong(&format!("{error:?}")))
}

/// Puts everything on pages; the addresses of its links.
fn lay(sheet: &Sheet<'_>, measure: &Measure<'_>, pages: &mut Pages) -> Vec<String> {
    let mut links = Vec::new();
    for block in &sheet.written.blocks {
        let (style, height, gap) = match block.kind {
            Kind::Title => (TITLE, 36.0, 16.0),
            Kind::Chapter => (CHAPTER, 32.0, 6.0),
            Kind::Section => (SECTION, 30.0, 2.0),
            Kind::Paragraph => (BODY, 28.0, 0.0),
        };
        let mut runs: Vec<Run> = Vec::new();
        for piece in &block.pieces {
            match piece {
                Piece::Words(words) => runs.push((words.clone(), style, None)),
                Piece::Figure(number) => figure(&mut runs, sheet, *number, style),
            }
        }
        let indent = if block.kind == Kind::Title { 0.0 } else { style.size * 2.0 };
        let set = Set { height, indent, centred: block.kind == Kind::Title };
        pages.space(gap, 3.0 * height);
        pages.paragraph(measure, &runs, &set);
        if block.kind == Kind::Title {
            let quiet = Set { height: 20.0, indent: 0.0, centred: true };
            pages.paragraph(measure, &[(sheet.standing(), NOTE, None)], &quiet);
            pages.space(12.0, 0.0);
        }
    }
    pages.space(24.0, 80.0);
    let set = Set { height: 15.0, indent: 0.0, centred: false };
    pages.paragraph(measure, &[("注释".to_owned(), SECTION, None)], &Set { height: 26.0, ..set });
    for figure in &sheet.written.figures {
        let note = format!("[{}] {}", figure.number, sheet.note(figure));
        let mut runs = vec![(note, NOTE, None)];
        if let Some(link) = sheet.link(figure) {
            runs.push((" 查看记录 ".to_owned(), NOTE, Some(links.len())));
            links.push(link);
        }
        pages.paragraph(measure, &runs, &set);
    }
    pages.space(10.0, 0.0);
    pages.paragraph(measure, &[(sheet.written.statement(), NOTE, None)], &set);
    links
}

fn figure(runs: &mut Vec<Run>, sheet: &Sheet<'_>, number: usize, style: Style) {
    let Some(figure) = sheet.written.figure(number) else { return };
    let shown = match sheet.of(number).last() {
        Some(fix) => format!("{}〔更正，原为{}〕", fix.new, figure.shown),
        None => figure.shown.clone(),
    };
    runs.push((format!("{shown}{}", figure.standing.mark()), style, None));
    runs.push((format!("[{number}]"), MARK, None));
}

struct Measure<'m> {
    text: ttf_parser::Face<'m>,
    head: ttf_parser::Face<'m>,
}

impl Measure<'_> {
    fn width(&self, text: &str, style: Style) -> f32 {
        let face = if style.head { &self.head } else { &self.text };
        let em = f32::from(face.units_per_em().max(1));
        let advance = |c: char| {
            let glyph = face.glyph_index(c)?;
            face.glyph_hor_advance(glyph)
        };
        let sum: f32 = text.chars().map(|c| advance(c).map_or(em, f32::from)).sum();
        sum / em * style.size
    }

    /// Splits words into what is never torn apart.
    fn atoms(&self, runs: &[Run]) -> Vec<Atom> {
        let mut atoms: Vec<Atom> = Vec::new();
        for (text, style, link) in runs {
            let mut first = true;
            for c in text.chars() {
                let joins = atoms.last().is_some_and(|last| {
                    let end = last.text.chars().last().unwrap_or(' ');
                    let number = |c: char| c.is_ascii_alphanumeric() || ".,-/:%".contains(c);
                    CLOSING.contains(c) || OPENING.contains(end) || (number(c) && number(end))
                });
                match atoms.last_mut().filter(|last| {
                    joins
                        && !first
                        && last.style == *style
                        && last.link == *link
                        && last.width < 200.0
                }) {
                    Some(last) => {
                        last.text.push(c);
                        last.width = self.width(&last.text, *style);
                    }
                    None => {
                        let text = c.to_string();
                        let width = self.width(&text, *style);
                        atoms.push(Atom { text, width, style: *style, link: *link });
                    }
                }
                first = false;
            }
        }
        atoms
    }
}

/// How a paragraph is set.
#[derive(Debug, Clone, Copy)]
struct Set {
    height: f32,
    indent: f32,
    centred: bool,
}

#[derive(Debug)]
struct Drawn {
    x: f32,
    y: f32,
    width: f32,
    style: Style,
    text: String,
    link: Option<usize>,
}

#[derive(Debug)]
struct Line {
    pieces: Vec<Drawn>,
}

#[derive(Debug, Default)]
struct Pages {
    pages: Vec<Vec<Line>>,
    y: f32,
}

impl Pages {
    /// Leaves room; a new page where less than `needed` is left of this one.
    fn space(&mut self, gap: f32, needed: f32) {
        self.y += gap;
        if self.y + needed > PAGE.1 - BOTTOM {
            self.pages.push(Vec::new());
            self.y = TOP;
        }
    }

    fn paragraph(&mut self, measure: &Measure<'_>, runs: &[Run], set: &Set) {
        let room = PAGE.0 - LEFT - RIGHT;
        let (mut line, mut width): (Vec<Atom>, f32) = (Vec::new(), set.indent);
        let mut indent = set.indent;
        for atom in measure.atoms(runs) {
            // A number of a note belongs to the word before it.
            let hangs = atom.style.rise > 0.0 || atom.text.chars().all(|c| CLOSING.contains(c));
            if width + atom.width > room && !line.is_empty() && !hangs {
                self.line(&line, indent, set);
                line.clear();
                (width, indent) = (0.0, 0.0);
            }
            width += atom.width;
            line.push(atom);
        }
        if !line.is_empty() {
            self.line(&line, indent, set);
        }
    }

    fn line(&mut self, atoms: &[Atom], indent: f32, set: &Set) {
        if self.pages.is_empty() || self.y + set.height > PAGE.1 - BOTTOM {
            self.pages.push(Vec::new());
            self.y = TOP;
        }
        self.y += set.height;
        let whole: f32 = atoms.iter().map(|atom| atom.width).sum();
        let mut x = match set.centred {
            true => (PAGE.0 - whole) / 2.0,
            false => LEFT + indent,
        };
        let mut pieces: Vec<Drawn> = Vec::new();
        for atom in atoms {
            match pieces
                .last_mut()
                .filter(|last| last.style == atom.style && last.link == atom.link)
            {
                Some(last) => {
                    last.text.push_str(&atom.text);
                    last.width += atom.width;
                }
                None => pieces.push(Drawn {
                    x,
                    y: self.y,
                    width: atom.width,
                    style: atom.style,
                    text: atom.text.clone(),
                    link: atom.link,
                }),
            }
            x += atom.width;
        }
        if let Some(page) = self.pages.last_mut() {
            page.push(Line { pieces });
        }
    }
}
