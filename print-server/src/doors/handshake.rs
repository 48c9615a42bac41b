//! What one answer says about signing in, in its HTTP header: the ways that the queue takes (RFC 9110
//! section 11.6.1), and the last word of a ticket's proof (RFC 4559 section 5).

use std::sync::OnceLock;

use hyper::header::{HeaderValue, WWW_AUTHENTICATE};
use hyper::{Response, StatusCode};

/// RFC 7617.
const BASIC: HeaderValue = HeaderValue::from_static("Basic realm=\"Print\", charset=\"UTF-8\"");
/// RFC 4559 section 4.1.
const NEGOTIATE: HeaderValue = HeaderValue::from_static("Negotiate");
/// RFC 6750 section 3.
const BEARER: HeaderValue = HeaderValue::from_static("Bearer realm=\"Print\"");
/// The same, when a token came that was no good.
const BEARER_AGAIN: HeaderValue =
    HeaderValue::from_static("Bearer realm=\"Print\", error=\"invalid_token\"");

/// A way to sign in that a queue takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// A Kerberos ticket. It is named before the others: CUPS takes the first way that it can go, and would
    /// ask people for a password who have a ticket.
    Negotiate,
    /// An access token of the identity provider.
    Bearer,
    /// Name and password. It is named last: older CUPS clients read only the last way.
    Basic,
}

/// What is found out about signing in while one request is carried out.
#[derive(Debug, Default)]
pub struct Handshake {
    schemes: OnceLock<Vec<Scheme>>,
    proof: OnceLock<HeaderValue>,
    token_refused: OnceLock<()>,
}

impl Handshake {
    /// The queue that the request is about takes these ways, named in this order.
    pub fn offer(&self, schemes: Vec<Scheme>) {
        // A request is about one queue; what was said first stays.
        let _ = self.schemes.set(schemes);
    }

    /// We proved to be the service that the client's ticket is for; `reply` is Base64, or empty.
    pub(super) fn prove(&self, reply: &str) {
        if !reply.is_empty()
            && let Ok(value) = HeaderValue::try_from(format!("Negotiate {reply}"))
        {
            let _ = self.proof.set(value);
        }
    }

    /// The client's access token is no good: it is to get another one.
    pub(super) fn refuse_token(&self) {
        // Said once or twice, it is the same.
        let _ = self.token_refused.set(());
    }

    /// Writes what there is to say.
    pub fn write<B>(self, response: &mut Response<B>) {
        let unauthorized = response.status() == StatusCode::UNAUTHORIZED;
        let headers = response.headers_mut();
        if !unauthorized {
            headers.extend(self.proof.into_inner().map(|proof| (WWW_AUTHENTICATE, proof)));
            return;
        }
        for scheme in self.schemes.into_inner().unwrap_or_default() {
            let challenge = match scheme {
                Scheme::Basic => BASIC,
                Scheme::Negotiate => NEGOTIATE,
                Scheme::Bearer if self.token_refused.get().is_some() => BEARER_AGAIN,
                Scheme::Bearer => BEARER,
            };
            headers.append(WWW_AUTHENTICATE, challenge);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(handshake: Handshake, status: StatusCode) -> Vec<String> {
        let mut response = Response::new(());
        *response.status_mut() = status;
        handshake.write(&mut response);
        let values = response.headers().get_all(WWW_AUTHENTICATE).iter();
        values.map(|value| value.to_str().expect("plain text").to_owned()).collect()
    }

    #[test]
    fn whoever_is_to_sign_in_reads_every_way_and_kerberos_first() {
        let handshake = Handshake::default();
        handshake.offer(vec![Scheme::Negotiate, Scheme::Basic]);
        let ways = written(handshake, StatusCode::UNAUTHORIZED);
        assert_eq!(ways[0], "Negotiate");
        assert!(ways.len() == 2 && ways[1].starts_with("Basic realm="), "{ways:?}");
    }

    #[test]
    fn whoever_brought_a_bad_token_is_told_so() {
        for (refused, wanted) in [(false, BEARER), (true, BEARER_AGAIN)] {
            let handshake = Handshake::default();
            handshake.offer(vec![Scheme::Bearer, Scheme::Basic]);
            if refused {
                handshake.refuse_token();
            }
            let ways = written(handshake, StatusCode::UNAUTHORIZED);
            assert_eq!(ways[0], wanted.to_str().expect("plain text"));
            assert_eq!(ways.len(), 2);
        }
    }

    #[test]
    fn the_proof_stands_in_the_answer_that_needed_it_and_nothing_else_does() {
        let handshake = Handshake::default();
        handshake.offer(vec![Scheme::Negotiate]);
        handshake.prove("YIIB");
        assert_eq!(written(handshake, StatusCode::OK), ["Negotiate YIIB"]);
        let handshake = Handshake::default();
        handshake.offer(vec![Scheme::Basic]);
        assert!(written(handshake, StatusCode::OK).is_empty());
    }
}
