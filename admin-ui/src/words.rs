//! The pages' texts in both languages. Sentences with values stand beside their pages.

texts::texts! {
    /// Every fixed text of the pages.
    pub enum Words {
        // The frame.
        Menu { sv: "Meny", en: "Menu" },
        SkipToContent { sv: "Gå till innehållet", en: "Go to the content" },
        HelpFrom { sv: "Behöver du hjälp?", en: "Need help?" },
        Accessibility { sv: "Tillgänglighet", en: "Accessibility" },
        Breadcrumbs { sv: "Du är här", en: "You are here" },
        RoleAdmin { sv: "IT", en: "IT" },
        RoleFinance { sv: "Ekonomi", en: "Finance" },
        RoleHelpdesk { sv: "Support", en: "Helpdesk" },
        Overview { sv: "Översikt", en: "Overview" },
        Jobs { sv: "Jobb", en: "Jobs" },
        Usage { sv: "Förbrukning", en: "Usage" },
        ToCheck { sv: "Att kontrollera", en: "To check" },
        MyPrints { sv: "Mina utskrifter", en: "My prints" },
        PrintFile { sv: "Skriv ut en fil", en: "Print a file" },
        Start { sv: "Börja skriva ut", en: "Start printing" },
        Total { sv: "Summa", en: "Total" },
        Show { sv: "Visa", en: "Show" },
        // Signing in.
        SignIn { sv: "Logga in", en: "Sign in" },
        SignOut { sv: "Logga ut", en: "Sign out" },
        SignInLead {
            sv: "Använd samma användarnamn och lösenord som till datorn.",
            en: "Use the same name and password as for your computer.",
        },
        Login { sv: "Användarnamn", en: "User name" },
        Password { sv: "Lösenord", en: "Password" },
        SignInWrong {
            sv: "Användarnamnet eller lösenordet stämmer inte. Försök igen.",
            en: "The user name or the password is not right. Please try again.",
        },
        SignInThrottled {
            sv: "Det blev för många försök. Vänta några minuter och försök sedan igen.",
            en: "There were too many attempts. Wait a few minutes, then try again.",
        },
        SignInAmbiguous {
            sv: "Flera personer har det här användarnamnet. Skriv det med sin domän: namn@domän eller DOMÄN\\namn.",
            en: "Several people have this user name. Write it with its domain: name@domain or DOMAIN\\name.",
        },
        SignInAccountDisabled {
            sv: "Ditt konto är avstängt. Fråga IT-supporten om det är fel.",
            en: "Your account is disabled. Ask the IT helpdesk if that is wrong.",
        },
        SignInAccountExpired {
            sv: "Ditt kontos tid har gått ut. Fråga IT-supporten, så förlänger de det.",
            en: "The time of your account is over. Ask the IT helpdesk to extend it.",
        },
        SignInPasswordOld {
            sv: "Du behöver byta lösenord innan du kan logga in. Byt det på en dator och försök igen.",
            en: "You have to change your password before you can sign in. Change it at a computer and try again.",
        },
        SignInDirectoryDown {
            sv: "Katalogen med användare svarar inte just nu. Försök igen om en stund. \
                 Kort och skrivare fungerar som vanligt.",
            en: "The directory of users does not answer right now. Please try again in a while. \
                 Badges and printers work as usual.",
        },
        SignInEmpty {
            sv: "Skriv både användarnamn och lösenord.",
            en: "Enter both your user name and your password.",
        },
        SignInStale {
            sv: "Sidan hade stått öppen för länge. Logga in igen.",
            en: "The page had been open for too long. Please sign in again.",
        },
        SignInElsewhere {
            sv: "Logga in med organisationens inloggning",
            en: "Sign in with your organisation",
        },
        SignInOrPassword {
            sv: "Eller med samma användarnamn och lösenord som till datorn:",
            en: "Or with the same name and password as for your computer:",
        },
        SignedIn { sv: "Du är inloggad", en: "You are signed in" },
        GoOn { sv: "Fortsätt", en: "Go on" },
        ElsewhereDown {
            sv: "Organisationens inloggning svarar inte just nu. Logga in med användarnamn och lösenord \
                 här nedanför, eller försök igen om en stund. Kort och skrivare fungerar som vanligt.",
            en: "Your organisation's sign-in does not answer right now. Sign in with your name and \
                 password below, or try again in a while. Badges and printers work as usual.",
        },
        ElsewhereStale {
            sv: "Inloggningen hade tagit för lång tid, eller påbörjades i en annan webbläsare. \
                 Börja om här.",
            en: "The sign-in had taken too long, or was begun in another browser. \
                 Please begin again here.",
        },
        ElsewhereDenied {
            sv: "Organisationens inloggning loggade inte in dig. Försök igen, eller använd användarnamn \
                 och lösenord här nedanför.",
            en: "Your organisation's sign-in did not sign you in. Please try again, or use your name \
                 and password below.",
        },
        ElsewhereRefused {
            sv: "Svaret från organisationens inloggning kunde inte godtas. Försök igen; händer det på \
                 nytt, säg till supporten.",
            en: "The answer of your organisation's sign-in could not be accepted. Please try again; if \
                 it happens once more, tell the helpdesk.",
        },
        ElsewhereNobody {
            sv: "Ditt konto får inte använda utskriftstjänsten, eller har inte kommit fram hit än. \
                 Nya konton är här inom några minuter; fråga annars supporten.",
            en: "Your account may not use the print service, or has not reached it yet. \
                 New accounts are here within minutes; otherwise ask the helpdesk.",
        },
        HowToPrint {
            sv: "Så skriver du ut från din dator eller telefon",
            en: "How to print from your computer or phone",
        },
        SignedOut { sv: "Du är utloggad.", en: "You are signed out." },
        // Overview.
        OverviewLead { sv: "Läget just nu", en: "How things are right now" },
        HeldNow { sv: "Väntar på sin ägare", en: "Held for their owners" },
        HeldNote { sv: "jobb som ingen har hämtat än", en: "jobs that nobody has collected yet" },
        ReleasedNow { sv: "På väg ut", en: "On their way out" },
        ReleasedNote { sv: "frisläppta eller i en skrivare", en: "released, or in a printer" },
        StoppedNow { sv: "Har stannat", en: "Stopped" },
        StoppedNote {
            sv: "i en skrivare som behöver någon",
            en: "in a printer that needs somebody",
        },
        ArrivingNow { sv: "Tas emot", en: "Arriving" },
        ArrivingNote { sv: "dokument som ännu sänds", en: "documents that are still being sent" },
        Printers { sv: "Skrivare", en: "Printers" },
        Stations { sv: "Stationer", en: "Stations" },
        Queues { sv: "Köer", en: "Queues" },
        Server { sv: "Servern", en: "The server" },
        Printer { sv: "Skrivare", en: "Printer" },
        Location { sv: "Plats", en: "Location" },
        State { sv: "Läge", en: "State" },
        Message { sv: "Meddelande", en: "Message" },
        Asked { sv: "Tillfrågad", en: "Asked" },
        NotAsked { sv: "Inte tillfrågad än", en: "Not asked yet" },
        Asleep { sv: "Sover eller avstängd", en: "Asleep or off" },
        Waking { sv: "Vaknar", en: "Waking up" },
        ToBeConfirmed { sv: "Ska bekräftas", en: "To be confirmed" },
        SideDoors {
            sv: "Går att skriva ut på förbi servern, öppna portar:",
            en: "People can print around the server, open ports:",
        },
        PrinterWithoutTls { sv: "Utan TLS.", en: "Without TLS." },
        NoAnswer { sv: "Svarar inte", en: "No answer" },
        SwitchedOff { sv: "Ur bruk", en: "Out of use" },
        Station { sv: "Station", en: "Station" },
        LastSeen { sv: "Senast sedd", en: "Last seen" },
        NeverSeen { sv: "Aldrig", en: "Never" },
        Connected { sv: "Ansluten", en: "Connected" },
        NotConnected { sv: "Inte ansluten", en: "Not connected" },
        Revoked { sv: "Spärrad", en: "Revoked" },
        Queue { sv: "Kö", en: "Queue" },
        Release { sv: "Utskrift", en: "Printing" },
        ReleaseTap {
            sv: "När ägaren håller fram sitt kort",
            en: "When the owner taps a badge",
        },
        ReleaseAtOnce { sv: "Genast, på", en: "At once, at" },
        Part { sv: "Del", en: "Part" },
        NoPrinters { sv: "Det finns inga skrivare än.", en: "There are no printers yet." },
        NoPrintersAdvice {
            sv: "Lägg till en med kommandot: print-server admin printer add",
            en: "Add one with the command: print-server admin printer add",
        },
        StationLocked {
            sv: "Spärrad: för många okända kort. Se efter vem som stod där, och öppna den med: admin station unlock",
            en: "Locked: too many unknown cards. See who stood there, then open it with: admin station unlock",
        },
        StationLockedAwhile {
            sv: "Spärrad en stund: för många okända kort. Se efter vem som står där. Den öppnas av sig själv",
            en: "Locked for a while: too many unknown cards. See who stands there. It opens by itself",
        },
        ManyUnknownCards {
            sv: "Många okända kort hålls fram här. Se efter vem som står där, innan stationen spärras",
            en: "Many unknown cards are held to it. See who stands there, before the station is locked",
        },
        ReaderSilent { sv: "Läsaren svarar inte", en: "The reader does not answer" },
        ReaderAway { sv: "Läsaren är borta", en: "The reader is away" },
        NoStations { sv: "Det finns inga stationer än.", en: "There are no stations yet." },
        NoStationsAdvice {
            sv: "Lägg till en med kommandot: print-server admin station add",
            en: "Add one with the command: print-server admin station add",
        },
        NoQueues { sv: "Det finns inga köer än.", en: "There are no queues yet." },
        NoQueuesAdvice {
            sv: "Lägg till en med kommandot: print-server admin queue add",
            en: "Add one with the command: print-server admin queue add",
        },
        // The server's parts.
        Directory { sv: "Katalog", en: "Directory" },
        Answers { sv: "Svarar", en: "Answers" },
        DirectoryOld { sv: "Gammal kopia", en: "Old copy" },
        DirectoryBraked { sv: "Följs inte", en: "Not followed" },
        DirectoryDown {
            sv: "Svarar inte. Kända kort fungerar ändå.",
            en: "No answer. Known badges work all the same.",
        },
        Database { sv: "Databas", en: "Database" },
        DatabaseDown { sv: "Tar inte emot ändringar", en: "Takes no changes" },
        Spool { sv: "Plats för dokument", en: "Room for documents" },
        SpoolLow { sv: "Nya jobb avvisas", en: "New jobs are refused" },
        Certificate { sv: "Certifikat", en: "Certificate" },
        CertificateOver { sv: "Har gått ut", en: "Has expired" },
        // Jobs.
        JobsLead {
            sv: "Vad dokument heter ser bara deras ägare.",
            en: "Only their owners see what documents are called.",
        },
        Number { sv: "Nummer", en: "Number" },
        Owner { sv: "Ägare", en: "Owner" },
        Document { sv: "Dokument", en: "Document" },
        NotShown { sv: "Bara för ägaren", en: "Owner only" },
        SharedMachine { sv: "Gemensam dator", en: "Shared computer" },
        Arrived { sv: "Kom", en: "Arrived" },
        Changed { sv: "Ändrat", en: "Changed" },
        Why { sv: "Varför", en: "Why" },
        WhichJobs { sv: "Vilka jobb", en: "Which jobs" },
        OpenJobs { sv: "Pågående", en: "In progress" },
        EndedJobs { sv: "Avslutade", en: "Ended" },
        NoJobs { sv: "Här finns inga jobb.", en: "There are no jobs here." },
        NoJobsAdvice {
            sv: "Jobb visas så snart någon skriver ut till en kö.",
            en: "Jobs appear as soon as somebody prints to a queue.",
        },
        Earlier { sv: "Tidigare", en: "Earlier" },
        Later { sv: "Senare", en: "Later" },
        Pages { sv: "Bläddra", en: "Browse" },
        DeleteJob { sv: "Radera jobbet", en: "Delete the job" },
        Delete { sv: "Radera", en: "Delete" },
        DeleteLead {
            sv: "Dokumentet förstörs och går inte att få tillbaka.",
            en: "The document is destroyed and cannot be recovered.",
        },
        DeleteAtPrinter {
            sv: "Skrivaren ombeds att avbryta. Det som redan är utskrivet bokförs.",
            en: "The printer is asked to stop. What has already been printed is booked.",
        },
        DeleteAsked {
            sv: "Jobbet raderas. Det kan ta några sekunder innan det syns här.",
            en: "The job is being deleted. It may take a few seconds to show here.",
        },
        Size { sv: "Storlek", en: "Size" },
        Copies { sv: "Exemplar", en: "Copies" },
        Sides { sv: "Sidor", en: "Sides" },
        OneSided { sv: "Enkelsidigt", en: "One-sided" },
        TwoSided { sv: "Dubbelsidigt", en: "Two-sided" },
        Color { sv: "Färg", en: "Colour" },
        ColorAuto { sv: "Som dokumentet", en: "As the document" },
        ColorColor { sv: "Färg", en: "Colour" },
        ColorMonochrome { sv: "Svartvitt", en: "Black and white" },
        KeptUntil { sv: "Sparas till", en: "Kept until" },
        Attempts { sv: "Vad som hände", en: "What happened" },
        NoAttempts { sv: "Jobbet har inte frisläppts.", en: "The job has not been released." },
        NoAttemptsAdvice {
            sv: "Det kommer ut när ägaren håller sitt kort mot en läsare.",
            en: "It comes out when its owner taps at a printer.",
        },
        When { sv: "När", en: "When" },
        Result { sv: "Resultat", en: "Result" },
        AttemptOpen { sv: "Pågår", en: "In progress" },
        AttemptDone { sv: "Utskrivet", en: "Printed" },
        AttemptFailed { sv: "Kom inte ut", en: "Did not come out" },
        AttemptUnknown { sv: "Oklart om det kom ut", en: "Unclear whether it came out" },
        Booked { sv: "Bokfört", en: "Booked" },
        // My prints.
        MyPrintsLead {
            sv: "Håll ditt kort mot läsaren vid en skrivare, så kommer dina väntande jobb ut där.",
            en: "Tap your badge at a printer, and your held jobs come out there.",
        },
        NoPrints { sv: "Du har inga utskrifter.", en: "You have no prints." },
        NoPrintsAdvice {
            sv: "Skriv ut till kön från din dator eller telefon, så visas jobbet här.",
            en: "Print to the queue from your computer or phone, and the job appears here.",
        },
        WaitsForYou { sv: "Väntar på att du håller fram ditt kort.", en: "Waiting for you to \
         tap." },
        WaitsForPin { sv: "Väntar på att du håller fram ditt kort och skriver PIN-koden.", en: "Waiting \
         for you to tap and to type its PIN." },
        KeepLonger { sv: "Spara längre", en: "Keep longer" },
        KeptLonger {
            sv: "Utskriften sparas längre. Den nya tiden står i listan.",
            en: "The print is kept longer. The new time is in the list.",
        },
        NotKeptLonger {
            sv: "Utskriften kan inte sparas längre än så. Hämta den före tiden i listan, eller \
                 skriv ut den igen senare.",
            en: "The print cannot be kept longer than that. Collect it before the time in the \
                 list, or print it again later.",
        },
        Notices { sv: "Meddelanden", en: "Notices" },
        MarkAsRead { sv: "Markera som lästa", en: "Mark as read" },
        Unread { sv: "Nytt", en: "New" },
        Read { sv: "Läst", en: "Read" },
        YourLanguage { sv: "Ditt språk", en: "Your language" },
        YourLanguageIsSwedish {
            sv: "Vi skriver till dig på svenska, här, i mejl och vid skrivaren.",
            en: "We write to you in Swedish, here, by mail and at the printer.",
        },
        YourLanguageIsEnglish {
            sv: "Vi skriver till dig på engelska, här, i mejl och vid skrivaren.",
            en: "We write to you in English, here, by mail and at the printer.",
        },
        HeldJobs { sv: "Väntar på dig", en: "Held for you" },
        EarlierJobs { sv: "Tidigare", en: "Earlier" },
        // Usage.
        UsagePerDepartment { sv: "Förbrukning per institution", en: "Usage per department" },
        Month { sv: "Månad", en: "Month" },
        Department { sv: "Institution", en: "Department" },
        AllDepartments { sv: "Alla institutioner", en: "All departments" },
        NoDepartment { sv: "Utan institution", en: "No department" },
        MonthGoesOn {
            sv: "Månaden pågår: siffrorna växer.",
            en: "The month is not over: the figures grow.",
        },
        Cost { sv: "Kostnad", en: "Cost" },
        Sheets { sv: "Ark", en: "Sheets" },
        ColorShare { sv: "Färgandel", en: "Colour share" },
        OfPrintedSides { sv: "av alla tryckta sidor", en: "of all printed sides" },
        PrintedJobs { sv: "Utskrivna jobb", en: "Jobs printed" },
        CostPerMonth { sv: "Kostnad per månad", en: "Cost per month" },
        ThisYear { sv: "de senaste 12 månaderna", en: "the last 12 months" },
        YearBefore { sv: "samma månad året före", en: "the same month a year before" },
        SoFar { sv: "pågår, hittills", en: "this month so far" },
        CostMap { sv: "Kostnad per institution och månad", en: "Cost per department and month" },
        HeatLegend {
            sv: "Färgen jämför med institutionens egen vanliga månad (medianen):",
            en: "The colour compares with the department's own usual month (its median):",
        },
        HeatNothing { sv: "ingen", en: "none" },
        HeatOpen { sv: "månaden pågår", en: "the month is not over" },
        DepartmentsOfMonth { sv: "Institutionerna", en: "The departments" },
        FindDepartment { sv: "Sök institution", en: "Find a department" },
        Filter { sv: "Filtrera", en: "Filter" },
        DownloadCsv { sv: "Hämta CSV", en: "Download CSV" },
        AgainstYearBefore { sv: "Mot året före", en: "Against last year" },
        History { sv: "Två år", en: "Two years" },
        NothingFound { sv: "Ingen institution passar.", en: "No department matches." },
        NothingFoundAdvice {
            sv: "Sök på en del av namnet eller koden, eller töm fältet.",
            en: "Search for a part of the name or the code, or empty the field.",
        },
        NoUsage { sv: "Inget är bokfört den här månaden.", en: "Nothing is booked in this month." },
        NoUsageAdvice {
            sv: "Siffror visas så snart den första utskriften har kommit ut. Välj annars en annan \
             månad.",
            en: "Figures appear as soon as the first print is out. Or choose another month.",
        },
        // To check.
        ToCheckLead {
            sv: "Utskrifter som ingen kunde räkna: skrivaren sade inte hur många sidor som kom ut. \
                 De är bokförda med noll kronor.",
            en: "Prints that nobody could count: the printer did not say how many pages came out. \
                 They are booked at zero cost.",
        },
        Job { sv: "Jobb", en: "Job" },
        Day { sv: "Dag", en: "Day" },
        NothingToCheck { sv: "Det finns inget att kontrollera.", en: "There is nothing to check." },
        NothingToCheckAdvice {
            sv: "Här visas utskrifter som ingen kunde räkna.",
            en: "Prints that nobody could count appear here.",
        },
        // Faults.
        NotFoundTitle { sv: "Sidan finns inte", en: "There is no such page" },
        NotFoundText {
            sv: "Adressen är fel, eller så finns det som låg här inte längre.",
            en: "The address is wrong, or what was here is gone.",
        },
        ForbiddenTitle { sv: "Du får inte öppna den här sidan", en: "You may not open this page" },
        ForbiddenText {
            sv: "Ditt konto har inte den roll som behövs. Be IT om den, om du behöver sidan i \
             ditt arbete.",
            en: "Your account does not have the role for it. Ask IT for it if you need the page \
             in your work.",
        },
        NotOurFormTitle { sv: "Begäran togs inte emot", en: "The request was not taken" },
        NotOurFormText {
            sv: "Den kom inte från en av våra egna sidor. Ingenting har ändrats.",
            en: "It did not come from one of our own pages. Nothing has been changed.",
        },
        StaleFormTitle { sv: "Formuläret är för gammalt", en: "The form is too old" },
        StaleFormText {
            sv: "Det hör till en session som är över. Ingenting har ändrats. Öppna sidan igen.",
            en: "It belongs to a session that is over. Nothing has been changed. Open the page \
             again.",
        },
        BadFormTitle { sv: "Formuläret gick inte att läsa", en: "The form could not be read" },
        BadFormText {
            sv: "Ingenting har ändrats. Öppna sidan igen och försök på nytt.",
            en: "Nothing has been changed. Open the page again and try once more.",
        },
        UnavailableTitle { sv: "Vi kan inte visa sidan just nu", en: "We cannot show the page \
         right now" },
        UnavailableText {
            sv: "Databasen svarar inte. Försök igen om en stund. Mottagna jobb är i säkerhet.",
            en: "The database does not answer. Try again in a while. Jobs that were taken in are \
             safe.",
        },
        BrokenTitle { sv: "Något gick fel hos oss", en: "Something went wrong on our side" },
        BrokenText {
            sv: "Felet är antecknat. Försök igen, och säg till supporten om det inte hjälper.",
            en: "The fault has been noted. Try again, and tell the helpdesk if that does not help.",
        },
        ToTheStart { sv: "Till startsidan", en: "To the start page" },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_both_languages() {
        texts::catalogue::check(&Words::pairs());
    }
}
