//! MIT's Kerberos: a realm of its own with a KDC on loopback, and people who get tickets there.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use crate::folder::Folder;
use crate::process::{Process, Stop};
use crate::{ports, programs};

const START_LIMIT: Duration = Duration::from_secs(20);
/// Of the database and of every person; nobody but these tests ever uses it.
const PASSWORD: &str = "correct horse";

/// The host that clients call, and that their tickets are for.
pub const HOST: &str = "localhost";

/// A running KDC with its realm.
#[derive(Debug)]
pub struct Kdc {
    process: Process,
    realm: String,
    folder: Folder,
}

/// The tickets of one person, in a file.
#[derive(Debug, Clone)]
pub struct Tickets {
    cache: PathBuf,
    krb5_conf: PathBuf,
}

impl Kdc {
    /// Makes a realm without people and starts its KDC.
    ///
    /// # Panics
    /// When MIT's Kerberos is not installed, or the KDC does not start.
    pub fn start(realm: &str) -> Kdc {
        programs::find("kinit", "krb5-user");
        let folder = Folder::new("kdc");
        let port = ports::free();
        folder.write("krb5.conf", client_configuration(realm, port));
        folder.write("kdc.conf", configuration(&folder, realm, port));
        let kdb5_util = programs::find("kdb5_util", "krb5-kdc");
        let mut create = with_settings(kdb5_util, &folder);
        programs::run(create.args(["-r", realm, "-P", PASSWORD, "create", "-s"]));
        let mut command = with_settings(programs::find("krb5kdc", "krb5-kdc"), &folder);
        // In the foreground, so that it is ended by its number.
        command.args(["-n", "-r", realm]);
        let mut process =
            Process::start("krb5kdc", command, &folder.join("krb5kdc.log"), Stop::Terminate);
        process.wait_until(START_LIMIT, || ports::answers(port));
        Kdc { process, realm: realm.to_owned(), folder }
    }

    /// The configuration of the library that a service or a client of this realm needs.
    pub fn krb5_conf(&self) -> PathBuf {
        self.folder.join("krb5.conf")
    }

    /// The same, which takes no clock for another one's time: a ticket ends on the second.
    pub fn exact_krb5_conf(&self) -> PathBuf {
        let text = std::fs::read_to_string(self.krb5_conf()).expect("it was written at the start");
        let exact = text.replace("[libdefaults]\n", "[libdefaults]\nclockskew = 0\n");
        self.folder.write("exact-krb5.conf", exact)
    }

    /// Adds a person.
    ///
    /// # Panics
    /// When the person is there already.
    pub fn add_person(&self, login: &str) {
        self.administer(&format!("add_principal -pw \"{PASSWORD}\" {login}"));
    }

    /// Adds a service, as `HTTP/localhost`, and writes its key into this keytab, behind those that it
    /// has.
    ///
    /// # Panics
    /// When the service is there already.
    pub fn add_service(&self, service: &str, keytab: &Path) {
        self.administer(&format!("add_principal -randkey {service}"));
        self.administer(&format!("ktadd -k {} {service}", keytab.display()));
    }

    /// Signs a person in, into a file of their own.
    ///
    /// # Panics
    /// When there is no such person, or the KDC is down.
    pub fn sign_in(&self, login: &str) -> Tickets {
        self.sign_in_for(login, Duration::from_secs(3600))
    }

    /// The same, with tickets that end after this time.
    ///
    /// # Panics
    /// As [`Kdc::sign_in`].
    pub fn sign_in_for(&self, login: &str, lifetime: Duration) -> Tickets {
        let cache = self.folder.join(&format!("tickets-{}", login.replace('/', "-")));
        let tickets = Tickets { cache, krb5_conf: self.krb5_conf() };
        let mut command = tickets.command("kinit", "krb5-user");
        command.arg("-l").arg(format!("{}s", lifetime.as_secs()));
        command.arg(format!("{login}@{}", self.realm));
        let output = with_input(&mut command, PASSWORD);
        assert!(output.status.success(), "{output:?}\n{}", self.process.log());
        tickets
    }

    /// Ends the KDC; tickets that were got stay.
    pub fn take_down(&mut self) {
        self.process.stop();
    }

    fn administer(&self, query: &str) {
        let kadmin = programs::find("kadmin.local", "krb5-admin-server");
        let mut command = with_settings(kadmin, &self.folder);
        command.args(["-r", &self.realm, "-q", query]);
        let said = command.output().expect("the program was found");
        let errors = String::from_utf8_lossy(&said.stderr);
        // It ends well whatever happens, and warns that there is no policy.
        let wrong = errors.lines().any(|line| line.contains(" while "));
        assert!(said.status.success() && !wrong, "{query}: {errors}");
    }
}

impl Tickets {
    /// A program of this system that finds the tickets.
    ///
    /// # Panics
    /// When it is not installed.
    pub fn command(&self, program: &str, package: &str) -> Command {
        let mut command = Command::new(programs::find(program, package));
        let mut cache = std::ffi::OsString::from("FILE:");
        cache.push(&self.cache);
        command.env("KRB5_CONFIG", &self.krb5_conf).env("KRB5CCNAME", cache);
        command
    }

    /// Gets the ticket for a service, as `HTTP/localhost`, ahead of whoever will show it.
    ///
    /// # Panics
    /// When there is no such service, or the KDC is down.
    pub fn get(&self, service: &str) {
        programs::run(self.command("kvno", "krb5-user").arg(service));
    }

    /// Whether they have ended.
    ///
    /// # Panics
    /// When Kerberos's programs are not installed.
    pub fn have_ended(&self) -> bool {
        let status = self.command("klist", "krb5-user").arg("-s").status();
        !status.expect("the program was found").success()
    }

    /// The file that holds them.
    pub fn cache(&self) -> &Path {
        &self.cache
    }

    /// A new header `Negotiate …` for the service of this name on [`HOST`], as curl makes it. A new
    /// ticket is got where there is none yet.
    ///
    /// # Panics
    /// When curl is not there or sends none.
    pub fn header(&self, service: &str) -> String {
        let listener = TcpListener::bind((HOST, 0)).expect("loopback has free ports");
        let port = listener.local_addr().expect("it is bound").port();
        let heard = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("curl connects");
            let limit = Some(Duration::from_secs(20));
            stream.set_read_timeout(limit).expect("the limit is not zero");
            let (mut head, mut buffer) = (Vec::new(), [0; 4096]);
            while !head.windows(4).any(|four| four == b"\r\n\r\n") {
                match stream.read(&mut buffer) {
                    Ok(read) if read > 0 => head.extend_from_slice(&buffer[..read]),
                    _ => break,
                }
            }
            // An error means that curl has gone, and then the header is there or never comes.
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            String::from_utf8_lossy(&head).into_owned()
        });
        let mut curl = self.command("curl", "curl");
        curl.args([
            "--silent",
            "--show-error",
            "--max-time",
            "20",
            "--noproxy",
            "*",
            "--negotiate",
        ]);
        curl.args(["--user", ":", "--service-name", service]);
        programs::run(curl.arg(format!("http://{HOST}:{port}/")));
        let head = heard.join().expect("the listener ends with its answer");
        let header = head.lines().find_map(|line| line.strip_prefix("Authorization: "));
        header.unwrap_or_else(|| panic!("curl sent no ticket:\n{head}")).to_owned()
    }
}

fn with_settings(program: PathBuf, folder: &Folder) -> Command {
    let mut command = Command::new(program);
    command.env("KRB5_CONFIG", folder.join("krb5.conf"));
    command.env("KRB5_KDC_PROFILE", folder.join("kdc.conf"));
    command
}

fn with_input(command: &mut Command, input: &str) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program was found");
    let mut pipe = child.stdin.take().expect("it was asked for");
    writeln!(pipe, "{input}").expect("it reads a password");
    drop(pipe);
    child.wait_with_output().expect("it was started")
}

fn client_configuration(realm: &str, port: u16) -> String {
    let mut text = String::from("[libdefaults]\n");
    // No question leaves the machine: not for names of hosts, not for realms.
    for setting in ["dns_lookup_kdc", "dns_lookup_realm", "dns_canonicalize_hostname", "rdns"] {
        let _ = writeln!(text, "{setting} = false");
    }
    let _ = writeln!(text, "default_realm = {realm}\n[realms]\n{realm} = {{");
    let _ = writeln!(text, "kdc = 127.0.0.1:{port}\n}}\n[domain_realm]\n{HOST} = {realm}");
    text
}

fn configuration(folder: &Folder, realm: &str, port: u16) -> String {
    format!(
        "[kdcdefaults]
kdc_listen = 127.0.0.1:{port}
kdc_tcp_listen = 127.0.0.1:{port}
[realms]
{realm} = {{
database_name = {dir}/principal
key_stash_file = {dir}/stash
acl_file = {dir}/kadm5.acl
max_life = 10h
supported_enctypes = aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal
}}
[logging]
kdc = STDERR
",
        dir = folder.path().display()
    )
}
