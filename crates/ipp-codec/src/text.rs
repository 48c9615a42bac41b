//! Strings from the network, made fit for people, logs and databases.

/// The longest `text` value that the standard allows, in bytes (RFC 8011 section 5.1.2).
pub const TEXT_BYTES_MAX: usize = 1_023;

/// The longest `name` value that the standard allows, in bytes (RFC 8011 section 5.1.3).
pub const NAME_BYTES_MAX: usize = 255;

/// The bytes as text: what is not UTF-8 becomes U+FFFD, control characters and those that turn the
/// reading direction become spaces, and the end is cut so that at most `bytes_max` bytes remain.
/// A character is never cut in two.
pub fn plain(bytes: &[u8], bytes_max: usize) -> String {
    // One replaced byte grows to three; looking at more input than the limit is never needed.
    let window = &bytes[..bytes.len().min(bytes_max.saturating_add(4))];
    let mut plain = String::with_capacity(window.len().min(bytes_max));
    for character in String::from_utf8_lossy(window).chars() {
        let shown = if is_unfit(character) { ' ' } else { character };
        if plain.len() + shown.len_utf8() > bytes_max {
            break;
        }
        plain.push(shown);
    }
    plain
}

/// The longest beginning of `text` that has at most `bytes_max` bytes and ends between characters.
pub fn clip(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

/// Characters that could break a line, a log or the order in which a reader sees the text.
fn is_unfit(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}')
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_characters_and_loses_its_controls() {
        let table: [(&[u8], usize, &str); 7] = [
            (b"report.pdf", 255, "report.pdf"),
            (b"a\x00b\x1b[31m\r\nc", 255, "a b [31m  c"),
            ("åäö".as_bytes(), 5, "åä"),
            (b"\xff\xfe", 255, "\u{fffd}\u{fffd}"),
            ("kvitto\u{202e}fdp.exe".as_bytes(), 255, "kvitto fdp.exe"),
            (b"", 10, ""),
            (b"abc", 0, ""),
        ];
        for (bytes, bytes_max, wanted) in table {
            assert_eq!(plain(bytes, bytes_max), wanted, "{bytes:?}");
        }
    }

    #[test]
    fn a_clipped_text_never_splits_a_character() {
        assert_eq!(clip("åäö", 3), "å");
        assert_eq!(clip("abc", 10), "abc");
    }
}
