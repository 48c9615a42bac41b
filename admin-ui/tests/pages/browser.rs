//! As much of a browser as the tests need: it keeps cookies, sends forms as its own pages, follows
//! nothing.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::house::PASSWORD;

const PATIENCE: Duration = Duration::from_secs(20);

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("pages are UTF-8")
    }
}

/// One browser with its cookies.
#[derive(Debug)]
pub struct Browser {
    address: SocketAddr,
    pub cookies: BTreeMap<String, String>,
    pub language: &'static str,
}

impl Browser {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, cookies: BTreeMap::new(), language: "sv" }
    }

    /// A browser in which this person has signed in.
    pub async fn signed_in(address: SocketAddr, login: &str) -> Self {
        let mut browser = Self::new(address);
        let reply = browser.sign_in(login, PASSWORD).await;
        assert_eq!(reply.status, 303, "{login} signs in: {}", reply.text());
        browser
    }

    pub async fn sign_in(&mut self, login: &str, password: &str) -> Reply {
        let form = self.get("/sign-in").await.text();
        let token = field(&form, "token");
        self.post("/sign-in", &[("token", &token), ("login", login), ("password", password)]).await
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, &[], "").await
    }

    /// A form, sent as the browser sends one of our own.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let encoded = |text: &str| {
            let byte = |byte: u8| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => char::from(byte).to_string(),
                other => format!("%{other:02X}"),
            };
            text.bytes().map(byte).collect::<String>()
        };
        let pairs: Vec<String> =
            fields.iter().map(|(key, value)| format!("{key}={}", encoded(value))).collect();
        let origin = format!("http://{}", self.address);
        let headers = [
            ("sec-fetch-site", "same-origin"),
            ("origin", origin.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        self.send("POST", path, &headers, &pairs.join("&")).await
    }

    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl AsRef<[u8]>,
    ) -> Reply {
        let mut stream = self.begin(method, path, headers, body).await;
        let mut bytes = Vec::new();
        let read = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
        read.expect("the answer comes in time").expect("the answer can be read");
        let reply = parsed(&bytes);
        for (_, value) in reply.headers.iter().filter(|(key, _)| key == "set-cookie") {
            let (name, rest) = value.split_once('=').expect("a cookie has a name");
            let value = rest.split(';').next().unwrap_or_default();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    /// Sends a request and leaves the answer to be read.
    pub async fn begin(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl AsRef<[u8]>,
    ) -> TcpStream {
        let body = body.as_ref();
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\naccept-language: {}\r\n\
             cookie: {}\r\ncontent-length: {}\r\n",
            self.address,
            self.language,
            cookies.join("; "),
            body.len()
        );
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        let mut stream = TcpStream::connect(self.address).await.expect("the pages are served");
        stream.write_all(request.as_bytes()).await.expect("the request goes out");
        stream.write_all(body).await.expect("the request goes out");
        stream
    }
}

fn parsed(bytes: &[u8]) -> Reply {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("an answer has a head");
    let head = std::str::from_utf8(&bytes[..end]).expect("a head is plain text");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let status = status.and_then(|status| status.parse().ok()).expect("an answer has a status");
    let header = |line: &str| {
        let (name, value) = line.split_once(':').expect("a header has a name");
        (name.to_lowercase(), value.trim().to_owned())
    };
    let headers: Vec<(String, String)> = lines.map(header).collect();
    let mut body = bytes[end + 4..].to_vec();
    if headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked") {
        body = unchunked(&body);
    }
    Reply { status, headers, body }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(line) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&rest[..line]).expect("a size is plain text");
        let size = usize::from_str_radix(size.trim(), 16).expect("a size is a number");
        body.extend_from_slice(&rest[line + 2..line + 2 + size]);
        rest = &rest[line + 4 + size..];
    }
    body
}

/// The value of the first field of this name in a page's forms.
pub fn field(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = page.split(&start).nth(1).unwrap_or_else(|| panic!("no field {name} in {page}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}
