//! Pages as they are, and what stands around them.

use hayro::hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object, Rect, Stream};
use hayro::hayro_syntax::page::{Page, Rotation};

use super::objects::{Doubt, File};
use crate::pdf::is_for_paper;

/// Branches of the page tree that are climbed to what a page inherits.
const BRANCHES_MAX: u32 = 100;

/// Annotations of one page that are looked at.
const ANNOTATIONS_MAX: usize = 10_000;

/// What of an annotation decides how it looks.
const LOOKS: [&[u8]; 10] =
    [b"Type", b"Subtype", b"Rect", b"F", b"AP", b"AS", b"OC", b"Border", b"BS", b"C"];

/// A page object that is not written yet: a new one for each copy.
pub struct Body {
    /// The entries that an empty page of the same size has.
    pub frame: String,
    /// All others.
    pub content: Vec<u8>,
}

impl Body {
    /// The object.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("<<{}", self.frame).into_bytes();
        bytes.extend_from_slice(&self.content);
        bytes.extend_from_slice(b">>");
        bytes
    }

    /// A page of the same size with nothing on it.
    pub fn empty(&self) -> Body {
        Body { frame: self.frame.clone(), content: b"/Resources<<>>".to_vec() }
    }
}

/// The pages, each on a side of its own.
pub fn sides<'a>(file: &mut File<'a>, pages: &[&Page<'a>], tree: u32) -> Result<Vec<Body>, Doubt> {
    pages.iter().map(|page| side(file, page, tree)).collect()
}

/// The catalog, with what decides how pages look.
pub fn catalog(file: &mut File<'_>, tree: u32) -> Result<Vec<u8>, Doubt> {
    let old = file.old_catalog();
    let mut body = format!("<</Type/Catalog/Pages {tree} 0 R").into_bytes();
    let wanted = |key: &[u8]| matches!(key, b"OCProperties" | b"OutputIntents");
    file.entries(&old, wanted, &mut body, 0)?;
    body.extend_from_slice(b">>");
    Ok(body)
}

fn side<'a>(file: &mut File<'a>, page: &Page<'a>, tree: u32) -> Result<Body, Doubt> {
    let (media, crop) = (page.media_box(), page.intersected_crop_box());
    // Readers have their own ideas about pages without area.
    if crop.x1 - crop.x0 < 1.0 || crop.y1 - crop.y0 < 1.0 {
        return Err(Doubt);
    }
    let turned = match page.rotation() {
        Rotation::None => 0,
        Rotation::Horizontal => 90,
        Rotation::Flipped => 180,
        Rotation::FlippedHorizontal => 270,
    };
    let mut frame = format!("/Type/Page/Parent {tree} 0 R/MediaBox{}", written(media));
    frame.push_str(&format!("/CropBox{}/Rotate {turned}", written(crop)));
    if let Some(unit) = page.raw().get::<f32>("UserUnit") {
        frame.push_str(&format!("/UserUnit {unit}"));
    }
    let mut content = Vec::new();
    file.entry("Resources", resources(page), &mut content)?;
    for key in ["Contents", "Group"] {
        file.entry(key, page.raw().get_raw::<Object<'a>>(key), &mut content)?;
    }
    annotations(file, page, &mut content)?;
    Ok(Body { frame, content })
}

fn written(area: Rect) -> String {
    format!("[{} {} {} {}]", area.x0, area.y0, area.x1, area.y1)
}

/// A page's resources, its own or those of the branch above.
pub fn resources<'a>(page: &Page<'a>) -> Option<MaybeRef<Object<'a>>> {
    let mut node = page.raw().clone();
    for _ in 0..BRANCHES_MAX {
        if node.contains_key("Resources") {
            return node.get_raw::<Object<'a>>("Resources");
        }
        node = node.get::<Dict<'a>>("Parent")?;
    }
    None
}

/// The annotations that are printed, with what decides how they look and nothing else.
fn annotations<'a>(
    file: &mut File<'a>,
    page: &Page<'a>,
    content: &mut Vec<u8>,
) -> Result<(), Doubt> {
    let printed = printed_annotations(page)?;
    if printed.is_empty() {
        return Ok(());
    }
    content.extend_from_slice(b"/Annots[");
    for annotation in printed {
        content.extend_from_slice(b"<<");
        file.entries(&annotation, |key| LOOKS.contains(&key), content, 0)?;
        content.extend_from_slice(b">>");
    }
    content.push(b']');
    Ok(())
}

/// The annotations that are on paper.
pub fn printed_annotations<'a>(page: &Page<'a>) -> Result<Vec<Dict<'a>>, Doubt> {
    let Some(list) = page.raw().get::<Array<'a>>("Annots") else { return Ok(Vec::new()) };
    let mut printed = Vec::new();
    for (index, annotation) in list.iter::<Dict<'a>>().enumerate() {
        if index >= ANNOTATIONS_MAX {
            return Err(Doubt);
        }
        let subtype = annotation.get::<Name<'_>>("Subtype");
        if !is_for_paper(&annotation) || subtype.as_deref() == Some(b"Popup") {
            continue;
        }
        let look = annotation.get::<Dict<'_>>("AP");
        let has_look = look.is_some_and(|look| {
            look.get::<Stream<'_>>("N").is_some() || look.get::<Dict<'_>>("N").is_some()
        });
        // Readers draw these by themselves, each in its own way; of links there is a frame at most.
        if !has_look && subtype.as_deref() != Some(b"Link") {
            return Err(Doubt);
        }
        printed.push(annotation);
    }
    Ok(printed)
}
