//! How stations get, keep and lose their certificates.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use e2e::house::programs;
use print_core::{Clock as _, SystemClock};
use rcgen::{
    CertificateParams, DnType, ExtendedKeyUsagePurpose, Issuer, KeyPair, PublicKeyData as _,
    date_time_ymd,
};
use real_parts::documents::{Paper, pdf};
use real_parts::waiting;

use crate::scene::house::state;
use crate::scene::{ANNA, House, Setup, Station, TapEnd};

const LIMIT: Duration = Duration::from_secs(30);

/// What the administrator's command shows.
fn code(house: &House, arguments: &[&str]) -> String {
    let said = house.admin(arguments);
    let code = said.lines().map(str::trim).find(|line| {
        line.len() == 14 && line.split('-').map(str::len).collect::<Vec<_>>() == [4, 4, 4]
    });
    code.unwrap_or_else(|| panic!("there is no code in: {said}")).to_owned()
}

/// Types the code at the station's machine.
fn enrol(house: &House, station: &str, code: &str, out: &Path) -> Output {
    let program = programs::ours("release-station").expect("`make build` makes it");
    let server = format!("127.0.0.1:{}", house.ports().station);
    let mut child = Command::new(program)
        .args(["enrol", station, "--server", &server, "--reader", "simulated", "--out"])
        .arg(out)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program is there");
    let mut input = child.stdin.take().expect("it reads");
    // An error means that it has said no already.
    let _ = writeln!(input, "{code}");
    drop(input);
    child.wait_with_output().expect("it ends by itself")
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "the station was enrolled");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn enrolled(output: &Output) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the station was not enrolled: {errors}");
}

/// Starts a station with the files of its enrolment.
fn start(folder: &Path) -> Station {
    let settings = folder.join("station.toml");
    let text = fs::read_to_string(&settings).expect("the enrolment wrote it");
    if !text.contains("page =") {
        fs::write(&settings, format!("{text}page = \"127.0.0.1:0\"\n")).expect("it is ours");
    }
    Station::start(folder)
}

fn held(house: &House) -> i32 {
    let number = house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    house.wait_for_state("anna", number, state::HELD);
    number
}

#[test]
fn a_station_gets_its_certificate_by_a_code_that_serves_once() {
    let house = Setup::new().start();
    let out = house.path("porch");
    let add = ["station", "add", "porch", "--printer", "Hall", "--policy", "all"];
    let code = code(&house, &add);
    assert!(house.admin(&["station", "list"]).contains("its code holds until"));
    let wrong = refused(&enrol(&house, "porch", "0000-0000-0000", &out));
    assert!(wrong.contains("the name or the code is wrong"), "{wrong}");
    assert!(!out.join("key.pem").exists(), "a key without a certificate was left behind");
    let nobodys = refused(&enrol(&house, "nowhere", &code, &out));
    assert_eq!(nobodys, wrong, "who does not know the code learns which names there are");
    enrolled(&enrol(&house, "Porch", &code.to_lowercase(), &out));
    let mode = |name| fs::metadata(out.join(name)).expect("a file").permissions().mode() & 0o777;
    assert_eq!((mode("key.pem"), mode("certificate.pem")), (0o600, 0o644));
    let in_use = refused(&enrol(&house, "porch", &code, &out));
    assert!(in_use.contains("is there already"), "{in_use}");
    assert_eq!(refused(&enrol(&house, "porch", &code, &house.path("thief"))), wrong);

    let number = held(&house);
    start(&out).tap(ANNA).expect(TapEnd::Printed);
    house.wait_for_state("anna", number, state::COMPLETED);
    let audit = house.admin(&["audit", "--limit", "1000"]);
    for said in ["station-enrol", "refused: wrong code"] {
        assert!(audit.contains(said), "{said}: {audit}");
    }
    assert!(!audit.contains(&code));
}

#[test]
fn five_wrong_codes_end_an_invitation_and_so_does_a_revocation() {
    let house = Setup::new().without_stations().start();
    let add = ["station", "add", "porch", "--printer", "Hall"];
    let first = code(&house, &add);
    let out = house.path("porch");
    for _ in 0..5 {
        refused(&enrol(&house, "porch", "1111-1111-1111", &out));
    }
    refused(&enrol(&house, "porch", &first, &out));
    let second = code(&house, &["station", "renew", "porch"]);
    house.admin(&["station", "revoke", "porch"]);
    refused(&enrol(&house, "porch", &second, &out));
    let third = code(&house, &["station", "renew", "porch"]);
    enrolled(&enrol(&house, "porch", &third, &out));
}

#[test]
fn a_station_on_a_new_machine_takes_the_place_of_the_old_one() {
    let house = Setup::new().start();
    let (_, old) = house.hall();
    let new = house.path("new");
    let code = code(&house, &["station", "renew", "hall"]);
    let first = held(&house);
    old.tap(ANNA).expect(TapEnd::Printed);
    house.wait_for_state("anna", first, state::COMPLETED);
    enrolled(&enrol(&house, "hall", &code, &new));
    let second = held(&house);
    old.let_the_last_tap_pass(ANNA);
    let told = old.tap(ANNA);
    assert_ne!(told.end, TapEnd::Printed, "the old machine still lets jobs go");
    house.wait_for_state("anna", second, state::HELD);
    start(&new).tap(ANNA).expect(TapEnd::Printed);
    house.wait_for_state("anna", second, state::COMPLETED);
}

/// A certificate for the station's key that ends in five days, as the server made it 25 days ago.
fn nearly_over(house: &House, folder: &Path) -> String {
    let pem = |path: &Path| fs::read_to_string(path).expect("a file of the house");
    let authority = KeyPair::from_pem(&pem(&house.path("authority/ca.key"))).expect("its key");
    let mut issuer = CertificateParams::new(Vec::<String>::new()).expect("no names");
    issuer.distinguished_name.push(DnType::CommonName, "Follow-me print authority");
    let key = KeyPair::from_pem(&pem(&folder.join("key.pem"))).expect("the station's key");
    assert_eq!(key.der_bytes().len(), 65);
    let mut params = CertificateParams::new(Vec::<String>::new()).expect("no names");
    params.distinguished_name.push(DnType::CommonName, "hall");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let seconds = u64::try_from(SystemClock.now().seconds()).expect("it is after 1970");
    let now = date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds);
    params.not_before = now - Duration::from_secs(25 * 86_400);
    params.not_after = now + Duration::from_secs(5 * 86_400);
    params.signed_by(&key, &Issuer::new(issuer, authority)).expect("a certificate").pem()
}

#[test]
fn a_certificate_is_renewed_in_good_time_without_anybody() {
    let mut house = Setup::new().start();
    let folder = house.path("hall");
    let certificate = folder.join("certificate.pem");
    house.stations[0].kill();
    let old = nearly_over(&house, &folder);
    fs::write(&certificate, &old).expect("the file is ours");
    let mut station = Station::start(&folder);
    waiting::wait_until("a newer certificate", LIMIT, || {
        fs::read_to_string(&certificate).is_ok_and(|now| now != old)
    });
    station.kill();
    let station = Station::start(&folder);
    let number = held(&house);
    station.tap(ANNA).expect(TapEnd::Printed);
    house.wait_for_state("anna", number, state::COMPLETED);
}
