//! A store with people, a clock that the test moves, and a mailer.

use std::net::SocketAddr;
use std::sync::Arc;

use print_core::{Clock, Login, ManualClock, PersonId, Timestamp};
use real_parts::certificates::Authority;
use real_parts::folder::Folder;
use store::{DatabaseUrl, DirectoryPerson, Language, NodeName, NoticeKind, Refused, Store};
use tokio::sync::watch;

use crate::config::{Mail, MailSecurity};
use crate::metrics::Metrics;
use crate::notices::letter::Letterhead;
use crate::notices::transport::Transport;
use crate::notices::{Mailer, MailerParts};

/// 2026-11-16, a Monday, at 08:00 UTC.
const MORNING: Timestamp = Timestamp::from_micros(1_794_816_000_000_000);

pub struct House {
    pub store: Store,
    pub clock: Arc<ManualClock>,
    pub metrics: Arc<Metrics>,
    pub authority: Authority,
    pub folder: Folder,
}

impl House {
    pub async fn open() -> Self {
        let folder = Folder::new("notices");
        let clock = Arc::new(ManualClock::at(MORNING));
        let url = DatabaseUrl::sqlite(&folder.join("house.db"));
        let node = NodeName::parse("a").expect("a name");
        let store = Store::open(&url, node, Arc::clone(&clock) as Arc<dyn Clock>).await;
        let store = store.expect("the store opens");
        let authority = Authority::new("mail authority");
        Self { store, clock, metrics: Arc::default(), authority, folder }
    }

    /// The settings of a mail server there.
    pub fn mail(&self, address: SocketAddr, security: MailSecurity) -> Mail {
        Mail {
            host: "127.0.0.1".into(),
            port: Some(address.port()),
            security,
            from: "print@example.org".into(),
            ca: Some(self.authority.write_to(self.folder.path(), "mail-ca.pem")),
            login: None,
            password_file: None,
        }
    }

    pub fn mailer(&self, mail: &Mail) -> Mailer {
        let letterhead = Letterhead {
            from: mail.from.parse().expect("an address"),
            page: "https://print.example.org/my-prints".into(),
            organisation: "Karolinska Institutet".into(),
            contact: "helpdesk@example.org".into(),
        };
        let parts = MailerParts {
            store: self.store.clone(),
            transport: Transport::new(mail, "print.example.org").expect("a way to the server"),
            letterhead,
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            metrics: Arc::clone(&self.metrics),
        };
        let (_, going_on) = watch::channel(false);
        Mailer::new(parts, going_on)
    }

    /// Tries everything that is due.
    pub async fn send_all(&self, mailer: &Mailer) {
        while mailer.round().await.expect("the store answers") > 0 {}
    }

    pub async fn people(&self, logins: &[String], language: Language) -> Vec<PersonId> {
        let person = |login: &String| DirectoryPerson {
            source: "campus".into(),
            key: login.clone(),
            login: Login::parse(login).expect("a login"),
            name: login.clone(),
            mail: Some(format!("{login}@example.org")),
            language,
            department: None,
            disabled: false,
            groups: Vec::new(),
        };
        let people: Vec<_> = logins.iter().map(person).collect();
        self.store.put_people(&people).await.expect("people are kept")
    }

    pub async fn tell(&self, person: PersonId) {
        let kind = NoticeKind::JobRefused(Refused::Password);
        let told = self.store.tell(person, kind, self.clock.now()).await;
        assert!(told.expect("the store answers"), "this is the first notice of the hour");
    }
}
