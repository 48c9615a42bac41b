//! What the tests have in common: a store on each database, a person, a queue, printers and prices.

use std::future::Future;
use std::sync::Arc;

use print_core::{
    AccountingDay, Amount, Clock, Counted, DepartmentId, JobId, JobName, JobState, Keyword, Login,
    ManualClock, OwnerId, PersonId, PriceList, PrinterId, QueueId, StationId, Ticket, Timestamp,
    Usage,
};
use real_parts::folder::Folder;
use real_parts::postgres::Postgres;
use store::{
    ClaimRequest, DatabaseUrl, Department, DirectoryPerson, Door, JobsToClaim, Language, Location,
    NewJob, NodeName, Printer, Queue, QueueOffer, ReleaseMode, Station, StationPolicy, Store,
    StoredDocument, TapKey,
};

/// 2026-11-16, a Monday, at 08:00 UTC.
pub const MORNING: Timestamp = Timestamp::from_micros(1_794_816_000_000_000);

/// One database with one store open on it, and what stands in the house.
pub struct Scene {
    pub store: Store,
    pub clock: Arc<ManualClock>,
    pub url: DatabaseUrl,
    pub owner: OwnerId,
    pub person: PersonId,
    pub department: DepartmentId,
    pub queue: QueueId,
    pub printers: [PrinterId; 2],
    pub station: StationId,
    pub day: AccountingDay,
}

/// Runs the test once on SQLite and once on PostgreSQL, each on a new database.
pub fn for_each_database<F>(test: impl Fn(Scene) -> F)
where
    F: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = { runtime }.worker_threads(4).enable_all().build().expect("a runtime");
    for postgres in [false, true] {
        runtime.block_on(async {
            let folder = Folder::new("store");
            let url = if postgres {
                DatabaseUrl::parse(&Postgres::shared().create_database()).expect("a URL")
            } else {
                DatabaseUrl::sqlite(&folder.join("house.db"))
            };
            let scene = Scene::new(url).await;
            let store = scene.store.clone();
            test(scene).await;
            store.close().await;
        });
    }
}

pub async fn open(url: &DatabaseUrl, node: &str, clock: &Arc<ManualClock>) -> Store {
    let node = NodeName::parse(node).expect("a name");
    Store::open(url, node, Arc::clone(clock) as Arc<dyn Clock>).await.expect("the store opens")
}

impl Scene {
    /// What stands in the house, in an empty database.
    pub async fn new(url: DatabaseUrl) -> Self {
        let clock = Arc::new(ManualClock::at(MORNING));
        let store = open(&url, "a", &clock).await;
        let department = DepartmentId::new();
        let row = Department {
            id: department,
            code: "K8".into(),
            name_sv: "Fysiologi".into(),
            name_en: "Physiology".into(),
        };
        store.put_department(&row).await.expect("a department");
        let person = store.put_person(&person("anna", Some(department))).await.expect("a person");
        let printers = [PrinterId::new(), PrinterId::new()];
        for (id, name) in printers.into_iter().zip(["KS-4-17", "KS-5-01"]) {
            store.put_printer(&printer(id, name)).await.expect("a printer");
        }
        let queue = QueueId::new();
        store.put_queue(&row_of_queue(queue)).await.expect("a queue");
        let day = AccountingDay::parse("2026-11-16").expect("a day");
        let first = AccountingDay::parse("2026-01-01").expect("a day");
        store.publish_prices(first, &prices(), "test").await.expect("prices");
        let station = StationId::new();
        let owner = OwnerId::Person(person);
        Self { store, clock, url, owner, person, department, queue, printers, station, day }
    }

    pub fn new_job(&self) -> NewJob {
        NewJob {
            id: JobId::new(),
            queue: self.queue,
            owner: self.owner,
            title: JobName::from_client("Report.pdf"),
            claimed_name: None,
            door: Door::Basic,
            verified: true,
            ticket: Ticket { copies: 2, ..Ticket::default() },
            client_hold: None,
            password: None,
            created_at: self.clock.now(),
            expires_at: self.clock.now().plus_seconds(72 * 3_600),
        }
    }

    pub fn document(&self) -> StoredDocument {
        StoredDocument {
            format: keyword("application/pdf"),
            size_bytes: 10_240,
            sha256: [7; 32],
            location: Location { kind: "file".into(), id: JobId::new().to_string() },
            day: self.day,
            wrapped_key: vec![9; 60],
        }
    }

    /// Takes a job in; each is a second younger than the one before.
    pub async fn held(&self) -> JobId {
        self.clock.advance(1);
        let accepted = self.store.intake(self.new_job(), self.document()).await.expect("intake");
        accepted.id
    }

    /// Adds a queue that prints at once at this printer.
    pub async fn direct_queue(&self, printer: PrinterId) -> QueueId {
        let id = QueueId::new();
        let release = ReleaseMode::AtOnce(printer);
        let queue = Queue { name: "Labels".into(), release, ..row_of_queue(id) };
        self.store.put_queue(&queue).await.expect("a direct queue");
        id
    }

    /// Adds a station beside this printer.
    pub async fn add_station(&self, printer: PrinterId) -> StationId {
        let id = StationId::new();
        // Its key has 32 digits; any 32 bytes will do, as long as no other station has them.
        let digits = id.to_string().replace('-', "");
        let key_sha256 = digits.as_bytes().try_into().expect("32 bytes");
        let station = Station {
            id,
            name: format!("Station {id}"),
            key_sha256: Some(key_sha256),
            language: Language::Swedish,
            policy: StationPolicy::AllAtOnce,
            printers: vec![printer],
            revoked_at: None,
            seen_at: None,
            guard: store::StationGuard::default(),
        };
        self.store.put_station(&station).await.expect("a station");
        id
    }

    pub fn tap(&self, tap: i64) -> TapKey {
        TapKey { station: self.station, boot_id: "boot-1".into(), tap }
    }

    pub fn claim(&self, tap: Option<TapKey>, jobs: JobsToClaim) -> ClaimRequest {
        let named = match &jobs {
            JobsToClaim::List(jobs) => jobs.clone(),
            JobsToClaim::First | JobsToClaim::All => Vec::new(),
        };
        ClaimRequest {
            by_hand: matches!(jobs, JobsToClaim::List(_)),
            named,
            tap,
            station: None,
            owner: self.owner,
            member: None,
            jobs,
            proven: Vec::new(),
            tickets: Vec::new(),
            keep: Vec::new(),
            again: Vec::new(),
            printer: self.printers[0],
            at: self.clock.now(),
            accounting_day: self.day,
            limit: 100,
            only_counted: false,
        }
    }

    pub async fn state(&self, job: JobId) -> JobState {
        self.store.job(job).await.expect("the job").state
    }

    pub async fn assert_whole(&self) {
        let invariants = self.store.invariants().await.expect("the invariants");
        assert!(invariants.is_whole(), "{invariants:?}");
    }
}

pub fn keyword(text: &str) -> Keyword {
    Keyword::parse(text).expect("a keyword")
}

pub fn prices() -> PriceList {
    PriceList {
        impression_monochrome: Amount::from_ten_thousandths(7_000),
        impression_color: Amount::from_ten_thousandths(47_000),
        sheet: Amount::from_ten_thousandths(3_000),
    }
}

pub fn usage(impressions_monochrome: u32, impressions_color: u32, sheets: u32) -> Usage {
    Usage { impressions_monochrome, impressions_color, sheets, counted: Counted::Printer }
}

pub fn nothing() -> Usage {
    usage(0, 0, 0)
}

pub fn person(login: &str, department: Option<DepartmentId>) -> DirectoryPerson {
    DirectoryPerson {
        source: "file".into(),
        key: format!("key-{login}"),
        login: Login::parse(login).expect("a login"),
        name: format!("{login} Öberg"),
        mail: None,
        language: Language::Swedish,
        department,
        disabled: false,
        groups: vec!["Staff".into(), "Print-Admins".into()],
    }
}

pub fn printer(id: PrinterId, name: &str) -> Printer {
    Printer {
        id,
        name: name.into(),
        uri: "ipp://127.0.0.1:8640/ipp/print".into(),
        location: "Plan 4".into(),
        enabled: true,
        always_raster: false,
        place: store::Place::default(),
        machine: store::KnownMachine::default(),
        health: None,
    }
}

fn row_of_queue(id: QueueId) -> Queue {
    Queue {
        id,
        name: "FollowMe".into(),
        info: "Held until you tap".into(),
        release: ReleaseMode::Tap,
        hold_hours: 72,
        door_basic: true,
        door_negotiate: true,
        door_bearer: false,
        door_uploads: false,
        claimed_networks: vec!["127.0.0.0/8".into()],
        enabled: true,
        offer: QueueOffer::default(),
    }
}
