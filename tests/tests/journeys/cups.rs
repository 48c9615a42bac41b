//! A real CUPS as people's computers have it, with a queue by `lpadmin -m everywhere`, at every door that it
//! can come through, with every kind of file: held for the right owner, and the computer's own queue free
//! again at once.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use real_parts::cupsd::{Cupsd, Moment};
use real_parts::documents::{Paper, jpeg, pdf};
use real_parts::kdc::Tickets;
use real_parts::programs::{self, Account};
use real_parts::waiting;

use crate::doors::link;
use crate::kerberos::{HOST_OF_CUPS, Realm, service_of_cups};
use crate::scene::web::Web;
use crate::scene::{ANNA, BO, House, PASSWORD, Setup, TapEnd};

/// Filters and backends take as long as the machine lets them.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long a computer's own queue may stay busy with a job that we hold.
const FREE_WITHIN: Duration = Duration::from_secs(1);
/// What CUPS's clients call the person at the computer, who is nobody here.
const SOMEBODY: &str = "somebody";

/// The files that people print, each with how many sides it has.
fn files(house: &House) -> [(PathBuf, u64); 3] {
    let write = |name: &str, content: Vec<u8>| {
        let path = house.path(name);
        fs::write(&path, content).expect("the folder is ours");
        path
    };
    [
        (write("report.pdf", pdf(2, Paper::A4, "Report")), 2),
        (write("photo.jpg", jpeg(true)), 1),
        (write("notes.txt", b"Three lines\nof plain\ntext\n".to_vec()), 1),
    ]
}

/// A person who prints, and the card by which the prints come out.
struct Owner {
    login: &'static str,
    card: &'static str,
}

const OF_ANNA: Owner = Owner { login: "anna", card: ANNA };
const OF_BO: Owner = Owner { login: "bo", card: BO };

/// Somebody at a computer with CUPS, and who that is for us.
struct Person<'a> {
    owner: Owner,
    /// Prints this file, and says what `lp` said.
    lp: &'a dyn Fn(&Path) -> std::process::Output,
}

/// Every file of every person is held for that person, the computer is rid of it within a second, and it comes
/// out at that person's tap and no other.
fn prints_everything(house: &House, cupsd: &Cupsd, people: &[Person<'_>]) {
    let files = files(house);
    let mut number = 0;
    for Person { owner, lp } in people {
        let mut pages = Web::signed_in(house, owner.login);
        for (file, _) in &files {
            number += 1;
            let printed = lp(file);
            assert!(printed.status.success(), "{printed:?}\n{}", cupsd.log());
            let (held, free) = moments(house, cupsd, number);
            let took = free.since(held);
            let name = file.file_name().expect("a file").display();
            println!("{name} of {}: free {} ms after it was held", owner.login, took.as_millis());
            assert!(took < FREE_WITHIN, "{name} took {took:?}\n{}", cupsd.log());
            let own = pages.get("/my-prints");
            assert!(own.contains(&format!("/my-prints/{number}/cancel\"")), "{name}: {own}");
        }
    }
    let (mfp, station) = house.hall();
    let sides: u64 = files.iter().map(|(_, sides)| sides).sum();
    for (done, Person { owner, .. }) in (1..).zip(people) {
        station.tap(owner.card).expect(TapEnd::Printed);
        assert_eq!(mfp.jobs_printed(), done * files.len(), "only those of {}", owner.login);
        assert_eq!(mfp.impressions_out(), sides * done as u64);
    }
    house.expect_whole();
}

/// When we said that we hold this job, and when the computer's own queue was free again: by the clock of the
/// machine, as both programs noted it.
fn moments(house: &House, cupsd: &Cupsd, number: i32) -> (Moment, Moment) {
    let free = waiting::poll(PATIENCE, || cupsd.completed(number));
    let free = free.unwrap_or_else(|| panic!("job {number} never left CUPS:\n{}", cupsd.log()));
    let log = fs::read_to_string(house.path("server.log")).expect("the server writes it");
    let held = log.lines().filter(|line| line.contains("Took a job in"));
    let held = held.filter_map(|line| Moment::of_utc(line.split('T').nth(1)?)).collect::<Vec<_>>();
    assert_eq!(held.len(), usize::try_from(number).expect("few"), "one each:\n{log}");
    (*held.last().expect("at least one"), free)
}

/// One person at a computer that prints to this address of ours as whoever CUPS's client says.
fn one_person(house: &House, cupsd: &Cupsd, address: &str, login: &str) {
    let lp = |file: &Path| {
        let file = file.to_str().expect("our folders are plain text");
        cupsd.lp(&["-d", "work", "-U", login, file])
    };
    cupsd.add_everywhere_queue("work", &format!("ipps://{address}"));
    prints_everything(house, cupsd, &[Person { owner: OF_ANNA, lp: &lp }]);
}

#[test]
fn a_computer_with_cups_in_a_network_that_is_believed_prints_everything() {
    let house = Setup::new().with_passwords().start();
    let address = format!("127.0.0.1:{}/ipp/print/followme", house.ports().print);
    one_person(&house, &Cupsd::start(false), &address, "anna");
}

#[test]
fn a_computer_with_cups_prints_everything_by_name_and_password() {
    let house = Setup::new().passwords().no_claims().start();
    let password: String = PASSWORD.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let port = house.ports().print;
    let address = format!("anna:{password}@127.0.0.1:{port}/ipp/print/followme");
    one_person(&house, &Cupsd::start(false), &address, SOMEBODY);
}

#[test]
fn a_computer_with_cups_prints_everything_by_a_link() {
    let house = Setup::new().with_passwords().no_claims().start();
    let link = link(&house, &["anna"], "Linux");
    let address = format!("127.0.0.1:{}/ipp/print/{link}", house.ports().print);
    one_person(&house, &Cupsd::start(false), &address, SOMEBODY);
}

#[test]
fn a_computer_with_cups_prints_everything_by_its_ticket() {
    by_the_ticket_of_the_computer(Setup::with_passwords);
}

#[test]
fn a_computer_with_cups_prints_everything_by_its_ticket_where_others_type_a_password() {
    by_the_ticket_of_the_computer(Setup::passwords);
}

/// A queue that takes tickets, in a realm that has the service which CUPS asks for.
fn house_with_tickets(realm: &Realm, setup: impl FnOnce(Setup) -> Setup) -> House {
    realm.add_service_of_cups();
    setup(Setup::new().no_claims().negotiate().more(&realm.settings_of_cups())).start()
}

fn address_of_cups(house: &House) -> String {
    format!("[{HOST_OF_CUPS}]:{}/ipp/print/followme", house.ports().print)
}

/// The computer has one ticket, whoever prints.
fn by_the_ticket_of_the_computer(setup: impl FnOnce(Setup) -> Setup) {
    let realm = Realm::new();
    let house = house_with_tickets(&realm, setup);
    let tickets = realm.sign_in("anna");
    tickets.get(&service_of_cups());
    let cache = format!("FILE:{}", realm.readable(tickets.cache(), "tickets").display());
    let environment = [("KRB5CCNAME", cache), ("KRB5_CONFIG", realm.readable_conf())];
    let cupsd = Cupsd::start_with_environment(&environment);
    cupsd.add_everywhere_queue("work", &format!("ipps://{}", address_of_cups(&house)));
    // Once CUPS has learnt that tickets are asked for, it wants to know by its socket who prints.
    let lp = |file: &Path| cupsd.lp_as(None, "work", file);
    prints_everything(&house, &cupsd, &[Person { owner: OF_ANNA, lp: &lp }]);
}

/// Two people at one computer, each with a ticket of their own, as `auth-info-required=negotiate` has it:
/// cupsd learns from the system who prints, and its backend becomes that person to find the ticket. Only root
/// can become somebody; whoever else runs the test prints as one person, who is oneself.
#[test]
fn everybody_at_a_computer_with_cups_prints_by_the_own_ticket() {
    let realm = Realm::new();
    let house = house_with_tickets(&realm, Setup::with_passwords);
    let conf = realm.conf_with_caches();
    let accounts: Vec<Option<Account>> = match programs::is_root() {
        true => {
            ["daemon", "nobody"].map(|name| Some(Account::of(name).expect("Debian has it"))).into()
        }
        false => vec![None],
    };
    for (login, account) in ["anna", "bo"].into_iter().zip(&accounts) {
        let tickets: Tickets = realm.sign_in(login);
        tickets.get(&service_of_cups());
        realm.give_cache(&tickets, *account);
    }
    let cupsd = Cupsd::start_as_everybody(&[("KRB5_CONFIG", conf)]);
    cupsd.add_everywhere_queue("work", &format!("ipps://{}", address_of_cups(&house)));
    cupsd.demand("work", "negotiate");
    let lp = |account: Option<Account>| {
        let cupsd = &cupsd;
        move |file: &Path| cupsd.lp_as(account, "work", file)
    };
    let printers: Vec<_> = accounts.iter().map(|account| lp(*account)).collect();
    let people: Vec<_> = [OF_ANNA, OF_BO]
        .into_iter()
        .zip(&printers)
        .map(|(owner, lp)| Person { owner, lp })
        .collect();
    prints_everything(&house, &cupsd, &people);
}
