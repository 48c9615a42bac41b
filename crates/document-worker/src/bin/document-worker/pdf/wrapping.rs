//! What a PDF says around its pages: where it begins and ends, encryption, layers.

use std::collections::{BTreeSet, HashSet};

use document_worker::Flag;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, Name, ObjRef};

const BEGINNING: &[u8] = b"%PDF-";
const END: &[u8] = b"%%EOF";

/// Readers look for the end in so many bytes at the end; some programs write more behind it.
const TAIL_BYTES: usize = 2_048;

/// Layers that are looked at.
const LAYERS_MAX: usize = 10_000;

/// What the bytes themselves tell.
pub fn flags(document: &[u8]) -> BTreeSet<Flag> {
    let tail = &document[document.len().saturating_sub(TAIL_BYTES)..];
    let found = [
        (Flag::JunkBefore, !document.starts_with(BEGINNING)),
        (Flag::Truncated, find(tail, END).is_none()),
        (Flag::Encrypted, names_encryption(document)),
    ];
    found.into_iter().filter_map(|(flag, is_so)| is_so.then_some(flag)).collect()
}

/// Whether a trailer names its encryption: `/Encrypt 5 0 R`, or the dictionary itself.
fn names_encryption(document: &[u8]) -> bool {
    const KEY: &[u8] = b"/Encrypt";
    let mut rest = document;
    while let Some(place) = find(rest, KEY) {
        rest = &rest[place + KEY.len()..];
        let value = rest.trim_ascii_start();
        let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if value.starts_with(b"<<") || (1..10).contains(&digits) {
            return true;
        }
    }
    false
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    loop {
        from += bytes.get(from..)?.iter().position(|byte| *byte == first)?;
        if bytes[from..].starts_with(wanted) {
            return Some(from);
        }
        from += 1;
    }
}

/// Whether a layer is hidden on screens and asks to be printed (ISO 32000-2 section 8.11.4.4).
pub fn has_print_layers(pdf: &Pdf) -> bool {
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    let Some(layers) = catalog.and_then(|catalog| catalog.get::<Dict<'_>>("OCProperties")) else {
        return false;
    };
    let default = layers.get::<Dict<'_>>("D").unwrap_or_default();
    let hidden_at_first = state(&default, "BaseState") == Some(false);
    let hidden: HashSet<ObjRef> = references(&default, "OFF").collect();
    references(&layers, "OCGs").any(|id| {
        let group = pdf.xref().get::<Dict<'_>>(id.into());
        let Some(usage) = group.and_then(|group| group.get::<Dict<'_>>("Usage")) else {
            return false;
        };
        let says = |place: &str, key: &str| state(&usage.get::<Dict<'_>>(place)?, key);
        let hides =
            hidden_at_first || hidden.contains(&id) || says("View", "ViewState") == Some(false);
        hides && says("Print", "PrintState") == Some(true)
    })
}

/// Whether an entry says ON or OFF.
fn state(dict: &Dict<'_>, key: &str) -> Option<bool> {
    match dict.get::<Name<'_>>(key).as_deref() {
        Some(b"ON") => Some(true),
        Some(b"OFF") => Some(false),
        _ => None,
    }
}

/// The objects that a list names.
fn references<'a>(dict: &Dict<'a>, key: &str) -> impl Iterator<Item = ObjRef> + use<'a> {
    let list = dict.get::<Array<'a>>(key).map(|list| list.raw_iter().take(LAYERS_MAX));
    list.into_iter().flatten().filter_map(|entry| entry.as_obj_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_the_end_and_encryption_are_seen() {
        let cases: [(&[u8], &[Flag]); 6] = [
            (b"%PDF-1.4 %%EOF", &[]),
            (b"GIF89a %PDF-1.4 %%EOF\n\n", &[Flag::JunkBefore]),
            (b"%PDF-1.4 %%EO", &[Flag::Truncated]),
            (b"%PDF-1.4 /Encrypt 5 0 R %%EOF", &[Flag::Encrypted]),
            (b"%PDF-1.4 /EncryptMetadata true %%EOF", &[]),
            (b"%PDF-1.4 /EncryptMetadata true/Encrypt<</V 1>>%%EOF", &[Flag::Encrypted]),
        ];
        for (document, expected) in cases {
            let expected: BTreeSet<Flag> = expected.iter().copied().collect();
            assert_eq!(flags(document), expected, "{}", String::from_utf8_lossy(document));
        }
    }
}
