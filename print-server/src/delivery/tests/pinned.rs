//! Printers are the machines that an administrator has confirmed: by address, certificate and uuid.

use print_core::{JobState, Ticket};
use real_parts::certificates::Authority;
use real_parts::folder::Folder;
use serde_json::json;
use store::{AuditEvent, Confirmation, Printer};

use super::house::{House, Server, quick};
use crate::delivery::printer::address::Address;
use crate::delivery::printer::client::Client;
use crate::delivery::printer::survey::{SideDoor, Survey};
use crate::delivery::printer::trust::PrinterTrust;
use real_parts::virtual_mfp::Mfp;

/// A printer with a certificate that nobody known has signed.
fn stranger(folder: &Folder, name: &str) -> Mfp {
    let shown = Authority::new(name).server();
    let certificate = folder.write(&format!("{name}.pem"), &shown.pem);
    let key = folder.write(&format!("{name}.key"), &shown.key_pem);
    let (certificate, key) = (certificate.to_str().unwrap(), key.to_str().unwrap());
    Mfp::start_with(&["--tls-cert", certificate, "--tls-key", key])
}

fn client(uri: &str) -> Client {
    let tls = PrinterTrust::default().client_config().unwrap();
    let reach = std::sync::Arc::new(quick().reach);
    Client::new(Address::parse(uri).unwrap(), reach, tls, quick().deadlines())
}

async fn confirm(server: &Server, row: &Printer, uri: &str, certificate: Option<[u8; 32]>) {
    let word = Confirmation {
        uri: uri.to_owned(),
        uuid: None,
        certificate_sha256: certificate,
        serial: None,
        is_another: false,
    };
    let event = AuditEvent {
        at: row.machine.at.unwrap_or_default(),
        actor: "test".into(),
        event: "printer-pin".into(),
        object: format!("printer:{}", row.id),
        outcome: "done".into(),
        detail: json!({}),
    };
    server.store.confirm_machine(row.id, &word, "test", &event).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_an_administrator_confirmed_is_enough_and_another_gets_nothing() {
    let folder = Folder::new("pinned");
    let (mfp, other) = (stranger(&folder, "right"), stranger(&folder, "wrong"));
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri_tls()).await;
    let job = server.hold(1, Ticket::default()).await;
    server.release(&[job], printer).await;
    assert_eq!(server.ended(job).await.reasons, "printer-untrusted", "nobody vouches for it yet");

    let shown = client(mfp.uri_tls()).shown_certificate().await.unwrap();
    let row = server.store.printer(printer).await.unwrap();
    confirm(&server, &row, mfp.uri_tls(), shown).await;
    let job = server.hold(1, Ticket::default()).await;
    server.release(&[job], printer).await;
    server.is(job, JobState::Completed).await;

    // The same confirmation, and another certificate at the address.
    confirm(&server, &row, other.uri_tls(), shown).await;
    let job = server.hold(1, Ticket::default()).await;
    server.release(&[job], printer).await;
    assert_eq!(server.ended(job).await.reasons, "printer-untrusted");
    assert_eq!(server.store.job(job).await.unwrap().state, JobState::Held);
    assert_eq!((mfp.jobs().len(), other.jobs().len()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_at_an_address_that_nobody_confirmed_is_not_even_asked() {
    let (mfp, elsewhere) = (Mfp::start(), Mfp::start());
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let row = server.store.printer(printer).await.unwrap();
    let moved = Printer { uri: elsewhere.uri().to_owned(), ..row };
    server.store.put_printer(&moved).await.unwrap();
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let rounds = tokio::spawn(server.deliveries.clone().make_rounds(stopping));
    let health = server.wait("the rounds came by", async || {
        let health = server.store.printer(printer).await.unwrap().health?;
        (health.reasons == "printer-changed").then_some(health)
    });
    assert_eq!(health.await.state, 0);
    server.deliveries.look_ahead(printer);
    let job = server.hold(1, Ticket::default()).await;
    server.release(&[job], printer).await;
    assert_eq!(server.ended(job).await.reasons, "printer-changed");
    assert_eq!(elsewhere.status()["connections"].as_u64(), Some(0));
    stop.send_replace(true);
    rounds.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_look_finds_side_doors_and_how_a_printer_counts() {
    let folder = Folder::new("surveyed");
    let mfp = stranger(&folder, "looked-at");
    let raw = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let open = raw.local_addr().unwrap().port();
    // A port that was open a moment ago, and that nobody has.
    let closed = real_parts::ports::free();
    let knocked = [(SideDoor::Raw, open), (SideDoor::Lpd, closed)];
    let plain = Survey::of(&client(mfp.uri()), &knocked).await;
    assert_eq!(plain.side_doors, [SideDoor::Raw, SideDoor::Ipp]);
    assert_eq!((plain.tls, plain.certificate_sha256), (false, None));
    assert_eq!((plain.keeps_history, plain.counts_sheets), (None, None), "it has printed nothing");

    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(1, Ticket::default()).await;
    server.release(&[job], printer).await;
    server.is(job, JobState::Completed).await;
    let known = Survey::of(&client(mfp.uri()), &[]).await;
    assert_eq!((known.keeps_history, known.counts_impressions), (Some(true), Some(true)));
    let tls = Survey::of(&client(mfp.uri_tls()), &[]).await;
    assert!(tls.tls && tls.certificate_sha256.is_some(), "{tls:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_a_job_waits_for_is_waking_up_and_then_well_again() {
    let mut mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    mfp.switch_off();
    let job = server.hold(1, Ticket::default()).await;
    server.release(&[job], printer).await;
    let reasons = async |wanted: &str| {
        server
            .wait(wanted, async || {
                let health = server.store.printer(printer).await.unwrap().health?;
                (health.reasons == wanted).then_some(health.state)
            })
            .await
    };
    assert_eq!(reasons("printer-waking").await, 0);
    assert_eq!(server.ended(job).await.reasons, "printer-asleep");
    assert_eq!(reasons("printer-asleep").await, 0, "nobody waits any more");
}
