//! Tickets of a real realm, looked at by the real program.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kerberos_worker::{Refused, Settings, TOKEN_BYTES_MAX, Ticket, Worker, WorkerError, keytab};
use real_parts::folder::Folder;
use real_parts::kdc::{Kdc, Tickets};

/// A realm with anna and the service HTTP, whose key is in the keytab.
struct Scene {
    kdc: Kdc,
    folder: Folder,
}

impl Scene {
    fn new() -> Scene {
        let scene = Scene { kdc: Kdc::start("REALM.TEST"), folder: Folder::new("worker") };
        scene.kdc.add_person("anna");
        scene.kdc.add_service("HTTP/localhost", &scene.keytab());
        scene
    }

    fn keytab(&self) -> PathBuf {
        self.folder.join("http.keytab")
    }

    fn worker(&self, keytab: &Path) -> Worker {
        let settings = Settings {
            keytab: keytab.to_owned(),
            replay_cache: self.folder.join("replays"),
            krb5_conf: Some(self.kdc.krb5_conf()),
        };
        Worker::new(env!("CARGO_BIN_EXE_kerberos-worker"), &settings, 2)
    }

    async fn accept(&self, token: &[u8]) -> Result<Ticket, WorkerError> {
        self.worker(&self.keytab()).accept(token).await
    }
}

fn token(tickets: &Tickets, service: &str) -> Vec<u8> {
    let header = tickets.header(service);
    let token = header.strip_prefix("Negotiate ").expect("it is one");
    STANDARD.decode(token).expect("it is Base64")
}

/// Why a token was refused, in the library's words.
fn refused(answer: Result<Ticket, WorkerError>, wanted: Refused) -> String {
    match answer {
        Err(WorkerError::Refused(refused, text)) => {
            assert_eq!(refused, wanted, "{text}");
            text
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_ticket_tells_whose_it_is_once_and_is_answered() {
    let mut scene = Scene::new();
    let entries = keytab::entries(&std::fs::read(scene.keytab()).unwrap()).unwrap();
    assert_eq!(entries[0].principal.to_string(), "HTTP/localhost@REALM.TEST");
    assert!(entries.iter().all(keytab::Entry::is_strong));
    scene.worker(&scene.keytab()).check().await.expect("there is a key");
    let tickets = scene.kdc.sign_in("anna");
    let first = token(&tickets, "HTTP");
    scene.kdc.take_down();
    let ticket = scene.accept(&first).await.expect("a good ticket");
    assert_eq!(ticket.client.to_string(), "anna@REALM.TEST");
    assert_eq!(ticket.service.to_string(), "HTTP/localhost@REALM.TEST");
    assert!(!ticket.reply.is_empty(), "curl asks who we are");
    let text = refused(scene.accept(&first).await, Refused::Ticket);
    assert!(text.contains("replay"), "{text}");
    let again = scene.accept(&token(&tickets, "HTTP")).await.expect("a new proof, without the KDC");
    assert_eq!(again.client, ticket.client);
}

#[tokio::test]
async fn what_proves_nothing_is_refused_with_its_reason() {
    let scene = Scene::new();
    let tickets = scene.kdc.sign_in("anna");
    scene.kdc.add_service("host/localhost", &scene.folder.join("host.keytab"));
    let other = scene.accept(&token(&tickets, "host")).await;
    let text = refused(other, Refused::Ticket);
    assert!(text.contains("host/localhost@REALM.TEST not found in keytab"), "{text}");
    // The key was changed after the ticket was made.
    let stale = token(&tickets, "HTTP");
    std::fs::remove_file(scene.keytab()).unwrap();
    scene.kdc.add_service("HTTP/elsewhere", &scene.keytab());
    refused(scene.accept(&stale).await, Refused::Ticket);
    for garbage in [&b"garbage"[..], &[0x60, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], &[0; 20_000]] {
        refused(scene.accept(garbage).await, Refused::Token);
    }
    for length in [0, TOKEN_BYTES_MAX + 1] {
        refused(scene.accept(&vec![0x60; length]).await, Refused::Token);
    }
    let mut spoilt = token(&tickets, "host");
    spoilt.truncate(200);
    refused(scene.accept(&spoilt).await, Refused::Ticket);
}

#[tokio::test]
async fn without_a_key_nothing_is_accepted_and_the_check_says_so() {
    let scene = Scene::new();
    let missing = scene.worker(&scene.folder.join("missing.keytab"));
    refused(missing.accept(b"token").await, Refused::NoKey);
    let Err(WorkerError::Refused(Refused::NoKey, text)) = missing.check().await else {
        panic!("there is no key")
    };
    assert!(text.contains("missing.keytab"), "{text}");
}
