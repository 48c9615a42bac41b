//! From the claim to the printer having the document. The intent is committed by the claim; after it
//! only the printer's number for the job is committed before the first byte leaves.

use std::sync::Arc;
use std::time::Duration;

use ipp_codec::Attribute;
use ipp_codec::registry::PrinterState;
use print_core::job::EndedBy;
use tokio::sync::{SetOnce, mpsc};
use tokio::time::timeout;
use tracing::{info, warn};

use super::deliveries::Deliveries;
use super::document::{Document, Made, pump};
use super::live::{self, Wish};
use super::machine::{Enrolled, Machine};
use super::printer::body::{PIECES_WAITING_MAX, Sent};
use super::printer::facts::{Condition, Facts};
use super::printer::operations::{NewJobReply, OperationError};
use super::rules::form::{self, Asked, Drawn, Form};
use super::rules::mishaps::{may_send_again, passes, reason_of};
use super::rules::outcome::Reason;
use super::rules::recovery::LastCommit;
use super::work::{AtPrinter, Created, Next, Open, Verdict, Work};

/// A printer that is awake says within this how it is.
const ANSWERS_WITHIN: Duration = Duration::from_secs(1);

/// What a printer can do, and how it is.
type Seen = (Arc<Facts>, Condition);

/// What the printer is to be sent.
struct Plan {
    format: String,
    attributes: Vec<Attribute>,
    /// What is made of the document, where it does not go as it is.
    made: Option<Made>,
    makes_jobs_first: bool,
    up_time: Option<i32>,
}

impl Plan {
    /// Has the document drawn.
    fn draw(&mut self, Drawn { order, attributes }: Drawn) {
        self.format = order.format.media_type().to_owned();
        self.attributes = attributes;
        self.made = Some(Made::Drawn(order));
    }
}

/// A job's document, and what decides about its form besides the printer.
pub(super) struct Opened {
    pub(super) document: Document,
    /// Printers could count its pages differently.
    pub(super) irregular: bool,
}

/// Why the way to the printer ended before it had the job.
enum Halt {
    Refused(Reason),
    Cancelled,
    Next(Next),
}

impl Deliveries {
    /// Brings the job to the printer, with its document as it was opened.
    /// `enrolled`: what its administrator has said of it.
    pub(super) async fn deliver(
        &self,
        machine: &Machine,
        enrolled: &Enrolled,
        work: &Work,
        opened: Result<Opened, Reason>,
    ) -> Next {
        match self.try_deliver(machine, enrolled, work, opened).await {
            Ok(next) | Err(Halt::Next(next)) => next,
            Err(Halt::Refused(reason)) => {
                Next::End(Verdict::HandBack(reason, EndedBy::Printer), Created::No)
            }
            Err(Halt::Cancelled) => {
                let wish = work.live.wish().unwrap_or(Wish::Stop);
                Next::End(Verdict::HandBack(wish.reason(), wish.by()), Created::No)
            }
        }
    }

    async fn try_deliver(
        &self,
        machine: &Machine,
        enrolled: &Enrolled,
        work: &Work,
        opened: Result<Opened, Reason>,
    ) -> Result<Next, Halt> {
        // A document that cannot be read is told behind a printer that does not answer.
        let irregular = opened.as_ref().is_ok_and(|opened| opened.irregular);
        let mut plan = self.plan(machine, enrolled, work, irregular).await?;
        let document = opened.map_err(Halt::Refused)?.document;
        let document = self.make(work, &mut plan, document).await?;
        if plan.makes_jobs_first {
            let (at, ignored) = self.create(machine, work, &plan).await?;
            if let Some(wish) = work.live.wish() {
                return Ok(settle(LastCommit::CreatedUnsent, at, wish.reason()));
            }
            if ignored {
                return Ok(settle(LastCommit::CreatedUnsent, at, Reason::OptionsIgnored));
            }
            self.send(machine, work, &plan, at, document).await
        } else {
            self.print(machine, work, &plan, document).await
        }
    }

    /// Waits until the printer answers and takes jobs, and chooses the form of this one.
    async fn plan(
        &self,
        machine: &Machine,
        enrolled: &Enrolled,
        work: &Work,
        irregular: bool,
    ) -> Result<Plan, Halt> {
        let (facts, condition) = loop {
            match self.look(machine, work).await? {
                Ok(seen) => break seen,
                Err(error) => self.wait_or_halt(machine, work, &error).await?,
            }
        };
        refuse_by_condition(enrolled, &condition)?;
        let document_format = work.claimed.job.document_format.as_ref();
        let format = document_format.map_or("application/octet-stream", |format| format.as_str());
        let ticket = &work.claimed.ticket;
        let pages = work.claimed.job.pages.map(|pages| pages.chosen(ticket));
        let asked = Asked {
            format,
            size_bytes: u64::try_from(work.claimed.job.size_bytes).unwrap_or(u64::MAX),
            irregular,
            always_raster: enrolled.always_raster,
            can_draw: self.parts.renderer.is_some(),
            pages,
            is_black: work.claimed.job.pages.is_some_and(|pages| pages.color == 0),
        };
        let (makes_jobs_first, up_time) = (facts.makes_jobs_first(), condition.up_time);
        let plan =
            |format, attributes, made| Plan { format, attributes, made, makes_jobs_first, up_time };
        match form::choose(ticket, &asked, &facts) {
            Form::Refuse(reason) => Err(Halt::Refused(reason)),
            Form::PassThrough { format, attributes } => Ok(plan(format, attributes, None)),
            Form::Edited { order, attributes, otherwise } => {
                let format = "application/pdf".to_owned();
                Ok(plan(format, attributes, Some(Made::Edited(order, otherwise))))
            }
            Form::Raster(drawn) => {
                let mut plan = plan(String::new(), Vec::new(), None);
                plan.draw(drawn);
                Ok(plan)
            }
        }
    }

    /// Makes of the document what the printer gets. Where it cannot be written anew without doubt, it is
    /// drawn.
    async fn make(
        &self,
        work: &Work,
        plan: &mut Plan,
        document: Document,
    ) -> Result<Document, Reason> {
        let mut made = self.prepare(work, plan.made.as_ref(), document).await;
        if let (Err(Reason::DocumentNotDrawn), Some(Made::Edited(_, otherwise))) =
            (&made, &plan.made)
        {
            let drawn = otherwise.clone()?;
            info!(job.id = %work.job(), "The document is drawn, because it cannot be written anew");
            plan.draw(drawn);
            made = self.open_again(work, plan).await;
        }
        let pages = work.claimed.job.pages.map(|pages| pages.chosen(&work.claimed.ticket));
        let blanks = plan.made.as_ref().map(|made| made.blanks(pages.unwrap_or(0)));
        if let (Ok(_), Some(blanks)) = (&made, blanks) {
            // An error means that this try is made for the second time.
            let _ = work.blanks.set(blanks);
        }
        made
    }

    /// Whether printers could count the document's pages differently, as far as it has been looked into.
    pub(super) async fn is_irregular(&self, work: &Work) -> Result<bool, Reason> {
        let is_irregular = |facts: &serde_json::Value| facts["irregular"] == true;
        if let Some(facts) = &work.claimed.facts {
            return Ok(is_irregular(facts));
        }
        match self.parts.store.facts(work.job()).await {
            Ok(facts) => Ok(facts.is_some_and(|facts| is_irregular(&facts))),
            Err(error) => {
                warn!(job.id = %work.job(), %error, "What is known of the document cannot be read");
                Err(Reason::DrawingUnavailable)
            }
        }
    }

    /// Asks the printer how it is. Its owner need not wait for one that sleeps.
    async fn look(
        &self,
        machine: &Machine,
        work: &Work,
    ) -> Result<Result<Seen, OperationError>, Halt> {
        let mut stopping = self.stopping.subscribe();
        tokio::select! {
            biased;
            seen = self.awaited(work, machine.look(self.kept())) => Ok(seen),
            _ = work.live.cancelled() => Err(Halt::Cancelled),
            _ = stopping.wait_for(|stopping| *stopping) => Err(Halt::Refused(Reason::ServerStopping)),
        }
    }

    /// Waits for a printer's answer, and says meanwhile that it is waking up where it takes its time.
    async fn awaited<T>(&self, work: &Work, answer: impl Future<Output = T>) -> T {
        tokio::pin!(answer);
        match timeout(ANSWERS_WITHIN, &mut answer).await {
            Ok(answer) => answer,
            Err(_) => {
                self.show(work, |progress| progress.step = live::Step::Waking);
                answer.await
            }
        }
    }

    /// The document once more, for another try to send it.
    async fn open_again(&self, work: &Work, plan: &Plan) -> Result<Document, Reason> {
        let document = self.open_document(work).await?;
        self.prepare(work, plan.made.as_ref(), document).await
    }

    /// Create-Job, and the commit of the printer's number. Says too whether the printer will ignore an
    /// option that decides about paper or price.
    async fn create(
        &self,
        machine: &Machine,
        work: &Work,
        plan: &Plan,
    ) -> Result<(AtPrinter, bool), Halt> {
        let reply = loop {
            if work.live.is_cancelled() || !work.live.passes_gate() {
                return Err(Halt::Cancelled);
            }
            let name = work.job_name();
            let creating = machine.client.create_job(&name, plan.attributes.clone());
            match self.awaited(work, creating).await {
                Ok(reply) => break reply,
                Err(error) if error.is_not_done() => {
                    work.live.came_back();
                    self.wait_or_halt(machine, work, &error).await?;
                }
                Err(error) => {
                    warn!(job.id = %work.job(), %error, "Create-Job was not answered");
                    let why = Reason::SendingInterrupted;
                    let open = Open { last: LastCommit::Intent, at: None, why };
                    return Err(Halt::Next(Next::Settle(open)));
                }
            }
        };
        let at = AtPrinter::new(&reply, plan.up_time, work.job_name());
        self.commit_created(machine, work, &at).await?;
        Ok((at, ignores_decisive(&reply)))
    }

    /// Commits the printer's number. A job whose claim is lost is cancelled: whoever has the claim now
    /// makes another.
    async fn commit_created(
        &self,
        machine: &Machine,
        work: &Work,
        at: &AtPrinter,
    ) -> Result<(), Halt> {
        let Err(verdict) = self.step(work, created(at, work.blanks())).await else { return Ok(()) };
        if let Err(error) = machine.client.cancel_job(at.id).await {
            warn!(job.id = %work.job(), %error, "A job that is no longer wanted stays at the printer");
        }
        Err(Halt::Next(Next::End(verdict, Created::No)))
    }

    /// Send-Document, until the printer has taken it or something breaks.
    async fn send(
        &self,
        machine: &Machine,
        work: &Work,
        plan: &Plan,
        at: AtPrinter,
        document: Document,
    ) -> Result<Next, Halt> {
        let mut document = Some(document);
        loop {
            let (piece_sender, pieces) = mpsc::channel(PIECES_WAITING_MAX);
            let Some(open) = document.take() else {
                match self.open_again(work, plan).await {
                    Ok(open) => document = Some(open),
                    Err(reason) => return Ok(settle(LastCommit::CreatedUnsent, at, reason)),
                }
                continue;
            };
            self.show(work, |progress| progress.step = live::Step::Sending);
            let sent = SetOnce::new();
            let began = |began| leaves(work, &sent, began);
            let sending = machine.client.send_document(at.id, &plan.format, pieces, began);
            let result = tokio::select! {
                sent = async { tokio::join!(sending, pump(open, piece_sender)) } => Ok(sent),
                wish = work.live.cancelled() => Err(wish.reason()),
                reason = self.stand_by(machine, work, &sent) => Err(reason),
            };
            let last = self.note_first_byte(work, sent.get());
            let (result, not_drawn) = match result {
                Ok(result) => result,
                Err(reason) => return Ok(settle(last, at, reason)),
            };
            match result {
                Ok(()) => return Ok(self.commit_sent(work, at).await),
                Err(error) if may_send_again(&error) => {
                    if let Err(halt) = self.wait_or_halt(machine, work, &error).await {
                        let wish = work.live.wish().map(Wish::reason);
                        return Ok(settle(last, at, wish.unwrap_or(halt.reason())));
                    }
                }
                Err(error) => {
                    warn!(job.id = %work.job(), %error, "The document did not arrive whole");
                    return Ok(settle(last, at, not_drawn.unwrap_or_else(|| reason_of(&error))));
                }
            }
        }
    }

    /// Print-Job: job and document in one request. The name is the only mark of it until it is answered.
    async fn print(
        &self,
        machine: &Machine,
        work: &Work,
        plan: &Plan,
        document: Document,
    ) -> Result<Next, Halt> {
        let mut document = Some(document);
        let reply = loop {
            if work.live.is_cancelled() || !work.live.passes_gate() {
                return Err(Halt::Cancelled);
            }
            let open = match document.take() {
                Some(open) => open,
                None => self.open_again(work, plan).await?,
            };
            self.show(work, |progress| progress.step = live::Step::Sending);
            let (piece_sender, pieces) = mpsc::channel(PIECES_WAITING_MAX);
            let sent = SetOnce::new();
            let (name, attributes) = (work.job_name(), plan.attributes.clone());
            let began = |began| leaves(work, &sent, began);
            let sending = machine.client.print_job(&name, &plan.format, attributes, pieces, began);
            let result = tokio::select! {
                sent = async { tokio::join!(sending, pump(open, piece_sender)) } => Ok(sent),
                wish = work.live.cancelled() => Err(wish.reason()),
                reason = self.stand_by(machine, work, &sent) => Err(reason),
            };
            self.note_first_byte(work, sent.get());
            let last = LastCommit::IntentWithDocument;
            let (result, not_drawn) = match result {
                Ok(result) => result,
                // Without a connection nothing has left.
                Err(why) if sent.get().is_none() => return Err(why.into()),
                Err(why) => return Ok(Next::Settle(Open { last, at: None, why })),
            };
            match result {
                Ok(reply) => break reply,
                Err(error) if may_send_again(&error) => {
                    work.live.came_back();
                    self.wait_or_halt(machine, work, &error).await?;
                }
                Err(error) => {
                    warn!(job.id = %work.job(), %error, "Print-Job was not answered");
                    let why = not_drawn.unwrap_or_else(|| reason_of(&error));
                    return Ok(Next::Settle(Open { last, at: None, why }));
                }
            }
        };
        let at = AtPrinter::new(&reply, plan.up_time, work.job_name());
        self.commit_created(machine, work, &at).await?;
        Ok(self.commit_sent(work, at).await)
    }

    async fn commit_sent(&self, work: &Work, at: AtPrinter) -> Next {
        info!(job.id = %work.job(), attempt.id = %work.claimed.attempt, "The printer has the document");
        self.show(work, |progress| progress.step = live::Step::Printing);
        match self.step(work, store::Step::Sent).await {
            Ok(()) => Next::Watch(at),
            Err(verdict) => Next::End(verdict, Created::Yes),
        }
    }

    /// Keeps the time of the first byte, and says what this run knows about the document.
    fn note_first_byte(&self, work: &Work, sent: Option<&Sent>) -> LastCommit {
        match sent.and_then(Sent::document_began) {
            None => LastCommit::CreatedUnsent,
            Some(at) => {
                let after = at.saturating_duration_since(work.started);
                work.first_byte.get_or_init(|| after);
                LastCommit::Created
            }
        }
    }

    /// Waits a little after an error that passes by itself; else, or when the time is over, halts.
    async fn wait_or_halt(
        &self,
        machine: &Machine,
        work: &Work,
        error: &OperationError,
    ) -> Result<(), Halt> {
        let Some(step) = passes(error) else { return Err(Halt::Refused(reason_of(error))) };
        // While it prints for us a printer may well be busy; its time begins anew with every move.
        let since = machine.moved_at().map_or(work.started, |moved| moved.max(work.started));
        if since.elapsed() >= self.parts.settings.waking {
            let asleep = step == live::Step::Waking;
            let reason = if asleep { Reason::PrinterAsleep } else { reason_of(error) };
            return Err(Halt::Refused(reason));
        }
        self.show(work, |progress| progress.step = step);
        if step == live::Step::Waking && machine.wakes() {
            self.note_waking(machine.id).await;
        }
        let mut stopping = self.stopping.subscribe();
        tokio::select! {
            () = tokio::time::sleep(jittered(self.parts.settings.poll_max / 4)) => Ok(()),
            _ = work.live.cancelled() => Err(Halt::Cancelled),
            _ = stopping.wait_for(|stopping| *stopping) => Err(Halt::Refused(Reason::ServerStopping)),
        }
    }
}

impl From<Reason> for Halt {
    fn from(reason: Reason) -> Self {
        let is_wish = matches!(reason, Reason::CanceledByOwner | Reason::FinishedElsewhere);
        if is_wish { Self::Cancelled } else { Self::Refused(reason) }
    }
}

impl Halt {
    fn reason(&self) -> Reason {
        match self {
            Self::Refused(reason) => *reason,
            Self::Cancelled | Self::Next(_) => Reason::CanceledByOwner,
        }
    }
}

/// Reasons not to begin at all.
fn refuse_by_condition(enrolled: &Enrolled, now: &Condition) -> Result<(), Reason> {
    match now {
        _ if enrolled.is_another(now.uuid.as_deref()) => Err(Reason::PrinterChanged),
        _ if !now.accepting => Err(Reason::PrinterNotAccepting),
        _ if now.state == PrinterState::STOPPED => Err(Reason::PrinterStopped),
        _ => Ok(()),
    }
}

/// The document has a connection to go by.
fn leaves(work: &Work, sent: &SetOnce<Sent>, began: Sent) {
    work.live.leaves(began.clone());
    // It is called once for each try.
    let _ = sent.set(began);
}

fn settle(last: LastCommit, at: AtPrinter, why: Reason) -> Next {
    Next::Settle(Open { last, at: Some(at), why })
}

pub(super) fn created(at: &AtPrinter, blanks: u32) -> store::Step {
    store::Step::Created {
        printer_job_id: at.id,
        printer_job_uuid: at.uuid.clone(),
        printer_up_time: at.up_time.map(i64::from),
        blanks,
    }
}

fn ignores_decisive(reply: &NewJobReply) -> bool {
    reply.ignored.iter().any(|name| form::DECISIVE.contains(&name.as_str()))
}

/// Between half and the whole of `pause`, so that two queues do not knock in step for ever.
fn jittered(pause: Duration) -> Duration {
    // The last byte of a version 7 identifier is random (RFC 9562 section 5.7).
    let part = u32::from(uuid::Uuid::now_v7().as_bytes()[15]);
    pause / 2 + pause / 2 * part / 255
}
