//! What an installation is made of, before it starts.

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use e2e::house::furnish;
use real_parts::folder::Folder;
use real_parts::postgres::Postgres;

use super::crowd::Resident;
use super::house::{House, Ports};
use super::{ANNA, BO, ELSA, Mfp, PASSWORD, QUEUE, Station};

/// Holds the database's address, with its password.
const DATABASE_FILE: &str = "database-url";

/// An installation that is not started yet.
pub struct Setup {
    postgres: bool,
    directory: Option<String>,
    passwords: bool,
    basic: bool,
    negotiate: bool,
    bearer: bool,
    web: Option<u16>,
    secrets: Vec<(String, String)>,
    claims: bool,
    more: String,
    proxy: bool,
    storage: Option<PathBuf>,
    stations: bool,
    crowd: usize,
}

impl Setup {
    /// Server with SQLite, people in a file without passwords, one queue that takes the word of this
    /// machine's programs, printers Hall and Library, a station beside each.
    pub fn new() -> Setup {
        Setup {
            postgres: false,
            directory: None,
            passwords: false,
            basic: false,
            negotiate: false,
            bearer: false,
            web: None,
            secrets: Vec::new(),
            claims: true,
            more: String::new(),
            proxy: false,
            storage: None,
            stations: true,
            crowd: 0,
        }
    }

    /// Rows are kept by PostgreSQL.
    pub fn postgres(self) -> Setup {
        self.postgres_at(&Postgres::shared().create_database())
    }

    /// Rows are kept by the PostgreSQL of this address.
    pub fn postgres_at(mut self, url: &str) -> Setup {
        self.postgres = true;
        self.secret(DATABASE_FILE, url)
    }

    /// People come from here, in place of the file: the text of `[directory]`, or several `[[directory]]` whole.
    pub fn directory(mut self, text: String) -> Setup {
        self.directory = Some(text);
        self
    }

    /// Everybody has the password [`PASSWORD`], and the queue lets people sign in.
    pub fn passwords(self) -> Setup {
        self.with_passwords().basic()
    }

    /// Everybody has the password [`PASSWORD`], whatever the queue takes.
    pub fn with_passwords(mut self) -> Setup {
        self.passwords = true;
        self
    }

    /// The queue lets people sign in.
    pub fn basic(mut self) -> Setup {
        self.basic = true;
        self
    }

    /// The queue takes Kerberos tickets.
    pub fn negotiate(mut self) -> Setup {
        self.negotiate = true;
        self
    }

    /// The queue takes access tokens.
    pub fn bearer(mut self) -> Setup {
        self.bearer = true;
        self
    }

    /// The pages are at this port, which somebody had to know beforehand.
    pub fn web(mut self, port: u16) -> Setup {
        self.web = Some(port);
        self
    }

    /// The installation's folder has this file, which nobody else may read.
    pub fn secret(mut self, name: &str, text: &str) -> Setup {
        self.secrets.push((name.to_owned(), text.to_owned()));
        self
    }

    /// Nobody's word is taken: people sign in.
    pub fn no_claims(mut self) -> Setup {
        self.claims = false;
        self
    }

    /// Database, keys and documents are kept in this folder.
    pub fn storage(mut self, folder: &Path) -> Setup {
        self.storage = Some(folder.to_owned());
        self
    }

    /// One person prints as much and as fast as thousands.
    pub fn without_limits(self) -> Setup {
        self.more(
            "[limits]\nheld_jobs_per_owner = 0\nheld_mib_per_owner = 0\n\
             jobs_per_owner_minute = 0\njobs_per_address_minute = 0\n",
        )
    }

    /// These sections stand in the configuration, too.
    pub fn more(mut self, text: &str) -> Setup {
        self.more = text.to_owned();
        self
    }

    /// This machine's programs are proxies, which say whose requests they pass on.
    pub fn proxy(mut self) -> Setup {
        self.proxy = true;
        self
    }

    /// Nobody taps: no stations are started.
    pub fn without_stations(mut self) -> Setup {
        self.stations = false;
        self
    }

    /// So many more people live here, each of a department of their own; see [`super::crowd`].
    pub fn crowd(mut self, people: usize) -> Setup {
        self.crowd = people;
        self
    }

    /// Makes all of it with the commands that an administrator types, and starts it.
    pub fn start(self) -> House {
        let folder = Folder::new("journey-house");
        let storage = self.storage.clone().unwrap_or_else(|| folder.path().to_owned());
        let mut ports = Ports::free();
        ports.web = self.web.unwrap_or(ports.web);
        if self.directory.is_none() {
            write_secret(&folder.join("people.toml"), &people(self.passwords, self.crowd));
        }
        for (name, text) in &self.secrets {
            write_secret(&folder.join(name), text);
        }
        let config = folder.write("print-server.toml", self.configuration(&storage, &ports));
        let mfps = vec![Mfp::start(), Mfp::start()];
        let mut house = House::new(folder, config, ports, mfps);
        house.admin_init();
        self.furnish(&house);
        house.start_server();
        if self.stations {
            for name in ["hall", "library"] {
                let station = Station::start(&house.path(name));
                house.stations.push(station);
            }
        }
        house
    }

    fn furnish(&self, house: &House) {
        house.admin(&["person", "sync"]);
        let today = house.today();
        let prices = ["--monochrome", "0.45", "--color", "4.50", "--sheet", "0.10"];
        house.admin(&[&["price", "publish", "--from", &today][..], &prices].concat());
        let basic: &[&str] = if self.basic { &["--basic"] } else { &[] };
        let claims: &[&str] = if self.claims { &["--claimed", "127.0.0.0/8"] } else { &[] };
        let negotiate: &[&str] = if self.negotiate { &["--negotiate"] } else { &[] };
        let bearer: &[&str] = if self.bearer { &["--bearer"] } else { &[] };
        house.admin(&[&["queue", "add", QUEUE][..], claims, basic, negotiate, bearer].concat());
        house.admin(&["role", "grant", "finance", "--group", "print-finance"]);
        for (printer, mfp) in ["Hall", "Library"].iter().zip(&house.mfps) {
            house.admin(&["printer", "add", printer, mfp.uri()]);
            let station = printer.to_lowercase();
            let out = house.path(&station);
            let out = out.to_str().expect("our folders are plain text");
            let policy =
                ["--reader", "simulated", "--policy", "all", "--language", "en", "--out", out];
            let add = ["station", "add", &station, "--printer", printer];
            house.admin(&[&add[..], &policy].concat());
            let settings = Path::new(out).join("station.toml");
            let mut file = fs::OpenOptions::new().append(true).open(settings).expect("just made");
            let more = format!(
                "page = \"127.0.0.1:0\"\n[[simulated_card]]\nlabel = \"Anna\"\nuid = \"{ANNA}\"\n"
            );
            file.write_all(more.as_bytes()).expect("the file is ours");
        }
    }

    fn configuration(&self, storage: &Path, ports: &Ports) -> String {
        let database = if self.postgres {
            format!("url_file = \"{DATABASE_FILE}\"")
        } else {
            format!("url = \"sqlite:{}\"", storage.join("followme.db").display())
        };
        let directory = self.directory.as_deref();
        let directory = directory.unwrap_or("kind = \"file\"\npath = \"people.toml\"\n");
        let head = if directory.starts_with("[[") { "" } else { "[directory]\n" };
        format!(
            "time_zone = \"Europe/Stockholm\"\n\
             [database]\n{database}\n\
             [spool]\ndirectory = \"{storage}/spool\"\nreserve_mib = 0\n\
             [keys]\ninstallation_key = \"{storage}/installation.key\"\n\
             directory = \"{storage}/keys\"\n\
             [listeners.print]\naddress = \"127.0.0.1:{print}\"\n{proxies}\
             [listeners.web]\naddress = \"127.0.0.1:{web}\"\n{proxies}\
             [listeners.station]\naddress = \"127.0.0.1:{station}\"\nauthority = \"authority\"\n\
             [listeners.manage]\naddress = \"127.0.0.1:{manage}\"\n\
             [printers]\nnetworks = [\"127.0.0.0/8\", \"::1\"]\nports = [\"1024-65535\"]\n\
             {head}{directory}{more}",
            storage = storage.display(),
            more = self.more,
            proxies = if self.proxy { "trusted_proxies = [\"127.0.0.1\"]\n" } else { "" },
            print = ports.print,
            web = ports.web,
            station = ports.station,
            manage = ports.manage,
        )
    }
}

/// The file of people.
fn people(passwords: bool, crowd: usize) -> String {
    let hash = if passwords {
        format!(
            "password_hash = \"{}\"\n",
            furnish::hash_password(PASSWORD).expect("`make build` makes the program")
        )
    } else {
        String::new()
    };
    let mut text = String::new();
    for (code, swedish, english) in
        [("K8", "Neurovetenskap", "Neuroscience"), ("C2", "Ekonomi", "Finance")]
    {
        text.push_str(&format!(
            "[[department]]\ncode = \"{code}\"\nname_sv = \"{swedish}\"\nname_en = \"{english}\"\n"
        ));
    }
    (0..crowd).for_each(|number| text.push_str(&Resident::number(number).rows()));
    let me = myself();
    for (login, name, department, card, more) in [
        (me.as_str(), "Tina Test", "K8", "04F1B2C3D4E585", ""),
        ("anna", "Anna Åkesson", "K8", ANNA, ""),
        ("bo", "Bo Öberg", "C2", BO, "groups = [\"print-finance\"]\n"),
        ("elsa", "Elsa Berg", "K8", ELSA, "disabled = true\n"),
    ] {
        text.push_str(&format!(
            "[[person]]\nlogin = \"{login}\"\nname = \"{name}\"\nlanguage = \"en\"\n\
             mail = \"{login}@example.org\"\ndepartment = \"{department}\"\ncards = [\"{card}\"]\n{more}{hash}"
        ));
    }
    text
}

/// The login of whoever runs the test: some clients print under no other name.
pub fn myself() -> String {
    real_parts::programs::run(Command::new("id").arg("-un")).trim().to_owned()
}

/// Writes a file that nobody else may read.
fn write_secret(path: &Path, text: &str) {
    fs::write(path, text).expect("the folder is ours");
    fs::set_permissions(path, Permissions::from_mode(0o600)).expect("the file is ours");
}
