//! What stands above the overview until somebody does something about it.

use maud::{Markup, html};
use texts::Language;
use texts::numbers::{self, Noun};

use crate::components::pieces::{Tone, note};
use crate::desk::HealthItem;

/// Directories that people were not copied from for long, or whose word is not followed.
pub fn alarms(items: &[HealthItem], language: Language) -> Markup {
    html! {
        @for item in items {
            @match item {
                HealthItem::DirectoryOld { name, hours, refuses } => {
                    (old(name, *hours, *refuses, language))
                }
                HealthItem::DirectoryBraked { name, why } => { (braked(name, why, language)) }
                _ => {}
            }
        }
    }
}

fn old(name: &str, hours: i64, refuses: bool, language: Language) -> Markup {
    let hours = numbers::count(hours, Noun::Hour, language);
    let what = language.pick(
        format!("Personer har inte kunnat kopieras från katalogen {name} på {hours}."),
        format!("People could not be copied from the directory {name} for {hours}."),
    );
    let so = match refuses {
        true => language.pick(
            "Deras kort öppnar inget förrän den svarar igen.",
            "Their cards open nothing until it answers again.",
        ),
        false => language.pick(
            "Deras kort fungerar, och varje användning skrivs upp.",
            "Their cards work, and each use is written down.",
        ),
    };
    note(if refuses { Tone::Bad } else { Tone::Warning }, &format!("{what} {so}"))
}

fn braked(name: &str, why: &str, language: Language) -> Markup {
    let what = language.pick(
        format!("Det som katalogen {name} säger följs inte, och ingen har ändrats: {why}."),
        format!("What the directory {name} says is not followed, and nobody was changed: {why}."),
    );
    note(Tone::Bad, &what)
}
