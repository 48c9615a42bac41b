//! Pixels without colour: their lightness, and the dots that printers without grey make of it.

use super::rows::Drawn;

/// When each of the places of a screen of 8 by 8 pixels becomes black, the darkest greys last: two dots
/// that grow from their middles, at 45 degrees. Toner holds on clusters, not on single pixels.
const SCREEN: [[u8; 8]; 8] = [
    [24, 10, 12, 26, 35, 47, 49, 37],
    [8, 0, 2, 14, 45, 59, 61, 51],
    [22, 6, 4, 16, 43, 57, 63, 53],
    [30, 20, 18, 28, 33, 41, 55, 39],
    [34, 46, 48, 36, 25, 11, 13, 27],
    [44, 58, 60, 50, 9, 1, 3, 15],
    [42, 56, 62, 52, 23, 7, 5, 17],
    [32, 40, 54, 38, 31, 21, 19, 29],
];

/// The lightness of a pixel, by the weights of ITU-R BT.709.
pub fn grey([red, green, blue, _]: &Drawn) -> u8 {
    let sum = 54 * u32::from(*red) + 183 * u32::from(*green) + 19 * u32::from(*blue);
    // The weights have the sum of 256, so this always fits.
    u8::try_from(sum / 256).unwrap_or(u8::MAX)
}

/// Whether a pixel is black or white and becomes the same in every row.
pub fn is_pure(pixel: &Drawn) -> bool {
    matches!(grey(pixel), 0 | u8::MAX)
}

/// The bits of the row with this number, the leftmost pixel highest; 1 is black, and what fills the last
/// byte is white.
pub fn row(pixels: &[Drawn], number: usize, bits: &mut Vec<u8>) {
    let screen = SCREEN[number % SCREEN.len()];
    bits.clear();
    bits.extend(pixels.chunks(8).map(|pixels| {
        let bits = pixels.iter().zip(screen).zip([128_u8, 64, 32, 16, 8, 4, 2, 1]);
        let black = bits.filter(|((pixel, place), _)| is_black(u8::MAX - grey(pixel), *place));
        black.map(|(_, bit)| bit).sum::<u8>()
    }));
}

fn is_black(darkness: u8, place: u8) -> bool {
    u16::from(darkness) > u16::from(place) * 4 + 2
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of 64 pixels of this lightness so many become black.
    fn blacks(lightness: u8) -> u32 {
        let pixels = [[lightness, lightness, lightness, 255]; 8];
        let mut bits = Vec::new();
        let rows = (0..8).map(|number| {
            row(&pixels, number, &mut bits);
            bits.iter().map(|byte| byte.count_ones()).sum::<u32>()
        });
        rows.sum()
    }

    #[test]
    fn as_much_becomes_black_as_is_dark() {
        assert_eq!((blacks(255), blacks(0)), (0, 64));
        for lightness in (0..=250).step_by(10) {
            let wanted = (255 - u32::from(lightness)) * 64 / 255;
            assert!(blacks(lightness).abs_diff(wanted) <= 1, "{lightness}: {}", blacks(lightness));
        }
    }

    #[test]
    fn what_fills_the_last_byte_is_white() {
        let mut bits = Vec::new();
        row(&[[0, 0, 0, 255]; 11], 0, &mut bits);
        assert_eq!(bits, [0xff, 0xe0]);
    }
}
