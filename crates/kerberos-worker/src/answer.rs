//! What a process says about its token.

use serde::{Deserialize, Serialize};

use crate::Principal;

/// More than this a process may not answer: two names and a token of its own.
pub const ANSWER_BYTES_MAX: u64 = 16 << 10;

/// A process's one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// There is a key to accept tickets with; the answer to `check`.
    Ready,
    /// The ticket is good.
    Accepted(Accepted),
    /// It is not, with the library's own words for the log.
    Refused(Refused, String),
}

/// A good ticket, as the library names things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Whose it is: `anna@EXAMPLE.ORG`.
    pub client: String,
    /// Which service it is for: `HTTP/print.example.org@EXAMPLE.ORG`.
    pub service: String,
    /// What proves to the client that we are that service, in Base64; empty when it did not ask.
    pub reply: String,
}

/// Why a token proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Refused {
    /// No token of Kerberos, or one that wants a conversation of several rounds.
    #[error("the token is not one of Kerberos")]
    Token,
    /// There is no keytab, or nothing in it.
    #[error("there is no key to accept tickets with")]
    NoKey,
    /// The ticket has expired, is for another service or another key, came before, or was made by a clock
    /// that differs by more than five minutes: the library's words say which.
    #[error("the ticket is not accepted")]
    Ticket,
}

/// A good ticket, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Whose it is.
    pub client: Principal,
    /// Which service it is for.
    pub service: Principal,
    /// What proves to the client that we are that service, in Base64; empty when it did not ask.
    pub reply: String,
}

impl Answer {
    /// The line as it goes over the pipe, with its end.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string(self).expect("names and texts are always JSON");
        text.push('\n');
        text
    }

    /// Reads a line. Whoever wrote it may have been taken over by a token; `None` when it is no answer.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Answer> {
        serde_json::from_slice(line).ok()
    }
}

impl Accepted {
    /// The names taken apart; `None` when they are none, or the reply could not stand in a header.
    #[must_use]
    pub fn into_ticket(self) -> Option<Ticket> {
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
        if !self.reply.chars().all(is_base64) {
            return None;
        }
        let client = Principal::parse(&self.client)?;
        let service = Principal::parse(&self.service)?;
        Some(Ticket { client, service, reply: self.reply })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(client: &str, reply: &str) -> Accepted {
        Accepted { client: client.into(), service: "HTTP/a@B".into(), reply: reply.into() }
    }

    #[test]
    fn lines_are_read_as_they_were_written() {
        for answer in [
            Answer::Ready,
            Answer::Accepted(accepted("anna@EXAMPLE.ORG", "YIIB")),
            Answer::Refused(Refused::Ticket, "Ticket expired".into()),
        ] {
            let text = answer.to_text();
            assert_eq!(Answer::parse(text.trim_end().as_bytes()), Some(answer), "{text}");
        }
        assert_eq!(Answer::parse(b"{\"accepted\":{}}"), None);
    }

    #[test]
    fn a_reply_that_is_no_base64_never_gets_into_a_header() {
        assert!(accepted("anna@E", "YII=").into_ticket().is_some());
        assert!(accepted("anna@E", "YII=\r\nSet-Cookie: a").into_ticket().is_none());
        assert!(accepted("anna", "").into_ticket().is_none(), "a name without a realm is none");
    }
}
