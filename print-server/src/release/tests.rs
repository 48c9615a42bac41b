//! A session at a station, against a real store and a printer in software.

use std::time::Duration;

use print_core::{CardId, Clock, JobState, PrinterId, StationId, SystemClock, Ticket};
use station_protocol::{Id, JOBS_MAX, ReleaseOptions, ServerMessage, TapNumber};
use store::{
    ClaimRequest, JobsToClaim, Language, NewCard, Opener, RequestKind, Station, StationPolicy,
    TapKey, TapRecord,
};

use super::{OpenTap, ReleaseError, Session};
use crate::delivery::DeliverySettings;
use crate::delivery::tests::house::{House, Server, quick};
use real_parts::virtual_mfp::Mfp;

/// A tap of the owner's card at a station beside this printer.
pub async fn tapped(server: &Server, printer: PrinterId, policy: StationPolicy) -> OpenTap {
    let card = card(server).await;
    let id = StationId::new();
    let station = Station {
        id,
        name: format!("Beside {printer}: {id}"),
        key_sha256: Some(rand_bytes()),
        language: Language::Swedish,
        policy,
        printers: vec![printer],
        revoked_at: None,
        seen_at: None,
        guard: store::StationGuard::default(),
    };
    server.store.put_station(&station).await.unwrap();
    let key = TapKey { station: station.id, boot_id: "boot".into(), tap: 1 };
    let person = server.store.person(server.owner).await.unwrap();
    let opener = Opener::Card(card);
    OpenTap { station, key, tap: TapNumber(1), person, opener, hides_earlier: false }
}

fn rand_bytes() -> [u8; 32] {
    let id = StationId::new().to_string().replace('-', "");
    id.as_bytes().try_into().unwrap()
}

async fn card(server: &Server) -> CardId {
    let lookup = CardId::new().to_string().into_bytes();
    let card = NewCard {
        id: CardId::new(),
        person: server.owner,
        source: store::CardSource::Directory,
        sealed: vec![1],
        last4: "0000".into(),
        label: String::new(),
        expires_at: None,
        lookups: vec![store::CardLookup { kind: "uid".into(), bits: 32, lookup }],
    };
    server.store.add_card(&card, "test").await.unwrap()
}

pub async fn open(server: &Server, tap: OpenTap) -> Session {
    Session::open(server.release_parts(), tap).await.unwrap()
}

pub fn again(tap: &OpenTap) -> OpenTap {
    let OpenTap { station, key, tap, person, opener, hides_earlier } = tap;
    let (station, key, person) = (station.clone(), key.clone(), person.clone());
    let (tap, opener, hides_earlier) = (*tap, *opener, *hides_earlier);
    OpenTap { station, key, tap, person, opener, hides_earlier }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_that_is_sent_again_much_later_waits_for_no_document() {
    for seconds_ago in [1, 30] {
        let mfp = Mfp::start();
        let (_house, server) = House::open().await;
        let printer = server.add_printer(mfp.uri()).await;
        let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
        // The tap was heard of before, and the connection was lost.
        let earlier = TapRecord {
            key: tap.key.clone(),
            at: SystemClock.now().plus_seconds(-seconds_ago),
            person: Some(server.owner),
            opener: Some(tap.opener),
            outcome: "session".into(),
        };
        assert!(server.store.record_tap(&earlier).await.unwrap());
        let coming = server.begin(-2 - seconds_ago).await;
        let mut session = open(&server, tap).await;
        server.complete(coming).await;
        session.news().await.unwrap();
        let state = server.store.job(coming).await.unwrap().state;
        assert_eq!(state == JobState::Held, seconds_ago == 30, "{seconds_ago} {state}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_begins_to_arrive_after_the_tap_is_another_taps() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
    let first = open(&server, again(&tap)).await;
    drop(first);
    let late = server.begin(1).await;
    let mut session = open(&server, tap).await;
    server.complete(late).await;
    session.news().await.unwrap();
    assert_eq!(server.store.job(late).await.unwrap().state, JobState::Held);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_lets_all_go_each_once_and_in_their_order() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let mut jobs = Vec::new();
    for pages in 1..=20 {
        jobs.push(server.hold(pages, Ticket::default()).await);
    }
    let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
    let _session = open(&server, again(&tap)).await;
    let _repeated = open(&server, tap).await;
    for job in &jobs {
        server.is(*job, JobState::Completed).await;
        assert_eq!(server.store.attempts_of_job(*job).await.unwrap().len(), 1);
    }
    assert_eq!(pages(&mfp), (1..=20).collect::<Vec<i64>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_lets_no_more_go_than_a_station_can_be_told_of() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    for _ in 0..=JOBS_MAX {
        server.hold(1, Ticket::default()).await;
    }
    let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
    let key = tap.key.clone();
    let mut session = open(&server, tap).await;
    for message in session.news().await.unwrap() {
        let said = serde_json::to_string(&message).unwrap();
        assert!(serde_json::from_str::<ServerMessage>(&said).is_ok(), "{said}");
    }
    assert_eq!(server.store.release_of_tap(&key).await.unwrap().len(), JOBS_MAX);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_after_the_first_job_leaves_the_others_to_the_same_tap() {
    for says_it_again in [true, false] {
        let mfp = Mfp::start();
        let (house, server) = House::open().await;
        let printer = server.add_printer(mfp.uri()).await;
        let mut jobs = Vec::new();
        for pages in 1..=3 {
            jobs.push(server.hold(pages, Ticket::default()).await);
        }
        let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
        let first = ClaimRequest {
            tap: Some(tap.key.clone()),
            jobs: JobsToClaim::First,
            ..server.word(&[], printer)
        };
        let claimed = server.store.claim_with(first, Some(tap.opener)).await.unwrap().claimed;
        assert_eq!(claimed.iter().map(|claimed| claimed.job.id).collect::<Vec<_>>(), jobs[..1]);
        server.kill().await;

        let server = house.start(quick()).await;
        assert_eq!(server.deliveries.recover().await.unwrap(), 1);
        server.ended(jobs[0]).await;
        // The printer never heard of the first, so it is held again, with the others.
        for job in &jobs {
            assert_eq!(server.store.job(*job).await.unwrap().state, JobState::Held);
        }
        if !says_it_again {
            continue;
        }
        let _session = open(&server, tap).await;
        for job in &jobs[1..] {
            server.is(*job, JobState::Completed).await;
        }
        assert_eq!(server.store.job(jobs[0]).await.unwrap().state, JobState::Held);
        assert_eq!(pages(&mfp), [2, 3]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_is_switched_off_keeps_no_job_from_being_claimed() {
    let mut mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    mfp.switch_off();
    let jobs = [server.hold(1, Ticket::default()).await, server.hold(1, Ticket::default()).await];
    let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
    server.deliveries.look_ahead(printer);
    let _session = open(&server, tap).await;
    for job in jobs {
        assert_eq!(server.store.job(job).await.unwrap().state, JobState::Released);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_was_looked_at_ahead_is_not_asked_again_before_the_job() {
    let mfp = Mfp::start();
    // Longer than any test: what was asked ahead is what the delivery goes by.
    let kept = Duration::from_secs(60);
    let (_house, server) =
        House::open_with(DeliverySettings { condition_kept: kept, ..quick() }).await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(1, Ticket::default()).await;
    server.deliveries.look_ahead(printer);
    mfp.wait_for("it is asked", |status| asked(status) == 1);
    let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
    let _session = open(&server, tap).await;
    server.is(job, JobState::Completed).await;
    assert_eq!(asked(&mfp.status()), 1);
}

/// How often the printer was asked how it is.
fn asked(status: &serde_json::Value) -> u64 {
    status["requests"]["Get-Printer-Attributes"].as_u64().unwrap_or(0)
}

/// The pages of each job that the printer had, in their order.
fn pages(mfp: &Mfp) -> Vec<i64> {
    mfp.jobs().iter().map(|job| job["pages"].as_i64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_blocked_ends_the_running_session_and_lets_nothing_go() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let tap = tapped(&server, printer, StationPolicy::Choose).await;
    let card = tap.opener.card().unwrap();
    let job = server.hold(1, Ticket::default()).await;
    let mut session = open(&server, tap).await;
    session.news().await.unwrap();
    let block = store::CardChange::Block;
    server.store.change_card(card, server.owner, block, "os:0").await.unwrap().unwrap();
    let id = |text: String| Id::cut(text);
    let chosen = session
        .choose(&id(printer.to_string()), &[id(job.to_string())], &ReleaseOptions::default())
        .await;
    assert!(matches!(chosen, Err(ReleaseError::Blocked)), "{chosen:?}");
    let ended = server.wait("the session is over", async || {
        matches!(session.news().await, Err(ReleaseError::Blocked)).then_some(())
    });
    ended.await;
    assert_eq!(server.store.job(job).await.unwrap().state, JobState::Held);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_tap_shows_what_the_first_let_go_and_can_stop_it() {
    let mut mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    mfp.switch_off();
    let job = server.hold(1, Ticket::default()).await;
    let first = tapped(&server, printer, StationPolicy::AllAtOnce).await;
    let elsewhere = server.add_printer("ipp://127.0.0.1:9/ipp/print").await;
    let second = tapped(&server, elsewhere, StationPolicy::AllAtOnce).await;
    let _first = open(&server, first).await;
    let mut second = open(&server, second).await;
    let news = second.news().await.unwrap();
    let job_id = Id::cut(job.to_string());
    let started = news.iter().any(|message| match message {
        ServerMessage::Session(session) => session.started == [job_id.clone()],
        _ => false,
    });
    assert!(started, "{news:?}");
    second.stop(&job_id).await.unwrap();
    server.is(job, JobState::Canceled).await;
    assert_eq!(server.store.attempts_of_job(job).await.unwrap().len(), 1, "it went out once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_of_what_another_node_delivers_becomes_its_request() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(1, Ticket::default()).await;
    // Claimed and created, and not by the deliveries of this process.
    let claimed = server.claim(&[job], printer).await.swap_remove(0);
    let created = store::Step::Created {
        printer_job_id: 1,
        printer_job_uuid: None,
        printer_up_time: None,
        blanks: 0,
    };
    let now = SystemClock.now();
    server.store.step(claimed.attempt, claimed.fence, created, now).await.unwrap();
    let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
    let mut session = open(&server, tap).await;
    session.stop(&Id::cut(job.to_string())).await.unwrap();
    let requests = server.store.take_requests(10).await.unwrap();
    assert_eq!(requests.len(), 1);
    assert_eq!((requests[0].kind, requests[0].job), (RequestKind::Cancel, job));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_released_tap_is_kept_with_its_card_in_one_commit() {
    let (_house, server) = House::open().await;
    let printer = server.add_printer("ipp://127.0.0.1:9/ipp/print").await;
    let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
    let card = tap.opener.card().unwrap();
    let session = open(&server, tap).await;
    assert!(session.is_recorded());
    let taps = server.store.taps_of(server.owner, 10).await.unwrap();
    assert_eq!(taps.iter().map(|tap| tap.opener).collect::<Vec<_>>(), [Some(card.into())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_station_is_told_within_a_second() {
    let (_house, server) = House::open().await;
    let printer = server.add_printer("ipp://127.0.0.1:9/ipp/print").await;
    let tap = tapped(&server, printer, StationPolicy::Choose).await;
    let (_stop, stopping) = tokio::sync::watch::channel(false);
    let revoked = super::Revoked::look(server.store.clone(), stopping);
    let mut listener = revoked.listen();
    let limit = std::time::Duration::from_millis(700);
    let not_yet = tokio::time::timeout(limit, listener.until(tap.station.id)).await;
    assert!(not_yet.is_err(), "it is not revoked");
    server.store.revoke_station(tap.station.id).await.unwrap();
    let told = tokio::time::timeout(limit * 2, listener.until(tap.station.id)).await;
    assert!(told.is_ok());
    revoked.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_whose_time_is_over_opens_nothing_and_says_why() {
    let (_house, server) = House::open().await;
    let parts = server.release_parts();
    let reading = print_core::CardReading::parse_hex("04A1B2C3").unwrap();
    let number = print_core::CardNumber::Whole(reading);
    let source = store::CardSource::Temporary;
    let mut card = crate::directory::new_card(&parts.keys, server.owner, source, "", &number);
    card.expires_at = Some(SystemClock.now());
    server.store.add_card(&card, "os:0").await.unwrap();
    let read = serde_json::json!({ "kind": "uid", "hex": "04A1B2C3" });
    let read = serde_json::from_value(read).unwrap();
    let refused = super::find_owner(&parts, &read).await.unwrap_err();
    assert_eq!(refused.outcome(), "expired-card");
    assert_eq!(refused.told().1, texts::sentences::Refusal::ExpiredCard);
    assert_eq!(
        refused.owner().map(|owner| owner.card.id),
        Some(card.id),
        "the helpdesk sees whose"
    );
}
