//! Who may ask, and the headers of each answer.
//!
//! A page on loopback is still reachable by any site that is open in a browser on this machine: by
//! a name that suddenly points here (DNS rebinding), or by a form that is sent across sites. The
//! `Host` header betrays the first, the `Origin` header the second.

use std::net::SocketAddr;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// What the page may do: its own style sheet, its own script, its own addresses, nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    connect-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; \
    base-uri 'none'";

const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // Not `no-referrer`: a browser would then say `Origin: null` with our own forms.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

/// Lets only this machine's own page through and adds the headers to each answer.
pub async fn guard(State(address): State<SocketAddr>, request: Request, next: Next) -> Response {
    let is_change = !matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = if is_ours(request.headers(), is_change, address.port()) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "This page is for the station's own screen.\n").into_response()
    };
    response.headers_mut().extend(HEADERS.map(|(name, value)| (Some(name), value)));
    response
}

fn is_ours(headers: &HeaderMap, is_change: bool, port: u16) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let is_local = |authority: &str| {
        let hosts = ["127.0.0.1", "localhost", "[::1]"];
        hosts.iter().any(|host| authority == format!("{host}:{port}"))
    };
    if !text(header::HOST).is_some_and(is_local) {
        return false;
    }
    let origin = text(header::ORIGIN).and_then(|origin| origin.strip_prefix("http://"));
    !is_change || origin.is_some_and(is_local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_page_may_ask_and_only_our_own_forms_may_change() {
        let table = [
            ("127.0.0.1:80", None, false, true),
            ("localhost:80", None, false, true),
            ("[::1]:80", None, false, true),
            ("station.example:80", None, false, false),
            ("127.0.0.1:81", None, false, false),
            ("127.0.0.1.evil.example:80", None, false, false),
            ("127.0.0.1:80", Some("http://127.0.0.1:80"), true, true),
            ("127.0.0.1:80", Some("http://localhost:80"), true, true),
            ("127.0.0.1:80", None, true, false),
            ("127.0.0.1:80", Some("null"), true, false),
            ("127.0.0.1:80", Some("https://evil.example"), true, false),
            ("127.0.0.1:80", Some("http://127.0.0.1:81"), true, false),
        ];
        for (host, origin, is_change, expected) in table {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            assert_eq!(is_ours(&headers, is_change, 80), expected, "{host} {origin:?}");
        }
        assert!(!is_ours(&HeaderMap::new(), false, 80), "no host at all");
    }
}
