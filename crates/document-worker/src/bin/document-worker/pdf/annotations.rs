//! Annotations as a printer draws them, ISO 32000-2 section 12.5: those with the flag Print, unless
//! they are hidden. Screens follow another flag, which is how colour could hide from a count.

use hayro::hayro_interpret::{Context, InterpreterCache, RenderContent, interpret};
use hayro::hayro_syntax::content::TypedIter;
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, Rect as PdfRect, Stream};
use hayro::hayro_syntax::page::{Page, Resources};
use hayro::kurbo::{Affine, Rect};

use super::device::ColorDevice;
use super::page::settings;
use crate::color::is_color;

/// Table 167: bit positions 2, 3 and 6.
const HIDDEN: u32 = 1 << 1;
const PRINT: u32 = 1 << 2;
const NO_VIEW: u32 = 1 << 5;

/// Annotations of one page that are looked at; a page with more is unclear.
const ANNOTATIONS_MAX: usize = 10_000;

/// What an annotation is on paper.
pub enum Look<'a> {
    /// It has a drawing of its own.
    Drawn(Drawing<'a>),
    /// It has none; readers draw it themselves, in this colour.
    Colored,
    /// Nobody can say.
    Unclear,
}

/// An annotation's own drawing.
pub struct Drawing<'a> {
    stream: Stream<'a>,
    on_paper_only: bool,
}

/// The annotations of a page that a printer draws and that could have colour.
pub fn looks<'a>(page: &Page<'a>) -> Vec<Look<'a>> {
    let Some(annotations) = page.raw().get::<Array<'a>>("Annots") else { return Vec::new() };
    let mut looks: Vec<Look<'a>> = annotations
        .iter::<Dict<'a>>()
        .take(ANNOTATIONS_MAX + 1)
        .filter_map(|annotation| look(&annotation))
        .collect();
    if looks.len() > ANNOTATIONS_MAX {
        looks.push(Look::Unclear);
    }
    looks
}

/// What of a page is drawn for paper. The library knows the rule of screens only, so a page whose
/// annotations are all for screens is drawn without them; where both kinds are on one page, those for
/// screens are on paper, too.
pub fn for_paper(page: &Page<'_>) -> RenderContent {
    let annotations = page.raw().get::<Array<'_>>("Annots");
    let annotations = annotations.iter().flat_map(|list| list.iter::<Dict<'_>>());
    if annotations.take(ANNOTATIONS_MAX).any(|annotation| is_for_paper(&annotation)) {
        RenderContent::all()
    } else {
        RenderContent::PAGE
    }
}

/// Whether a printer draws an annotation.
pub fn is_for_paper(annotation: &Dict<'_>) -> bool {
    let flags = annotation.get::<u32>("F").unwrap_or(0);
    flags & HIDDEN == 0 && flags & PRINT != 0
}

fn look<'a>(annotation: &Dict<'a>) -> Option<Look<'a>> {
    let flags = annotation.get::<u32>("F").unwrap_or(0);
    let area = annotation.get::<PdfRect>("Rect")?;
    let subtype = annotation.get::<Name<'_>>("Subtype");
    let subtype = subtype.as_deref().unwrap_or_default();
    let empty = area.width() <= 0.0 || area.height() <= 0.0;
    // A popup is a window, never paper.
    if flags & HIDDEN != 0 || flags & PRINT == 0 || empty || subtype == b"Popup" {
        return None;
    }
    match appearance(annotation) {
        Appearance::Stream(stream) => {
            let on_paper_only = flags & NO_VIEW != 0;
            Some(Look::Drawn(Drawing { stream, on_paper_only }))
        }
        Appearance::Nothing => None,
        Appearance::Missing => {
            let own = [Some(annotation.clone()), annotation.get::<Dict<'_>>("MK")];
            let entries = own.into_iter().flatten();
            let mut colors =
                entries.flat_map(|entry| ["C", "IC", "BC", "BG"].map(|key| color(&entry, key)));
            colors.any(|is_color| is_color).then_some(Look::Colored)
        }
    }
}

/// What an annotation says about its look.
enum Appearance<'a> {
    Stream(Stream<'a>),
    /// It has looks for several states, and none for the one it is in.
    Nothing,
    /// It leaves its look to the reader.
    Missing,
}

fn appearance<'a>(annotation: &Dict<'a>) -> Appearance<'a> {
    let looks = annotation.get::<Dict<'a>>("AP");
    match looks.and_then(|looks| looks.get::<Object<'a>>("N")) {
        Some(Object::Stream(stream)) => Appearance::Stream(stream),
        Some(Object::Dict(states)) => {
            let state = annotation.get::<Name<'_>>("AS");
            let state = state.and_then(|state| states.get::<Stream<'a>>(state));
            state.map_or(Appearance::Nothing, Appearance::Stream)
        }
        _ => Appearance::Missing,
    }
}

/// Whether an entry is a colour that is neither black, grey nor white: one number is grey, three
/// are light, four are ink (table 166).
fn color(entry: &Dict<'_>, key: &str) -> bool {
    let Some(numbers) = entry.get::<Array<'_>>(key) else { return false };
    let levels: Vec<u8> = numbers.iter::<f32>().take(5).map(level).collect();
    match levels.as_slice() {
        [red, green, blue] | [red, green, blue, _] => is_color([*red, *green, *blue]),
        _ => false,
    }
}

fn level(number: f32) -> u8 {
    // A cast of floats saturates.
    (number * 255.0).round() as u8
}

impl<'a> Drawing<'a> {
    /// No screen shows it, so drawing the page for a screen says nothing about it.
    pub fn on_paper_only(&self) -> bool {
        self.on_paper_only
    }

    /// Draws it, in its own space.
    pub fn draw(&self, page: &Page<'a>, cache: &InterpreterCache<'a>, device: &mut ColorDevice) {
        let dict = self.stream.dict();
        let (Ok(content), Some([x0, y0, x1, y1])) =
            (self.stream.decoded_data(), dict.get::<[f32; 4]>("BBox"))
        else {
            return;
        };
        let bounds = Rect::new(x0.into(), y0.into(), x1.into(), y1.into()).abs();
        let own = dict.get::<Dict<'a>>("Resources").map(Resources::new);
        let resources = own.as_ref().unwrap_or(page.resources());
        let mut context =
            Context::new(Affine::IDENTITY, bounds, cache, page.xref(), settings(device));
        device.within(bounds, |device| {
            interpret(TypedIter::new(content.as_ref()), resources, &mut context, device);
        });
    }
}
