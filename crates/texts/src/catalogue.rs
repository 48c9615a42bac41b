//! Typed catalogues: an enum of keys, each with both texts side by side. A key without one of its
//! texts does not compile.

/// Declares a catalogue: an enum whose variants are the keys.
///
/// ```
/// texts::texts! {
///     /// The words on a door.
///     pub enum Door {
///         Open { sv: "Öppet", en: "Open" },
///         Closed { sv: "Stängt", en: "Closed" },
///     }
/// }
/// assert_eq!(Door::Open.text(texts::Language::English), "Open");
/// texts::catalogue::check(&Door::pairs());
/// ```
///
/// The enum gets `text(language)`, the list `ALL`, and `pairs()` for a test with [`check`].
#[macro_export]
macro_rules! texts {
    ($(#[$doc:meta])* $visible:vis enum $name:ident {
        $($key:ident { sv: $swedish:expr, en: $english:expr $(,)? }),* $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each key's text says what it is")]
        $visible enum $name { $($key),* }

        #[allow(dead_code, reason = "a catalogue's list is for its test")]
        impl $name {
            /// Every key, in the order of the source.
            $visible const ALL: &'static [Self] = &[$(Self::$key),*];

            /// The text of this key.
            #[must_use]
            $visible fn text(self, language: $crate::Language) -> &'static str {
                match self {
                    $(Self::$key => language.pick($swedish, $english)),*
                }
            }

            /// Each key's name with its Swedish and its English text.
            #[must_use]
            $visible fn pairs() -> Vec<(&'static str, &'static str, &'static str)> {
                vec![$((stringify!($key), $swedish, $english)),*]
            }
        }
    };
}

/// Holds what every catalogue promises: no text is empty or has blanks around it, and no English
/// text keeps a Swedish letter. For tests.
///
/// # Panics
/// When a text breaks a promise, with its key.
pub fn check(pairs: &[(&str, &str, &str)]) {
    for (key, swedish, english) in pairs {
        for text in [swedish, english] {
            assert!(!text.is_empty(), "{key} has an empty text");
            assert_eq!(text.trim(), *text, "{key} has blanks around its text");
        }
        assert!(!has_swedish_letter(english), "{key} is not English: {english}");
    }
}

/// Whether `text` has one of the letters å, ä, ö: the sign of a Swedish text on an English page.
#[must_use]
pub fn has_swedish_letter(text: &str) -> bool {
    text.contains(['å', 'ä', 'ö', 'Å', 'Ä', 'Ö'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "Leak is not English")]
    fn a_swedish_text_among_the_english_ones_is_found() {
        check(&[("Good", "Öppet", "Open"), ("Leak", "Stängt", "Stängt")]);
    }

    #[test]
    #[should_panic(expected = "Gap has an empty text")]
    fn an_empty_text_is_found() {
        check(&[("Gap", "Öppet", "")]);
    }
}
