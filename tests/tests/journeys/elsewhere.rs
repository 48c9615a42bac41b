//! Signing in to the pages with an identity provider: a real one, and one that forges.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use real_parts::chromium::{Chromium, Window};
use real_parts::oidc::{self, Glewlwyd};
use real_parts::ports;
use serde_json::{Value, json};

use crate::scene::client::Answer;
use crate::scene::forger::{Forger, Signer};
use crate::scene::visitor::{Visitor, of_query};
use crate::scene::{House, Setup};

/// The section of the configuration for the forger.
pub fn section(forger: &Forger) -> String {
    format!(
        "[oidc]\nissuer = \"{}\"\nclient_id = \"print-pages\"\nca = \"{}\"\n\
         client_secret_file = \"provider-secret\"\n",
        forger.issuer(),
        forger.authority_file().display()
    )
}

/// Seconds since 1970.
pub fn now() -> i64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("it is later than 1970");
    i64::try_from(since.as_secs()).expect("a small number")
}

fn house_of(forger: &Forger) -> House {
    let setup = Setup::new().passwords().without_stations().more(&section(forger));
    setup.secret("provider-secret", "secret & more").start()
}

/// Goes to the provider and gives its address with our question.
fn begin(visitor: &mut Visitor) -> String {
    let answer = visitor.open("/sign-in/elsewhere?next=/my-prints%3Fx%3D1");
    assert_eq!(answer.http, 303, "{}", answer.head);
    answer.fields("location").remove(0)
}

fn says(forger: &Forger, question: &str) -> Value {
    json!({
        "iss": forger.issuer(), "aud": "print-pages", "sub": "4711", "preferred_username": "anna",
        "iat": now(), "exp": now() + 300, "nonce": of_query(question, "nonce"),
    })
}

/// Comes back with a code, for which the provider gives this token.
fn back(visitor: &mut Visitor, forger: &Forger, question: &str, token: &str) -> Answer {
    forger.answers("/token", &json!({ "id_token": token, "token_type": "Bearer" }));
    visitor.open(&format!("/sign-in/back?code=c0de&state={}", of_query(question, "state")))
}

#[test]
fn the_question_and_the_exchange_are_bound_to_the_browser_and_the_session_begins() {
    let forger = Forger::start();
    let house = house_of(&forger);
    for signer in [Signer::Rsa, Signer::RsaPss, Signer::Ec, Signer::Ed] {
        let mut visitor = Visitor::of(&house);
        let question = begin(&mut visitor);
        assert!(question.starts_with(&format!("{}/authorize?kind=x&", forger.issuer())));
        let web = house.ports().web;
        let redirect = format!("https%3A%2F%2F127.0.0.1%3A{web}%2Fsign-in%2Fback");
        assert_eq!(of_query(&question, "redirect_uri"), redirect);
        assert_eq!(of_query(&question, "code_challenge_method"), "S256");
        let token = forger.token(&Forger::header(signer), &says(&forger, &question), signer);
        let answer = back(&mut visitor, &forger, &question, &token);
        assert_eq!(answer.http, 200, "{signer:?}: {}", answer.text());
        assert_eq!(answer.fields("refresh"), ["0; url=/my-prints?x=1"]);
        let form = format!("?{}", forger.asked("/token").pop().expect("the code was exchanged"));
        let verifier = digest(&SHA256, of_query(&form, "code_verifier").as_bytes());
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(verifier);
        assert_eq!(of_query(&question, "code_challenge"), challenge);
        assert_eq!(of_query(&form, "redirect_uri"), redirect);
        assert!(!form.contains("secret"), "the secret is in the header");
        let prints = visitor.open("/my-prints");
        assert!(prints.http == 200 && prints.text().contains("Anna"), "{}", prints.text());
    }
    let audit = house.admin(&["audit", "--limit", "100"]);
    assert_eq!(audit.matches("signed in with the provider").count(), 4, "{audit}");
}

#[test]
fn what_the_provider_did_not_sign_for_this_person_browser_and_moment_signs_nobody_in() {
    let forger = Forger::start();
    let house = house_of(&forger);
    let rsa = || Forger::header(Signer::Rsa);
    let with = |key: &'static str, value: Value| {
        move |says: &mut Value| {
            says[key] = value.clone();
        }
    };
    type Change = Box<dyn Fn(&mut Value)>;
    let cases: Vec<(&str, Value, Signer, Change)> = vec![
        ("another nonce", rsa(), Signer::Rsa, Box::new(with("nonce", "n".into()))),
        ("no nonce", rsa(), Signer::Rsa, Box::new(with("nonce", Value::Null))),
        ("expired", rsa(), Signer::Rsa, Box::new(with("exp", (now() - 120).into()))),
        ("never ends", rsa(), Signer::Rsa, Box::new(with("exp", Value::Null))),
        ("of tomorrow", rsa(), Signer::Rsa, Box::new(with("iat", (now() + 86_400).into()))),
        ("not yet", rsa(), Signer::Rsa, Box::new(with("nbf", (now() + 600).into()))),
        ("for others", rsa(), Signer::Rsa, Box::new(with("aud", "mail".into()))),
        ("for many", rsa(), Signer::Rsa, Box::new(with("aud", json!(["print-pages", "mail"])))),
        ("on behalf of others", rsa(), Signer::Rsa, Box::new(with("azp", "mail".into()))),
        ("another provider", rsa(), Signer::Rsa, Box::new(with("iss", "https://a".into()))),
        ("nameless", rsa(), Signer::Rsa, Box::new(with("preferred_username", Value::Null))),
        ("not signed", Forger::header(Signer::Nobody), Signer::Nobody, Box::new(|_| ())),
        (
            "shared",
            Forger::header(Signer::PublicKeyAsSecret),
            Signer::PublicKeyAsSecret,
            Box::new(|_| ()),
        ),
        ("called RS256", rsa(), Signer::PublicKeyAsSecret, Box::new(|_| ())),
        ("thief", Forger::header(Signer::Thief), Signer::Thief, Box::new(|_| ())),
        (
            "key of another kind",
            json!({"alg": "ES256", "kid": "rsa"}),
            Signer::Ec,
            Box::new(|_| ()),
        ),
        ("unknown key", json!({"alg": "RS256", "kid": "x"}), Signer::Rsa, Box::new(|_| ())),
        (
            "critical",
            json!({"alg": "RS256", "kid": "rsa", "crit": ["b64"]}),
            Signer::Rsa,
            Box::new(|_| ()),
        ),
        (
            "access token",
            json!({"alg": "RS256", "kid": "rsa", "typ": "at+jwt"}),
            Signer::Rsa,
            Box::new(|_| ()),
        ),
    ];
    for (name, header, signer, change) in cases {
        let mut visitor = Visitor::of(&house);
        let question = begin(&mut visitor);
        let mut said = says(&forger, &question);
        change(&mut said);
        let token = forger.token(&header, &said, signer);
        let answer = back(&mut visitor, &forger, &question, &token);
        assert_eq!(answer.http, 401, "{name}: {}", answer.text());
        assert!(answer.text().contains("could not be accepted. Please try again"), "{name}");
        assert!(!visitor.is_signed_in(), "{name}");
    }
    for login in ["elsa", "stranger"] {
        let mut visitor = Visitor::of(&house);
        let question = begin(&mut visitor);
        let mut said = says(&forger, &question);
        said["preferred_username"] = login.into();
        let token = forger.token(&rsa(), &said, Signer::Rsa);
        let answer = back(&mut visitor, &forger, &question, &token);
        assert!(answer.http == 403 && answer.text().contains("ask the helpdesk"), "{login}");
        assert!(!visitor.is_signed_in());
    }
    assert!(forger.asked("/keys").len() <= 2, "unknown keys make us ask seldom");
    let log = house.admin(&["audit", "--limit", "100"]);
    assert!(log.contains("refused: provider's answer"), "{log}");
    assert!(log.contains("refused: not in the directory"), "{log}");
}

#[test]
fn an_answer_that_this_browser_did_not_ask_for_or_used_before_signs_nobody_in() {
    let forger = Forger::start();
    let house = house_of(&forger);
    let mut visitor = Visitor::of(&house);
    let question = begin(&mut visitor);
    let token = forger.token(&Forger::header(Signer::Ec), &says(&forger, &question), Signer::Ec);
    forger.answers("/token", &json!({ "id_token": token }));
    let stale = "Please begin again here";
    let path = format!("/sign-in/back?code=c0de&state={}", of_query(&question, "state"));
    let refused = |visitor: &mut Visitor, path: &str, http: u16, text: &str| {
        let answer = visitor.open(path);
        assert!(answer.http == http && answer.text().contains(text), "{path}: {}", answer.text());
        assert!(!visitor.is_signed_in(), "{path}");
    };
    // Somebody else follows the link, with an errand of their own or without one.
    refused(&mut Visitor::of(&house), &path, 403, stale);
    let mut other = Visitor::of(&house);
    begin(&mut other);
    refused(&mut other, &path, 403, stale);
    let kept = visitor.cookie("__Host-elsewhere").expect("an errand").to_owned();
    let of_this = || {
        let mut visitor = Visitor::of(&house);
        visitor.keep("__Host-elsewhere", &kept);
        visitor
    };
    refused(&mut of_this(), "/sign-in/back?code=c0de&state=other", 403, stale);
    refused(&mut of_this(), "/sign-in/back?code=c0de", 403, stale);
    let mut altered = of_this();
    let other = if kept[40..].starts_with('A') { "B" } else { "A" };
    altered.keep("__Host-elsewhere", &format!("{}{other}{}", &kept[..40], &kept[41..]));
    refused(&mut altered, &path, 403, stale);
    assert_eq!(forger.asked("/token").len(), 0, "no code was shown to the provider");
    assert_eq!(visitor.open(&path).http, 200);
    // The same answer again, by whoever copied cookie and address.
    refused(&mut of_this(), &path, 403, stale);
    assert_eq!(forger.asked("/token").len(), 1);

    for (more, http, text) in [
        ("&iss=https%3A%2F%2Fother.example&code=c0de", 401, "could not be accepted"),
        ("&error=access_denied", 401, "did not sign you in"),
        ("", 401, "could not be accepted"),
    ] {
        let mut visitor = Visitor::of(&house);
        let state = of_query(&begin(&mut visitor), "state");
        refused(&mut visitor, &format!("/sign-in/back?state={state}{more}"), http, text);
    }
    assert_eq!(forger.asked("/token").len(), 1);
}

#[test]
fn while_the_provider_is_away_people_are_told_and_use_their_password() {
    let mut forger = Forger::start();
    forger.take_down();
    let house = house_of(&forger);
    let mut visitor = Visitor::of(&house);
    let answer = visitor.open("/sign-in/elsewhere?next=/my-prints");
    assert_eq!(answer.http, 503, "{}", answer.text());
    let page = answer.text();
    assert!(page.contains("does not answer right now. Sign in with your name and password"));
    assert!(page.contains("name=\"password\"") && page.contains("value=\"/my-prints\""), "{page}");
    assert!(visitor.open("/sign-in?lang=sv").text().contains("organisationens inloggning"));
    forger.begin_work();
    let limit = std::time::Duration::from_secs(60);
    real_parts::waiting::wait_until("the provider to be known", limit, || {
        visitor.open("/sign-in/elsewhere").http == 303
    });
}

#[test]
fn whoever_begins_at_another_name_is_sent_to_the_one_that_the_provider_knows() {
    let forger = Forger::start();
    let house = house_of(&forger);
    let web = house.ports().web;
    let checked = house.command(&["check-config"]).output().expect("the program is there");
    let checked = String::from_utf8_lossy(&checked.stdout).into_owned();
    let back = format!("is to send people back to https://127.0.0.1:{web}/sign-in/back");
    assert!(checked.contains(&back), "{checked}");
    let mut visitor = Visitor::of(&house).at(&format!("localhost:{web}"));
    let answer = visitor.open("/sign-in/elsewhere?next=/my-prints");
    let there = format!("https://127.0.0.1:{web}/sign-in/elsewhere?next=%2Fmy-prints&here=1");
    assert_eq!((answer.http, answer.fields("location")), (303, vec![there]));
    assert!(visitor.cookie("__Host-elsewhere").is_none());
    // A proxy that writes another name into every request sends nobody round in circles.
    let answer = visitor.open("/sign-in/elsewhere?next=/my-prints&here=1");
    assert!(answer.fields("location")[0].starts_with(&forger.issuer()), "{}", answer.head);
    let strangers = visitor.open("/sign-in/elsewhere?next=https://evil.example&here=1");
    assert_eq!(strangers.http, 303, "the next place is checked and left out");
}

#[test]
fn a_person_signs_in_with_the_provider_in_a_browser() {
    let web = ports::free();
    let back = format!("https://127.0.0.1:{web}/sign-in/back");
    let provider = Glewlwyd::start(&["anna", "elsa"], &back);
    let section = format!(
        "[oidc]\nissuer = \"{}\"\nclient_id = \"{}\"\nclient_secret_file = \"provider-secret\"\n\
         ca = \"{}\"\nbutton = \"Campus sign-in\"\nscopes = [\"openid\"]\n",
        provider.issuer(),
        oidc::CLIENT,
        provider.authority_file().display()
    );
    let setup = Setup::new().without_stations().web(web).more(&section);
    let house = setup.secret("provider-secret", oidc::CLIENT_SECRET).start();
    let sign_in = |login: &str| {
        let mut browser = Chromium::start(Window::DESK);
        browser.open(&format!("https://127.0.0.1:{web}/my-prints?lang=en"));
        browser.wait_for_text("Campus sign-in");
        browser.click("a.first");
        browser.wait_for("!!document.querySelector('#username')");
        browser.fill("#username", login);
        browser.fill("#password", oidc::PASSWORD);
        browser.click("#loginbut");
        // The provider asks whom they want to go on as.
        browser.wait_for_text("Continue");
        browser.evaluate(
            "[...document.querySelectorAll('button')]\
             .find(button => button.innerText.includes('Continue')).click()",
        );
        browser
    };
    let mut browser = sign_in("anna");
    browser.wait_for("location.pathname === '/my-prints'");
    browser.wait_for_text("Anna Åkesson");
    browser.click("form[action='/sign-out'] button");
    browser.wait_for_text("You are signed out");
    let mut browser = sign_in("elsa");
    browser.wait_for_text("Your account may not use the print service");
    assert!(!browser.address().contains("my-prints"), "{}", browser.address());
    let audit = house.admin(&["audit", "--limit", "100"]);
    assert_eq!(audit.matches("signed in with the provider").count(), 1, "{audit}");
}
