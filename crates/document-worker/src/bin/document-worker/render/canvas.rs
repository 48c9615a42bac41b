//! What pages are drawn on. It is used again for every side: memory that a machine has just cleared and
//! given costs as much as a third of the drawing.

use document_worker::RasterColor;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_interpret::util::TransformExt;
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};

use super::sides::Side;
use crate::pdf::for_paper;

/// Coverage of which a pixel becomes black where there is nothing between black and white.
const HALF: u8 = 127;

/// A drawing in the making, and its pixels.
pub struct Canvas {
    context: RenderContext,
    pixels: Pixmap,
    settings: RenderSettings,
}

impl Canvas {
    /// A canvas for pixels of this kind.
    pub fn new(color: RasterColor) -> Canvas {
        // Edges of letters are not made of dots.
        let aliasing_threshold = (color == RasterColor::Bilevel).then_some(HALF);
        Canvas {
            context: RenderContext::new(1, 1),
            pixels: Pixmap::new(1, 1),
            settings: RenderSettings { aliasing_threshold, ..RenderSettings::default() },
        }
    }

    /// Draws so many rows of a side, from this one on.
    pub fn draw<'a>(
        &mut self,
        side: &Side<'a>,
        cache: &RenderCache<'a>,
        top: u16,
        height: u16,
    ) -> &Pixmap {
        if (self.pixels.width(), self.pixels.height()) != (side.width, height) {
            // The old one goes first: two of them would be twice the memory.
            self.pixels = Pixmap::new(1, 1);
            self.pixels = Pixmap::new(side.width, height);
        }
        self.context.reset_and_resize(side.width, height);
        for (page, transform) in &side.pages {
            let own = page.initial_transform(true).to_kurbo();
            let transform = Affine::translate((0.0, -f64::from(top))) * *transform * own;
            let content = InterpreterSettings {
                render_content: for_paper(page),
                ..InterpreterSettings::default()
            };
            render_into(page, cache, &content, &self.settings, &mut self.context, transform);
        }
        self.context.flush();
        let settings =
            RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..Default::default() };
        self.context.render_with(&mut self.pixels, &mut Resources::default(), settings);
        &self.pixels
    }
}
