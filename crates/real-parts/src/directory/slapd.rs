//! OpenLDAP's directory server with the people of [`crate::campus`].

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::campus;
use crate::certificates::Authority;
use crate::folder::Folder;
use crate::ports;
use crate::process::{Process, Stop};
use crate::programs;

const START_LIMIT: Duration = Duration::from_secs(30);

/// A running slapd on loopback: plain with StartTLS on one port, LDAPS on another.
#[derive(Debug)]
pub struct Slapd {
    process: Process,
    port: u16,
    tls_port: u16,
    authority: Authority,
    folder: Folder,
}

impl Slapd {
    /// Starts a directory with the named people and `numbered` more.
    ///
    /// # Panics
    /// When slapd or its clients are not installed, or it does not start.
    pub fn start(numbered: usize) -> Slapd {
        programs::find("ldapsearch", "ldap-utils");
        let folder = Folder::new("slapd");
        let authority = Authority::new("Test directory authority");
        authority.write_to(folder.path(), "ca.pem");
        authority.server().write_to(folder.path(), "server");
        let database = folder.join("database");
        fs::create_dir(&database).expect("the folder is new and ours");
        let settings = folder.write("slapd.conf", configuration(&folder));
        let tree = folder.write("tree.ldif", campus::ldif(numbered));
        let slapadd = programs::find("slapadd", "slapd");
        programs::run(Command::new(slapadd).arg("-q").arg("-f").arg(settings).arg("-l").arg(tree));

        let (port, tls_port) = (ports::free(), ports::free());
        let process = launch(&folder, port, tls_port);
        Slapd { process, port, tls_port, authority, folder }
    }

    /// `ldap://…`, for StartTLS.
    pub fn url(&self) -> String {
        format!("ldap://127.0.0.1:{}", self.port)
    }

    /// `ldaps://…`.
    pub fn tls_url(&self) -> String {
        format!("ldaps://127.0.0.1:{}", self.tls_port)
    }

    /// The certificate of the authority that signed the server's.
    pub fn authority_file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// The authority that signed the server's certificate.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Ends the server, so that the directory is down; the data stays.
    pub fn take_down(&mut self) {
        self.process.stop();
    }

    /// Starts the server again on the same ports with the same data.
    ///
    /// # Panics
    /// When it does not start.
    pub fn bring_up(&mut self) {
        self.process.stop();
        self.process = launch(&self.folder, self.port, self.tls_port);
    }

    /// Searches below the base as the product's own account does, over LDAPS, and gives the LDIF.
    ///
    /// # Panics
    /// When the search fails.
    pub fn search(&self, filter: &str, attributes: &[&str]) -> String {
        let mut command = self.client("ldapsearch", "ldap-utils", &self.tls_url());
        command.args(["-LLL", "-o", "ldif-wrap=no", "-D", campus::SERVICE_DN]);
        command.args(["-w", campus::PASSWORD, "-b", campus::BASE, filter]);
        programs::run(command.args(attributes))
    }

    /// Whether this place in the directory signs in with this password, over StartTLS.
    pub fn signs_in(&self, dn: &str, password: &str) -> bool {
        let mut command = self.client("ldapwhoami", "ldap-utils", &self.url());
        command.args(["-ZZ", "-D", dn, "-w", password]);
        command.output().is_ok_and(|output| output.status.success())
    }

    /// Changes the directory as an administrator of it would; `ldif` has change records.
    ///
    /// # Panics
    /// When the change is refused.
    pub fn change(&self, ldif: &str) {
        let file = self.folder.write("change.ldif", ldif);
        let mut command = self.client("ldapmodify", "ldap-utils", &self.tls_url());
        command.args(["-D", campus::ROOT_DN, "-w", campus::ROOT_PASSWORD, "-f"]);
        programs::run(command.arg(file));
    }

    /// What the directory was asked since its start: how often somebody wanted to sign in, and how often
    /// something was searched.
    pub fn asked(&self) -> (usize, usize) {
        let log = std::fs::read_to_string(self.folder.join("slapd.log")).unwrap_or_default();
        (log.matches(" method=128").count(), log.matches(" SRCH base=").count())
    }

    fn client(&self, program: &str, package: &str, url: &str) -> Command {
        let mut command = Command::new(programs::find(program, package));
        command.env("LDAPTLS_CACERT", self.authority_file());
        command.args(["-x", "-H", url]);
        command
    }
}

fn launch(folder: &Folder, port: u16, tls_port: u16) -> Process {
    let mut command = Command::new(programs::find("slapd", "slapd"));
    // With a debug level slapd stays in the foreground; "stats" tells what it is asked.
    command.args(["-d", "stats", "-f"]).arg(folder.join("slapd.conf"));
    command.arg("-h").arg(format!("ldap://127.0.0.1:{port} ldaps://127.0.0.1:{tls_port}"));
    let mut process = Process::start("slapd", command, &folder.join("slapd.log"), Stop::Terminate);
    process.wait_until(START_LIMIT, || ports::answers(port) && ports::answers(tls_port));
    process
}

/// The attributes for cards and closed accounts are our own; their numbers are not registered.
fn configuration(folder: &Folder) -> String {
    let dir = folder.path().display();
    format!(
        r#"include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
moduleload ppolicy
moduleload syncprov
attributetype ( 1.3.6.1.4.1.99999.1.1 NAME 'campusCard' EQUALITY caseIgnoreMatch
    SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( 1.3.6.1.4.1.99999.1.2 NAME 'campusDisabled' EQUALITY booleanMatch
    SYNTAX 1.3.6.1.4.1.1466.115.121.1.7 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.99999.2.1 NAME 'campusPerson' SUP top AUXILIARY
    MAY ( campusCard $ campusDisabled ) )
pidfile {dir}/slapd.pid
argsfile {dir}/slapd.args
sizelimit {size}
TLSCACertificateFile {dir}/ca.pem
TLSCertificateFile {dir}/server.pem
TLSCertificateKeyFile {dir}/server.key
database mdb
suffix {base}
rootdn {root}
rootpw {root_password}
directory {dir}/database
maxsize 1073741824
dbnosync
index objectClass,uid,mail,campusCard,member,entryUUID,entryCSN,modifyTimestamp eq
limits dn.exact="{service}" size.soft={size} size.hard={size} size.prtotal=unlimited
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{service}" read by * none
overlay memberof
overlay ppolicy
ppolicy_default cn=default,ou=policies,{base}
overlay syncprov
"#,
        size = campus::SEARCH_SIZE_MAX,
        base = campus::BASE,
        root = campus::ROOT_DN,
        root_password = campus::ROOT_PASSWORD,
        service = campus::SERVICE_DN,
    )
}
