//! A printer that stands still: whoever waits is asked where the job is to come out.

use super::super::machine::STANDING;
use super::*;

fn stopped(job: &str, asks_where: bool) -> ServerMessage {
    let nearest = Some(Sentence::cut("P2 is free."));
    ServerMessage::Progress(JobProgress {
        job: Id::cut(job),
        state: JobStage::Stopped { reason: Sentence::cut("Paper jam.") },
        impressions: Some(1),
        standing: Standing { asks_where, nearest, ..Standing::default() },
    })
}

fn releasing(jobs: &[&str]) -> Play {
    let mut play = Play::choosing(jobs);
    play.touch(Action::Release);
    play
}

#[test]
fn a_jam_is_shown_for_as_long_as_the_server_waits_for_its_owner() {
    let mut play = releasing(&["a"]);
    play.server(stopped("a", false));
    play.wait(STILL + Duration::from_secs(1));
    assert!(matches!(play.state(), State::Releasing(_)), "the owner mends it");
    let said = play.wait(STANDING);
    assert_eq!(said, [StationMessage::Leave { tap: TapNumber(1) }]);
}

#[test]
fn nobody_is_asked_before_the_server_asks() {
    let mut play = releasing(&["a"]);
    play.server(stopped("a", false));
    assert!(play.touch(Action::Finish(Id::cut("a"), FinishAt::Elsewhere)).is_empty());
}

#[test]
fn finishing_elsewhere_is_said_once_and_the_job_is_offered_again_when_it_ended() {
    let mut play = releasing(&["a"]);
    play.server(stopped("a", true));
    let elsewhere = Action::Finish(Id::cut("a"), FinishAt::Elsewhere);
    let said = play.touch(elsewhere.clone());
    assert_eq!(said, [StationMessage::Finish { job: Id::cut("a"), at: FinishAt::Elsewhere }]);
    assert!(play.active().running[0].is_stopping);
    play.server(stopped("a", true));
    assert!(play.touch(elsewhere).is_empty(), "it was said");
    play.server(outcome("a", OutcomeKind::Held));
    assert!(matches!(play.state(), State::Result(_)));
    assert!(play.active().session.jobs.iter().any(|job| job.id == Id::cut("a")));
}

#[test]
fn waiting_here_puts_the_question_away_until_it_is_asked_again() {
    let mut play = releasing(&["a"]);
    play.server(stopped("a", true));
    let said = play.touch(Action::Finish(Id::cut("a"), FinishAt::Here));
    assert_eq!(said, [StationMessage::Finish { job: Id::cut("a"), at: FinishAt::Here }]);
    assert!(!play.active().running[0].standing.asks_where);
    assert!(!play.active().running[0].is_stopping);
    play.server(stopped("a", true));
    assert!(play.active().running[0].standing.asks_where);
}
