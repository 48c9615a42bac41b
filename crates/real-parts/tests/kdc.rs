//! A Kerberos realm of the tests' own.

use real_parts::folder::Folder;
use real_parts::kdc::Kdc;

#[test]
fn a_person_gets_a_ticket_for_a_service_until_the_realm_is_down() {
    let mut kdc = Kdc::start("REALM.TEST");
    let folder = Folder::new("keytabs");
    let keytab = folder.join("http.keytab");
    kdc.add_person("anna");
    kdc.add_service("HTTP/localhost", &keytab);
    assert!(keytab.is_file());
    let tickets = kdc.sign_in("anna");
    assert!(tickets.cache().is_file());
    let (one, other) = (tickets.header("HTTP"), tickets.header("HTTP"));
    assert!(one.starts_with("Negotiate YII"), "{one}");
    assert_ne!(one, other, "each is a proof of its own");
    kdc.take_down();
    assert!(tickets.header("HTTP").starts_with("Negotiate YII"), "the ticket is there already");
}
