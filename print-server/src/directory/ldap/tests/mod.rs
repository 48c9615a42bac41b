//! The directory through its front door, against OpenLDAP's server.

mod active;
mod both;
mod cards;
mod changes;
mod copies;
mod outages;
mod passwords;
mod security;

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use print_core::time::ManualClock;
use print_core::{CardReading, Clock, Login, Timestamp};
use real_parts::campus;
use real_parts::folder::Folder;
use real_parts::slapd::Slapd;
use store::{CardOwner, DatabaseUrl, NodeName, Person, Store};

use crate::config::{self, LdapDirectory, LdapSecurity, LongOutage};
use crate::directory::{Barred, Directory, SignInError, card_lookups};
use crate::keys::{InstallationKey, Keys};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// A store, keys and a clock of one test.
struct House {
    folder: Folder,
    store: Store,
    keys: Arc<Keys>,
    clock: Arc<ManualClock>,
}

impl House {
    async fn new() -> Self {
        let folder = Folder::new("ldap-house");
        InstallationKey::create_new(&folder.join("key")).unwrap();
        let keys = Keys::open(&folder.join("days"), &folder.join("key")).unwrap();
        let clock = Arc::new(ManualClock::at(Timestamp::from_micros(1_760_000_000_000_000)));
        let url = DatabaseUrl::sqlite(&folder.join("house.db"));
        let node = NodeName::parse("main").unwrap();
        let store = Store::open(&url, node, Arc::clone(&clock) as Arc<dyn Clock>).await.unwrap();
        Self { folder, store, keys: Arc::new(keys), clock }
    }

    /// The settings for this directory.
    fn config(&self, slapd: &Slapd) -> LdapDirectory {
        let password = self.folder.write("password", campus::PASSWORD);
        fs::set_permissions(&password, fs::Permissions::from_mode(0o600)).unwrap();
        LdapDirectory {
            name: "ldap".into(),
            suffix: None,
            prefix: None,
            realm: None,
            link_attribute: None,
            after_72_hours: LongOutage::Refused,
            active_directory: false,
            servers: vec![address(&slapd.tls_url())],
            security: LdapSecurity::Ldaps,
            ca: Some(slapd.authority_file()),
            bind_dn: campus::SERVICE_DN.into(),
            password_file: password,
            base: campus::BASE.into(),
            group_base: None,
            person_filter: "(objectClass=campusPerson)".into(),
            key_attribute: "entryUUID".into(),
            login_attribute: "uid".into(),
            name_attribute: "cn".into(),
            mail_attribute: "mail".into(),
            department_attribute: "departmentNumber".into(),
            card_attribute: Some("campusCard".into()),
            group_attribute: "memberOf".into(),
            disabled_filter: Some("(campusDisabled=TRUE)".into()),
            sync_minutes: 5,
            brake_percent: 5,
            timeout_seconds: 1,
        }
    }

    fn directory(&self, config: LdapDirectory) -> Directory {
        self.directories(&[config::Directory::Ldap(Box::new(config))])
    }

    fn directories(&self, configs: &[config::Directory]) -> Directory {
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        Directory::new(configs, self.store.clone(), Arc::clone(&self.keys), clock).unwrap()
    }

    async fn person(&self, name: &str) -> Option<Person> {
        self.store.person_by_login(&login(name)).await.unwrap()
    }

    async fn card(&self, digits: &str) -> Option<CardOwner> {
        self.store.find_card(&card_lookups(&self.keys, &card(digits))).await.unwrap()
    }

    async fn card_of(&self, digits: &str) -> Option<String> {
        Some(self.card(digits).await?.person.login.as_str().to_owned())
    }
}

fn login(name: &str) -> Login {
    Login::parse(name).unwrap()
}

fn card(digits: &str) -> CardReading {
    CardReading::parse_hex(digits).unwrap()
}

/// `host:port` of a URL.
fn address(url: &str) -> String {
    url.split_once("//").unwrap().1.to_owned()
}

/// A file with the authorities of several servers.
fn authorities(folder: &Folder, slapds: &[&Slapd]) -> std::path::PathBuf {
    let texts: Vec<_> = slapds.iter().map(|slapd| slapd.authority().pem()).collect();
    folder.write("authorities.pem", texts.concat())
}

async fn sign_in(directory: &Directory, name: &str, password: &str) -> &'static str {
    match directory.sign_in(&login(name), password, HERE).await {
        Ok(_) => "right",
        Err(SignInError::Wrong) => "wrong",
        Err(SignInError::Throttled) => "throttled",
        Err(SignInError::Ambiguous) => "ambiguous",
        Err(SignInError::Barred(Barred::Disabled)) => "disabled",
        Err(SignInError::Barred(Barred::Expired)) => "expired",
        Err(SignInError::Barred(Barred::PasswordOld)) => "password old",
        Err(SignInError::Unreachable) => "unreachable",
        Err(SignInError::Store(error)) => panic!("{error}"),
    }
}

/// Writes a key file of an authority that signed nothing here.
fn strange_authority(folder: &Path) -> std::path::PathBuf {
    real_parts::certificates::Authority::new("Stranger").write_to(folder, "stranger.pem")
}
