//! Cookies. Their names begin with `__Host-`: a browser then accepts them only over TLS, for the
//! whole host and for no other host (RFC 6265bis section 4.1.3.2).

use axum::http::{HeaderMap, HeaderValue, header};

/// The value of a cookie, the first of that name.
pub fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter();
    let mut pairs = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
    pairs.find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    })
}

/// A cookie that ends with the browser, that no script reads and that no other site makes a browser
/// send.
pub fn strict(name: &str, value: &str) -> HeaderValue {
    made(format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict"))
}

/// A cookie that is kept for some seconds and comes along when another site sends the person here.
pub fn returning(name: &str, value: &str, seconds: u32) -> HeaderValue {
    made(format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}"))
}

/// A cookie that is kept for a year. It holds no secret.
pub fn remembered(name: &str, value: &str) -> HeaderValue {
    made(format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000"))
}

/// Makes the browser forget a cookie.
pub fn gone(name: &str) -> HeaderValue {
    made(format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"))
}

fn made(text: String) -> HeaderValue {
    HeaderValue::try_from(text).expect("names and values of our cookies are plain ASCII words")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "a=1; __Host-session=abc; b=2".parse().unwrap());
        headers.append(header::COOKIE, "c=3; a=4".parse().unwrap());
        assert_eq!(get(&headers, "__Host-session"), Some("abc"));
        assert_eq!(get(&headers, "a"), Some("1"));
        assert_eq!(get(&headers, "c"), Some("3"));
        assert_eq!(get(&headers, "session"), None);
    }
}
