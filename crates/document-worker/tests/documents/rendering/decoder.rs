//! A reader of PWG raster and URF that shares nothing with the program's writer or reader: it keeps every
//! pixel, takes nothing that the standard does not say, and reads to the last byte.

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub width: usize,
    pub height: usize,
    /// Bytes of a pixel.
    pub depth: usize,
    /// `CrossFeedTransform` and `FeedTransform`; URF has none.
    pub turn: Option<(i32, i32)>,
    /// 1 one-sided, 2 short edge, 3 long edge, in the words of URF.
    pub duplex: u8,
    /// `PageSizeName`.
    pub size_name: String,
    /// What the document says about the number of its pages.
    pub total: u32,
    pub pixels: Vec<u8>,
}

impl Page {
    /// One pixel.
    pub fn at(&self, x: usize, y: usize) -> &[u8] {
        let start = (y * self.width + x) * self.depth;
        &self.pixels[start..start + self.depth]
    }

    /// The page mirrored across, along, or both.
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
pub fn pages(document: &[u8]) -> Vec<Page> {
    let mut pages = Vec::new();
    let urf = document.strip_prefix(b"UNIRAST\0");
    let mut rest = match urf {
        Some(rest) => &rest[4..],
        None => document.strip_prefix(b"RaS2").expect("a mark of one of the two formats"),
    };
    while !rest.is_empty() {
        let mut page = match urf {
            Some(before) => urf_header(&rest[..32], number(before, 0)),
            None => pwg_header(&rest[..1_796]),
        };
        rest = &rest[if urf.is_some() { 32 } else { 1_796 }..];
        while page.pixels.len() < page.width * page.height * page.depth {
            let (row, times, after) = row(rest, page.width, page.depth);
            (0..times).for_each(|_| page.pixels.extend_from_slice(&row));
            rest = after;
        }
        assert_eq!(page.pixels.len(), page.width * page.height * page.depth, "rows over the end");
        pages.push(page);
    }
    pages
}

/// A row, how often it stands there, and what follows it.
fn row(coded: &[u8], width: usize, depth: usize) -> (Vec<u8>, usize, &[u8]) {
    let times = usize::from(coded[0]) + 1;
    let (mut row, mut rest) = (Vec::new(), &coded[1..]);
    while row.len() < width * depth {
        let code = usize::from(rest[0]);
        assert_ne!(code, 128, "readers do not agree about this code");
        let (pixels, copies) = if code < 128 { (1, code + 1) } else { (257 - code, 1) };
        let bytes = &rest[1..1 + pixels * depth];
        (0..copies).for_each(|_| row.extend_from_slice(bytes));
        rest = &rest[1 + pixels * depth..];
    }
    assert_eq!(row.len(), width * depth, "a run over the row's end");
    (row, times, rest)
}

fn pwg_header(header: &[u8]) -> Page {
    assert!(header.starts_with(b"PwgRaster\0"));
    let (width, height) = (number(header, 372), number(header, 376));
    let depth = number(header, 388) / 8;
    assert_eq!((number(header, 384), number(header, 392)), (8, width * depth));
    assert_eq!(number(header, 420), depth, "NumColors");
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
        depth: depth as usize,
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
        turn: None,
        duplex: header[2],
        size_name: String::new(),
        total,
        pixels: Vec::new(),
    }
}

fn number(bytes: &[u8], offset: usize) -> u32 {
    u32::from_be_bytes(bytes[offset..offset + 4].try_into().expect("four bytes"))
}
