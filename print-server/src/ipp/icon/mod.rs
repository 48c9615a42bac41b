//! The picture of a queue that clients show beside its name (`printer-icons`), drawn from a few shapes.

mod png;

use std::sync::LazyLock;

use hyper::body::Bytes;

/// The sizes that clients expect, in pixels (PWG 5100.13 section 6.6.19).
pub const SIZES: [usize; 3] = [48, 128, 512];

/// Where the picture of this size is, on the port for printing.
#[must_use]
pub fn path(size: usize) -> String {
    format!("/icons/queue-{size}.png")
}

/// The picture at this path, as PNG.
#[must_use]
pub fn at(path: &str) -> Option<Bytes> {
    static DRAWN: LazyLock<[Bytes; 3]> =
        LazyLock::new(|| SIZES.map(|size| png::encode(size, &draw(size)).into()));
    let index = SIZES.iter().position(|size| self::path(*size) == path)?;
    DRAWN.get(index).cloned()
}

/// A rectangle with round corners, in hundredths of the picture's side, and its colour.
struct Shape {
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
    corner: f32,
    color: [u8; 3],
}

/// A printer with a sheet coming out and a light where the badge is held; back to front.
const SHAPES: [Shape; 8] = [
    shape([28.0, 8.0, 72.0, 44.0], 3.0, [0xB8, 0xC4, 0xCE]),
    shape([30.0, 10.0, 70.0, 44.0], 2.0, [0xFF, 0xFF, 0xFF]),
    shape([8.0, 32.0, 92.0, 76.0], 9.0, [0x1F, 0x4E, 0x79]),
    shape([20.0, 56.0, 80.0, 62.0], 3.0, [0x12, 0x2E, 0x48]),
    shape([28.0, 58.0, 72.0, 93.0], 3.0, [0xB8, 0xC4, 0xCE]),
    shape([30.0, 58.0, 70.0, 91.0], 2.0, [0xFF, 0xFF, 0xFF]),
    shape([37.0, 68.0, 63.0, 71.0], 1.5, [0x1F, 0x4E, 0x79]),
    shape([72.0, 39.0, 84.0, 51.0], 6.0, [0x6F, 0xD0, 0x8C]),
];

const fn shape([left, top, right, bottom]: [f32; 4], corner: f32, color: [u8; 3]) -> Shape {
    Shape { left, top, right, bottom, corner, color }
}

impl Shape {
    /// How far a point is outside the shape's edge; negative inside.
    fn distance(&self, x: f32, y: f32) -> f32 {
        let beyond = |low: f32, high: f32, at: f32| {
            ((at - (low + high) / 2.0).abs()) - (high - low) / 2.0 + self.corner
        };
        let (across, down) = (beyond(self.left, self.right, x), beyond(self.top, self.bottom, y));
        across.max(0.0).hypot(down.max(0.0)) + across.max(down).min(0.0) - self.corner
    }
}

/// Red, green, blue and opacity of every pixel, row by row.
fn draw(size: usize) -> Vec<u8> {
    let pixel = 100.0 / small(size);
    let middle = |index: usize| (small(index) + 0.5) * pixel;
    let places = (0..size).flat_map(|y| (0..size).map(move |x| (x, y)));
    places.flat_map(|(x, y)| color_at(middle(x), middle(y), pixel)).collect()
}

/// A count of pixels as a number that can be divided; none is above 512.
fn small(pixels: usize) -> f32 {
    f32::from(u16::try_from(pixels).unwrap_or(u16::MAX))
}

/// The colour at a point. A pixel on an edge has a part of both colours.
fn color_at(x: f32, y: f32, pixel: f32) -> [u8; 4] {
    let (mut color, mut opacity) = ([0.0_f32; 3], 0.0_f32);
    for shape in &SHAPES {
        let covered = (0.5 - shape.distance(x, y) / pixel).clamp(0.0, 1.0);
        if covered == 0.0 {
            continue;
        }
        let together = covered + opacity * (1.0 - covered);
        for (below, above) in color.iter_mut().zip(shape.color) {
            let kept = *below * opacity * (1.0 - covered);
            *below = (f32::from(above) * covered + kept) / together;
        }
        opacity = together;
    }
    let [red, green, blue] = color.map(level);
    [red, green, blue, level(opacity * 255.0)]
}

/// A level between 0 and 255.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped")]
fn level(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_clear_outside_and_white_where_the_paper_is() {
        let size = 128;
        let pixels = draw(size);
        let at = |x: usize, y: usize| {
            let start = (y * size / 100 * size + x * size / 100) * 4;
            <[u8; 4]>::try_from(&pixels[start..start + 4]).expect("four bytes")
        };
        assert_eq!(at(1, 1)[3], 0, "the corner is clear");
        assert_eq!(at(50, 20), [255, 255, 255, 255], "the sheet above");
        assert_eq!(at(15, 50), [0x1F, 0x4E, 0x79, 255], "the machine");
        assert_eq!(at(50, 85), [255, 255, 255, 255], "the sheet below");
    }

    #[test]
    fn every_size_is_a_small_png_and_nothing_else_is_there() {
        for size in SIZES {
            let picture = at(&path(size)).expect("it is drawn");
            assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n"));
            assert!(picture.len() < 40_000, "{size}: {} bytes", picture.len());
        }
        assert!(at("/icons/queue-49.png").is_none());
        assert!(at("/icons/../etc/passwd").is_none());
    }
}
