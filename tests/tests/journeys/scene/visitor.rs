//! A browser without pages: it keeps cookies and follows nothing by itself, so that a test sees every step.

use std::collections::BTreeMap;

use super::client::Answer;
use super::{Client, House};

/// The browser of one person.
pub struct Visitor {
    client: Client,
    host: String,
    cookies: BTreeMap<String, String>,
}

impl Visitor {
    /// Somebody who was never here.
    pub fn of(house: &House) -> Visitor {
        let port = house.ports().web;
        let client = Client::plain(port, "").over_tls(&house.authority());
        Visitor { client, host: format!("127.0.0.1:{port}"), cookies: BTreeMap::new() }
    }

    /// The same, who calls the server by this name.
    pub fn at(mut self, host: &str) -> Visitor {
        self.host = host.to_owned();
        self
    }

    /// Opens an address of the pages.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn open(&mut self, path: &str) -> Answer {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies = pairs.collect::<Vec<_>>().join("; ");
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {cookies}\r\n\
             Accept-Language: en\r\nConnection: close\r\n\r\n",
            self.host
        );
        let answer = self.client.exchange(request.as_bytes()).expect("the pages answer");
        for cookie in answer.fields("set-cookie") {
            let (name, value) = cookie.split_once('=').expect("a cookie has a name");
            let value = value.split(';').next().unwrap_or_default();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Puts a cookie there.
    pub fn keep(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Whether somebody is signed in here.
    pub fn is_signed_in(&self) -> bool {
        self.cookie("__Host-session").is_some()
    }
}

/// The value of a key in the question part of an address.
pub fn of_query(address: &str, key: &str) -> String {
    let (_, query) = address.split_once('?').unwrap_or_default();
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.find(|(name, _)| *name == key).map(|(_, value)| value.to_owned());
    value.unwrap_or_else(|| panic!("no {key} in {address}"))
}
