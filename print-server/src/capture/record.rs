//! One line of the file: a request with its names hidden, where it came from, and what it was answered.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, EXPECT, TRANSFER_ENCODING, USER_AGENT};
use ipp_codec::{Attribute, Message, Value, encode};
use serde_json::{Value as Json, json};

use super::hide::Hidden;

/// Headers that say how a program speaks HTTP, and never who uses it.
const HEADERS: [hyper::header::HeaderName; 4] =
    [USER_AGENT, CONTENT_TYPE, TRANSFER_ENCODING, EXPECT];

/// Where a record comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The device and the program, as whoever recorded it wrote it down.
    pub device: String,
    /// The day, as 2026-11-30.
    pub day: String,
}

/// What passed by.
#[derive(Debug)]
pub struct Passed<'a> {
    /// The method and the headers.
    pub headers: &'a HeaderMap,
    /// Whether it came under TLS.
    pub tls: bool,
    /// The attributes; none when they could not be read.
    pub message: Option<&'a Message>,
    /// How many bytes of a document followed.
    pub document_bytes: u64,
    /// The answer's HTTP status.
    pub http_status: u16,
    /// The answer's attributes.
    pub answer: Option<&'a Message>,
}

/// Writes records to a file.
#[derive(Debug)]
pub struct Recorder {
    origin: Origin,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    hidden: Hidden,
    count: u64,
}

impl Recorder {
    /// A new file, readable by its owner only.
    ///
    /// # Errors
    /// When there is a file already: its names would be hidden differently.
    pub fn create(path: &Path, origin: Origin) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        let state = State { file, hidden: Hidden::default(), count: 0 };
        Ok(Self { origin, state: Mutex::new(state) })
    }

    /// Writes one record. Its number, and what was asked, for whoever watches.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, passed: &Passed<'_>) -> io::Result<(u64, String)> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.count += 1;
        let hidden = passed.message.map(|message| state.hidden.message(message));
        let operation = hidden.as_ref().map(operation).unwrap_or_else(|| "unreadable".into());
        let line = json!({
            "origin": { "device": self.origin.device, "day": self.origin.day, "kind": "recorded" },
            "number": state.count,
            "tls": passed.tls,
            "http": headers(passed.headers),
            "operation": operation,
            "request": hidden.as_ref().map(request),
            "document_bytes": passed.document_bytes,
            "answer": {
                "http": passed.http_status,
                "status": passed.answer.map(status),
            },
        });
        // At once: whoever reads along never meets half a line.
        state.file.write_all(format!("{line}\n").as_bytes())?;
        Ok((state.count, operation))
    }
}

fn operation(message: &Message) -> String {
    let known = message.operation().name().map(str::to_owned);
    known.unwrap_or_else(|| format!("0x{:04x}", message.code))
}

fn status(message: &Message) -> String {
    let known = message.status().name().map(str::to_owned);
    known.unwrap_or_else(|| format!("0x{:04x}", message.code))
}

/// The request twice: for people, and as the bytes that a test sends again.
fn request(message: &Message) -> Json {
    let groups: Vec<Json> = message
        .groups
        .iter()
        .map(|group| {
            let attributes: Vec<Json> = group.attributes.iter().map(attribute).collect();
            json!({ "tag": format!("0x{:02x}", group.tag.code()), "attributes": attributes })
        })
        .collect();
    let bytes = encode(message).ok().map(|bytes| STANDARD.encode(bytes));
    json!({ "version": message.version.to_string(), "groups": groups, "bytes": bytes })
}

fn attribute(attribute: &Attribute) -> Json {
    let values: Vec<Json> = attribute.values.iter().map(value).collect();
    json!({ "name": attribute.name, "values": values })
}

fn value(value: &Value) -> Json {
    match value {
        Value::Collection(members) => members
            .iter()
            .map(|member| {
                let values: Vec<Json> = member.values.iter().map(self::value).collect();
                (member.name.clone(), Json::from(values))
            })
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Range { lower, upper } => json!({ "from": lower, "to": upper }),
        Value::Resolution(resolution) => json!({
            "cross_feed": resolution.cross_feed,
            "feed": resolution.feed,
            "units": resolution.units,
        }),
        value => match (value.as_integer(), value.as_boolean(), value.as_bytes()) {
            (Some(number), ..) => number.into(),
            (_, Some(truth), _) => truth.into(),
            (.., Some(bytes)) => String::from_utf8_lossy(bytes).into(),
            // Dates, and the reasons why there is no value: the bytes have them.
            _ => Json::Null,
        },
    }
}

/// The headers that are recorded, and by which scheme somebody signed in: never with what.
fn headers(headers: &HeaderMap) -> Json {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let mut kept: serde_json::Map<String, Json> =
        HEADERS.iter().filter_map(|name| Some((name.to_string(), text(name)?.into()))).collect();
    if let Some(scheme) = text(&AUTHORIZATION).and_then(|value| value.split(' ').next()) {
        kept.insert("authorization".into(), scheme.into());
    }
    kept.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_never_gets_into_a_record() {
        let mut all = HeaderMap::new();
        all.insert(AUTHORIZATION, "Basic YW5uYTpoZW1saWc=".parse().unwrap());
        all.insert(USER_AGENT, "CUPS/2.4.2 IPP/2.0".parse().unwrap());
        all.insert("cookie", "secret".parse().unwrap());
        let kept = headers(&all);
        assert_eq!(kept, json!({ "authorization": "Basic", "user-agent": "CUPS/2.4.2 IPP/2.0" }));
    }
}
