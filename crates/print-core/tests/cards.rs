//! Forms of card numbers: what lists write, what readers read, and how the one is found from the other.

use print_core::card::{BadNumber, Cut, Learnt, Notation, Order, learn};
use print_core::{CardForm, CardNumber, CardReading};
use proptest::prelude::*;

fn card(digits: &str) -> CardReading {
    CardReading::parse_hex(digits).expect("a card")
}

fn form(text: &str) -> CardForm {
    text.parse().expect("a form")
}

/// What readers gave, and how lists had the same cards.
const SEEN: &[(&str, &str, &str)] = &[
    ("E43AC9D2", "hex", "e4:3a:c9:d2"),
    ("E43AC9D2", "decimal", "3829058002"),
    ("E43AC9D2", "reversed-hex", "D2C93AE4"),
    ("E43AC9D2", "reversed-decimal", "3536403172"),
    ("946EBD28", "ascii-hex", "3934364542443238"),
    ("04A1B2C3", "hex", "4A1B2C3"),
    ("04A1B2C3", "decimal", "0077705923"),
    ("04A1B2C3", "decimal", "77705923"),
    ("04A1B2C3D4E580", "decimal", "1303689068602752"),
    ("04A1B2C3D4E580", "reversed-decimal", "36281498998055172"),
    ("04A1B2C3D4E580", "first4-hex", "04A1B2C3"),
    ("04A1B2C3D4E580", "reversed-first4-hex", "80E5D4C3"),
    ("04A1B2C3D4E580", "last4-decimal", "3285509504"),
    ("11223344", "last3-wiegand26", "034,13124"),
    ("11223344", "last3-wiegand26", "3413124"),
    ("11223344", "reversed-last3-wiegand26", "051,08721"),
    ("11223344", "last3-wiegand26-hex", "0446689"),
    ("11223344", "wiegand34", "04386,13124"),
    ("11223344", "last2-decimal", "13124"),
];

#[test]
fn each_form_that_was_seen_is_read_and_is_what_the_reader_gives() {
    for (reading, words, text) in SEEN {
        let form = form(words);
        assert_eq!(form.read(text).ok(), form.of(&card(reading)), "{words} {text}");
        assert_eq!(form.to_string(), *words);
    }
}

#[test]
fn zeros_that_a_spreadsheet_has_eaten_are_put_back_and_told() {
    for (words, text, lacks) in [
        ("hex", "4A1B2C3", true),
        ("hex", "04A1B2C3", false),
        ("hex", "4A1B2C3D4E580", true),
        ("first4-hex", "4A1B2C3", true),
        ("decimal", "77705923", false),
        ("hex", "no number", false),
    ] {
        assert_eq!(form(words).lacks_zeros(text), lacks, "{words} {text}");
    }
    let whole = |reading| Ok(CardNumber::Whole(card(reading)));
    assert_eq!(form("hex").read("4A1B2C3"), whole("04A1B2C3"));
    assert_eq!(form("hex").read("4A1B2C3D4E580"), whole("04A1B2C3D4E580"));
}

#[test]
fn a_number_that_no_card_gives_is_refused() {
    let random = form("hex").read("08112233");
    assert!(matches!(random, Err(BadNumber::Card(_))), "{random:?}");
    assert_eq!(form("hex").read(&"F".repeat(22)), Err(BadNumber::TooLarge));
    assert_eq!(form("last3-decimal").read("16777216"), Err(BadNumber::TooLarge));
    assert!(form("last3-decimal").read("16777215").is_ok());
}

#[test]
fn a_text_that_is_no_form_is_refused() {
    for bad in ["", "hexadecimal", "first1-hex", "last4-wiegand26", "wiegand26", "hex-reversed"] {
        assert!(bad.parse::<CardForm>().is_err(), "{bad}");
    }
    assert_eq!(CardForm::new(Order::AsRead, Cut::Last(4), Notation::Wiegand26), None);
}

#[test]
fn three_cards_teach_the_form() {
    let cards =
        [("E43AC9D2", "3536403172"), ("04A1B2C3", "3283263748"), ("11223344", "1144201745")];
    let samples: Vec<_> = cards.iter().map(|(read, text)| (card(read), *text)).collect();
    assert_eq!(learn(&samples), Learnt::One(form("reversed-decimal")));
    assert_eq!(learn(&samples[..2]), Learnt::TooFew);
    let thrice = [samples[0].clone(), samples[0].clone(), samples[0].clone()];
    assert_eq!(learn(&thrice), Learnt::TooFew, "one card held there three times is one card");
}

#[test]
fn cards_that_read_the_same_in_both_orders_leave_candidates() {
    let cards = [("11222211", "11222211"), ("A0BBBBA0", "A0BBBBA0"), ("C1D2D2C1", "C1D2D2C1")];
    let samples: Vec<_> = cards.iter().map(|(read, text)| (card(read), *text)).collect();
    assert_eq!(learn(&samples), Learnt::Several(vec![form("hex"), form("reversed-hex")]));
}

#[test]
fn a_slip_in_one_sample_is_pointed_at() {
    let cards = [("E43AC9D2", "E43AC9D2"), ("04A1B2C3", "04A1B2C4"), ("11223344", "11223344")];
    let samples: Vec<_> = cards.iter().map(|(read, text)| (card(read), *text)).collect();
    assert_eq!(learn(&samples), Learnt::None(Some((form("hex"), 1))));
    let other: Vec<_> = samples.iter().map(|(read, _)| (read.clone(), "1")).collect();
    assert_eq!(learn(&other), Learnt::None(None));
}

#[test]
fn nothing_shows_more_than_four_digits() {
    for (words, shown) in [("hex", "C3"), ("last3-wiegand26", "5763"), ("first4-hex", "B2C3")] {
        let number = form(words).of(&card("04A1B2C3")).expect("it holds it");
        let text = format!("{number:?}");
        assert!(text.contains(shown) && !text.contains("04A1B2"), "{text}");
        assert!(number.last4().len() <= 4);
    }
}

fn any_reading() -> impl Strategy<Value = CardReading> {
    let sizes = prop_oneof![Just(4_usize), Just(7), Just(10)];
    let bytes = sizes.prop_flat_map(|size| proptest::collection::vec(any::<u8>(), size));
    // A whole decimal number cannot tell how many zero bytes stand in front; no maker's code is 0, and the
    // first byte of a random number is 8.
    let real =
        |bytes: &Vec<u8>| !matches!(bytes[0], 0 | 8) && bytes.last().is_some_and(|last| *last != 0);
    bytes
        .prop_filter("no maker's number", real)
        .prop_map(|bytes| CardReading::from_uid(&bytes).expect("a card"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_a_form_writes_it_reads_back(reading in any_reading()) {
        for form in CardForm::all() {
            let Some(number) = form.of(&reading) else { continue };
            for text in form.spellings(&reading) {
                prop_assert_eq!(form.read(&text), Ok(number.clone()), "{}", form);
            }
        }
    }

    #[test]
    fn what_is_learnt_fits_all_samples_and_every_form_can_be_learnt(
        readings in proptest::collection::hash_set(any_reading(), 3..6),
        pick in any::<prop::sample::Index>(),
    ) {
        let readings: Vec<_> = readings.into_iter().collect();
        let longest = readings.iter().map(|reading| reading.bytes().len()).max().unwrap_or(0);
        let forms: Vec<_> = CardForm::all()
            .filter(|form| form.part_bytes().is_none_or(|bytes| bytes < longest))
            .filter(|form| readings.iter().all(|reading| form.of(reading).is_some()))
            .collect();
        let wanted = forms[pick.index(forms.len())];
        let texts: Vec<_> = readings.iter().map(|reading| wanted.spellings(reading)[0].clone()).collect();
        let samples: Vec<_> = readings.into_iter().zip(texts.iter().map(String::as_str)).collect();
        match learn(&samples) {
            Learnt::One(form) => prop_assert_eq!(form, wanted),
            Learnt::Several(forms) => prop_assert!(forms.contains(&wanted)),
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn no_text_makes_a_reader_of_lists_panic(text in ".{0,90}") {
        for form in CardForm::all() {
            if let Ok(number) = form.read(&text) {
                prop_assert!(number.last4().len() <= 4);
            }
            let _ = form.lacks_zeros(&text);
        }
    }
}
