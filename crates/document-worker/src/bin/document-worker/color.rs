//! When something counts as colour.

/// Channels of 0 to 255 that lie no further apart are grey. Greys that went through a colour
/// profile, and photographs of grey paper, are never exactly neutral.
const SPREAD_MAX: u8 = 8;

/// A picture is judged at about the size it has on a screen; single coloured specks of a scanner
/// vanish there, as they do for the eye.
const SIDE_MAX: usize = 1_024;

/// Whether these are neither black, grey nor white.
pub fn is_color(channels: [u8; 3]) -> bool {
    let [red, green, blue] = channels;
    red.max(green).max(blue) - red.min(green).min(blue) > SPREAD_MAX
}

/// Whether a picture has colour that can be seen. `pixels` are rows of `width` pixels of `channels`
/// bytes, of which the first three are red, green and blue.
pub fn has_color(pixels: &[u8], channels: usize, width: usize) -> bool {
    let row_bytes = width.saturating_mul(channels);
    if channels < 3 || row_bytes == 0 {
        return false;
    }
    let longest = width.max(pixels.len() / row_bytes);
    let block = longest.div_ceil(SIDE_MAX).max(1);
    pixels.chunks(row_bytes * block).any(|rows| blocks_have_color(rows, channels, row_bytes, block))
}

/// Whether one of the squares in `block` rows has colour on average.
fn blocks_have_color(rows: &[u8], channels: usize, row_bytes: usize, block: usize) -> bool {
    if block == 1 {
        return rows.chunks_exact(channels).any(|pixel| is_color([pixel[0], pixel[1], pixel[2]]));
    }
    let columns = (row_bytes / channels).div_ceil(block);
    let mut sums = vec![[0_u32; 4]; columns];
    for row in rows.chunks_exact(row_bytes) {
        for (sum, square) in sums.iter_mut().zip(row.chunks(channels * block)) {
            for pixel in square.chunks_exact(channels) {
                for (channel, value) in sum.iter_mut().zip(&pixel[..3]) {
                    *channel += u32::from(*value);
                }
                sum[3] += 1;
            }
        }
    }
    sums.iter().any(|&[red, green, blue, count]| {
        let mean = |sum: u32| u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX);
        is_color([mean(red), mean(green), mean(blue)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn almost_neutral_is_grey() {
        assert!(!is_color([35, 31, 32]));
        assert!(!is_color([255, 255, 247]));
        assert!(is_color([255, 255, 246]));
    }

    #[test]
    fn one_coloured_pixel_of_a_small_picture_counts() {
        let mut pixels = vec![200; 3 * 100];
        assert!(!has_color(&pixels, 3, 10));
        pixels[3 * 57] = 0;
        assert!(has_color(&pixels, 3, 10));
        assert!(!has_color(&pixels, 1, 10));
        assert!(!has_color(&[], 3, 0));
    }

    #[test]
    fn specks_of_a_large_scan_vanish_and_a_stamp_does_not() {
        let (width, height) = (2_480, 3_508);
        let mut pixels = vec![240; width * height * 3];
        // A scanner's speck every 50 pixels.
        for speck in pixels.chunks_exact_mut(150) {
            speck[0] = 200;
        }
        assert!(!has_color(&pixels, 3, width));
        for row in 1_000..1_030 {
            for pixel in pixels[(row * width + 1_000) * 3..][..90].chunks_exact_mut(3) {
                pixel.copy_from_slice(&[200, 30, 30]);
            }
        }
        assert!(has_color(&pixels, 3, width));
    }
}
