//! Our print server with one queue, set up by the commands that an administrator types.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use real_parts::ports;
use real_parts::process::{Process, Stop};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use super::Ground;
use crate::bench::load::Address;

/// The queue.
pub const QUEUE: &str = "followme";
/// The first of the people; the others are called `person2`, `person3`, ….
pub const PERSON: &str = "person1";
/// The first person's password, good for one benchmark on loopback.
pub const PASSWORD: &str = "benchmark";

const START_LIMIT: Duration = Duration::from_secs(20);

/// Our server, on a folder of its own.
#[derive(Debug)]
pub struct Ours {
    program: PathBuf,
    folder: PathBuf,
    ports: Ports,
    process: Option<Process>,
    log: u32,
}

#[derive(Debug, Clone, Copy)]
struct Ports {
    print: u16,
    web: u16,
    station: u16,
    manage: u16,
}

impl Ours {
    /// Sets up an empty house of so many people and starts its server.
    ///
    /// # Errors
    /// What a command said, or that the server did not start.
    pub fn start(ground: &Ground, people: usize) -> Result<Ours, String> {
        Ours::start_with(ground, people, "")
    }

    /// The same with these further sections in the configuration.
    ///
    /// # Errors
    /// As [`Ours::start`].
    pub fn start_with(ground: &Ground, people: usize, more: &str) -> Result<Ours, String> {
        let mut ours = Ours::set_up(ground, people, more)?;
        ours.launch();
        Ok(ours)
    }

    /// Sets up an empty house without starting its server.
    ///
    /// # Errors
    /// What a command said.
    pub fn set_up(ground: &Ground, people: usize, more: &str) -> Result<Ours, String> {
        let ports = Ports {
            print: ports::free(),
            web: ports::free(),
            station: ports::free(),
            manage: ports::free(),
        };
        let folder = ground.new_folder("ours")?;
        let program = ground.program("print-server")?;
        let ours = Ours { program, folder, ports, process: None, log: 0 };
        let write = |name: &str, text: &str| {
            let path = ours.folder.join(name);
            fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
            // Hashes of passwords are in one of them.
            let mode = fs::Permissions::from_mode(0o600);
            fs::set_permissions(&path, mode).map_err(|error| error.to_string())
        };
        write("print-server.toml", &(configuration(ports) + more))?;
        write("people.toml", &directory(people, &ours.hashed_password()?))?;
        ours.admin(&["init"])?;
        ours.admin(&["admin", "person", "sync"])?;
        let queue = ["admin", "queue", "add", QUEUE, "--claimed", "127.0.0.0/8", "--basic"];
        ours.admin(&queue)?;
        Ok(ours)
    }

    /// Runs a command of the print server on this house.
    ///
    /// # Errors
    /// What it said.
    pub fn admin(&self, arguments: &[&str]) -> Result<(), String> {
        let mut command = Command::new(&self.program);
        command.arg("--config").arg(self.folder.join("print-server.toml")).args(arguments);
        let output = command.output().map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(());
        }
        let errors = String::from_utf8_lossy(&output.stderr);
        Err(format!("print-server {} said: {}", arguments.join(" "), errors.trim()))
    }

    fn hashed_password(&self) -> Result<String, String> {
        let mut child = Command::new(&self.program)
            .args(["admin", "person", "hash-password"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut input = child.stdin.take().ok_or("the command takes no password")?;
        writeln!(input, "{PASSWORD}").map_err(|error| error.to_string())?;
        drop(input);
        let output = child.wait_with_output().map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        text.starts_with('$').then_some(text).ok_or_else(|| "no hash of the password".to_owned())
    }

    /// Starts the server and waits until it listens.
    pub fn launch(&mut self) {
        let (print, manage) = (self.ports.print, self.ports.manage);
        let process = self.spawn();
        process.wait_until(START_LIMIT, || ports::answers(print) && ports::answers(manage));
    }

    /// Starts the server and does not wait.
    pub fn spawn(&mut self) -> &mut Process {
        let mut command = Command::new(&self.program);
        command.arg("--config").arg(self.folder.join("print-server.toml")).arg("serve");
        self.log += 1;
        let log = self.folder.join(format!("log-{}", self.log));
        self.process.insert(Process::start("print-server", command, &log, Stop::Terminate))
    }

    /// Kills the server, as a crash would.
    pub fn kill(&mut self) {
        if let Some(process) = &mut self.process {
            process.kill();
        }
    }

    /// Ends the server; its files stay.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.stop();
        }
    }

    /// The number of the server's process.
    ///
    /// # Errors
    /// When it does not run.
    pub fn id(&self) -> Result<u32, String> {
        let process = self.process.as_ref().ok_or("the print server is not running")?;
        Ok(process.id())
    }

    /// Where print clients connect.
    pub fn address(&self) -> Address {
        Address::plain(self.ports.print)
    }

    /// The same under TLS, trusting this house's own authority only.
    ///
    /// # Errors
    /// When the authority's certificate cannot be read.
    pub fn address_tls(&self) -> Result<Address, String> {
        let file = self.folder.join("authority/ca.pem");
        let certificate = CertificateDer::from_pem_file(&file)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        let mut roots = RootCertStore::empty();
        roots.add(certificate).map_err(|error| error.to_string())?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Address::tls(self.ports.print, Arc::new(config)))
    }

    /// The server's counters, in Prometheus's text form.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn metrics(&self) -> io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.ports.manage))?;
        stream.set_read_timeout(Some(START_LIMIT))?;
        stream
            .write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok(text)
    }

    /// The folder of this house.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the server's last start printed.
    pub fn log(&self) -> String {
        self.process.as_ref().map(Process::log).unwrap_or_default()
    }
}

/// The login name of the person with this number, counted from 1.
pub fn login(number: usize) -> String {
    format!("person{number}")
}

/// The card of that person, in hexadecimal digits.
pub fn card(number: usize) -> String {
    format!("04A1B2C3{number:06X}")
}

fn configuration(ports: Ports) -> String {
    let Ports { print, web, station, manage } = ports;
    format!(
        "time_zone = \"Europe/Stockholm\"
language = \"en\"
[database]
url = \"sqlite:followme.db\"
[spool]
directory = \"spool\"
[keys]
installation_key = \"installation.key\"
directory = \"keys\"
[listeners.print]
address = \"127.0.0.1:{print}\"
[listeners.web]
address = \"127.0.0.1:{web}\"
[listeners.station]
address = \"127.0.0.1:{station}\"
authority = \"authority\"
[listeners.manage]
address = \"127.0.0.1:{manage}\"
[printers]
networks = [\"127.0.0.0/8\"]
ports = [\"1024-65535\"]
[directory]
kind = \"file\"
path = \"people.toml\"
[limits]
held_jobs_per_owner = 0
jobs_per_owner_minute = 0
jobs_per_address_minute = 0
held_mib_per_owner = 0
"
    )
}

fn directory(people: usize, hash: &str) -> String {
    let mut text = "[[department]]\ncode = \"K8\"\nname_sv = \"Neurovetenskap\"\n\
                    name_en = \"Neuroscience\"\n"
        .to_owned();
    for number in 1..=people {
        let _ = write!(
            text,
            "[[person]]\nlogin = \"{}\"\nname = \"Person {number}\"\ndepartment = \"K8\"\n\
             cards = [\"{}\"]\n",
            login(number),
            card(number)
        );
        if number == 1 {
            let _ = writeln!(text, "password_hash = \"{hash}\"");
        }
    }
    text
}
