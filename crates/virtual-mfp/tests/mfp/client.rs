//! A small HTTP and IPP client on plain sockets, which shows every way in which an exchange ends.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use ipp_codec::Reply;

/// No exchange of a test takes longer.
const LIMIT: Duration = Duration::from_secs(20);

/// How an exchange ended without an answer.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// The port is closed.
    Refused,
    /// The connection ended before the answer did, in order or by a reset.
    Cut,
    /// Nothing came in time.
    Silence,
}

/// An HTTP answer.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub code: u16,
    /// The headers, as they came.
    pub headers: String,
    /// The body, of which at most `read_max` bytes are kept.
    pub body: Vec<u8>,
}

impl Answer {
    /// The IPP message in the body.
    ///
    /// # Panics
    /// When there is none.
    pub fn ipp(&self) -> Reply {
        assert_eq!(self.code, 200, "{}", self.headers);
        Reply::decode(&self.body).expect("the body is an IPP message")
    }
}

/// One HTTP request on a connection of its own.
#[derive(Debug, Clone)]
pub struct Exchange<'a> {
    /// Where to.
    pub address: SocketAddr,
    /// `POST /ipp/print` and the like.
    pub request: &'a str,
    /// The content type.
    pub content_type: &'a str,
    /// The body.
    pub body: &'a [u8],
    /// How long to wait for each part of the answer.
    pub patience: Duration,
    /// How much of the answer is read at most.
    pub read_max: usize,
}

impl<'a> Exchange<'a> {
    /// A request that waits long enough for every answer.
    pub fn new(
        address: SocketAddr,
        request: &'a str,
        content_type: &'a str,
        body: &'a [u8],
    ) -> Self {
        Exchange { address, request, content_type, body, patience: LIMIT, read_max: 1 << 20 }
    }

    /// Sends it and reads the answer to its end.
    ///
    /// # Errors
    /// How it ended without an answer.
    pub fn run(&self) -> Result<Answer, Failure> {
        let mut tcp = TcpStream::connect_timeout(&self.address, LIMIT).map_err(failure)?;
        tcp.set_read_timeout(Some(self.patience)).map_err(failure)?;
        tcp.set_write_timeout(Some(self.patience)).map_err(failure)?;
        let head = format!(
            "{} HTTP/1.1\r\nHost: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n",
            self.request,
            self.address,
            self.content_type,
            self.body.len()
        );
        tcp.write_all(head.as_bytes()).map_err(failure)?;
        // A printer may answer, or hang up, before it has read everything.
        let sent = tcp.write_all(self.body);
        let mut bytes = Vec::new();
        let read = (&mut tcp).take(self.read_max as u64).read_to_end(&mut bytes);
        match (parse(&bytes), read, sent) {
            (Some(answer), Ok(_), _) => Ok(answer),
            (_, Err(error), _) => Err(failure(error)),
            (None, Ok(_), Err(error)) => Err(failure(error)),
            (None, Ok(_), Ok(())) => Err(Failure::Cut),
        }
    }
}

fn failure(error: std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::ConnectionRefused => Failure::Refused,
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Failure::Silence,
        _ => Failure::Cut,
    }
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let headers = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let code = headers.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { code, headers, body: bytes[end + 4..].to_vec() })
}
