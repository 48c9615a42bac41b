//! The texts of links, cards, codes, PINs and shared machines on "My prints".

texts::texts! {
    /// Every fixed text of these parts.
    pub enum MineWords {
        Links { sv: "Länkar och enheter", en: "Links and devices" },
        LinksLead {
            sv: "Varje länk skriver ut som du, till alla köer, utan lösenord. Ta bort de länkar \
                 vars enhet du inte har kvar.",
            en: "Each link prints as you, to every queue, without a password. Remove the links \
                 whose devices you no longer have.",
        },
        NewLink { sv: "Gör en ny länk", en: "Make a new link" },
        NoLinks { sv: "Du har inga länkar.", en: "You have no links." },
        NoLinksAdvice {
            sv: "En länk låter en av dina enheter skriva ut utan lösenord.",
            en: "A link lets one of your devices print without a password.",
        },
        LinksFull {
            sv: "Du har så många länkar man kan ha. Ta bort någon som du inte använder innan du \
                 gör en ny.",
            en: "You have as many links as one can have. Remove one that you do not use before \
                 you make another.",
        },
        Cards { sv: "Kort", en: "Cards" },
        CardsLead {
            sv: "Med de här korten hämtar du det du skriver ut. Har du tappat ett, spärra det.",
            en: "With these cards you collect your prints. If you have lost one, block it.",
        },
        CardsToConfirm {
            sv: "IT har lagt till ett kort åt dig. Det öppnar bara det du skriver ut efter det. Är det ditt, \
                 bekräfta det. Om inte, spärra det och säg till IT-supporten.",
            en: "IT has added a card for you. It opens only what you print after that. If it is yours, \
                 confirm it. If not, block it and tell the IT helpdesk.",
        },
        NoCards { sv: "Du har inget kort.", en: "You have no card." },
        NoCardsAdvice {
            sv: "Håll ditt passerkort mot läsaren vid en skrivare och följ det som står på skärmen, eller \
                 fråga IT-supporten.",
            en: "Hold your badge to the reader at a printer and follow what the screen says, or ask the IT \
                 helpdesk.",
        },
        NoCardToday { sv: "Inget kort i dag?", en: "No card today?" },
        NoCardTodayLead {
            sv: "Gör en kod för stationen där du vill hämta dina utskrifter. Den fungerar en gång, i tio \
                 minuter. Med en annan kod lägger du till ett kort som stationen inte känner igen.",
            en: "Make a code for the station where you want to collect your prints. It works once, for ten \
                 minutes. With another code you add a card that the station does not know.",
        },
        AtStation { sv: "Station", en: "Station" },
        MakeCode { sv: "Hämta utan kort", en: "Collect without a card" },
        MakeCardCode { sv: "Lägg till ett kort", en: "Add a card" },
        CodeTitle { sv: "Din kod", en: "Your code" },
        CardCodeTitle { sv: "Kod för ett nytt kort", en: "Code for a new card" },
        CodeUntil { sv: "Gäller till", en: "Holds until" },
        CodeOnce { sv: "Den fungerar en gång.", en: "It works once." },
        CodeGo { sv: "Gå till stationen.", en: "Go to the station." },
        CodePress { sv: "Tryck på Inget kort i dag.", en: "Press No card today." },
        CodeType {
            sv: "Skriv koden och välj vad som ska skrivas ut.",
            en: "Type the code and choose what to print.",
        },
        CardCodeHold {
            sv: "Håll kortet mot läsaren och tryck på Skriv en kod.",
            en: "Hold the card to the reader and press Type a code.",
        },
        CardCodeType {
            sv: "Skriv koden. Kortet är ditt och öppnar alla dina utskrifter.",
            en: "Type the code. The card is yours and opens all your prints.",
        },
        CodeSecret {
            sv: "Ge inte koden till någon annan: den öppnar dina utskrifter.",
            en: "Give the code to nobody: it opens your prints.",
        },
        OwnPin { sv: "Personlig PIN-kod", en: "Personal PIN" },
        OwnPinLead {
            sv: "Några köer kräver den utöver kortet. Den kan inte läsas av någon, inte heller av IT.",
            en: "Some queues demand it beside the card. Nobody can read it, and IT cannot either.",
        },
        NoPin {
            sv: "Du har ingen PIN-kod. Utan den kan du inte hämta utskrifter från de köerna.",
            en: "You have no PIN. Without it you cannot collect prints of those queues.",
        },
        PinToConfirm {
            sv: "IT har valt PIN-koden. Den öppnar bara det du skriver ut efter det. Bad du om den, bekräfta \
                 den. Om inte, välj en egen och säg till IT-supporten.",
            en: "IT has set this PIN. It opens only what you print after that. If you asked for it, confirm \
                 it. If not, choose your own and tell the IT helpdesk.",
        },
        PinIsLocked {
            sv: "Fel PIN-kod skrevs för många gånger, så den är låst en stund. En ny gäller genast.",
            en: "A wrong PIN was typed too many times, so that it is locked for a while. Another one holds at once.",
        },
        PinSince { sv: "Du har en PIN-kod sedan", en: "You have a PIN since" },
        ConfirmPin { sv: "Bekräfta PIN-koden", en: "Confirm the PIN" },
        NewPin { sv: "Ny PIN-kod", en: "New PIN" },
        NewPinAgain { sv: "Samma en gång till", en: "The same once more" },
        SetPin { sv: "Spara PIN-koden", en: "Save the PIN" },
        PinSet { sv: "Din PIN-kod är sparad.", en: "Your PIN is saved." },
        PinConfirmed {
            sv: "PIN-koden är bekräftad. Den öppnar alla dina utskrifter.",
            en: "The PIN is confirmed. It opens all your prints.",
        },
        PinSteps {
            sv: "Den PIN-koden gissar man först: siffrorna går i jämna steg. Välj en annan.",
            en: "That PIN is guessed first: its digits go in equal steps. Choose another.",
        },
        PinsDiffer {
            sv: "De två fälten var inte lika. Skriv PIN-koden en gång till.",
            en: "The two fields were not alike. Type the PIN once more.",
        },
        PinDigits {
            sv: "En PIN-kod har {min} till 16 siffror. Välj en annan.",
            en: "A PIN has {min} to 16 digits. Choose another.",
        },
        Card { sv: "Kort", en: "Card" },
        Added { sv: "Tillagt", en: "Added" },
        FromDirectory { sv: "från katalogen", en: "from the directory" },
        FromImport { sv: "från en lista som IT läste in", en: "from a list that IT imported" },
        FromYou { sv: "tillagt av dig", en: "added by you" },
        FromHelpdesk { sv: "tillagt av IT", en: "added by IT" },
        FromHelpdeskForATime { sv: "tillagt av IT för en tid", en: "added by IT for a time" },
        NotConfirmed { sv: "Väntar på dig", en: "Waits for you" },
        Blocked { sv: "Spärrat", en: "Blocked" },
        Expired { sv: "Tiden har gått ut", en: "Its time is over" },
        Until { sv: "till", en: "until" },
        Confirm { sv: "Bekräfta", en: "Confirm" },
        ConfirmCard { sv: "Bekräfta att det är ditt kort:", en: "Confirm that it is your card:" },
        Block { sv: "Spärra", en: "Block" },
        BlockCard { sv: "Spärra kortet", en: "Block the card" },
        CardConfirmed {
            sv: "Kortet är bekräftat. Det öppnar alla dina utskrifter.",
            en: "The card is confirmed. It opens all your prints.",
        },
        CardBlocked {
            sv: "Kortet är spärrat och öppnar inget mer. Behöver du ett nytt, fråga IT-supporten.",
            en: "The card is blocked and opens nothing any more. If you need another, ask the IT helpdesk.",
        },
        CardUnchanged {
            sv: "Kortet fanns inte längre, eller var redan så. Ingenting har ändrats.",
            en: "The card was no longer there, or was so already. Nothing has been changed.",
        },
        Delegates { sv: "Ombud", en: "Delegates" },
        DelegatesLead {
            sv: "Ett ombud kan hämta det du skriver ut, vid en skrivare och en utskrift i taget. Kostnaden är \
                 din. Det du märker som konfidentiellt, eller ger en PIN-kod, hämtar bara du.",
            en: "A delegate can collect what you print, at a printer and one print at a time. The cost is \
                 yours. What you mark as confidential, or give a PIN, only you collect.",
        },
        DelegatesToConfirm {
            sv: "IT har angett ett ombud åt dig. Det hämtar bara det du skriver ut efter det. Stämmer det, \
                 bekräfta det. Om inte, ta bort det och säg till IT-supporten.",
            en: "IT has named a delegate for you, who collects only what you print after that. If it is right, \
                 confirm it. If not, remove it and tell the IT helpdesk.",
        },
        NoDelegates { sv: "Du har inget ombud.", en: "You have no delegate." },
        NoDelegatesAdvice {
            sv: "Ange någon nedan om du vill att någon annan hämtar åt dig.",
            en: "Name somebody below if you want somebody else to collect for you.",
        },
        Delegate { sv: "Ombud", en: "Delegate" },
        DelegateLogin { sv: "Användarnamn", en: "User name" },
        DelegateUntil { sv: "Till och med", en: "Until the end of" },
        DelegateAdd { sv: "Ange ombud", en: "Name a delegate" },
        DelegateByIt { sv: "angett av IT", en: "named by IT" },
        DelegateAdded {
            sv: "Ombudet kan nu hämta dina utskrifter.",
            en: "The delegate can now collect your prints.",
        },
        DelegateConfirmed {
            sv: "Ombudet är bekräftat och kan hämta även tidigare utskrifter.",
            en: "The delegate is confirmed, and can collect earlier prints, too.",
        },
        DelegateRemoved {
            sv: "Ombudet är borttaget och hämtar inget mer.",
            en: "The delegate is removed and collects nothing any more.",
        },
        DelegateNobody {
            sv: "Det finns ingen annan med det användarnamnet. Ingenting har ändrats.",
            en: "There is nobody else with that user name. Nothing has been changed.",
        },
        DelegateDay {
            sv: "Välj en dag som inte har gått. Ingenting har ändrats.",
            en: "Choose a day that is not over. Nothing has been changed.",
        },
        DelegateMany {
            sv: "Du har redan 20 ombud, eller så hämtar personen åt 20 andra. Ta bort ett ombud först.",
            en: "You have 20 delegates already, or the person collects for 20 others. Remove a delegate first.",
        },
        DelegateUnchanged {
            sv: "Ombudet fanns inte längre, eller var redan så. Ingenting har ändrats.",
            en: "The delegate was no longer there, or was so already. Nothing has been changed.",
        },
        Confidential { sv: "Konfidentiell", en: "Confidential" },
        ConfidentialHelp {
            sv: "Kommer bara ut när du väljer den på skärmen, bara vid skrivare som tar emot krypterat, och \
                 hämtas inte av ombud.",
            en: "Comes out only when you choose it on the screen, only at printers that documents reach \
                 encrypted, and no delegate collects it.",
        },
        MakeConfidential { sv: "Märk som konfidentiell", en: "Mark as confidential" },
        NotConfidential { sv: "Inte konfidentiell", en: "Not confidential" },
        Device { sv: "Enhet", en: "Device" },
        Made { sv: "Gjord", en: "Made" },
        MadeByIt { sv: "gjord av IT", en: "made by IT" },
        LastUsed { sv: "Senast använd", en: "Last used" },
        NeverUsed { sv: "Aldrig", en: "Never" },
        InUse { sv: "Fungerar", en: "Works" },
        Removed { sv: "Borttagen", en: "Removed" },
        SentInClear { sv: "Skickades okrypterad", en: "Sent unencrypted" },
        Remove { sv: "Ta bort", en: "Remove" },
        RemoveLink { sv: "Ta bort länken för", en: "Remove the link for" },
        NotThere {
            sv: "Den länken fanns inte längre. Ingenting har ändrats.",
            en: "That link was no longer there. Nothing has been changed.",
        },
        FromMachine { sv: "Från", en: "From" },
        MachineLead {
            sv: "Du och andra kan hämta de här. Välj en utskrift på skärmen vid en skrivare: den \
                 som väljer först får den.",
            en: "You and others can collect these. Choose a print on the screen at a printer: \
                 whoever chooses first has it.",
        },
        PrintedBy { sv: "utskriven av", en: "printed by" },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_both_languages() {
        texts::catalogue::check(&MineWords::pairs());
    }
}
