//! The start page's texts, but for the steps.

texts::texts! {
    /// Every fixed text of the start page.
    pub enum StartWords {
        Title { sv: "Börja skriva ut", en: "Start printing" },
        Lead {
            sv: "Skriv ut härifrån, gå till vilken skrivare som helst och håll fram ditt kort. \
                 Du behöver inte installera några program.",
            en: "Print from here, walk to any printer and tap your badge. You need not install \
                 any programs.",
        },
        YourDevice { sv: "Din enhet", en: "Your device" },
        WhichQueue { sv: "Vilken kö", en: "Which queue" },
        GuessedTitle { sv: "Vi tror att du använder", en: "We think that you use" },
        OtherDevice {
            sv: "Välj en annan enhet ovan om det inte stämmer.",
            en: "Choose another device above if that is not right.",
        },
        CannotSignIn {
            sv: "Den här enheten kan inte logga in på kön. Be supporten om en kö eller en adress \
                 som fungerar med den.",
            en: "This device cannot sign in to the queue. Ask the helpdesk for a queue or an \
                 address that works with it.",
        },
        Download { sv: "Hämta filen", en: "Download the file" },
        DownloadPolicy {
            sv: "Hämta policyfilen (för IT)",
            en: "Download the policy file (for IT)",
        },
        AddressTitle { sv: "Att skriva in för hand", en: "To type by hand" },
        AddressLead {
            sv: "Behövs bara om skrivaren inte dyker upp av sig själv eller filen inte går att \
                 använda.",
            en: "Only needed when the printer does not appear by itself, or the file cannot be \
                 used.",
        },
        Address { sv: "Adress", en: "Address" },
        Host { sv: "Värd", en: "Host" },
        Protocol { sv: "Protokoll", en: "Protocol" },
        QueuePath { sv: "Kö", en: "Queue" },
        NoQueues { sv: "Det finns ingen kö att skriva ut till än.", en: "There is no queue to \
         print to yet." },
        NoQueuesAdvice {
            sv: "Fråga supporten; adressen står längst ned på sidan.",
            en: "Ask the helpdesk; its address is at the bottom of the page.",
        },
        TestTitle { sv: "Din första utskrift", en: "Your first print" },
        TestSignIn {
            sv: "Logga in här, så ser du din utskrift komma fram.",
            en: "Sign in here, and you see your print arrive.",
        },
        TestWaiting {
            sv: "Skriv ut något nu. Det syns här inom ett par sekunder.",
            en: "Print something now. It shows here within a couple of seconds.",
        },
        TestReload {
            sv: "Läs om sidan för att se om den har kommit.",
            en: "Reload the page to see whether it has arrived.",
        },
        TestArrived {
            sv: "Den kom fram! Gå till en skrivare och håll fram ditt kort.",
            en: "It arrived! Walk to a printer and tap your badge.",
        },
        ToMyPrints { sv: "Alla mina utskrifter", en: "All my prints" },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_both_languages() {
        texts::catalogue::check(&StartWords::pairs());
    }
}
