//! A drawing device that draws nothing and only notices colour.

use std::collections::HashSet;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hayro::hayro_interpret::color::Color;
use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::pattern::Pattern;
use hayro::hayro_interpret::{
    BlendMode, CacheKey, ClipPath, Device, DrawMode, DrawProps, Image, ImageData, ImageDrawProps,
    InterpreterWarning, LumaData, Paint, SoftMask, WarningSinkFn,
};
use hayro::kurbo::{Affine, BezPath, Rect, Shape};

use crate::color::{has_color, is_color};

/// A hint to decoders that can give a picture smaller than it is.
const PICTURE_SIDE: u32 = 512;

/// Everything: patterns have a space of their own, in which the page's bounds mean nothing.
const EVERYWHERE: Rect = Rect::new(-1e12, -1e12, 1e12, 1e12);

/// So many more drawings are taken after colour was found. Most pages end before; one that does not
/// is given up, because the library cannot be told to stop.
const AFTERWARDS_MAX: u32 = 10_000;

/// What a page is given up with, when its colour is known long since.
#[derive(Debug)]
pub struct Enough;

/// Notices whether something is painted in colour within its bounds.
#[derive(Debug)]
pub struct ColorDevice {
    found: bool,
    undecided: bool,
    afterwards: u32,
    incomplete: Arc<AtomicBool>,
    /// What can be seen, the innermost last.
    clips: Vec<Rect>,
    /// Patterns and glyphs that are drawings of their own and had no colour.
    seen: HashSet<u128>,
}

impl ColorDevice {
    /// A device that sees these bounds.
    pub fn new(bounds: Rect) -> ColorDevice {
        ColorDevice {
            found: false,
            undecided: false,
            afterwards: 0,
            incomplete: Arc::new(AtomicBool::new(false)),
            clips: vec![bounds],
            seen: HashSet::new(),
        }
    }

    /// Colour was painted.
    pub fn found(&self) -> bool {
        self.found
    }

    /// A gradient was painted, whose colours only drawing tells.
    pub fn undecided(&self) -> bool {
        self.undecided
    }

    /// A picture could not be read, so nobody knows its colours.
    pub fn incomplete(&self) -> bool {
        self.incomplete.load(Ordering::Relaxed)
    }

    /// Notices what the library could not read.
    pub fn warnings(&self) -> WarningSinkFn {
        let incomplete = Arc::clone(&self.incomplete);
        Arc::new(move |warning| {
            if matches!(warning, InterpreterWarning::ImageDecodeFailure) {
                incomplete.store(true, Ordering::Relaxed);
            }
        })
    }

    /// Looks at something else with this device: `bounds` are what can be seen of it.
    pub fn within(&mut self, bounds: Rect, draw: impl FnOnce(&mut ColorDevice)) {
        let outside = std::mem::replace(&mut self.clips, vec![bounds]);
        draw(self);
        self.clips = outside;
    }

    /// Whether anything more is of interest. Unwinds with [`Enough`] out of a page that goes on and
    /// on.
    fn goes_on(&mut self) -> bool {
        if self.found {
            self.afterwards += 1;
            if self.afterwards > AFTERWARDS_MAX {
                resume_unwind(Box::new(Enough));
            }
        }
        !self.found
    }

    fn sees(&self, area: Rect) -> bool {
        let Some(clip) = self.clips.last() else { return false };
        // Lines have no area and are seen all the same.
        area.x0 <= clip.x1 && area.x1 >= clip.x0 && area.y0 <= clip.y1 && area.y1 >= clip.y0
    }

    fn paint<'a>(&mut self, paint: &Paint<'a>, stroke: bool, area: impl FnOnce() -> Rect) {
        match paint {
            Paint::Color(color) => self.found |= color_is_color(color) && self.sees(area()),
            Paint::Pattern(pattern) => match &**pattern {
                Pattern::Shading(_) => self.undecided |= self.sees(area()),
                Pattern::Tiling(tile) => {
                    if self.sees(area()) && self.seen.insert(tile.cache_key()) {
                        self.within(EVERYWHERE, |device| {
                            tile.interpret(device, Affine::IDENTITY, stroke);
                        });
                    }
                }
            },
        }
    }

    fn picture(&mut self, image: &ImageData, alpha: Option<&LumaData>) {
        let ImageData::Rgb(image) = image else { return };
        let width = image.width as usize;
        let alike = |mask: &&LumaData| (mask.width, mask.height) == (image.width, image.height);
        self.found |= match alpha.filter(alike) {
            None => has_color(&image.data, 3, width),
            Some(mask) => {
                // What cannot be seen is white.
                let mut pixels = image.data.clone();
                for (pixel, opacity) in pixels.chunks_exact_mut(3).zip(&mask.data) {
                    if *opacity == 0 {
                        pixel.fill(u8::MAX);
                    }
                }
                has_color(&pixels, 3, width)
            }
        };
    }
}

fn color_is_color(color: &Color) -> bool {
    let [red, green, blue, opacity] = color.to_rgba().to_rgba8();
    opacity > 0 && is_color([red, green, blue])
}

impl<'a> Device<'a> for ColorDevice {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, draw_mode: &DrawMode) {
        let Some((stroke, line)) = drawn(draw_mode) else { return };
        if self.goes_on() {
            let transform = props.transform;
            self.paint(&props.paint, stroke, || {
                transform.transform_rect_bbox(path.bounding_box().inflate(line, line))
            });
        }
    }

    fn push_clip_path(&mut self, clip_path: &ClipPath) {
        let clip = self.clips.last().copied().unwrap_or(Rect::ZERO);
        self.clips.push(clip.intersect(clip_path.path.bounding_box()));
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_glyph_run(
        &mut self,
        glyph_run: &GlyphRun<'_, 'a>,
        props: DrawProps<'a>,
        draw_mode: &DrawMode,
    ) {
        let Some((stroke, line)) = drawn(draw_mode) else { return };
        let plain = matches!(&props.paint, Paint::Color(color) if !color_is_color(color));
        for glyph in glyph_run.glyphs() {
            if !self.goes_on() {
                return;
            }
            match &**glyph {
                // Black text is most of what there is.
                Glyph::Outline(_) if plain => {}
                Glyph::Outline(outline) => {
                    let shape = outline.outline();
                    // A space paints nothing, whatever its colour.
                    if !shape.elements().is_empty() {
                        let transform = props.transform * glyph.transform();
                        self.paint(&props.paint, stroke, || {
                            transform.transform_rect_bbox(shape.bounding_box().inflate(line, line))
                        });
                    }
                }
                Glyph::Type3(drawing) => {
                    if !plain || self.seen.insert(drawing.cache_key()) {
                        drawing.interpret(self, props.transform, glyph.transform(), &props.paint);
                    }
                }
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let area = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        if !self.goes_on() || !self.sees(props.transform.transform_rect_bbox(area)) {
            return;
        }
        let size = Some((PICTURE_SIDE, PICTURE_SIDE));
        match image {
            Image::Raster(image) => {
                image.with_rgba(|pixels, alpha| self.picture(&pixels, alpha.as_ref()), size);
            }
            Image::Stencil(stencil) => stencil.with_stencil(
                |mask, paint| {
                    if mask.data.iter().any(|opacity| *opacity > 0) {
                        self.paint(paint, false, || EVERYWHERE);
                    }
                },
                size,
            ),
        }
    }

    fn pop_clip(&mut self) {
        if self.clips.len() > 1 {
            self.clips.pop();
        }
    }

    fn pop_transparency_group(&mut self) {}
}

/// Whether lines are drawn, and how thick; `None` when nothing is.
fn drawn(draw_mode: &DrawMode) -> Option<(bool, f64)> {
    match draw_mode {
        DrawMode::Invisible => None,
        DrawMode::Fill(_) => Some((false, 0.0)),
        DrawMode::Stroke(line) | DrawMode::FillAndStroke(_, line) => {
            Some((true, f64::from(line.line_width)))
        }
    }
}
