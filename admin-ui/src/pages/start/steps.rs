//! The three steps for each device, in that device's own words.

use maud::{Markup, html};
use texts::Language;

use super::platform::Platform;
use crate::desk::{Asks, PrintPlace};

/// The parts of a queue's address, for devices that ask for them one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts<'a> {
    /// Host, with its port when that is not IPP's own.
    pub host: &'a str,
    /// The path without the slash in front.
    pub path: &'a str,
}

impl<'a> Parts<'a> {
    /// The parts of an `ipps` address.
    pub fn of(uri: &'a str) -> Self {
        let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        Self { host, path }
    }
}

/// A step: what it is about, and what to do.
pub type Step = (Markup, Markup);

/// The steps that lead from this device to the first print. The first one is about the file where the
/// device takes one.
pub fn steps(platform: Platform, place: &PrintPlace, language: Language) -> [Step; 3] {
    let (sv, en) = match platform {
        Platform::Windows => (windows_sv(), windows_en()),
        Platform::Mac => (mac_sv(), mac_en()),
        Platform::Phone => (phone_sv(), phone_en()),
        Platform::Android => (android_sv(place), android_en(place)),
        Platform::ChromeOs => (chromeos_sv(place), chromeos_en(place)),
        Platform::Linux => (linux_sv(place), linux_en(place)),
    };
    let [first, second] = language.pick(sv, en);
    [first, second, print(platform, place, language)]
}

fn path(steps: &[&str]) -> Markup {
    html! {
        span.path {
            @for (place, step) in steps.iter().enumerate() {
                @if place > 0 { span aria-hidden="true" { " › " } }
                b { (step) }
            }
        }
    }
}

fn step(title: &str, text: Markup) -> Step {
    (html! { (title) }, text)
}

/// The last step: printing itself, and what the device asks the first time.
fn print(platform: Platform, place: &PrintPlace, language: Language) -> Step {
    let title = &place.title;
    let sv = match platform {
        Platform::Windows => {
            html! { "Tryck " kbd { "Ctrl" } "+" kbd { "P" } " och välj " b { (title) } "." }
        }
        Platform::Mac => {
            html! { "Tryck " kbd { "⌘" } "+" kbd { "P" } " och välj " b { (title) } "." }
        }
        Platform::Phone => html! {
            "Tryck på Dela, sedan " b { "Skriv ut" } ", och välj " b { (title) } "."
        },
        Platform::Android => html! {
            "Öppna appens meny, tryck på " b { "Skriv ut" } " och välj " b { (title) } "."
        },
        Platform::ChromeOs => html! {
            "Tryck " kbd { "Ctrl" } "+" kbd { "P" } ", sedan "
            (path(&["Destination", "Visa mer"])) ", och välj " b { (title) } "."
        },
        Platform::Linux => {
            html! { "Tryck " kbd { "Ctrl" } "+" kbd { "P" } " och välj " b { (title) } "." }
        }
    };
    let en = match platform {
        Platform::Windows => {
            html! { "Press " kbd { "Ctrl" } "+" kbd { "P" } " and choose " b { (title) } "." }
        }
        Platform::Mac => {
            html! { "Press " kbd { "⌘" } "+" kbd { "P" } " and choose " b { (title) } "." }
        }
        Platform::Phone => html! {
            "Tap Share, then " b { "Print" } ", and choose " b { (title) } "."
        },
        Platform::Android => html! {
            "Open the app's menu, tap " b { "Print" } " and choose " b { (title) } "."
        },
        Platform::ChromeOs => html! {
            "Press " kbd { "Ctrl" } "+" kbd { "P" } ", then "
            (path(&["Destination", "See more"])) ", and choose " b { (title) } "."
        },
        Platform::Linux => {
            html! { "Press " kbd { "Ctrl" } "+" kbd { "P" } " and choose " b { (title) } "." }
        }
    };
    let what = language.pick(sv, en);
    let asked = platform.way(place).and_then(|asks| asked(asks, language));
    step(
        language.pick("Skriv ut", "Print"),
        html! { (what) @if let Some(asked) = asked { " " (asked) } },
    )
}

/// What happens at the first print, where anything does.
fn asked(asks: Asks, language: Language) -> Option<&'static str> {
    let (sv, en) = match asks {
        Asks::Nothing => return None,
        Asks::Ticket => (
            "Är datorn organisationens talar den själv om vem som är inloggad. Är den din egen: gör \
             en länk här på sidan.",
            "A computer of the organisation says by itself who is signed in to it. If it is your \
             own, make a link on this page.",
        ),
        Asks::Account => (
            "Första gången öppnas ett fönster där du loggar in med ditt vanliga konto.",
            "The first time, a window opens in which you sign in with your usual account.",
        ),
        Asks::Password => (
            "Första gången skriver du samma användarnamn och lösenord som till datorn.",
            "The first time, enter the same user name and password as for your computer.",
        ),
    };
    Some(language.pick(sv, en))
}

fn windows_sv() -> [Step; 2] {
    [
        step(
            "Hämta filen",
            html! { "Filen innehåller ett kort skript som lägger till skrivaren. Inget annat installeras." },
        ),
        step(
            "Kör den",
            html! {
                "Högerklicka på filen i " b { "Hämtade filer" } " och välj " b { "Kör med PowerShell" }
                ". Eller lägg till skrivaren för hand: "
                (path(&["Inställningar", "Bluetooth och enheter", "Skrivare och skannrar", "Lägg till enhet", "Lägg till manuellt"]))
                "."
            },
        ),
    ]
}

fn windows_en() -> [Step; 2] {
    [
        step(
            "Download the file",
            html! { "The file has a short script that adds the printer. Nothing else is installed." },
        ),
        step(
            "Run it",
            html! {
                "Right-click the file in " b { "Downloads" } " and choose " b { "Run with PowerShell" }
                ". Or add the printer by hand: "
                (path(&["Settings", "Bluetooth & devices", "Printers & scanners", "Add device", "Add manually"]))
                "."
            },
        ),
    ]
}

fn mac_sv() -> [Step; 2] {
    [
        step("Hämta profilen", html! { "Profilen talar om för din Mac var skrivaren finns." }),
        step(
            "Installera den",
            html! {
                "Dubbelklicka på den, öppna sedan "
                (path(&["Systeminställningar", "Allmänt", "Enhetshantering"]))
                " och välj " b { "Installera" } "."
            },
        ),
    ]
}

fn mac_en() -> [Step; 2] {
    [
        step("Download the profile", html! { "The profile tells your Mac where the printer is." }),
        step(
            "Install it",
            html! {
                "Double-click it, then open "
                (path(&["System Settings", "General", "Device Management"]))
                " and choose " b { "Install" } "."
            },
        ),
    ]
}

fn phone_sv() -> [Step; 2] {
    [
        step(
            "Hämta profilen",
            html! { "Öppna den här sidan i Safari, hämta filen och tryck på " b { "Tillåt" } "." },
        ),
        step(
            "Installera den",
            html! {
                "Öppna " (path(&["Inställningar", "Allmänt", "VPN och enhetshantering"]))
                ", tryck på profilen och sedan på " b { "Installera" } "."
            },
        ),
    ]
}

fn phone_en() -> [Step; 2] {
    [
        step(
            "Download the profile",
            html! { "Open this page in Safari, download the file and tap " b { "Allow" } "." },
        ),
        step(
            "Install it",
            html! {
                "Open " (path(&["Settings", "General", "VPN & Device Management"]))
                ", tap the profile and then " b { "Install" } "."
            },
        ),
    ]
}

fn android_sv(place: &PrintPlace) -> [Step; 2] {
    [
        step(
            "Öppna utskriftstjänsten",
            html! {
                "Gå till " (path(&["Inställningar", "Anslutna enheter", "Anslutningsinställningar", "Utskrift", "Standardutskriftstjänst"]))
                "."
                @if !place.is_own { " Visas " b { (place.title) } " redan är du klar med det här." }
            },
        ),
        step(
            "Lägg till skrivaren",
            html! {
                "Tryck på " (path(&["⋮", "Lägg till skrivare", "Lägg till med IP-adress"]))
                " och skriv " code { (place.uri) } "."
            },
        ),
    ]
}

fn android_en(place: &PrintPlace) -> [Step; 2] {
    [
        step(
            "Open the print service",
            html! {
                "Go to " (path(&["Settings", "Connected devices", "Connection preferences", "Printing", "Default Print Service"]))
                "."
                @if !place.is_own { " If " b { (place.title) } " is listed, you are done with this." }
            },
        ),
        step(
            "Add the printer",
            html! {
                "Tap " (path(&["⋮", "Add printer", "Add printer by IP address"]))
                " and enter " code { (place.uri) } "."
            },
        ),
    ]
}

fn chromeos_sv(place: &PrintPlace) -> [Step; 2] {
    let parts = Parts::of(&place.uri);
    [
        step(
            "Öppna skrivarinställningarna",
            html! {
                "Gå till " (path(&["Inställningar", "Systeminställningar", "Skriv ut", "Skrivare"]))
                "."
                @if !place.is_own {
                    " Visas " b { (place.title) } " där väljer du " b { "Spara" } " och är klar."
                }
            },
        ),
        step(
            "Lägg till skrivaren",
            html! {
                "Välj " b { "Lägg till skrivare manuellt" } ". Adress: " code { (parts.host) }
                ", protokoll: " b { "Internet Printing Protocol (IPPS)" } ", kö: " code { (parts.path) } "."
            },
        ),
    ]
}

fn chromeos_en(place: &PrintPlace) -> [Step; 2] {
    let parts = Parts::of(&place.uri);
    [
        step(
            "Open the printer settings",
            html! {
                "Go to " (path(&["Settings", "System preferences", "Print", "Printers"]))
                "."
                @if !place.is_own {
                    " If " b { (place.title) } " is listed, choose " b { "Save" } " and you are done."
                }
            },
        ),
        step(
            "Add the printer",
            html! {
                "Choose " b { "Add printer manually" } ". Address: " code { (parts.host) }
                ", protocol: " b { "Internet Printing Protocol (IPPS)" } ", queue: " code { (parts.path) } "."
            },
        ),
    ]
}

fn linux_sv(place: &PrintPlace) -> [Step; 2] {
    [
        step(
            "Hämta filen",
            html! {
                "Filen innehåller en rad för CUPS."
                @if !place.is_own {
                    " Många system visar skrivaren av sig själva; då hoppar du över det här."
                }
            },
        ),
        step(
            "Kör den",
            html! {
                "Skriv " code { "sudo sh" } " följt av filens namn i en terminal. Eller öppna "
                (path(&["Inställningar", "Skrivare", "Lägg till skrivare"]))
                " och skriv adressen nedan."
            },
        ),
    ]
}

fn linux_en(place: &PrintPlace) -> [Step; 2] {
    [
        step(
            "Download the file",
            html! {
                "The file has one line for CUPS."
                @if !place.is_own {
                    " Many systems show the printer by themselves; then you skip this."
                }
            },
        ),
        step(
            "Run it",
            html! {
                "Type " code { "sudo sh" } " and the name of the file in a terminal. Or open "
                (path(&["Settings", "Printers", "Add Printer"]))
                " and enter the address below."
            },
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(asks: Asks) -> PrintPlace {
        PrintPlace {
            queue: "q".into(),
            title: "Q".into(),
            uri: "ipps://print.example.org:8631/ipp/print/q".into(),
            is_own: false,
            asks: vec![asks],
        }
    }

    fn text(platform: Platform, asks: Asks, language: Language) -> String {
        let steps = steps(platform, &place(asks), language);
        steps.map(|(title, text)| format!("{} {}", title.0, text.0)).join(" ")
    }

    #[test]
    fn every_device_has_its_steps_in_both_languages() {
        for platform in Platform::ALL {
            let english = text(platform, Asks::Nothing, Language::English);
            let swedish = text(platform, Asks::Nothing, Language::Swedish);
            assert!(!texts::catalogue::has_swedish_letter(&english), "{english}");
            assert!(texts::catalogue::has_swedish_letter(&swedish), "{swedish}");
        }
    }

    #[test]
    fn what_the_first_print_asks_for_is_spoken_of_only_where_the_device_asks_for_it() {
        for (asks, words) in [
            (Asks::Password, ["password", "lösenord"]),
            (Asks::Account, ["your usual account", "ditt vanliga konto"]),
            (Asks::Ticket, ["says by itself", "talar den själv om"]),
        ] {
            for platform in Platform::ALL {
                let is_asked = platform.way(&place(asks)).is_some();
                for (language, word) in
                    [Language::English, Language::Swedish].into_iter().zip(words)
                {
                    let says = |asks| text(platform, asks, language).contains(word);
                    assert_eq!(says(asks), is_asked, "{platform:?} {asks:?}");
                    assert!(!says(Asks::Nothing), "{platform:?}");
                }
            }
        }
    }

    #[test]
    fn nobody_waits_for_a_device_to_find_an_address_of_the_own() {
        for platform in [Platform::Android, Platform::ChromeOs, Platform::Linux] {
            let own = PrintPlace { is_own: true, ..place(Asks::Nothing) };
            let of = |place: &PrintPlace| {
                let steps = steps(platform, place, Language::English);
                steps.map(|(_, text)| text.0).join(" ")
            };
            let found = ["is listed", "by themselves"];
            let says = |text: &str| found.iter().any(|found| text.contains(found));
            assert!(says(&of(&place(Asks::Nothing))) && !says(&of(&own)), "{platform:?}");
        }
    }

    #[test]
    fn an_address_is_taken_apart_for_devices_that_ask_for_its_parts() {
        let parts = Parts::of("ipps://print.example.org:8631/ipp/print/q");
        assert_eq!(parts, Parts { host: "print.example.org:8631", path: "ipp/print/q" });
    }
}
