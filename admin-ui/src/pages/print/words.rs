//! The texts of the page, and what is said of each file that was not taken: what is wrong, and what to do.

use texts::{Language, numbers};

use crate::desk::{FileKind, UploadError};

texts::texts! {
    /// Every fixed text of the page.
    pub enum PrintWords {
        Lead {
            sv: "Skicka en fil hit, gå till vilken skrivare som helst och håll fram ditt kort. \
                 Filen ligger krypterad tills dess.",
            en: "Send a file here, walk to any printer and tap your badge. Until then the file is \
                 kept encrypted.",
        },
        WhichQueue { sv: "Vilken kö", en: "Which queue" },
        Files { sv: "Filer", en: "Files" },
        Drop { sv: "Släpp filer här, eller välj dem:", en: "Drop files here, or choose them:" },
        Choose { sv: "Välj filer:", en: "Choose files:" },
        Copies { sv: "Exemplar", en: "Copies" },
        Sides { sv: "Sidor på arket", en: "Sides of the paper" },
        OneSided { sv: "En sida", en: "One side" },
        TwoSided { sv: "Båda sidor", en: "Both sides" },
        Color { sv: "Färg", en: "Colour" },
        InColor { sv: "Färg där det finns", en: "Colour where there is any" },
        Monochrome { sv: "Svartvitt", en: "Black and white" },
        Send { sv: "Skicka till utskrift", en: "Send to print" },
        Sent { sv: "Skickat", en: "Sent" },
        Arrived { sv: "Nyss mottaget", en: "Just arrived" },
        NothingYet {
            sv: "Det du skickar syns här, med sidor och pris.",
            en: "What you send shows here, with its pages and its price.",
        },
        Reload {
            sv: "Läs om sidan för att se sidor och pris.",
            en: "Reload the page to see pages and price.",
        },
        AllMyPrints { sv: "Alla mina utskrifter", en: "All my prints" },
        NoQueues {
            sv: "Ingen kö tar emot filer just nu.",
            en: "No queue takes files right now.",
        },
        NoQueuesAdvice {
            sv: "Försök igen om en stund, eller fråga supporten; adressen står längst ned på sidan.",
            en: "Try again in a while, or ask the helpdesk; its address is at the bottom of the page.",
        },
        SendingFile { sv: "skickas", en: "is being sent" },
        Broken {
            sv: "Filen kom inte fram, för förbindelsen bröts. Skicka den igen.",
            en: "The file did not arrive, because the connection broke. Send it again.",
        },
        FromHere {
            sv: "Skriv ut en fil härifrån, utan att lägga till någon skrivare",
            en: "Print a file from here, without adding a printer",
        },
    }
}

/// The kinds as people call them: `PDF och JPEG`.
pub fn kinds(kinds: &[FileKind], language: Language) -> String {
    let names = kinds.iter().map(|kind| match kind {
        FileKind::Pdf => "PDF",
        FileKind::Jpeg => "JPEG",
    });
    names.collect::<Vec<_>>().join(language.pick(" och ", " and "))
}

/// What can be sent: kinds and size.
pub fn limits(kinds_taken: &[FileKind], size_max_bytes: u64, language: Language) -> String {
    let (kinds, size) = (kinds(kinds_taken, language), numbers::size(size_max_bytes, language));
    match language {
        Language::Swedish => format!("{kinds}, högst {size} per fil."),
        Language::English => format!("{kinds}, at most {size} each."),
    }
}

/// A file that is held.
pub fn held(number: impl std::fmt::Display, language: Language) -> String {
    match language {
        Language::Swedish => format!("väntar på dig som jobb {number}."),
        Language::English => format!("is held for you as job {number}."),
    }
}

/// So many files are held.
pub fn sent(count: usize, language: Language) -> String {
    match (count, language) {
        (1, Language::Swedish) => {
            "Filen väntar på dig. Håll fram ditt kort vid en skrivare.".into()
        }
        (1, Language::English) => "The file is held for you. Tap your badge at a printer.".into(),
        (_, Language::Swedish) => {
            format!("{count} filer väntar på dig. Håll fram ditt kort vid en skrivare.")
        }
        (_, Language::English) => {
            format!("{count} files are held for you. Tap your badge at a printer.")
        }
    }
}

/// The file is too large.
pub fn too_large(limit_bytes: u64, language: Language) -> String {
    let limit = numbers::size(limit_bytes, language);
    match language {
        Language::Swedish => format!(
            "Filen är större än {limit}, som är det mesta vi tar emot. Dela upp dokumentet, eller \
             spara det med mindre bilder."
        ),
        Language::English => format!(
            "The file is larger than {limit}, which is the most that we take. Split the document, or \
             save it with smaller pictures."
        ),
    }
}

/// Why a file was not taken, and what to do.
pub fn refused(error: UploadError, language: Language) -> String {
    let (swedish, english) = match error {
        UploadError::TooLarge(limit) => return too_large(limit, language),
        UploadError::TooManyJobs(count) => {
            return too_many(&numbers::integer(count, language), language);
        }
        UploadError::TooManyBytes(bytes) => {
            return too_much(&numbers::size(bytes.unsigned_abs(), language), language);
        }
        UploadError::NoQueue => (
            "Kön finns inte längre. Öppna sidan igen och välj en annan.",
            "The queue is gone. Open the page again and choose another.",
        ),
        UploadError::Closed => (
            "Kön är stängd just nu. Välj en annan kö, eller försök igen senare.",
            "The queue is closed right now. Choose another queue, or try again later.",
        ),
        UploadError::TooFast => (
            "Du har skickat väldigt mycket den senaste minuten. Vänta en minut och skicka filen igen.",
            "You have sent very much in the last minute. Wait a minute, then send the file again.",
        ),
        UploadError::TooManyAtOnce => (
            "Just nu skickas för många filer på en gång. Vänta tills de andra är klara och skicka \
             igen.",
            "Too many files are being sent at once. Wait until the others are done, then send again.",
        ),
        UploadError::NoRoom => (
            "Utskriftsservern har inte plats för fler dokument just nu. Försök igen om en stund, och \
             säg till supporten om det inte går över.",
            "The print server has no room for more documents right now. Try again in a while, and \
             tell the helpdesk if it does not pass.",
        ),
        UploadError::Empty => (
            "Filen är tom, eller så valdes ingen. Välj en fil och skicka igen.",
            "The file is empty, or none was chosen. Choose a file and send again.",
        ),
        UploadError::Kind => (
            "Den sortens fil kan vi inte skriva ut. Spara eller exportera den som PDF och skicka \
             PDF-filen. Bilder tas emot som JPEG.",
            "We cannot print that kind of file. Save or export it as PDF and send the PDF. Pictures \
             are taken as JPEG.",
        ),
        UploadError::Password => (
            "Dokumentet är låst med lösenord, så ingen skrivare kan läsa det. Spara en kopia utan \
             lösenord och skicka den.",
            "The document is locked with a password, so no printer can read it. Save a copy without \
             the password and send that.",
        ),
        UploadError::Interrupted(_) => {
            let text = PrintWords::Broken;
            return text.text(language).to_owned();
        }
        UploadError::Deleted => (
            "Jobbet raderades medan filen skickades.",
            "The job was deleted while the file was being sent.",
        ),
        UploadError::Busy => (
            "Utskriftsservern hinner inte med just nu. Filen är inte mottagen; skicka den igen om en \
             stund.",
            "The print server cannot keep up right now. The file was not taken; send it again in a \
             moment.",
        ),
    };
    language.pick(swedish, english).to_owned()
}

fn too_many(count: &str, language: Language) -> String {
    match language {
        Language::Swedish => format!(
            "Redan {count} av dina jobb väntar, och fler får inte plats. Skriv ut några vid en \
             skrivare, eller radera några under Mina utskrifter, och skicka sedan igen."
        ),
        Language::English => format!(
            "{count} of your jobs wait already, which is the most. Print some at a printer, or delete \
             some under My prints, then send again."
        ),
    }
}

fn too_much(size: &str, language: Language) -> String {
    match language {
        Language::Swedish => format!(
            "Dina jobb som väntar tar redan {size}, och mer får inte plats. Skriv ut några vid en \
             skrivare, eller radera några under Mina utskrifter, och skicka sedan igen."
        ),
        Language::English => format!(
            "Your jobs that wait take {size} already, which is the most. Print some at a printer, or \
             delete some under My prints, then send again."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::Interrupted;

    #[test]
    fn every_text_is_there_in_both_languages() {
        texts::catalogue::check(&PrintWords::pairs());
    }

    #[test]
    fn whatever_is_refused_is_explained_in_both_languages() {
        let errors = [
            UploadError::NoQueue,
            UploadError::Closed,
            UploadError::TooManyJobs(500),
            UploadError::TooManyBytes(2_147_483_648),
            UploadError::TooFast,
            UploadError::TooManyAtOnce,
            UploadError::NoRoom,
            UploadError::TooLarge(524_288_000),
            UploadError::Empty,
            UploadError::Kind,
            UploadError::Password,
            UploadError::Interrupted(Interrupted),
            UploadError::Deleted,
            UploadError::Busy,
        ];
        for error in errors {
            let [swedish, english] =
                [Language::Swedish, Language::English].map(|language| refused(error, language));
            assert_ne!(swedish, english);
            assert!(!texts::catalogue::has_swedish_letter(&english), "{english}");
            assert!(english.ends_with('.') && swedish.ends_with('.'));
        }
        let english = refused(UploadError::TooLarge(524_288_000), Language::English);
        assert!(english.contains("524\u{a0}MB"), "{english}");
    }
}
