//! Signing in by the Kerberos ticket of one's computer, in realms of the tests' own.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use ipp_codec::{GroupTag, Operation, Status, names};
use real_parts::documents::{Paper, pdf};
use real_parts::folder::Folder;
use real_parts::kdc::{HOST, Kdc, Tickets};
use real_parts::programs::Account;
use real_parts::{programs, waiting};

use crate::scene::house::state;
use crate::scene::{ANNA, Client, House, Setup, TapEnd};

const REALM: &str = "CAMPUS.TEST";
const SERVICE: &str = "HTTP/localhost";

/// A realm of anna, bo, elsa and a stranger, and the keytab of our service.
pub struct Realm {
    kdc: Kdc,
    folder: Folder,
}

impl Realm {
    /// Makes it and starts its KDC.
    pub fn new() -> Realm {
        let realm = Realm { kdc: Kdc::start(REALM), folder: Folder::new("service") };
        for login in ["anna", "bo", "elsa", "stranger", "anna/admin"] {
            realm.kdc.add_person(login);
        }
        realm.kdc.add_service(SERVICE, &realm.keytab());
        realm
    }

    fn keytab(&self) -> PathBuf {
        self.folder.join("http.keytab")
    }

    /// The section of a server that takes tickets for the service of the web.
    pub fn settings(&self) -> String {
        self.settings_with(&self.kdc.krb5_conf())
    }

    fn settings_with(&self, krb5_conf: &std::path::Path) -> String {
        format!(
            "[kerberos]\nkeytab = \"{}\"\nservices = [\"{SERVICE}\"]\nrealms = [\"{REALM}\"]\n\
             replay_cache = \"kerberos-replays\"\nkrb5_conf = \"{}\"\n",
            self.keytab().display(),
            krb5_conf.display()
        )
    }

    /// A house whose queue takes tickets only.
    fn house(&self) -> Setup {
        Setup::new().no_claims().negotiate().more(&self.settings())
    }
}

/// A client over TLS that has not said who it is.
fn client(house: &House) -> Client {
    house.client().over_tls(&house.authority())
}

/// Validate-Job with this header; its HTTP status and the ways to sign in that the answer names.
fn validate(client: &Client, header: &str) -> (u16, Vec<String>) {
    let client = client.clone().authorized_by(header);
    let answer = client.ask(&client.request(Operation::VALIDATE_JOB, "x"), &[]);
    (answer.http, ways(&answer.head))
}

fn ways(head: &str) -> Vec<String> {
    let field = |line: &str| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("www-authenticate").then(|| value.trim().to_owned())
    };
    head.lines().filter_map(field).collect()
}

/// Prints as curl does: by a ticket that it gets itself, telling from the answer whether the server is the
/// one that the ticket was for.
fn print_with_curl(house: &House, tickets: &Tickets) -> String {
    let client = client(house);
    let mut body = client.print_job("somebody", "Report").encode().expect("our own request");
    body.extend_from_slice(&pdf(2, Paper::A4, "Report"));
    let (request, authority) = (house.path("request.ipp"), house.path("curl-ca.pem"));
    fs::write(&request, body).expect("the folder is ours");
    fs::write(&authority, house.authority()).expect("the folder is ours");
    let mut curl = tickets.command("curl", "curl");
    curl.args(["--silent", "--show-error", "--fail", "--max-time", "30", "--noproxy", "*"]);
    curl.args(["--negotiate", "--user", ":", "--dump-header", "-", "--output", "/dev/null"]);
    curl.args(["--header", "Content-Type: application/ipp", "--cacert"]).arg(authority);
    curl.arg("--data-binary").arg(format!("@{}", request.display()));
    programs::run(curl.arg(format!("https://{HOST}:{}/ipp/print/followme", house.ports().print)))
}

fn journey(setup: impl FnOnce(Setup) -> Setup) {
    let mut realm = Realm::new();
    let tickets = realm.kdc.sign_in("anna");
    let headers: Vec<_> = (0..3).map(|_| tickets.header("HTTP")).collect();
    // Whoever has a ticket needs the realm no more, and we never do.
    realm.kdc.take_down();
    let house = setup(realm.house()).start();
    let asked = client(&house);
    let question = asked.request(Operation::GET_PRINTER_ATTRIBUTES, "x");
    let offer = asked.ask(&question, &[]).ipp();
    let printer = offer.groups(GroupTag::PRINTER).next().expect("a queue").clone();
    assert_eq!(printer.string("uri-authentication-supported").as_deref(), Some("negotiate"));

    let said = print_with_curl(&house, &tickets);
    let proof = ways(&said);
    assert!(proof.len() == 1 && proof[0].starts_with("Negotiate oYG"), "the proof: {said}");
    let by_ticket = |header: &str| client(&house).authorized_by(header);
    let jobs = by_ticket(&headers[0]);
    let listed = jobs.ask(&jobs.request(Operation::GET_JOBS, "x"), &[]).ipp();
    let number = listed.integer(GroupTag::JOB, names::JOB_ID).expect("anna's job");
    let job = by_ticket(&headers[1]).job("x", number);
    assert_eq!(job.integer(names::JOB_STATE), Some(state::HELD));
    assert_eq!(job.string(names::JOB_ORIGINATING_USER_NAME).as_deref(), Some("anna"));
    let replayed = validate(&client(&house), &headers[1]);
    assert_eq!(replayed, (401, vec!["Negotiate".into()]), "each token is good once");
    house.hall().1.tap(ANNA).expect(TapEnd::Printed);
    assert_eq!(house.booked("K8").sheets, 2);
    house.expect_whole();
}

#[test]
fn whoever_has_a_ticket_prints_without_being_asked_even_while_the_realm_is_down() {
    journey(|setup| setup);
}

#[test]
fn whoever_has_a_ticket_prints_with_postgresql() {
    journey(Setup::postgres);
}

#[test]
fn a_ticket_that_is_not_for_us_or_of_nobody_here_opens_nothing() {
    let realm = Realm::new();
    // Keys that the library takes, and that are none of the print service.
    realm.kdc.add_service("host/localhost", &realm.keytab());
    let strangers = Kdc::start("ELSEWHERE.TEST");
    strangers.add_person("anna");
    strangers.add_service(SERVICE, &realm.keytab());
    realm.kdc.add_service("ftp/localhost", &realm.folder.join("ftp.keytab"));
    let mut house = realm.house().without_stations().start();
    let asked = client(&house);
    let anna = realm.kdc.sign_in("anna");
    let unauthorized = (401, vec!["Negotiate".to_owned()]);
    let request = asked.request(Operation::VALIDATE_JOB, "anna");
    let nothing = asked.ask(&request, &[]);
    assert_eq!((nothing.http, ways(&nothing.head)), unauthorized);
    for header in [
        anna.header("host"),
        anna.header("ftp"),
        strangers.sign_in("anna").header("HTTP"),
        realm.kdc.sign_in("anna/admin").header("HTTP"),
        "Negotiate".to_owned(),
        "Negotiate ****".to_owned(),
        "Negotiate Z2FyYmFnZQ==".to_owned(),
        format!("Negotiate {}", "YIIB".repeat(7_000)),
        "Basic YW5uYTpwYXNzd29yZA==".to_owned(),
    ] {
        assert_eq!(validate(&asked, &header), unauthorized, "{header}");
    }
    // They are who they say; they have no account, or none any more.
    for nobody in ["elsa", "stranger"] {
        let header = realm.kdc.sign_in(nobody).header("HTTP");
        let reply = asked.clone().authorized_by(&header).ask(&request, &[]).ipp();
        assert_eq!(reply.status(), Status::CLIENT_ERROR_NOT_AUTHORIZED, "{nobody}");
        let text = reply.status_message().unwrap_or_default().to_owned();
        assert!(text.contains("Sign in with your own account"), "{text}");
    }
    assert_eq!(validate(&asked, &anna.header("HTTP")).0, 200);
    let audit = house.admin(&["audit", "--limit", "1000"]);
    for event in ["refused: ticket", "refused: ticket of nobody"] {
        assert!(audit.contains(event), "{event}: {audit}");
    }
    let log = house.server_log();
    for reason in [
        "the ticket is for the service host/localhost@CAMPUS.TEST",
        "ftp/localhost@CAMPUS.TEST not found in keytab",
        "the ticket is of the realm ELSEWHERE.TEST",
        "not a person",
    ] {
        assert!(log.contains(reason), "{reason}:\n{log}");
    }
    house.expect_whole();
}

#[test]
fn a_ticket_that_has_ended_opens_nothing() {
    let realm = Realm::new();
    let settings = realm.settings_with(&realm.kdc.exact_krb5_conf());
    let setup = Setup::new().no_claims().negotiate().more(&settings);
    let mut house = setup.without_stations().start();
    let tickets = realm.kdc.sign_in_for("anna", Duration::from_secs(2));
    let header = tickets.header("HTTP");
    let ended = || tickets.have_ended().then_some(());
    assert!(waiting::poll(Duration::from_secs(20), ended).is_some(), "two seconds pass");
    assert_eq!(validate(&client(&house), &header).0, 401);
    let log = house.server_log();
    // The client's own time, which no honest client puts behind the ticket's end, is looked at first.
    let reasons = ["Ticket expired", "Clock skew too great"];
    assert!(reasons.iter().any(|reason| log.contains(reason)), "{log}");
}

#[test]
fn a_ticket_that_is_sent_in_the_clear_is_spent_for_nothing() {
    let realm = Realm::new();
    let house = realm.house().without_stations().start();
    let tickets = realm.kdc.sign_in("anna");
    let header = tickets.header("HTTP");
    assert_eq!(validate(&house.client(), &header).0, 426);
    assert_eq!(validate(&client(&house), &header).0, 401, "whoever read it has nothing");
    assert_eq!(validate(&client(&house), &tickets.header("HTTP")).0, 200);
    let audit = house.admin(&["audit", "--limit", "1000"]);
    assert!(audit.contains("refused: ticket in the clear"), "{audit}");
}

#[test]
fn whoever_guesses_tickets_is_not_looked_at_any_more_and_passwords_still_are() {
    let realm = Realm::new();
    let limits = "[limits]\nrefusals_per_address_minute = 3\n";
    let setup = Setup::new().passwords().no_claims().negotiate();
    let setup = setup.more(&format!("{}{limits}", realm.settings()));
    let house = setup.without_stations().start();
    let asked = client(&house);
    let both = validate(&asked, "Negotiate Z2FyYmFnZQ==");
    assert_eq!(both.0, 401);
    assert!(both.1[0] == "Negotiate" && both.1[1].starts_with("Basic "), "{both:?}");
    for _ in 0..2 {
        assert_eq!(validate(&asked, "Negotiate Z2FyYmFnZQ==").0, 401);
    }
    let good = realm.kdc.sign_in("anna").header("HTTP");
    let request = asked.request(Operation::VALIDATE_JOB, "x");
    let late = asked.clone().authorized_by(&good).ask(&request, &[]).ipp();
    assert_eq!(late.status(), Status::SERVER_ERROR_BUSY);
    let signed_in = asked.signed_in("anna", crate::scene::PASSWORD);
    assert!(signed_in.ask(&request, &[]).ipp().status().is_successful());
}

#[test]
fn a_configuration_that_cannot_take_tickets_says_what_is_missing() {
    let realm = Realm::new();
    let house = realm.house().without_stations().start();
    let check = || {
        let output = house.command(&["check-config"]).output().expect("the program is there");
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (good, text) = check();
    assert!(good && text.contains("good  kerberos: the Kerberos library can accept"), "{text}");
    let keytab = realm.keytab();
    let with_mode = |mode| fs::set_permissions(&keytab, fs::Permissions::from_mode(mode)).unwrap();
    with_mode(0o640);
    let (good, text) = check();
    assert!(!good && text.contains("chmod 600"), "{text}");
    with_mode(0o600);
    let config = house.path("print-server.toml");
    let settings = fs::read_to_string(&config).unwrap();
    for (from, to, wanted) in [
        ("HTTP/localhost", "HTTP/print.example.org", "it has: HTTP/localhost@CAMPUS.TEST"),
        ("http.keytab", "missing.keytab", "missing.keytab"),
        ("[\"CAMPUS.TEST\"]", "[\"OTHER.TEST\"]", "the key is of the realm CAMPUS.TEST"),
    ] {
        fs::write(&config, settings.replace(from, to)).unwrap();
        let (_, text) = check();
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    let without = settings.split("[kerberos]").next().unwrap();
    fs::write(&config, without).unwrap();
    let change = ["admin", "queue", "change", "followme", "--negotiate", "yes"];
    let output = house.command(&change).output().expect("the program is there");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && text.contains("put [kerberos] into"), "{text}");
}

/// CUPS shows no ticket to a host that it takes for its own machine, whose address is 127.0.0.1 or ::1, nor to
/// one whose name has no dot. The same address as IPv6 writes it is neither.
pub const HOST_OF_CUPS: &str = "::ffff:127.0.0.1";

/// The service whose ticket CUPS asks for: that of the whole machine, unless it is told otherwise.
pub fn service_of_cups() -> String {
    format!("host/{HOST_OF_CUPS}")
}

/// What CUPS's backend, which may run as another user, needs to find the tickets.
impl Realm {
    /// Adds the service that CUPS asks for to the keytab.
    pub fn add_service_of_cups(&self) {
        self.kdc.add_service(&service_of_cups(), &self.keytab());
    }

    /// The section of a server that takes tickets for that service.
    pub fn settings_of_cups(&self) -> String {
        self.settings().replace(SERVICE, &service_of_cups())
    }

    /// Signs a person in.
    pub fn sign_in(&self, login: &str) -> Tickets {
        self.kdc.sign_in(login)
    }

    /// A copy of this file that everybody can read.
    pub fn readable(&self, from: &Path, name: &str) -> PathBuf {
        self.open_to_everybody();
        let copy = self.folder.join(name);
        fs::copy(from, &copy).expect("the folder is ours");
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o644)).expect("it is ours");
        copy
    }

    /// The realm's configuration, for everybody.
    pub fn readable_conf(&self) -> String {
        self.readable(&self.kdc.krb5_conf(), "krb5.conf").display().to_string()
    }

    /// The same, in which everybody's tickets are in a file of their own.
    pub fn conf_with_caches(&self) -> String {
        let text = fs::read_to_string(self.kdc.krb5_conf()).expect("it was written at the start");
        let caches = format!("default_ccache_name = FILE:{}", self.cache_of("%{uid}").display());
        let text = text.replace("[libdefaults]\n", &format!("[libdefaults]\n{caches}\n"));
        let plain = self.folder.write("krb5-caches.conf", text);
        self.readable(&plain, "krb5-of-everybody.conf").display().to_string()
    }

    fn cache_of(&self, uid: &str) -> PathBuf {
        self.folder.join(&format!("krb5cc_{uid}"))
    }

    /// Puts the tickets where this account, or whoever we are, looks for its own, which nobody else can read.
    pub fn give_cache(&self, tickets: &Tickets, account: Option<Account>) {
        self.open_to_everybody();
        let ours = || programs::run(Command::new("id").arg("-u")).trim().to_owned();
        let cache = self.cache_of(&account.map_or_else(ours, |account| account.uid.to_string()));
        fs::copy(tickets.cache(), &cache).expect("the folder is ours");
        fs::set_permissions(&cache, fs::Permissions::from_mode(0o600)).expect("it is ours");
        if let Some(Account { uid, gid }) = account {
            chown(&cache, Some(uid), Some(gid)).expect("root may give it away");
        }
    }

    fn open_to_everybody(&self) {
        let everybody = fs::Permissions::from_mode(0o711);
        fs::set_permissions(self.folder.path(), everybody).expect("it is ours");
    }
}
