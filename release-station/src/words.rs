//! Every text of the station, in both languages side by side; `refusals`: why something is not possible.

mod refusals;

use station_protocol::{ColorMode, Language, OutcomeKind, PrinterState, WaitsFor, WhosePin};

/// The texts of one language.
#[derive(Debug, Clone, Copy)]
pub struct Words(pub Language);

/// Fixed texts: `name: "svenska", "English";`
macro_rules! texts {
    ($($name:ident: $sv:literal, $en:literal;)*) => {
        impl Words {
            $(
                #[doc = concat!("“", $en, "”")]
                pub fn $name(self) -> &'static str { self.pick($sv, $en) }
            )*
        }

        #[cfg(test)]
        const FIXED: &[(&str, &str)] = &[$(($sv, $en)),*];
    };
}

texts! {
    program: "Utskriftsstation", "Print station";
    hold_badge: "Håll kortet mot läsaren", "Hold your badge to the reader";
    hold_badge_help: "Dina utskrifter kommer ut här.", "Your printouts come out here.";
    places: "Platser med läsare", "Places with readers";
    place: "Plats", "Place";
    reader: "Läsare", "Reader";
    print_service: "Utskriftstjänsten", "Print service";
    reader_is_ready: "Redo", "Ready";
    reader_is_silent: "Svarar inte. Starta om läsaren.", "Does not answer. Restart the reader.";
    reader_is_away: "Borta. Se efter kabel och ström.", "Away. Check its cable and power.";
    is_connected: "Ansluten", "Connected";
    open_my_prints: "Öppna Mina utskrifter i din telefon", "Open My prints on your phone";
    open_my_prints_help: "Här finns ingen kortläsare. Behöver du en, gå till en annan skrivare.",
        "There is no badge reader here. If you need one, walk to another printer.";
    make_a_code_help: "Gör en kod där för den här platsen. Tryck sedan på ”Inget kort i dag” och skriv in den.",
        "Make a code there for this place. Then press “No card today” and type it.";
    reader_away: "Kortläsaren är inte redo", "The badge reader is not ready";
    reader_away_help: "Vänta en stund, eller gå till en annan skrivare. Dina utskrifter finns kvar.",
        "Wait a moment, or walk to another printer. Your printouts are kept for you.";
    no_connection: "Ingen kontakt med utskriftstjänsten", "No contact with the print service";
    no_connection_help: "Dina utskrifter finns kvar. Vi försöker igen hela tiden.",
        "Your printouts are kept for you. We keep trying.";
    asking: "Hämtar dina utskrifter", "Getting your printouts";
    asking_help: "Det tar bara ett ögonblick.", "This takes only a moment.";
    nothing_held: "Inget väntar på dig just nu", "Nothing is waiting for you";
    nothing_held_help: "Har du nyss skrivit ut? Vänta en stund och håll kortet mot läsaren igen.",
        "Did you just print? Wait a moment and hold your badge to the reader again.";
    your_jobs: "Dina utskrifter", "Your printouts";
    choose_all: "Välj alla", "Choose all";
    choose_none: "Välj inga", "Choose none";
    has_pin: "Har en PIN-kod", "Has a PIN";
    pin_locked: "Låst i en timme: för många fel PIN-koder. Har du bråttom, radera den på Mina utskrifter.",
        "Locked for an hour: too many wrong PINs. If you are in a hurry, delete it on My prints.";
    type_pin: "Skriv PIN-koden till", "Type the PIN for";
    pin: "PIN-kod", "PIN";
    pin_help: "Det är koden som du valde när du skrev ut.", "It is the code you chose when you printed.";
    pin_done: "Välj utskriften", "Choose this one";
    pin_erase: "Sudda", "Erase";
    pin_back: "Tillbaka till listan", "Back to the list";
    has_own_pin: "Kräver din personliga PIN-kod", "Needs your personal PIN";
    own_pin_locked: "Din personliga PIN-kod är låst i en kvart: den skrevs fel för många gånger.",
        "Your personal PIN is locked for a quarter of an hour: too many were wrong.";
    own_pin_missing: "Kräver en personlig PIN-kod. Välj eller bekräfta en på Mina utskrifter.",
        "Needs a personal PIN. Choose or confirm one on My prints.";
    type_own_pin: "Skriv din personliga PIN-kod", "Type your personal PIN";
    own_pin_help: "Det är koden som du valde på Mina utskrifter. Den öppnar alla som kräver den.",
        "It is the code you chose on My prints. It opens all that need it.";
    no_card_today: "Inget kort i dag", "No card today";
    type_code: "Skriv din kod", "Type your code";
    typed_code: "Kod", "Code";
    type_code_again: "Det kom inget svar just nu. Skriv samma kod en gång till.",
        "There was no answer just now. Type the same code once more.";
    code_help: "Öppna Mina utskrifter på mobilen och välj Hämta utan kort. Koden gäller vid den station som du väljer där.",
        "Open My prints on your phone and choose Collect without a card. The code holds at the station that you choose there.";
    go_on: "Fortsätt", "Continue";
    back: "Tillbaka", "Back";
    new_card: "Koppla kortet till dig", "Make this badge yours";
    new_card_scan: "Rikta mobilens kamera mot rutan, och logga in om den frågar.",
        "Point your phone's camera at the square, and sign in if it asks.";
    new_card_yes: "Svara ja på mobilen. Håll sedan kortet mot läsaren igen.",
        "Say yes on your phone. Then hold the badge to the reader again.";
    new_card_by_hand: "Utan kamera: öppna adressen och skriv koden, som byts varje halvminut.",
        "Without a camera: open the address and type the code, which changes every half minute.";
    type_a_code: "Skriv en kod", "Type a code";
    type_card_code: "Skriv koden för ett nytt kort", "Type the code for a new card";
    card_code_help: "Öppna Mina utskrifter på mobilen eller datorn och välj Lägg till ett kort.",
        "Open My prints on your phone or computer and choose Add a card.";
    card_added: "Kortet är ditt!", "The badge is yours!";
    card_added_help: "Håll det mot läsaren en gång till, så kommer dina utskrifter.",
        "Hold it to the reader once more, and your printouts come.";
    nothing_new: "Inget nytt för det här kortet", "Nothing new for this badge";
    options: "Ändra", "Change";
    options_done: "Använd", "Use this";
    options_back: "Tillbaka utan att ändra", "Back without a change";
    price_now: "Som det är", "As it is";
    price_then: "Med dina val", "With your choices";
    price_unknown: "Priset går inte att säga ännu", "The price cannot be told yet";
    price_asking: "Räknar…", "Counting…";
    copies_label: "Exemplar", "Copies";
    fewer: "Färre", "Fewer";
    more_copies: "Fler", "More";
    both_sides: "Dubbelsidigt", "Both sides";
    black_and_white: "Svartvitt", "Black and white";
    staple: "Häfta", "Staple";
    stapled: "häftat", "stapled";
    pages_from: "Från sida", "From page";
    pages_to: "Till sida", "To page";
    earlier: "Tidigare", "Earlier";
    later: "Senare", "Later";
    keep: "Behåll efteråt", "Keep it afterwards";
    keep_help: "Utskriften finns kvar tills tiden går ut. Varje gång du skriver ut den kostar det igen.",
        "The print is kept until its time is over. Each time you print it costs again.";
    kept: "behålls", "is kept";
    delete: "Radera", "Delete";
    delete_ask: "Radera utskriften?", "Delete this print?";
    delete_help: "Den kan inte fås tillbaka.", "It cannot be had back.";
    delete_not: "Nej, behåll den", "No, keep it";
    confidential: "Konfidentiell", "Confidential";
    not_encrypted: "Kan inte skrivas ut här: vägen till skrivaren är inte krypterad.",
        "Cannot be printed here: the way to this printer is not encrypted.";
    recent_jobs: "Nyss utskrivet. Blev det inte rätt?", "Just printed. Was it not right?";
    print_again: "Skriv ut igen", "Print again";
    printed_at: "Utskrivet", "Printed";
    not_right: "Blev det inte rätt? Håll fram kortet igen inom tio minuter.",
        "Not right? Hold your badge here again within ten minutes.";
    where_to: "Skriv ut på", "Print at";
    where_to_all: "Var ska det komma ut?", "Where should it come out?";
    done: "Klar", "Done";
    stop: "Stoppa", "Stop";
    stopping: "Stoppar…", "Stopping…";
    one_sided: "enkelsidigt", "one-sided";
    two_sided: "dubbelsidigt", "two-sided";
    color: "färg", "colour";
    monochrome: "svartvitt", "black and white";
    printing: "Skrivs ut", "Printing";
    stage_waiting: "Väntar på sin tur", "Waiting for its turn";
    stage_waking: "Skrivaren vaknar. Det kan ta en minut", "The printer is waking up. This may take a minute";
    stage_busy: "Skrivaren är upptagen. Utskriften kommer sedan", "The printer is busy. Your printout comes next";
    finish_question: "Vill du vänta här eller skriva ut på en annan skrivare?",
        "Do you want to wait here or print at another printer?";
    finish_here: "Jag väntar här", "I wait here";
    finish_elsewhere: "Skriv ut någon annanstans", "Print somewhere else";
    stage_sending: "Skickas till skrivaren", "Going to the printer";
    stage_printing: "Skrivs ut nu", "Printing now";
    stage_over: "Avslutad. Se Mina utskrifter.", "Finished. See My prints.";
    take_your_paper: "Glöm inte att ta med dina papper.", "Remember to take your paper with you.";
    may_go: "Du kan gå härifrån. Utskriften fortsätter.",
        "You may leave. Printing goes on.";
    result_printed: "Klart!", "All done!";
    result_mixed: "Allt kom inte ut", "Not everything came out";
    result_none: "Inget kom ut", "Nothing came out";
    try_cards: "Prova med ett kort", "Try with a badge";
    skip_back: "Till början", "Back to start";
    time_left: "Tid kvar", "Time left";
    other_language: "English", "Svenska";
    page_lost: "Skärmen har tappat kontakten med stationen.",
        "This screen has lost contact with the station.";
    printer_idle: "redo", "ready";
    printer_processing: "skriver ut", "printing";
    printer_stopped: "behöver hjälp", "needs attention";
    printer_unreachable: "svarar inte", "does not answer";
    same_tap: "Kortet hölls fram nyss, så det räknas som samma gång. Vänta tre sekunder.",
        "The badge was held here just now, so this counts as once. Wait three seconds.";
    printed: "Utskrivet", "Printed";
    held: "Finns kvar", "Kept for you";
    uncertain: "Osäkert", "Not certain";
    canceled: "Avbrutet", "Cancelled";
}

impl Words {
    fn pick<'a>(self, sv: &'a str, en: &'a str) -> &'a str {
        match self.0 {
            Language::Sv => sv,
            Language::En => en,
        }
    }

    /// The language as HTML names it.
    pub fn code(self) -> &'static str {
        self.pick("sv", "en")
    }

    /// The other language.
    pub fn other(self) -> Self {
        Self(match self.0 {
            Language::Sv => Language::En,
            Language::En => Language::Sv,
        })
    }

    /// A greeting.
    pub fn hello(self, person: &str) -> String {
        match self.0 {
            Language::Sv => format!("Hej {person}"),
            Language::En => format!("Hello {person}"),
        }
    }

    /// How many places would serve a tap now.
    pub fn places_ready(self, ready: usize, all: usize) -> String {
        match self.0 {
            Language::Sv => format!("{ready} av {all} är redo."),
            Language::En => format!("{ready} of {all} are ready."),
        }
    }

    /// How many pages one copy has.
    pub fn pages(self, pages: u32) -> String {
        let language = match self.0 {
            Language::Sv => texts::Language::Swedish,
            Language::En => texts::Language::English,
        };
        texts::numbers::pages(pages, language)
    }

    /// How many copies, when more than one.
    pub fn copies(self, copies: u32) -> String {
        let noun = self.pick("exemplar", "copies");
        format!("{copies}\u{A0}{noun}")
    }

    /// Where a job prints that does not print here.
    pub fn prints_at(self, printer: &str) -> String {
        format!("{} {printer}", self.pick("Skrivs ut på", "Printing at"))
    }

    /// How a job is that waits, in words.
    pub fn waiting(self, waits_for: Option<WaitsFor>) -> &'static str {
        match waits_for {
            None => self.stage_waiting(),
            Some(WaitsFor::Waking) => self.stage_waking(),
            Some(WaitsFor::Busy) => self.stage_busy(),
        }
    }

    /// Above the jobs that a machine printed for several people.
    pub fn shared_jobs(self) -> &'static str {
        self.pick(
            "Från delade datorer: den första som hämtar får den",
            "From shared computers: whoever fetches one first has it",
        )
    }

    /// Above the jobs of somebody who lets this person fetch them.
    pub fn prints_of(self, person: &str) -> String {
        match self.0 {
            Language::Sv => format!("Utskrifter för {person}"),
            Language::En => format!("Prints of {person}"),
        }
    }

    /// Until when a job that was printed is kept.
    pub fn kept_until(self, until: &str) -> String {
        match self.0 {
            Language::Sv => format!("Redan utskriven, behålls till {until}"),
            Language::En => format!("Printed already, kept until {until}"),
        }
    }

    /// Which pages.
    pub fn page_span(self, first: u32, last: u32) -> String {
        let noun = self.pick("sida", "pages");
        format!("{noun}\u{A0}{first}–{last}")
    }

    /// Where a shared job comes from.
    pub fn origin(self, machine: &str) -> String {
        format!("{} {machine}", self.pick("Från", "From"))
    }

    /// How many jobs still arrive.
    pub fn arriving(self, count: u32) -> String {
        match (self.0, count) {
            (Language::Sv, 1) => "En utskrift till är på väg hit.".to_owned(),
            (Language::Sv, _) => format!("{count} utskrifter till är på väg hit."),
            (Language::En, 1) => "One more printout is on its way here.".to_owned(),
            (Language::En, _) => format!("{count} more printouts are on their way here."),
        }
    }

    /// How many earlier jobs the card does not open yet.
    pub fn hidden(self, count: u32) -> String {
        match (self.0, count) {
            (Language::Sv, 1) => {
                "En äldre utskrift väntar tills du bekräftar kortet på Mina utskrifter.".to_owned()
            }
            (Language::Sv, _) => {
                format!(
                    "{count} äldre utskrifter väntar tills du bekräftar kortet på Mina utskrifter."
                )
            }
            (Language::En, 1) => {
                "One older print waits until you confirm this card on My prints.".to_owned()
            }
            (Language::En, _) => {
                format!("{count} older prints wait until you confirm this card on My prints.")
            }
        }
    }

    /// That a job goes with a PIN.
    pub fn wants_pin(self, whose: WhosePin) -> &'static str {
        match whose {
            WhosePin::Job => self.has_pin(),
            WhosePin::Person | WhosePin::PersonMissing => self.has_own_pin(),
        }
    }

    /// Why no PIN is taken for a job.
    pub fn no_pin_taken(self, whose: WhosePin) -> &'static str {
        match whose {
            WhosePin::Job => self.pin_locked(),
            WhosePin::Person => self.own_pin_locked(),
            WhosePin::PersonMissing => self.own_pin_missing(),
        }
    }

    /// How many started jobs wait for their pages to be counted.
    pub fn counting(self, count: u32) -> String {
        match (self.0, count) {
            (Language::Sv, 1) => "Räknar sidorna i en utskrift. Den kommer strax.".to_owned(),
            (Language::Sv, _) => format!("Räknar sidorna i {count} utskrifter. De kommer strax."),
            (Language::En, 1) => "Counting the pages of one printout. It comes soon.".to_owned(),
            (Language::En, _) => {
                format!("Counting the pages of {count} printouts. They come soon.")
            }
        }
    }

    /// The release button: how many of how many.
    pub fn release(self, chosen: usize, all: usize) -> String {
        match (self.0, chosen) {
            (Language::Sv, 0) => "Välj något att skriva ut".to_owned(),
            (Language::En, 0) => "Choose something to print".to_owned(),
            (Language::Sv, 1) if all == 1 => "Skriv ut".to_owned(),
            (Language::En, 1) if all == 1 => "Print".to_owned(),
            (Language::Sv, _) if chosen == all => format!("Skriv ut alla {all}"),
            (Language::En, _) if chosen == all => format!("Print all {all}"),
            (Language::Sv, _) => format!("Skriv ut {chosen} av {all}"),
            (Language::En, _) => format!("Print {chosen} of {all}"),
        }
    }

    /// The jobs that are left.
    pub fn more(self, count: usize) -> String {
        match self.0 {
            Language::Sv => format!("Visa kvarvarande ({count})"),
            Language::En => format!("Show what is left ({count})"),
        }
    }

    /// How far a job has come; `expected` when the number of sides is known.
    pub fn impressions(self, done: u32, expected: Option<u32>) -> String {
        match (self.0, expected) {
            (Language::Sv, Some(all)) if done <= all => format!("Sida {done} av {all}"),
            (Language::En, Some(all)) if done <= all => format!("Page {done} of {all}"),
            (Language::Sv, _) => format!("Sida {done}"),
            (Language::En, _) => format!("Page {done}"),
        }
    }

    /// Colour, when it was asked for.
    pub fn color_mode(self, color: ColorMode) -> Option<&'static str> {
        match color {
            ColorMode::Auto => None,
            ColorMode::Color => Some(self.color()),
            ColorMode::Monochrome => Some(self.monochrome()),
        }
    }

    /// Whether a printer can print.
    pub fn printer_state(self, state: PrinterState) -> &'static str {
        match state {
            PrinterState::Idle => self.printer_idle(),
            PrinterState::Processing => self.printer_processing(),
            PrinterState::Stopped => self.printer_stopped(),
            PrinterState::Unreachable => self.printer_unreachable(),
        }
    }

    /// What became of a job, in a word.
    pub fn outcome(self, kind: OutcomeKind) -> &'static str {
        match kind {
            OutcomeKind::Printed => self.printed(),
            OutcomeKind::Held => self.held(),
            OutcomeKind::Uncertain => self.uncertain(),
            OutcomeKind::Canceled => self.canceled(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_exists_in_both_languages_and_no_swedish_leaks() {
        let exceptions = ["English", "Svenska"];
        for (sv, en) in FIXED {
            assert!(!sv.is_empty() && !en.is_empty());
            assert!(sv != en, "{en} is the same in both languages");
            if !exceptions.contains(en) {
                assert!(!en.contains(['å', 'ä', 'ö', 'Å', 'Ä', 'Ö']), "{en}");
            }
        }
    }

    #[test]
    fn one_is_singular() {
        let (sv, en) = (Words(Language::Sv), Words(Language::En));
        assert_eq!((sv.pages(1), sv.pages(2)), ("1\u{A0}sida".into(), "2\u{A0}sidor".into()));
        assert_eq!((en.pages(1), en.pages(2)), ("1\u{A0}page".into(), "2\u{A0}pages".into()));
        assert_eq!(en.release(1, 1), "Print");
        assert_eq!(en.release(2, 3), "Print 2 of 3");
        assert_eq!(sv.release(3, 3), "Skriv ut alla 3");
    }
}
