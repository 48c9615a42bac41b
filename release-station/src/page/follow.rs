//! One tap's story as lines of JSON, for `release-station tap` and for scripts.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use station_protocol::{Id, JobStage, OutcomeKind, RefusedReason, TapNumber};

use crate::session::{Active, Refusal, State, View};
use crate::words::Words;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Line {
    /// A sentence for a person.
    Say {
        /// The sentence.
        text: String,
    },
    /// The owner has to choose.
    Choose {
        /// The tap that the choice belongs to.
        tap: u64,
        /// How many jobs there are.
        jobs: usize,
        /// The printers: their ids and names.
        printers: Vec<(String, String)>,
    },
    /// Nothing more comes.
    End {
        /// What became of the tap.
        how: End,
    },
}

/// What became of a tap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Each released job came out.
    Printed,
    /// The card was refused.
    Refused,
    /// No job was released.
    Nothing,
    /// Something did not come out, or nobody waited for it.
    Incomplete,
}

/// Follows one tap through the views.
#[derive(Debug)]
pub struct Follower {
    tap: TapNumber,
    /// What was said, and of which job: two jobs may have the same title.
    said: HashSet<(Option<Id>, String)>,
    has_asked: bool,
    has_released: bool,
}

impl Follower {
    /// Follows this tap.
    pub fn new(tap: TapNumber) -> Self {
        Self { tap, said: HashSet::new(), has_asked: false, has_released: false }
    }

    /// What is new since the last view. After [`Line::End`] nothing more is to be asked.
    pub fn look(&mut self, view: &View) -> Vec<Line> {
        let mut lines = Vec::new();
        let words = Words(view.language);
        if view.tap() != Some(self.tap) {
            // Somebody else's turn, or nobody's.
            lines.push(Line::End {
                how: if self.has_released { End::Incomplete } else { End::Nothing },
            });
            return lines;
        }
        match &view.state {
            State::Refused(_, refusal) => {
                let text = match refusal {
                    // The server's sentence stands alone: it says what happened and what to do.
                    Refusal::Server(_, sentence) if !sentence.is_empty() => sentence.to_string(),
                    Refusal::Server(reason, _) => told(words.refused(*reason)),
                    Refusal::Local(refusal) => told(words.refused_here(*refusal)),
                };
                self.say(&mut lines, None, text);
                lines.push(Line::End { how: End::Refused });
            }
            State::Choosing(active) => self.choosing(&mut lines, words, active),
            State::Releasing(active) => self.jobs(&mut lines, words, active),
            State::Result(active) => {
                self.jobs(&mut lines, words, active);
                lines.push(Line::End { how: end(active) });
            }
            // How to make the card one's own stands on the screen; that nobody has it was the end.
            State::NewCard(_) => {
                self.say(&mut lines, None, told(words.refused(RefusedReason::UnknownCard)));
                lines.push(Line::End { how: End::Refused });
            }
            State::Waiting | State::NoConnection | State::Asking(_) | State::Typing(_) => {}
        }
        lines
    }

    fn choosing(&mut self, lines: &mut Vec<Line>, words: Words, active: &Active) {
        if let Some(notice) = active.notice.as_ref().filter(|notice| !notice.is_empty()) {
            self.say(lines, None, notice.to_string());
        }
        let session = &active.session;
        if session.arriving > 0 {
            self.say(lines, None, words.arriving(session.arriving));
        }
        if session.hidden > 0 {
            self.say(lines, None, words.hidden(session.hidden));
        }
        if session.jobs.is_empty() {
            if session.arriving == 0 {
                self.say(lines, None, format!("{}.", words.nothing_held()));
                lines.push(Line::End { how: End::Nothing });
            }
            return;
        }
        for job in active.held() {
            let mut text = format!("{} ({})", job.title, job.submitted);
            if let Some(from) = &job.shared {
                text.push_str(&format!(": {}", words.origin(from)));
            }
            if let Some(sentence) = &job.may_have_printed {
                text.push_str(&format!(": {sentence}"));
            }
            match job.pin {
                Some(pin) if pin.tries_left == 0 => {
                    text.push_str(&format!(": {}", words.no_pin_taken(pin.whose)));
                }
                Some(pin) => text.push_str(&format!(": {}", words.wants_pin(pin.whose))),
                None => {}
            }
            self.say(lines, Some(&job.id), text);
        }
        if !std::mem::replace(&mut self.has_asked, true) {
            let printers = &session.printers;
            lines.push(Line::Choose {
                tap: self.tap.0,
                jobs: session.jobs.len(),
                printers: printers.iter().map(|p| (p.id.to_string(), p.name.to_string())).collect(),
            });
        }
    }

    fn jobs(&mut self, lines: &mut Vec<Line>, words: Words, active: &Active) {
        self.has_released = true;
        if active.session.hidden > 0 {
            self.say(lines, None, words.hidden(active.session.hidden));
        }
        let counting = active.session.counting;
        if counting > 0 {
            self.say(lines, None, words.counting(counting));
        }
        for running in &active.running {
            let state = match (&running.outcome, &running.stage) {
                (Some(outcome), _) => {
                    let amount = outcome.amount.as_ref();
                    let amount = amount.map(|amount| format!(" ({amount})")).unwrap_or_default();
                    format!("{}{amount}", outcome.sentence)
                }
                (None, JobStage::Waiting) => words.waiting(running.standing.waits_for).to_owned(),
                (None, JobStage::Sending) => words.stage_sending().to_owned(),
                (None, JobStage::Printing) => words.stage_printing().to_owned(),
                (None, JobStage::Stopped { reason }) => reason.to_string(),
                // The outcome follows and says it.
                (None, JobStage::Done | JobStage::Failed) => continue,
            };
            self.say(lines, Some(&running.job), format!("{}: {state}", running.title));
            if running.is_over() {
                continue;
            }
            let standing = &running.standing;
            let at = standing.at.as_ref().map(|at| words.prints_at(at.as_str()));
            let nearest = standing.nearest.as_ref().map(ToString::to_string);
            let question = standing.asks_where.then(|| words.finish_question().to_owned());
            for text in [at, nearest, question].into_iter().flatten() {
                self.say(lines, Some(&running.job), format!("{}: {text}", running.title));
            }
        }
    }

    /// Says a sentence once, or once of each job.
    fn say(&mut self, lines: &mut Vec<Line>, job: Option<&Id>, text: String) {
        if self.said.insert((job.cloned(), text.clone())) {
            lines.push(Line::Say { text });
        }
    }
}

/// A title and what to do about it, as two sentences.
fn told((title, help): (&str, &str)) -> String {
    format!("{title}. {help}")
}

fn end(active: &Active) -> End {
    let is_printed = |kind: Option<OutcomeKind>| kind == Some(OutcomeKind::Printed);
    let kinds = active.running.iter().map(|job| job.outcome.as_ref().map(|outcome| outcome.kind));
    if kinds.into_iter().all(is_printed) { End::Printed } else { End::Incomplete }
}
