//! One question to a listener on loopback: HTTP/1.1, one connection each.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::Result;

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(10);

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The content.
    pub body: String,
}

/// Asks for `path` at this port of 127.0.0.1.
///
/// # Errors
/// When nobody answers.
pub fn get(port: u16, path: &str) -> Result<Reply> {
    ask(port, "GET", path, "text/plain", "")
}

/// Sends a form to `path` at this port of 127.0.0.1, as a button of its own page would.
///
/// # Errors
/// When nobody answers.
pub fn press(port: u16, path: &str, form: &str) -> Result<Reply> {
    ask(port, "POST", path, "application/x-www-form-urlencoded", form)
}

/// Sends JSON to `path` at this port of 127.0.0.1.
///
/// # Errors
/// When nobody answers.
pub fn post(port: u16, path: &str, json: &str) -> Result<Reply> {
    ask(port, "POST", path, "application/json", json)
}

fn ask(port: u16, method: &str, path: &str, kind: &str, body: &str) -> Result<Reply> {
    let away = |error: std::io::Error| format!("127.0.0.1:{port} does not answer: {error}");
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, LIMIT).map_err(away)?;
    stream.set_read_timeout(Some(LIMIT)).map_err(away)?;
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n\
         Connection: close\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).map_err(away)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).map_err(away)?;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| format!("127.0.0.1:{port} does not speak HTTP"))?;
    Ok(Reply { status, body: body.to_owned() })
}
