//! Apple's property lists in XML: as much as a profile needs.

use std::fmt::Write as _;

/// A value of a property list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plist {
    /// Keys with their values, in order.
    Dict(Vec<(&'static str, Plist)>),
    /// Values.
    Array(Vec<Plist>),
    /// A text.
    Text(String),
    /// A number.
    Integer(i64),
    /// A truth.
    Truth(bool),
}

impl Plist {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The whole file.
    #[must_use]
    pub fn file(&self) -> String {
        let mut file = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
             \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n",
        );
        self.write(&mut file, 0);
        file.push_str("</plist>\n");
        file
    }

    // Writing to a string does not fail.
    fn write(&self, file: &mut String, depth: usize) {
        let indent = "\t".repeat(depth);
        let _ = match self {
            Self::Dict(pairs) => {
                let _ = writeln!(file, "{indent}<dict>");
                for (key, value) in pairs {
                    let _ = writeln!(file, "{indent}\t<key>{}</key>", escaped(key));
                    value.write(file, depth + 1);
                }
                writeln!(file, "{indent}</dict>")
            }
            Self::Array(values) => {
                let _ = writeln!(file, "{indent}<array>");
                values.iter().for_each(|value| value.write(file, depth + 1));
                writeln!(file, "{indent}</array>")
            }
            Self::Text(text) => writeln!(file, "{indent}<string>{}</string>", escaped(text)),
            Self::Integer(number) => writeln!(file, "{indent}<integer>{number}</integer>"),
            Self::Truth(true) => writeln!(file, "{indent}<true/>"),
            Self::Truth(false) => writeln!(file, "{indent}<false/>"),
        };
    }
}

/// The text as XML holds it; control characters have no place in it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_become_markup() {
        let list = Plist::Dict(vec![
            ("a", Plist::text("<string>&\u{0}\n")),
            ("b", Plist::Array(vec![Plist::Integer(-1), Plist::Truth(false)])),
        ]);
        let file = list.file();
        assert!(file.contains("<string>&lt;string&gt;&amp;</string>"), "{file}");
        assert!(file.contains("<array>\n\t\t<integer>-1</integer>\n\t\t<false/>\n\t</array>"));
        assert!(file.starts_with("<?xml") && file.ends_with("</dict>\n</plist>\n"), "{file}");
    }
}
