//! How devices prove who prints: links, machines, names that are claimed.

use std::io::Write as _;

use ipp_codec::{GroupTag, Operation, Reply, Status, names};
use real_parts::documents::{Paper, pdf};

use crate::kerberos::Realm;
use crate::scene::client::read_answer;
use crate::scene::forger::{Forger, Signer};
use crate::scene::house::state;
use crate::scene::{ANNA, BO, Client, House, Setup, TapEnd};
use crate::tokens::{self, bearer_section};

/// Makes a link and gives what stands behind the queue's name in its address.
pub fn link(house: &House, owner: &[&str], device: &str) -> String {
    let said = house.admin(&[&["link", "add"], owner, &["--device", device]].concat());
    let address = said.lines().find(|line| line.starts_with("ipps://")).expect("an address");
    let (_, end) = address.split_once("/ipp/print/").expect("the address of a queue");
    end.to_owned()
}

/// A client that came by the link.
pub fn by_link(house: &House, link: &str) -> Client {
    house.client_of(link).over_tls(&house.authority())
}

fn says(reply: &Reply, status: Status, text: &str) {
    let message = reply.status_message().unwrap_or_default().to_owned();
    assert_eq!(reply.status(), status, "{message}");
    assert!(message.contains(text), "{message}");
}

/// Each operation by which a job begins is refused alike.
pub fn refused(client: &Client, user: &str, status: Status, text: &str) {
    for operation in [Operation::VALIDATE_JOB, Operation::CREATE_JOB] {
        says(&client.ask(&client.request(operation, user), &[]).ipp(), status, text);
    }
    let document = pdf(1, Paper::A4, "Report");
    let print = client.print_job(user, "Report");
    says(&client.ask(&print, &document).ipp(), status, text);
}

fn journey(house: &mut House) {
    let link = link(house, &["anna"], "Laptop");
    let secret = link.rsplit('/').next().expect("a secret").to_owned();
    let client = by_link(house, &link);
    let question = client.request(Operation::GET_PRINTER_ATTRIBUTES, "x");
    let offer = client.ask(&question, &[]).ipp();
    let printer = offer.groups(GroupTag::PRINTER).next().expect("a queue").clone();
    assert_eq!(printer.string("printer-uri-supported"), Some(client.uri()));
    assert_eq!(printer.string("uri-authentication-supported").as_deref(), Some("none"));
    assert_eq!(printer.string("uri-security-supported").as_deref(), Some("tls"));
    // Whatever the device calls its user.
    let number = client.print("chronos", &pdf(1, Paper::A4, "Report"));
    let job = client.job("chronos", number);
    assert_eq!(job.integer(names::JOB_STATE), Some(state::HELD));
    assert_eq!(job.string(names::JOB_NAME).as_deref(), Some("Report"), "the owner is proved");
    assert_eq!(job.string(names::JOB_ORIGINATING_USER_NAME).as_deref(), Some("anna"));
    assert_eq!(job.string(names::JOB_URI), Some(format!("{}/{number}", client.uri())));
    let listed = house.admin(&["link", "list", "anna"]);
    assert!(listed.contains("Laptop") && listed.contains("in use") && !listed.contains("never"));
    house.hall().1.tap(ANNA).expect(TapEnd::Printed);
    assert_eq!(house.booked("K8").sheets, 1);

    house.admin(&["link", "revoke", "anna", "--device", "laptop"]);
    let status = Status::CLIENT_ERROR_NOT_AUTHORIZED;
    refused(&client, "anna", status, "Get a new link");
    let stranger = by_link(house, &format!("followme/u/{}", "0".repeat(40)));
    refused(&stranger, "anna", status, "Get a new link");
    let audit = house.admin(&["audit", "--limit", "1000"]);
    for event in ["link-add", "link-revoke", "refused: unknown link"] {
        assert!(audit.contains(event), "{event}: {audit}");
    }
    for text in [&audit, &listed, &house.admin(&["link", "list", "anna"]), &house.server_log()] {
        assert!(!text.contains(&secret), "the secret is shown once: {text}");
    }
    house.expect_whole();
}

#[test]
fn whoever_has_a_persons_link_prints_for_that_person_until_it_is_revoked() {
    journey(&mut Setup::new().no_claims().start());
}

#[test]
fn whoever_has_a_persons_link_prints_for_that_person_with_postgresql() {
    journey(&mut Setup::new().postgres().no_claims().start());
}

#[test]
fn every_door_opens_while_all_are_on_and_the_queue_names_each_but_the_links() {
    let (realm, forger) = (Realm::new(), Forger::start());
    let settings = realm.settings() + &bearer_section(&forger);
    let setup = Setup::new().passwords().negotiate().bearer().more(&settings);
    let house = setup.secret("provider-secret", "x").start();
    let link = link(&house, &["anna"], "Laptop");
    let (plain, secured) = (house.client(), house.client().over_tls(&house.authority()));
    let question = secured.request(Operation::GET_PRINTER_ATTRIBUTES, "x");
    let offer = secured.ask(&question, &[]).ipp();
    let printer = offer.groups(GroupTag::PRINTER).next().expect("a queue");
    let said = |name| {
        let values = printer.get(name).expect("it is always said").values.iter();
        let text = values.map(|value| value.as_bytes().expect("a text"));
        text.map(|text| String::from_utf8_lossy(text).into_owned()).collect::<Vec<_>>()
    };
    let by_name = "requesting-user-name";
    assert_eq!(
        said(names::URI_AUTHENTICATION_SUPPORTED),
        [by_name, "basic", "negotiate", "oauth", by_name]
    );
    assert_eq!(said(names::URI_SECURITY_SUPPORTED), ["tls", "tls", "tls", "tls", "none"]);
    let uris = said(names::PRINTER_URI_SUPPORTED);
    let (last, first) = uris.split_last().expect("it is always said");
    assert_eq!((last, first), (&plain.uri(), &[(); 4].map(|()| secured.uri())[..]));
    let server = printer.string(names::OAUTH_AUTHORIZATION_SERVER_URI);
    assert_eq!(server, Some(forger.issuer()));

    let document = pdf(1, Paper::A4, "Report");
    let ticket = realm.sign_in("anna").header("HTTP");
    let token = forger.token(&Forger::header(Signer::Ec), &tokens::says(&forger), Signer::Ec);
    plain.print("anna", &document);
    secured.clone().authorized_by(&ticket).print("somebody", &document);
    secured.clone().with_token(&token).print("somebody", &document);
    by_link(&house, &link).print("somebody", &document);
    secured.clone().signed_in("bo", crate::scene::PASSWORD).print("somebody", &document);
    // Whoever has nothing to show and no name here is asked for everything.
    let nobody = secured.ask(&secured.print_job("somebody", "Report"), &document);
    let ways = nobody.fields("www-authenticate");
    let ways: Vec<_> = ways.iter().filter_map(|way| way.split(' ').next()).collect();
    assert_eq!((nobody.http, ways), (401, vec!["Negotiate", "Bearer", "Basic"]));
    let (mfp, station) = house.hall();
    station.tap(BO).expect(TapEnd::Printed);
    assert_eq!(mfp.jobs_printed(), 1);
    station.tap(ANNA).expect(TapEnd::Printed);
    assert_eq!(mfp.jobs_printed(), 5);
    house.expect_whole();
}

#[test]
fn the_links_of_somebody_who_leaves_are_refused_on_the_next_job() {
    let house = Setup::new().no_claims().start();
    let people = house.path("people.toml");
    let mut text = std::fs::read_to_string(&people).expect("the file of people");
    let kim = "name = \"Kim\"\n";
    text.push_str(&format!("[[person]]\nlogin = \"kim\"\nlanguage = \"sv\"\n{kim}"));
    std::fs::write(&people, &text).unwrap();
    house.admin(&["person", "sync"]);
    let client = by_link(&house, &link(&house, &["kim"], "Laptop"));
    let number = client.print("kim", &pdf(1, Paper::A4, "Report"));
    let closed = text.replace(kim, &format!("{kim}disabled = true\n"));
    assert_ne!(text, closed);
    std::fs::write(&people, closed).unwrap();
    house.admin(&["person", "sync"]);
    refused(&client, "kim", Status::CLIENT_ERROR_ACCOUNT_CLOSED, "Ditt konto är avslutat");
    let waiting = client.request(Operation::GET_JOBS, "kim");
    let reply = client.ask(&waiting, &[]).ipp();
    assert_eq!(reply.status(), Status::CLIENT_ERROR_ACCOUNT_CLOSED, "job {number} is not shown");
    assert!(house.admin(&["link", "list", "kim"]).contains("account closed"));
    // Whoever comes back finds the link as it was.
    std::fs::write(&people, text).unwrap();
    house.admin(&["person", "sync"]);
    client.print("kim", &pdf(1, Paper::A4, "Report"));
}

#[test]
fn a_link_that_is_sent_in_the_clear_opens_nothing_any_more() {
    let mut house = Setup::new().start();
    let (link, other) = (link(&house, &["anna"], "Laptop"), link(&house, &["anna"], "Phone"));
    let plain = house.client_of(&link);
    let question = plain.request(Operation::GET_PRINTER_ATTRIBUTES, "anna");
    let status = Status::CLIENT_ERROR_FORBIDDEN;
    says(&plain.ask(&question, &[]).ipp(), status, "ipps://");
    refused(&plain, "anna", status, "ipps://");
    let client = by_link(&house, &link);
    refused(&client, "anna", Status::CLIENT_ERROR_NOT_AUTHORIZED, "Get a new link");
    // The second is noted, too, however soon it follows, and wherever it stands in the request.
    let question = house.client_of(&other).request(Operation::GET_PRINTER_ATTRIBUTES, "anna");
    says(&plain.ask(&question, &[]).ipp(), status, "ipps://");
    refused(&by_link(&house, &other), "anna", Status::CLIENT_ERROR_NOT_AUTHORIZED, "new link");
    let listed = house.admin(&["link", "list", "anna"]);
    assert_eq!(listed.matches("sent without encryption").count(), 2, "{listed}");
    let audit = house.admin(&["audit", "--limit", "1000"]);
    let revoked = |line: &&str| line.contains("link:") && line.contains("link in the clear");
    assert_eq!(audit.lines().filter(revoked).count(), 2, "{audit}");
    for link in [&link, &other] {
        let secret = link.rsplit('/').next().expect("a secret");
        assert!(!house.server_log().contains(secret) && !audit.contains(secret));
    }
}

#[test]
fn a_claimed_name_that_is_nobodys_holds_no_job_and_is_told_what_to_do() {
    let house = Setup::new().start();
    let client = house.client();
    let status = Status::CLIENT_ERROR_NOT_AUTHORIZED;
    refused(&client, "chronos", status, "add the printer by a personal link");
    // Elsa has left: nobody could release her job.
    refused(&client, "elsa", status, "add the printer by a personal link");
    let fresh = house.client_of("followme");
    let mut nameless = fresh.request(Operation::VALIDATE_JOB, " ");
    says(&fresh.ask(&nameless, &[]).ipp(), status, "sent no user name");
    nameless = fresh.request(Operation::PRINT_JOB, " ");
    says(&fresh.ask(&nameless, &pdf(1, Paper::A4, "x")).ipp(), status, "sent no user name");
    house.expect_whole();
    assert_eq!(client.print("anna", &pdf(1, Paper::A4, "Report")), 1, "no number was used");
}

#[test]
fn a_machine_prints_by_its_link_from_its_own_network_and_its_members_see_the_job() {
    let house = Setup::new().no_claims().start();
    let add = ["machine", "add", "lab12", "--network", "10.9.0.0/16", "--department", "C2"];
    house.admin(&[&add[..], &["--member", "anna"]].concat());
    let link = link(&house, &["--machine", "lab12"], "PC");
    let client = by_link(&house, &link);
    let status = Status::CLIENT_ERROR_NOT_AUTHORIZED;
    refused(&client, "kim", status, "belongs to another computer");
    house.admin(&["machine", "change", "lab12", "--network", "127.0.0.0/8"]);
    let number = client.print("kim", &pdf(1, Paper::A4, "Report"));
    let job = client.job("kim", number);
    assert_eq!(job.string(names::JOB_ORIGINATING_USER_NAME).as_deref(), Some("lab12"));
    assert!(house.admin(&["machine", "list"]).contains("anna"));

    let (mfp, station) = house.hall();
    let tap = station.begin_tap(ANNA);
    station.wait_until_it_shows("lab12 (kim)");
    tap.walk_away();
    assert_eq!(mfp.jobs().len(), 0, "a tap does not take what a colleague printed");
    let (_, other) = house.library();
    other.tap(BO).expect(TapEnd::Nothing);

    house.admin(&["machine", "revoke", "lab12"]);
    refused(&client, "kim", status, "Get a new link");
    let audit = house.admin(&["audit", "--limit", "1000"]);
    for event in ["machine-add", "machine-change", "machine-revoke", "link from elsewhere"] {
        assert!(audit.contains(event), "{event}: {audit}");
    }
    house.expect_whole();
}

#[test]
fn five_hundred_people_behind_one_address_of_a_configured_network_print_at_once() {
    let networks = "[[networks]]\naddresses = [\"127.0.0.0/8\"]\nconnections_max = 1000\n";
    let house = Setup::new().more(networks).without_stations().start();
    let people = house.path("people.toml");
    let mut text = std::fs::read_to_string(&people).expect("the file of people");
    for number in 0..500 {
        let row = "language = \"sv\"\ndepartment = \"K8\"\n";
        text.push_str(&format!("[[person]]\nlogin = \"p{number}\"\nname = \"P\"\n{row}"));
    }
    std::fs::write(&people, text).expect("the file is ours");
    house.admin(&["person", "sync"]);
    let (client, document) = (house.client(), pdf(1, Paper::A4, "Report"));
    // All are connected before the first one prints.
    let connect = |_| client.connect().expect("nobody is refused");
    let mut connections: Vec<_> = (0..500).map(connect).collect();
    for (number, connection) in connections.iter_mut().enumerate() {
        let request = client.print_job(&format!("p{number}"), "Report");
        let mut body = request.encode().expect("our own request");
        body.extend_from_slice(&document);
        connection.write_all(&client.http(&body)).expect("the server reads");
    }
    let answers = connections.iter_mut().map(read_answer);
    let refused = answers.filter(|answer| match answer {
        Ok(answer) => answer.http != 200 || !answer.ipp().status().is_successful(),
        Err(_) => true,
    });
    assert_eq!(refused.count(), 0);
    house.expect_whole();
}

#[test]
fn a_proxy_says_whose_request_it_is_and_nobody_else_is_believed() {
    let claims = ["queue", "change", "followme", "--claimed", "10.5.0.0/16"];
    let (proxied, direct) = (Setup::new().proxy(), Setup::new());
    let ask = |house: &House, fields: &str| {
        house.admin(&claims);
        let client = house.client();
        let mut body = client.print_job("anna", "Report").encode().expect("our own request");
        body.extend_from_slice(&pdf(1, Paper::A4, "Report"));
        let fields = format!("Content-Length: {}\r\n{fields}", body.len());
        let wire = [client.head(&fields).into_bytes(), body].concat();
        move || {
            let answer = client.exchange(&wire).expect("an answer");
            if answer.http == 200 { Some(answer.ipp().status().is_successful()) } else { None }
        }
    };
    let house = proxied.without_stations().start();
    let limit = std::time::Duration::from_secs(20);
    let from_there = ask(&house, "X-Forwarded-For: 10.5.1.2\r\n");
    let taken = real_parts::waiting::poll(limit, || from_there().filter(|taken| *taken));
    assert_eq!(taken, Some(true), "the client's network counts");
    let lie = ask(&house, "X-Forwarded-For: 10.5.1.2, 198.51.100.1\r\n");
    assert_eq!(lie(), Some(false), "what the client wrote itself does not count");
    assert_eq!(ask(&house, "")(), None, "a proxy names its client");
    let house = direct.without_stations().start();
    let lie = ask(&house, "X-Forwarded-For: 10.5.1.2\r\n");
    let refused = real_parts::waiting::poll(limit, || lie().filter(|taken| !*taken));
    assert_eq!(refused, Some(false), "only a configured proxy is believed");
}
