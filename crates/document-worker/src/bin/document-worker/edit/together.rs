//! Several pages on a side: each page becomes a drawing that the side shows smaller.

use document_worker::EditOrder;
use hayro::hayro_interpret::util::TransformExt;
use hayro::hayro_syntax::object::Object;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Affine;

use super::objects::{Doubt, File};
use super::pages::{Body, printed_annotations, resources};
use crate::pdf::paper;
use crate::render::{Grid, choose, lengths, lengths_of, to_lengths};

/// Points in a hundredth of a millimetre.
pub const POINTS: f64 = 72.0 / 2_540.0;

/// One side: its size in hundredths of a millimetre, and its pages with the way from each, in its own
/// space, to the side's upper left corner.
pub struct Layout<'p, 'a> {
    pub size: (f64, f64),
    pub pages: Vec<(&'p Page<'a>, Affine)>,
}

/// How the pages are put on their sides.
pub fn layout<'p, 'a>(pages: &[&'p Page<'a>], order: &EditOrder) -> Vec<Layout<'p, 'a>> {
    let sides = pages.chunks(usize::from(order.number_up)).map(|pages| {
        let first = pages.first().map_or((1.0, 1.0), |page| lengths(paper(page)));
        let size = lengths_of(choose(first, false, &order.media));
        let grid = Grid::new(order.number_up, first, size);
        let placed = pages.iter().enumerate().map(|(index, page)| {
            let own = page.initial_transform(true).to_kurbo();
            (*page, grid.place(index, lengths(paper(page))) * to_lengths(page) * own)
        });
        Layout { size, pages: placed.collect() }
    });
    sides.collect()
}

/// The sides with their pages.
pub fn sides<'a>(
    file: &mut File<'a>,
    pages: &[&Page<'a>],
    order: &EditOrder,
    tree: u32,
) -> Result<Vec<Body>, Doubt> {
    let mut bodies = Vec::new();
    for layout in layout(pages, order) {
        bodies.push(side(file, &layout, tree)?);
    }
    Ok(bodies)
}

fn side<'a>(file: &mut File<'a>, layout: &Layout<'_, 'a>, tree: u32) -> Result<Body, Doubt> {
    let (width, height) = (layout.size.0 * POINTS, layout.size.1 * POINTS);
    let upright = Affine::new([POINTS, 0.0, 0.0, -POINTS, 0.0, height]);
    let (mut shown, mut drawings) = (String::new(), String::new());
    for (index, (page, place)) in layout.pages.iter().enumerate() {
        let drawing = drawing(file, page)?;
        let [a, b, c, d, x, y] = (upright * *place).as_coeffs();
        shown.push_str(&format!("q {a:.6} {b:.6} {c:.6} {d:.6} {x:.4} {y:.4} cm /P{index} Do Q\n"));
        drawings.push_str(&format!("/P{index} {drawing} 0 R"));
    }
    let content = file.number();
    file.stream(content, b"", shown.as_bytes())?;
    Ok(Body {
        frame: format!("/Type/Page/Parent {tree} 0 R/MediaBox[0 0 {width:.4} {height:.4}]"),
        content: format!("/Contents {content} 0 R/Resources<</XObject<<{drawings}>>>>")
            .into_bytes(),
    })
}

/// The page as a drawing that shows what is within its crop box, in the page's own space.
fn drawing<'a>(file: &mut File<'a>, page: &Page<'a>) -> Result<u32, Doubt> {
    // What lies on a page is not in its content.
    if !printed_annotations(page)?.is_empty() {
        return Err(Doubt);
    }
    let has_content = page.raw().contains_key("Contents");
    let content = match page.page_stream() {
        Some(content) => content,
        None if has_content => return Err(Doubt),
        None => &[],
    };
    let area = page.intersected_crop_box();
    let mut entries =
        format!("/Type/XObject/Subtype/Form/BBox[{} {} {} {}]", area.x0, area.y0, area.x1, area.y1)
            .into_bytes();
    file.entry("Resources", resources(page), &mut entries)?;
    file.entry("Group", page.raw().get_raw::<Object<'a>>("Group"), &mut entries)?;
    let number = file.number();
    file.stream(number, &entries, content)?;
    Ok(number)
}
