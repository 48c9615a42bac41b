//! What came out beside what another renderer draws.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use e2e::house::programs;
use real_parts::likeness::{Picture, Renderer, Squares};
use real_parts::raster_reader::{self, Page};

use super::paper::{PER_INCH, Place, Size, on_paper, place};

/// Of a thousand squares so many may look different on a page that looks alike.
const DIFFERENT_MAX: usize = 10;

/// What the printers are sent, in dots an inch.
const RESOLUTION: u32 = 300;

/// A document that was sent.
pub struct Asked {
    pub name: String,
    pub file: PathBuf,
    /// The pages that were asked for.
    pub sizes: Vec<Size>,
    pub sides: &'static str,
    /// How many pages it has.
    pub all: usize,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Tally {
    pub documents: usize,
    pub pages: usize,
    pub alike: usize,
    /// Pages that look different.
    pub misses: Vec<String>,
    /// Pages of the wrong size, side or number.
    pub wrong: Vec<String>,
}

impl Tally {
    /// How it stands.
    pub fn figures(&self) -> String {
        format!(
            "{} documents, {} of {} pages alike, {} wrong in size or side",
            self.documents,
            self.alike,
            self.pages,
            self.wrong.len()
        )
    }

    /// The same with each miss.
    pub fn summary(&self) -> String {
        format!("{}; misses {:#?}", self.figures(), self.misses)
    }
}

/// Compares a document that a printer got.
pub fn compare(format: &str, asked: &Asked, came: &Path, tally: &mut Tally) {
    let file = BufReader::with_capacity(1 << 20, File::open(came).expect("it came"));
    let mut count = 0;
    let mut theirs: Option<(f64, Renderer)> = None;
    tally.documents += 1;
    for (index, page) in raster_reader::read(Box::new(file)).enumerate() {
        count += 1;
        let Some(size) = asked.sizes.get(index).copied() else { continue };
        tally.pages += 1;
        let where_ = place(size);
        if let Some(problem) = wrong(format, asked, index, &page, where_) {
            tally.wrong.push(format!("{format} {}, page {}: {problem}", asked.name, index + 1));
        }
        // One run of the other renderer draws all pages that have one scale.
        if theirs.as_ref().is_none_or(|(scale, _)| *scale != where_.scale) {
            let pages = (number(index + 1), number(asked.sizes.len()));
            let renderer = Renderer::mupdf(&asked.file, PER_INCH * where_.scale, pages);
            theirs = Some((where_.scale, renderer));
        }
        let drawn = theirs.as_mut().and_then(|(_, renderer)| renderer.next());
        let drawn =
            drawn.unwrap_or_else(|| panic!("MuPDF draws page {} of {}", index + 1, asked.name));
        look(format, asked, index, &page, &on_paper(&drawn, size, where_), tally);
    }
    if count != asked.sizes.len() {
        let expected = asked.sizes.len();
        tally.wrong.push(format!("{format} {}: {count} pages, not {expected}", asked.name));
    }
}

fn number(pages: usize) -> u32 {
    u32::try_from(pages).expect("a document has few pages")
}

/// How a side of this index is turned: what the printers of this test say, by PWG 5102.4 table 9.
fn turn(format: &str, asked: &Asked, index: usize) -> (i32, i32) {
    let is_back = index % 2 == 1;
    match (format, asked.sides) {
        _ if !is_back || asked.sizes.len() == 1 => (1, 1),
        ("pwg", "two-sided-long-edge") => (1, -1),
        ("pwg", "two-sided-short-edge") => (-1, 1),
        ("urf", "two-sided-long-edge") => (-1, -1),
        _ => (1, 1),
    }
}

/// What is wrong with a page besides its looks.
fn wrong(format: &str, asked: &Asked, index: usize, page: &Page, place: Place) -> Option<String> {
    let duplex = match asked.sides {
        _ if asked.sizes.len() == 1 => 1,
        "two-sided-short-edge" => 2,
        "two-sided-long-edge" => 3,
        _ => 1,
    };
    // Hundredths of a millimetre, and whole pixels as CUPS counts them.
    let pixels = |mm: f64| (mm * 100.0).round() as usize * RESOLUTION as usize / 2_540;
    let expected = (pixels(place.paper.0), pixels(place.paper.1));
    if (page.width, page.height, page.resolution) != (expected.0, expected.1, RESOLUTION) {
        return Some(format!("{} x {} pixels, not {expected:?}", page.width, page.height));
    }
    if page.duplex != duplex || page.total as usize != asked.sizes.len() {
        return Some(format!("sides {}, not {duplex}; {} pages", page.duplex, page.total));
    }
    let turn = turn(format, asked, index);
    if page.turn.is_some_and(|said| said != turn) {
        return Some(format!("turned by {:?}, not {turn:?}", page.turn));
    }
    let named = page.size_name.is_empty() || page.size_name == place.name;
    (!named).then(|| format!("on {}, not {}", page.size_name, place.name))
}

/// Compares the pixels.
fn look(
    format: &str,
    asked: &Asked,
    index: usize,
    page: &Page,
    theirs: &Picture,
    tally: &mut Tally,
) {
    let turn = turn(format, asked, index);
    let ours = Squares::of_page(page, turn);
    let colored = |picture: Picture| if page.depth == 1 { picture.grey() } else { picture };
    let theirs = colored(theirs.clone());
    let other = Squares::of(&theirs, PER_INCH);
    if let Some((different, all)) = ours.different(&other)
        && different * 1_000 <= all * DIFFERENT_MAX
    {
        tally.alike += 1;
        return;
    }
    // A witness, to know who is alone with what it draws.
    let size = asked.sizes[index];
    let (at, place) = (number(index + 1), place(size));
    let witness = Renderer::poppler(&asked.file, PER_INCH * place.scale, (at, at)).next();
    let witness = witness.map(|picture| colored(on_paper(&picture, size, place)));
    let third = witness.as_ref().map(|picture| Squares::of(picture, PER_INCH));
    let share = |one: &Squares, two: Option<&Squares>| {
        let found = two.and_then(|two| one.different(two));
        found.map_or("not comparable".to_owned(), |(different, all)| {
            format!("{:.1} %", different as f64 * 100.0 / all.max(1) as f64)
        })
    };
    tally.misses.push(format!(
        "{}, page {at}: ours and MuPDF {}, ours and Poppler {}, MuPDF and Poppler {}",
        asked.name,
        share(&ours, Some(&other)),
        share(&ours, third.as_ref()),
        share(&other, third.as_ref())
    ));
    let printed = page.picture(turn).coarser(f64::from(page.resolution), PER_INCH);
    keep(format, asked, index, "ours", &printed);
    keep(format, asked, index, "mupdf", &theirs);
    if let Some(witness) = witness {
        keep(format, asked, index, "poppler", &witness);
    }
}

/// Where people find the pictures.
fn kept() -> PathBuf {
    let programs = programs::ours("print-server").expect("`make build` makes it");
    let target = programs.parent().and_then(Path::parent).expect("it is in target/debug");
    target.join("pages")
}

/// Removes what an earlier run kept.
pub fn forget_earlier() {
    let folder = kept();
    if folder.exists() {
        fs::remove_dir_all(folder).expect("the target folder is ours");
    }
}

fn keep(format: &str, asked: &Asked, index: usize, whose: &str, picture: &Picture) {
    let folder = kept();
    fs::create_dir_all(&folder).expect("the target folder is ours");
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = asked.name.chars().map(plain).collect();
    let file = format!("{format}-{name}-{}-{whose}.png", index + 1);
    fs::write(folder.join(file), picture.to_png()).expect("the target folder is ours");
}
