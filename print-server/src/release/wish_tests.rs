//! What somebody wants to be different at a station: options, keeping, once more, deleting; what is
//! confidential; and jobs that others let a person fetch.

use print_core::{JobId, JobState, OwnerId, PrinterId, Ticket};
use station_protocol::{
    ColorMode, Id, JobOptions, PageSpan, ReleaseOptions, ServerMessage, StartPolicy,
};
use store::{NoticeKind, QueueRules, Starts, StationPolicy, Titles};
use texts::sentences::WishRefusal;

use super::machine_tests::person;
use super::tests::{again, open, tapped};
use super::{OpenTap, ReleaseError, ReleaseParts, Session};
use crate::delivery::tests::house::{House, Server};
use real_parts::virtual_mfp::Mfp;

fn id(job: JobId) -> Id {
    Id::cut(job.to_string())
}

fn at(printer: PrinterId) -> Id {
    Id::cut(printer.to_string())
}

fn wish(job: JobId) -> JobOptions {
    JobOptions::of(id(job))
}

fn with(wishes: &[JobOptions]) -> ReleaseOptions {
    ReleaseOptions { jobs: wishes.to_vec(), ..ReleaseOptions::default() }
}

async fn state(server: &Server, job: JobId) -> JobState {
    server.store.job(job).await.unwrap().state
}

/// What the session shows now.
async fn shown(session: &mut Session) -> station_protocol::Session {
    session.tell_again();
    let news = session.news().await.unwrap();
    let session = news.into_iter().find_map(|message| match message {
        ServerMessage::Session(session) => Some(session),
        _ => None,
    });
    session.expect("everything is told again")
}

/// Another tap of the same person at the same station.
fn next(tap: &OpenTap) -> OpenTap {
    let mut tap = again(tap);
    tap.key.tap += 1;
    tap.tap.0 += 1;
    tap
}

fn unfit(result: Result<(), ReleaseError>) -> WishRefusal {
    match result {
        Err(ReleaseError::Unfit(why)) => why,
        other => panic!("{other:?}"),
    }
}

async fn set_rules(server: &Server, parts: &ReleaseParts, rules: QueueRules) {
    server.store.set_queue_rules(server.queue, &rules, "os:0").await.unwrap();
    parts.rules.refresh(&server.store).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_at_the_screen_is_printed_priced_and_booked_so() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let said = serde_json::json!({
        "document-format-supported": ["application/pdf"],
        "color-supported": true,
        "print-color-mode-supported": ["auto", "color", "monochrome"],
        "page-ranges-supported": true,
        "copies-supported": 20,
    });
    let health = store::PrinterHealth {
        state: 3,
        reasons: String::new(),
        attributes: said,
        checked_at: server.release_parts().clock.now(),
    };
    server.store.set_printer_health(printer, &health).await.unwrap();
    let (job, other) =
        (server.hold(7, Ticket::default()).await, server.hold(1, Ticket::default()).await);
    let mut session = open(&server, tapped(&server, printer, StationPolicy::Choose).await).await;
    let offers = shown(&mut session).await.printers[0].offers;
    assert!(offers.copies_max > 1 && offers.monochrome && offers.page_ranges, "{offers:?}");
    let wanted = JobOptions {
        copies: Some(2),
        color: Some(ColorMode::Monochrome),
        pages: Some(PageSpan { first: 2, last: 4 }),
        ..wish(job)
    };
    let most = offers.copies_max;
    let too_many = JobOptions { copies: Some(most + 1), ..wish(other) };
    let refused = session.choose(&at(printer), &[id(job), id(other)], &with(&[too_many])).await;
    assert_eq!(unfit(refused), WishRefusal::Copies { most });
    assert_eq!(state(&server, job).await, JobState::Held, "nothing of the choice goes");
    session.choose(&at(printer), &[id(job)], &with(&[wanted])).await.unwrap();
    server.is(job, JobState::Completed).await;
    let (monochrome, color, ..) = server.booked(job).await[0];
    assert_eq!((monochrome, color), (6, 0), "two copies of three pages");
    assert_eq!(server.store.job(job).await.unwrap().ticket, Ticket::default(), "as it was sent");
    let attempt = server.store.attempts_of_job(job).await.unwrap().remove(0);
    assert_eq!(attempt.ticket.copies, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_is_told_before_and_nobody_elses_is() {
    let (_house, server) = House::open().await;
    let printer = server.add_printer("ipp://127.0.0.1:9/ipp/print").await;
    let job = server.hold(2, Ticket::default()).await;
    let found = store::DocumentFacts {
        pages: Some(print_core::PageCount { pages: 2, color: 0 }),
        fault: None,
        detail: serde_json::Value::Null,
    };
    server.store.keep_facts(job, &found).await.unwrap();
    let mut session = open(&server, tapped(&server, printer, StationPolicy::Choose).await).await;
    let card = shown(&mut session).await.jobs.remove(0);
    let asked = JobOptions { copies: Some(2), ..wish(job) };
    let quote = session.price(&at(printer), &asked).await.unwrap();
    let ServerMessage::Quote { options, price, refused, .. } = quote else { panic!("{quote:?}") };
    assert_eq!((options, refused), (asked, None));
    assert!(price.is_some() && price != card.price, "{price:?} after {:?}", card.price);
    let no_page = JobOptions { pages: Some(PageSpan { first: 3, last: 3 }), ..wish(job) };
    let quote = session.price(&at(printer), &no_page).await.unwrap();
    let ServerMessage::Quote { price: None, refused: Some(_), .. } = quote else {
        panic!("{quote:?}")
    };
    let mut bo = server.clone();
    bo.owner = person(&server, "bo").await;
    let mut bos = open(&bo, tapped(&bo, printer, StationPolicy::Choose).await).await;
    let refused = bos.price(&at(printer), &wish(job)).await.map(drop);
    assert_eq!(unfit(refused), WishRefusal::NotYours);
    assert_eq!(unfit(bos.delete(&id(job), None).await), WishRefusal::NotYours);
    assert_eq!(
        unfit(bos.choose(&at(printer), &[id(job)], &with(&[])).await),
        WishRefusal::NotYours
    );
    assert_eq!(state(&server, job).await, JobState::Held);
    let audit = server.store.audit_of(&format!("job:{job}"), 9).await.unwrap();
    assert_eq!(audit[0].outcome, "refused: not theirs");
    session.delete(&id(job), None).await.unwrap();
    assert_eq!(state(&server, job).await, JobState::Canceled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_job_waits_again_goes_only_when_it_is_named_and_costs_each_time() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(1, Ticket::default()).await;
    let tap = tapped(&server, printer, StationPolicy::Choose).await;
    let mut session = open(&server, again(&tap)).await;
    let keep = JobOptions { keep: true, ..wish(job) };
    session.choose(&at(printer), &[id(job)], &with(&[keep])).await.unwrap();
    server.ended(job).await;
    assert_eq!(state(&server, job).await, JobState::Held);
    let kept = server.store.job(job).await.unwrap();
    assert!(kept.kept && kept.uncertain.is_none());
    session.news().await.unwrap();
    let seen = shown(&mut session).await;
    assert!(
        seen.jobs.iter().all(|card| seen.started.contains(&card.id)),
        "this tap is done with it"
    );

    // A tap for everything leaves it.
    let mut at_once = tapped(&server, printer, StationPolicy::AllAtOnce).await;
    at_once.key.tap = 1;
    let mut everything = open(&server, at_once).await;
    let card = shown(&mut everything).await.jobs.remove(0);
    assert!(card.terms.kept_until.is_some() && card.is_to_be_named());
    assert_eq!(server.store.attempts_of_job(job).await.unwrap().len(), 1);

    let mut session = open(&server, next(&tap)).await;
    // A station of before ticks it with all the others, and says nothing of it.
    let refused = session.choose(&at(printer), &[id(job)], &with(&[])).await;
    assert_eq!(unfit(refused), WishRefusal::ToBeNamed);
    session.choose(&at(printer), &[id(job)], &with(&[wish(job)])).await.unwrap();
    let twice = server
        .wait("it is out twice", async || (server.booked(job).await.len() == 2).then_some(()));
    twice.await;
    assert_eq!(state(&server, job).await, JobState::Held);
    assert_eq!(mfp.jobs().len(), 2);
    assert!(server.store.invariants().await.unwrap().is_whole());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_right_can_be_had_once_more_at_the_next_tap_and_is_booked_anew() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(1, Ticket::default()).await;
    let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
    let mut first = open(&server, again(&tap)).await;
    server.is(job, JobState::Completed).await;
    let printed_at = async || server.store.job(job).await.unwrap().ended_at.unwrap().micros();
    let once_more = JobOptions { again: Some(printed_at().await), ..wish(job) };
    assert!(shown(&mut first).await.recent.is_empty(), "not by the same tap");
    first.choose(&at(printer), &[id(job)], &with(std::slice::from_ref(&once_more))).await.unwrap();
    assert_eq!(server.store.attempts_of_job(job).await.unwrap().len(), 1);

    let mut second = open(&server, next(&tap)).await;
    let recent = shown(&mut second).await.recent;
    assert_eq!(recent.iter().map(|card| card.id.clone()).collect::<Vec<_>>(), [id(job)]);
    // Only when that is what is meant.
    let not_meant = JobOptions { again: Some(printed_at().await - 1), ..wish(job) };
    for wishes in [vec![], vec![wish(job)], vec![not_meant]] {
        let refused = second.choose(&at(printer), &[id(job)], &with(&wishes)).await;
        assert_eq!(unfit(refused), WishRefusal::Gone, "{wishes:?}");
    }
    assert_eq!(server.booked(job).await.len(), 1);
    assert_eq!(recent[0].terms.printed_at, once_more.again);
    second.choose(&at(printer), &[id(job)], &with(&[once_more])).await.unwrap();
    let twice = server
        .wait("it is out twice", async || (server.booked(job).await.len() == 2).then_some(()));
    twice.await;
    server.is(job, JobState::Completed).await;
    assert_eq!(mfp.jobs().len(), 2);
    // Bo sees nothing of it.
    let mut bo = server.clone();
    bo.owner = person(&server, "bo").await;
    let mut bos = open(&bo, tapped(&bo, printer, StationPolicy::Choose).await).await;
    assert!(shown(&mut bos).await.recent.is_empty());
    assert!(server.store.invariants().await.unwrap().is_whole());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confidential_job_never_goes_by_itself_nor_to_a_printer_without_tls() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let (marked, plain) =
        (server.hold(1, Ticket::default()).await, server.hold(1, Ticket::default()).await);
    let owner = OwnerId::Person(server.owner);
    assert!(server.store.mark_confidential(marked, owner, true).await.unwrap());
    let parts = server.release_parts();
    let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
    let mut session = Session::open(parts.clone(), tap).await.unwrap();
    server.is(plain, JobState::Completed).await;
    let card = shown(&mut session).await.jobs.into_iter().find(|card| card.id == id(marked));
    let terms = card.expect("it is shown").terms;
    assert!(terms.confidential && terms.named);
    let refused = session.choose(&at(printer), &[id(marked)], &with(&[])).await;
    assert_eq!(unfit(refused), WishRefusal::NotEncrypted);
    assert_eq!(state(&server, marked).await, JobState::Held);

    // The queue says so of all of its jobs.
    let of_queue = server.hold(1, Ticket::default()).await;
    set_rules(&server, &parts, QueueRules { confidential: true, ..QueueRules::default() }).await;
    let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
    let mut session = Session::open(parts, tap).await.unwrap();
    let refused = session.choose(&at(printer), &[id(of_queue)], &with(&[])).await;
    assert_eq!(unfit(refused), WishRefusal::NotEncrypted);
    assert_eq!(state(&server, of_queue).await, JobState::Held);
    // With TLS it is let go; that this printer does not answer is another matter.
    let secret = server.add_printer("ipps://127.0.0.1:9/ipp/print").await;
    let claimed = server.store.claim(server.word(&[of_queue, marked], secret)).await.unwrap();
    assert_eq!(claimed.claimed.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_queue_printer_and_station_the_strictest_decides_what_asks() {
    let (_house, server) = House::open().await;
    let printer = server.add_printer("ipp://127.0.0.1:9/ipp/print").await;
    let parts = server.release_parts();
    let job = server.hold(1, Ticket::default()).await;
    let list_first = QueueRules { starts: Starts::ListFirst, ..QueueRules::default() };
    set_rules(&server, &parts, list_first).await;
    let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
    let mut session = Session::open(parts.clone(), tap).await.unwrap();
    let seen = shown(&mut session).await;
    assert_eq!(seen.policy, StartPolicy::AllAtOnce);
    assert!(seen.started.is_empty() && seen.jobs[0].terms.named);

    // What came under that rule stays under it; what comes now does not.
    set_rules(&server, &parts, QueueRules::default()).await;
    let later = server.hold(1, Ticket::default()).await;
    server.store.set_printer_starts(printer, Starts::ListFirst, "os:0").await.unwrap();
    parts.rules.refresh(&server.store).await.unwrap();
    let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
    let mut session = Session::open(parts.clone(), tap).await.unwrap();
    let seen = shown(&mut session).await;
    assert_eq!((seen.policy, seen.started.len()), (StartPolicy::Choose, 0));
    let named = seen.jobs.iter().map(|card| (card.id.clone(), card.is_to_be_named()));
    assert_eq!(named.collect::<Vec<_>>(), [(id(later), false), (id(job), true)]);
    assert_eq!(state(&server, later).await, JobState::Held);

    server.store.set_printer_starts(printer, Starts::AtOnce, "os:0").await.unwrap();
    parts.rules.refresh(&server.store).await.unwrap();
    let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
    let mut session = Session::open(parts, tap).await.unwrap();
    assert_eq!(shown(&mut session).await.started, [id(later)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn others_at_the_screen_read_the_beginning_of_a_title_or_all_or_nothing_of_it() {
    let (_house, server) = House::open().await;
    let printer = server.add_printer("ipp://127.0.0.1:9/ipp/print").await;
    let parts = server.release_parts();
    let job = server.hold(1, Ticket::default()).await;
    let title = print_core::JobName::from_client("Uppsägning av Åsa Öbergs anställning.pdf");
    let edit = store::JobEdit { title: Some(title.clone()), ..store::JobEdit::default() };
    assert!(server.store.edit_held(job, &edit).await.unwrap());
    let number = server.store.job(job).await.unwrap().number;
    let none = format!("Utskrift {number}");
    for (titles, wanted) in [
        (Titles::Cut, "Uppsägning av Åsa Ö…"),
        (Titles::Full, title.as_str()),
        (Titles::None, none.as_str()),
    ] {
        set_rules(&server, &parts, QueueRules { titles, ..QueueRules::default() }).await;
        let tap = tapped(&server, printer, StationPolicy::Choose).await;
        let mut session = Session::open(parts.clone(), tap).await.unwrap();
        assert_eq!(shown(&mut session).await.jobs[0].title.as_str(), wanted);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegate_takes_what_is_named_its_owner_pays_and_is_told() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let mut bo = server.clone();
    bo.owner = person(&server, "bo").await;
    let until = server.release_parts().clock.now().plus_seconds(3_600);
    let earlier = server.hold(1, Ticket::default()).await;
    // Named by an administrator: what was there is not opened.
    server.store.put_delegate(server.owner, bo.owner, until, "os:0").await.unwrap();
    let kinds = async || -> Vec<NoticeKind> {
        let notices = server.store.notices(server.owner, 9).await.unwrap();
        notices.into_iter().map(|notice| notice.kind).collect()
    };
    assert_eq!(kinds().await, [NoticeKind::DelegateAdded]);
    let (later, secret) =
        (server.hold(1, Ticket::default()).await, server.hold(1, Ticket::default()).await);
    let owner = OwnerId::Person(server.owner);
    assert!(server.store.mark_confidential(secret, owner, true).await.unwrap());
    let locked = server.hold_with_pin("4711081547110815").await;
    let tap = tapped(&bo, printer, StationPolicy::AllAtOnce).await;
    let mut session = open(&bo, again(&tap)).await;
    let seen = shown(&mut session).await;
    let ids: Vec<Id> = seen.jobs.iter().map(|card| card.id.clone()).collect();
    assert_eq!(ids, [id(later)], "not by the tap, and nothing older, confidential or with a PIN");
    let card = &seen.jobs[0];
    assert!(card.terms.delegated && card.is_to_be_named() && !card.terms.can_delete);
    let owners_name = server.store.person(server.owner).await.unwrap().name;
    assert_eq!(card.shared.as_ref().unwrap().as_str(), owners_name);
    for job in [earlier, secret, locked] {
        let refused = session.choose(&at(printer), &[id(job)], &with(&[])).await;
        assert_eq!(unfit(refused), WishRefusal::NotYours);
        assert_eq!(state(&server, job).await, JobState::Held);
    }
    session.choose(&at(printer), &[id(later)], &with(&[])).await.unwrap();
    server.is(later, JobState::Completed).await;
    assert!(kinds().await.contains(&NoticeKind::DelegatePrinted));
    let entry = server.store.entries_of_job(later).await.unwrap().remove(0);
    let object = format!("person:{}", server.owner);
    let audit = server.store.audit_of(&object, 9).await.unwrap();
    let printed = audit.iter().find(|event| event.event == "delegate-print").unwrap();
    assert_eq!(printed.actor, format!("person:{}", bo.owner));
    assert!(printed.detail.to_string().contains(&later.to_string()));

    // The owner confirms it, and ends it.
    let named = server.store.delegates_of(server.owner).await.unwrap().remove(0);
    assert!(server.store.confirm_delegate(&named).await.unwrap());
    let mut session = open(&bo, next(&tap)).await;
    assert_eq!(shown(&mut session).await.jobs.len(), 1);
    session.choose(&at(printer), &[id(earlier)], &with(&[])).await.unwrap();
    server.is(earlier, JobState::Completed).await;
    let same = server.store.entries_of_job(earlier).await.unwrap().remove(0);
    let department = server.store.person(server.owner).await.unwrap().department;
    assert_eq!((same.department, entry.department), (department, department), "the owner's");
    let by = format!("person:{}", server.owner);
    assert!(server.store.end_delegate(server.owner, bo.owner, &by).await.unwrap());
    let last = server.hold(1, Ticket::default()).await;
    assert!(shown(&mut session).await.jobs.iter().all(|card| card.id != id(last)));
    let refused = session.choose(&at(printer), &[id(last)], &with(&[])).await;
    assert_eq!(unfit(refused), WishRefusal::NotYours);
}
