//! What the people of each directory are called by, where several have the same login.

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::Directory;

/// A longer name is a mistake.
const NAME_BYTES_MAX: usize = 64;

/// How a directory and its people are told from those of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryNames {
    /// The directory's name.
    pub name: String,
    /// What follows the @ in names of its people.
    pub suffix: Option<String>,
    /// What stands before the backslash in them.
    pub prefix: Option<String>,
    /// The Kerberos realm of its people.
    pub realm: Option<String>,
}

impl DirectoryNames {
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let is_short = |text: &str| (1..=NAME_BYTES_MAX).contains(&text.len());
        if !is_short(&self.name) || !self.name.chars().all(plain) {
            let problem = format!("\"{}\": use letters, digits, hyphens", self.name);
            return Err(("directory.name", problem));
        }
        for (entry, value, mark) in [
            ("directory.suffix", &self.suffix, '@'),
            ("directory.prefix", &self.prefix, '\\'),
            ("directory.realm", &self.realm, '@'),
        ] {
            if value.as_ref().is_some_and(|text| !is_short(text) || text.contains(mark)) {
                return Err((entry, format!("write it without the \"{mark}\"")));
            }
        }
        Ok(())
    }

    /// How people of this directory write their names, as `name@students.example.org`.
    #[must_use]
    pub fn example(&self) -> String {
        match (&self.suffix, &self.prefix) {
            (Some(suffix), _) => format!("name@{suffix}"),
            (None, Some(prefix)) => format!("{prefix}\\name"),
            (None, None) => "name".into(),
        }
    }
}

/// Reads one `[directory]`, or several `[[directory]]`.
pub(super) fn one_or_several<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Directory>, D::Error> {
    deserializer.deserialize_any(OneOrSeveral)
}

struct OneOrSeveral;

impl<'de> Visitor<'de> for OneOrSeveral {
    type Value = Vec<Directory>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("one [directory], or several [[directory]]")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Directory::deserialize(MapAccessDeserializer::new(map)).map(|one| vec![one])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut several: A) -> Result<Self::Value, A::Error> {
        let mut directories = Vec::new();
        while let Some(one) = several.next_element()? {
            directories.push(one);
        }
        Ok(directories)
    }
}
