//! The two languages and how one is chosen.

/// A language that every text exists in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Swedish, the language of whoever asked for none.
    #[default]
    Swedish,
    /// English as written in Britain.
    English,
}

/// No more entries of an `Accept-Language` header are read than this; browsers send fewer than ten.
const ACCEPTED_MAX: usize = 32;

impl Language {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::Swedish, Self::English];

    /// The language of a tag such as `sv`, `sv-SE`, `EN_gb` or `en-us` (BCP 47; the underscore is
    /// that of POSIX locales). Nothing for every other language.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let first = tag.trim().split(['-', '_', '.']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(first))
    }

    /// The language that a browser's `Accept-Language` (RFC 9110 section 12.5.4) prefers among
    /// ours. Nothing when it names neither, or only with a quality of 0.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best = None;
        for entry in header.split(',').take(ACCEPTED_MAX) {
            let (tag, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            let quality = parameters.trim().strip_prefix("q=").map_or(Some(1_000), thousandths);
            let (Some(language), Some(quality)) = (Self::from_tag(tag), quality) else { continue };
            // The first of two equals wins: browsers list them in order.
            if quality > best.map_or(0, |(_, quality)| quality) {
                best = Some((language, quality));
            }
        }
        best.map(|(language, _)| language)
    }

    /// The tag for `lang` attributes and settings: `sv` or `en`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Swedish => "sv",
            Self::English => "en",
        }
    }

    /// The language's own name, for a link that changes to it.
    #[must_use]
    pub fn own_name(self) -> &'static str {
        match self {
            Self::Swedish => "Svenska",
            Self::English => "English",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Swedish => Self::English,
            Self::English => Self::Swedish,
        }
    }

    /// The one of two texts that is in this language.
    #[must_use]
    pub fn pick<T>(self, swedish: T, english: T) -> T {
        match self {
            Self::Swedish => swedish,
            Self::English => english,
        }
    }
}

/// A quality value such as `0.8` in thousandths; nothing when it is none (RFC 9110 section 12.4.2).
fn thousandths(text: &str) -> Option<u32> {
    let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let rest: u32 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(rest),
        "1" if rest == 0 => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Swedish};

    #[test]
    fn a_tag_is_read_by_its_first_part() {
        for (tag, language) in [
            ("sv", Some(Swedish)),
            ("sv-SE", Some(Swedish)),
            ("SV_fi.UTF-8", Some(Swedish)),
            (" en-GB ", Some(English)),
            ("english", None),
            ("de", None),
            ("", None),
        ] {
            assert_eq!(Language::from_tag(tag), language, "{tag}");
        }
    }

    #[test]
    fn the_browsers_preference_is_followed() {
        for (header, language) in [
            ("sv-SE,sv;q=0.9,en;q=0.8", Some(Swedish)),
            ("de-DE,de;q=0.9,en;q=0.8,sv;q=0.7", Some(English)),
            ("en;q=0.2, sv;q=0.9", Some(Swedish)),
            ("en, sv", Some(English)),
            ("fr, de;q=0.5", None),
            ("sv;q=0", None),
            ("sv;q=abc, en;q=0.1", Some(English)),
            ("sv;q=1.5, en;q=0.1", Some(English)),
            ("", None),
        ] {
            assert_eq!(Language::from_accept_language(header), language, "{header}");
        }
    }
}
