//! Active Directory, as Samba's domain controller speaks it: its directory service alone, on an address of
//! loopback of its own, because its ports cannot be chosen.
//!
//! A domain takes seconds to make. The first test of a run makes one and keeps it beside the folders of the tests;
//! the others copy it, which takes a tenth of a second.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustix::fs::{FlockOperation, flock};

use crate::certificates::Authority;
use crate::folder::Folder;
use crate::process::{Process, Stop};
use crate::programs;

/// The top of the domain.
pub const BASE: &str = "DC=campus,DC=test";
/// What stands after the @ in its people's names.
pub const SUFFIX: &str = "campus.test";
/// What stands before the backslash.
pub const PREFIX: &str = "CAMPUS";
/// The account that may do everything; its password is [`ADMIN_PASSWORD`].
pub const ADMIN: &str = "CN=Administrator,CN=Users,DC=campus,DC=test";
/// The password of [`ADMIN`].
pub const ADMIN_PASSWORD: &str = "Adm1n-Passw0rd";
/// Everybody else's.
pub const PASSWORD: &str = "Pers0n-Passw0rd";

const START_LIMIT: Duration = Duration::from_secs(30);
/// Changes when a domain is made in another way, so that an old one is not taken for it.
const MAKING: u32 = 1;

/// A running domain controller with Anna, who is in nested groups, and one person in every state that keeps
/// people out: `disabled`, `expired`, `change` and `locked`. Three wrong passwords lock an account.
#[derive(Debug)]
pub struct Samba {
    process: Process,
    address: Ipv4Addr,
    folder: Folder,
}

impl Samba {
    /// Starts a domain controller.
    ///
    /// # Panics
    /// When Samba is not installed, the test does not run as root (the ports are below 1024), or it does not
    /// start.
    pub fn start() -> Samba {
        assert!(
            rustix::process::geteuid().is_root(),
            "Samba's ports need root: run the tests as root"
        );
        let folder = Folder::new("samba");
        let domain = made_domain();
        let copied = Command::new("cp").arg("-r").arg(&domain).arg(folder.join("domain")).status();
        assert!(copied.is_ok_and(|status| status.success()), "{} is copied", domain.display());
        let address = some_address();
        let authority = Authority::new("Test domain authority");
        authority.write_to(folder.path(), "ca.pem");
        authority
            .server_for(&[&address.to_string(), "localhost"])
            .write_to(folder.path(), "server");
        let only_ours = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(folder.join("server.key"), only_ours).expect("the key is ours");
        folder.write("smb.conf", settings(&folder.join("domain"), folder.path(), address));
        let process = launch(&folder, address);
        Samba { process, address, folder }
    }

    /// `host:port` of LDAPS.
    pub fn server(&self) -> String {
        format!("{}:636", self.address)
    }

    /// The certificate of the authority that signed the server's.
    pub fn authority_file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// Ends the server; the data stays.
    pub fn take_down(&mut self) {
        self.process.stop();
    }

    /// Starts the server again.
    ///
    /// # Panics
    /// When it does not start.
    pub fn bring_up(&mut self) {
        self.process.stop();
        self.process = launch(&self.folder, self.address);
    }

    /// Changes the domain as its administrator; `ldif` has change records.
    ///
    /// # Panics
    /// When the change is refused.
    pub fn change(&self, ldif: &str) {
        let file = self.folder.write("change.ldif", ldif);
        change(&format!("ldaps://{}", self.address), &self.authority_file(), &file);
    }
}

/// The place of a person with this login.
pub fn dn(login: &str) -> String {
    format!("CN={login},CN=Users,{BASE}")
}

/// The place of a group.
pub fn group_dn(name: &str) -> String {
    format!("CN={name},CN=Users,{BASE}")
}

/// A record that adds a person with the password [`PASSWORD`]; `more` has further attributes, each a line.
pub fn person_ldif(login: &str, more: &str) -> String {
    let quoted: Vec<u8> =
        format!("\"{PASSWORD}\"").encode_utf16().flat_map(u16::to_le_bytes).collect();
    format!(
        "dn: {}\nchangetype: add\nobjectClass: user\nsAMAccountName: {login}\n\
         userPrincipalName: {login}@{SUFFIX}\nuserAccountControl: 512\nunicodePwd:: {}\n{more}\n",
        dn(login),
        STANDARD.encode(quoted),
    )
}

/// A domain that nobody has used yet.
fn made_domain() -> PathBuf {
    let tool = programs::find("samba-tool", "samba-common-bin");
    let domain = std::env::temp_dir().join(format!("followme-samba-domain-{MAKING}"));
    let lock = File::create(domain.with_extension("lock")).expect("the folder is for everybody");
    flock(&lock, FlockOperation::LockExclusive).expect("files can be locked");
    if domain.exists() {
        return domain;
    }
    let folder = Folder::new("samba-domain");
    let target = folder.join("domain");
    let mut provision = Command::new(tool);
    provision.args(["domain", "provision", "--realm=CAMPUS.TEST", "--domain=CAMPUS"]);
    provision.args(["--server-role=dc", "--dns-backend=NONE", "--host-name=dc1"]);
    provision.args(["--host-ip=127.0.0.1", "--option=interfaces=lo"]);
    provision.arg("--option=bind interfaces only=yes");
    provision.arg(format!("--adminpass={ADMIN_PASSWORD}"));
    provision.arg(format!("--targetdir={}", target.display()));
    programs::run(&mut provision);
    furnish(&folder, &target);
    // Only a whole domain gets the name.
    fs::rename(&target, &domain).expect("both are in one folder");
    domain
}

/// Fills a new domain with people, through its own server.
fn furnish(folder: &Folder, domain: &Path) {
    let address = some_address();
    let authority = Authority::new("Test domain authority");
    authority.write_to(folder.path(), "ca.pem");
    authority.server_for(&[&address.to_string()]).write_to(folder.path(), "server");
    let only_ours = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(folder.join("server.key"), only_ours).expect("the key is ours");
    folder.write("smb.conf", settings(domain, folder.path(), address));
    let mut process = launch(folder, address);
    let mut ldif = format!(
        "dn: {BASE}\nchangetype: modify\nreplace: lockoutThreshold\nlockoutThreshold: 3\n\n"
    );
    for login in ["anna", "bo", "disabled", "expired", "change", "locked", "svc"] {
        let more = format!("displayName: {login}\nmail: {login}@{SUFFIX}\n");
        ldif += &person_ldif(login, &more);
    }
    for (group, member) in
        [("ward", dn("anna")), ("dept", group_dn("ward")), ("staff", group_dn("dept"))]
    {
        ldif += &format!(
            "dn: {}\nchangetype: add\nobjectClass: group\nsAMAccountName: {group}\nmember: {member}\n\n",
            group_dn(group)
        );
    }
    for (login, attribute, value) in [
        ("disabled", "userAccountControl", "514"),
        // 2001 in ticks since 1601.
        ("expired", "accountExpires", "126227808000000000"),
        ("change", "pwdLastSet", "0"),
    ] {
        ldif += &format!(
            "dn: {}\nchangetype: modify\nreplace: {attribute}\n{attribute}: {value}\n\n",
            dn(login)
        );
    }
    let file = folder.write("people.ldif", ldif);
    change(&format!("ldaps://{address}"), &folder.join("ca.pem"), &file);
    process.stop();
}

fn change(url: &str, authority: &Path, ldif: &Path) {
    let mut command = Command::new(programs::find("ldapmodify", "ldap-utils"));
    command.env("LDAPTLS_CACERT", authority);
    command.args(["-x", "-H", url, "-D", ADMIN, "-w", ADMIN_PASSWORD, "-f"]);
    programs::run(command.arg(ldif));
}

/// An address of loopback that nobody else is likely to have: the whole of 127.0.0.0/8 is this machine.
fn some_address() -> Ipv4Addr {
    let port = crate::ports::free();
    let [high, low] = port.to_be_bytes();
    Ipv4Addr::new(127, 88, high, low.max(1))
}

fn launch(folder: &Folder, address: Ipv4Addr) -> Process {
    let mut command = Command::new(programs::find("samba", "samba"));
    command.args(["--interactive", "--model=single", "--debug-stdout", "-d", "1"]);
    command.arg(format!("--configfile={}", folder.join("smb.conf").display()));
    let mut process = Process::start("samba", command, &folder.join("samba.out"), Stop::Terminate);
    let answers = || {
        let ldaps = SocketAddr::from((address, 636));
        TcpStream::connect_timeout(&ldaps, Duration::from_millis(200)).is_ok()
    };
    process.wait_until(START_LIMIT, answers);
    process
}

/// The server's settings: nothing but the directory service, and everything below the folders.
fn settings(domain: &Path, folder: &Path, address: Ipv4Addr) -> String {
    let (domain, folder) = (domain.display(), folder.display());
    format!(
        "[global]\n\
         netbios name = DC1\nrealm = CAMPUS.TEST\nworkgroup = CAMPUS\n\
         server role = active directory domain controller\nserver services = ldap, cldap\n\
         interfaces = {address}/8\nbind interfaces only = yes\n\
         private dir = {domain}/private\nstate directory = {domain}/state\n\
         cache directory = {domain}/cache\nlock directory = {domain}\n\
         binddns dir = {domain}/bind-dns\nncalrpc dir = {folder}/ncalrpc\n\
         pid directory = {folder}\nlog file = {folder}/samba.log\n\
         tls enabled = yes\ntls cafile = {folder}/ca.pem\ntls certfile = {folder}/server.pem\n\
         tls keyfile = {folder}/server.key\ndns update command = /bin/true\n"
    )
}
