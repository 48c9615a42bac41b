//! A house with one person, one queue and printers: store, spool and keys on disk, deliveries over them.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use document_worker::Worker;
use print_core::{
    AccountingDay, Amount, Clock, DepartmentId, JobId, JobName, JobState, Keyword, Login, OwnerId,
    PersonId, PriceList, PrinterId, QueueId, SystemClock, Ticket, TimeZone,
};
use real_parts::documents::{Paper, pdf};
use real_parts::folder::Folder;
use real_parts::postgres::Postgres;
use real_parts::programs;
use store::{
    AttemptRecord, ClaimRequest, ClaimedJob, DatabaseUrl, Department, DirectoryPerson, Door,
    JobRecord, JobsToClaim, Language, Location, NewJob, NodeName, Printer, Queue, QueueOffer,
    ReleaseMode, Store, StoredDocument,
};

use crate::changes::Changes;
use crate::delivery::{Deliveries, DeliveryParts, DeliverySettings, Outcome, Reach};
use crate::directory::Directory;
use crate::doors::Network;
use crate::inspect::inspector::Workplace;
use crate::inspect::{Inspector, InspectorParts};
use crate::keys::{InstallationKey, Keys};
use crate::metrics::Metrics;
use crate::pins::SentPin;
use crate::release::{Hurry, ReleaseParts};
use crate::spool::{Reserve, Spool, SpoolSettings};

/// Nothing that a test waits for takes longer.
const LIMIT: Duration = Duration::from_secs(30);

/// What stays when the server dies: the folder with database, spool and keys.
pub struct House {
    folder: Folder,
    url: DatabaseUrl,
    starts: AtomicUsize,
    pub queue: QueueId,
    pub owner: PersonId,
}

/// Set once, by the test that wants to do something at that moment.
type AtEnd = OnceLock<Box<dyn Fn(&Outcome) + Send + Sync>>;

/// A running server's part in it.
#[derive(Clone)]
pub struct Server {
    pub store: Store,
    pub deliveries: Arc<Deliveries>,
    pub outcomes: Arc<Mutex<Vec<Outcome>>>,
    /// Called at the end of each attempt, before anything follows from it.
    pub at_end: Arc<AtEnd>,
    pub owner: PersonId,
    spool: Spool,
    keys: Arc<Keys>,
    pub queue: QueueId,
}

/// Times that fit a test: everything that takes minutes in a corridor takes about a second.
pub fn quick() -> DeliverySettings {
    let here = ["127.0.0.0/8", "::1"].map(|text| Network::parse(text).unwrap());
    DeliverySettings {
        reach: Reach::of(here.to_vec(), vec![1..=u16::MAX]),
        connect: Duration::from_secs(2),
        response: Duration::from_secs(2),
        waking: Duration::from_secs(3),
        silent: Duration::from_secs(3),
        cancel_confirmed: Duration::from_secs(3),
        offer_cancel: Duration::from_millis(300),
        poll_min: Duration::from_millis(10),
        poll_max: Duration::from_millis(200),
        condition_kept: Duration::ZERO,
        rounds: Duration::from_millis(100),
        surveys: Duration::MAX,
        recovery: Duration::from_millis(50),
        // A second try would hide what the first one did; the tests that want it ask for it.
        retry_window: Duration::ZERO,
        ..DeliverySettings::default()
    }
}

/// The same for an owner who leaves: three minutes are less than a second.
pub fn impatient() -> DeliverySettings {
    DeliverySettings { owner_absent: Duration::from_millis(900), ..quick() }
}

impl House {
    /// A house with its first server, whose owner has nothing to print yet.
    pub async fn open() -> (Self, Server) {
        Self::open_with(quick()).await
    }

    /// The same with other times.
    pub async fn open_with(settings: DeliverySettings) -> (Self, Server) {
        let folder = Folder::new("delivery-house");
        let url = DatabaseUrl::sqlite(&folder.join("house.db"));
        Self::open_at(folder, url, settings).await
    }

    /// The same on a new database of PostgreSQL.
    pub async fn open_with_postgres() -> (Self, Server) {
        let url = DatabaseUrl::parse(&Postgres::shared().create_database()).unwrap();
        Self::open_at(Folder::new("delivery-house"), url, quick()).await
    }

    async fn open_at(
        folder: Folder,
        url: DatabaseUrl,
        settings: DeliverySettings,
    ) -> (Self, Server) {
        InstallationKey::create_new(&folder.join("installation.key")).unwrap();
        let (queue, owner) = (QueueId::new(), PersonId::new());
        let mut house = Self { folder, url, starts: AtomicUsize::new(0), queue, owner };
        let store = house.store("a").await;
        house.owner = furnish(&store, queue).await;
        store.close().await;
        let server = house.start(settings).await;
        (house, server)
    }

    /// Where a test puts a program of its own in the place of the one that draws documents.
    pub fn renderer(&self) -> PathBuf {
        self.folder.join("renderer")
    }

    fn renderer_in_use(&self) -> PathBuf {
        let own = self.renderer();
        if own.exists() { own } else { programs::ours("document-worker") }
    }

    async fn store(&self, node: &str) -> Store {
        let node = NodeName::parse(node).unwrap();
        Store::open(&self.url, node, Arc::new(SystemClock)).await.unwrap()
    }

    /// Starts a server on what the last one left.
    pub async fn start(&self, settings: DeliverySettings) -> Server {
        self.start_node("a", settings).await
    }

    /// Starts a server beside the others.
    pub async fn start_node(&self, node: &str, settings: DeliverySettings) -> Server {
        self.starts.fetch_add(1, Ordering::SeqCst);
        let store = self.store(node).await;
        let key = self.folder.join("installation.key");
        let keys = Arc::new(Keys::open(&self.folder.join("days"), &key).unwrap());
        let spool = Spool::open(SpoolSettings {
            directory: self.folder.join("spool"),
            instance: store.instance().to_owned(),
            node: node.into(),
            epoch: store.epoch(),
            document_size_max: 1 << 30,
            reserve: Reserve { bytes: 0, percent: 0 },
        });
        let spool = spool.await.unwrap();
        let outcomes: Arc<Mutex<Vec<Outcome>>> = Arc::default();
        let at_end: Arc<AtEnd> = Arc::default();
        let (seen, called) = (outcomes.clone(), at_end.clone());
        let deliveries = Deliveries::new(DeliveryParts {
            store: store.clone(),
            spool: spool.clone(),
            keys: keys.clone(),
            renderer: Some(Worker::new(self.renderer_in_use(), 2)),
            clock: Arc::new(SystemClock),
            zone: TimeZone::named("Europe/Stockholm").unwrap(),
            changes: Changes::new(),
            settings,
            observe: Arc::new(move |outcome| {
                seen.lock().unwrap().push(*outcome);
                called.get().into_iter().for_each(|at_end| at_end(outcome));
            }),
        });
        let deliveries = deliveries.unwrap();
        let (queue, owner) = (self.queue, self.owner);
        Server { store, deliveries, outcomes, at_end, spool, keys, queue, owner }
    }
}

/// One department with a price list, one person in it, one queue.
async fn furnish(store: &Store, queue: QueueId) -> PersonId {
    let department = Department {
        id: DepartmentId::new(),
        code: "PHYS".into(),
        name_sv: "Fysik".into(),
        name_en: "Physics".into(),
    };
    store.put_department(&department).await.unwrap();
    let person = DirectoryPerson {
        source: "file".into(),
        key: "anna".into(),
        login: Login::parse("anna").unwrap(),
        name: "Anna Berg".into(),
        mail: None,
        language: Language::Swedish,
        department: Some(department.id),
        disabled: false,
        groups: Vec::new(),
    };
    let owner = store.put_person(&person).await.unwrap();
    let queue = Queue {
        id: queue,
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
        offer: QueueOffer::default(),
    };
    store.put_queue(&queue).await.unwrap();
    let prices = PriceList {
        impression_monochrome: Amount::from_ten_thousandths(3_000),
        impression_color: Amount::from_ten_thousandths(9_000),
        sheet: Amount::from_ten_thousandths(1_000),
    };
    store.publish_prices(AccountingDay::from_number(0), &prices, "test").await.unwrap();
    owner
}

impl Server {
    /// Adds a printer.
    pub async fn add_printer(&self, uri: &str) -> PrinterId {
        let printer = Printer {
            id: PrinterId::new(),
            name: format!("printer at {uri}"),
            uri: uri.to_owned(),
            location: String::new(),
            enabled: true,
            always_raster: false,
            place: store::Place::default(),
            machine: store::KnownMachine::default(),
            health: None,
        };
        self.store.put_printer(&printer).await.unwrap();
        printer.id
    }

    /// Takes in a PDF of so many pages, and holds it.
    pub async fn hold(&self, pages: usize, ticket: Ticket) -> JobId {
        let document = pdf(pages, Paper::A4, "report");
        self.hold_document(&document, "application/pdf", ticket).await
    }

    /// Takes in a page for somebody else, and holds it.
    pub async fn hold_for(&self, owner: OwnerId) -> JobId {
        let job = NewJob { owner, ..self.new_job(JobId::new(), Ticket::default()) };
        let document = self.stored(job.id, &pdf(1, Paper::A4, "report"), "application/pdf").await;
        self.store.intake(job, document).await.unwrap().id
    }

    /// Takes in a page that has this PIN, and holds it.
    pub async fn hold_with_pin(&self, pin: &str) -> JobId {
        let job = self.new_job(JobId::new(), Ticket::default());
        let pin = SentPin::parse("none", pin.as_bytes()).unwrap();
        let job = NewJob { password: Some(pin.sealed(&self.keys, job.id)), ..job };
        let document = self.stored(job.id, &pdf(1, Paper::A4, "report"), "application/pdf").await;
        self.store.intake(job, document).await.unwrap().id
    }

    /// What a session at a station needs, where nobody looks into documents.
    pub fn release_parts(&self) -> ReleaseParts {
        self.release_parts_with(None)
    }

    /// The same where somebody does, as soon as the inspector runs.
    pub fn release_parts_with(&self, workplace: Option<Workplace>) -> ReleaseParts {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let file = r#"{"kind": "file", "path": "/nobody-is-asked"}"#;
        let file: crate::config::Directory = serde_json::from_str(file).unwrap();
        let (store, keys) = (self.store.clone(), self.keys.clone());
        let directory =
            Directory::new(&[file], store.clone(), keys.clone(), clock.clone()).unwrap();
        let (changes, metrics, hurry) =
            (Changes::new(), Arc::new(Metrics::new()), Hurry::default());
        let inspector = Inspector::new(InspectorParts {
            store: store.clone(),
            spool: self.spool.clone(),
            keys: keys.clone(),
            changes: changes.clone(),
            metrics: metrics.clone(),
            hurry: hurry.clone(),
            workplace,
        });
        ReleaseParts {
            store,
            keys,
            directory: Arc::new(directory),
            deliveries: self.deliveries.clone(),
            inspector: Arc::new(inspector),
            changes,
            clock,
            zone: TimeZone::named("Europe/Stockholm").unwrap(),
            metrics,
            hurry,
            pins: Default::default(),
            rules: crate::release::Rules::default(),
        }
    }

    /// A job whose document begins to arrive so many seconds from now.
    pub async fn begin(&self, seconds: i64) -> JobId {
        let job = self.new_job(JobId::new(), Ticket::default());
        let created_at = job.created_at.plus_seconds(seconds);
        self.store.begin_incoming(NewJob { created_at, ..job }).await.unwrap().id
    }

    /// Its document has arrived.
    pub async fn complete(&self, job: JobId) {
        let document = pdf(1, Paper::A4, "report");
        let document = self.stored(job, &document, "application/pdf").await;
        let now = SystemClock.now();
        let until = now.plus_seconds(3_600);
        assert!(self.store.document_complete(job, document, now, until).await.unwrap());
    }

    /// Takes in a document, and holds it.
    pub async fn hold_document(&self, document: &[u8], format: &str, ticket: Ticket) -> JobId {
        let job = self.new_job(JobId::new(), ticket);
        let document = self.stored(job.id, document, format).await;
        self.store.intake(job, document).await.unwrap().id
    }

    async fn stored(&self, id: JobId, document: &[u8], format: &str) -> StoredDocument {
        let now = SystemClock.now();
        let day = TimeZone::named("Europe/Stockholm").unwrap().accounting_day(now);
        let (key, wrapped) = self.keys.new_document_key(id, day).unwrap();
        let mut writer = self.spool.create(id, day, key);
        writer.write(document).await.unwrap();
        let stored = writer.finish().await.unwrap();
        let kind = stored.location.kind().to_owned();
        StoredDocument {
            format: Keyword::parse(format).unwrap(),
            size_bytes: i64::try_from(stored.size_bytes).unwrap(),
            sha256: stored.sha256,
            location: Location { kind, id: stored.location.id() },
            day,
            wrapped_key: wrapped.into_bytes(),
        }
    }

    fn new_job(&self, id: JobId, ticket: Ticket) -> NewJob {
        let now = SystemClock.now();
        NewJob {
            id,
            queue: self.queue,
            owner: OwnerId::Person(self.owner),
            title: JobName::from_client("Salaries 2026"),
            claimed_name: None,
            door: Door::Basic,
            verified: true,
            ticket,
            client_hold: None,
            password: None,
            created_at: now,
            expires_at: now.plus_seconds(72 * 3600),
        }
    }

    /// The owner's word for these jobs.
    pub fn word(&self, jobs: &[JobId], printer: PrinterId) -> ClaimRequest {
        let now = SystemClock.now();
        ClaimRequest {
            tap: None,
            station: None,
            owner: OwnerId::Person(self.owner),
            member: None,
            jobs: JobsToClaim::List(jobs.to_vec()),
            proven: Vec::new(),
            tickets: Vec::new(),
            keep: Vec::new(),
            again: Vec::new(),
            by_hand: true,
            named: jobs.to_vec(),
            printer,
            at: now,
            accounting_day: TimeZone::named("Europe/Stockholm").unwrap().accounting_day(now),
            limit: 100,
            only_counted: false,
        }
    }

    /// The owner says go.
    pub async fn claim(&self, jobs: &[JobId], printer: PrinterId) -> Vec<ClaimedJob> {
        let claimed = self.store.claim(self.word(jobs, printer)).await.unwrap().claimed;
        assert_eq!(claimed.len(), jobs.len(), "every job is claimed");
        claimed
    }

    /// The owner says go, and the delivery begins.
    pub async fn release(&self, jobs: &[JobId], printer: PrinterId) {
        self.deliveries.start(self.claim(jobs, printer).await);
    }

    /// Waits for the end of the newest attempt.
    pub async fn ended(&self, job: JobId) -> AttemptRecord {
        self.wait("the attempt ends", async || {
            let attempt = self.store.attempts_of_job(job).await.unwrap().swap_remove(0);
            attempt.ended_at.is_some().then_some(attempt)
        })
        .await
    }

    /// Waits until whoever observes is told how the job's delivery ended: that is after the rows say so.
    pub async fn told(&self, job: JobId) -> Outcome {
        self.wait("the outcome is told", async || {
            let outcomes = self.outcomes.lock().unwrap();
            outcomes.iter().rev().find(|outcome| outcome.job == job).copied()
        })
        .await
    }

    /// Waits until the job is in a state.
    pub async fn is(&self, job: JobId, state: JobState) -> JobRecord {
        self.wait(&format!("the job is {state}"), async || {
            let record = self.store.job(job).await.unwrap();
            (record.state == state).then_some(record)
        })
        .await
    }

    /// Polls until something is there, with a limit.
    pub async fn wait<T>(&self, what: &str, mut there: impl AsyncFnMut() -> Option<T>) -> T {
        let until = Instant::now() + LIMIT;
        loop {
            if let Some(found) = there().await {
                return found;
            }
            assert!(Instant::now() < until, "never came: {what}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// What finance has for the job: monochrome, colour, sheets, and who counted, for each entry.
    pub async fn booked(&self, job: JobId) -> Vec<(u32, u32, u32, &'static str)> {
        let entries = self.store.entries_of_job(job).await.unwrap();
        let row = |usage: print_core::Usage| {
            let (monochrome, color) = (usage.impressions_monochrome, usage.impressions_color);
            (monochrome, color, usage.sheets, usage.counted.as_str())
        };
        entries.into_iter().map(|entry| row(entry.usage)).collect()
    }

    /// The server dies: no commit, no request after this.
    pub async fn kill(self) {
        self.deliveries.stop(Duration::ZERO).await;
        self.store.close().await;
    }
}
