//! People on the pages: in a browser, or on a socket of its own, so that a test decides about every byte.

use std::io;

use real_parts::chromium::Chromium;

use super::client::{Answer, Connection};
use super::{Client, House, PASSWORD};

/// Signs in with the form that the browser shows.
pub fn sign_in(browser: &mut Chromium, login: &str) {
    browser.fill("#login", login);
    browser.fill("#password", PASSWORD);
    browser.click("form[action='/sign-in'] button");
}

/// A person's session.
pub struct Web {
    client: Client,
    host: String,
    /// Header fields of every request, each with its line end.
    fields: String,
    /// The header's value with the session.
    pub cookie: String,
    token: String,
}

impl Web {
    /// Signs in.
    ///
    /// # Panics
    /// When that is refused.
    pub fn signed_in(house: &House, login: &str) -> Web {
        let mut web = Web::visitor(house, None);
        let answer = web.sign_in(login, PASSWORD);
        assert_eq!(answer.http, 303, "{login}: {}", answer.head);
        web
    }

    /// Somebody who is not signed in; at this address, as a proxy says.
    pub fn visitor(house: &House, forwarded_for: Option<&str>) -> Web {
        let port = house.ports().web;
        let client = Client::plain(port, "").over_tls(&house.authority());
        let fields = forwarded_for.map(|address| format!("X-Forwarded-For: {address}\r\n"));
        let fields = fields.unwrap_or_default();
        let host = format!("127.0.0.1:{port}");
        Web { client, host, fields, cookie: String::new(), token: String::new() }
    }

    /// Fills in the form of the sign-in and sends it. The answer is 303 when it opened the pages.
    ///
    /// # Panics
    /// When there is no such form.
    pub fn sign_in(&mut self, login: &str, password: &str) -> Answer {
        self.cookie.clear();
        let form = self.ask("GET", "/sign-in", "", b"");
        self.cookie = cookie(&form, "__Host-form");
        let token = field(&String::from_utf8_lossy(&form.body), "token");
        let password = password.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let fields = format!("token={token}&login={login}&password={password}");
        let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
        let answer = self.ask("POST", "/sign-in", kind, fields.as_bytes());
        if answer.http == 303 {
            self.cookie = cookie(&answer, "__Host-session");
            let page = self.get("/print");
            self.token = field(&page, "token");
        }
        answer
    }

    /// A page.
    ///
    /// # Panics
    /// When it is not shown.
    pub fn get(&mut self, path: &str) -> String {
        let answer = self.ask("GET", path, "", b"");
        assert_eq!(answer.http, 200, "{path}: {}", answer.head);
        String::from_utf8(answer.body).expect("pages are UTF-8")
    }

    /// How a page answers.
    ///
    /// # Panics
    /// When it does not.
    pub fn status(&mut self, path: &str) -> u16 {
        self.ask("GET", path, "", b"").http
    }

    /// Sends a file by the form, as a browser without script does.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn upload(&mut self, name: &str, content: &[u8]) -> Answer {
        let form = self.form(name, content);
        self.exchange(&form)
    }

    /// The request with a file.
    pub fn form(&self, name: &str, content: &[u8]) -> Vec<u8> {
        let head = "--xyz\r\nContent-Disposition: form-data; name=";
        let mut body = Vec::new();
        for (field, value) in [("token", self.token.as_str()), ("queue", super::QUEUE)] {
            body.extend(format!("{head}\"{field}\"\r\n\r\n{value}\r\n").into_bytes());
        }
        body.extend(format!("{head}\"file\"; filename=\"{name}\"\r\n\r\n").into_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--xyz--\r\n");
        let kind = "Content-Type: multipart/form-data; boundary=xyz\r\n";
        self.request("POST", "/print", kind, &body)
    }

    /// Sends these bytes and reads the answer.
    ///
    /// # Panics
    /// When there is none.
    pub fn exchange(&self, wire: &[u8]) -> Answer {
        self.client.exchange(wire).unwrap_or_else(|error| panic!("no answer: {error}"))
    }

    /// Opens a connection.
    ///
    /// # Panics
    /// When nobody answers there.
    pub fn connect(&self) -> Connection {
        self.client.connect().unwrap_or_else(|error: io::Error| panic!("no connection: {error}"))
    }

    fn ask(&self, method: &str, path: &str, fields: &str, body: &[u8]) -> Answer {
        self.exchange(&self.request(method, path, fields, body))
    }

    fn request(&self, method: &str, path: &str, fields: &str, body: &[u8]) -> Vec<u8> {
        let Web { host, cookie, fields: every, .. } = self;
        let length = body.len();
        let mut wire = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: https://{host}\r\n\
             Accept-Language: en\r\nCookie: {cookie}\r\nContent-Length: {length}\r\n{every}{fields}\r\n"
        )
        .into_bytes();
        wire.extend_from_slice(body);
        wire
    }
}

/// The cookie that an answer sets, as it is sent back.
fn cookie(answer: &Answer, name: &str) -> String {
    let start = format!("set-cookie: {name}=");
    let line = answer
        .head
        .lines()
        .find(|line| line.to_ascii_lowercase().starts_with(&start.to_ascii_lowercase()));
    let line = line.unwrap_or_else(|| panic!("no cookie {name}: {}", answer.head));
    let value = line[start.len()..].split(';').next().unwrap_or_default();
    format!("{name}={value}")
}

/// The value of the first field of this name in a page's forms.
fn field(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = page.split(&start).nth(1).unwrap_or_else(|| panic!("no field {name} in {page}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}
