//! `release-station tap`: a simulated card, and what comes of it.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use axum::http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::page::follow::{End, Line};

/// The station tells something at least this often, or the person has gone.
const SILENCE: Duration = Duration::from_secs(90);
/// Connecting to our own machine takes no longer.
const CONNECT: Duration = Duration::from_secs(3);

/// What to do.
pub struct Tap {
    /// The touch page.
    pub page: SocketAddr,
    /// The card's number in hex.
    pub card: String,
    /// The reader's name.
    pub reader: Option<String>,
    /// The printer's name.
    pub printer: Option<String>,
}

/// Holds the card to the station and prints each sentence as it comes.
pub fn tap(tap: &Tap) -> Result<ExitCode, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let end = runtime.block_on(follow(tap))?;
    Ok(ExitCode::from(match end {
        End::Printed => 0,
        End::Refused => 2,
        End::Nothing => 3,
        End::Incomplete => 4,
    }))
}

async fn follow(tap: &Tap) -> Result<End, String> {
    let reader = tap.reader.as_deref().unwrap_or(crate::readers::simulated::NAME);
    let form = form(&[("uid", &tap.card), ("reader", reader), ("follow", "1")]);
    let reply = post(tap.page, "/tap", form).await?;
    let status = reply.status();
    let mut body = reply.into_body();
    if status != StatusCode::OK {
        let text = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
        let text = String::from_utf8_lossy(&text).trim().to_owned();
        return Err(if text.is_empty() { status.to_string() } else { text });
    }
    let mut pending = Vec::new();
    let mut has_said = false;
    let mut has_asked = false;
    loop {
        let frame = timeout(SILENCE, body.frame()).await;
        let frame = frame.map_err(|_| "the station fell silent".to_owned())?;
        let frame =
            frame.ok_or("the station ended the conversation")?.map_err(|e| e.to_string())?;
        pending.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data));
        while let Some(end) = pending.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = pending.drain(..=end).collect();
            let line: Line = serde_json::from_slice(&line)
                .map_err(|_| "that is not the touch page of a release station".to_owned())?;
            match line {
                Line::Say { text } => {
                    has_said = true;
                    println!("{text}");
                }
                Line::End { how } => {
                    match how {
                        End::Nothing if !has_said => println!(
                            "The same card again ended the session that was open. Tap once more."
                        ),
                        End::Nothing if has_asked => {
                            println!("Nothing was chosen. Everything is still held.");
                        }
                        _ => {}
                    }
                    return Ok(how);
                }
                Line::Choose { tap: number, jobs, printers } => {
                    has_asked = true;
                    choose(tap, number, jobs, &printers).await?;
                }
            }
        }
    }
}

/// The station lets one choose: everything at the named printer, or somebody at the touch page.
async fn choose(
    tap: &Tap,
    number: u64,
    jobs: usize,
    printers: &[(String, String)],
) -> Result<(), String> {
    let names: Vec<&str> = printers.iter().map(|(_, name)| name.as_str()).collect();
    let Some(wanted) = &tap.printer else {
        if jobs > 0 {
            println!("Choose at http://{}/ or give --printer: {}", tap.page, names.join(", "));
        }
        return Ok(());
    };
    let (id, _) = printers
        .iter()
        .find(|(id, name)| id == wanted || name.eq_ignore_ascii_case(wanted))
        .ok_or_else(|| format!("no printer {wanted} here; there is: {}", names.join(", ")))?;
    let form = form(&[("tap", &number.to_string()), ("printer", id)]);
    let reply = post(tap.page, "/do/release-all", form).await?;
    if !reply.status().is_redirection() {
        return Err(format!("the station did not take the choice ({})", reply.status()));
    }
    Ok(())
}

/// Sends a form to the touch page, as its own page would.
async fn post(
    page: SocketAddr,
    path: &str,
    form: String,
) -> Result<axum::http::Response<Incoming>, String> {
    let away = |error: &dyn std::fmt::Display| {
        format!("no station answers at http://{page}/ ({error}); is it running?")
    };
    let stream = timeout(CONNECT, TcpStream::connect(page)).await;
    let stream = stream.map_err(|error| away(&error))?.map_err(|error| away(&error))?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| away(&error))?;
    // Ends with the reply's body; an error of it is an error of the body.
    tokio::spawn(async move {
        let _ = connection.await;
    });
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::HOST, page.to_string())
        .header(header::ORIGIN, format!("http://{page}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Full::new(Bytes::from(form)))
        .map_err(|error| error.to_string())?;
    sender.send_request(request).await.map_err(|error| away(&error))
}

/// Writes a form (URL standard, application/x-www-form-urlencoded).
fn form(fields: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        for byte in value.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                    text.push(char::from(byte));
                }
                _ => text.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_keeps_any_text() {
        assert_eq!(form(&[("a", "1 &=å"), ("b", "x-y")]), "a=1%20%26%3D%C3%A5&b=x-y");
    }
}
