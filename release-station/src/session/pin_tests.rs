//! Jobs with PINs at the screen.

use super::*;

fn pin(typed: &str) -> Pin {
    Pin::parse(typed).unwrap()
}

fn with_pins(
    tap: TapNumber,
    printer: &str,
    jobs: &[&str],
    pins: &[(&str, &str)],
) -> StationMessage {
    let job_pin = |(job, typed): &(&str, &str)| JobPin { job: Id::cut(job), pin: pin(typed) };
    let options = ReleaseOptions { pins: pins.iter().map(job_pin).collect(), jobs: vec![] };
    let StationMessage::Choose { tap, printer, jobs, .. } = choose(tap, printer, jobs) else {
        unreachable!()
    };
    StationMessage::Choose { tap, printer, jobs, options }
}

/// A session at a station beside one printer.
fn beside_one(jobs: &[JobCard]) -> Play {
    let mut play = Play::new();
    play.tap(KIM);
    let ServerMessage::Session(whole) = session(play.number(), &[], &[]) else { unreachable!() };
    let printers = vec![printer("p2", PrinterState::Idle)];
    play.server(ServerMessage::Session(Session { printers, jobs: jobs.to_vec(), ..whole }));
    play
}

fn wrong(tap: TapNumber, job: Option<&str>) -> ServerMessage {
    let reason = RefusedReason::WrongPin;
    let job = job.map(Id::cut);
    ServerMessage::Refused { tap: Some(tap), reason, job, sentence: Sentence::cut("Wrong.") }
}

#[test]
fn a_job_with_a_pin_is_chosen_by_its_pin_only_and_goes_with_the_others() {
    let mut play = Play::choosing(&["a", "pin-b", "pin-c"]);
    assert_eq!(play.active().chosen.len(), 1, "nothing else than the one without a PIN");
    play.touch(Action::ChooseAll);
    assert_eq!(play.active().chosen.len(), 1);
    assert!(play.active().has_chosen_all(), "all that can be chosen together");
    play.touch(Action::Toggle(Id::cut("pin-b")));
    assert_eq!(play.active().asked_job().unwrap().id, Id::cut("pin-b"));
    assert_eq!(play.active().chosen.len(), 1, "not before its PIN is typed");
    play.touch(Action::Type(Some(pin("47"))));
    assert_eq!(play.active().asking.as_ref().unwrap().typed, Some(pin("47")));
    assert!(play.touch(Action::Pin(pin("4711"))).is_empty(), "there is more to choose from");
    assert_eq!(play.active().asking, None);
    let said = play.touch(Action::Release);
    assert_eq!(said, [with_pins(TapNumber(1), "p2", &["a", "pin-b"], &[("pin-b", "4711")])]);
    assert!(play.active().pins.is_empty(), "the server has it");
}

#[test]
fn leaving_a_job_forgets_its_pin_and_going_back_asks_for_none() {
    let mut play = Play::choosing(&["a", "pin-b"]);
    play.touch(Action::Toggle(Id::cut("pin-b")));
    play.touch(Action::NoPin);
    assert!(play.active().asking.is_none() && play.active().chosen.len() == 1);
    play.touch(Action::Pin(pin("4711")));
    assert_eq!(play.active().chosen.len(), 1, "nobody asked");
    for leaves in [Action::Toggle(Id::cut("pin-b")), Action::ChooseNone] {
        play.touch(Action::Toggle(Id::cut("pin-b")));
        play.touch(Action::Pin(pin("4711")));
        assert!(play.active().chosen.contains(&Id::cut("pin-b")));
        play.touch(leaves);
        assert!(!play.active().chosen.contains(&Id::cut("pin-b")) && play.active().pins.is_empty());
    }
}

#[test]
fn one_job_at_one_printer_goes_as_soon_as_its_pin_is_typed() {
    let mut play = beside_one(&[job("pin-a")]);
    assert!(play.active().chosen.is_empty());
    play.touch(Action::Toggle(Id::cut("pin-a")));
    let said = play.touch(Action::Pin(pin("4711")));
    assert_eq!(said, [with_pins(TapNumber(1), "p2", &["pin-a"], &[("pin-a", "4711")])]);
    assert!(matches!(play.state(), State::Releasing(_)));
}

#[test]
fn without_connection_a_pin_waits_with_its_job() {
    let mut play = beside_one(&[job("pin-a")]);
    play.touch(Action::Toggle(Id::cut("pin-a")));
    play.event(Event::Disconnected);
    assert!(play.touch(Action::Pin(pin("4711"))).is_empty());
    assert!(play.active().chosen.contains(&Id::cut("pin-a")));
}

#[test]
fn a_wrong_pin_is_asked_again_with_what_the_server_says_and_the_others_stay_chosen() {
    let mut play = Play::choosing(&["a", "pin-b"]);
    play.touch(Action::Toggle(Id::cut("pin-b")));
    play.touch(Action::Pin(pin("1111")));
    play.touch(Action::Release);
    play.server(session(TapNumber(1), &["a", "pin-b"], &[]));
    play.server(wrong(TapNumber(1), Some("pin-b")));
    assert!(matches!(play.state(), State::Choosing(_)));
    let asking = play.active().asking.clone().expect("the pad again");
    assert_eq!((asking.job, asking.typed), (Id::cut("pin-b"), None));
    assert_eq!(asking.notice, Some(Sentence::cut("Wrong.")));
    assert_eq!(play.active().chosen.iter().collect::<Vec<_>>(), [&Id::cut("a")]);
    play.touch(Action::Pin(pin("4711")));
    let said = play.touch(Action::Release);
    assert_eq!(said, [with_pins(TapNumber(1), "p2", &["a", "pin-b"], &[("pin-b", "4711")])]);
}

#[test]
fn a_locked_job_is_not_asked_about() {
    let locked =
        JobCard { pin: Some(PinWanted { tries_left: 0, whose: WhosePin::Job }), ..job("pin-a") };
    let mut play = beside_one(std::slice::from_ref(&locked));
    play.touch(Action::Toggle(Id::cut("pin-a")));
    assert!(play.active().asking.is_none() && play.active().chosen.is_empty());

    let mut play = beside_one(&[job("pin-a")]);
    play.touch(Action::Toggle(Id::cut("pin-a")));
    play.touch(Action::Pin(pin("1111")));
    let ServerMessage::Session(whole) = session(TapNumber(1), &[], &[]) else { unreachable!() };
    play.server(ServerMessage::Session(Session { jobs: vec![locked], ..whole }));
    play.server(wrong(TapNumber(1), None));
    assert!(play.active().asking.is_none(), "another one would not help");
    assert_eq!(play.active().notice, Some(Sentence::cut("Wrong.")));
}

#[test]
fn nothing_of_a_pin_outlives_its_owner() {
    let mut play = Play::choosing(&["a", "pin-b"]);
    play.touch(Action::Toggle(Id::cut("pin-b")));
    play.touch(Action::Type(Some(pin("4711"))));
    let shown = format!("{:?}", play.machine);
    assert!(!shown.contains("4711"), "{shown}");
    play.touch(Action::Leave);
    play.tap(ALEX);
    play.server(session(TapNumber(2), &["pin-z"], &[]));
    assert!(play.active().asking.is_none() && play.active().pins.is_empty());
}

#[test]
fn ones_own_pin_is_typed_once_for_all_jobs_that_want_it() {
    let mut play = Play::choosing(&["a", "own-b", "own-c", "pin-d"]);
    play.touch(Action::Toggle(Id::cut("own-b")));
    play.touch(Action::Pin(pin("4711")));
    play.touch(Action::Toggle(Id::cut("own-c")));
    assert!(play.active().asking.is_none() && play.active().chosen.len() == 3);
    play.touch(Action::Toggle(Id::cut("pin-d")));
    assert!(play.active().asking.is_some(), "a job's own PIN is another");
    play.touch(Action::NoPin);
    let said = play.touch(Action::Release);
    let pins = [("own-b", "4711"), ("own-c", "4711")];
    assert_eq!(said, [with_pins(TapNumber(1), "p2", &["a", "own-b", "own-c"], &pins)]);
}
