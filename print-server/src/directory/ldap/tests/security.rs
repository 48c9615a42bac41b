//! Nothing is said to a server that is not the right one, and nothing in clear.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use real_parts::slapd::Slapd;

use super::{House, LdapDirectory, LdapSecurity, address, strange_authority};

/// Hands everything on from an address that stands in no certificate, for as long as the test runs.
fn forwarder(to: String) -> String {
    let listener = TcpListener::bind("127.0.0.2:0").expect("all of 127.0.0.0/8 is this machine");
    let here = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let server = TcpStream::connect(&to).expect("the server is there");
            let (mut from_client, mut to_client) = (client.try_clone().unwrap(), client);
            let (mut from_server, mut to_server) = (server.try_clone().unwrap(), server);
            thread::spawn(move || std::io::copy(&mut from_client, &mut to_server));
            thread::spawn(move || std::io::copy(&mut from_server, &mut to_client));
        }
    });
    here
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_right_server_is_spoken_to_by_ldaps_and_by_starttls() {
    let (slapd, house) = (Slapd::start(0), House::new().await);
    for (security, url) in
        [(LdapSecurity::Ldaps, slapd.tls_url()), (LdapSecurity::StartTls, slapd.url())]
    {
        let config =
            LdapDirectory { security, servers: vec![address(&url)], ..house.config(&slapd) };
        assert!(house.directory(config.clone()).answers().await, "{security:?}");

        let stranger = Some(strange_authority(house.folder.path()));
        let wrong_authority = LdapDirectory { ca: stranger, ..config.clone() };
        assert!(!house.directory(wrong_authority).answers().await, "{security:?}");

        let servers = vec![forwarder(address(&url))];
        let wrong_name = LdapDirectory { servers, ..config.clone() };
        assert!(!house.directory(wrong_name).answers().await, "{security:?}");

        // The system trusts nobody who signs here.
        let system = LdapDirectory { ca: None, ..config };
        let house_config = crate::config::Directory::Ldap(Box::new(system));
        let (store, keys) = (house.store.clone(), std::sync::Arc::clone(&house.keys));
        let directory =
            crate::directory::Directory::new(&[house_config], store, keys, house.clock.clone());
        if let Ok(directory) = directory {
            assert!(!directory.answers().await, "{security:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_starttls_is_refused_nothing_more_is_said() {
    /// `ExtendedResponse` to message 1 with result code 52, unavailable (RFC 4511 section 4.12).
    const REFUSED: &[u8] =
        &[0x30, 0x0c, 0x02, 0x01, 0x01, 0x78, 0x07, 0x0a, 0x01, 0x34, 0x04, 0x00, 0x04, 0x00];
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = listener.local_addr().unwrap().to_string();
    let heard = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        client.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let mut request = [0; 512];
        let length = client.read(&mut request).unwrap();
        assert!(request[..length].windows(3).any(|bytes| bytes == b"1.3"), "StartTLS is asked for");
        client.write_all(REFUSED).unwrap();
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).expect("the client hangs up");
        rest
    });
    let (slapd, house) = (Slapd::start(0), House::new().await);
    let config = house.config(&slapd);
    let config =
        LdapDirectory { security: LdapSecurity::StartTls, servers: vec![server], ..config };
    assert!(!house.directory(config).answers().await);
    assert_eq!(heard.join().unwrap(), b"");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_ldap_is_an_answer_of_nobody() {
    let (slapd, house) = (Slapd::start(0), House::new().await);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let _ = (&client).write_all(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x02, 0x01]);
        }
    });
    for security in [LdapSecurity::Ldaps, LdapSecurity::StartTls] {
        let servers = vec![server.clone(), address(&slapd.tls_url())];
        let config = LdapDirectory { security, servers, ..house.config(&slapd) };
        let reached = house.directory(config).answers().await;
        assert_eq!(reached, security == LdapSecurity::Ldaps, "the second server speaks LDAPS");
    }
}
