//! Refuses requests that another site made a browser send.

use axum::http::{HeaderMap, Method, header};

/// Whether a request that may change something comes from one of our own pages. Browsers say so in
/// `Sec-Fetch-Site`, which pages cannot set; older ones only in `Origin`, which must then name the
/// host that the request was sent to. A request with neither is refused: no form of ours sends such
/// a one.
pub fn is_ours(method: &Method, headers: &HeaderMap) -> bool {
    if method == Method::GET || method == Method::HEAD {
        return true;
    }
    let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let origin_is_ours = value(header::ORIGIN.as_str()).map(|origin| {
        let host = origin.split_once("://").map(|(_, host)| host);
        host.is_some() && host == value(header::HOST.as_str())
    });
    match value("sec-fetch-site") {
        Some(site) => site == "same-origin" && origin_is_ours != Some(false),
        None => origin_is_ours == Some(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_of_another_site_is_refused() {
        let ours = "https://print.example:8632";
        for (site, origin, allowed) in [
            (Some("same-origin"), Some(ours), true),
            (Some("same-origin"), None, true),
            (None, Some(ours), true),
            (None, Some("https://print.example"), false),
            (None, Some("null"), false),
            (None, None, false),
            (Some("cross-site"), Some(ours), false),
            (Some("same-site"), Some("https://other.example"), false),
            (Some("same-origin"), Some("https://other.example"), false),
            (Some("none"), None, false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "print.example:8632".parse().unwrap());
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            assert_eq!(is_ours(&Method::POST, &headers), allowed, "{site:?} {origin:?}");
            assert!(is_ours(&Method::GET, &headers));
        }
    }
}
