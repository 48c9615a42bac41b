//! Which of the machine's readers count.

use std::ffi::CString;

use tracing::warn;

/// The readers of one plan.
#[derive(Debug)]
pub(super) struct Only {
    /// The reader's name, or how it begins. None: every reader.
    pub(super) name: Option<String>,
    /// A beginning that several readers have is none's.
    pub(super) is_one: bool,
    /// Whether it was told that there are several.
    pub(super) told: bool,
}

impl Only {
    /// Those of the listed readers that count.
    pub(super) fn of(&mut self, mut listed: Vec<CString>) -> Vec<CString> {
        let Some(only) = &self.name else { return listed };
        listed.retain(|name| name.to_string_lossy().starts_with(only.as_str()));
        if !self.is_one || listed.len() <= 1 {
            self.told = false;
            return listed;
        }
        if !self.told {
            warn!(reader = %only, "Several readers have this name: none of them is read until it names one");
            self.told = true;
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<CString> {
        names.iter().map(|name| CString::new(*name).expect("no zero in it")).collect()
    }

    #[test]
    fn where_there_is_only_a_reader_a_name_that_two_have_is_none_of_theirs() {
        let mut only = Only { name: Some("ACS".to_owned()), is_one: true, told: false };
        assert_eq!(only.of(names(&["ACS 00 00", "HID 00 00"])), names(&["ACS 00 00"]));
        assert!(only.of(names(&["ACS 00 00", "ACS 01 00"])).is_empty());
        assert_eq!(only.of(names(&["ACS 01 00"])), names(&["ACS 01 00"]));
        only.is_one = false;
        assert_eq!(only.of(names(&["ACS 00 00", "ACS 01 00", "HID"])).len(), 2, "a screen tells");
        only.name = None;
        assert_eq!(only.of(names(&["ACS", "HID"])).len(), 2);
    }
}
