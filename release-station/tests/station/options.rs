//! What may be changed with a job at the screen: under a finger, with the price that follows.

use station_protocol::*;
use tokio::task::block_in_place;

use crate::program::Station;
use crate::server::{job, printer, session};
use crate::touch::{first_card_touched, has_room_for_fingers};

/// Kim's session beside one printer that can do everything but TLS, with jobs of every kind.
pub fn every_kind(tap: TapNumber, language: Language) -> ServerMessage {
    let ServerMessage::Session(whole) = session(tap, StartPolicy::Choose, &[]) else {
        unreachable!()
    };
    let offers = PrinterOffers {
        copies_max: 99,
        two_sided: true,
        monochrome: true,
        page_ranges: true,
        staple: true,
        encrypted: false,
    };
    let may =
        JobTerms { can_change: true, can_keep: true, can_delete: true, ..JobTerms::default() };
    let named = JobTerms { named: true, ..may.clone() };
    let with = |id: &str, title: &str, terms: JobTerms| JobCard {
        color: ColorMode::Auto,
        terms,
        ..job(id, title)
    };
    let secret = JobTerms { confidential: true, ..named.clone() };
    let kept = JobTerms { kept_until: Some(Line::cut("2026-11-24 10:32")), ..named.clone() };
    let of_lind = JobTerms { delegated: true, can_keep: false, can_delete: false, ..named.clone() };
    let of_lind =
        JobCard { shared: Some(Line::cut("Prof. Lind")), ..with("j4", "Föredrag.pdf", of_lind) };
    let printers = vec![PrinterCard { offers, ..printer("p1", "North") }];
    ServerMessage::Session(Session {
        language,
        printers,
        jobs: vec![
            with("j1", "Månadsbrev novem…", may.clone()),
            with("j2", "Betyg.pdf", secret),
            with("j3", "Blankett.pdf", kept),
            of_lind,
        ],
        recent: vec![with(
            "j5",
            "Karta.pdf",
            JobTerms { can_keep: false, printed_at: Some(7), ..named },
        )],
        ..whole
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_finger_changes_a_job_sees_its_price_follow_and_prints_it_so() {
    let (station, peer) = Station::start().await;
    let mut server = peer.in_background();
    let mut browser = block_in_place(|| first_card_touched(&station));
    let tap = server.tap().await;
    server.send(every_kind(tap, Language::En)).await;
    block_in_place(|| {
        browser.wait_for_text("Print 1 of 5");
        for text in [
            "Prints of Prof. Lind",
            "Just printed. Was it not right?",
            "Printed already, kept until 2026-11-24 10:32",
            "the way to this printer is not encrypted",
        ] {
            browser.wait_for_text(text);
        }
        has_room_for_fingers(&mut browser);
        browser.click("#options-j1");
        browser.wait_for_text("With your choices");
        has_room_for_fingers(&mut browser);
    });
    let StationMessage::Price { options, .. } = server.receive().await else {
        panic!("a question")
    };
    assert_eq!(options, JobOptions::of(Id::cut("j1")));
    block_in_place(|| browser.click("#change-fewer-copies"));
    let StationMessage::Price { options, .. } = server.receive().await else {
        panic!("a question")
    };
    assert_eq!(options.copies, Some(1));
    block_in_place(|| browser.click("#change-black-and-white"));
    let StationMessage::Price { options, .. } = server.receive().await else {
        panic!("a question")
    };
    let price = Some(Line::cut("SEK 2.80"));
    let quote = ServerMessage::Quote { tap, options: options.clone(), price, refused: None };
    server.send(quote).await;
    block_in_place(|| {
        browser.wait_for_text("SEK 2.80");
        let focus = browser.evaluate("document.activeElement.id");
        assert_eq!(focus, "change-black-and-white", "a keyboard goes on where it was");
        browser.click("#settle");
        browser.wait_for_text("black and white");
        browser.click("#options-j3");
        browser.wait_for_text("Delete");
        browser.click("#ask-delete");
        browser.wait_for_text("Delete this print?");
        has_room_for_fingers(&mut browser);
        browser.click("#no-delete");
        browser.click("#unsettle");
        browser.wait_for_text("Print 1 of 5");
    });
    let StationMessage::Price { .. } = server.receive().await else { panic!("a question") };
    block_in_place(|| {
        browser.click("#job-j5");
        browser.wait_for_text("Print 2 of 5");
        browser.click("#release");
    });
    let StationMessage::Choose { jobs, options: chosen, .. } = server.receive().await else {
        panic!("a choice")
    };
    assert_eq!(jobs, [Id::cut("j1"), Id::cut("j5")]);
    let again = JobOptions { again: Some(7), ..JobOptions::of(Id::cut("j5")) };
    assert_eq!(chosen.jobs, [options, again]);
    block_in_place(|| assert_eq!(browser.complaints(), [] as [String; 0]));
}
