//! The server dies after each commit of a delivery; the next one settles what it left. The steps before
//! the crash are done by hand, one by one, so that each test stops at exactly one of them.

use print_core::{JobId, JobState, PrinterId, SystemClock, Ticket};
use serde_json::json;
use store::{ClaimedJob, Step};
use tokio::sync::mpsc;

use super::house::{House, Server, impatient, quick};
use crate::delivery::DeliverySettings;
use crate::delivery::printer::address::Address;
use crate::delivery::printer::body::Piece;
use crate::delivery::printer::client::Client;
use crate::delivery::printer::operations::NewJobReply;
use crate::delivery::printer::trust::PrinterTrust;
use crate::delivery::work::job_name;
use real_parts::documents::{Paper, pdf};
use real_parts::virtual_mfp::Mfp;

/// A server that has just claimed one job of this many pages.
struct Before {
    mfp: Mfp,
    house: House,
    server: Server,
    client: Client,
    printer: PrinterId,
    job: JobId,
    claimed: ClaimedJob,
    pages: usize,
}

async fn claimed(pages: usize) -> Before {
    let mfp = Mfp::start();
    let (house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    claimed_at(mfp, house, server, printer, pages).await
}

async fn claimed_at(
    mfp: Mfp,
    house: House,
    server: Server,
    printer: PrinterId,
    pages: usize,
) -> Before {
    let job = server.hold(pages, Ticket::default()).await;
    let claimed = server.claim(&[job], printer).await.swap_remove(0);
    let tls = PrinterTrust::default().client_config().unwrap();
    let address = Address::parse(mfp.uri()).unwrap();
    let client = Client::new(address, std::sync::Arc::new(quick().reach), tls, quick().deadlines());
    Before { mfp, house, server, client, printer, job, claimed, pages }
}

impl Before {
    async fn step(&self, step: Step) {
        let now = print_core::Clock::now(&SystemClock);
        let (attempt, fence) = (self.claimed.attempt, self.claimed.fence);
        self.server.store.step(attempt, fence, step, now).await.unwrap();
    }

    async fn create(&self) -> NewJobReply {
        self.client.create_job(&job_name(self.claimed.mark), Vec::new()).await.unwrap()
    }

    async fn commit_created(&self, reply: &NewJobReply) {
        let up_time = self.client.printer_condition().await.unwrap().up_time;
        self.step(Step::Created {
            printer_job_id: reply.id,
            printer_job_uuid: reply.uuid.clone(),
            printer_up_time: up_time.map(i64::from),
            blanks: 0,
        })
        .await;
    }

    async fn send(&self, reply: &NewJobReply) {
        let (pieces, document) = mpsc::channel(2);
        pieces.send(Piece::More(pdf(self.pages, Paper::A4, "report").into())).await.unwrap();
        pieces.send(Piece::End).await.unwrap();
        let began = |_| {};
        self.client.send_document(reply.id, "application/pdf", document, began).await.unwrap();
    }

    /// Kills the server, starts the next, and waits until it has settled the attempt.
    async fn crash(self) -> (Mfp, Server, JobId, PrinterId, House) {
        self.crash_into(quick()).await
    }

    /// The same with other times for the next server.
    async fn crash_into(
        self,
        settings: DeliverySettings,
    ) -> (Mfp, Server, JobId, PrinterId, House) {
        let (house, job) = (self.house, self.job);
        self.server.kill().await;
        let server = house.start(settings).await;
        assert_eq!(server.deliveries.recover().await.unwrap(), 1);
        server.ended(job).await;
        assert_eq!(server.deliveries.recover().await.unwrap(), 0, "nothing is left open");
        (self.mfp, server, job, self.printer, house)
    }
}

/// The job's state, whether it may have printed, and how many sides are booked in how many entries.
async fn account(server: &Server, job: JobId) -> (JobState, bool, u32, usize) {
    let record = server.store.job(job).await.unwrap();
    let booked = server.booked(job).await;
    let sides = booked.iter().map(|entry| entry.0 + entry.1).sum();
    (record.state, record.uncertain.is_some(), sides, booked.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn intent_and_the_printer_has_an_empty_job_of_ours() {
    let before = claimed(3).await;
    before.create().await;
    let (mfp, server, job, _, _house) = before.crash().await;
    assert_eq!(account(&server, job).await, (JobState::Held, false, 0, 0));
    assert_eq!(mfp.jobs()[0]["state"], json!("canceled"));
    assert_eq!(mfp.impressions_out(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn intent_and_nothing_proves_that_the_printer_never_had_it() {
    let (mfp, server, job, _, _house) = claimed(3).await.crash().await;
    // It makes jobs before it gets their documents: without its number no byte can have left.
    assert_eq!(account(&server, job).await, (JobState::Held, false, 0, 0));
    assert_eq!(mfp.jobs().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn intent_and_the_printers_history_proves_that_it_never_had_it() {
    let mfp = Mfp::start();
    let (house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let older = server.hold(1, Ticket::default()).await;
    server.release(&[older], printer).await;
    server.is(older, JobState::Completed).await;
    // The printer's clock must have gone on by more than its and ours may differ.
    let since = mfp.status()["up_time_seconds"].as_i64().unwrap();
    mfp.wait_for("seven seconds", |s| s["up_time_seconds"].as_i64() > Some(since + 7));
    let before = claimed_at(mfp, house, server, printer, 3).await;
    let (mfp, server, job, _, _house) = before.crash().await;
    assert_eq!(account(&server, job).await, (JobState::Held, false, 0, 0));
    assert_eq!(mfp.jobs().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn created_and_the_document_was_never_sent() {
    let before = claimed(3).await;
    let reply = before.create().await;
    before.commit_created(&reply).await;
    let (mfp, server, job, _, _house) = before.crash().await;
    assert_eq!(account(&server, job).await, (JobState::Held, false, 0, 0));
    assert_eq!((mfp.jobs().len(), mfp.impressions_out()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn created_and_the_printer_prints_already() {
    let before = claimed(100).await;
    before.mfp.pages_per_minute(600);
    let reply = before.create().await;
    before.commit_created(&reply).await;
    before.send(&reply).await;
    before.mfp.wait_for("some sides are out", |s| s["impressions_out"].as_u64() > Some(1));
    let (mfp, server, job, _, _house) = before.crash().await;
    let out = u32::try_from(mfp.impressions_out()).unwrap();
    assert!((2..100).contains(&out), "{out}");
    assert_eq!(account(&server, job).await, (JobState::Held, true, out, 1));
    assert_eq!(mfp.jobs().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn created_and_the_printer_is_done_already() {
    let before = claimed(3).await;
    let reply = before.create().await;
    before.commit_created(&reply).await;
    before.send(&reply).await;
    before.mfp.wait_for("all is out", |status| status["jobs"][0]["state"] == "completed");
    let (mfp, server, job, _, _house) = before.crash().await;
    assert_eq!(account(&server, job).await, (JobState::Held, true, 3, 1));
    assert_eq!(mfp.jobs().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn created_and_the_printer_has_forgotten() {
    let before = claimed(3).await;
    before.mfp.fault(json!({ "fault": "forgets", "when": "at-once" }));
    let reply = before.create().await;
    before.commit_created(&reply).await;
    before.send(&reply).await;
    let (mfp, server, job, _, _house) = before.crash().await;
    assert_eq!(account(&server, job).await, (JobState::Held, true, 0, 1));
    assert_eq!(mfp.jobs().len(), 1, "it is never sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn sent_and_the_printer_goes_on() {
    let before = claimed(30).await;
    before.mfp.pages_per_minute(1_200);
    let reply = before.create().await;
    before.commit_created(&reply).await;
    before.send(&reply).await;
    before.step(Step::Sent).await;
    let (mfp, server, job, _, _house) = before.crash().await;
    assert_eq!(account(&server, job).await, (JobState::Completed, false, 30, 1));
    assert_eq!(mfp.impressions_out(), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn sent_and_the_printer_had_stopped_with_it() {
    let before = claimed(3).await;
    before.mfp.fault(json!({ "fault": "jam", "after_impressions": 1 }));
    let reply = before.create().await;
    before.commit_created(&reply).await;
    before.send(&reply).await;
    before.step(Step::Sent).await;
    before.step(Step::Stopped { reasons: "media-jam-error".into() }).await;
    before.mfp.wait_for("the jam", |status| status["printer_state"] == "stopped");
    // Nobody is there: what the three-minute rule does in a running server holds after a restart too.
    let (mfp, server, job, _, _house) = before.crash_into(impatient()).await;
    assert_eq!(account(&server, job).await, (JobState::Held, false, 1, 1));
    mfp.clear();
    assert_eq!(mfp.impressions_out(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn sent_and_the_printer_was_switched_off_and_on() {
    let before = claimed(3).await;
    before.mfp.wait_for("two seconds", |s| s["up_time_seconds"].as_i64() > Some(2));
    let reply = before.create().await;
    before.commit_created(&reply).await;
    before.send(&reply).await;
    before.step(Step::Sent).await;
    before.mfp.reset();
    let (mfp, server, job, _, _house) = before.crash().await;
    assert_eq!(account(&server, job).await, (JobState::Held, true, 0, 1));
    assert_eq!(mfp.jobs().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_commit_and_the_printer_cannot_be_asked() {
    for steps in 0..3 {
        let mut before = claimed(3).await;
        if steps > 0 {
            let reply = before.create().await;
            before.commit_created(&reply).await;
            if steps > 1 {
                before.send(&reply).await;
                before.step(Step::Sent).await;
            }
        }
        before.mfp.switch_off();
        let (_mfp, server, job, _, _house) = before.crash().await;
        // Before the printer's number is committed nothing was sent that could be booked.
        let entries = usize::from(steps > 0);
        assert_eq!(account(&server, job).await, (JobState::Held, true, 0, entries), "{steps}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_goes_away_after_its_claim_leaves_nothing_undelivered() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(2, Ticket::default()).await;
    let release = server.deliveries.release(server.word(&[job], printer));
    // Looked at once, and then dropped like the request of a client that hangs up.
    let _ = tokio::time::timeout(std::time::Duration::ZERO, release).await;
    server.is(job, JobState::Completed).await;
    assert_eq!(mfp.impressions_out(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_nobody_carries_out_is_settled_while_the_server_runs() {
    let before = claimed(3).await;
    let reply = before.create().await;
    before.commit_created(&reply).await;
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let rounds = tokio::spawn(before.server.deliveries.clone().make_rounds(stopping));
    before.server.ended(before.job).await;
    assert_eq!(account(&before.server, before.job).await, (JobState::Held, false, 0, 0));
    // One that is under way is left to whoever carries it out.
    before.mfp.pages_per_minute(1_200);
    before.server.release(&[before.job], before.printer).await;
    before.server.is(before.job, JobState::Completed).await;
    assert_eq!(before.server.store.attempts_of_job(before.job).await.unwrap().len(), 2);
    stop.send_replace(true);
    rounds.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_was_settled_prints_at_the_next_tap() {
    let before = claimed(3).await;
    let reply = before.create().await;
    before.commit_created(&reply).await;
    let (mfp, server, job, printer, _house) = before.crash().await;
    server.release(&[job], printer).await;
    server.is(job, JobState::Completed).await;
    assert_eq!(account(&server, job).await, (JobState::Completed, false, 3, 1));
    assert_eq!(mfp.impressions_out(), 3);
    let open = server.store.invariants().await.unwrap();
    assert!(open.is_whole(), "{open:?}");
}
