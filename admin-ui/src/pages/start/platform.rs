//! Which device somebody looks with.

use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;

use texts::Language;

use crate::desk::{Asks, PrintPlace, ProfileKind};

/// The devices that the page has steps for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    Windows,
    Mac,
    Phone,
    Android,
    ChromeOs,
    Linux,
}

impl Platform {
    /// All, in the order of the tabs.
    pub const ALL: [Self; 6] =
        [Self::Windows, Self::Mac, Self::Phone, Self::Android, Self::ChromeOs, Self::Linux];

    /// Its name, which is the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Windows => "Windows",
            Self::Mac => "Mac",
            Self::Phone => "iPhone, iPad",
            Self::Android => "Android",
            Self::ChromeOs => "ChromeOS",
            Self::Linux => "Linux",
        }
    }

    /// What a person would call such a device.
    pub fn device(self, language: Language) -> &'static str {
        match self {
            Self::Windows => language.pick("Dator med Windows", "Windows computer"),
            Self::Mac => "Mac",
            Self::Phone => "iPhone",
            Self::Android => language.pick("Android-telefon", "Android phone"),
            Self::ChromeOs => "Chromebook",
            Self::Linux => language.pick("Dator med Linux", "Linux computer"),
        }
    }

    /// Its word in the address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Mac => "mac",
            Self::Phone => "iphone",
            Self::Android => "android",
            Self::ChromeOs => "chromeos",
            Self::Linux => "linux",
        }
    }

    /// The platform of a word in the address.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.word() == word)
    }

    /// The file that people use themselves; a policy for ChromeOS is for whoever manages the device.
    pub fn file(self) -> Option<ProfileKind> {
        match self {
            Self::Windows => Some(ProfileKind::Windows),
            Self::Mac | Self::Phone => Some(ProfileKind::Apple),
            Self::Linux => Some(ProfileKind::Linux),
            Self::Android | Self::ChromeOs => None,
        }
    }

    /// What it will ask of whoever prints to this queue, as the system is shipped; none when it can do
    /// nothing of what would do, and prints by a link only.
    pub fn way(self, place: &PrintPlace) -> Option<Asks> {
        place.asks.iter().copied().find(|asks| self.can(*asks))
    }

    fn can(self, asks: Asks) -> bool {
        match asks {
            Asks::Nothing => true,
            Asks::Ticket => matches!(self, Self::Mac | Self::Linux),
            // The print systems of the others know no identity provider but their maker's.
            Asks::Account => self == Self::ChromeOs,
            Asks::Password => matches!(self, Self::Mac | Self::Phone | Self::Linux),
        }
    }

    /// The device that a request came from: by the client hint, where the browser sends one, else by the
    /// browser's name. An iPad calls itself a Mac; its steps are one tab away.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let hint = text("sec-ch-ua-platform").map(|hint| hint.trim_matches('"'));
        let by_hint = match hint {
            Some("Windows") => Some(Self::Windows),
            Some("macOS") => Some(Self::Mac),
            Some("iOS") => Some(Self::Phone),
            Some("Android") => Some(Self::Android),
            Some("Chrome OS" | "Chromium OS" | "ChromeOS") => Some(Self::ChromeOs),
            Some("Linux") => Some(Self::Linux),
            _ => None,
        };
        by_hint.or_else(|| Self::of_browser(text(USER_AGENT.as_str())?))
    }

    /// The order matters: Android and ChromeOS have Linux in their names, phones have Mac in theirs.
    fn of_browser(name: &str) -> Option<Self> {
        let rows = [
            ("iPhone", Self::Phone),
            ("iPad", Self::Phone),
            ("Android", Self::Android),
            ("CrOS", Self::ChromeOs),
            ("Windows", Self::Windows),
            ("Macintosh", Self::Mac),
            ("Linux", Self::Linux),
            ("X11", Self::Linux),
        ];
        rows.into_iter().find(|(sign, _)| name.contains(sign)).map(|(_, platform)| platform)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_device_is_known_by_the_browsers_name() {
        for (name, wanted) in [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0", Some(Platform::Windows)),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605", Some(Platform::Mac)),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)", Some(Platform::Phone)),
            ("Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X)", Some(Platform::Phone)),
            ("Mozilla/5.0 (Linux; Android 10; K) Chrome/140 Mobile", Some(Platform::Android)),
            ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/140", Some(Platform::ChromeOs)),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", Some(Platform::Linux)),
            ("curl/8.5.0", None),
        ] {
            assert_eq!(Platform::of_browser(name), wanted, "{name}");
        }
    }

    #[test]
    fn a_device_takes_the_least_trouble_that_it_can() {
        let all = [Asks::Ticket, Asks::Account, Asks::Password];
        for (platform, asks, wanted) in [
            (Platform::Windows, &all[..], None),
            (Platform::Android, &all, None),
            (Platform::Phone, &all, Some(Asks::Password)),
            (Platform::Mac, &all, Some(Asks::Ticket)),
            (Platform::ChromeOs, &all, Some(Asks::Account)),
            (Platform::ChromeOs, &[Asks::Password], None),
            (Platform::Linux, &[Asks::Account], None),
            (Platform::Windows, &[Asks::Nothing, Asks::Password], Some(Asks::Nothing)),
            (Platform::Linux, &[], None),
        ] {
            let place = PrintPlace {
                queue: "q".into(),
                title: "Q".into(),
                uri: "ipps://print.example.org/ipp/print/q".into(),
                is_own: false,
                asks: asks.to_vec(),
            };
            assert_eq!(platform.way(&place), wanted, "{platform:?} {asks:?}");
        }
    }

    #[test]
    fn a_client_hint_says_it_better_than_the_name() {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64)".parse().unwrap());
        headers.insert("sec-ch-ua-platform", "\"Chrome OS\"".parse().unwrap());
        assert_eq!(Platform::of(&headers), Some(Platform::ChromeOs));
        headers.insert("sec-ch-ua-platform", "\"Unknown\"".parse().unwrap());
        assert_eq!(Platform::of(&headers), Some(Platform::Linux));
        assert_eq!(Platform::of(&HeaderMap::new()), None);
        assert!(Platform::ALL.into_iter().all(|one| Platform::from_word(one.word()) == Some(one)));
    }
}
