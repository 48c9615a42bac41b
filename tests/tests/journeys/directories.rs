//! People who come from a directory server.

use real_parts::campus;
use real_parts::documents::{Paper, pdf};
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
