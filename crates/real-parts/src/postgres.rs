//! A PostgreSQL cluster for the tests, as durable as a real one.

use std::env;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use crate::folder::{Folder, random_name};
use crate::ports;
use crate::process::{Process, Stop};
use crate::programs::{self, Account};

/// The environment variable with the URL of a cluster that is already running.
///
/// Test runners may give every test a process of its own; the program `with-postgres` starts one
/// cluster for all of them and names it here.
pub const POSTGRES_VARIABLE: &str = "FOLLOWME_TEST_POSTGRES";

/// Debian keeps each version's programs here, outside the search path.
const VERSIONS: &str = "/usr/lib/postgresql";

/// A cold initdb on a busy machine takes seconds; a start that takes longer than this is broken.
const START_LIMIT: Duration = Duration::from_secs(60);

/// Every test has a pool of its own, and many tests run at once.
const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 400
shared_buffers = 64MB
fsync = on
synchronous_commit = on
full_page_writes = on
timezone = 'UTC'
log_timezone = 'UTC'
";

static SHARED: OnceLock<Postgres> = OnceLock::new();

/// A running PostgreSQL cluster.
#[derive(Debug)]
pub struct Postgres {
    /// `postgres://USER:PASSWORD@HOST:PORT`, without a database.
    server: String,
    own: Option<OwnCluster>,
}

/// A cluster that this process started. The server ends before its folder goes: fields are dropped
/// in this order.
#[derive(Debug)]
struct OwnCluster {
    process: Process,
    _folder: Folder,
}

impl Postgres {
    /// The cluster that all tests of this run share: the one that [`POSTGRES_VARIABLE`] names, else
    /// one that this process starts and that ends soon after the process.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub fn shared() -> &'static Postgres {
        SHARED.get_or_init(|| match env::var(POSTGRES_VARIABLE) {
            Ok(url) => Postgres::at(&url),
            Err(_) => Postgres::start(),
        })
    }

    /// A cluster that somebody else has started; `url` names any database in it.
    fn at(url: &str) -> Postgres {
        let (server, _) = url.rsplit_once('/').unwrap_or((url, ""));
        Postgres { server: server.to_owned(), own: None }
    }

    /// Starts a cluster of this caller's own; it ends when the value is dropped.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub fn start() -> Postgres {
        let programs = programs_folder();
        let folder = Folder::new("postgres");
        let account = server_account();
        if let Some(account) = account {
            folder.give_to(account);
        }
        let password = random_name();
        let data = folder.join("data");
        initialise(&programs, &folder, &data, &password, account);

        let port = ports::free();
        let mut command = as_account(&programs.join("postgres"), &folder, account);
        command.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        // Nobody reads these databases again, so there is nothing to write out at the end.
        let mut process =
            Process::start("postgres", command, &folder.join("postgres.log"), Stop::Quit);
        process.wait_until(START_LIMIT, || answers(&programs, port));

        let server = format!("postgres://postgres:{password}@127.0.0.1:{port}");
        Postgres { server, own: Some(OwnCluster { process, _folder: folder }) }
    }

    /// The URL of the database that is always there; for [`POSTGRES_VARIABLE`].
    pub fn url(&self) -> String {
        format!("{}/postgres", self.server)
    }

    /// Makes a new empty database (UTF-8, collation C) and gives its URL.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn create_database(&self) -> String {
        let name = format!("test_{}", random_name());
        // template0 is never in use, so that tests can make their databases side by side.
        self.run(&format!("CREATE DATABASE {name} TEMPLATE template0"));
        format!("{}/{name}", self.server)
    }

    /// Makes a new database as a copy of another one of this cluster, which nobody may be using, and
    /// gives its URL: faster than running every migration again.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn copy_database(&self, url: &str) -> String {
        let original = url.rsplit('/').next().unwrap_or(url);
        let name = format!("test_{}", random_name());
        self.run(&format!("CREATE DATABASE {name} TEMPLATE {original}"));
        format!("{}/{name}", self.server)
    }

    /// Runs one statement in the database `postgres` and gives psql's plain output.
    ///
    /// # Panics
    /// When the statement fails.
    pub fn run(&self, statement: &str) -> String {
        let psql = programs_folder().join("psql");
        programs::run(
            Command::new(psql)
                .env("PGCONNECT_TIMEOUT", "10")
                .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
                .args(["--set=ON_ERROR_STOP=1", "--command", statement, "--dbname"])
                .arg(self.url()),
        )
    }

    /// Kills the server as a crash would; for tests of what survives. Only on a cluster of one's own.
    ///
    /// # Panics
    /// When the cluster is shared with other tests.
    pub fn kill(&mut self) {
        self.own.as_mut().expect("only a cluster of one's own can be killed").process.kill();
    }
}

/// The folder with the newest installed server's programs.
fn programs_folder() -> PathBuf {
    let versions = fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    versions
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            let folder = entry.path().join("bin");
            programs::is_program(&folder.join("initdb")).then_some((version, folder))
        })
        .max()
        .map(|(_, folder)| folder)
        .unwrap_or_else(|| programs::missing("postgresql", "postgresql"))
}

/// The server refuses to run as root; it then runs as the user that Debian's package makes.
fn server_account() -> Option<Account> {
    if !programs::is_root() {
        return None;
    }
    let account = Account::of("postgres").or_else(|| Account::of("nobody"));
    Some(account.unwrap_or_else(|| programs::missing("the user postgres", "postgresql")))
}

fn as_account(program: &Path, folder: &Folder, account: Option<Account>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder.path()).env("LC_ALL", "C");
    if let Some(account) = account {
        command.uid(account.uid).gid(account.gid);
    }
    command
}

fn initialise(
    programs: &Path,
    folder: &Folder,
    data: &Path,
    password: &str,
    account: Option<Account>,
) {
    let password_file = folder.write("password", password);
    let mut command = as_account(&programs.join("initdb"), folder, account);
    command
        .args(["--username=postgres", "--encoding=UTF8", "--locale=C", "--no-instructions"])
        // A password, so that other users of the machine stay out; sent plainly, because an
        // unoptimised client would need much longer to compute a proof.
        .args(["--auth=password", "--no-sync"])
        .arg(format!("--pwfile={}", password_file.display()))
        .arg("-D")
        .arg(data);
    programs::run(&mut command);
    let path = data.join("postgresql.auto.conf");
    fs::write(&path, SETTINGS)
        .unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
}

fn answers(programs: &Path, port: u16) -> bool {
    Command::new(programs.join("pg_isready"))
        .args(["--quiet", "--host=127.0.0.1", "--timeout=5"])
        .arg(format!("--port={port}"))
        .status()
        .is_ok_and(|status| status.success())
}
