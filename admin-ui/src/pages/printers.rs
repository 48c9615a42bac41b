//! How a printer is, in a word, and what its administrator should know of it.

use store::{Found, Printer};
use texts::Language;
use texts::sentences::{Severity, printer_state, severity};

use super::overview::keywords;
use crate::components::pieces::Tone;
use crate::words::Words;

/// How it is.
pub fn tone(printer: &Printer, language: Language) -> (Tone, &'static str) {
    let word = |word: Words| word.text(language);
    if !printer.enabled {
        return (Tone::Calm, word(Words::SwitchedOff));
    }
    if !printer.is_confirmed() {
        return (Tone::Bad, word(Words::ToBeConfirmed));
    }
    let Some(health) = &printer.health else {
        return (Tone::Calm, word(Words::NotAsked));
    };
    let worst = keywords(&health.reasons).map(|keyword| severity(keyword).1).max();
    match (health.state, health.reasons.as_str(), worst) {
        // Nobody has to do anything about these two: a print wakes it up.
        (0, "printer-asleep", _) => (Tone::Calm, word(Words::Asleep)),
        (0, "printer-waking", _) => (Tone::Calm, word(Words::Waking)),
        (0, "printer-changed", _) => (Tone::Bad, word(Words::ToBeConfirmed)),
        (0, ..) => (Tone::Bad, word(Words::NoAnswer)),
        (5, ..) => (Tone::Bad, printer_state(5, language)),
        (state, _, Some(Severity::Error | Severity::Warning)) => {
            (Tone::Warning, printer_state(state, language))
        }
        (state, ..) => (Tone::Good, printer_state(state, language)),
    }
}

/// The ports by which people could print around us, in a sentence; nothing where none was found.
pub fn side_doors(found: Option<&Found>, language: Language) -> Option<String> {
    let doors = found?.what["side_doors"].as_array()?;
    let name = |word: &str| match word {
        "ftp" => Some("21 (FTP)"),
        "lpd" => Some("515 (LPD)"),
        "raw" => Some("9100"),
        _ => None,
    };
    let open: Vec<&str> = doors.iter().filter_map(|door| name(door.as_str()?)).collect();
    if open.is_empty() {
        return None;
    }
    Some(format!("{} {}", Words::SideDoors.text(language), open.join(", ")))
}
