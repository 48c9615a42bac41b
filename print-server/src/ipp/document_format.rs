//! What a document is, by its own first bytes: a client's word is a claim.

/// What is needed to recognise every known kind.
pub const SIGNATURE_BYTES: usize = 16;

/// The media type of a document that begins with these bytes; none when it is not one we know.
///
/// A PDF must begin at the very first byte: readers disagree about what stands before it.
#[must_use]
pub fn recognise(begin: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 8] = [
        (b"%PDF-", "application/pdf"),
        (b"\xff\xd8\xff", "image/jpeg"),
        // PWG 5102.4 section 4.1; the MediaClass that follows tells it from CUPS raster.
        (b"RaS2PwgRaster\0", "image/pwg-raster"),
        (b"UNIRAST\0", "image/urf"),
        (b"%!", "application/postscript"),
        (b"\x04%!", "application/postscript"),
        (b"\x1b%-12345X", "application/vnd.hp-pcl"),
        (b"\x1bE", "application/vnd.hp-pcl"),
    ];
    KINDS.into_iter().find(|(signature, _)| begin.starts_with(signature)).map(|(_, kind)| kind)
}

/// The kinds that a queue takes, the one we like best first.
pub const TAKEN: [&str; 4] = ["application/pdf", "image/pwg-raster", "image/urf", "image/jpeg"];

/// What a client declares when it leaves the looking to us.
pub const SENSED: &str = "application/octet-stream";

/// Whether a client may declare this on a queue that takes these kinds.
#[must_use]
pub fn may_be_declared(kind: &str, taken: &[&str]) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    taken.iter().any(|taken| taken.eq_ignore_ascii_case(kind)) || kind.eq_ignore_ascii_case(SENSED)
}

/// Whether what a client declared fits what the document is.
#[must_use]
pub fn fits(declared: Option<&str>, found: &str) -> bool {
    let declared = declared.unwrap_or(SENSED).split(';').next().unwrap_or_default().trim();
    declared.eq_ignore_ascii_case(SENSED) || declared.eq_ignore_ascii_case(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_known_by_their_signatures() {
        for (begin, wanted) in [
            (&b"%PDF-1.7\n"[..], Some("application/pdf")),
            (b"GIF89a %PDF-1.4", None),
            (b"\xff\xd8\xff\xe0", Some("image/jpeg")),
            (b"RaS2PwgRaster\0\0", Some("image/pwg-raster")),
            (b"RaS2\0\0\0\0\0\0\0\0\0\0", None),
            (b"UNIRAST\0", Some("image/urf")),
            (b"%!PS-Adobe", Some("application/postscript")),
            (b"", None),
            (b"hello", None),
        ] {
            assert_eq!(recognise(begin), wanted, "{begin:?}");
        }
    }

    #[test]
    fn a_declared_type_must_fit_unless_it_leaves_the_looking_to_us() {
        assert!(fits(None, "application/pdf"));
        assert!(fits(Some("application/octet-stream"), "application/pdf"));
        assert!(fits(Some("application/PDF; version=1.4"), "application/pdf"));
        assert!(!fits(Some("image/jpeg"), "application/pdf"));
        assert!(may_be_declared("image/jpeg", &TAKEN));
        assert!(may_be_declared(SENSED, &[]) && !may_be_declared("image/jpeg", &TAKEN[..1]));
        assert!(!may_be_declared("application/postscript", &TAKEN));
    }
}
