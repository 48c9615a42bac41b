//! What is changed at the screen, and which jobs are let go only when they are named.

use station_protocol::*;

use super::super::Change;
use super::*;

fn offers() -> PrinterOffers {
    PrinterOffers {
        copies_max: 3,
        two_sided: true,
        monochrome: true,
        page_ranges: true,
        staple: true,
        encrypted: false,
    }
}

fn may_change() -> JobTerms {
    JobTerms { can_change: true, can_keep: true, can_delete: true, ..JobTerms::default() }
}

/// Somebody is signed in with these jobs, beside one printer that can do everything.
fn playing(jobs: Vec<JobCard>, recent: Vec<JobCard>) -> Play {
    let mut play = Play::new();
    play.tap(KIM);
    play.server(news(play.number(), jobs, recent));
    play
}

fn news(tap: TapNumber, jobs: Vec<JobCard>, recent: Vec<JobCard>) -> ServerMessage {
    let ServerMessage::Session(whole) = session(tap, &[], &[]) else { unreachable!() };
    let printers = vec![PrinterCard { offers: offers(), ..printer("p1", PrinterState::Idle) }];
    ServerMessage::Session(Session { jobs, recent, printers, ..whole })
}

fn with(id: &str, terms: JobTerms) -> JobCard {
    JobCard { terms, ..job(id) }
}

/// A job that came out then.
fn out(id: &str, printed_at: i64) -> JobCard {
    with(id, JobTerms { named: true, printed_at: Some(printed_at), ..may_change() })
}

fn asked(said: &[StationMessage]) -> &JobOptions {
    let [StationMessage::Price { options, .. }] = said else { panic!("a question, not {said:?}") };
    options
}

fn chosen(said: &[StationMessage]) -> (Vec<String>, Vec<JobOptions>) {
    let [StationMessage::Choose { jobs, options, .. }] = said else {
        panic!("a choice, not {said:?}")
    };
    (jobs.iter().map(ToString::to_string).collect(), options.jobs.clone())
}

fn priced(play: &mut Play, options: &JobOptions, refused: Option<&str>) {
    let (tap, options) = (play.number(), options.clone());
    let price = refused.is_none().then(|| Line::cut("2,10 kr"));
    let refused = refused.map(Sentence::cut);
    play.server(ServerMessage::Quote { tap, options, price, refused });
}

#[test]
fn each_touch_asks_for_the_price_and_what_is_settled_goes_with_the_choice() {
    let mut play = playing(vec![with("a", may_change()), with("b", may_change())], vec![]);
    let said = play.touch(Action::Options(Id::cut("a")));
    assert_eq!(asked(&said), &JobOptions::of(Id::cut("a")));
    let said = play.touch(Action::Change(Change::MoreCopies));
    assert_eq!(asked(&said).copies, Some(3));
    let said = play.touch(Action::Change(Change::MoreCopies));
    assert_eq!(asked(&said).copies, Some(3), "the printer makes no more");
    play.touch(Action::Change(Change::BlackAndWhite));
    play.touch(Action::Change(Change::TwoSided));
    play.touch(Action::Change(Change::FirstLater));
    let said = play.touch(Action::Change(Change::LastEarlier));
    let wanted = JobOptions {
        copies: Some(3),
        color: Some(ColorMode::Monochrome),
        sides: Some(Sides::OneSided),
        pages: Some(PageSpan { first: 2, last: 6 }),
        ..JobOptions::of(Id::cut("a"))
    };
    assert_eq!(asked(&said), &wanted);
    // An answer to an earlier touch says nothing about this.
    priced(&mut play, &JobOptions::of(Id::cut("a")), None);
    assert_eq!(play.active().editing.as_ref().unwrap().quote, None);
    priced(&mut play, &wanted, None);
    assert_eq!(play.touch(Action::Settle), []);
    assert_eq!(play.active().wishes[&Id::cut("a")].price, Some(Line::cut("2,10 kr")));
    let said = play.touch(Action::Release);
    assert_eq!(chosen(&said), (vec!["a".into(), "b".into()], vec![wanted]));
    assert!(play.active().wishes.is_empty());
    // A refusal loses nothing of it.
    let (tap, reason) = (Some(play.number()), RefusedReason::NotThisStation);
    let sentence = Sentence::cut("Walk to another printer.");
    play.server(ServerMessage::Refused { tap, reason, job: None, sentence });
    assert_eq!(play.active().wishes[&Id::cut("a")].options.copies, Some(3));
}

#[test]
fn what_is_touched_back_is_no_wish_and_what_is_not_possible_is_not_settled() {
    let mut play = playing(vec![with("a", may_change())], vec![]);
    play.touch(Action::Options(Id::cut("a")));
    play.touch(Action::Change(Change::Staple));
    let said = play.touch(Action::Change(Change::Staple));
    assert_eq!(asked(&said), &JobOptions::of(Id::cut("a")));
    play.touch(Action::Change(Change::BlackAndWhite));
    let said = play.touch(Action::Change(Change::BlackAndWhite));
    assert_eq!(asked(&said), &JobOptions::of(Id::cut("a")), "as it was asked for");
    play.touch(Action::Settle);
    assert!(play.active().wishes.is_empty() && play.active().editing.is_none());

    play.touch(Action::Options(Id::cut("a")));
    let said = play.touch(Action::Change(Change::TwoSided));
    let wanted = asked(&said).clone();
    priced(&mut play, &wanted, Some("Skrivaren kan inte."));
    play.touch(Action::Settle);
    assert!(play.active().editing.is_some(), "the reason is read first");
    play.touch(Action::Unsettle);
    assert!(play.active().editing.is_none() && play.active().wishes.is_empty());
}

#[test]
fn a_job_is_deleted_after_a_question_and_only_where_that_may_be() {
    let mut play = playing(vec![with("a", may_change()), job("b")], vec![]);
    assert_eq!(play.touch(Action::Options(Id::cut("b"))), [], "nothing may be changed with it");
    play.touch(Action::Options(Id::cut("a")));
    assert_eq!(play.touch(Action::Delete), [], "not without the question");
    play.touch(Action::Options(Id::cut("a")));
    play.touch(Action::AskDelete(true));
    play.touch(Action::AskDelete(false));
    assert_eq!(play.touch(Action::Delete), []);
    play.touch(Action::Options(Id::cut("a")));
    play.touch(Action::AskDelete(true));
    let (tap, job) = (play.number(), Id::cut("a"));
    assert_eq!(play.touch(Action::Delete), [StationMessage::Delete { tap, job, pin: None }]);
    let gone = news(tap, vec![super::job("b")], vec![]);
    play.server(gone);
    assert!(matches!(play.state(), State::Choosing(_)));
}

#[test]
fn a_job_with_a_pin_is_deleted_with_it_and_a_wrong_one_is_asked_for_again() {
    let mut play = playing(vec![with("pin-a", may_change()), job("b")], vec![]);
    let (tap, job) = (play.number(), Id::cut("pin-a"));
    play.touch(Action::Options(job.clone()));
    play.touch(Action::AskDelete(true));
    assert_eq!(play.touch(Action::Delete), [], "its PIN comes first");
    assert!(play.active().asking.as_ref().unwrap().deletes);
    play.touch(Action::NoPin);
    assert!(play.active().asking.is_none());
    for typed in ["1111", "4711"] {
        if play.active().asking.is_none() {
            play.touch(Action::Options(job.clone()));
            play.touch(Action::AskDelete(true));
            play.touch(Action::Delete);
        }
        let pin = Some(Pin::parse(typed).unwrap());
        let said = play.touch(Action::Pin(pin.clone().unwrap()));
        assert_eq!(said, [StationMessage::Delete { tap, job: job.clone(), pin }]);
        let (reason, sentence) = (RefusedReason::WrongPin, Sentence::cut("Wrong."));
        let wrong =
            ServerMessage::Refused { tap: Some(tap), reason, job: Some(job.clone()), sentence };
        play.server(wrong);
        assert!(play.active().asking.as_ref().unwrap().deletes, "it is still about deleting");
    }
    assert!(!play.active().chosen.contains(&job));
    // What is typed to choose it is no word for deleting.
    play.touch(Action::NoPin);
    play.touch(Action::Toggle(job.clone()));
    assert!(!play.active().asking.as_ref().unwrap().deletes);
}

#[test]
fn what_is_to_be_named_is_left_by_all_and_named_one_by_one() {
    let named = JobTerms { named: true, ..may_change() };
    let delegated = JobTerms { delegated: true, ..named.clone() };
    let delegated = JobCard { shared: Some(Line::cut("Prof. Lind")), ..with("d", delegated) };
    let jobs = vec![with("a", may_change()), with("n", named), delegated];
    let mut play = playing(jobs, vec![]);
    assert_eq!(play.active().delegated().count(), 1);
    assert_eq!(play.active().shared().count(), 0, "not with what machines printed");
    play.touch(Action::ChooseAll);
    let all: Vec<String> = play.active().chosen.iter().map(ToString::to_string).collect();
    assert_eq!(all, ["a"]);
    assert!(play.active().has_chosen_all());
    play.touch(Action::Toggle(Id::cut("d")));
    play.touch(Action::Toggle(Id::cut("n")));
    let (jobs, wishes) = chosen(&play.touch(Action::Release));
    // The server lets them go only with the sign that they were shown so.
    let signs = [JobOptions::of(Id::cut("n")), JobOptions::of(Id::cut("d"))];
    assert_eq!((jobs.len(), wishes), (3, signs.to_vec()));
}

#[test]
fn what_came_out_a_moment_ago_goes_once_more_only_when_it_is_touched() {
    let mut play = playing(vec![], vec![out("r", 7)]);
    assert!(matches!(play.state(), State::Choosing(_)));
    assert_eq!(play.touch(Action::Release), [], "nothing is chosen");
    play.touch(Action::Toggle(Id::cut("r")));
    // News about something else leaves the choice.
    play.server(news(play.number(), vec![], vec![out("r", 7)]));
    let again = JobOptions { again: Some(7), ..JobOptions::of(Id::cut("r")) };
    assert_eq!(chosen(&play.touch(Action::Release)), (vec!["r".into()], vec![again]));
    assert!(matches!(play.state(), State::Releasing(_)));

    // It can be had differently, too: that is what was not right.
    let mut play = playing(vec![], vec![out("r", 7)]);
    play.touch(Action::Options(Id::cut("r")));
    let said = play.touch(Action::Change(Change::BlackAndWhite));
    assert_eq!(asked(&said).again, Some(7));
    let asked = asked(&said).clone();
    priced(&mut play, &asked, None);
    play.touch(Action::Settle);
    let (_, wishes) = chosen(&play.touch(Action::Release));
    assert_eq!((wishes[0].again, wishes[0].color), (Some(7), Some(ColorMode::Monochrome)));
}

#[test]
fn the_next_persons_page_has_nothing_of_what_the_one_before_wanted() {
    let mut play = playing(vec![with("a", may_change())], vec![]);
    play.touch(Action::Options(Id::cut("a")));
    let before = play.number();
    play.tap(ALEX);
    play.server(news(play.number(), vec![with("z", may_change())], vec![]));
    assert!(play.active().editing.is_none() && play.active().wishes.is_empty());
    // A touch that was meant for the page before does nothing here.
    let late = play.event(Event::Touched(Some(before), Action::Settle));
    assert_eq!(late, []);
}

#[test]
fn what_comes_out_elsewhere_while_it_is_chosen_is_not_had_a_second_time() {
    let mut play = playing(vec![with("a", may_change()), with("b", may_change())], vec![]);
    assert!(play.active().chosen.contains(&Id::cut("a")), "ticked by itself");
    play.touch(Action::Options(Id::cut("a")));
    play.server(news(play.number(), vec![with("b", may_change())], vec![out("a", 7)]));
    assert!(
        play.active().editing.is_none(),
        "what was said of the one print is not said of another"
    );
    assert_eq!(chosen(&play.touch(Action::Release)), (vec!["b".into()], vec![]));

    // Nor one that was to come out once more, and did so at another printer.
    let mut play = playing(vec![with("b", may_change())], vec![out("a", 7)]);
    play.touch(Action::Toggle(Id::cut("a")));
    play.server(news(play.number(), vec![with("b", may_change())], vec![out("a", 8)]));
    assert_eq!(chosen(&play.touch(Action::Release)).0, ["b"]);

    // Nor one that is kept or confidential by now.
    let mut play = playing(vec![with("a", may_change()), with("b", may_change())], vec![]);
    let named = JobTerms { named: true, ..may_change() };
    play.server(news(play.number(), vec![with("a", named), with("b", may_change())], vec![]));
    assert_eq!(chosen(&play.touch(Action::Release)).0, ["b"]);
}

#[test]
fn a_choice_of_which_a_part_is_gone_waits_for_nothing_that_will_not_come() {
    let mut play = playing(vec![with("a", may_change()), with("b", may_change())], vec![]);
    play.touch(Action::Release);
    let (tap, reason) = (play.number(), RefusedReason::NotThisStation);
    // What goes is told first; the other went with another tap.
    let ServerMessage::Session(told) = news(tap, vec![with("b", may_change())], vec![out("a", 7)])
    else {
        unreachable!()
    };
    let started = vec![Id::cut("b")];
    play.server(ServerMessage::Session(Session { started, ..told }));
    let sentence = Sentence::cut("It has been collected.");
    play.server(ServerMessage::Refused { tap: Some(tap), reason, job: None, sentence });
    let waiting: Vec<_> = play.active().running.iter().map(|one| one.job.to_string()).collect();
    assert_eq!(waiting, ["b"]);
    assert!(play.active().chosen.is_empty());

    // Nothing of it goes: the list is there again, with what is left.
    let mut play = playing(vec![with("a", may_change())], vec![]);
    play.touch(Action::Release);
    let tap = play.number();
    play.server(news(tap, vec![], vec![out("a", 7)]));
    let sentence = Sentence::cut("It has been collected.");
    play.server(ServerMessage::Refused { tap: Some(tap), reason, job: None, sentence });
    assert!(matches!(play.state(), State::Choosing(_)) && play.active().chosen.is_empty());
}
