//! What is said to the mail server, and what its answers mean.

use print_core::Clock as _;
use store::Language;

use super::house::House;
use super::server::{MailServer, Manner};
use crate::config::{Mail, MailSecurity};

const ANYWHERE: &str = "127.0.0.1:0";

async fn server(house: &House, manner: Manner) -> MailServer {
    MailServer::start(ANYWHERE.parse().expect("an address"), manner, &house.authority).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_goes_out_under_tls_of_both_kinds_in_its_readers_language() {
    for (manner, security) in
        [(Manner::Tls, MailSecurity::Tls), (Manner::StartTls, MailSecurity::StartTls)]
    {
        let house = House::open().await;
        let server = server(&house, manner).await;
        let anna = house.people(&["anna".into()], Language::Swedish).await[0];
        let bob = house.people(&["bob".into()], Language::English).await[0];
        house.tell(anna).await;
        house.tell(bob).await;
        let password = house.folder.join("password");
        std::fs::write(&password, "tulpan-7\n").expect("a file");
        let mail = house.mail(server.address, security);
        let mail = Mail { login: Some("print".into()), password_file: Some(password), ..mail };
        house.send_all(&house.mailer(&mail)).await;
        let mut taken = server.taken();
        taken.sort_by(|one, other| one.to.cmp(&other.to));
        let [swedish, english] = &taken[..] else { panic!("{} mails", taken.len()) };
        assert!(swedish.to.contains("<anna@example.org>") && swedish.signed_in);
        assert_eq!(swedish.header("Subject"), "Om dina utskrifter");
        assert_eq!(english.header("Subject"), "About your printing");
        assert_eq!(english.header("Auto-Submitted"), "auto-generated");
        assert!(english.text.contains("/my-prints"), "{}", english.text);
        let notice = house.store.notices(bob, 1).await.expect("an inbox")[0];
        assert_eq!(english.header("Message-ID"), format!("<{}@example.org>", notice.id));
        assert_eq!(house.store.mail_waiting().await.expect("a count"), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_to_a_server_without_tls_or_with_another_certificate() {
    let house = House::open().await;
    let anna = house.people(&["anna".into()], Language::Swedish).await[0];
    house.tell(anna).await;
    let plain = server(&house, Manner::Plain).await;
    let other = real_parts::certificates::Authority::new("somebody else");
    let false_one =
        MailServer::start(ANYWHERE.parse().expect("an address"), Manner::Tls, &other).await;
    for mail in [
        house.mail(plain.address, MailSecurity::StartTls),
        house.mail(false_one.address, MailSecurity::Tls),
    ] {
        house.send_all(&house.mailer(&mail)).await;
        house.clock.advance(3_600);
    }
    assert!(plain.taken().is_empty() && false_one.taken().is_empty());
    assert_eq!(house.store.mail_waiting().await.expect("a count"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_refused_for_ever_is_given_up_and_a_full_box_is_tried_again() {
    let house = House::open().await;
    let server = server(&house, Manner::Tls).await;
    let logins = ["gone".into(), "later".into(), "zoe".into()];
    for person in house.people(&logins, Language::English).await {
        house.tell(person).await;
    }
    let mailer = house.mailer(&house.mail(server.address, MailSecurity::Tls));
    house.send_all(&mailer).await;
    assert_eq!(server.taken().len(), 1);
    assert_eq!(house.store.mail_waiting().await.expect("a count"), 1);
    let text = String::from_utf8(house.metrics.text()).expect("text");
    for outcome in ["sent", "given-up", "later"] {
        let line = format!("followme_mail_attempts_total{{outcome=\"{outcome}\"}} 1");
        assert!(text.contains(&line), "{text}");
    }
    let again = house.store.next_mail().await.expect("an answer").expect("a time");
    assert_eq!(again, house.clock.now().plus_seconds(60));
    // After three days it is no news any more.
    house.clock.advance(3 * 24 * 3_600 + 1);
    house.send_all(&mailer).await;
    assert_eq!(house.store.mail_waiting().await.expect("a count"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_of_ours_gives_no_notice_up() {
    let house = House::open().await;
    let server = server(&house, Manner::Tls).await;
    let anna = house.people(&["anna".into()], Language::Swedish).await[0];
    house.tell(anna).await;
    let password = house.folder.join("password");
    std::fs::write(&password, "rosor-8").expect("a file");
    let mail = house.mail(server.address, MailSecurity::Tls);
    let mail = Mail { login: Some("print".into()), password_file: Some(password), ..mail };
    house.send_all(&house.mailer(&mail)).await;
    assert_eq!(house.store.mail_waiting().await.expect("a count"), 1);
}
