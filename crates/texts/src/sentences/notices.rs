//! What people are told about their jobs and links when they are not at a printer. Nothing here says what a document
//! is called: mail is read by many.

use super::{Row, find};
use crate::Language;

/// Why a job was refused, by the word that the store keeps.
const REFUSED: &[Row] = &[
    (
        "queue-closed",
        "En utskrift togs inte emot, för kön är stängd just nu. Försök igen senare, eller välj en \
         annan kö.",
        "A print was not taken, because the queue is closed at the moment. Try again later, or \
         choose another queue.",
    ),
    (
        "not-allowed",
        "En utskrift togs inte emot, för du står inte på köns lista. Skriv ut till den vanliga \
         kön, eller be IT om tillgång.",
        "A print was not taken, because you are not on the queue's list. Print to the usual queue, \
         or ask IT for access.",
    ),
    (
        "too-much-waiting",
        "En utskrift togs inte emot, för det väntar redan så mycket på dig. Hämta eller radera \
         några utskrifter och försök igen.",
        "A print was not taken, because so much is waiting for you already. Collect or delete some \
         prints, then try again.",
    ),
    (
        "format",
        "En utskrift togs inte emot, för skrivarna kan inte läsa den sortens fil. Spara den som \
         PDF och skriv ut den.",
        "A print was not taken, because printers cannot read files of this kind. Save it as PDF \
         and print that.",
    ),
    (
        "damaged",
        "En utskrift togs inte emot, för dokumentet var tomt eller skadat. Öppna det och skriv ut \
         det en gång till.",
        "A print was not taken, because the document was empty or damaged. Open it and print it \
         once more.",
    ),
    (
        "password",
        "En utskrift togs inte emot, för dokumentet är skyddat med lösenord. Öppna det, spara en \
         kopia utan lösenord och skriv ut den.",
        "A print was not taken, because the document is protected by a password. Open it, save a \
         copy without the password and print that.",
    ),
    (
        "pin-in-clear",
        "En utskrift togs inte emot, för dess PIN-kod skickades utan kryptering, så att andra kunde läsa \
         den. Lägg till skrivaren med ipps, och välj en ny PIN-kod.",
        "A print was not taken, because its PIN was sent without encryption, where others could read it. \
         Add the printer with ipps, and choose another PIN.",
    ),
    (
        "too-large",
        "En utskrift togs inte emot, för dokumentet är för stort. Dela upp det och skriv ut \
         delarna.",
        "A print was not taken, because the document is too large. Divide it and print the parts.",
    ),
];

/// What a mail about a notice has as its subject. It says no more than that there is something to read.
#[must_use]
pub fn notice_subject(language: Language) -> &'static str {
    language.pick("Om dina utskrifter", "About your printing")
}

/// That a job was refused: why, and what to do. `why` is a word of the store's; of another one only the
/// refusal itself is said.
#[must_use]
pub fn job_refused(why: &str, language: Language) -> &'static str {
    find(REFUSED, why, language).unwrap_or_else(|| {
        language.pick(
            "En utskrift togs inte emot. Försök igen, eller fråga IT-supporten.",
            "A print was not taken. Try again, or ask the IT helpdesk.",
        )
    })
}

/// That held jobs are about to be cancelled.
#[must_use]
pub fn expires_soon(language: Language) -> &'static str {
    language.pick(
        "Minst en av dina utskrifter raderas inom fyra timmar, för den har väntat så länge. Hämta \
         den vid en skrivare, eller välj Spara längre på Mina utskrifter.",
        "At least one of your prints will be deleted within four hours, because it has waited for \
         so long. Collect it at a printer, or choose Keep longer on My prints.",
    )
}

/// That somebody else gave the reader a card, or made a blocked one open again.
#[must_use]
pub fn card_added(language: Language) -> &'static str {
    language.pick(
        "IT har lagt till ett kort åt dig, eller öppnat ett som var spärrat. Det skriver ut det du \
         skickar från och med nu. Är kortet ditt, bekräfta det under Kort på Mina utskrifter, så öppnar det \
         även tidigare utskrifter. Om inte, spärra det där och säg till IT-supporten.",
        "IT has added a card for you, or opened one that was blocked. It prints what you send from now \
         on. If the card is yours, confirm it under Cards on My prints, and it opens earlier prints, too. \
         If not, block it there and tell the IT helpdesk.",
    )
}

/// What happened to what proves who the reader is, by the word that the store keeps.
const IDENTITY: &[Row] = &[
    (
        "own-card-added",
        "Ett kort har lagts till i ditt namn vid en skrivare, av någon som var inloggad som du. Det öppnar \
         alla dina utskrifter. Var det inte du, spärra det under Kort på Mina utskrifter och säg till \
         IT-supporten.",
        "A card was added in your name at a printer, by somebody who was signed in as you. It opens all your \
         prints. If it was not you, block it under Cards on My prints and tell the IT helpdesk.",
    ),
    (
        "pin-given",
        "IT har gett dig en personlig PIN-kod. Den öppnar det du skriver ut från och med nu. Bad du om den, \
         bekräfta den under Personlig PIN-kod på Mina utskrifter, så öppnar den även tidigare utskrifter. \
         Om inte, välj en egen där och säg till IT-supporten.",
        "IT has given you a personal PIN. It opens what you print from now on. If you asked for it, confirm it \
         under Personal PIN on My prints, and it opens earlier prints, too. If not, choose your own there and \
         tell the IT helpdesk.",
    ),
    (
        "pin-set",
        "Din personliga PIN-kod har valts, av någon som var inloggad som du. Den öppnar alla dina utskrifter \
         tillsammans med ditt kort. Var det inte du, välj en egen på Mina utskrifter och säg till \
         IT-supporten.",
        "Your personal PIN was chosen, by somebody who was signed in as you. Together with your card it opens \
         all your prints. If it was not you, choose your own on My prints and tell the IT helpdesk.",
    ),
    (
        "pin-removed",
        "IT har tagit bort din personliga PIN-kod. Utskrifter som kräver den väntar tills du har valt en ny på \
         Mina utskrifter. Bad du inte om det, säg till IT-supporten.",
        "IT has removed your personal PIN. Prints that need it wait until you have chosen another one on My \
         prints. If you did not ask for it, tell the IT helpdesk.",
    ),
    (
        "code-made",
        "En kod för en skrivare har gjorts, av någon som var inloggad som du. Den gäller i tio minuter, en \
         gång. Var det inte du, gör en ny kod på Mina utskrifter, så slutar den att gälla, och säg till \
         IT-supporten.",
        "A code for a printer was made, by somebody who was signed in as you. It holds for ten minutes, once. If \
         it was not you, make another code on My prints, which ends it, and tell the IT helpdesk.",
    ),
    (
        "code-used",
        "Dina utskrifter öppnades vid en skrivare med en kod i stället för ditt kort. Var det inte du, säg till \
         IT-supporten.",
        "Your prints were opened at a printer by a code in place of your card. If it was not you, tell the IT \
         helpdesk.",
    ),
    (
        "own-pin-locked",
        "Någon med ditt kort skrev fel personlig PIN-kod för många gånger vid en skrivare. PIN-koden är låst en \
         stund, längre för varje ny gång; väljer du en ny på Mina utskrifter gäller den genast. Om det inte var du, spärra kortet under Kort på Mina utskrifter och säg till IT-supporten.",
        "Somebody with your card typed a wrong personal PIN too many times at a printer. The PIN is locked for a \
         while, longer with each further time; one that you choose on My prints holds at once. If it was not \
         you, block the card under Cards on My prints and tell the IT helpdesk.",
    ),
];

/// What happened to a card or the PIN of the reader's, by the word that the store keeps. Of another word it is
/// said where to look.
#[must_use]
pub fn identity_notice(what: &str, language: Language) -> &'static str {
    find(IDENTITY, what, language).unwrap_or_else(|| {
        language.pick(
            "Något har ändrats med dina kort eller din PIN-kod. De står på Mina utskrifter.",
            "Something has changed about your cards or your PIN. They are on My prints.",
        )
    })
}

/// That somebody else named a person who may fetch the reader's prints.
#[must_use]
pub fn delegate_added(language: Language) -> &'static str {
    language.pick(
        "IT har angett någon som får hämta dina utskrifter, från och med nu. Stämmer det, bekräfta det \
         under Ombud på Mina utskrifter, så gäller det även tidigare utskrifter. Om inte, ta bort det där och \
         säg till IT-supporten.",
        "IT has named somebody who may collect your prints from now on. If that is right, confirm it under \
         Delegates on My prints, and it holds for earlier prints, too. If not, remove it there and tell the \
         IT helpdesk.",
    )
}

/// That a delegate has collected prints of the reader's.
#[must_use]
pub fn delegate_printed(language: Language) -> &'static str {
    language.pick(
        "Ett ombud har hämtat minst en av dina utskrifter. Vem som får göra det ser du under Ombud på Mina \
         utskrifter.",
        "A delegate has collected at least one of your prints. Who may do so stands under Delegates on My \
         prints.",
    )
}

/// What happened to a link, by the word that the store keeps.
const LINKS: &[Row] = &[
    (
        "link-made",
        "En ny länk skriver nu ut i ditt namn. Om du inte känner till den, ta bort den under Länkar \
         och enheter på Mina utskrifter och säg till IT-supporten.",
        "A new link now prints in your name. If you do not know of it, remove it under Links and \
         devices on My prints, and tell the IT helpdesk.",
    ),
    (
        "link-revoked",
        "IT har tagit bort minst en av dina länkar, så enheten med den kan inte skriva ut längre. \
         Behöver du en ny, gör den på sidan Börja skriva ut.",
        "IT has removed at least one of your links, so the device that has it can no longer print. \
         If you need another one, make it on the page Start printing.",
    ),
    (
        "link-in-clear",
        "En av dina länkar skickades utan kryptering, så att andra kunde läsa den. Därför fungerar \
         den inte längre. Gör en ny på sidan Börja skriva ut, och lägg till den med ipps.",
        "One of your links was sent without encryption, where others could read it. Therefore it no \
         longer works. Make another one on the page Start printing, and add it with ipps.",
    ),
];

/// What happened to a link of the reader's, by the word that the store keeps. Of another word it is said
/// that something happened, and where to look.
#[must_use]
pub fn link_notice(what: &str, language: Language) -> &'static str {
    find(LINKS, what, language).unwrap_or_else(|| {
        language.pick(
            "Något har ändrats med dina länkar. De står under Länkar och enheter på Mina utskrifter.",
            "Something has changed about your links. They are under Links and devices on My prints.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_is_said_in_both_languages_with_a_way_out() {
        super::super::check_rows(REFUSED);
        for row in REFUSED {
            assert!(row.1.contains(". ") && row.2.contains(". "), "{} has no way out", row.0);
        }
        assert_ne!(job_refused("password", Language::English), job_refused("?", Language::English));
    }

    #[test]
    fn what_happens_to_cards_and_pins_is_said_in_both_languages_with_what_to_do() {
        super::super::check_rows(IDENTITY);
        for row in IDENTITY {
            assert!(row.1.contains(". ") && row.2.contains(". "), "{} has no way out", row.0);
            assert_ne!(
                identity_notice(row.0, Language::English),
                identity_notice("?", Language::English)
            );
        }
    }

    #[test]
    fn what_happens_to_links_is_said_in_both_languages_with_what_to_do() {
        super::super::check_rows(LINKS);
        for row in LINKS {
            assert!(row.1.contains(". ") && row.2.contains(". "), "{} has no way out", row.0);
            assert_ne!(link_notice(row.0, Language::Swedish), link_notice("?", Language::Swedish));
        }
    }
}
