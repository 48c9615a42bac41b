//! What guesses meet, and what an owner meets while others guess.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;

use super::*;

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
const PLACES: usize = 4;

fn login(name: &str) -> Login {
    Login::parse(name).expect("a login name")
}

/// A directory in which one password is right; it counts what it is asked, all in all and at once.
struct Asked {
    right: Mark,
    person: PersonId,
    all: AtomicUsize,
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Asked {
    fn new(right: Mark) -> Self {
        let (all, now, most) = Default::default();
        Self { right, person: PersonId::new(), all, now, most }
    }

    async fn check(&self, mark: Mark) -> Learned {
        self.all.fetch_add(1, Ordering::Relaxed);
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        self.now.fetch_sub(1, Ordering::Relaxed);
        if mark == self.right { Learned::Right(self.person) } else { Learned::Wrong }
    }

    fn all(&self) -> usize {
        self.all.load(Ordering::Relaxed)
    }
}

/// One sign-in; none when it was throttled.
async fn sign_in(passwords: &Passwords, asked: &Asked, name: &str, mark: Mark) -> Option<Learned> {
    match passwords.begin(&login(name), &mark, HERE).await {
        Begun::Known(learned) => Some(learned),
        Begun::Throttled => None,
        Begun::Check(attempt) => {
            let learned = asked.check(mark).await;
            attempt.learned(learned);
            Some(learned)
        }
    }
}

#[tokio::test]
async fn a_right_password_is_remembered_for_its_owner_only() {
    let (passwords, asked) = (Passwords::new(PLACES), Asked::new([1; 32]));
    let right = Some(Learned::Right(asked.person));
    assert_eq!(sign_in(&passwords, &asked, "anna", [1; 32]).await, right);
    assert_eq!(sign_in(&passwords, &asked, "ANNA", [1; 32]).await, right);
    assert_eq!(asked.all(), 1);
    assert_eq!(sign_in(&passwords, &asked, "anna", [2; 32]).await, Some(Learned::Wrong));
    assert_eq!(sign_in(&passwords, &asked, "bo", [2; 32]).await, Some(Learned::Wrong));
    assert_eq!(asked.all(), 3);
}

#[tokio::test]
async fn three_wrong_passwords_stop_an_account_for_a_minute_but_not_one_that_is_remembered() {
    let (passwords, asked) = (Passwords::new(PLACES), Asked::new([1; 32]));
    let right = Some(Learned::Right(asked.person));
    assert_eq!(sign_in(&passwords, &asked, "anna", [1; 32]).await, right);
    for guess in 2..2 + u8::try_from(FAILURES_PER_LOGIN).unwrap() {
        let wrong = sign_in(&passwords, &asked, "anna", [guess; 32]).await;
        assert_eq!(wrong, Some(Learned::Wrong));
    }
    assert_eq!(sign_in(&passwords, &asked, "anna", [9; 32]).await, None);
    assert_eq!(sign_in(&passwords, &asked, "anna", [1; 32]).await, right);
    assert_eq!(sign_in(&passwords, &asked, "bo", [9; 32]).await, Some(Learned::Wrong));
}

#[tokio::test]
async fn who_guesses_does_not_keep_the_owner_out_and_an_old_password_is_a_guess() {
    let (passwords, asked) = (Passwords::new(PLACES), Asked::new([1; 32]));
    let right = Some(Learned::Right(asked.person));
    let let_expire = || {
        let now = Instant::now();
        passwords.memory().right.values_mut().for_each(|right| right.until = now);
    };
    assert_eq!(sign_in(&passwords, &asked, "anna", [1; 32]).await, right);
    for guess in 2..2 + u8::try_from(FAILURES_PER_LOGIN).unwrap() {
        sign_in(&passwords, &asked, "anna", [guess; 32]).await;
    }
    let_expire();
    assert_eq!(sign_in(&passwords, &asked, "anna", [9; 32]).await, None);
    assert_eq!(sign_in(&passwords, &asked, "anna", [1; 32]).await, right);

    let changed = Asked::new([2; 32]);
    for _ in 0..FAILURES_PER_LOGIN {
        let_expire();
        let wrong = sign_in(&passwords, &changed, "anna", [1; 32]).await;
        assert_eq!(wrong, Some(Learned::Wrong));
    }
    assert_eq!(sign_in(&passwords, &changed, "anna", [1; 32]).await, None);
}

#[tokio::test]
async fn one_address_cannot_try_everybody_not_even_at_once() {
    let (passwords, asked) = (Passwords::new(PLACES), Asked::new([1; 32]));
    for number in 0..FAILURES_PER_ADDRESS - 2 {
        let wrong = sign_in(&passwords, &asked, &format!("person{number}"), [9; 32]).await;
        assert_eq!(wrong, Some(Learned::Wrong));
    }
    let (anna, bo, cecilia) = (login("anna"), login("bo"), login("cecilia"));
    let first = passwords.begin(&anna, &[9; 32], HERE).await;
    let second = passwords.begin(&bo, &[9; 32], HERE).await;
    assert!(matches!((&first, &second), (Begun::Check(_), Begun::Check(_))));
    let third = passwords.begin(&cecilia, &[9; 32], HERE).await;
    assert!(matches!(third, Begun::Throttled));
    let there = IpAddr::from([192, 0, 2, 8]);
    let elsewhere = passwords.begin(&cecilia, &[9; 32], there).await;
    assert!(matches!(elsewhere, Begun::Check(_)));
}

#[tokio::test]
async fn a_hospital_behind_one_address_has_a_limit_of_its_own() {
    let hospital = r#"{ "addresses": ["127.0.0.0/8"], "refusals_per_minute": 500 }"#;
    let hospital = serde_json::from_str(hospital).unwrap();
    let asked = Asked::new([1; 32]);
    let passwords = Passwords::new(PLACES).with_limits(2, vec![hospital]);
    for number in 0..500 {
        let wrong = sign_in(&passwords, &asked, &format!("person{number}"), [9; 32]).await;
        assert_eq!(wrong, Some(Learned::Wrong), "{number}");
    }
    assert_eq!(sign_in(&passwords, &asked, "anna", [1; 32]).await, None);
}

#[tokio::test]
async fn a_flood_of_sign_ins_has_few_places() {
    let (passwords, asked) = (Passwords::new(PLACES), Asked::new([1; 32]));
    let names: Vec<_> = (0..64).map(|number| format!("person{number}")).collect();
    join_all(names.iter().map(|name| sign_in(&passwords, &asked, name, [9; 32]))).await;
    assert_eq!((asked.all(), asked.most.load(Ordering::Relaxed)), (64, PLACES));
}

#[tokio::test]
async fn wrong_passwords_of_one_account_all_at_once_pass_the_brake_no_more_often_than_in_turn() {
    let (passwords, asked) = (Passwords::new(PLACES), Asked::new([1; 32]));
    let guesses = (2..66).map(|guess| sign_in(&passwords, &asked, "anna", [guess; 32]));
    let answers = join_all(guesses).await;
    assert_eq!(asked.all(), FAILURES_PER_LOGIN);
    let wrong = answers.iter().filter(|answer| **answer == Some(Learned::Wrong)).count();
    assert_eq!((wrong, answers.len()), (FAILURES_PER_LOGIN, 64));
}

#[tokio::test]
async fn many_requests_of_one_person_at_once_cost_one_check() {
    for (mark, wanted) in [([1; 32], None), ([2; 32], Some(Learned::Wrong))] {
        let (passwords, asked) = (Passwords::new(PLACES), Asked::new([1; 32]));
        let wanted = wanted.unwrap_or(Learned::Right(asked.person));
        let requests = (0..64).map(|_| sign_in(&passwords, &asked, "anna", mark));
        let answers = join_all(requests).await;
        assert!(answers.iter().all(|answer| *answer == Some(wanted)), "{answers:?}");
        assert_eq!(asked.all(), 1);
    }
}

#[tokio::test]
async fn a_check_that_breaks_off_is_taken_up_by_the_next_who_waits() {
    let (passwords, asked) = (Passwords::new(1), Asked::new([1; 32]));
    let first = passwords.begin(&login("anna"), &[1; 32], HERE).await;
    let mut second = std::pin::pin!(sign_in(&passwords, &asked, "anna", [1; 32]));
    assert!(futures_util::poll!(second.as_mut()).is_pending());
    drop(first);
    assert_eq!(second.await, Some(Learned::Right(asked.person)));
}

#[test]
fn another_address_of_the_same_subnet_is_no_new_guesser() {
    let passwords = Passwords::new(PLACES).with_limits(2, Vec::new());
    let from = |host: u16| IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, host]);
    let mut memory = passwords.memory();
    for host in 0..16 {
        let name = format!("p{host}");
        let known = memory.look_up(&name, &[1; 32], from(host));
        assert!(matches!(known, Known::Nothing), "{host}");
        memory.failed(&name, &[1; 32], from(host));
    }
    assert!(matches!(memory.look_up("anna", &[1; 32], from(99)), Known::Throttled));
    assert!(matches!(memory.look_up("anna", &[1; 32], HERE), Known::Nothing));
}
