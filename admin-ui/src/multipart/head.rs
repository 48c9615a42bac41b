//! The lines above a part: which field it is, and what its file is called.

/// What a part says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The field's name.
    pub name: String,
    /// The file's name, where the field is one for files; empty when none was chosen.
    pub file_name: Option<String>,
}

impl Head {
    /// Reads the lines; none where they do not name a field.
    pub(super) fn parse(lines: &[u8]) -> Option<Self> {
        // Browsers write names as they are, in the encoding of the page: UTF-8.
        let text = String::from_utf8_lossy(lines);
        let disposition = text.split("\r\n").find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case("content-disposition").then_some(value.trim())
        })?;
        let (kind, mut rest) = disposition.split_once(';')?;
        if !kind.trim().eq_ignore_ascii_case("form-data") {
            return None;
        }
        let (mut name, mut file_name) = (None, None);
        while let Some((key, value, after)) = parameter(rest) {
            match key.to_ascii_lowercase().as_str() {
                "name" => name = Some(value),
                "filename" => file_name = Some(value),
                // `filename*` must not be used in forms (RFC 7578 section 4.2).
                _ => {}
            }
            rest = after;
        }
        Some(Self { name: name?, file_name })
    }
}

/// The first parameter, and what follows it.
fn parameter(text: &str) -> Option<(&str, String, &str)> {
    let text = text.trim_start_matches([';', ' ', '\t']);
    let (key, rest) = text.split_once('=')?;
    let Some(quoted) = rest.strip_prefix('"') else {
        let end = rest.find(';').unwrap_or(rest.len());
        return Some((key.trim(), rest[..end].trim().to_owned(), &rest[end..]));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((key.trim(), unescaped(&value), &quoted[at + 1..])),
            // curl's way to write a quotation mark. Elsewhere it is one of the characters of a path.
            '\\' if characters.next_if(|(_, next)| *next == '"').is_some() => value.push('"'),
            other => value.push(other),
        }
    }
    None
}

/// Browsers write these three, and nothing else, in another way.
fn unescaped(value: &str) -> String {
    value.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_browsers_and_curl_write_them() {
        for (line, name, file_name) in [
            ("form-data; name=\"copies\"", "copies", None),
            ("form-data; name=file; filename=a.pdf", "file", Some("a.pdf")),
            ("form-data; name=\"file\"; filename=\"\"", "file", Some("")),
            (
                "form-data; name=\"file\"; filename=\"Årsrapport; 2.pdf\"",
                "file",
                Some("Årsrapport; 2.pdf"),
            ),
            (
                "form-data; name=\"file\"; filename=\"say %22hi%22.pdf\"",
                "file",
                Some("say \"hi\".pdf"),
            ),
            (
                "form-data; name=\"file\"; filename=\"say \\\"hi\\\".pdf\"",
                "file",
                Some("say \"hi\".pdf"),
            ),
            (
                "form-data; name=\"file\"; filename=\"C:\\docs\\a.pdf\"",
                "file",
                Some("C:\\docs\\a.pdf"),
            ),
            ("FORM-DATA; filename=\"b\"; Name=\"file\"; filename*=UTF-8''c", "file", Some("b")),
        ] {
            let lines = format!("Content-Type: text/plain\r\nContent-Disposition: {line}");
            let wanted = Head { name: name.into(), file_name: file_name.map(str::to_owned) };
            assert_eq!(Head::parse(lines.as_bytes()), Some(wanted), "{line}");
        }
    }

    #[test]
    fn a_part_without_a_fields_name_is_none() {
        for line in ["", "Content-Type: a/b", "Content-Disposition: attachment; name=\"x\""] {
            assert_eq!(Head::parse(line.as_bytes()), None, "{line}");
        }
        for line in ["form-data", "form-data; filename=\"a\"", "form-data; name=\"open"] {
            let line = format!("Content-Disposition: {line}");
            assert_eq!(Head::parse(line.as_bytes()), None, "{line}");
        }
    }
}
