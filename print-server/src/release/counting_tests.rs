//! A tap and jobs whose pages are not counted yet.

use std::time::Duration;

use print_core::{Clock as _, JobId, JobState, OwnerId, PrinterId, SystemClock, Ticket};
use station_protocol::{Id, OutcomeKind, ReleaseOptions, ServerMessage};
use store::{CardChange, StationPolicy, TapRecord};
use tokio::time::Instant;

use super::counting::Counting;
use super::tests::{again, tapped};
use super::word::Word;
use super::{OpenTap, ReleaseParts, Session};
use crate::delivery::tests::house::{House, Server};
use crate::inspect::lanes::Pace;
use crate::inspect::tests::{FOREVER, Reader, Running, counted, held};
use real_parts::virtual_mfp::Mfp;

/// A house where documents are looked into by a program of the test's own.
struct Scene {
    server: Server,
    _house: House,
    mfp: Mfp,
    printer: PrinterId,
    parts: ReleaseParts,
    reader: Reader,
    inspector: Option<Running>,
}

impl Scene {
    async fn new() -> Self {
        let mfp = Mfp::start();
        let (house, server) = House::open().await;
        let printer = server.add_printer(mfp.uri()).await;
        let reader = Reader::new();
        let pace = Pace { taps_first: FOREVER, ..Pace::default() };
        let parts = server.release_parts_with(Some(reader.workplace(1, pace)));
        let inspector = Some(Running::start(&parts));
        Self { server, _house: house, mfp, printer, parts, reader, inspector }
    }

    async fn tapped(&self, policy: StationPolicy) -> OpenTap {
        tapped(&self.server, self.printer, policy).await
    }

    async fn open(&self, tap: OpenTap) -> Session {
        Session::open(self.parts.clone(), tap).await.unwrap()
    }

    /// A held PDF that our own program could count; its document is a real one.
    async fn counted(&self) -> JobId {
        let job = self.server.hold(1, Ticket::default()).await;
        let facts = store::DocumentFacts {
            pages: Some(print_core::PageCount { pages: 1, color: 0 }),
            fault: None,
            detail: serde_json::Value::Null,
        };
        self.server.store.keep_facts(job, &facts).await.unwrap();
        job
    }

    async fn state(&self, job: JobId) -> JobState {
        self.server.store.job(job).await.unwrap().state
    }

    /// The attempts that were made with a job.
    async fn attempts(&self, job: JobId) -> usize {
        self.server.store.attempts_of_job(job).await.unwrap().len()
    }

    async fn released(&self, job: JobId) {
        let released = self
            .server
            .wait("it is let go", async || (self.attempts(job).await == 1).then_some(()));
        released.await;
    }

    /// The tap was heard of so long ago.
    async fn heard_earlier(&self, tap: &OpenTap, seconds_ago: i64) {
        let record = TapRecord {
            key: tap.key.clone(),
            at: SystemClock.now().plus_seconds(-seconds_ago),
            person: Some(self.server.owner),
            opener: Some(tap.opener),
            outcome: "session".into(),
        };
        assert!(self.server.store.record_tap(&record).await.unwrap());
    }

    async fn end(mut self) {
        self.inspector.take().unwrap().end().await;
        self.server.kill().await;
    }
}

fn told(news: &[ServerMessage]) -> &station_protocol::Session {
    let session = news.iter().find_map(|message| match message {
        ServerMessage::Session(session) => Some(session),
        _ => None,
    });
    session.expect("a session is told")
}

fn id(job: JobId) -> Id {
    Id::cut(job.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_jobs_go_at_once_and_the_others_as_soon_as_they_are_counted() {
    let scene = Scene::new().await;
    let late = held(&scene.server, "shut").await;
    let ready = scene.counted().await;
    // Somebody else's tap keeps what can wait from being looked into.
    let _hurried = scene.parts.hurry.begin();
    let mut session = scene.open(scene.tapped(StationPolicy::AllAtOnce).await).await;
    scene.server.is(ready, JobState::Completed).await;
    scene
        .server
        .wait("it is looked into", async || (!scene.reader.begun().is_empty()).then_some(()))
        .await;
    assert_eq!(scene.state(late).await, JobState::Held);
    let news = session.news().await.unwrap();
    assert!(told(&news).started.contains(&id(late)), "it has its owner's word");
    assert_eq!(told(&news).counting, 0, "that is no time to speak of");
    let until = Instant::now() + Duration::from_millis(1_100);
    scene.server.wait("a second is over", async || (Instant::now() > until).then_some(())).await;
    assert_eq!(told(&session.news().await.unwrap()).counting, 1);
    scene.reader.open_gate();
    scene.released(late).await;
    let over = scene.server.wait("the session follows it", async || {
        let news = session.news().await.unwrap();
        news.iter()
            .any(|news| matches!(news, ServerMessage::Outcome(o) if o.job == id(late)))
            .then_some(())
    });
    over.await;
    let attempt = scene.server.store.attempts_of_job(late).await.unwrap().remove(0);
    assert!(attempt.station.is_some(), "it is the tap's");
    assert_eq!(scene.mfp.jobs().len(), 2);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_waits_so_long_and_then_lets_go_what_nobody_has_counted() {
    let scene = Scene::new().await;
    let job = held(&scene.server, "shut").await;
    let tap = scene.tapped(StationPolicy::AllAtOnce).await;
    scene.heard_earlier(&tap, 18).await;
    let begun = Instant::now();
    let _session = scene.open(tap).await;
    assert_eq!(scene.state(job).await, JobState::Held);
    scene.released(job).await;
    assert!(begun.elapsed() > Duration::from_secs(1), "{:?}", begun.elapsed());
    assert_eq!(scene.server.store.job(job).await.unwrap().pages, None, "it is unknown");
    scene.reader.open_gate();
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_its_count_goes_also_when_its_owner_has_left() {
    let scene = Scene::new().await;
    let job = held(&scene.server, "shut").await;
    drop(scene.open(scene.tapped(StationPolicy::AllAtOnce).await).await);
    assert_eq!(scene.state(job).await, JobState::Held);
    scene.reader.open_gate();
    scene.released(job).await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_tap_over_a_new_connection_lets_nothing_go_twice_and_follows_it() {
    let scene = Scene::new().await;
    let job = held(&scene.server, "shut").await;
    let tap = scene.tapped(StationPolicy::AllAtOnce).await;
    drop(scene.open(again(&tap)).await);
    let mut session = scene.open(tap).await;
    assert!(told(&session.news().await.unwrap()).started.contains(&id(job)));
    scene.reader.open_gate();
    let kind = scene.server.wait("its end is told", async || {
        session.news().await.unwrap().into_iter().find_map(|news| match news {
            ServerMessage::Outcome(outcome) => Some(outcome.kind),
            _ => None,
        })
    });
    assert_ne!(kind.await, OutcomeKind::Canceled);
    scene.released(job).await;
    assert_eq!(scene.mfp.jobs().len(), 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_blocked_while_pages_are_counted_lets_nothing_go() {
    let scene = Scene::new().await;
    let job = held(&scene.server, "shut").await;
    let tap = scene.tapped(StationPolicy::AllAtOnce).await;
    let word = Word::of(&scene.parts, &tap);
    let owner = OwnerId::Person(scene.server.owner);
    let until = Instant::now() + FOREVER;
    let mut counting = Counting::begin(word, owner, scene.printer, vec![job], until);
    let (store, person) = (&scene.server.store, scene.server.owner);
    store
        .change_card(tap.opener.card().unwrap(), person, CardChange::Block, "os:0")
        .await
        .unwrap()
        .unwrap();
    scene.reader.open_gate();
    counted(&scene.server, job).await;
    let gone = scene.server.wait("it waits no longer", async || {
        let settled = counting.settled();
        assert_eq!(settled.released, []);
        (!settled.gone.is_empty()).then_some(settled.gone)
    });
    assert_eq!(gone.await, [job]);
    assert_eq!((scene.state(job).await, scene.attempts(job).await), (JobState::Held, 0));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_waits_for_its_count_can_be_stopped() {
    let scene = Scene::new().await;
    let job = held(&scene.server, "shut").await;
    let mut session = scene.open(scene.tapped(StationPolicy::AllAtOnce).await).await;
    session.news().await.unwrap();
    session.stop(&id(job)).await.unwrap();
    let end = scene.server.wait("its end is told", async || {
        session.news().await.unwrap().into_iter().find_map(|news| match news {
            ServerMessage::Outcome(outcome) => Some((outcome.job, outcome.kind)),
            _ => None,
        })
    });
    assert_eq!(end.await, (id(job), OutcomeKind::Canceled));
    assert_eq!(scene.state(job).await, JobState::Canceled);
    scene.reader.open_gate();
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_job_waits_for_its_count_too() {
    let scene = Scene::new().await;
    let (late, ready) = (held(&scene.server, "shut").await, scene.counted().await);
    let other = held(&scene.server, "other").await;
    let mut session = scene.open(scene.tapped(StationPolicy::Choose).await).await;
    let printer = Id::cut(scene.printer.to_string());
    session.choose(&printer, &[id(late), id(ready)], &ReleaseOptions::default()).await.unwrap();
    // Said once more it lets nothing go twice.
    session.choose(&printer, &[id(late)], &ReleaseOptions::default()).await.unwrap();
    scene.server.is(ready, JobState::Completed).await;
    assert_eq!(scene.state(late).await, JobState::Held);
    scene.reader.open_gate();
    scene.released(late).await;
    assert_eq!(scene.attempts(other).await, 0, "nobody chose it");
    scene.end().await;
}
