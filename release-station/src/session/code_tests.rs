//! Codes in place of a card, and cards that nobody has.

use super::super::codes::{NEW_CARD, TYPING};
use super::*;

fn pin(typed: &str) -> Pin {
    Pin::parse(typed).unwrap()
}

fn offer(tap: TapNumber, code: &str) -> ServerMessage {
    ServerMessage::NewCard(NewCard {
        tap,
        address: Line::cut(format!("https://print.example/card/{code}")),
        page: Line::cut("print.example/card"),
        code: Line::cut(code),
    })
}

fn wrong(tap: TapNumber) -> ServerMessage {
    let reason = RefusedReason::WrongCode;
    ServerMessage::Refused { tap: Some(tap), reason, job: None, sentence: Sentence::cut("Wrong.") }
}

/// A card that nobody has was read, and the server offers it.
fn offered() -> Play {
    let mut play = Play::new();
    play.tap(ALEX);
    let tap = play.number();
    play.server(refused(tap, RefusedReason::UnknownCard));
    play.server(offer(tap, "ABCD2345"));
    assert!(matches!(play.state(), State::NewCard(_)));
    play
}

fn shown(play: &Play) -> &NewCardShown {
    let State::NewCard(card) = play.state() else { panic!("{:?}", play.state()) };
    card
}

#[test]
fn a_code_opens_a_session_as_a_card_does_and_is_sent_again_after_a_lost_connection() {
    let mut play = Play::new();
    assert!(play.touch(Action::NoCard).is_empty());
    let tap = play.number();
    play.touch(Action::Type(Some(pin("47"))));
    let said = play.touch(Action::Code(pin("471108")));
    assert_eq!(said, [StationMessage::Code { tap, code: pin("471108") }]);
    play.event(Event::Disconnected);
    play.event(Event::Connected);
    assert_eq!(play.server(welcome()), said);
    play.server(session(tap, &["a"], &[]));
    assert_eq!(play.touch(Action::Release), [choose(tap, "p2", &["a"])]);
}

#[test]
fn a_wrong_code_is_typed_again_as_another_tap_and_a_card_goes_before_it() {
    let mut play = Play::new();
    play.touch(Action::NoCard);
    let first = play.number();
    play.touch(Action::Code(pin("111111")));
    play.server(wrong(first));
    let State::Typing(typing) = play.state() else { panic!("{:?}", play.state()) };
    assert_eq!(typing.notice.as_deref(), Some("Wrong."));
    assert_ne!(play.number(), first);
    let second = play.number();
    let said = play.touch(Action::Code(pin("471108")));
    assert_eq!(said, [StationMessage::Code { tap: second, code: pin("471108") }]);
    play.server(wrong(second));
    assert!(matches!(&play.tap(KIM)[..], [StationMessage::Tap { .. }]));
}

#[test]
fn nobody_types_for_long_and_a_server_of_before_codes_is_told_none() {
    let mut play = Play::new();
    play.touch(Action::NoCard);
    assert!(play.wait(TYPING).is_empty());
    assert_eq!(*play.state(), State::Waiting);
    play.touch(Action::NoCard);
    play.touch(Action::NoCode);
    assert_eq!(*play.state(), State::Waiting);

    let mut play = Play::disconnected();
    play.event(Event::Connected);
    let ServerMessage::Welcome { protocol, station, printers, policy, .. } = welcome() else {
        unreachable!()
    };
    play.server(ServerMessage::Welcome { protocol, station, printers, policy, codes: false });
    assert!(!play.machine.view().takes_codes);
    play.touch(Action::NoCard);
    assert_eq!(*play.state(), State::Waiting);
}

#[test]
fn the_code_of_a_card_that_nobody_has_changes_until_it_has_somebody() {
    let mut play = offered();
    let tap = play.number();
    let ends = play.machine.deadline();
    play.now += Duration::from_secs(30);
    play.server(offer(tap, "EFGH6789"));
    assert_eq!(&*shown(&play).offer.code, "EFGH6789");
    assert_eq!(play.machine.deadline(), ends, "a new code is no touch");
    play.server(ServerMessage::CardAdded { tap });
    assert!(shown(&play).is_added);
    play.now += SAME_TAP;
    assert!(matches!(&play.tap(ALEX)[..], [StationMessage::Tap { .. }]), "held there once more");
}

#[test]
fn whoever_goes_away_from_a_new_card_ends_its_offer() {
    let mut play = offered();
    let tap = play.number();
    assert_eq!(play.wait(NEW_CARD), [StationMessage::Leave { tap }]);
    assert_eq!(*play.state(), State::Waiting);
    play.server(offer(tap, "LATE"));
    assert_eq!(*play.state(), State::Waiting, "a late code is nobody's");
    let mut play = offered();
    play.event(Event::Disconnected);
    assert_eq!(*play.state(), State::NoConnection);
}

#[test]
fn a_code_for_the_new_card_is_typed_on_the_pad_and_a_wrong_one_says_so() {
    let mut play = offered();
    let tap = play.number();
    play.touch(Action::TypeCode);
    assert!(shown(&play).is_typing);
    let said = play.touch(Action::Code(pin("471108")));
    assert_eq!(said, [StationMessage::CardCode { tap, code: pin("471108") }]);
    play.server(wrong(tap));
    assert_eq!(shown(&play).notice.as_deref(), Some("Wrong."));
    assert!(shown(&play).is_typing, "it is typed again");
    play.touch(Action::NoCode);
    assert!(!shown(&play).is_typing);
}

#[test]
fn a_code_that_nobody_answered_is_the_same_tap_once_more_and_another_code_is_another() {
    let try_again = |tap| refused(tap, RefusedReason::TryAgain);
    for is_answered in [true, false] {
        let mut play = Play::new();
        play.touch(Action::NoCard);
        let tap = play.number();
        let first = play.touch(Action::Code(pin("471108")));
        match is_answered {
            true => drop(play.server(try_again(tap))),
            false => assert_eq!(play.wait(ANSWER), [StationMessage::Leave { tap }]),
        }
        let State::Typing(typing) = play.state() else { panic!("{:?}", play.state()) };
        assert!(typing.notice.is_some() && typing.tap == tap);
        assert_eq!(play.touch(Action::Code(pin("471108"))), first, "the code is not burnt");
        play.server(try_again(tap));
        let said = play.touch(Action::Code(pin("222222")));
        let other = play.number();
        assert_eq!(said, [StationMessage::Code { tap: other, code: pin("222222") }]);
        assert_ne!(other, tap, "somebody else's code meets nothing of the tap before");
    }
}
