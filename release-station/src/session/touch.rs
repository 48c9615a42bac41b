//! What a touch on the page does.

use std::time::Instant;

use station_protocol::StationMessage;

use super::event::Action;
use super::machine::{IDLE, Machine, Messages};

impl Machine {
    /// Does what a person asks for on the page.
    pub(super) fn touched(&mut self, action: Action, now: Instant) -> Messages {
        if let Action::Language(language) = action {
            self.language = Some(language);
            if self.state.tap().is_none() {
                self.ends = Some((now + IDLE, IDLE));
            } else {
                self.prolong(now);
            }
            return Vec::new();
        }
        if action == Action::Leave {
            return self.state.tap().map(|tap| self.leave(tap)).unwrap_or_default();
        }
        if let Some(messages) = self.touched_code(&action, now) {
            return messages;
        }
        let is_release = matches!(action, Action::Release | Action::ReleaseAll(_));
        if is_release && !self.is_connected {
            // The page says that there is no connection; the owner presses again when there is.
            return Vec::new();
        }
        let is_connected = self.is_connected;
        let Some(active) = self.active_mut() else { return Vec::new() };
        let message = match action {
            Action::Toggle(job) => {
                active.toggle(&job);
                None
            }
            Action::ChooseAll => {
                active.choose_all();
                None
            }
            Action::ChooseNone => {
                active.choose_none();
                None
            }
            Action::Printer(printer) => {
                active.choose_printer(printer);
                None
            }
            Action::Release => active.release(),
            Action::ReleaseAll(printer) => {
                active.choose_printer(printer);
                active.choose_sure();
                active.release()
            }
            Action::Type(typed) => {
                active.type_pin(typed);
                None
            }
            Action::Pin(pin) => active.take_pin(pin, is_connected),
            Action::NoPin => {
                active.asking = None;
                None
            }
            Action::Stop(job) => active.stop(&job),
            Action::Finish(job, at) => active.finish(&job, at),
            Action::Options(job) => active.edit(&job),
            Action::Change(change) => active.change(change),
            Action::Settle => {
                active.settle();
                None
            }
            Action::Unsettle => {
                active.editing = None;
                None
            }
            Action::AskDelete(is_asked) => {
                active.ask_delete(is_asked);
                None
            }
            Action::Delete => active.delete(),
            Action::More => {
                active.show_held();
                let active = active.clone();
                if active.running.is_empty() {
                    self.show_choosing(active, now);
                }
                return Vec::new();
            }
            Action::Touch
            | Action::Leave
            | Action::Language(_)
            | Action::NoCard
            | Action::TypeCode
            | Action::Code(_)
            | Action::NoCode => None,
        };
        match &message {
            Some(StationMessage::Choose { .. }) => {
                self.chosen_at = Some(now);
                self.show_releasing(now);
            }
            _ => self.prolong(now),
        }
        message.into_iter().collect()
    }
}
