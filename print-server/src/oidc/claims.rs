//! What a token says: by whom, for whom, until when, about whom (RFC 7519 section 4.1, OpenID Connect
//! Core 1.0 section 3.1.3.7).

use print_core::{Login, Timestamp};
use serde_json::{Map, Value};

/// How far the provider's clock and ours may be apart.
const LEEWAY_SECONDS: i64 = 60;

/// Why a token that the provider signed does not count here. The texts are for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// It names another provider.
    #[error("it was made by another provider")]
    Issuer,
    /// It was made for somebody else.
    #[error("it was made for somebody else")]
    Audience,
    /// It is over, or never ends.
    #[error("it has expired")]
    Expired,
    /// It does not count yet.
    #[error("it does not count yet: the clocks differ")]
    Early,
    /// It belongs to another sign-in.
    #[error("it belongs to another sign-in")]
    Nonce,
    /// It is a token of another kind.
    #[error("it is a token of another kind")]
    Kind,
    /// It names nobody by the agreed claim.
    #[error("it names nobody by the agreed claim")]
    Nameless,
}

/// Which claim names the person, and how.
#[derive(Debug, Clone)]
pub struct NameRule {
    /// The claim, as `preferred_username`.
    pub claim: String,
    /// What may follow the login name after an `@`, and is cut off.
    pub domain: Option<String>,
}

/// Whether a token is from `issuer`, for `audience`, and counts at this time.
///
/// # Errors
/// [`ClaimError`].
pub fn check(
    says: &Map<String, Value>,
    issuer: &str,
    audience: &str,
    now: Timestamp,
) -> Result<(), ClaimError> {
    if says.get("iss").and_then(Value::as_str) != Some(issuer) {
        return Err(ClaimError::Issuer);
    }
    let is_for = |value: &Value| value.as_str() == Some(audience);
    let is_ours = match says.get("aud") {
        Some(Value::Array(several)) => several.iter().any(is_for),
        Some(one) => is_for(one),
        None => false,
    };
    if !is_ours {
        return Err(ClaimError::Audience);
    }
    let now = now.seconds();
    match seconds(says, "exp") {
        Some(Ok(until)) if now < until.saturating_add(LEEWAY_SECONDS) => {}
        _ => return Err(ClaimError::Expired),
    }
    for claim in ["nbf", "iat"] {
        match seconds(says, claim) {
            Some(Ok(from)) if now.saturating_add(LEEWAY_SECONDS) < from => {
                return Err(ClaimError::Early);
            }
            Some(Err(NotATime)) => return Err(ClaimError::Early),
            Some(Ok(_)) | None => {}
        }
    }
    Ok(())
}

/// A claim that should be a time and is none.
struct NotATime;

/// A time of a token: seconds since 1970, of which some providers write fractions.
fn seconds(says: &Map<String, Value>, claim: &str) -> Option<Result<i64, NotATime>> {
    let value = says.get(claim)?;
    #[allow(clippy::cast_possible_truncation, reason = "it saturates, which is as far away")]
    let fraction = || value.as_f64().map(|seconds| seconds as i64);
    Some(value.as_i64().or_else(fraction).ok_or(NotATime))
}

/// What only ID tokens must fulfil: made for this client alone, in answer to this question.
///
/// # Errors
/// [`ClaimError`].
pub fn check_answer(
    says: &Map<String, Value>,
    client: &str,
    nonce: &str,
) -> Result<(), ClaimError> {
    let authorized = says.get("azp").map(|azp| azp.as_str() == Some(client));
    let several = matches!(says.get("aud"), Some(Value::Array(all)) if all.len() > 1);
    if authorized == Some(false) || (several && authorized.is_none()) {
        return Err(ClaimError::Audience);
    }
    let ours = says.get("nonce").and_then(Value::as_str).map(str::as_bytes);
    if !ours.is_some_and(|given| crate::keys::same(given, nonce.as_bytes())) {
        return Err(ClaimError::Nonce);
    }
    Ok(())
}

/// The login name of the person whom the token is about.
///
/// # Errors
/// [`ClaimError::Nameless`]; an address that the provider has not verified names nobody either.
pub fn login(says: &Map<String, Value>, rule: &NameRule) -> Result<Login, ClaimError> {
    let name = says.get(&rule.claim).and_then(Value::as_str).ok_or(ClaimError::Nameless)?;
    if rule.claim == "email" && says.get("email_verified").is_some_and(|said| !is_true(said)) {
        return Err(ClaimError::Nameless);
    }
    let own = match (&rule.domain, name.rsplit_once('@')) {
        (Some(domain), Some((own, of))) if of.eq_ignore_ascii_case(domain) => own,
        _ => name,
    };
    Login::parse(own).map_err(|_| ClaimError::Nameless)
}

/// Some providers write truth as a text.
fn is_true(value: &Value) -> bool {
    value.as_bool() == Some(true) || value.as_str() == Some("true")
}

/// What a provider says for machines, as the log may show it.
pub fn keyword(text: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.');
    text.chars().filter(plain).take(64).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn says(value: Value) -> Map<String, Value> {
        value.as_object().cloned().expect("an object")
    }

    fn named(claim: &str, domain: Option<&str>, value: Value) -> Option<String> {
        let rule = NameRule { claim: claim.into(), domain: domain.map(str::to_owned) };
        login(&says(value), &rule).ok().map(|login| login.as_str().to_owned())
    }

    #[test]
    fn a_name_loses_the_agreed_domain_and_no_other() {
        let anna = |name: &str| json!({ "preferred_username": name });
        let claim = "preferred_username";
        assert_eq!(named(claim, None, anna("anna@a.se")).as_deref(), Some("anna@a.se"));
        assert_eq!(named(claim, Some("a.se"), anna("anna@A.se")).as_deref(), Some("anna"));
        assert_eq!(named(claim, Some("a.se"), anna("anna@b.se")).as_deref(), Some("anna@b.se"));
        assert_eq!(named(claim, Some("a.se"), anna("x@b.se@a.se")).as_deref(), Some("x@b.se"));
        assert_eq!(named(claim, Some("a.se"), anna("anna")).as_deref(), Some("anna"));
        assert_eq!(named("sub", None, anna("anna")), None);
    }

    #[test]
    fn an_address_that_nobody_verified_is_nobodys_name() {
        let mail = |verified: Value| json!({ "email": "anna", "email_verified": verified });
        assert_eq!(named("email", None, mail(false.into())), None);
        assert_eq!(named("email", None, mail("false".into())), None);
        assert!(named("email", None, mail(true.into())).is_some());
        assert!(named("email", None, json!({ "email": "anna" })).is_some());
    }

    #[test]
    fn clocks_may_differ_by_a_minute_and_times_are_numbers() {
        let at = Timestamp::from_micros(1_000_000_000_000_000);
        let now = at.seconds();
        let checked = |more: Value| {
            let mut token = says(json!({ "iss": "i", "aud": "a", "exp": now + 300 }));
            token.extend(says(more));
            check(&token, "i", "a", at)
        };
        assert_eq!(checked(json!({})), Ok(()));
        assert_eq!(checked(json!({ "exp": now - 59, "iat": now + 60 })), Ok(()));
        assert_eq!(checked(json!({ "exp": (now + 5) as f64 + 0.5 })), Ok(()));
        assert_eq!(checked(json!({ "exp": now - 60 })), Err(ClaimError::Expired));
        assert_eq!(checked(json!({ "exp": "soon" })), Err(ClaimError::Expired));
        assert_eq!(checked(json!({ "exp": i64::MAX })), Ok(()));
        assert_eq!(checked(json!({ "nbf": now + 61 })), Err(ClaimError::Early));
        assert_eq!(checked(json!({ "nbf": "now" })), Err(ClaimError::Early));
    }

    #[test]
    fn what_a_provider_says_is_shown_without_what_could_deceive() {
        assert_eq!(keyword("access_denied\u{1b}[2J\n\u{202e}"), "access_denied2J");
        assert_eq!(keyword(&"x".repeat(500)).len(), 64);
    }
}
