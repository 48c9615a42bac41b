//! The TXT keys of a queue (Bonjour Printing 1.2.1 section 9, PWG 5100.14 section 4.2).
//!
//! They are made from the queue's IPP attributes, so that what a client reads before it connects is what
//! it reads afterwards: Android drops a printer whose two UUIDs differ.

use ipp_codec::{Attribute, names};

/// A string of a TXT record holds no more (RFC 6763 section 6.1).
const STRING_BYTES_MAX: usize = 255;
/// AirPrint and IPP Everywhere look for these; they stand first, in case the list must be cut.
const FORMATS_FIRST: [&str; 4] = ["image/urf", "image/pwg-raster", "application/pdf", "image/jpeg"];
/// Finishings that staple: `staple`, and those that say where (PWG 5100.1 table 3).
const STAPLE: [std::ops::RangeInclusive<i32>; 2] = [4..=4, 20..=35];
/// Finishings that punch.
const PUNCH: [std::ops::RangeInclusive<i32>; 2] = [5..=5, 70..=89];

/// The keys with their values, in the order in which they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextRecord(Vec<(&'static str, String)>);

impl TextRecord {
    /// The keys of the queue `name` whose attributes are these, for clients that come with or without TLS.
    #[must_use]
    pub fn of(name: &str, attributes: &[Attribute], tls: bool) -> Self {
        let offer = Offer(attributes);
        let model = offer.text(names::PRINTER_MAKE_AND_MODEL);
        let uuid = offer.text(names::PRINTER_UUID);
        let truth = |truth: bool| if truth { "T" } else { "F" }.to_owned();
        Self(vec![
            ("txtvers", "1".into()),
            ("qtotal", "1".into()),
            ("rp", format!("ipp/print/{name}")),
            ("ty", model.clone()),
            ("product", format!("({model})")),
            ("note", offer.text(names::PRINTER_LOCATION)),
            ("adminurl", offer.text(names::PRINTER_MORE_INFO)),
            ("pdl", offer.formats()),
            ("UUID", uuid.trim_start_matches("urn:uuid:").to_owned()),
            ("URF", offer.words(names::URF_SUPPORTED).join(",")),
            ("Color", truth(offer.truth(names::COLOR_SUPPORTED))),
            ("Duplex", truth(offer.words(names::SIDES_SUPPORTED).len() > 1)),
            ("Copies", truth(offer.most_copies() > 1)),
            ("Collate", truth(offer.collates())),
            ("Staple", truth(offer.finishes(&STAPLE))),
            ("Punch", truth(offer.finishes(&PUNCH))),
            ("Fax", truth(false)),
            ("Scan", truth(false)),
            ("kind", "document".into()),
            ("PaperMax", offer.paper().into()),
            ("priority", "50".into()),
            ("TLS", "1.3".into()),
            ("air", offer.sign_in(tls).into()),
            // The version of Mopria's rules that we follow; its print service lists no printer without it.
            ("mopria-certified", "1.3".into()),
        ])
    }

    /// The strings as they stand in the record: `key=value`, each cut to what fits.
    #[must_use]
    pub fn strings(&self) -> Vec<String> {
        self.0.iter().map(|(key, value)| cut(&format!("{key}={value}"))).collect()
    }

    /// The value of a key.
    #[cfg(test)]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|pair| pair.0 == key).map(|pair| pair.1.as_str())
    }
}

/// At most as many bytes of `text` as a string of a record holds, and no half letters.
fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(STRING_BYTES_MAX)].to_owned()
}

/// What the queue says of itself.
struct Offer<'a>(&'a [Attribute]);

impl Offer<'_> {
    fn get(&self, name: &str) -> Option<&Attribute> {
        self.0.iter().find(|attribute| attribute.name == name)
    }

    fn text(&self, name: &str) -> String {
        let found = self.get(name).and_then(Attribute::as_str);
        found.unwrap_or_default().to_owned()
    }

    fn words(&self, name: &str) -> Vec<&str> {
        self.get(name).map(|attribute| attribute.keywords_as_str().collect()).unwrap_or_default()
    }

    fn truth(&self, name: &str) -> bool {
        self.get(name).and_then(Attribute::as_boolean).unwrap_or(false)
    }

    fn most_copies(&self) -> i32 {
        match self.get(names::COPIES_SUPPORTED).and_then(Attribute::first) {
            Some(ipp_codec::Value::Range { upper, .. }) => *upper,
            Some(value) => value.as_integer().unwrap_or(1),
            None => 1,
        }
    }

    fn collates(&self) -> bool {
        let ways = self.words(names::MULTIPLE_DOCUMENT_HANDLING_SUPPORTED);
        ways.contains(&"separate-documents-collated-copies")
    }

    fn finishes(&self, kinds: &[std::ops::RangeInclusive<i32>]) -> bool {
        let Some(finishings) = self.get(names::FINISHINGS_SUPPORTED) else { return false };
        finishings.integers().any(|one| kinds.iter().any(|kind| kind.contains(&one)))
    }

    /// The formats that are real ones: "anything, look for yourself" is of no use to a client that chooses.
    fn formats(&self) -> String {
        let offered = self.words(names::DOCUMENT_FORMAT_SUPPORTED);
        let first = FORMATS_FIRST.into_iter().filter(|format| offered.contains(format));
        let rest = offered.iter().copied();
        let rest = rest.filter(|format| {
            !FORMATS_FIRST.contains(format) && *format != "application/octet-stream"
        });
        let mut list = String::new();
        for format in first.chain(rest) {
            if "pdl=".len() + list.len() + 1 + format.len() > STRING_BYTES_MAX {
                break;
            }
            if !list.is_empty() {
                list.push(',');
            }
            list.push_str(format);
        }
        list
    }

    /// The largest paper, in the words of Bonjour Printing.
    fn paper(&self) -> &'static str {
        let large = |name: &&str| name.contains("_a3_") || name.contains("_ledger_");
        let sizes = self.words(names::MEDIA_SUPPORTED);
        if sizes.iter().any(large) { "tabloid-A3" } else { "legal-A4" }
    }

    /// What the queue asks of a client that comes this way, in Apple's words.
    fn sign_in(&self, tls: bool) -> &'static str {
        let securities = self.words(names::URI_SECURITY_SUPPORTED);
        let ways = self.words(names::URI_AUTHENTICATION_SUPPORTED);
        let wanted = if tls { "tls" } else { "none" };
        // A queue without a plain address sends plain clients to the other one.
        let place = securities.iter().position(|security| *security == wanted).unwrap_or(0);
        match ways.get(place).copied() {
            Some("basic" | "digest") => "username,password",
            Some("negotiate") => "negotiate",
            _ => "none",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer() -> Vec<Attribute> {
        vec![
            Attribute::text(names::PRINTER_MAKE_AND_MODEL, "Follow-me print queue"),
            Attribute::uri(names::PRINTER_UUID, "urn:uuid:0190-1"),
            Attribute::text(names::PRINTER_LOCATION, "Every floor"),
            Attribute::uri(names::PRINTER_MORE_INFO, "https://print.example.org/"),
            Attribute::mime_types(
                names::DOCUMENT_FORMAT_SUPPORTED,
                ["application/octet-stream", "text/plain", "application/pdf", "image/pwg-raster"],
            ),
            Attribute::keywords(names::URF_SUPPORTED, ["V1.4", "W8"]),
            Attribute::boolean(names::COLOR_SUPPORTED, true),
            Attribute::keywords(names::SIDES_SUPPORTED, ["one-sided", "two-sided-long-edge"]),
            Attribute::new(names::COPIES_SUPPORTED, ipp_codec::Value::range(1, 99)),
            Attribute::enumerations(names::FINISHINGS_SUPPORTED, [3, 20]),
            Attribute::keywords(names::MEDIA_SUPPORTED, ["iso_a4_210x297mm", "iso_a3_297x420mm"]),
            Attribute::keywords(names::URI_SECURITY_SUPPORTED, ["tls", "none"]),
            Attribute::keywords(
                names::URI_AUTHENTICATION_SUPPORTED,
                ["basic", "requesting-user-name"],
            ),
        ]
    }

    #[test]
    fn the_keys_say_what_the_attributes_say() {
        let record = TextRecord::of("followme", &offer(), true);
        for (key, value) in [
            ("rp", "ipp/print/followme"),
            ("ty", "Follow-me print queue"),
            ("product", "(Follow-me print queue)"),
            ("note", "Every floor"),
            ("adminurl", "https://print.example.org/"),
            ("pdl", "image/pwg-raster,application/pdf,text/plain"),
            ("UUID", "0190-1"),
            ("URF", "V1.4,W8"),
            ("Color", "T"),
            ("Duplex", "T"),
            ("Copies", "T"),
            ("Collate", "F"),
            ("Staple", "T"),
            ("Punch", "F"),
            ("PaperMax", "tabloid-A3"),
            ("air", "username,password"),
        ] {
            assert_eq!(record.get(key), Some(value), "{key}");
        }
        assert_eq!(TextRecord::of("followme", &offer(), false).get("air"), Some("none"));
        assert_eq!(record.strings()[0], "txtvers=1", "the version comes first");
    }

    #[test]
    fn no_string_is_longer_than_a_record_can_hold() {
        let mut offer = offer();
        offer.retain(|attribute| attribute.name != names::DOCUMENT_FORMAT_SUPPORTED);
        let many: Vec<String> = (0..40).map(|n| format!("application/x-format-{n}")).collect();
        let all = many.iter().map(String::as_str).chain(["image/pwg-raster"]);
        offer.push(Attribute::mime_types(names::DOCUMENT_FORMAT_SUPPORTED, all));
        offer.retain(|attribute| attribute.name != names::PRINTER_LOCATION);
        offer.push(Attribute::text(names::PRINTER_LOCATION, &"å".repeat(200)));
        let record = TextRecord::of("followme", &offer, true);
        assert!(record.strings().iter().all(|text| text.len() <= STRING_BYTES_MAX));
        let formats = record.get("pdl").unwrap();
        assert!(formats.starts_with("image/pwg-raster,") && !formats.ends_with(','), "{formats}");
    }
}
