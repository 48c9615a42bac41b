//! The directory on its own, asked by OpenLDAP's clients.

use real_parts::campus::{self, PASSWORD, named_people, numbered_person};
use real_parts::certificates::Authority;
use real_parts::ports;
use real_parts::slapd::Slapd;

fn port(url: &str) -> u16 {
    let (_, port) = url.rsplit_once(':').expect("the URL has a port");
    port.parse().expect("a port is a number")
}

#[test]
fn people_are_found_by_card_sign_in_and_the_server_is_gone_when_dropped() {
    let slapd = Slapd::start(30);
    let found = slapd.search("(campusCard=04A1B2C3D4E580)", &["uid", "departmentNumber"]);
    assert!(found.contains("uid: anna\n"), "{found}");
    assert!(found.contains("departmentNumber: D001\n"), "{found}");

    let odd = named_people().pop().expect("there are named people");
    assert!(slapd.signs_in(&odd.dn(), PASSWORD));
    assert!(!slapd.signs_in(&odd.dn(), "wrong"));
    let escaped = slapd.search(r"(campusCard=\2a\29\28uid=\2a)", &["campusCard"]);
    assert_eq!(escaped.matches("dn:").count(), 1, "{escaped}");

    let admins = slapd.search("(cn=print-admins)", &["member"]);
    assert!(admins.contains("member: uid=anna,"), "{admins}");

    let anna = slapd.search("(uid=anna)", &["memberOf", "cn"]);
    assert!(anna.contains("memberOf: cn=print-admins,"), "{anna}");
    // "Anna Åkesson" as Base64, as LDIF shows names that are not ASCII.
    assert!(anna.contains("cn:: QW5uYSDDhWtlc3Nvbg=="), "{anna}");

    let (port, tls_port) = (port(&slapd.url()), port(&slapd.tls_url()));
    drop(slapd);
    assert!(!ports::answers(port) && !ports::answers(tls_port));
}

#[test]
fn a_locked_account_refuses_even_the_right_password() {
    let slapd = Slapd::start(1);
    let dn = numbered_person(0).dn();
    assert!(slapd.signs_in(&dn, PASSWORD));
    for _ in 0..campus::WRONG_PASSWORDS_MAX {
        assert!(!slapd.signs_in(&dn, "wrong"));
    }
    assert!(!slapd.signs_in(&dn, PASSWORD));
}

#[test]
fn a_directory_that_was_down_comes_back_with_what_was_changed() {
    let mut slapd = Slapd::start(0);
    let cecilia = &named_people()[2];
    slapd.change(&format!(
        "dn: {}\nchangetype: modify\nreplace: campusCard\ncampusCard: 0499999999\n",
        cecilia.dn()
    ));
    slapd.take_down();
    assert!(!ports::answers(port(&slapd.tls_url())));
    slapd.bring_up();
    let found = slapd.search("(campusCard=0499999999)", &["cn"]);
    assert!(found.contains("dn: uid=cecilia,"), "{found}");
}

#[test]
fn a_stranger_s_authority_is_not_trusted() {
    let slapd = Slapd::start(0);
    let folder = real_parts::folder::Folder::new("stranger");
    let stranger = Authority::new("Unrelated authority").write_to(folder.path(), "ca.pem");
    let whoami = |authority: &std::path::Path| {
        std::process::Command::new(real_parts::programs::find("ldapwhoami", "ldap-utils"))
            .env("LDAPTLS_CACERT", authority)
            .args(["-x", "-H", &slapd.tls_url(), "-D", campus::SERVICE_DN, "-w", PASSWORD])
            .output()
            .expect("ldapwhoami runs")
            .status
            .success()
    };
    assert!(whoami(&slapd.authority_file()));
    assert!(!whoami(&stranger));
}
