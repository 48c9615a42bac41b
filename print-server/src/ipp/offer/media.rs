//! What a queue says of paper.

use ipp_codec::{Attribute, Member, Value, names};

use super::Abilities;
use super::options::{self, Medium, media_size};

/// What is said of paper.
pub(super) fn paper(abilities: &Abilities) -> Vec<Attribute> {
    let named = |media: &[Medium]| media.iter().map(|(name, ..)| *name).collect::<Vec<_>>();
    let columns = |media: &[Medium]| media.iter().copied().map(media_col).collect::<Vec<_>>();
    let sizes = abilities.media.iter().map(|(_, width, length)| media_size(*width, *length));
    let default = default(abilities);
    let margins = [
        names::MEDIA_BOTTOM_MARGIN_SUPPORTED,
        names::MEDIA_LEFT_MARGIN_SUPPORTED,
        names::MEDIA_RIGHT_MARGIN_SUPPORTED,
        names::MEDIA_TOP_MARGIN_SUPPORTED,
    ];
    let members = [
        names::MEDIA_BOTTOM_MARGIN,
        names::MEDIA_LEFT_MARGIN,
        names::MEDIA_RIGHT_MARGIN,
        names::MEDIA_SIZE,
        names::MEDIA_SIZE_NAME,
        names::MEDIA_SOURCE,
        names::MEDIA_TOP_MARGIN,
        names::MEDIA_TYPE,
    ];
    let sources = abilities.media_sources.iter().copied();
    let mut attributes = vec![
        Attribute::keyword(names::MEDIA_DEFAULT, default.0),
        Attribute::keywords(names::MEDIA_SUPPORTED, named(&abilities.media)),
        Attribute::keywords(names::MEDIA_READY, named(&abilities.media_ready)),
        Attribute::new(names::MEDIA_COL_DEFAULT, media_col(default)),
        Attribute::keywords(names::MEDIA_COL_SUPPORTED, members),
        Attribute::set(names::MEDIA_COL_DATABASE, columns(&abilities.media)),
        Attribute::set(names::MEDIA_COL_READY, columns(&abilities.media_ready)),
        Attribute::set(names::MEDIA_SIZE_SUPPORTED, sizes),
        Attribute::keywords(names::MEDIA_SOURCE_SUPPORTED, sources),
        Attribute::keywords(names::MEDIA_TYPE_SUPPORTED, abilities.media_types.iter().copied()),
    ];
    attributes.extend(margins.map(|name| Attribute::integer(name, options::MARGIN)));
    attributes
}

/// The paper of a job that asks for none: A4, else what is loaded.
fn default(abilities: &Abilities) -> Medium {
    let a4 = options::MEDIA[0];
    let ready = abilities.media_ready.first().copied().unwrap_or(a4);
    if abilities.media.contains(&a4) { a4 } else { ready }
}

fn media_col((name, width, length): Medium) -> Value {
    let margin = |name| Member::new(name, Value::Integer(options::MARGIN));
    Value::Collection(vec![
        Member::new(names::MEDIA_SIZE, media_size(width, length)),
        Member::new(names::MEDIA_SIZE_NAME, Value::keyword(name)),
        margin(names::MEDIA_BOTTOM_MARGIN),
        margin(names::MEDIA_LEFT_MARGIN),
        margin(names::MEDIA_RIGHT_MARGIN),
        margin(names::MEDIA_TOP_MARGIN),
        Member::new(names::MEDIA_SOURCE, Value::keyword("auto")),
        Member::new(names::MEDIA_TYPE, Value::keyword("auto")),
    ])
}
