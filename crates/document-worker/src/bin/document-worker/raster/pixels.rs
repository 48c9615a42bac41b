//! What a pixel of a raster document looks like.

use document_worker::PageColor;

use crate::color::is_color;

/// How a pixel is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One channel of black or grey: never colour.
    Grey,
    /// Three channels of light, or three of ink before a fourth of black: colour where they differ.
    Channels,
    /// Inks that only the printer knows.
    Unknown,
}

/// The layout of a page's pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pixels {
    kind: Kind,
    bits_per_color: u32,
    bits_per_pixel: u32,
}

impl Pixels {
    /// As a PWG raster header says it: `cupsColorSpace`, bits of a colour and of a pixel (PWG 5102.4
    /// tables 3 and 12). `None` for a layout that is not in the standard.
    pub fn pwg(space: u32, bits_per_color: u32, bits_per_pixel: u32) -> Option<Pixels> {
        let (kind, channels) = match space {
            // Black, sgray.
            3 | 18 => (Kind::Grey, 1),
            // RGB, sRGB, Adobe RGB.
            1 | 19 | 20 => (Kind::Channels, 3),
            6 => (Kind::Channels, 4),
            // Device colours, 1 to 15 of them.
            48..=62 => (Kind::Unknown, space - 47),
            _ => return None,
        };
        Pixels::new(kind, channels, bits_per_color, bits_per_pixel)
    }

    /// As a URF header says it: the colour space and the bits of a pixel.
    pub fn urf(space: u8, bits_per_pixel: u8) -> Option<Pixels> {
        let (kind, channels) = match space {
            0 | 4 => (Kind::Grey, 1),
            1 | 3 | 5 => (Kind::Channels, 3),
            // L*, a*, b*: the channels differ in every grey.
            2 => (Kind::Unknown, 3),
            6 => (Kind::Channels, 4),
            _ => return None,
        };
        let bits_per_pixel = u32::from(bits_per_pixel);
        Pixels::new(kind, channels, bits_per_pixel / channels, bits_per_pixel)
    }

    fn new(kind: Kind, channels: u32, bits_per_color: u32, bits_per_pixel: u32) -> Option<Pixels> {
        let bits = match (bits_per_color, channels) {
            (1, 1) | (8 | 16, _) => bits_per_color * channels,
            _ => return None,
        };
        (bits == bits_per_pixel).then_some(Pixels { kind, bits_per_color, bits_per_pixel })
    }

    /// The bytes that a row's code counts in: a pixel, or eight of one bit.
    pub fn unit_bytes(&self) -> usize {
        (self.bits_per_pixel as usize).div_ceil(8)
    }

    /// The bytes of a row.
    pub fn row_bytes(&self, width: u32) -> u64 {
        (u64::from(width) * u64::from(self.bits_per_pixel)).div_ceil(8)
    }

    /// The colour of a page before its first pixel.
    pub fn blank(&self) -> PageColor {
        match self.kind {
            Kind::Grey | Kind::Channels => PageColor::Monochrome,
            Kind::Unknown => PageColor::Unknown,
        }
    }

    /// Whether one of these units has colour.
    pub fn have_color(&self, units: &[u8]) -> bool {
        if self.kind != Kind::Channels {
            return false;
        }
        // Of two bytes the first one weighs.
        let step = (self.bits_per_color / 8) as usize;
        units
            .chunks_exact(self.unit_bytes())
            .any(|pixel| is_color([pixel[0], pixel[step], pixel[2 * step]]))
    }
}
