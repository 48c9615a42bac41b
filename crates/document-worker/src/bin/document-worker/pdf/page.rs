//! The colour of one page.

use document_worker::PageColor;
use hayro::hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, RenderContent, interpret_page,
};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, Rect};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

use super::annotations::{self, Look};
use super::device::ColorDevice;
use super::reach;
use crate::color::has_color;

/// The longest side of a page that is drawn to be looked at: A4 at 72 dots an inch has 842. The
/// bound is what keeps a page of five metres from taking gigabytes.
const SIDE_MAX: f32 = 1_200.0;

/// Looks at everything that a printer draws: the page's content, and those annotations that are for
/// paper.
pub fn color<'a>(page: &'a Page<'a>, cache: &InterpreterCache<'a>) -> PageColor {
    let mut device = content(page, cache);
    if device.found() {
        return PageColor::Color;
    }
    // A screen and a printer differ here, so the library's own rules are of no use.
    let mut hidden = false;
    for look in annotations::looks(page) {
        match look {
            Look::Drawn(drawing) => {
                hidden |= drawing.on_paper_only();
                drawing.draw(page, cache, &mut device);
            }
            Look::Colored => return PageColor::Color,
            Look::Unclear => hidden = true,
        }
        if device.found() {
            return PageColor::Color;
        }
    }
    if device.undecided() {
        // Gradients: only drawing them tells what they look like.
        if drawn_has_color(page) {
            return PageColor::Color;
        }
        if hidden {
            return PageColor::Unknown;
        }
    }
    if device.incomplete() || hidden || reach::is_beyond(page) {
        PageColor::Unknown
    } else {
        PageColor::Monochrome
    }
}

fn content<'a>(page: &'a Page<'a>, cache: &InterpreterCache<'a>) -> ColorDevice {
    let cut = page.intersected_crop_box();
    // A page without area is drawn as A4, so the box of the page alone does not tell.
    let (width, height) = page.base_dimensions();
    let (x1, y1) = (cut.x0 + f64::from(width), cut.y0 + f64::from(height));
    let bounds = Rect::new(cut.x0, cut.y0, x1, y1);
    let mut device = ColorDevice::new(bounds);
    let settings = InterpreterSettings { render_content: RenderContent::PAGE, ..settings(&device) };
    let mut context = Context::new(Affine::IDENTITY, bounds, cache, page.xref(), settings);
    interpret_page(page, &mut context, &mut device);
    device
}

/// The library's settings, with its warnings going to this device.
pub fn settings(device: &ColorDevice) -> InterpreterSettings {
    InterpreterSettings { warning_sink: device.warnings(), ..InterpreterSettings::default() }
}

fn drawn_has_color(page: &Page<'_>) -> bool {
    let (width, height) = page.render_dimensions();
    let scale = (SIDE_MAX / width.max(height)).min(1.0);
    if width * scale < 1.0 || height * scale < 1.0 {
        return false;
    }
    let pixels = render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE },
    );
    let width = usize::from(pixels.width());
    has_color(pixels.data_as_u8_slice(), 4, width)
}
