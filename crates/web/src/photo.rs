//! What people upload becomes a picture (照片) that is safe to keep and to show: its kind is judged
//! by its content, its size before it is decoded, and it is drawn anew, so that nothing but the
//! pixels survives: no place, no name of a camera, nothing that was hidden or appended.
//! Where pictures are kept is `store::blobs`. A telephone's picture takes a second of processor time
//! and 150 MB, the largest and worst three seconds and 420 MB: call this on a blocking thread
//! (`tokio::task::spawn_blocking`), few at a time.

use std::io::Cursor;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageError, Rgba};
use store::blobs::Blob;

/// The media type of every picture that is kept.
pub const MEDIA: &str = "image/jpeg";

/// How good the picture is drawn anew, of 100.
const QUALITY: u8 = 82;

/// What is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of an upload.
    pub bytes: usize,
    /// Most pixels, judged before anything is decoded.
    pub pixels: u64,
    /// The longer side of the picture that is kept.
    pub side: u32,
    /// The longer side of its smaller form.
    pub small_side: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 10 << 20, pixels: 40_000_000, side: 2_048, small_side: 480 }
    }
}

/// Why a picture is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    /// Nothing was chosen, or the upload broke off at once.
    #[error("the file is empty")]
    Empty,
    /// More bytes than allowed.
    #[error("the file has more than {0} bytes")]
    TooManyBytes(usize),
    /// More pixels than allowed.
    #[error("the picture has more than {0} pixels")]
    TooManyPixels(u64),
    /// Telephones of one maker take pictures so unless told otherwise.
    #[error("the picture is in HEIC; send it as JPEG")]
    Heic,
    /// Several pictures in one file.
    #[error("the picture moves; send one that does not")]
    Moving,
    /// Not JPEG, PNG or WebP, whatever its name says.
    #[error("the file is no JPEG, PNG or WebP picture")]
    NotAPicture,
    /// Cut off, or broken inside.
    #[error("the picture is damaged or cut off")]
    Damaged,
}

impl PhotoError {
    /// The stable key that leads to the text in the reader's language.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Empty => "photo_empty",
            Self::TooManyBytes(_) => "photo_too_many_bytes",
            Self::TooManyPixels(_) => "photo_too_many_pixels",
            Self::Heic => "photo_heic",
            Self::Moving => "photo_moving",
            Self::NotAPicture => "photo_not_a_picture",
            Self::Damaged => "photo_damaged",
        }
    }
}

/// Takes an upload: the picture upright, at most so large, with its smaller form.
pub fn accept(bytes: &[u8], limits: &Limits) -> Result<Blob, PhotoError> {
    if bytes.len() > limits.bytes {
        return Err(PhotoError::TooManyBytes(limits.bytes));
    }
    let refused = |error| refused(&error, limits);
    let image = match sniff(bytes)? {
        Kind::Jpeg => {
            let whole = jpeg_end(bytes).and_then(|end| bytes.get(..end));
            let whole = whole.ok_or(PhotoError::Damaged)?;
            draw(JpegDecoder::new(Cursor::new(whole)).map_err(refused)?, limits)
        }
        Kind::Png => {
            let mut memory = image::Limits::no_limits();
            memory.max_alloc = Some(memory_max(limits));
            let decoder = PngDecoder::with_limits(Cursor::new(bytes), memory).map_err(refused)?;
            if decoder.is_apng().map_err(refused)? {
                return Err(PhotoError::Moving);
            }
            draw(decoder, limits)
        }
        Kind::WebP => {
            let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(refused)?;
            if decoder.has_animation() {
                return Err(PhotoError::Moving);
            }
            draw(decoder, limits)
        }
    }?;
    let small = shrink(&image, limits.small_side);
    let size = (image.width(), image.height());
    Ok(Blob::new(MEDIA, size, encode(&image)?, encode(&small)?))
}

/// What an upload is by its first bytes.
enum Kind {
    Jpeg,
    Png,
    WebP,
}

fn sniff(bytes: &[u8]) -> Result<Kind, PhotoError> {
    match bytes {
        [] => Err(PhotoError::Empty),
        [0xff, 0xd8, 0xff, ..] => Ok(Kind::Jpeg),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Ok(Kind::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok(Kind::WebP),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => {
            let heic = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"];
            let is_heic = heic.iter().any(|known| brand.starts_with(*known));
            Err(if is_heic { PhotoError::Heic } else { PhotoError::NotAPicture })
        }
        _ => Err(PhotoError::NotAPicture),
    }
}

/// Where a JPEG ends. Decoders fill in what is missing of one that was cut off, and telephones
/// append films and second pictures: neither is looked at.
fn jpeg_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        at += match (bytes.get(at)?, bytes.get(at + 1)?) {
            (0xff, 0xd9) => return Some(at + 2),
            // Within a scan: data, a stuffed byte, a restart.
            (0xff, 0x00 | 0x01 | 0xd0..=0xd8) => 2,
            (0xff, 0xff) | (0..=0xfe, _) => 1,
            (0xff, _) => {
                let length = [*bytes.get(at + 2)?, *bytes.get(at + 3)?];
                2 + usize::from(u16::from_be_bytes(length)).max(2)
            }
        };
    }
}

/// The largest picture in four bytes a pixel; decoders get no more.
fn memory_max(limits: &Limits) -> u64 {
    limits.pixels.saturating_mul(4)
}

fn refused(error: &ImageError, limits: &Limits) -> PhotoError {
    match error {
        ImageError::Limits(_) => PhotoError::TooManyPixels(limits.pixels),
        _ => PhotoError::Damaged,
    }
}

/// Decodes, shrinks and turns upright; what was transparent becomes white.
fn draw(mut decoder: impl ImageDecoder, limits: &Limits) -> Result<DynamicImage, PhotoError> {
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > limits.pixels || decoder.total_bytes() > memory_max(limits) {
        return Err(PhotoError::TooManyPixels(limits.pixels));
    }
    let refused = |error| refused(&error, limits);
    let orientation = decoder.orientation().map_err(refused)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(refused)?;
    image = shrink(&image, limits.side);
    image.apply_orientation(orientation);
    Ok(flatten(&image))
}

/// At most so many pixels on the longer side; smaller pictures stay as they are.
fn shrink(image: &DynamicImage, side: u32) -> DynamicImage {
    if image.width().max(image.height()) <= side {
        return image.clone();
    }
    image.resize(side, side, FilterType::Triangle)
}

/// On white, so that what lies hidden in transparent pixels does not come to light.
fn flatten(image: &DynamicImage) -> DynamicImage {
    if !image.has_alpha() {
        return DynamicImage::ImageRgb8(image.to_rgb8());
    }
    let mut flat = image.to_rgba8();
    for Rgba([red, green, blue, alpha]) in flat.pixels_mut() {
        let opaque = u32::from(*alpha);
        for colour in [red, green, blue] {
            let mixed = (u32::from(*colour) * opaque + 255 * (255 - opaque)) / 255;
            *colour = u8::try_from(mixed).unwrap_or(u8::MAX);
        }
    }
    DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(flat).to_rgb8())
}

fn encode(image: &DynamicImage) -> Result<Vec<u8>, PhotoError> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    image.write_with_encoder(encoder).map_err(|_| PhotoError::Damaged)?;
    Ok(bytes)
}
