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
            sv: "Den här enheten kan inte logga in på kön. Gör en länk för den, så behövs inget \
                 lösenord.",
            en: "This device cannot sign in to the queue. Make a link for it, and no password is \
                 needed.",
        },
        OnlyByLink {
            sv: "Till den här kön skriver man ut med en länk. Gör en för enheten, så behövs inget \
                 lösenord.",
            en: "People print to this queue by a link. Make one for the device, and no password \
                 is needed.",
        },
        Download { sv: "Hämta filen", en: "Download the file" },
        DownloadPolicy {
            sv: "Hämta policyfilen (för IT)",
            en: "Download the policy file (for IT)",
        },
        LinkTitle { sv: "Skriv ut utan lösenord", en: "Print without a password" },
        LinkLead {
            sv: "En länk är en egen adress för en av dina enheter. Den som har adressen skriver \
                 ut som du. Du kan ta bort länken när du vill.",
            en: "A link is an address of your own for one of your devices. Whoever has the \
                 address prints as you. You can remove the link at any time.",
        },
        LinkSignIn {
            sv: "Logga in för att göra en länk för den här enheten.",
            en: "Sign in to make a link for this device.",
        },
        LinkDevice { sv: "Vad kallar du enheten?", en: "What do you call the device?" },
        MakeLink { sv: "Gör en länk", en: "Make a link" },
        LinksFull {
            sv: "Du har redan så många länkar man kan ha. Ta bort någon som du inte använder, \
                 så kan du göra en ny.",
            en: "You already have as many links as one can have. Remove one that you do not use, \
                 then you can make another.",
        },
        LinkKnown {
            sv: "Länken är redan gjord, och adressen visades då. Har du den inte kvar, ta bort \
                 länken på Mina utskrifter och gör en ny.",
            en: "The link has been made already, and its address was shown then. If you do not \
                 have it any more, remove the link on My prints and make another.",
        },
        LinkBadName {
            sv: "Namnet gick inte att använda. Skriv ett kortare, med vanliga tecken.",
            en: "The name could not be used. Enter a shorter one, in ordinary characters.",
        },
        YourLinks { sv: "Dina länkar och enheter", en: "Your links and devices" },
        MadeTitle { sv: "Länken är klar", en: "Your link is ready" },
        MadeOnce {
            sv: "Adressen visas bara nu. Lägg till skrivaren, eller spara adressen, innan du \
                 lämnar sidan.",
            en: "The address is shown only now. Add the printer, or keep the address, before you \
                 leave this page.",
        },
        MadeAddress { sv: "Din egen adress", en: "Your own address" },
        MadeSecret {
            sv: "Den som har adressen, eller filen, skriver ut som du: dela dem inte med någon. \
                 Kommer de bort tar du bort länken på Mina utskrifter.",
            en: "Whoever has the address, or the file, prints as you: do not share them. If they \
                 get lost, remove the link on My prints.",
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
