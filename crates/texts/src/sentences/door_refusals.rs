//! Why a print server does not take a job, said to whoever prints: what is wrong, and what to do. Print
//! clients show the beginning of it only, so each fits into 255 bytes (`status-message`, RFC 8011 section
//! 4.1.6.2).

crate::texts! {
    /// Why it is not known, or not believed, who prints.
    pub enum DoorRefusal {
        NobodyOfThatName {
            sv: "Ingen här har det användarnamn som datorn skickade. Logga in på datorn med ditt \
                 eget konto, eller lägg till skrivaren med en personlig länk. IT-supporten hjälper dig.",
            en: "Nobody here has the user name that your computer sent. Sign in to the computer \
                 with your own account, or add the printer by a personal link. The IT helpdesk helps.",
        },
        AmbiguousName {
            sv: "Flera personer har det här användarnamnet. Skriv det med sin domän: \
                 namn@domän eller DOMÄN\\namn. IT-supporten hjälper dig.",
            en: "Several people have this user name. Write it with its domain: name@domain or \
                 DOMAIN\\name. The IT helpdesk helps.",
        },
        AccountExpired {
            sv: "Ditt kontos tid har gått ut, så utskriften togs inte emot. Fråga IT-supporten, så \
                 förlänger de det.",
            en: "The time of your account is over, so the job was not taken. Ask the IT helpdesk to \
                 extend it.",
        },
        PasswordOld {
            sv: "Du behöver byta lösenord innan du kan skriva ut. Byt det på en dator och försök \
                 igen.",
            en: "You have to change your password before you can print. Change it at a computer and \
                 try again.",
        },
        NoName {
            sv: "Datorn skickade inget användarnamn. Lägg till skrivaren med en personlig länk. \
                 IT-supporten hjälper dig.",
            en: "Your computer sent no user name. Add the printer by a personal link. The IT \
                 helpdesk helps.",
        },
        TicketOfNobody {
            sv: "Du är inloggad på datorn med ett konto som inte får skriva ut här. Logga in med \
                 ditt eget konto. IT-supporten hjälper dig.",
            en: "You are signed in to your computer with an account that cannot print here. Sign in \
                 with your own account. The IT helpdesk helps.",
        },
        LinkUnknown {
            sv: "Den här skrivarlänken gäller inte längre. Skaffa en ny länk och lägg till \
                 skrivaren på nytt med den.",
            en: "This printer link does not work any more. Get a new link and add the printer \
                 again with it.",
        },
        LinkInClear {
            sv: "Skrivarlänken användes utan kryptering och gäller därför inte längre. Skaffa en \
                 ny och lägg till skrivaren med en adress som börjar på ipps://",
            en: "This printer link was used without encryption and does not work any more. Get a \
                 new one and add the printer with an address that begins with ipps://",
        },
        LinkElsewhere {
            sv: "Den här skrivaren hör till en annan dator och fungerar bara därifrån. Lägg till \
                 skrivaren med en egen länk.",
            en: "This printer belongs to another computer and works from there only. Add the \
                 printer by a link of your own.",
        },
        AccountClosed {
            sv: "Ditt konto är avslutat, så utskriften togs inte emot. Fråga IT-supporten om det \
                 är fel.",
            en: "Your account is closed, so the job was not taken. Ask the IT helpdesk if that is \
                 wrong.",
        },
        TooMany {
            sv: "Det kommer för många utskrifter på en gång härifrån. Vänta en minut och skriv ut \
                 igen.",
            en: "Too many jobs come from here at once. Wait a minute and print again.",
        },
        BadToken {
            sv: "Inloggningen gäller inte längre. Logga in igen och skriv ut en gång till.",
            en: "Your sign-in does not hold any more. Sign in again and print once more.",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_fits_into_a_status_message_in_both_languages() {
        crate::catalogue::check(&DoorRefusal::pairs());
        for (key, swedish, english) in DoorRefusal::pairs() {
            for text in [swedish, english] {
                assert!(text.len() <= 255, "{key} has {} bytes", text.len());
                assert!(text.contains(". ") || text.contains("ipps://"), "{key}: what to do?");
            }
        }
    }
}
