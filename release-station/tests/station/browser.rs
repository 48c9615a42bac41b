//! A very small browser: one request for each connection.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use crate::server::SOON;

/// An answer.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Status line and headers, in lower case.
    pub head: String,
    /// The body.
    pub body: String,
}

/// Sends a request as it is and reads the answer to its end.
pub async fn send(page: SocketAddr, request: &str) -> Answer {
    let mut stream = TcpStream::connect(page).await.expect("the page listens");
    stream.write_all(request.as_bytes()).await.expect("a request");
    let mut bytes = Vec::new();
    timeout(SOON, stream.read_to_end(&mut bytes)).await.expect("in time").expect("an answer");
    let text = String::from_utf8(bytes).expect("text");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    let status = head.split(' ').nth(1).expect("a status").parse().expect("a number");
    Answer { status, head: head.to_lowercase(), body: body.to_owned() }
}

/// Loads a page.
pub async fn get(page: SocketAddr, path: &str) -> Answer {
    send(page, &format!("GET {path} HTTP/1.1\r\nHost: {page}\r\nConnection: close\r\n\r\n")).await
}

/// Sends a form of our own page.
pub async fn post(page: SocketAddr, path: &str, form: &str) -> Answer {
    post_from(page, path, form, &format!("Origin: http://{page}\r\n")).await
}

/// Sends a form with other headers.
pub async fn post_from(page: SocketAddr, path: &str, form: &str, headers: &str) -> Answer {
    let length = form.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {page}\r\nConnection: close\r\n{headers}\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
    );
    send(page, &request).await
}

/// Loads the page until it shows a text; the page.
pub async fn until_shown(page: SocketAddr, text: &str) -> String {
    let deadline = Instant::now() + SOON;
    loop {
        let body = get(page, "/").await.body;
        if body.contains(text) {
            return body;
        }
        assert!(Instant::now() < deadline, "the page never shows “{text}”, but:\n{body}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// The event stream of a page.
pub struct Events {
    stream: TcpStream,
    text: String,
}

impl Events {
    /// Opens it.
    pub async fn open(page: SocketAddr) -> Self {
        let mut stream = TcpStream::connect(page).await.expect("the page listens");
        let request = format!("GET /events HTTP/1.1\r\nHost: {page}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("a request");
        Self { stream, text: String::new() }
    }

    /// Waits until a text has come, and forgets everything up to it.
    pub async fn until(&mut self, wanted: &str) {
        let found = timeout(SOON, async {
            let mut buffer = [0; 4096];
            loop {
                if let Some(at) = self.text.find(wanted) {
                    self.text.drain(..at + wanted.len());
                    return true;
                }
                let count = self.stream.read(&mut buffer).await.expect("the stream");
                if count == 0 {
                    return false;
                }
                self.text.push_str(&String::from_utf8_lossy(&buffer[..count]));
            }
        });
        assert!(found.await.expect("in time"), "the stream ended before “{wanted}”");
    }
}
