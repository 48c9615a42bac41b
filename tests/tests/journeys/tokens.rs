//! Print clients that sign in with an access token of an identity provider.

use ipp_codec::{GroupTag, Operation, Status, names};
use real_parts::documents::{Paper, pdf};
use real_parts::oidc::{self, Glewlwyd};
use serde_json::{Value, json};

use crate::elsewhere::{now, section};
use crate::scene::forger::{Forger, Signer};
use crate::scene::house::state;
use crate::scene::{ANNA, Client, House, Setup, TapEnd};

/// An access token from the real provider, as a print client of this person gets one.
fn token_of(provider: &Glewlwyd, login: &str) -> String {
    let (path, form) = provider.token_question(login);
    let client = Client::plain(provider.port(), "").over_tls(&provider.authority().pem());
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let answer = client.exchange(request.as_bytes()).expect("the provider answers");
    let tokens: Value = serde_json::from_slice(&answer.body).expect("JSON");
    tokens["access_token"].as_str().unwrap_or_else(|| panic!("{tokens}")).to_owned()
}

fn journey(setup: Setup) {
    let provider = Glewlwyd::start(&["anna", "elsa"], "https://127.0.0.1:1/sign-in/back");
    let section = format!(
        "[oidc]\nissuer = \"{}\"\nclient_id = \"{}\"\nca = \"{}\"\n\
         [oidc.bearer]\naudience = \"{}\"\nclaim = \"sub\"\nscopes = [\"{}\"]\n",
        provider.issuer(),
        oidc::CLIENT,
        provider.authority_file().display(),
        oidc::AUDIENCE,
        oidc::AUDIENCE,
    );
    let mut house = setup.no_claims().bearer().more(&section).start();
    let client = house.client().over_tls(&house.authority());
    let question = client.request(Operation::GET_PRINTER_ATTRIBUTES, "x");
    let offer = client.ask(&question, &[]).ipp();
    let printer = offer.groups(GroupTag::PRINTER).next().expect("a queue").clone();
    assert_eq!(printer.string(names::URI_AUTHENTICATION_SUPPORTED).as_deref(), Some("oauth"));
    assert_eq!(printer.string(names::OAUTH_AUTHORIZATION_SERVER_URI), Some(provider.issuer()));
    let scope = printer.string(names::OAUTH_AUTHORIZATION_SCOPE);
    assert_eq!(scope.as_deref(), Some(oidc::AUDIENCE));
    let document = pdf(2, Paper::A4, "Report");
    let answer = client.ask(&client.print_job("anna", "Report"), &document);
    assert_eq!(
        (answer.http, answer.fields("www-authenticate")),
        (401, vec!["Bearer realm=\"Print\"".to_owned()])
    );

    let token = token_of(&provider, "anna");
    let by_token = client.clone().with_token(&token);
    let number = by_token.print("somebody", &document);
    let job = by_token.job("somebody", number);
    assert_eq!(job.integer(names::JOB_STATE), Some(state::HELD));
    assert_eq!(job.string(names::JOB_ORIGINATING_USER_NAME).as_deref(), Some("anna"));
    assert_eq!(job.string(names::JOB_NAME).as_deref(), Some("Report"), "the owner is proved");
    let of_elsa = client.with_token(&token_of(&provider, "elsa"));
    let refused = of_elsa.ask(&of_elsa.print_job("anna", "Report"), &document).ipp();
    assert_eq!(refused.status(), Status::CLIENT_ERROR_NOT_AUTHORIZED);
    house.hall().1.tap(ANNA).expect(TapEnd::Printed);
    assert_eq!(house.booked("K8").sheets, 2);
    let audit = house.admin(&["audit", "--limit", "1000"]);
    for text in [house.server_log(), audit] {
        let signature = token.rsplit('.').next().expect("a signature");
        assert!(!text.contains(signature), "tokens are not logged");
    }
    house.expect_whole();
}

#[test]
fn a_client_with_the_providers_token_prints_for_its_person() {
    journey(Setup::new());
}

#[test]
fn a_client_with_the_providers_token_prints_for_its_person_with_postgresql() {
    journey(Setup::new().postgres());
}

const AUDIENCE: &str = "the-printing";

/// The configuration of a server that takes the forger's access tokens.
pub fn bearer_section(forger: &Forger) -> String {
    format!("{}[oidc.bearer]\naudience = \"{AUDIENCE}\"\n", section(forger))
}

fn forged(more: &str) -> (House, Forger) {
    let forger = Forger::start();
    let bearer = bearer_section(&forger) + more;
    let setup = Setup::new().no_claims().passwords().bearer().without_stations().more(&bearer);
    (setup.secret("provider-secret", "x").start(), forger)
}

/// What a good token of anna's says.
pub fn says(forger: &Forger) -> Value {
    json!({
        "iss": forger.issuer(), "aud": ["mail", AUDIENCE], "sub": "4711", "azp": "a-laptop",
        "preferred_username": "anna", "iat": now(), "exp": now() + 300,
    })
}

/// What a queue with both doors asks: clients that read only the last field are asked for a password.
const BOTH: [&str; 2] =
    ["Bearer realm=\"Print\", error=\"invalid_token\"", "Basic realm=\"Print\", charset=\"UTF-8\""];

#[test]
fn a_token_that_is_not_for_printing_now_opens_no_queue() {
    let (house, forger) = forged("");
    let client = house.client().over_tls(&house.authority());
    let rsa = || Forger::header(Signer::Rsa);
    let with = |key: &str, value: Value| {
        let mut says = says(&forger);
        says[key] = value;
        says
    };
    let plain = || says(&forger);
    for (name, header, says, signer) in [
        ("for the pages", rsa(), with("aud", "print-pages".into()), Signer::Rsa),
        ("expired", rsa(), with("exp", (now() - 120).into()), Signer::Rsa),
        ("not yet", rsa(), with("nbf", (now() + 600).into()), Signer::Rsa),
        ("another provider", rsa(), with("iss", "https://a".into()), Signer::Rsa),
        ("nameless", rsa(), with("preferred_username", 7.into()), Signer::Rsa),
        ("not signed", Forger::header(Signer::Nobody), plain(), Signer::Nobody),
        ("shared", Forger::header(Signer::PublicKeyAsSecret), plain(), Signer::PublicKeyAsSecret),
        ("thief", Forger::header(Signer::Thief), plain(), Signer::Thief),
        ("unknown key", json!({"alg": "RS256", "kid": "x"}), plain(), Signer::Rsa),
        ("log-out", json!({"alg": "RS256", "typ": "logout+jwt"}), plain(), Signer::Rsa),
    ] {
        let guest = client.clone().with_token(&forger.token(&header, &says, signer));
        let answer = guest.ask(&guest.print_job("anna", "Report"), &pdf(1, Paper::A4, "Report"));
        assert_eq!(
            (answer.http, answer.fields("www-authenticate").as_slice()),
            (401, &BOTH.map(String::from)[..]),
            "{name}"
        );
    }
    for junk in ["", "x", "a.b", "a.b.c", "e30.e30.", &"x".repeat(20_000)] {
        let guest = client.clone().with_token(junk);
        assert_eq!(guest.ask(&guest.print_job("anna", "Report"), &[]).http, 401, "{junk:.9}");
    }
    assert!(forger.asked("/keys").len() <= 2, "unknown keys make us ask seldom");
    let guest = client.clone().with_token(&forger.token(&rsa(), &plain(), Signer::Rsa));
    guest.print("x", &pdf(1, Paper::A4, "Report"));
    let signed_in = client.signed_in("anna", crate::scene::PASSWORD);
    signed_in.print("x", &pdf(1, Paper::A4, "Report"));
    let audit = house.admin(&["audit", "--limit", "100"]);
    assert!(audit.contains("refused: token"), "{audit}");
    house.expect_whole();
}

#[test]
fn a_token_in_the_clear_is_not_read_and_whoever_guesses_waits() {
    let (house, forger) = forged("[limits]\nrefusals_per_address_minute = 5\n");
    let token = forger.token(&Forger::header(Signer::Ec), &says(&forger), Signer::Ec);
    let plain = house.client().with_token(&token);
    let answer = plain.ask(&plain.print_job("anna", "Report"), &pdf(1, Paper::A4, "Report"));
    assert_eq!(answer.http, 426, "{}", answer.head);
    let audit = house.admin(&["audit", "--limit", "100"]);
    assert!(audit.contains("refused: password in the clear"), "{audit}");

    let client = house.client().over_tls(&house.authority());
    let guest = client.clone().with_token("a.b.c");
    let validate = guest.request(Operation::VALIDATE_JOB, "anna");
    for _ in 0..5 {
        assert_eq!(guest.ask(&validate, &[]).http, 401);
    }
    assert_eq!(guest.ask(&validate, &[]).ipp().status(), Status::SERVER_ERROR_BUSY);
    let good = client.clone().with_token(&token);
    assert_eq!(good.ask(&validate, &[]).ipp().status(), Status::SERVER_ERROR_BUSY, "not looked at");
    let other_door = client.signed_in("anna", crate::scene::PASSWORD);
    assert!(other_door.ask(&validate, &[]).ipp().status().is_successful(), "each door has its own");
}

#[test]
fn while_the_provider_is_away_its_keys_count_and_the_other_doors_are_open() {
    let (mut house, mut forger) = forged("");
    let client = house.client().over_tls(&house.authority());
    let token = forger.token(&Forger::header(Signer::Ed), &says(&forger), Signer::Ed);
    let by_token = client.clone().with_token(&token);
    let document = pdf(1, Paper::A4, "Report");
    by_token.print("x", &document);
    forger.take_down();
    by_token.print("x", &document);
    house.stop_server();
    house.start_server();
    // Nobody can say whether it is good: not the client's fault, and not for ever.
    let answer = by_token.ask(&by_token.print_job("x", "Report"), &document).ipp();
    assert_eq!(answer.status(), Status::SERVER_ERROR_SERVICE_UNAVAILABLE);
    client.signed_in("anna", crate::scene::PASSWORD).print("x", &document);
    house.expect_whole();
}
