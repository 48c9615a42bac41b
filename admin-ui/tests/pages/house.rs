//! A small house with people, printers, jobs and two years of bookings, and its pages on loopback.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use admin_ui::{AdminParts, NewUpload, Product};
use print_core::names::JobName;
use print_core::{
    AccountingDay, Amount, ClaimedName, Clock, Counted, DepartmentId, JobEvent, JobId, JobNumber,
    Keyword, Login, ManualClock, OwnerId, PageCount, Period, PersonId, PriceList, PrinterId,
    QueueId, StationId, Ticket, TimeZone, Timestamp, Usage,
};
use real_parts::folder::Folder;
use store::{
    ClaimRequest, DatabaseUrl, Department, DirectoryPerson, DocumentFacts, Door, EndAttempt,
    Grantee, JobsToClaim, Location, NewJob, NodeName, Printer, PrinterHealth, Queue, QueueOffer,
    ReleaseMode, Role, RoleGrant, Station, StationPolicy, Step, Store, StoredDocument,
};

use crate::desk::HouseDesk;

/// What the password of everybody is in this house.
pub const PASSWORD: &str = "tulpan-7";
/// The title of somebody's held job, which nobody else may read.
pub const SECRET_TITLE: &str = "Uppsägning av Kim.pdf";

/// Files that came, each with its size.
pub type Taken = Arc<Mutex<Vec<(NewUpload, usize)>>>;

/// The largest file of this house.
pub const FILE_MAX_BYTES: u64 = 1_000_000;

/// A running house.
pub struct House {
    pub store: Store,
    pub clock: Arc<ManualClock>,
    pub address: SocketAddr,
    pub departments: Vec<Department>,
    pub printer: PrinterId,
    pub queue: QueueId,
    pub secret_job: JobNumber,
    /// The files that were sent, each with its size.
    pub taken: Taken,
    _folder: Folder,
    _serving: tokio::task::JoinHandle<()>,
}

/// The people of the house; the last part of each name says what the person may do.
pub const PEOPLE: [(&str, &str, Option<&str>, store::Language); 5] = [
    ("it", "Ingrid Törn", Some("print-it"), store::Language::Swedish),
    ("finance", "Anna Lind", Some("print-finance"), store::Language::Swedish),
    ("helpdesk", "Hassan Öst", Some("print-helpdesk"), store::Language::Swedish),
    ("staff", "Kim Ek", None, store::Language::Swedish),
    ("visitor", "Ann Smith", None, store::Language::English),
];

const DEPARTMENTS: [(&str, &str, &str); 6] = [
    ("C1", "Fysiologi och farmakologi", "Physiology and Pharmacology"),
    ("C3", "Neurovetenskap", "Neuroscience"),
    ("H5", "Laboratoriemedicin", "Laboratory Medicine"),
    ("K6", "Kvinnors och barns hälsa", "Women's and Children's Health"),
    ("OF", "Odontologi", "Dental Medicine"),
    ("UB", "Universitetsbiblioteket", "University Library"),
];

pub fn zone() -> TimeZone {
    TimeZone::named("Europe/Stockholm").expect("the zone is built in")
}

pub fn day(text: &str) -> AccountingDay {
    AccountingDay::parse(text).expect("a day")
}

impl House {
    /// A house without bookings. Its clock stands at noon of 2026-11-12.
    pub async fn open() -> House {
        let folder = Folder::new("pages");
        let now = zone().start_of(day("2026-11-12")).plus_seconds(12 * 3_600);
        let clock = Arc::new(ManualClock::at(now));
        let url = format!("sqlite:{}/house.db", folder.path().display());
        let url = DatabaseUrl::parse(&url).expect("an address of a database");
        let node = NodeName::parse("a").expect("a name of a node");
        let store = Store::open(&url, node, Arc::clone(&clock) as Arc<dyn Clock>).await;
        let store = store.expect("the database opens");
        let departments = departments(&store).await;
        people(&store, &departments).await;
        let (printer, queue) = machines(&store, now).await;
        let taken = Taken::default();
        let (address, serving) = serve(&store, &clock, &taken).await;
        let mut house = House {
            store,
            clock,
            address,
            departments,
            printer,
            queue,
            secret_job: JobNumber::new(1).expect("a number"),
            taken,
            _folder: folder,
            _serving: serving,
        };
        house.secret_job = house.held("staff", SECRET_TITLE).await.1;
        house
    }

    /// The same with two years of bookings for every department, the present month half done.
    pub async fn with_history() -> House {
        let house = House::open().await;
        let last = Period::new(2026, 11).expect("a month");
        for back in (0..24_i32).rev() {
            let period = last.plus_months(-back);
            for (place, department) in house.departments.clone().into_iter().enumerate() {
                let share = season(period.month()) * u32::try_from(3 + place).expect("small");
                let drift = 100 + u32::try_from((back * 7 + place as i32 * 5) % 13).expect("small");
                let sheets = share * drift / 100 * if back == 0 { 4 } else { 10 };
                let usage = Usage {
                    impressions_monochrome: sheets * 5 / 4,
                    impressions_color: sheets / (2 + u32::try_from(place).expect("small")),
                    sheets,
                    counted: if place == 4 { Counted::Estimated } else { Counted::Printer },
                };
                house.book(&department, period.first_day(), usage).await;
            }
        }
        house.book(&house.departments[1].clone(), day("2026-11-04"), Usage::UNKNOWN).await;
        house
    }

    pub async fn person(&self, login: &str) -> PersonId {
        let login = Login::parse(login).expect("a login");
        let person = self.store.person_by_login(&login).await.expect("the database answers");
        person.expect("the person is there").id
    }

    /// A held job.
    pub async fn held(&self, login: &str, title: &str) -> (JobId, JobNumber) {
        self.held_for(OwnerId::Person(self.person(login).await), title, None).await
    }

    /// A held job of a person or a machine, with what the client called its user.
    pub async fn held_for(
        &self,
        owner: OwnerId,
        title: &str,
        user: Option<&str>,
    ) -> (JobId, JobNumber) {
        let id = JobId::new();
        let now = self.clock.now();
        let job = NewJob {
            id,
            queue: self.queue,
            owner,
            title: JobName::parse(title).expect("a title"),
            claimed_name: user.map(|user| ClaimedName::parse(user).expect("a name")),
            door: Door::Basic,
            verified: true,
            ticket: Ticket::default(),
            client_hold: None,
            password: None,
            created_at: now,
            expires_at: now.plus_seconds(72 * 3_600),
        };
        let document = StoredDocument {
            format: Keyword::parse("application/pdf").expect("a format"),
            size_bytes: 184_320,
            sha256: [7; 32],
            location: Location { kind: "file".into(), id: id.to_string() },
            day: day("2026-11-12"),
            wrapped_key: vec![1; 60],
        };
        let accepted = self.store.intake(job, document).await.expect("the job is taken");
        (id, accepted.number)
    }

    /// The job's document has been looked into.
    pub async fn counted(&self, job: JobId, pages: PageCount) {
        let detail = serde_json::json!({});
        let facts = DocumentFacts { pages: Some(pages), fault: None, detail };
        self.store.keep_facts(job, &facts).await.expect("the facts are kept");
    }

    /// The person's account is closed.
    pub async fn disable(&self, login: &str) {
        let language = store::Language::Swedish;
        let closed = person(login, "Kim Ek", Some(self.departments[0].id), Vec::new(), language);
        let closed = DirectoryPerson { disabled: true, ..closed };
        self.store.put_people(&[closed]).await.expect("the person is kept");
    }

    /// A print of the department, from held to booked.
    pub async fn book(&self, department: &Department, on: AccountingDay, usage: Usage) {
        let login = format!("of-{}", department.code.to_lowercase());
        let (job, _) = self.held(&login, "Rapport.pdf").await;
        let request = ClaimRequest {
            tap: None,
            station: None,
            owner: OwnerId::Person(self.person(&login).await),
            member: None,
            jobs: JobsToClaim::List(vec![job]),
            proven: Vec::new(),
            tickets: Vec::new(),
            keep: Vec::new(),
            again: Vec::new(),
            by_hand: true,
            named: Vec::new(),
            printer: self.printer,
            at: self.clock.now(),
            accounting_day: on,
            limit: 1,
            only_counted: false,
        };
        let release = self.store.claim(request).await.expect("the job is claimed");
        let claimed = release.claimed.first().expect("one job was claimed");
        let created = Step::Created {
            printer_job_id: 1,
            printer_job_uuid: None,
            printer_up_time: None,
            blanks: 0,
        };
        let at = self.clock.now();
        let step = self.store.step(claimed.attempt, claimed.fence, created, at).await;
        step.expect("the printer knows the job");
        let end = EndAttempt {
            attempt: claimed.attempt,
            fence: claimed.fence,
            event: JobEvent::Finish,
            usage,
            at,
            reason: Some(Keyword::parse("job-completed-successfully").expect("a keyword")),
            goes_on: false,
        };
        self.store.end_attempt(end).await.expect("the print is booked");
    }
}

/// How busy a month is.
fn season(month: i8) -> u32 {
    match month {
        7 => 9,
        6 | 8 | 12 => 18,
        9 | 10 => 36,
        _ => 28,
    }
}

async fn departments(store: &Store) -> Vec<Department> {
    let mut made = Vec::new();
    for (code, name_sv, name_en) in DEPARTMENTS {
        let department = Department {
            id: DepartmentId::new(),
            code: code.into(),
            name_sv: name_sv.into(),
            name_en: name_en.into(),
        };
        store.put_department(&department).await.expect("the department is kept");
        made.push(department);
    }
    made
}

async fn people(store: &Store, departments: &[Department]) {
    let mut all: Vec<DirectoryPerson> = Vec::new();
    for (login, name, group, language) in PEOPLE {
        let groups = group.map(str::to_owned).into_iter().collect();
        all.push(person(login, name, Some(departments[0].id), groups, language));
    }
    for department in departments {
        let login = format!("of-{}", department.code.to_lowercase());
        let language = store::Language::Swedish;
        all.push(person(&login, "Någon", Some(department.id), Vec::new(), language));
    }
    store.put_people(&all).await.expect("the people are kept");
    for (role, group) in [
        (Role::Admin, "print-it"),
        (Role::Finance, "print-finance"),
        (Role::Helpdesk, "print-helpdesk"),
    ] {
        let grant = RoleGrant { role, to: Grantee::Group(group.into()) };
        store.grant_role(&grant).await.expect("the role is kept");
    }
}

fn person(
    login: &str,
    name: &str,
    department: Option<DepartmentId>,
    groups: Vec<String>,
    language: store::Language,
) -> DirectoryPerson {
    DirectoryPerson {
        source: "campus".into(),
        key: login.into(),
        login: Login::parse(login).expect("a login"),
        name: name.into(),
        mail: None,
        language,
        department,
        disabled: false,
        groups,
    }
}

async fn machines(store: &Store, now: Timestamp) -> (PrinterId, QueueId) {
    let mut first = None;
    for (name, location, state, reasons) in [
        ("B2 plan 3", "Hus B, plan 3, vid hissen", 3, "none"),
        ("B2 plan 5", "Hus B, plan 5, pentryt", 4, "toner-low-report,media-low-warning"),
        ("Aula", "Aula Medica, foajén", 5, "media-jam-error,acme-flux-warning"),
        ("Kansliet", "Nobels väg 5, rum 214", 0, ""),
    ] {
        let id = PrinterId::new();
        let printer = Printer {
            id,
            name: name.into(),
            uri: "ipp://127.0.0.1:1/ipp/print".into(),
            location: location.into(),
            enabled: true,
            always_raster: false,
            place: store::Place::default(),
            machine: store::KnownMachine::default(),
            health: None,
        };
        store.put_printer(&printer).await.expect("the printer is kept");
        let health = PrinterHealth {
            state,
            reasons: reasons.into(),
            attributes: serde_json::json!({}),
            checked_at: now.plus_seconds(-40),
        };
        store.set_printer_health(id, &health).await.expect("its state is kept");
        first.get_or_insert(id);
    }
    let printer = first.expect("there are printers");
    let queue = QueueId::new();
    for (id, name, info, release) in [
        (queue, "followme", "Kommer ut där du håller ditt kort", ReleaseMode::Tap),
        (QueueId::new(), "etiketter", "Etiketter till labbet", ReleaseMode::AtOnce(printer)),
    ] {
        let queue = Queue {
            id,
            name: name.into(),
            info: info.into(),
            release,
            hold_hours: 72,
            door_basic: true,
            door_negotiate: false,
            door_bearer: false,
            door_uploads: true,
            claimed_networks: Vec::new(),
            enabled: true,
            offer: QueueOffer::default(),
        };
        store.put_queue(&queue).await.expect("the queue is kept");
    }
    let station = Station {
        id: StationId::new(),
        name: "B2 plan 3".into(),
        key_sha256: Some([1; 32]),
        revoked_at: None,
        language: store::Language::Swedish,
        policy: StationPolicy::Choose,
        printers: vec![printer],
        seen_at: None,
        guard: store::StationGuard::default(),
    };
    store.put_station(&station).await.expect("the station is kept");
    store.station_seen(station.id).await.expect("the station is seen");
    let prices = PriceList {
        impression_monochrome: Amount::from_ten_thousandths(4_500),
        impression_color: Amount::from_ten_thousandths(22_000),
        sheet: Amount::from_ten_thousandths(3_000),
    };
    let first_day = day("2024-01-01");
    store.publish_prices(first_day, &prices, "test").await.expect("the prices are kept");
    (printer, queue)
}

async fn serve(
    store: &Store,
    clock: &Arc<ManualClock>,
    taken: &Taken,
) -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let router = admin_ui::router(AdminParts {
        elsewhere: None,
        store: store.clone(),
        desk: Arc::new(HouseDesk { store: store.clone(), taken: Arc::clone(taken) }),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        zone: zone(),
        product: Product {
            name: "Follow-me print".into(),
            organisation: "Karolinska Institutet".into(),
            contact: "helpdesk@example.org".into(),
        },
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound listener has an address");
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move {
        axum::serve(listener, service).await.expect("the listener serves");
    });
    (address, serving)
}
