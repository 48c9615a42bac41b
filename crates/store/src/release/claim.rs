//! The owner's word: jobs, attempts, payer and prices in one commit.

use print_core::{
    AccountingDay, AttemptId, CardId, JobId, OwnerId, PersonId, PrinterId, StationId, Ticket,
    Timestamp,
};

use crate::database::error::{Result, StoreError};
use crate::database::pool::Transaction;
use crate::database::value::{Row, Value, values};
use crate::house::delegates::{self, delegate_of};
use crate::jobs::record::{self, JobRecord, owner_values};
use crate::release::attempts::{self, AttemptRecord};
use crate::release::begun::{Taken, attempts_for, insert_attempts};
use crate::release::claimable::{
    ARRIVING, CLAIM_ALL, CLAIM_LISTED, ENSURE_TAP, LEFT_ALONE, REPRINT_LISTED, TAPPED, USE_TAP,
};
use crate::release::repeat;
use crate::release::taps::{self, Opener, TapKey};
use crate::release::terms::Terms;
use crate::store::Store;
use crate::writer::{Holder, Write, Written};

/// Which of the owner's held jobs are to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobsToClaim {
    /// All, but those that may have printed already, those that wait for their PIN, and those that are kept,
    /// confidential, or of a queue whose jobs are to be named.
    All,
    /// Of all these the oldest, so that it need not wait for the rows of the others. The tap may still
    /// claim [`JobsToClaim::All`], which leaves this one alone. When there is none it is the same as all.
    First,
    /// These, as far as they are still held.
    List(Vec<JobId>),
}

/// The owner's word at a printer.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimRequest {
    /// The tap that it follows; nothing on a queue that prints at once.
    pub tap: Option<TapKey>,
    /// The station where it was given.
    pub station: Option<StationId>,
    /// Whose jobs they are.
    pub owner: OwnerId,
    /// Whose word it is: where the jobs are a machine's, one of its members; where they are another person's,
    /// that person's delegate, who lets go only what is named.
    pub member: Option<PersonId>,
    /// Which jobs.
    pub jobs: JobsToClaim,
    /// Those of [`JobsToClaim::List`] whose PIN was typed; without that a job that has one stays held.
    pub proven: Vec<JobId>,
    /// Tickets that the owner has changed at the station.
    pub tickets: Vec<(JobId, Ticket)>,
    /// Those that are to be held again when they are out. What is kept already is so anyway.
    pub keep: Vec<JobId>,
    /// Those of [`JobsToClaim::List`] that came out a moment ago and that the owner wants once more, and when
    /// the owner saw that they came out: what has come out again since then is another wish.
    pub again: Vec<(JobId, Timestamp)>,
    /// Whether somebody chose the jobs one by one. A tap for everything lets go none that may have printed,
    /// and none that is to be named, also where it names what it waited for.
    pub by_hand: bool,
    /// Those of them that were chosen by somebody who was shown that they are to be named: of other chosen jobs
    /// none goes that is.
    pub named: Vec<JobId>,
    /// Where they are to print.
    pub printer: PrinterId,
    /// When.
    pub at: Timestamp,
    /// The day on which they will be booked, at that day's price.
    pub accounting_day: AccountingDay,
    /// The most jobs of [`JobsToClaim::All`].
    pub limit: u32,
    /// Leaves jobs alone whose documents nobody has looked into yet; [`Release::uncounted`] tells which.
    pub only_counted: bool,
}

/// A job to be delivered, and by which right.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedJob {
    /// The job.
    pub job: JobRecord,
    /// The try to deliver it.
    pub attempt: AttemptId,
    /// Every further step carries it.
    pub fence: i64,
    /// A random number that marks the job at the printer.
    pub mark: i64,
    /// The ticket as released.
    pub ticket: Ticket,
    /// Whether it is held again when it is out.
    pub keep: bool,
    /// The delegate whose word it was, where it was not the owner's.
    pub delegate: Option<PersonId>,
    /// The document's key, wrapped.
    pub wrapped_key: Vec<u8>,
    /// The day whose key wraps it.
    pub key_day: AccountingDay,
    /// Everything that was found in the document so far; nothing where it was not read with the claim.
    pub facts: Option<serde_json::Value>,
    /// When it was claimed.
    pub claimed_at: Timestamp,
    /// At which station its owner gave the word.
    pub station: Option<StationId>,
}

/// What the owner's word did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Release {
    /// Jobs that this call released: deliver these, in this order.
    pub claimed: Vec<ClaimedJob>,
    /// What the same tap had released before.
    pub earlier: Vec<AttemptRecord>,
    /// The owner's jobs that were on their way here when the owner tapped, and still are.
    pub arriving: Vec<JobId>,
    /// The owner's held jobs that the word is for and that [`ClaimRequest::only_counted`] left alone. Said
    /// again, a tap for everything names also those that were counted meanwhile.
    pub uncounted: Vec<JobId>,
    /// When the tap was first heard of: a repeated message is no new word. Without a tap, now.
    pub tapped_at: Timestamp,
}

/// A claim as it is written.
#[derive(Debug)]
pub(crate) struct Claiming {
    pub(crate) request: ClaimRequest,
    /// The card of the tap, or the code in its place.
    pub(crate) opener: Option<Opener>,
    /// The first of its attempts; the others have the identifiers that follow. A claim whose commit was not
    /// answered knows by them what it did.
    pub(crate) first_attempt: AttemptId,
    /// Whether it may be written already.
    pub(crate) is_again: bool,
}

pub(crate) async fn claim(
    transaction: &mut Transaction,
    holder: &Holder,
    claiming: &Claiming,
) -> Result<Release> {
    let Claiming { request, opener, first_attempt, is_again } = claiming;
    let card = opener.and_then(Opener::card);
    let mut release = Release { tapped_at: request.at, ..Release::default() };
    let (mut is_used, mut terms) = (false, None);
    if let Some(tap) = &request.tap {
        match ensure_tap(transaction, tap, request, *opener).await? {
            Some(row) => terms = Terms::read(row)?,
            None => {
                (release.tapped_at, is_used) = known_tap(transaction, tap, request).await?;
                let rows = transaction.rows(taps::ATTEMPTS, tap.values().into()).await?;
                release.earlier = attempts::read_all(rows)?;
            }
        }
    }
    if *is_again {
        release.claimed = repeat::claimed_before(transaction, holder, *first_attempt).await?;
        let claimed = &release.claimed;
        release.earlier.retain(|known| !claimed.iter().any(|ours| ours.attempt == known.id));
    }
    let fixed = claim_values(holder, request, card);
    let delegate = delegate_of(request.owner, request.member);
    let mut jobs = match &request.jobs {
        // It meets itself: what it has claimed already is all that it may.
        _ if !release.claimed.is_empty() => Vec::new(),
        JobsToClaim::List(jobs) => claim_listed(transaction, request, &fixed, jobs).await?,
        JobsToClaim::First if !is_used && delegate.is_none() => {
            claim_oldest(transaction, &fixed, 1).await?
        }
        JobsToClaim::First | JobsToClaim::All => Vec::new(),
    };
    let is_repeated = !release.claimed.is_empty();
    let is_first = request.jobs == JobsToClaim::First;
    let is_begun = is_first && (!jobs.is_empty() || is_repeated);
    let is_list = matches!(request.jobs, JobsToClaim::List(_));
    if !is_list
        && delegate.is_none()
        && !is_begun
        && !is_repeated
        && use_tap(transaction, request).await?
    {
        jobs = claim_oldest(transaction, &fixed, request.limit).await?;
    }
    if !jobs.is_empty() {
        let terms = match terms {
            Some(terms) => terms,
            None => Terms::of(transaction, request).await?,
        };
        release.claimed = attempts_for(jobs, request, *first_attempt)?;
        let inserted =
            insert_attempts(transaction, holder, request, &terms, &release.claimed).await;
        match inserted {
            // The lost commit has just come: the next try finds it.
            Err(StoreError::Conflict) if *is_again => return Err(StoreError::Busy),
            other => other?,
        }
        if let (OwnerId::Person(owner), Some(delegate)) = (request.owner, delegate) {
            let detail = said(request, &release.claimed);
            delegates::fetched(transaction, owner, delegate, detail, request.at).await?;
        }
    }
    if is_begun {
        // What is arriving is told by the claim of the others.
        return Ok(release);
    }
    let [kind, owner] = owner_values(request.owner);
    for mut row in transaction.rows(ARRIVING, values![kind, owner, release.tapped_at]).await? {
        release.arriving.push(row.parsed()?);
    }
    if request.only_counted {
        release.uncounted =
            left_alone(transaction, request, card, is_used, release.tapped_at).await?;
    }
    Ok(release)
}

/// What the audit trail says of jobs that a delegate has let go.
fn said(request: &ClaimRequest, claimed: &[ClaimedJob]) -> serde_json::Value {
    let jobs: Vec<_> = claimed.iter().map(|claimed| claimed.job.id.to_string()).collect();
    let station = request.station.map(|station| station.to_string());
    serde_json::json!({ "jobs": jobs, "printer": request.printer.to_string(), "station": station })
}

/// The held jobs that the word is for and that were not released with it. What came after a tap that was
/// said before is another tap's.
async fn left_alone(
    transaction: &mut Transaction,
    request: &ClaimRequest,
    card: Option<CardId>,
    is_used: bool,
    tapped_at: Timestamp,
) -> Result<Vec<JobId>> {
    let says_all_again = is_used && !matches!(request.jobs, JobsToClaim::List(_));
    let until = if says_all_again { tapped_at } else { Timestamp::from_micros(i64::MAX) };
    let [kind, owner] = owner_values(request.owner);
    let tap = request.tap.as_ref();
    let values = values![
        kind,
        owner,
        request.printer,
        until,
        i64::from(!says_all_again),
        tap.map(|tap| tap.station),
        tap.map(|tap| tap.boot_id.as_str()),
        tap.map(|tap| tap.tap),
        request.limit,
        card,
        request.by_hand,
        delegate_of(request.owner, request.member),
        request.at,
    ];
    let mut left = Vec::new();
    for mut row in transaction.rows(LEFT_ALONE, values).await? {
        let (job, waits_for_pin) = (row.parsed()?, row.flag()?);
        if !waits_for_pin || request.proven.contains(&job) {
            left.push(job);
        }
    }
    if let JobsToClaim::List(jobs) = &request.jobs {
        left.retain(|job| jobs.contains(job));
    }
    Ok(left)
}

/// Remembers the tap, and gives who pays. Nothing: it is known.
async fn ensure_tap(
    transaction: &mut Transaction,
    tap: &TapKey,
    request: &ClaimRequest,
    opener: Option<Opener>,
) -> Result<Option<Row>> {
    let [station, boot_id, number] = tap.values();
    let [kind, owner] = owner_values(request.owner);
    let (at, person, day) = (request.at, person(request), request.accounting_day);
    let (card, code) = (opener.and_then(Opener::card), opener.and_then(Opener::code));
    let values = values![station, boot_id, number, at, person, card, kind, owner, day, code];
    transaction.row(ENSURE_TAP, values).await
}

/// Whose hand the word was given by.
fn person(request: &ClaimRequest) -> Option<PersonId> {
    match request.owner {
        OwnerId::Person(person) => request.member.or(Some(person)),
        OwnerId::Group(_) => request.member,
    }
}

/// When a known tap was made, and whether it has released everything. A tap is one person's: nobody
/// else sees what it did, or adds to it.
async fn known_tap(
    transaction: &mut Transaction,
    tap: &TapKey,
    request: &ClaimRequest,
) -> Result<(Timestamp, bool)> {
    let row = transaction.row(TAPPED, tap.values().into()).await?;
    let mut row = row.ok_or(StoreError::NotFound)?;
    let (at, whose): (Timestamp, Option<PersonId>) = (row.time()?, row.opt_parsed()?);
    match whose {
        Some(whose) if Some(whose) != person(request) => Err(StoreError::Conflict),
        _ => Ok((at, row.opt_time()?.is_some())),
    }
}

/// Whether everything held may be released: by a tap once, and not by its repeated message.
async fn use_tap(transaction: &mut Transaction, request: &ClaimRequest) -> Result<bool> {
    let Some(tap) = &request.tap else { return Ok(true) };
    let [station, boot_id, number] = tap.values();
    let used = transaction.change(USE_TAP, values![station, boot_id, number, request.at]).await?;
    Ok(used > 0)
}

fn claim_values(holder: &Holder, request: &ClaimRequest, card: Option<CardId>) -> Vec<Value> {
    let [kind, owner] = owner_values(request.owner);
    let tap = request.tap.as_ref();
    values![
        kind,
        owner,
        request.printer,
        request.at,
        holder.node.as_str(),
        holder.epoch,
        tap.map(|tap| tap.station),
        tap.map(|tap| tap.boot_id.as_str()),
        tap.map(|tap| tap.tap),
        card,
        i64::from(request.only_counted),
    ]
}

async fn claim_oldest(
    transaction: &mut Transaction,
    fixed: &[Value],
    limit: u32,
) -> Result<Vec<Taken>> {
    let mut values = fixed.to_vec();
    values.push(limit.into());
    in_order(transaction.rows(CLAIM_ALL, values).await?)
}

async fn claim_listed(
    transaction: &mut Transaction,
    request: &ClaimRequest,
    fixed: &[Value],
    jobs: &[JobId],
) -> Result<Vec<Taken>> {
    let delegate = delegate_of(request.owner, request.member);
    let mut rows = Vec::new();
    let once_more = |job: &JobId| request.again.iter().find(|(again, _)| again == job);
    let with = |is_proven: bool, hand: i64| {
        let mut fixed = fixed.to_vec();
        fixed.extend(values![is_proven, delegate, hand]);
        fixed
    };
    for (is_proven, hand) in
        [false, true].into_iter().flat_map(|one| [(one, 0), (one, 1), (one, 2)])
    {
        let is_meant = |job: &&JobId| {
            once_more(job).is_none()
                && request.proven.contains(job) == is_proven
                && self::hand(request, job) == hand
        };
        let meant = jobs.iter().filter(is_meant).map(|job| Value::from(*job));
        for (statement, values) in CLAIM_LISTED.of_keys(&with(is_proven, hand), meant) {
            rows.extend(transaction.rows(statement, values).await?);
        }
    }
    for (job, shown) in jobs.iter().filter_map(once_more) {
        let mut fixed = with(request.proven.contains(job), hand(request, job));
        fixed.extend(values![*shown]);
        for (statement, values) in REPRINT_LISTED.of_keys(&fixed, [Value::from(*job)]) {
            rows.extend(transaction.rows(statement, values).await?);
        }
    }
    in_order(rows)
}

/// How much the job was meant: 0 by a word for everything, 1 by a hand, 2 by a hand that was shown that it is to
/// be named.
fn hand(request: &ClaimRequest, job: &JobId) -> i64 {
    match (request.by_hand, request.named.contains(job)) {
        (false, _) => 0,
        (true, false) => 1,
        (true, true) => 2,
    }
}

/// Rows that an UPDATE gives come in no order.
fn in_order(rows: Vec<Row>) -> Result<Vec<Taken>> {
    let read = |mut row: Row| {
        let job = record::read(&mut row)?;
        let (key_day, wrapped_key) = (row.day()?, row.bytes()?);
        // A document that nobody has looked into has none.
        let facts = row.opt_json()?.unwrap_or_else(|| serde_json::json!({}));
        Ok(Taken { job, key_day, wrapped_key, facts })
    };
    let mut taken = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    taken.sort_by_key(|taken| (taken.job.created_at, taken.job.number));
    Ok(taken)
}

pub(super) fn random_bytes() -> Result<[u8; 16]> {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| StoreError::Busy)?;
    Ok(bytes)
}

impl Store {
    /// Releases held jobs of the owner at a printer: each by exactly one caller, whoever calls at the
    /// same time. Printer, payer and prices are frozen here. The same tap releases everything once and
    /// no job twice; [`Release::earlier`] tells what it did before.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; then nothing was released, or the same call
    /// tells what was.
    pub async fn claim(&self, request: ClaimRequest) -> Result<Release> {
        self.claim_with(request, None).await
    }

    /// The same, and the tap is remembered with its card or code, in the same commit. A card that somebody else
    /// added opens no job that was there before it, until its owner has confirmed it.
    ///
    /// # Errors
    /// As [`Store::claim`]; [`StoreError::Conflict`] when the tap was another person's.
    pub async fn claim_with(
        &self,
        mut request: ClaimRequest,
        opener: Option<Opener>,
    ) -> Result<Release> {
        if let Some(tap) = &request.tap {
            request.station = Some(tap.station);
        }
        let first_attempt = AttemptId::new();
        let claiming = Claiming { request, opener, first_attempt, is_again: false };
        match self.writers().write(Write::Claim(Box::new(claiming))).await? {
            Written::Release(release) => Ok(*release),
            other => Err(other.unexpected()),
        }
    }
}
