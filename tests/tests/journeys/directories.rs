//! People who come from a directory server.

use real_parts::campus;
use real_parts::documents::{Paper, pdf};
use real_parts::samba::{self, Samba};
use real_parts::slapd::Slapd;

use crate::scene::house::state;
use crate::scene::{ANNA, BO, ELSA, House, Setup, TapEnd};

/// A house whose people are those of the directory, and the directory.
fn house_with_directory() -> (House, Slapd) {
    let slapd = Slapd::start(0);
    let server = slapd.tls_url();
    let server = server.trim_start_matches("ldaps://");
    let directory = format!(
        "kind = \"ldap\"\nservers = [\"{server}\"]\nsecurity = \"ldaps\"\nca = \"{}\"\n\
         bind_dn = \"{}\"\npassword_file = \"directory-password\"\nbase = \"{}\"\n\
         card_attribute = \"campusCard\"\ndisabled_filter = \"(campusDisabled=TRUE)\"\n",
        slapd.authority_file().display(),
        campus::SERVICE_DN,
        campus::BASE,
    );
    let house = Setup::new().directory(directory).secret("directory-password", campus::PASSWORD);
    (house.basic().start(), slapd)
}

#[test]
fn people_of_the_directory_sign_in_print_and_tap() {
    let (house, _slapd) = house_with_directory();
    let client = house.client().over_tls(&house.authority());
    let document = pdf(2, Paper::A4, "Report");
    let wrong = client.clone().signed_in("anna", "wrong");
    assert_eq!(wrong.ask(&wrong.print_job("anna", "Report"), &document).http, 401);
    let empty = client.clone().signed_in("anna", "");
    assert_eq!(empty.ask(&empty.print_job("anna", "Report"), &document).http, 401);
    let client = client.signed_in("anna", campus::PASSWORD);
    client.print("anna", &document);
    let (mfp, station) = house.hall();
    station.tap(BO).expect(TapEnd::Nothing);
    station.tap(ELSA).expect(TapEnd::Refused);
    station.tap(ANNA).expect(TapEnd::Printed);
    assert_eq!(mfp.sheets_out(), 2);
    assert_eq!(house.booked("D001").sheets, 2);
    house.expect_whole();
}

#[test]
fn a_known_card_prints_while_the_directory_is_down() {
    let (mut house, mut slapd) = house_with_directory();
    let number = house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    slapd.take_down();
    house.hall().1.tap(ANNA).expect(TapEnd::Printed);
    house.wait_for_state("anna", number, state::COMPLETED);
    // Even a server that is started meanwhile knows everybody.
    house.stop_server();
    house.start_server();
    house.stations[0].wait_for_connection();
    let number = house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    house.hall().1.tap(ANNA).expect(TapEnd::Printed);
    house.wait_for_state("anna", number, state::COMPLETED);
    slapd.bring_up();
    house.expect_whole();
}

#[test]
fn who_leaves_the_directory_prints_no_more() {
    let (house, slapd) = house_with_directory();
    house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    let anna = campus::named_people().into_iter().find(|person| person.uid == "anna");
    let dn = anna.expect("Anna is there").dn();
    slapd.change(&format!(
        "dn: {dn}\nchangetype: modify\nreplace: campusDisabled\ncampusDisabled: TRUE\n"
    ));
    house.admin(&["person", "sync"]);
    let (mfp, station) = house.hall();
    station.tap(ANNA).expect(TapEnd::Refused);
    assert_eq!(mfp.jobs().len(), 0);
}

/// Anna's card of the domain, which OpenLDAP does not know.
const ANNA_IN_DOMAIN: &str = "0477000000000A";

/// A house whose people are those of OpenLDAP and of a domain, where Anna is in both and Bo's name is another
/// person's in the other.
fn house_with_two_directories() -> (House, Slapd, Samba) {
    let (slapd, samba) = (Slapd::start(0), Samba::start());
    let server = slapd.tls_url();
    let server = server.trim_start_matches("ldaps://");
    let anna = campus::named_people().remove(0).dn();
    slapd.change(&format!(
        "dn: {anna}\nchangetype: modify\nadd: employeeNumber\nemployeeNumber: 1\n"
    ));
    samba.change(&format!(
        "dn: {}\nchangetype: modify\nadd: employeeNumber\nemployeeNumber: 1\n-\n\
         add: extensionName\nextensionName: {ANNA_IN_DOMAIN}\n",
        samba::dn("anna")
    ));
    let directories = format!(
        "[[directory]]\nkind = \"ldap\"\nname = \"campus\"\nsuffix = \"people.example\"\n\
         servers = [\"{server}\"]\nsecurity = \"ldaps\"\nca = \"{}\"\nbind_dn = \"{}\"\n\
         password_file = \"directory-password\"\nbase = \"{}\"\ncard_attribute = \"campusCard\"\n\
         disabled_filter = \"(campusDisabled=TRUE)\"\nlink_attribute = \"employeeNumber\"\n\
         [[directory]]\nkind = \"active_directory\"\nname = \"ad\"\nsuffix = \"{}\"\nprefix = \"{}\"\n\
         servers = [\"{}\"]\nsecurity = \"ldaps\"\nca = \"{}\"\nbind_dn = \"{}\"\n\
         password_file = \"domain-password\"\nbase = \"{}\"\ncard_attribute = \"extensionName\"\n\
         link_attribute = \"employeeNumber\"\n",
        slapd.authority_file().display(),
        campus::SERVICE_DN,
        campus::BASE,
        samba::SUFFIX,
        samba::PREFIX,
        samba.server(),
        samba.authority_file().display(),
        samba::dn("svc"),
        samba::BASE,
    );
    let setup = Setup::new().directory(directories).basic();
    let setup = setup.secret("directory-password", campus::PASSWORD);
    (setup.secret("domain-password", samba::PASSWORD).start(), slapd, samba)
}

#[test]
fn one_person_of_two_directories_prints_by_either_and_a_namesake_by_their_own() {
    let (house, _slapd, mut samba) = house_with_two_directories();
    let client = house.client().over_tls(&house.authority());
    let document = pdf(1, Paper::A4, "Report");
    let (mfp, station) = house.hall();
    // By the password of one directory, fetched with the card of the other, and the other way round.
    client.clone().signed_in("anna", campus::PASSWORD).print("anna", &document);
    station.tap(ANNA_IN_DOMAIN).expect(TapEnd::Printed);
    client.clone().signed_in("CAMPUS\\anna", samba::PASSWORD).print("anna", &document);
    station.tap(ANNA).expect(TapEnd::Printed);
    assert_eq!(mfp.sheets_out(), 2);
    // Two people are called bo: the bare name is nobody's.
    let bare = client.clone().signed_in("bo", campus::PASSWORD);
    let refused = bare.ask(&bare.print_job("bo", "Report"), &document).ipp();
    let told = format!("{:?}", refused.status_message());
    assert!(told.contains("name@") || told.contains("namn@"), "{told}");
    client.clone().signed_in("bo@campus.test", samba::PASSWORD).print("bo", &document);
    // At the other station: the same card at the same one, right behind, would be the person who goes.
    house.library().1.tap(BO).expect(TapEnd::Nothing);
    client.signed_in("bo@people.example", campus::PASSWORD).print("bo", &document);
    station.tap(BO).expect(TapEnd::Printed);
    assert_eq!(mfp.sheets_out(), 3);
    // The domain is away: its people's cards go on, and so does everything of the others.
    samba.take_down();
    house.client().print("CAMPUS\\anna", &document);
    station.tap(ANNA_IN_DOMAIN).expect(TapEnd::Printed);
    house.client().print("bo@people.example", &document);
    station.tap(BO).expect(TapEnd::Printed);
    house.expect_whole();
}
