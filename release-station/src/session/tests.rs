//! The session's rules, played out event by event.

use std::time::{Duration, Instant};

use station_protocol::*;

use super::machine::{ANSWER, IDLE, REFUSAL, RESULT, SAME_TAP, STILL};
use super::*;
use crate::readers::{Reading, Unusable};

const KIM: &str = "04A1B2C3D4E580";
const ALEX: &str = "04B1B2C3D4E580";

#[path = "code_tests.rs"]
mod codes;
#[path = "pin_tests.rs"]
mod pins;
#[path = "standing_tests.rs"]
mod standing;
#[path = "wish_tests.rs"]
mod wishes;

/// A station and its clock.
struct Play {
    machine: Machine,
    now: Instant,
}

impl Play {
    /// A station that is connected and waits.
    fn new() -> Self {
        let mut play = Self::disconnected();
        play.event(Event::Connected);
        play.server(welcome());
        assert_eq!(*play.state(), State::Waiting);
        play
    }

    fn disconnected() -> Self {
        let machine = Machine::new(BootId::cut("b"), Language::Sv, vec![ReaderName::cut("r")]);
        Self { machine, now: Instant::now() }
    }

    fn event(&mut self, event: Event) -> Vec<StationMessage> {
        self.machine.step(event, self.now)
    }

    fn server(&mut self, message: ServerMessage) -> Vec<StationMessage> {
        self.event(Event::Server(message))
    }

    fn tap(&mut self, card: &str) -> Vec<StationMessage> {
        let card = CardNumber::parse(card).map_err(Unusable::Malformed);
        self.event(Event::Reader(Reading::Card { reader: ReaderName::cut("r"), card }))
    }

    fn touch(&mut self, action: Action) -> Vec<StationMessage> {
        let tap = self.state().tap();
        self.event(Event::Touched(tap, action))
    }

    fn wait(&mut self, time: Duration) -> Vec<StationMessage> {
        self.now += time;
        self.event(Event::Tick)
    }

    fn state(&self) -> &State {
        self.machine.state()
    }

    fn active(&self) -> &Active {
        self.state().active().expect("a session")
    }

    fn number(&self) -> TapNumber {
        self.state().tap().expect("a tap")
    }

    /// Somebody is signed in and chooses.
    fn choosing(jobs: &[&str]) -> Self {
        let mut play = Self::new();
        play.tap(KIM);
        let session = session(play.number(), jobs, &[]);
        play.server(session);
        assert!(matches!(play.state(), State::Choosing(_)));
        play
    }
}

fn welcome() -> ServerMessage {
    ServerMessage::Welcome {
        protocol: 1,
        station: Line::cut("S"),
        printers: vec![],
        policy: StartPolicy::Choose,
        codes: true,
    }
}

fn printer(id: &str, state: PrinterState) -> PrinterCard {
    let name = Line::cut(id);
    PrinterCard {
        id: Id::cut(id),
        name,
        location: Line::default(),
        state,
        reason: None,
        offers: PrinterOffers::default(),
    }
}

fn job(id: &str) -> JobCard {
    JobCard {
        id: Id::cut(id),
        title: Line::cut(id),
        pages: Some(7),
        copies: 2,
        sides: Sides::TwoSidedLongEdge,
        color: ColorMode::Color,
        size_bytes: 1,
        submitted_at: 0,
        submitted: Line::cut("10:32"),
        price: None,
        may_have_printed: id.ends_with('?').then(|| Sentence::cut("Kanske utskriven.")),
        shared: id.starts_with("lab").then(|| Line::cut("lab12")),
        pin: match id.split('-').next() {
            Some("pin") => Some(PinWanted { tries_left: 5, whose: WhosePin::Job }),
            Some("own") => Some(PinWanted { tries_left: 5, whose: WhosePin::Person }),
            _ => None,
        },
        terms: JobTerms::default(),
    }
}

fn session(tap: TapNumber, jobs: &[&str], started: &[&str]) -> ServerMessage {
    ServerMessage::Session(Session {
        tap,
        language: Language::En,
        person: Line::cut("Kim"),
        printers: vec![printer("p1", PrinterState::Stopped), printer("p2", PrinterState::Idle)],
        jobs: jobs.iter().map(|id| job(id)).collect(),
        arriving: 0,
        counting: 0,
        hidden: 0,
        policy: StartPolicy::Choose,
        started: started.iter().map(Id::cut).collect(),
        recent: vec![],
    })
}

fn outcome(job: &str, kind: OutcomeKind) -> ServerMessage {
    let sentence = Sentence::cut("Sentence.");
    ServerMessage::Outcome(Outcome { job: Id::cut(job), kind, sentence, amount: None })
}

fn progress(job: &str, impressions: u32) -> ServerMessage {
    let impressions = Some(impressions);
    ServerMessage::Progress(JobProgress {
        job: Id::cut(job),
        state: JobStage::Printing,
        impressions,
        standing: Standing::default(),
    })
}

fn refused(tap: TapNumber, reason: RefusedReason) -> ServerMessage {
    ServerMessage::Refused { tap: Some(tap), reason, job: None, sentence: Sentence::cut("No.") }
}

fn choose(tap: TapNumber, printer: &str, jobs: &[&str]) -> StationMessage {
    StationMessage::Choose {
        tap,
        printer: Id::cut(printer),
        jobs: jobs.iter().map(Id::cut).collect(),
        options: ReleaseOptions::default(),
    }
}

#[test]
fn a_machines_jobs_are_let_go_only_when_they_are_named() {
    let mut play = Play::new();
    play.tap(KIM);
    play.server(session(TapNumber(1), &["a", "lab-b", "lab-c"], &[]));
    assert_eq!(play.active().chosen.len(), 1, "a colleague's may be among them");
    play.touch(Action::ChooseAll);
    assert_eq!(play.active().chosen.len(), 1);
    assert!(play.active().has_chosen_all());
    play.touch(Action::Toggle(Id::cut("lab-c")));
    let said = play.touch(Action::ReleaseAll(Id::cut("p2")));
    assert_eq!(said, [choose(TapNumber(1), "p2", &["a", "lab-c"])]);
}

#[test]
fn it_greets_the_server_and_waits() {
    let mut play = Play::disconnected();
    assert_eq!(*play.state(), State::NoConnection);
    let said = play.event(Event::Connected);
    assert!(matches!(&said[..], [StationMessage::Hello { protocol: PROTOCOL, .. }]));
    assert_eq!(*play.state(), State::NoConnection, "only a welcome makes it ready");
    assert!(play.server(welcome()).is_empty());
    assert_eq!(*play.state(), State::Waiting);
    play.event(Event::Disconnected);
    assert_eq!(*play.state(), State::NoConnection);
}

#[test]
fn tap_choose_and_result() {
    let mut play = Play::new();
    let said = play.tap(KIM);
    assert!(matches!(&said[..], [StationMessage::Tap { tap: TapNumber(1), .. }]));
    assert!(matches!(play.state(), State::Asking(_)));
    play.server(session(TapNumber(1), &["a", "b", "c?"], &[]));
    assert_eq!(play.active().chosen.len(), 2, "what may have been printed is not chosen");
    assert_eq!(play.active().printer, Some(Id::cut("p2")), "a printer that works");
    assert_eq!(play.machine.view().language, Language::En, "the owner's language");
    play.touch(Action::Toggle(Id::cut("b")));
    let said = play.touch(Action::Release);
    assert_eq!(said, [choose(TapNumber(1), "p2", &["a"])]);
    assert!(matches!(play.state(), State::Releasing(_)));
    play.server(progress("a", 3));
    assert_eq!(play.active().running[0].impressions, Some(3));
    assert_eq!(play.active().running[0].expected, Some(14));
    play.server(outcome("a", OutcomeKind::Printed));
    assert!(matches!(play.state(), State::Result(_)));
    play.touch(Action::More);
    let held: Vec<_> = play.active().held().map(|job| job.id.to_string()).collect();
    assert_eq!(held, ["b", "c?"], "what came out is not offered again");
}

#[test]
fn everything_goes_at_once_when_the_server_has_started_it() {
    let mut play = Play::new();
    play.tap(KIM);
    play.server(session(TapNumber(1), &["a", "b"], &["a", "b"]));
    assert!(matches!(play.state(), State::Releasing(_)));
    play.server(outcome("a", OutcomeKind::Printed));
    assert!(matches!(play.state(), State::Releasing(_)));
    play.server(outcome("b", OutcomeKind::Uncertain));
    assert!(matches!(play.state(), State::Result(_)));
    play.touch(Action::More);
    assert!(play.active().chosen.is_empty(), "uncertain: its owner decides");
}

#[test]
fn a_double_tap_of_the_same_card_never_toggles() {
    let mut play = Play::new();
    assert_eq!(play.tap(KIM).len(), 1);
    play.now += Duration::from_secs(1);
    assert!(play.tap(KIM).is_empty());
    play.server(session(TapNumber(1), &["a"], &[]));
    play.now += Duration::from_secs(1);
    assert!(play.tap(KIM).is_empty());
    assert!(matches!(play.state(), State::Choosing(_)));
    play.now += SAME_TAP;
    assert_eq!(play.tap(KIM), [StationMessage::Leave { tap: TapNumber(1) }], "now it signs out");
    assert_eq!(*play.state(), State::Waiting);
}

#[test]
fn another_card_switches_the_person_at_once() {
    let mut play = Play::choosing(&["a"]);
    let said = play.tap(ALEX);
    assert!(matches!(&said[..], [StationMessage::Tap { tap: TapNumber(2), .. }]));
    play.server(session(TapNumber(1), &["a"], &[]));
    assert!(matches!(play.state(), State::Asking(_)), "the first person's session is not shown");
    play.server(session(TapNumber(2), &["z"], &[]));
    play.server(progress("a", 1));
    play.server(outcome("a", OutcomeKind::Printed));
    assert!(matches!(play.state(), State::Choosing(_)), "nor is the first person's job");
}

#[test]
fn a_touch_meant_for_one_person_never_acts_for_the_next() {
    let mut play = Play::choosing(&["a"]);
    play.tap(ALEX);
    play.server(session(TapNumber(2), &["z"], &[]));
    assert!(play.event(Event::Touched(Some(TapNumber(1)), Action::Release)).is_empty());
    assert!(play.event(Event::Touched(None, Action::Leave)).is_empty());
    assert!(matches!(play.state(), State::Choosing(_)));
}

#[test]
fn each_state_ends_by_itself_when_the_person_has_gone() {
    let mut play = Play::choosing(&["a"]);
    assert!(play.wait(IDLE - Duration::from_millis(1)).is_empty());
    play.touch(Action::Touch);
    assert!(play.wait(Duration::from_secs(1)).is_empty(), "a touch begins the time anew");
    assert_eq!(play.wait(IDLE), [StationMessage::Leave { tap: TapNumber(1) }]);
    assert_eq!(*play.state(), State::Waiting);

    let mut play = Play::new();
    play.tap(KIM);
    assert_eq!(play.wait(ANSWER), [StationMessage::Leave { tap: TapNumber(1) }]);
    let local = Refusal::Local(LocalRefusal::NoAnswer);
    assert_eq!(*play.state(), State::Refused(TapNumber(1), local));
    play.wait(REFUSAL);
    assert_eq!(*play.state(), State::Waiting);

    let mut play = Play::choosing(&["a"]);
    play.touch(Action::Release);
    play.wait(STILL - Duration::from_secs(1));
    play.server(progress("a", 1));
    play.wait(STILL - Duration::from_secs(1));
    assert!(matches!(play.state(), State::Releasing(_)), "it moves");
    play.server(outcome("a", OutcomeKind::Printed));
    play.wait(RESULT);
    assert_eq!(*play.state(), State::Waiting);
}

#[test]
fn refusals_are_shown_and_end() {
    for reason in [RefusedReason::UnknownCard, RefusedReason::BlockedCard, RefusedReason::TryAgain]
    {
        let mut play = Play::new();
        play.tap(KIM);
        play.server(refused(TapNumber(9), reason));
        assert!(matches!(play.state(), State::Asking(_)), "of another tap");
        play.server(refused(TapNumber(1), reason));
        let State::Refused(_, Refusal::Server(shown, _)) = play.state() else { panic!("refused") };
        assert_eq!(*shown, reason);
        assert!(play.wait(REFUSAL).is_empty());
        assert_eq!(*play.state(), State::Waiting);
    }
}

#[test]
fn unusable_cards_are_named_and_never_reach_the_server() {
    let table = [
        (Unusable::GoneTooSoon, LocalRefusal::TapAgain),
        (Unusable::Random, LocalRefusal::RandomCard),
        (Unusable::Silent, LocalRefusal::SilentCard),
    ];
    for (why, shown) in table {
        let reader = ReaderName::cut("r");
        let mut play = Play::new();
        let card = Reading::Card { reader: reader.clone(), card: Err(why) };
        assert!(play.event(Event::Reader(card)).is_empty());
        assert_eq!(*play.state(), State::Refused(TapNumber(1), Refusal::Local(shown)));

        let mut play = Play::choosing(&["a"]);
        play.event(Event::Reader(Reading::Card { reader, card: Err(why) }));
        assert!(matches!(play.state(), State::Choosing(_)), "a running session goes on");
    }
}

#[test]
fn a_refused_choice_leads_back_to_choosing_with_its_reason() {
    let mut play = Play::choosing(&["a", "b"]);
    play.touch(Action::Release);
    play.server(refused(TapNumber(1), RefusedReason::Busy));
    assert!(matches!(play.state(), State::Choosing(_)));
    assert_eq!(play.active().notice, Some(Sentence::cut("No.")));
    assert_eq!(play.active().chosen.len(), 2);
}

#[test]
fn without_connection_a_tap_is_refused_and_not_kept_for_later() {
    let mut play = Play::disconnected();
    assert!(play.tap(KIM).is_empty());
    let local = Refusal::Local(LocalRefusal::NoConnection);
    assert_eq!(*play.state(), State::Refused(TapNumber(1), local));
    play.event(Event::Connected);
    assert!(play.server(welcome()).is_empty(), "nothing may print behind a turned back");
    play.wait(REFUSAL);
    assert_eq!(*play.state(), State::Waiting);
}

#[test]
fn after_a_lost_connection_the_same_tap_is_sent_again() {
    let mut play = Play::new();
    let first = play.tap(KIM);
    play.event(Event::Disconnected);
    assert!(matches!(play.state(), State::Asking(_)));
    play.event(Event::Connected);
    assert_eq!(play.server(welcome()), first);
    play.server(session(TapNumber(1), &["a"], &[]));
    assert!(matches!(play.state(), State::Choosing(_)));
}

#[test]
fn a_choice_that_the_server_missed_is_sent_again_once_and_only_soon() {
    for (pause, is_sent) in [(Duration::from_secs(2), true), (IDLE, false)] {
        let mut play = Play::choosing(&["a"]);
        let choice = play.touch(Action::Release);
        play.event(Event::Disconnected);
        play.now += pause;
        play.event(Event::Connected);
        assert_eq!(play.server(welcome()).len(), 1, "the tap");
        let said = play.server(session(TapNumber(1), &["a"], &[]));
        assert_eq!(said, if is_sent { choice } else { vec![] });
        assert_eq!(matches!(play.state(), State::Releasing(_)), is_sent);
        assert!(play.server(session(TapNumber(1), &["a"], &[])).is_empty(), "only once");
    }
}

#[test]
fn a_job_that_ended_while_the_connection_was_lost_does_not_keep_the_screen() {
    let mut play = Play::choosing(&["a"]);
    play.touch(Action::Release);
    play.server(progress("a", 1));
    play.event(Event::Disconnected);
    play.event(Event::Connected);
    play.server(welcome());
    play.server(session(TapNumber(1), &[], &[]));
    assert!(matches!(play.state(), State::Result(_)));
    assert!(play.active().running[0].is_lost);
    play.server(outcome("a", OutcomeKind::Printed));
    assert!(play.active().running[0].outcome.is_some(), "told late, shown all the same");
}

#[test]
fn without_connection_nothing_is_released() {
    let mut play = Play::choosing(&["a"]);
    play.event(Event::Disconnected);
    assert!(play.touch(Action::Release).is_empty());
    assert!(matches!(play.state(), State::Choosing(_)));
    assert!(play.touch(Action::Leave).is_empty());
    assert_eq!(*play.state(), State::NoConnection);
}

#[test]
fn what_arrives_while_everything_is_chosen_is_chosen_too() {
    let mut play = Play::choosing(&["a"]);
    play.server(session(TapNumber(1), &["a", "b"], &[]));
    assert_eq!(play.active().chosen.len(), 2);
    play.touch(Action::Toggle(Id::cut("a")));
    play.server(session(TapNumber(1), &["a", "b", "c"], &[]));
    assert_eq!(play.active().chosen.len(), 1);
}

#[test]
fn one_touch_on_a_printer_releases_everything_there() {
    let mut play = Play::choosing(&["a", "b"]);
    let said = play.touch(Action::ReleaseAll(Id::cut("p1")));
    assert_eq!(said, [choose(TapNumber(1), "p1", &["a", "b"])]);
}

#[test]
fn what_may_have_been_printed_goes_only_when_its_owner_says_so() {
    let mut play = Play::choosing(&["a", "b?"]);
    let said = play.touch(Action::ReleaseAll(Id::cut("p1")));
    assert_eq!(said, [choose(TapNumber(1), "p1", &["a"])]);

    let mut play = Play::choosing(&["a", "b?"]);
    play.touch(Action::ChooseAll);
    assert_eq!(play.touch(Action::Release), [choose(TapNumber(1), "p2", &["a", "b?"])]);

    let mut play = Play::choosing(&["a", "b?"]);
    play.touch(Action::Toggle(Id::cut("b?")));
    let said = play.touch(Action::ReleaseAll(Id::cut("p1")));
    assert_eq!(said, [choose(TapNumber(1), "p1", &["a", "b?"])]);
}

#[test]
fn stop_is_asked_once_for_a_job_on_its_way() {
    let mut play = Play::choosing(&["a"]);
    play.touch(Action::Release);
    let stop = Action::Stop(Id::cut("a"));
    assert_eq!(play.touch(stop.clone()), [StationMessage::Stop { job: Id::cut("a") }]);
    assert!(play.touch(stop.clone()).is_empty());
    play.server(outcome("a", OutcomeKind::Canceled));
    assert!(play.touch(stop).is_empty());
}

#[test]
fn the_end_of_a_session_clears_the_screen_but_not_a_result() {
    let ended = |reason| ServerMessage::Ended { tap: TapNumber(1), reason };
    let mut play = Play::choosing(&["a"]);
    play.server(ended(EndReason::Stopping));
    assert!(matches!(play.state(), State::Choosing(_)), "another server takes over");
    play.server(ended(EndReason::Idle));
    assert_eq!(*play.state(), State::Waiting);

    let mut play = Play::choosing(&["a"]);
    play.touch(Action::Release);
    play.server(outcome("a", OutcomeKind::Printed));
    play.server(ended(EndReason::Left));
    assert!(matches!(play.state(), State::Result(_)));
    play.server(ended(EndReason::Blocked));
    assert!(matches!(play.state(), State::Refused(..)));
}

#[test]
fn the_other_language_holds_until_nobody_is_here() {
    let mut play = Play::new();
    play.touch(Action::Language(Language::En));
    assert_eq!(play.machine.view().language, Language::En);
    play.wait(IDLE);
    assert_eq!(play.machine.view().language, Language::Sv);
}

#[test]
fn the_server_hears_when_the_readers_change() {
    let mut play = Play::new();
    let said = play.event(Event::Reader(Reading::Readers(vec![])));
    assert!(matches!(&said[..], [StationMessage::Hello { readers, .. }] if readers.is_empty()));
    assert!(!play.machine.view().is_reader_ready());
    assert!(play.event(Event::Reader(Reading::Readers(vec![]))).is_empty());
}
