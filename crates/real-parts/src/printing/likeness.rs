//! Whether two pictures of a page look alike: squares of 8 by 8 points (1/72 inch) are compared by their mean
//! colour. Edges that fall on another pixel, and the ways in which renderers smooth them, change a mean by
//! little; a letter that is missing, moved or of another colour changes it by much.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use super::png::png;
use super::raster_reader::Page;
use crate::programs;

/// The sides of a square, in points.
const SQUARE: f64 = 8.0;

/// Points in an inch.
const POINTS: f64 = 72.0;

/// Squares whose mean differs by more in one of the colours, of 255, look different: an eighth. A letter of
/// a text inks a fifth of its square.
pub const DIFFERENCE_MAX: u8 = 32;

/// A picture with red, green and blue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
    /// Row by row.
    pub pixels: Vec<[u8; 3]>,
}

impl Picture {
    /// White paper.
    #[must_use]
    pub fn white(width: usize, height: usize) -> Picture {
        Picture { width, height, pixels: vec![[u8::MAX; 3]; width * height] }
    }

    /// The same with fewer pixels an inch: each is the mean of those that it stands for.
    #[must_use]
    pub fn coarser(&self, per_inch: f64, wanted_per_inch: f64) -> Picture {
        let scale = wanted_per_inch / per_inch;
        // A cast of floats cuts; a size is never negative.
        let place = |at: usize| (at as f64 * scale) as usize;
        let mut picture = Picture::white(place(self.width).max(1), place(self.height).max(1));
        let mut sums = vec![[0_u64; 4]; picture.pixels.len()];
        for (at, pixel) in self.pixels.iter().enumerate() {
            let (column, row) = (place(at % self.width), place(at / self.width));
            if column < picture.width && row < picture.height {
                let sum = &mut sums[row * picture.width + column];
                sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += u64::from(*value));
                sum[3] += 1;
            }
        }
        for (pixel, sum) in picture.pixels.iter_mut().zip(sums) {
            let mean = |total: u64| u8::try_from(total / sum[3].max(1)).unwrap_or(u8::MAX);
            *pixel = [mean(sum[0]), mean(sum[1]), mean(sum[2])];
        }
        picture
    }

    /// A quarter to the left: the upper edge comes to lie along the left one.
    #[must_use]
    pub fn turned_left(&self) -> Picture {
        let (width, height) = (self.height, self.width);
        let pixels = (0..width * height).map(|place| {
            let (x, y) = (place % width, place / width);
            self.pixels[x * self.width + self.width - 1 - y]
        });
        Picture { width, height, pixels: pixels.collect() }
    }

    /// Without colour, as light as it was (ITU-R BT.709).
    #[must_use]
    pub fn grey(mut self) -> Picture {
        for pixel in &mut self.pixels {
            let [red, green, blue] = pixel.map(u32::from);
            let grey = (54 * red + 183 * green + 19 * blue) / 256;
            *pixel = [u8::try_from(grey).unwrap_or(u8::MAX); 3];
        }
        self
    }

    /// Puts another picture here, its upper left corner at this place; what does not fit is cut.
    pub fn put(&mut self, other: &Picture, left: i64, top: i64) {
        for y in 0..other.height {
            for x in 0..other.width {
                let place = |at: usize, offset: i64| usize::try_from(at as i64 + offset).ok();
                let (Some(column), Some(row)) = (place(x, left), place(y, top)) else { continue };
                if column < self.width && row < self.height {
                    self.pixels[row * self.width + column] = other.pixels[y * other.width + x];
                }
            }
        }
    }

    /// As a file that people can look at.
    #[must_use]
    pub fn to_png(&self) -> Vec<u8> {
        png(self.width, self.height, self.pixels.as_flattened())
    }
}

/// The mean colours of a page's squares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Squares {
    columns: usize,
    rows: usize,
    means: Vec<[u8; 3]>,
}

impl Squares {
    /// Those of a picture of so many pixels an inch.
    #[must_use]
    pub fn of(picture: &Picture, per_inch: f64) -> Squares {
        Squares::of_pixels((picture.width, picture.height), per_inch, |x, y| {
            picture.pixels[y * picture.width + x]
        })
    }

    /// Those of what lies on the paper when a page's pixels were turned in this way: -1 is backwards, across
    /// and along.
    #[must_use]
    pub fn of_page(page: &Page, turn: (i32, i32)) -> Squares {
        let per_inch = f64::from(page.resolution);
        Squares::of_pixels((page.width, page.height), per_inch, |x, y| {
            let x = if turn.0 < 0 { page.width - 1 - x } else { x };
            let y = if turn.1 < 0 { page.height - 1 - y } else { y };
            page.rgb(x, y)
        })
    }

    fn of_pixels(
        (width, height): (usize, usize),
        per_inch: f64,
        pixel: impl Fn(usize, usize) -> [u8; 3],
    ) -> Squares {
        let side = per_inch / POINTS * SQUARE;
        // A cast of floats cuts, which leaves out the squares that are not whole.
        let (columns, rows) = ((width as f64 / side) as usize, (height as f64 / side) as usize);
        let square_of = |at: usize| ((at as f64 + 0.5) / side) as usize;
        let across: Vec<usize> = (0..width).map(square_of).take_while(|at| *at < columns).collect();
        let mut sums = vec![[0_u32; 4]; columns * rows];
        for y in 0..height {
            let row = square_of(y);
            if row >= rows {
                break;
            }
            let sums = &mut sums[row * columns..(row + 1) * columns];
            for (x, column) in across.iter().enumerate() {
                let [red, green, blue] = pixel(x, y).map(u32::from);
                let sum = &mut sums[*column];
                *sum = [sum[0] + red, sum[1] + green, sum[2] + blue, sum[3] + 1];
            }
        }
        let mean = |sum: &[u32; 4]| {
            let mean = |total: u32| u8::try_from(total / sum[3].max(1)).unwrap_or(u8::MAX);
            [mean(sum[0]), mean(sum[1]), mean(sum[2])]
        };
        Squares { columns, rows, means: sums.iter().map(mean).collect() }
    }

    /// How many squares look different, and of how many. Pages may differ by one square in their size, which
    /// is what rounding can do.
    pub fn different(&self, other: &Squares) -> Option<(usize, usize)> {
        if self.columns.abs_diff(other.columns) > 1 || self.rows.abs_diff(other.rows) > 1 {
            return None;
        }
        let (columns, rows) = (self.columns.min(other.columns), self.rows.min(other.rows));
        let mut different = 0;
        for row in 0..rows {
            for column in 0..columns {
                let one = self.means[row * self.columns + column];
                let two = other.means[row * other.columns + column];
                let far = one.iter().zip(two).any(|(a, b)| a.abs_diff(b) > DIFFERENCE_MAX);
                different += usize::from(far);
            }
        }
        Some((different, columns * rows))
    }
}

/// A renderer of others at work: its pages, one after the other.
#[derive(Debug)]
pub struct Renderer {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Renderer {
    /// MuPDF, which shares no line with ours; it draws as fine as this, the pages from the first to the last.
    ///
    /// # Panics
    /// When it is not installed.
    pub fn mupdf(document: &Path, per_inch: f64, pages: (u32, u32)) -> Renderer {
        let mut command = Command::new(programs::find("mutool", "mupdf-tools"));
        command.args(["draw", "-q", "-F", "ppm", "-r", &format!("{per_inch:.4}"), "-o", "-"]);
        command.arg(document).arg(format!("{}-{}", pages.0, pages.1));
        Renderer::of(command)
    }

    /// Poppler, as a witness where the two others disagree.
    ///
    /// # Panics
    /// When it is not installed.
    pub fn poppler(document: &Path, per_inch: f64, pages: (u32, u32)) -> Renderer {
        let mut command = Command::new(programs::find("pdftoppm", "poppler-utils"));
        command.args(["-cropbox", "-r", &format!("{per_inch:.4}"), "-f", &pages.0.to_string()]);
        command.args(["-l", &pages.1.to_string()]).arg(document);
        Renderer::of(command)
    }

    fn of(mut command: Command) -> Renderer {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the renderer starts");
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        Renderer { child, output }
    }
}

impl Iterator for Renderer {
    type Item = Picture;

    fn next(&mut self) -> Option<Picture> {
        ppm(&mut self.output)
    }
}

impl Drop for Renderer {
    fn drop(&mut self) {
        // Errors mean that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The next picture of a file of several (PPM, `P6`).
fn ppm(file: &mut impl BufRead) -> Option<Picture> {
    let mut words = Vec::new();
    while words.len() < 4 {
        let mut line = String::new();
        if file.read_line(&mut line).expect("a header is text") == 0 {
            return None;
        }
        let line = line.split('#').next().unwrap_or_default();
        words.extend(line.split_whitespace().map(str::to_owned));
    }
    assert_eq!((words[0].as_str(), words[3].as_str()), ("P6", "255"), "the renderer's format");
    let side = |word: &String| word.parse::<usize>().expect("a side is a number");
    let (width, height) = (side(&words[1]), side(&words[2]));
    let mut bytes = vec![0; width * height * 3];
    file.read_exact(&mut bytes).expect("the picture is whole");
    Some(Picture { width, height, pixels: bytes.as_chunks::<3>().0.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_letter_is_seen_and_a_moved_edge_is_not() {
        let squares = |picture: &Picture| Squares::of(picture, 72.0);
        let mut page = Picture::white(80, 80);
        let bar = Picture { width: 2, height: 6, pixels: vec![[0; 3]; 12] };
        page.put(&bar, 42, 41);
        let mut moved = Picture::white(80, 80);
        moved.put(&bar, 43, 41);
        assert_eq!(squares(&page).different(&squares(&moved)), Some((0, 100)));
        let empty = Picture::white(80, 80);
        assert_eq!(squares(&page).different(&squares(&empty)), Some((1, 100)));
        assert_eq!(squares(&page).different(&squares(&Picture::white(80, 200))), None);
    }

    #[test]
    fn a_quarter_to_the_left_puts_the_upper_edge_left() {
        let mut page = Picture::white(3, 2);
        page.pixels[2] = [0; 3];
        let turned = page.turned_left();
        assert_eq!((turned.width, turned.height), (2, 3));
        // The upper right corner is now the upper left one.
        assert_eq!(turned.pixels[0], [0; 3]);
    }
}
