//! Texts that go over the wire: how they are made to fit, and what is never shown of them.

use station_protocol::*;

#[test]
fn cut_makes_any_text_fit_and_parse_takes_the_result() {
    let table = [
        ("Rapport", "Rapport"),
        ("två\nrader", "två rader"),
        ("exe\u{202E}fdp", "exe fdp"),
        ("0123456789", "0123456789"),
        ("0123456789A", "012345678…"),
    ];
    for (given, shown) in table {
        let text = Text::<10>::cut(given);
        assert_eq!(text.as_str(), shown);
        assert_eq!(Text::<10>::parse(&text), Ok(text.clone()));
    }
}

#[test]
fn a_cards_number_is_never_in_debug_output() {
    let card = Card { kind: CardKind::Uid, hex: CardNumber::parse("04A1B2C3").unwrap() };
    let shown = format!("{card:?}");
    assert!(shown.contains("4 bytes") && !shown.contains("04A1") && !shown.contains("161"));
}
