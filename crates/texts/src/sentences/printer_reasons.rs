//! `printer-state-reasons` as sentences (RFC 8011 section 5.4.12, PWG 5100.9, PWG 5100.13).

use super::{Row, as_said, find};
use crate::Language;

/// How bad a printer's reason is; the keyword's suffix says it (RFC 8011 section 5.4.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// `-report`: good to know.
    Report,
    /// `-warning`: prints on, but somebody should look.
    Warning,
    /// `-error`, or no suffix: nothing comes out until somebody has been there.
    Error,
}

const SUFFIXES: [(&str, Severity); 3] =
    [("-report", Severity::Report), ("-warning", Severity::Warning), ("-error", Severity::Error)];

/// Keywords that mean no harm although printers send them without a suffix.
const HARMLESS: [&str; 11] = [
    "none",
    "identify-printer-requested",
    "hibernate",
    "standby",
    "suspend",
    "resuming",
    "marker-warming-up",
    "marker-power-saver",
    "connecting-to-device",
    "printer-asleep",
    "printer-waking",
];

/// The keyword without its suffix, and how bad it is. Without a suffix it is an error, as the
/// standard says, but for the few that only say what the machine is doing or that supplies run low.
#[must_use]
pub fn severity(keyword: &str) -> (&str, Severity) {
    for (suffix, severity) in SUFFIXES {
        if let Some(stem) = keyword.strip_suffix(suffix) {
            return (stem, severity);
        }
    }
    if HARMLESS.contains(&keyword) {
        return (keyword, Severity::Report);
    }
    let low = keyword.ends_with("-low") || keyword.contains("-almost-");
    (keyword, if low { Severity::Warning } else { Severity::Error })
}

/// A printer's reason as a sentence. A keyword that we do not know is shown as the printer sent it,
/// after "skrivaren säger" or "the printer says".
#[must_use]
pub fn printer_state_reason(keyword: &str, language: Language) -> String {
    // Some keywords of the registry end like a suffix themselves, so the whole word is tried first.
    let known = find(ROWS, keyword, language).or_else(|| find(ROWS, severity(keyword).0, language));
    match known {
        Some(sentence) => sentence.to_owned(),
        None => match language {
            Language::Swedish => format!("Skrivaren säger: {}.", as_said(keyword)),
            Language::English => format!("The printer says: {}.", as_said(keyword)),
        },
    }
}

/// A printer's state, 3 to 5 (RFC 8011 section 5.4.11), in words.
#[must_use]
pub fn printer_state(state: i32, language: Language) -> &'static str {
    match state {
        3 => language.pick("Redo", "Ready"),
        4 => language.pick("Skriver ut", "Printing"),
        5 => language.pick("Har stannat", "Stopped"),
        _ => language.pick("Okänt läge", "Unknown state"),
    }
}

const ROWS: &[Row] = &[
    ("none", "Allt är i ordning.", "Everything is in order."),
    (
        "other",
        "Skrivaren har ett fel som den inte berättar mer om.",
        "The printer has a fault and does not say which.",
    ),
    (
        // A job's reason (RFC 8011 section 5.3.8): all we know before the printer says more.
        "printer-stopped",
        "Skrivaren har stannat. Titta på dess skärm.",
        "The printer has stopped. Look at its display.",
    ),
    ("unknown", "Skrivaren vet inte vad som är fel.", "The printer does not know what is wrong."),
    // Paper.
    ("media-jam", "Papper har fastnat.", "Paper is jammed."),
    (
        "media-path-jam",
        "Papper har fastnat inne i skrivaren.",
        "Paper is jammed inside the printer.",
    ),
    (
        "media-path-input-jam",
        "Papper har fastnat vid inmatningen.",
        "Paper is jammed at the input.",
    ),
    (
        "media-path-output-jam",
        "Papper har fastnat vid utmatningen.",
        "Paper is jammed at the output.",
    ),
    ("input-media-tray-jam", "Papper har fastnat i ett pappersfack.", "Paper is jammed in a tray."),
    (
        "input-media-tray-feed-error",
        "Ett pappersfack matar inte fram papper.",
        "A tray does not feed paper.",
    ),
    ("media-empty", "Pappret är slut.", "The paper is out."),
    ("media-path-input-empty", "Pappret är slut i ett fack.", "A tray is out of paper."),
    ("media-low", "Pappret är snart slut.", "The paper is running low."),
    (
        "media-needed",
        "Skrivaren väntar på papper av rätt slag.",
        "The printer is waiting for the right paper.",
    ),
    (
        "input-manual-input-request",
        "Skrivaren väntar på papper i det manuella facket.",
        "The printer is waiting for paper in the manual tray.",
    ),
    (
        "input-media-size-change",
        "Skrivaren väntar på papper i en annan storlek.",
        "The printer is waiting for paper of another size.",
    ),
    (
        "input-cannot-feed-size-selected",
        "Skrivaren kan inte mata papper i den storleken.",
        "The printer cannot feed paper of that size.",
    ),
    ("input-tray-missing", "Ett pappersfack saknas.", "A paper tray is missing."),
    ("output-area-full", "Utmatningsfacket är fullt.", "The output tray is full."),
    (
        "output-area-almost-full",
        "Utmatningsfacket är nästan fullt.",
        "The output tray is nearly full.",
    ),
    ("output-tray-missing", "Utmatningsfacket saknas.", "The output tray is missing."),
    // Toner and ink.
    ("toner-empty", "Tonern är slut.", "The toner is out."),
    ("toner-low", "Tonern är snart slut.", "The toner is running low."),
    ("marker-supply-empty", "Toner eller bläck är slut.", "Toner or ink is out."),
    ("marker-supply-low", "Toner eller bläck är snart slut.", "Toner or ink is running low."),
    (
        "marker-supply-almost-empty",
        "Toner eller bläck är nästan slut.",
        "Toner or ink is almost out.",
    ),
    ("marker-supply-missing", "En tonerkassett saknas.", "A toner cartridge is missing."),
    ("marker-toner-missing", "Toner saknas.", "Toner is missing."),
    (
        "marker-toner-cartridge-missing",
        "En tonerkassett saknas i skrivaren.",
        "A toner cartridge is missing from the printer.",
    ),
    ("marker-ink-empty", "Bläcket är slut.", "The ink is out."),
    ("marker-ink-almost-empty", "Bläcket är nästan slut.", "The ink is almost out."),
    ("marker-waste-full", "Behållaren för spilltoner är full.", "The waste toner box is full."),
    (
        "marker-waste-almost-full",
        "Behållaren för spilltoner är nästan full.",
        "The waste toner box is nearly full.",
    ),
    (
        "marker-waste-toner-receptacle-full",
        "Uppsamlaren för spilltoner är full.",
        "The waste toner receptacle is full.",
    ),
    (
        "marker-waste-toner-receptacle-almost-full",
        "Uppsamlaren för spilltoner är nästan full.",
        "The waste toner receptacle is nearly full.",
    ),
    (
        "marker-waste-missing",
        "Behållaren för spilltoner saknas.",
        "The waste toner box is missing.",
    ),
    ("developer-empty", "Framkallaren är slut.", "The developer is out."),
    ("developer-low", "Framkallaren är snart slut.", "The developer is running low."),
    ("opc-life-over", "Trumman är utsliten.", "The drum is worn out."),
    ("opc-near-eol", "Trumman är snart utsliten.", "The drum is nearly worn out."),
    ("fuser-over-temp", "Fixeringen är för varm.", "The fuser is too hot."),
    ("fuser-under-temp", "Fixeringen värms upp.", "The fuser is warming up."),
    ("marker-warming-up", "Skrivaren värms upp.", "The printer is warming up."),
    (
        "marker-adjusting-print-quality",
        "Skrivaren justerar kvaliteten.",
        "The printer is adjusting its quality.",
    ),
    // Staples and holes.
    ("stapler-empty", "Häftklamrarna är slut.", "The staples are out."),
    ("stapler-almost-empty", "Häftklamrarna är snart slut.", "The staples are running low."),
    ("stapler-jam", "Häftaren har fastnat.", "The stapler is jammed."),
    ("puncher-full", "Behållaren för hålslag är full.", "The punch waste box is full."),
    // The machine.
    ("cover-open", "En lucka är öppen.", "A cover is open."),
    ("door-open", "En dörr är öppen.", "A door is open."),
    ("interlock-open", "En säkerhetsspärr är öppen.", "A safety catch is open."),
    ("paused", "Skrivaren är pausad.", "The printer is paused."),
    (
        "moving-to-paused",
        "Skrivaren pausas efter den här sidan.",
        "The printer pauses after this page.",
    ),
    ("stopping", "Skrivaren är på väg att stanna.", "The printer is stopping."),
    ("stopped-partly", "En del av skrivaren har stannat.", "Part of the printer has stopped."),
    ("shutdown", "Skrivaren är avstängd.", "The printer is switched off."),
    ("power-down", "Skrivaren stängs av.", "The printer is switching off."),
    ("power-up", "Skrivaren startar.", "The printer is starting."),
    ("hibernate", "Skrivaren sover djupt.", "The printer is in deep sleep."),
    ("standby", "Skrivaren vilar.", "The printer is asleep."),
    ("suspend", "Skrivaren sover.", "The printer is sleeping."),
    ("resuming", "Skrivaren vaknar.", "The printer is waking up."),
    // What the server says of a printer that it asked.
    (
        "printer-asleep",
        "Skrivaren sover eller är avstängd. En utskrift väcker den; det kan ta en minut.",
        "The printer is asleep or switched off. A print wakes it, which may take a minute.",
    ),
    (
        "printer-waking",
        "Skrivaren vaknar: en utskrift väntar på den.",
        "The printer is waking up: a print waits for it.",
    ),
    (
        "printer-changed",
        "Adressen eller maskinen är en annan än den bekräftade. Inget skickas dit förrän en \
         administratör har bekräftat den (admin printer pin).",
        "The address or the machine is another one than was confirmed. Nothing goes there until an \
         administrator has confirmed it (admin printer pin).",
    ),
    (
        "printer-untrusted",
        "Skrivarens certifikat är inte det bekräftade, och ingen utfärdare går i god för det.",
        "The printer's certificate is not the confirmed one, and no authority vouches for it.",
    ),
    (
        "printer-forbidden",
        "Adressen ligger utanför de nät och portar där skrivare får finnas.",
        "The address lies outside the networks and ports where printers may be.",
    ),
    (
        "printer-unreachable",
        "Skrivarens namn saknar adress, eller så leder ingen väg dit.",
        "The printer's name has no address, or no way leads there.",
    ),
    (
        "printer-refused",
        "Det som svarar på adressen beter sig inte som en IPP-skrivare.",
        "What answers at the address does not behave like an IPP printer.",
    ),
    ("offline", "Skrivaren är inte ansluten.", "The printer is offline."),
    (
        "connecting-to-device",
        "Skrivaren söker kontakt med maskinen.",
        "The printer is connecting to its device.",
    ),
    ("timed-out", "Skrivaren svarade inte i tid.", "The printer did not answer in time."),
    ("testing", "Skrivaren kör ett test.", "The printer is running a test."),
    (
        "hold-new-jobs",
        "Skrivaren tar emot jobb men skriver inte ut dem.",
        "The printer takes jobs but does not print them.",
    ),
    ("deactivated", "Skrivaren är tagen ur bruk.", "The printer has been taken out of use."),
    (
        "configuration-change",
        "Skrivarens inställningar har ändrats.",
        "The printer's settings have changed.",
    ),
    (
        "identify-printer-requested",
        "Skrivaren visar var den står.",
        "The printer is showing where it stands.",
    ),
    ("spool-area-full", "Skrivarens minne är fullt.", "The printer's memory is full."),
    (
        "marker-memory-exhausted",
        "Skrivarens minne räcker inte.",
        "The printer has run out of memory.",
    ),
    (
        "interpreter-resource-unavailable",
        "Skrivaren saknar något som dokumentet behöver.",
        "The printer lacks something that the document needs.",
    ),
    (
        "wifi-not-configured",
        "Skrivaren är inte ansluten till nätet.",
        "The printer is not connected to the network.",
    ),
    ("platform-failure", "Skrivaren är trasig.", "The printer is broken."),
    (
        "subunit-unrecoverable-failure",
        "En del av skrivaren är trasig.",
        "A part of the printer is broken.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Swedish};

    #[test]
    fn the_table_keeps_the_rules_of_a_catalogue() {
        super::super::check_rows(ROWS);
    }

    #[test]
    fn the_suffix_says_how_bad_it_is() {
        for (keyword, stem, level) in [
            ("media-empty-error", "media-empty", Severity::Error),
            ("media-empty", "media-empty", Severity::Error),
            ("media-empty-warning", "media-empty", Severity::Warning),
            ("toner-low", "toner-low", Severity::Warning),
            ("marker-waste-almost-full", "marker-waste-almost-full", Severity::Warning),
            ("toner-low-report", "toner-low", Severity::Report),
            ("hibernate", "hibernate", Severity::Report),
        ] {
            assert_eq!(severity(keyword), (stem, level), "{keyword}");
        }
    }

    #[test]
    fn a_reason_becomes_a_sentence() {
        assert_eq!(printer_state_reason("media-jam-error", Swedish), "Papper har fastnat.");
        assert_eq!(printer_state_reason("cover-open", English), "A cover is open.");
    }

    #[test]
    fn an_unknown_reason_is_shown_as_the_printer_said_it() {
        assert_eq!(
            printer_state_reason("acme-flux-low-warning", Swedish),
            "Skrivaren säger: acme-flux-low-warning."
        );
        assert_eq!(
            printer_state_reason("<b>\u{202e}x", English),
            "The printer says: bx.",
            "nothing that a page or a terminal would obey"
        );
        assert!(printer_state_reason(&"x".repeat(5_000), English).len() < 200);
    }
}
