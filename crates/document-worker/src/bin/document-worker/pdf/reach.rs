//! How deep a page's drawings lie within each other.
//!
//! The library gives up silently below 50 drawings, and leaves patterns of almost no step out. What
//! lies there may be drawn by a printer, so such a page's colour is unknown.

use std::collections::{HashSet, VecDeque};

use hayro::hayro_syntax::object::{Dict, Name, Object, ObjectIdentifier, Stream};
use hayro::hayro_syntax::page::{Page, Resources};

/// The library follows 50; glyphs and masks may take one on the way.
const DEPTH_MAX: u32 = 45;

/// Drawings of one page that are followed.
const DRAWINGS_MAX: usize = 20_000;

/// Patterns of a smaller step, in points, are not drawn by everybody.
const STEP_MIN: f32 = 0.01;

/// Whether something on the page may be drawn by a printer that was not looked at.
pub fn is_beyond(page: &Page<'_>) -> bool {
    let mut search = Search { seen: HashSet::new(), open: VecDeque::new(), beyond: false };
    search.resources(page.resources(), 1);
    while let Some((drawing, depth)) = search.open.pop_front() {
        if search.beyond || depth > DEPTH_MAX || search.seen.len() > DRAWINGS_MAX {
            return true;
        }
        if let Some(resources) = drawing.get::<Dict<'_>>("Resources") {
            search.resources(&Resources::new(resources), depth + 1);
        }
    }
    search.beyond
}

struct Search<'a> {
    seen: HashSet<ObjectIdentifier>,
    open: VecDeque<(Dict<'a>, u32)>,
    beyond: bool,
}

impl<'a> Search<'a> {
    fn resources(&mut self, resources: &Resources<'a>, depth: u32) {
        for name in resources.x_objects.keys() {
            let drawing = resources.x_objects.get::<Stream<'a>>(name);
            if let Some(drawing) = drawing
                && drawing.dict().get::<Name<'_>>("Subtype").as_deref() == Some(b"Form")
            {
                self.add(&drawing, depth);
            }
        }
        for name in resources.patterns.keys() {
            // The others are gradients.
            if let Some(Object::Stream(pattern)) = resources.patterns.get::<Object<'a>>(name) {
                self.beyond |= ["XStep", "YStep"].into_iter().any(|step| {
                    pattern.dict().get::<f32>(step).is_none_or(|step| step.abs() < STEP_MIN)
                });
                self.add(&pattern, depth);
            }
        }
        for name in resources.ext_g_states.keys() {
            let state = resources.ext_g_states.get::<Dict<'a>>(name);
            let mask = state.and_then(|state| state.get::<Dict<'a>>("SMask"));
            if let Some(drawing) = mask.and_then(|mask| mask.get::<Stream<'a>>("G")) {
                self.add(&drawing, depth);
            }
        }
    }

    fn add(&mut self, drawing: &Stream<'a>, depth: u32) {
        if self.seen.insert(drawing.obj_id()) {
            self.open.push_back((drawing.dict().clone(), depth));
        }
    }
}
