//! Uploads: drawn anew, upright, without anything but their pixels; what is no picture, or would
//! take too much memory or time, is refused.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ImageEncoder, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;
use store::blobs::Blob;
use web::photo::{Limits, MEDIA, PhotoError, accept};

const RED: Rgb<u8> = Rgb([200, 30, 30]);
const BLUE: Rgb<u8> = Rgb([30, 30, 200]);

/// Red in its upper left quarter, blue elsewhere.
fn picture(width: u32, height: u32) -> DynamicImage {
    let red = |x, y| x < width.div_ceil(2) && y < height.div_ceil(2);
    RgbImage::from_fn(width, height, |x, y| if red(x, y) { RED } else { BLUE }).into()
}

fn written(image: &DynamicImage, kind: &str, exif: Option<&[u8]>) -> Vec<u8> {
    fn write(mut encoder: impl ImageEncoder, image: &DynamicImage, exif: Option<&[u8]>) {
        if let Some(exif) = exif {
            encoder.set_exif_metadata(exif.to_vec()).unwrap();
        }
        image.write_with_encoder(encoder).unwrap();
    }
    let mut bytes = Vec::new();
    match kind {
        "jpeg" => write(JpegEncoder::new_with_quality(&mut bytes, 90), image, exif),
        "png" => write(PngEncoder::new(&mut bytes), image, exif),
        "webp" => write(WebPEncoder::new_lossless(&mut bytes), image, exif),
        other => panic!("`{other}` is not written here"),
    }
    bytes
}

fn taken(bytes: &[u8]) -> Blob {
    accept(bytes, &Limits::default()).unwrap()
}

fn refused(bytes: &[u8]) -> &'static str {
    accept(bytes, &Limits::default()).map_or_else(|error| error.key(), |_| "taken")
}

fn drawn(jpeg: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg).unwrap().to_rgb8()
}

/// Which quarter of a picture is red.
fn red_quarter(jpeg: &[u8]) -> &'static str {
    let image = drawn(jpeg);
    let (width, height) = image.dimensions();
    let quarters = [(1, 1, "upper left"), (3, 1, "upper right")];
    let quarters = quarters.into_iter().chain([(1, 3, "lower left"), (3, 3, "lower right")]);
    let mut red = quarters.filter(|(x, y, _)| {
        let Rgb([r, _, b]) = image.get_pixel(width * x / 4, height * y / 4);
        r > b
    });
    let found = red.next().expect("no quarter is red").2;
    assert!(red.next().is_none(), "more than one quarter is red");
    found
}

/// An EXIF block as a camera writes it: orientation, maker and a place.
fn exif(orientation: u8) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value].concat()
    };
    let at = |offset: u32| offset.to_le_bytes();
    let mut block = b"II*\0\x08\0\0\0\x03\0".to_vec();
    block.extend(entry(0x010f, 2, 16, at(50)));
    block.extend(entry(0x0112, 3, 1, [orientation, 0, 0, 0]));
    block.extend(entry(0x8825, 4, 1, at(66)));
    block.extend([0; 4]);
    block.extend(b"Kamera-Werkst.7\0");
    block.extend([2, 0]);
    block.extend(entry(1, 2, 2, *b"N\0\0\0"));
    block.extend(entry(2, 5, 3, at(96)));
    block.extend([0; 4]);
    for part in [31, 1, 14, 1, 271_828, 31_415u32] {
        block.extend(part.wrapping_mul(1_000_003).to_le_bytes());
    }
    block
}

/// The segments of a JPEG up to its scan.
fn segments(jpeg: &[u8]) -> Vec<u8> {
    let mut found = Vec::new();
    let mut at = 2;
    while jpeg[at + 1] != 0xda {
        assert_eq!(jpeg[at], 0xff);
        found.push(jpeg[at + 1]);
        at += 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
    }
    found
}

/// Nothing but a JFIF header, tables and a frame: no EXIF, profile, thumbnail or comment.
fn holds_only_pixels(jpeg: &[u8]) -> bool {
    segments(jpeg).into_iter().all(|marker| matches!(marker, 0xe0 | 0xdb | 0xc0 | 0xc4))
        && jpeg[2..].starts_with(b"\xff\xe0\x00\x10JFIF\0")
        && jpeg.ends_with(b"\xff\xd9")
}

#[test]
fn each_kind_of_picture_becomes_a_jpeg_with_a_small_form() {
    for kind in ["jpeg", "png", "webp"] {
        let blob = taken(&written(&picture(600, 300), kind, None));
        assert_eq!((blob.media.as_str(), blob.width, blob.height), (MEDIA, 600, 300), "{kind}");
        assert_eq!(drawn(&blob.bytes).dimensions(), (600, 300), "{kind}");
        assert_eq!(drawn(&blob.small).dimensions(), (480, 240), "{kind}");
        for form in [&blob.bytes, &blob.small] {
            assert_eq!(red_quarter(form), "upper left", "{kind}");
            assert!(holds_only_pixels(form), "{kind}: {:x?}", segments(form));
        }
    }
}

#[test]
fn a_picture_is_as_large_as_allowed_at_most_and_never_enlarged() {
    for ((width, height), kept, small) in [
        ((1, 1), (1, 1), (1, 1)),
        ((480, 2), (480, 2), (480, 2)),
        ((2_048, 10), (2_048, 10), (480, 2)),
        ((2_100, 20), (2_048, 20), (480, 5)),
        ((20, 4_096), (10, 2_048), (2, 480)),
        ((4_000, 1), (2_048, 1), (480, 1)),
    ] {
        let blob = taken(&written(&picture(width, height), "png", None));
        assert_eq!((blob.width, blob.height), kept, "{width}×{height}");
        assert_eq!(drawn(&blob.bytes).dimensions(), kept, "{width}×{height}");
        assert_eq!(drawn(&blob.small).dimensions(), small, "{width}×{height}");
    }
}

#[test]
fn a_picture_is_turned_upright() {
    for (orientation, size, red) in [
        (1, (64, 32), "upper left"),
        (2, (64, 32), "upper right"),
        (3, (64, 32), "lower right"),
        (4, (64, 32), "lower left"),
        (5, (32, 64), "upper left"),
        (6, (32, 64), "upper right"),
        (7, (32, 64), "lower right"),
        (8, (32, 64), "lower left"),
    ] {
        for kind in ["jpeg", "png", "webp"] {
            let blob = taken(&written(&picture(64, 32), kind, Some(&exif(orientation))));
            let found = ((blob.width, blob.height), red_quarter(&blob.bytes));
            assert_eq!(found, (size, red), "{kind} with orientation {orientation}");
            assert_eq!(red_quarter(&blob.small), red, "{kind} with orientation {orientation}");
        }
    }
}

#[test]
fn no_byte_of_the_place_or_the_camera_survives() {
    let exif = exif(1);
    for kind in ["jpeg", "png", "webp"] {
        let upload = written(&picture(64, 32), kind, Some(&exif));
        let contains = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|w| w == part);
        assert!(contains(&upload, &exif), "{kind}: the upload holds no place to be lost");
        let blob = taken(&upload);
        assert_eq!(blob, taken(&written(&picture(64, 32), kind, None)), "{kind}");
        for form in [&blob.bytes, &blob.small] {
            // Runs of zeros stand in every JPEG.
            let telling = |part: &&[u8]| part.iter().filter(|byte| **byte != 0).count() >= 4;
            for part in exif[50..].windows(6).filter(telling) {
                assert!(!contains(form, part), "{kind}: {part:?} survives");
            }
        }
    }
}

#[test]
fn what_is_appended_to_a_picture_is_gone() {
    let clean = written(&picture(64, 32), "jpeg", None);
    let second = written(&picture(16, 16), "jpeg", Some(&exif(6)));
    for appended in [b"PK\x03\x04 an archive".as_slice(), b"<script>alert(1)</script>", &second] {
        assert_eq!(taken(&[&clean, appended].concat()), taken(&clean));
    }
}

#[test]
fn what_lies_hidden_in_transparent_pixels_becomes_white() {
    let hidden = |x, _| if x < 32 { Rgba([200, 30, 30, 0]) } else { Rgba([30, 30, 200, 255]) };
    let image = DynamicImage::from(RgbaImage::from_fn(64, 32, hidden));
    for kind in ["png", "webp"] {
        let image = drawn(&taken(&written(&image, kind, None)).bytes);
        assert!(image.get_pixel(8, 8).0.iter().all(|part| *part > 250), "{kind}");
        let Rgb([red, _, blue]) = *image.get_pixel(56, 8);
        assert!(blue > 150 && red < 80, "{kind}");
    }
}

#[test]
fn a_file_that_is_no_picture_is_refused_whatever_its_name_says() {
    for (bytes, key) in [
        (b"".as_slice(), "photo_empty"),
        (b"not a picture, though its name ends with .jpg", "photo_not_a_picture"),
        (b"GIF89a\x01\0\x01\0\x80\0\0", "photo_not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo_not_a_picture"),
        (b"%PDF-1.7\n", "photo_not_a_picture"),
        (b"MZ\x90\0", "photo_not_a_picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "photo_heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "photo_heic"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "photo_not_a_picture"),
        (b"RIFF\x04\0\0\0WAVE", "photo_not_a_picture"),
        (b"\xff\xd8\xff", "photo_damaged"),
        (b"\x89PNG\r\n\x1a\n", "photo_damaged"),
        (b"RIFF\x04\0\0\0WEBP", "photo_damaged"),
        (b"\xff\xd8", "photo_not_a_picture"),
        (b"\xff", "photo_not_a_picture"),
    ] {
        assert_eq!(refused(bytes), key, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_file_of_too_many_bytes_is_refused_before_it_is_looked_at() {
    let limits = Limits { bytes: 100, ..Limits::default() };
    assert_eq!(accept(&[0; 101], &limits), Err(PhotoError::TooManyBytes(100)));
    assert_eq!(accept(&[0; 100], &limits), Err(PhotoError::NotAPicture));
    let largest = vec![0; 10 * 1_024 * 1_024];
    assert_eq!(refused(&largest), "photo_not_a_picture");
    assert_eq!(refused(&[largest, vec![0]].concat()), "photo_too_many_bytes");
}

/// Replaces the size in the header of a picture, with the checksum that a PNG wants.
fn claim(kind: &str, width: u16, height: u16) -> Vec<u8> {
    let mut bytes = written(&picture(16, 16), kind, None);
    let (w, h) = (width.to_be_bytes(), height.to_be_bytes());
    match kind {
        "jpeg" => {
            let frame = bytes.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
            bytes[frame + 5..frame + 9].copy_from_slice(&[h, w].concat());
        }
        "png" => {
            bytes[16..24].copy_from_slice(&[[0, 0], w, [0, 0], h].concat());
            let checksum = crc32(&bytes[12..29]);
            bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
        }
        _ => {
            let size = u32::from(width - 1) | (u32::from(height - 1) << 14);
            bytes[21..25].copy_from_slice(&size.to_le_bytes());
        }
    }
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 * (sum & 1)))
    })
}

#[test]
fn a_header_that_claims_too_many_pixels_is_refused_before_anything_is_decoded() {
    for (kind, width, height, key) in [
        ("jpeg", 30_000, 30_000, "photo_too_many_pixels"),
        ("png", 30_000, 30_000, "photo_too_many_pixels"),
        ("webp", 16_383, 16_383, "photo_too_many_pixels"),
        ("jpeg", 65_535, 1_000, "photo_too_many_pixels"),
        ("png", 8_000, 5_001, "photo_too_many_pixels"),
        // Within the limit, but the pixels are not there.
        ("png", 8_000, 5_000, "photo_damaged"),
        ("png", 0, 16, "photo_damaged"),
        ("jpeg", 16, 0, "photo_damaged"),
    ] {
        assert_eq!(refused(&claim(kind, width, height)), key, "{kind} {width}×{height}");
    }
    assert_eq!(refused(&claim("png", 16, 16)), "taken");
}

fn png_chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [name, data].concat();
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], &named, &crc32(&named).to_be_bytes()].concat()
}

#[test]
fn a_picture_that_moves_is_refused() {
    let png = written(&picture(16, 16), "png", None);
    let frame = [[0, 0, 0, 0], [0, 0, 0, 16], [0, 0, 0, 16], [0; 4], [0; 4], [0; 4]].concat();
    let control = [
        png_chunk(b"acTL", &[0, 0, 0, 1, 0, 0, 0, 0]),
        png_chunk(b"fcTL", &[frame, vec![0, 0]].concat()),
    ];
    let moving = [&png[..33], &control.concat(), &png[33..]].concat();
    assert_eq!(refused(&moving), "photo_moving");

    let webp = written(&picture(16, 16), "webp", None);
    let chunk = |name: &[u8; 4], data: &[u8]| {
        [name, &u32::try_from(data.len()).unwrap().to_le_bytes()[..], data].concat()
    };
    let size = [15, 0, 0, 15, 0, 0];
    let place = [&[0; 6][..], &size, &[100, 0, 0, 0]].concat();
    let body = [
        b"WEBP".to_vec(),
        chunk(b"VP8X", &[&[2, 0, 0, 0][..], &size].concat()),
        chunk(b"ANIM", &[0; 6]),
        chunk(b"ANMF", &[place, webp[12..].to_vec()].concat()),
    ];
    assert_eq!(refused(&chunk(b"RIFF", &body.concat())), "photo_moving");
}

#[test]
fn a_picture_that_was_cut_off_is_refused_or_was_whole_already() {
    for kind in ["jpeg", "png", "webp"] {
        let whole = written(&picture(40, 24), kind, Some(&exif(6)));
        let blob = taken(&whole);
        let mut cuts = 0;
        for length in 0..whole.len() {
            match accept(&whole[..length], &Limits::default()) {
                Err(_) => cuts += 1,
                Ok(cut) => assert_eq!(cut, blob, "{kind} cut to {length} bytes"),
            }
        }
        assert!(cuts > whole.len() * 9 / 10, "{kind}: {cuts} of {} are refused", whole.len());
    }
}

proptest! {
    #[test]
    fn whatever_is_sent_is_a_small_clean_jpeg_or_refused(
        kind in 0usize..3,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in proptest::option::of(any::<prop::sample::Index>()),
        doubled in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = written(&picture(24, 17), ["jpeg", "png", "webp"][kind], Some(&exif(6)));
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Some(place) = doubled {
            let tail = bytes[place.index(bytes.len())..].to_vec();
            bytes.extend(tail);
        }
        if let Some(place) = cut {
            bytes.truncate(place.index(bytes.len()));
        }
        let limits = Limits { bytes: 10_000, pixels: 100_000, side: 64, small_side: 16 };
        if let Ok(blob) = accept(&bytes, &limits) {
            prop_assert!(holds_only_pixels(&blob.bytes) && holds_only_pixels(&blob.small));
            prop_assert!(blob.width.max(blob.height) <= 64);
            prop_assert_eq!(drawn(&blob.bytes).dimensions(), (blob.width, blob.height));
        }
    }
}
