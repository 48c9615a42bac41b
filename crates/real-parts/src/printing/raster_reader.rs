//! A reader of PWG raster and URF that shares nothing with our own writer or reader: it keeps every pixel,
//! takes nothing that the standard does not say, and reads to the last byte.

use std::fmt;
use std::io::Read;

use super::likeness::Picture;

/// PWG 5102.4 section 4.3.
const PWG_HEADER_BYTES: usize = 1_796;
const URF_HEADER_BYTES: usize = 32;

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
    /// Bytes of a pixel; bits that are pixels become bytes, 255 for white.
    pub depth: usize,
    /// Whether a pixel was one bit.
    pub bilevel: bool,
    /// Dots an inch.
    pub resolution: u32,
    /// `CrossFeedTransform` and `FeedTransform`; URF has none.
    pub turn: Option<(i32, i32)>,
    /// 1 one-sided, 2 short edge, 3 long edge, in the words of URF.
    pub duplex: u8,
    /// `PageSizeName`.
    pub size_name: String,
    /// What the document says about the number of its pages.
    pub total: u32,
    /// Row by row.
    pub pixels: Vec<u8>,
}

impl Page {
    /// One pixel.
    pub fn at(&self, x: usize, y: usize) -> &[u8] {
        let start = (y * self.width + x) * self.depth;
        &self.pixels[start..start + self.depth]
    }

    /// Red, green and blue of a pixel.
    pub fn rgb(&self, x: usize, y: usize) -> [u8; 3] {
        match self.at(x, y) {
            [red, green, blue] => [*red, *green, *blue],
            grey => [grey[0]; 3],
        }
    }

    /// What lies on the paper when the pixels were turned in this way: -1 is backwards, across and along.
    #[must_use]
    pub fn picture(&self, turn: (i32, i32)) -> Picture {
        let pixels = self.turned(turn.0 < 0, turn.1 < 0);
        let colors = match self.depth {
            3 => pixels.as_chunks::<3>().0.to_vec(),
            _ => pixels.into_iter().map(|grey| [grey; 3]).collect(),
        };
        Picture { width: self.width, height: self.height, pixels: colors }
    }

    /// The page mirrored across, along, or both.
    #[must_use]
    pub fn turned(&self, across: bool, along: bool) -> Vec<u8> {
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for y in 0..self.height {
            let y = if along { self.height - 1 - y } else { y };
            for x in 0..self.width {
                let x = if across { self.width - 1 - x } else { x };
                pixels.extend_from_slice(self.at(x, y));
            }
        }
        pixels
    }
}

/// The pages of a document.
///
/// # Panics
/// When it is not what the standard says.
pub fn pages(document: &[u8]) -> Vec<Page> {
    read(Box::new(document)).collect()
}

/// The pages of a document, one after the other as they are read.
///
/// # Panics
/// When it is not what the standard says.
pub fn read<'d>(mut document: Box<dyn Read + 'd>) -> Pages<'d> {
    let mark: [u8; 4] = bytes(&mut document, 4).try_into().expect("four bytes");
    let urf_total = match &mark {
        b"RaS2" => None,
        b"UNIR" => {
            assert_eq!(bytes(&mut document, 4), b"AST\0", "a mark of one of the two formats");
            Some(number(&bytes(&mut document, 4), 0))
        }
        other => panic!("no mark of one of the two formats: {other:?}"),
    };
    Pages { document, urf_total }
}

/// See [`read`].
pub struct Pages<'d> {
    document: Box<dyn Read + 'd>,
    urf_total: Option<u32>,
}

impl fmt::Debug for Pages<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("urf_total", &self.urf_total).finish_non_exhaustive()
    }
}

impl Iterator for Pages<'_> {
    type Item = Page;

    fn next(&mut self) -> Option<Page> {
        let mut first = [0];
        if self.document.read(&mut first).expect("the document can be read") == 0 {
            return None;
        }
        let more = if self.urf_total.is_some() { URF_HEADER_BYTES } else { PWG_HEADER_BYTES } - 1;
        let header = [first.to_vec(), bytes(&mut self.document, more)].concat();
        let mut page = match self.urf_total {
            Some(total) => urf_header(&header, total),
            None => pwg_header(&header),
        };
        let (row_bytes, depth) = if page.bilevel {
            (page.width.div_ceil(8), 1)
        } else {
            (page.width * page.depth, page.depth)
        };
        let mut rows = 0;
        page.pixels.reserve(page.width * page.height * page.depth);
        while rows < page.height {
            let (row, times) = row(&mut self.document, row_bytes, depth);
            rows += times;
            let row = if page.bilevel { unpacked(&row, page.width) } else { row };
            (0..times).for_each(|_| page.pixels.extend_from_slice(&row));
        }
        assert_eq!(rows, page.height, "rows over the end");
        Some(page)
    }
}

/// A row and how often it stands there.
fn row(coded: &mut impl Read, row_bytes: usize, depth: usize) -> (Vec<u8>, usize) {
    let times = usize::from(byte(coded)) + 1;
    let mut row = Vec::with_capacity(row_bytes);
    let mut pixels = [0; 128 * 4];
    while row.len() < row_bytes {
        let code = usize::from(byte(coded));
        assert_ne!(code, 128, "readers do not agree about this code");
        let (count, copies) = if code < 128 { (1, code + 1) } else { (257 - code, 1) };
        let pixels = &mut pixels[..count * depth];
        coded.read_exact(pixels).expect("the document goes on");
        (0..copies).for_each(|_| row.extend_from_slice(pixels));
    }
    assert_eq!(row.len(), row_bytes, "a run over the row's end");
    (row, times)
}

/// Bits, of which 1 is black, as bytes.
fn unpacked(bits: &[u8], width: usize) -> Vec<u8> {
    let pixels = bits.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    pixels.take(width).map(|bit| if bit == 1 { 0 } else { u8::MAX }).collect()
}

fn pwg_header(header: &[u8]) -> Page {
    assert!(header.starts_with(b"PwgRaster\0"));
    let (width, height) = (number(header, 372), number(header, 376));
    let (bits, channels) = (number(header, 384), number(header, 420));
    assert_eq!(number(header, 388), bits * channels, "BitsPerPixel");
    assert_eq!(number(header, 392), (width * bits * channels).div_ceil(8), "BytesPerLine");
    let space = number(header, 400);
    let known = [(3, 1, 1), (3, 8, 1), (18, 8, 1), (19, 8, 3)];
    assert!(known.contains(&(space, bits, channels)), "{space} {bits} {channels}");
    assert_eq!((number(header, 276), number(header, 340)), (number(header, 280), 1));
    let duplex = match (number(header, 272), number(header, 368)) {
        (0, 0) => 1,
        (1, 1) => 2,
        (1, 0) => 3,
        other => panic!("Duplex and Tumble: {other:?}"),
    };
    let name = header[1_732..1_796].split(|byte| *byte == 0).next().expect("a piece at least");
    Page {
        width: width as usize,
        height: height as usize,
        depth: channels as usize,
        bilevel: bits == 1,
        resolution: number(header, 276),
        turn: Some((number(header, 456).cast_signed(), number(header, 460).cast_signed())),
        duplex,
        size_name: String::from_utf8(name.to_vec()).expect("a keyword"),
        total: number(header, 452),
        pixels: Vec::new(),
    }
}

fn urf_header(header: &[u8], total: u32) -> Page {
    assert!([(8, 0), (24, 1)].contains(&(header[0], header[1])), "{header:?}");
    Page {
        width: number(header, 12) as usize,
        height: number(header, 16) as usize,
        depth: usize::from(header[0] / 8),
        bilevel: false,
        resolution: number(header, 20),
        turn: None,
        duplex: header[2],
        size_name: String::new(),
        total,
        pixels: Vec::new(),
    }
}

fn bytes(document: &mut impl Read, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    document.read_exact(&mut bytes).expect("the document goes on");
    bytes
}

fn byte(document: &mut impl Read) -> u8 {
    let mut byte = [0];
    document.read_exact(&mut byte).expect("the document goes on");
    byte[0]
}

fn number(bytes: &[u8], offset: usize) -> u32 {
    u32::from_be_bytes(bytes[offset..offset + 4].try_into().expect("four bytes"))
}
