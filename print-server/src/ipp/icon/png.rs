//! Writing PNG (ISO/IEC 15948) with the little of it that flat pictures need: rows as the difference to the
//! row above (filter 2), and deflate with its fixed codes, in which only runs of one byte are shortened.

/// A square picture of `size` pixels a side; four bytes a pixel: red, green, blue, opacity.
pub(super) fn encode(size: usize, pixels: &[u8]) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let side = u32::try_from(size).unwrap_or(0).to_be_bytes();
    // Eight bits a channel, red-green-blue-opacity, no interlacing.
    chunk(&mut png, b"IHDR", &[&side[..], &side, &[8, 6, 0, 0, 0]].concat());
    chunk(&mut png, b"IDAT", &zlib(&filtered(size, pixels)));
    chunk(&mut png, b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    png.extend(u32::try_from(content.len()).unwrap_or(0).to_be_bytes());
    let start = png.len();
    png.extend(kind);
    png.extend(content);
    let sum = crc32(&png[start..]);
    png.extend(sum.to_be_bytes());
}

fn filtered(size: usize, pixels: &[u8]) -> Vec<u8> {
    let mut above = vec![0; size * 4];
    let mut rows = Vec::with_capacity(pixels.len() + size);
    for row in pixels.chunks(size * 4) {
        rows.push(2);
        rows.extend(row.iter().zip(&above).map(|(here, above)| here.wrapping_sub(*above)));
        above.copy_from_slice(row);
    }
    rows
}

/// A zlib stream (RFC 1950) of one block.
fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut bits = Bits { bytes: vec![0x78, 0x01], waiting: 0, count: 0 };
    // The last block, with fixed codes (RFC 1951 section 3.2.6).
    bits.put(1, 1);
    bits.put(1, 2);
    let mut rest = bytes;
    let mut before = None;
    while let Some(byte) = rest.first() {
        let run = match before {
            Some(before) => rest.iter().take(258).take_while(|next| **next == before).count(),
            None => 0,
        };
        let taken = run.max(1);
        if run >= RUN_MIN {
            bits.run(run);
        } else {
            rest[..taken].iter().for_each(|byte| bits.symbol(u16::from(*byte)));
        }
        before = Some(*byte);
        rest = &rest[taken..];
    }
    bits.symbol(256);
    bits.put(0, 7);
    let mut stream = bits.bytes;
    stream.extend(adler32(bytes).to_be_bytes());
    stream
}

/// The shortest run that is worth telling apart.
const RUN_MIN: usize = 3;
/// The lengths at which the codes from 257 on begin, with how many bits tell the rest (RFC 1951 section
/// 3.2.5).
const LENGTHS: [(usize, u32); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];

/// Bits are filled into bytes from the lowest.
struct Bits {
    bytes: Vec<u8>,
    waiting: u32,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        self.waiting |= value << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.waiting.to_le_bytes()[0]);
            self.waiting >>= 8;
            self.count -= 8;
        }
    }

    /// The byte before, so many times more: 3 to 258.
    fn run(&mut self, length: usize) {
        let found = (257_u16..).zip(LENGTHS).filter(|(_, (start, _))| *start <= length).last();
        let (code, (start, extra)) = found.unwrap_or((257, LENGTHS[0]));
        self.symbol(code);
        self.put(u32::try_from(length - start).unwrap_or(0), extra);
        // The distance 1: the byte before.
        self.put(0, 5);
    }

    /// A literal, a length or the end, in its fixed code, whose highest bit comes first.
    fn symbol(&mut self, symbol: u16) {
        let symbol = u32::from(symbol);
        let (code, count) = match symbol {
            0..=143 => (0x30 + symbol, 8),
            144..=255 => (0x190 + symbol - 144, 9),
            256..=279 => (symbol - 256, 7),
            _ => (0xC0 + symbol - 280, 8),
        };
        self.put(code.reverse_bits() >> (32 - count), count);
    }
}

/// RFC 1950 section 8.2.
fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % MODULUS;
        b = (b + a) % MODULUS;
    }
    (b << 16) | a
}

/// ISO/IEC 15948 annex D.
fn crc32(bytes: &[u8]) -> u32 {
    let add = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 }
        })
    };
    !bytes.iter().fold(u32::MAX, add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b"IEND"), 0xAE42_6082);
        assert_eq!(adler32(b"Wikipedia"), 0x11E6_0398);
    }

    #[test]
    fn runs_are_short_and_every_byte_is_told() {
        // "aaaa", as a literal and a run of three.
        let stream = zlib(b"aaaa");
        assert_eq!(stream.len(), 2 + 4 + 4);
        assert!(zlib(&[0; 100_000]).len() < 1_000);
    }
}
