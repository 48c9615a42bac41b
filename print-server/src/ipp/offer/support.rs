//! Whether a queue can do what a job asks.

use ipp_codec::{Attribute, Support, Value, names};

use super::{Abilities, options};

impl Abilities {
    /// Whether the queue can do what the attribute asks.
    #[must_use]
    pub fn support(&self, attribute: &Attribute) -> Support {
        let one = |supported: bool| match (attribute.values.len(), supported) {
            (1, true) => Support::Supported,
            _ => Support::UnsupportedValue,
        };
        let keyword =
            |known: &[&str]| one(attribute.as_str().is_some_and(|word| known.contains(&word)));
        let number =
            |known: &[i32]| one(attribute.as_integer().is_some_and(|n| known.contains(&n)));
        let between = |low, high| {
            one(attribute.as_integer().is_some_and(|number| (low..=high).contains(&number)))
        };
        match attribute.name.as_str() {
            names::COPIES => between(1, self.copies_max),
            names::SIDES => keyword(&self.sides),
            names::PRINT_COLOR_MODE => keyword(&self.color_modes),
            names::MEDIA => one(attribute.as_str().is_some_and(|name| self.has_media(name))),
            names::MEDIA_COL => one(self.has_media_col(attribute)),
            names::PAGE_RANGES => {
                let known = self.page_ranges && options::page_ranges(attribute).is_some();
                if known { Support::Supported } else { Support::UnsupportedValue }
            }
            names::FINISHINGS => some_of(attribute, |n| self.finishings.contains(&n)),
            names::PRINT_QUALITY => number(&self.qualities),
            names::ORIENTATION_REQUESTED => number(&self.orientations),
            names::NUMBER_UP => number(&self.number_up),
            names::PRINT_SCALING => keyword(&self.scalings),
            names::PRINTER_RESOLUTION => one(self
                .resolutions()
                .iter()
                .any(|dots| attribute.first() == Some(&Value::dots_per_inch(*dots)))),
            _ => of_every_queue(attribute, one),
        }
    }

    /// `printer-resolution`: what raster documents may have; a document without pixels has none.
    #[must_use]
    pub fn resolutions(&self) -> &[i32] {
        if self.raster_resolutions.is_empty() {
            &options::RESOLUTIONS[2..3]
        } else {
            &self.raster_resolutions
        }
    }

    fn has_media(&self, name: &str) -> bool {
        self.media.iter().any(|(known, ..)| *known == name)
    }

    fn has_media_col(&self, attribute: &Attribute) -> bool {
        options::media_col(attribute).is_some_and(|col| {
            col.media.is_none_or(|name| self.has_media(name))
                && col.source.is_none_or(|word| self.media_sources.contains(&word))
                && col.media_type.is_none_or(|word| self.media_types.contains(&word))
        })
    }
}

/// What no printer decides.
fn of_every_queue(attribute: &Attribute, one: impl Fn(bool) -> Support) -> Support {
    let keyword =
        |known: &[&str]| one(attribute.as_str().is_some_and(|word| known.contains(&word)));
    match attribute.name.as_str() {
        names::JOB_HOLD_UNTIL => keyword(&options::HOLD_UNTIL),
        names::JOB_PRIORITY => one(attribute
            .as_integer()
            .is_some_and(|number| (1..=options::JOB_PRIORITY_MAX).contains(&number))),
        names::JOB_CANCEL_AFTER => one(attribute.as_integer().is_some_and(|seconds| seconds > 0)),
        names::JOB_SHEETS => keyword(&["none"]),
        names::OUTPUT_BIN => keyword(&["auto"]),
        names::MULTIPLE_DOCUMENT_HANDLING => keyword(&options::DOCUMENT_HANDLING),
        names::PRINT_CONTENT_OPTIMIZE | names::PRINT_RENDERING_INTENT => keyword(&["auto"]),
        names::JOB_NAME => one(true),
        _ => Support::UnknownAttribute,
    }
}

fn some_of(attribute: &Attribute, known: impl Fn(i32) -> bool) -> Support {
    let supports = |value: &Value| value.as_integer().is_some_and(&known);
    let (supported, unsupported): (Vec<_>, Vec<_>) =
        attribute.values.iter().cloned().partition(supports);
    match (supported.is_empty(), unsupported.is_empty()) {
        (false, true) => Support::Supported,
        (true, _) => Support::UnsupportedValue,
        (false, false) => Support::Partly { supported, unsupported },
    }
}

#[cfg(test)]
mod tests {
    use ipp_codec::Member;
    use print_core::{Keyword, Ticket};

    use super::options::{apply, media_size, of_ticket};
    use super::*;

    fn all() -> Abilities {
        Abilities {
            media_sources: options::MEDIA_SOURCES.to_vec(),
            finishings: options::FINISHINGS.to_vec(),
            ..Abilities::assumed()
        }
    }

    fn support(attribute: &Attribute) -> Support {
        all().support(attribute)
    }

    fn ticket(attributes: &[Attribute]) -> Ticket {
        let mut ticket = Ticket::default();
        assert!(attributes.iter().all(|a| support(a) == Support::Supported), "{attributes:?}");
        apply(&mut ticket, attributes);
        ticket
    }

    #[test]
    fn what_is_asked_for_is_on_the_ticket_and_comes_back() {
        let asked = [
            Attribute::integer("copies", 2),
            Attribute::keyword("sides", "two-sided-long-edge"),
            Attribute::keyword("print-color-mode", "monochrome"),
            Attribute::keyword("media", "iso_a3_297x420mm"),
            Attribute::set("page-ranges", [Value::range(1, 3), Value::range(7, 7)]),
            Attribute::enumerations("finishings", [4]),
            Attribute::enumeration("print-quality", 5),
        ];
        assert_eq!(of_ticket(&ticket(&asked)), asked);
    }

    #[test]
    fn a_size_means_its_paper_within_half_a_millimetre() {
        let col = |width, length| {
            Attribute::collection(
                "media-col",
                vec![
                    Member::new("media-size", media_size(width, length)),
                    Member::new("media-source", Value::keyword("tray-2")),
                ],
            )
        };
        let ticket = ticket(&[col(21_590, 27_970)]);
        assert_eq!(ticket.media.as_ref().map(Keyword::as_str), Some("na_letter_8.5x11in"));
        assert_eq!(ticket.media_source.as_ref().map(Keyword::as_str), Some("tray-2"));
        assert_eq!(support(&col(20_000, 20_000)), Support::UnsupportedValue);
    }

    #[test]
    fn what_no_queue_can_do_is_said() {
        let ranges = |ranges: &[(i32, i32)]| {
            Attribute::set("page-ranges", ranges.iter().map(|(a, b)| Value::range(*a, *b)))
        };
        for attribute in [
            Attribute::integer("copies", 0),
            Attribute::integer("copies", options::COPIES_MAX + 1),
            Attribute::set("copies", [Value::Integer(1), Value::Integer(2)]),
            Attribute::keyword("copies", "two"),
            Attribute::keyword("sides", "three-sided"),
            Attribute::keyword("media", "iso_a0_841x1189mm"),
            Attribute::integer("number-up", 2),
            ranges(&[(3, 1)]),
            ranges(&[(0, 1)]),
            ranges(&[(1, 3), (2, 4)]),
        ] {
            assert_eq!(support(&attribute), Support::UnsupportedValue, "{attribute:?}");
        }
        assert_eq!(support(&Attribute::keyword("smell", "roses")), Support::UnknownAttribute);
        let partly = support(&Attribute::enumerations("finishings", [4, 99]));
        assert!(matches!(partly, Support::Partly { .. }));
    }
    #[test]
    fn what_the_printers_cannot_do_is_said() {
        let simple =
            Abilities { sides: vec!["one-sided"], page_ranges: false, ..Abilities::assumed() };
        for attribute in [
            Attribute::keyword("sides", "two-sided-long-edge"),
            Attribute::enumerations("finishings", [4]),
            Attribute::set("page-ranges", [Value::range(1, 2)]),
            Attribute::integer("number-up", 2),
            Attribute::keyword("media", "iso_a6_105x148mm"),
        ] {
            assert_eq!(simple.support(&attribute), Support::UnsupportedValue, "{attribute:?}");
        }
    }
}
