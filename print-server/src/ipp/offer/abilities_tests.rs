//! Abilities of printers, alone and together.

use print_core::PrinterId;
use serde_json::json;
use store::{PrinterHealth, QueueOffer};

use super::*;

fn printer(attributes: Json) -> Printer {
    Printer {
        id: PrinterId::new(),
        name: "Hall".into(),
        uri: "ipp://192.0.2.1/ipp/print".into(),
        location: String::new(),
        enabled: true,
        always_raster: false,
        place: store::Place::default(),
        machine: store::KnownMachine::default(),
        health: Some(PrinterHealth {
            state: 3,
            reasons: String::new(),
            attributes,
            checked_at: print_core::Timestamp::default(),
        }),
    }
}

fn stapler() -> Printer {
    printer(json!({
        names::DOCUMENT_FORMAT_SUPPORTED: ["application/pdf", "image/jpeg"],
        names::COLOR_SUPPORTED: true,
        names::PRINT_COLOR_MODE_SUPPORTED: ["auto", "color", "monochrome"],
        names::SIDES_SUPPORTED: ["one-sided", "two-sided-long-edge"],
        names::COPIES_SUPPORTED: 99,
        names::MEDIA_SUPPORTED: ["iso_a4_210x297mm", "iso_a3_297x420mm", "om_small_10x10mm"],
        names::MEDIA_READY: ["iso_a3_297x420mm"],
        names::FINISHINGS_SUPPORTED: [3, 4],
        names::NUMBER_UP_SUPPORTED: [[1, 4]],
    }))
}

fn plain() -> Printer {
    printer(json!({
        names::DOCUMENT_FORMAT_SUPPORTED: ["application/pdf", "image/pwg-raster"],
        names::COLOR_SUPPORTED: false,
        names::MEDIA_SUPPORTED: ["iso_a4_210x297mm"],
        names::MEDIA_READY: ["iso_a4_210x297mm"],
        names::PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED: [600],
        names::PWG_RASTER_DOCUMENT_TYPE_SUPPORTED: ["sgray_8"],
        names::PWG_RASTER_DOCUMENT_SHEET_BACK: "rotated",
    }))
}

fn queue(abilities: OfferedAbilities) -> Queue {
    Queue {
        id: print_core::QueueId::new(),
        name: "followme".into(),
        info: String::new(),
        release: ReleaseMode::Tap,
        hold_hours: 72,
        door_basic: true,
        door_negotiate: false,
        door_bearer: false,
        door_uploads: true,
        claimed_networks: Vec::new(),
        enabled: true,
        offer: QueueOffer { abilities, ..QueueOffer::default() },
    }
}

fn names_of(media: &[Medium]) -> Vec<&str> {
    media.iter().map(|medium| medium.0).collect()
}

#[test]
fn a_queue_offers_what_any_of_its_printers_can_do() {
    let both = Abilities::of_queue(&queue(OfferedAbilities::Union), &[stapler(), plain()], true);
    assert_eq!(both.formats, ["application/pdf", "image/pwg-raster", "image/jpeg"]);
    assert!(both.color);
    assert_eq!(both.sides, ["one-sided", "two-sided-long-edge"]);
    assert_eq!(names_of(&both.media), ["iso_a4_210x297mm", "iso_a3_297x420mm"]);
    assert_eq!(both.finishings, [3, 4]);
    // What the printers cannot be asked for is made here.
    assert_eq!((both.copies_max, both.number_up), (999, vec![1, 2, 4, 6, 9, 16]));
    assert!(both.page_ranges);
}

#[test]
fn a_queue_offers_what_all_of_its_printers_can_do() {
    let both =
        Abilities::of_queue(&queue(OfferedAbilities::Intersection), &[stapler(), plain()], true);
    // The plain one gets pictures as pixels.
    assert_eq!(both.formats, ["application/pdf", "image/jpeg"]);
    assert!(!both.color);
    assert_eq!(both.color_modes, ["auto", "monochrome"]);
    assert_eq!(both.sides, ["one-sided"]);
    assert_eq!(names_of(&both.media), ["iso_a4_210x297mm"]);
    assert_eq!(names_of(&both.media_ready), ["iso_a4_210x297mm"]);
    assert_eq!((both.finishings, both.copies_max), (vec![3], 999));
}

#[test]
fn printers_that_take_no_jobs_or_said_nothing_do_not_count() {
    let off = Printer { enabled: false, ..stapler() };
    let silent = Printer { health: None, ..stapler() };
    let queue = queue(OfferedAbilities::Union);
    let alone = Abilities::of_queue(&queue, &[plain()], true);
    assert_eq!(Abilities::of_queue(&queue, &[off.clone(), plain(), silent.clone()], true), alone);
    assert_eq!(alone.sheet_back, "rotated");
    let direct = Queue { release: ReleaseMode::AtOnce(off.id), ..queue.clone() };
    assert!(Abilities::of_queue(&direct, &[off, plain()], true).color, "its own printer counts");
    assert_eq!(Abilities::of_queue(&queue, &[silent], true), Abilities::assumed());
}

#[test]
fn what_is_drawn_for_a_printer_is_offered() {
    for (formats, urf, offered) in [
        (["image/urf"], json!(["W8", "RS300"]), vec!["application/pdf", "image/jpeg"]),
        (["image/urf"], json!(["W8"]), vec![]),
        (["text/plain"], json!(["W8", "RS300"]), vec![]),
    ] {
        let only = printer(json!({
            names::DOCUMENT_FORMAT_SUPPORTED: formats,
            names::URF_SUPPORTED: urf,
        }));
        let abilities = Abilities::of_printer(&only, true).expect("it said something");
        assert_eq!(abilities.formats, offered, "{formats:?} {urf}");
    }
}

#[test]
fn nobody_is_promised_pixels_that_a_printer_did_not_describe() {
    let vague = printer(json!({
        names::DOCUMENT_FORMAT_SUPPORTED: ["application/pdf", "image/pwg-raster", "image/urf"],
    }));
    let abilities = Abilities::of_printer(&vague, true).expect("it said something");
    assert_eq!(abilities.formats, ["application/pdf"]);
}

#[test]
fn a_server_that_cannot_draw_offers_no_document_that_it_would_have_to() {
    let only = printer(json!({
        names::DOCUMENT_FORMAT_SUPPORTED: ["image/jpeg", "image/urf"],
        names::URF_SUPPORTED: ["W8", "RS300"],
    }));
    let formats =
        |can_draw| Abilities::of_printer(&only, can_draw).expect("it said something").formats;
    assert_eq!(formats(true), ["application/pdf", "image/jpeg"]);
    assert_eq!(formats(false), ["image/jpeg"]);
}
