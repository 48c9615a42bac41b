//! One HTTP/1.1 connection of a client that knows its servers.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use ipp_codec::Reply;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;

use super::request::Post;

/// An answer of our servers and CUPS's is far shorter.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// Where a server is, and how to speak to it.
#[derive(Debug, Clone)]
pub struct Address {
    port: u16,
    tls: Option<Arc<ClientConfig>>,
}

impl Address {
    /// A port of this machine, in the clear.
    pub fn plain(port: u16) -> Address {
        Address { port, tls: None }
    }

    /// The same under TLS.
    pub fn tls(port: u16, config: Arc<ClientConfig>) -> Address {
        Address { port, tls: Some(config) }
    }

    fn socket(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// An open connection.
pub struct Connection {
    stream: Box<dyn Stream>,
    /// What was read and not looked at yet.
    read: Vec<u8>,
}

/// What a server said.
#[derive(Debug)]
pub struct Answer {
    http_status: u16,
    body: Vec<u8>,
}

impl Answer {
    /// Whether the server did what it was asked for. The bare server answers without a body.
    pub fn is_good(&self) -> bool {
        let ipp = self.body.get(2..4).map(|code| u16::from_be_bytes([code[0], code[1]]));
        self.http_status == 200 && ipp.is_none_or(|status| status < 0x0100)
    }

    /// The answer as an IPP message, if it is one.
    pub fn reply(&self) -> Option<Reply> {
        Reply::decode(&self.body).ok()
    }

    /// The answer in a few words, for the person who looks for what went wrong.
    pub fn sentence(&self) -> String {
        match self.reply() {
            Some(reply) => {
                let message = reply.status_message().unwrap_or_default();
                format!("HTTP {}, {} {message}", self.http_status, reply.status())
            }
            None => format!("HTTP {}", self.http_status),
        }
    }
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When nobody answers there, or TLS cannot be agreed on.
    pub async fn open(address: &Address) -> io::Result<Connection> {
        Connection::over(TcpStream::connect(address.socket()).await?, address).await
    }

    /// The same from this address of the machine's own.
    ///
    /// # Errors
    /// As [`Connection::open`].
    pub async fn open_from(source: Ipv4Addr, address: &Address) -> io::Result<Connection> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((source, 0).into())?;
        Connection::over(socket.connect(address.socket()).await?, address).await
    }

    async fn over(stream: TcpStream, address: &Address) -> io::Result<Connection> {
        stream.set_nodelay(true)?;
        let stream: Box<dyn Stream> = match &address.tls {
            None => Box::new(stream),
            Some(config) => {
                let connector = TlsConnector::from(Arc::clone(config));
                let name = ServerName::IpAddress(address.socket().ip().into());
                Box::new(connector.connect(name, stream).await?)
            }
        };
        Ok(Connection { stream, read: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and reads the answer to its end.
    ///
    /// # Errors
    /// When the connection ends before, or the answer is no HTTP that this client reads.
    pub async fn ask(&mut self, post: &Post) -> io::Result<Answer> {
        self.stream.write_all(post.bytes()).await?;
        self.stream.flush().await?;
        self.answer().await
    }

    async fn answer(&mut self) -> io::Result<Answer> {
        let end = self.find(b"\r\n\r\n").await?;
        let head: Vec<u8> = self.read.drain(..end).collect();
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        let http_status = status.ok_or_else(|| malformed("the status"))?;
        let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name));
        let body = if field("transfer-encoding:").is_some_and(|kind| kind.contains("chunked")) {
            self.chunks().await?
        } else {
            let length = field("content-length:").map_or("0", str::trim);
            let length: usize = length.parse().map_err(|_| malformed("the length"))?;
            self.take(length).await?
        };
        Ok(Answer { http_status, body })
    }

    async fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let end = self.find(b"\r\n").await?;
            let line: Vec<u8> = self.read.drain(..end).collect();
            let length = String::from_utf8_lossy(&line);
            let length = length.trim().split(';').next().unwrap_or_default();
            let length = usize::from_str_radix(length, 16).map_err(|_| malformed("a chunk"))?;
            let chunk = self.take(length.saturating_add(2)).await?;
            if length == 0 {
                return Ok(body);
            }
            body.extend_from_slice(&chunk[..length]);
        }
    }

    /// Reads until `mark` is there; gives where it ends.
    async fn find(&mut self, mark: &[u8]) -> io::Result<usize> {
        loop {
            let found = self.read.windows(mark.len()).position(|window| window == mark);
            if let Some(position) = found {
                return Ok(position + mark.len());
            }
            self.more().await?;
        }
    }

    async fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        if length > ANSWER_BYTES_MAX {
            return Err(malformed("an answer of that length"));
        }
        while self.read.len() < length {
            self.more().await?;
        }
        Ok(self.read.drain(..length).collect())
    }

    async fn more(&mut self) -> io::Result<()> {
        if self.read.len() > ANSWER_BYTES_MAX {
            return Err(malformed("an answer without an end"));
        }
        match self.stream.read_buf(&mut self.read).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Connection").finish_non_exhaustive()
    }
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the answer cannot be read: {what}"))
}
