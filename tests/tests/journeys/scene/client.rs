//! A print client on a socket of its own, so that a test decides about every byte.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ipp_codec::{Attribute, ClientRequest, Group, GroupTag, Operation, Reply, names};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// No answer takes longer.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// A client of one queue.
#[derive(Clone)]
pub struct Client {
    port: u16,
    queue: String,
    tls: Option<Arc<ClientConfig>>,
    authorization: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub http: u16,
    /// The HTTP fields, as they came.
    pub head: String,
    /// What followed them.
    pub body: Vec<u8>,
}

impl Answer {
    /// The values of an HTTP field, in their order; its name in small letters.
    pub fn fields(&self, name: &str) -> Vec<String> {
        let pairs = self.head.lines().filter_map(|line| line.split_once(':'));
        let wanted = pairs.filter(|(field, _)| field.eq_ignore_ascii_case(name));
        wanted.map(|(_, value)| value.trim().to_owned()).collect()
    }

    /// What followed the HTTP fields, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The IPP answer.
    ///
    /// # Panics
    /// When it is none.
    pub fn ipp(&self) -> Reply {
        assert_eq!(self.http, 200, "{}", self.head);
        Reply::decode(&self.body).unwrap_or_else(|error| panic!("{error:?}: {}", self.head))
    }

    /// The number of the job that it tells of.
    ///
    /// # Panics
    /// When there is none.
    pub fn job_number(&self) -> i32 {
        let reply = self.ipp();
        let number = reply.integer(GroupTag::JOB, names::JOB_ID);
        number.unwrap_or_else(|| panic!("{} {:?}", reply.status(), reply.status_message()))
    }
}

impl Client {
    /// A client without TLS.
    pub fn plain(port: u16, queue: &str) -> Client {
        Client { port, queue: queue.to_owned(), tls: None, authorization: None }
    }

    /// The same over TLS, trusting the authority in this PEM text only.
    pub fn over_tls(mut self, authority: &str) -> Client {
        // An error means that another client of this process has set it.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut roots = RootCertStore::empty();
        let certificate = CertificateDer::from_pem_slice(authority.as_bytes());
        roots.add(certificate.expect("the authority is PEM")).expect("it is a certificate");
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        self.tls = Some(Arc::new(config));
        self
    }

    /// The same with name and password (RFC 7617).
    pub fn signed_in(mut self, login: &str, password: &str) -> Client {
        let credentials = BASE64_STANDARD.encode(format!("{login}:{password}"));
        self.authorization = Some(format!("Basic {credentials}"));
        self
    }

    /// The same with this header `Authorization`.
    pub fn authorized_by(mut self, header: &str) -> Client {
        self.authorization = Some(header.to_owned());
        self
    }

    /// The same with an access token (RFC 6750).
    pub fn with_token(mut self, token: &str) -> Client {
        self.authorization = Some(format!("Bearer {token}"));
        self
    }

    /// The address of the queue.
    pub fn uri(&self) -> String {
        let scheme = if self.tls.is_some() { "ipps" } else { "ipp" };
        format!("{scheme}://127.0.0.1:{}/ipp/print/{}", self.port, self.queue)
    }

    /// A request to the queue, as `user`.
    pub fn request(&self, operation: Operation, user: &str) -> ClientRequest {
        ClientRequest::new(operation, &self.uri()).requesting_user_name(user)
    }

    /// A Print-Job request, as `user`; the document follows it.
    pub fn print_job(&self, user: &str, title: &str) -> ClientRequest {
        self.request(Operation::PRINT_JOB, user)
            .attribute(Attribute::name(names::JOB_NAME, title))
            .attribute(Attribute::mime_type(names::DOCUMENT_FORMAT, "application/pdf"))
    }

    /// Prints a document and gives the job's number.
    ///
    /// # Panics
    /// When it is not taken.
    pub fn print(&self, user: &str, document: &[u8]) -> i32 {
        self.ask(&self.print_job(user, "Report"), document).job_number()
    }

    /// What the server says of a job of `user`.
    ///
    /// # Panics
    /// When it does not say anything.
    pub fn job(&self, user: &str, number: i32) -> Group {
        let request = ClientRequest::new(Operation::GET_JOB_ATTRIBUTES, &self.uri())
            .job_id(number)
            .requesting_user_name(user);
        let reply = self.ask(&request, &[]).ipp();
        let group = reply.groups(GroupTag::JOB).next().cloned();
        group.unwrap_or_else(|| panic!("{} {:?}", reply.status(), reply.status_message()))
    }

    /// Sends a request with its document and reads the answer.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn ask(&self, request: &ClientRequest, document: &[u8]) -> Answer {
        self.try_ask(request, document).unwrap_or_else(|error| panic!("no answer: {error}"))
    }

    /// The same, for those who expect that the server dies.
    ///
    /// # Errors
    /// When there is no whole answer.
    pub fn try_ask(&self, request: &ClientRequest, document: &[u8]) -> io::Result<Answer> {
        let mut body = request.encode().expect("our own requests can be written");
        body.extend_from_slice(document);
        self.exchange(&self.http(&body))
    }

    /// The HTTP request around a body.
    pub fn http(&self, body: &[u8]) -> Vec<u8> {
        let mut wire = self.head(&format!("Content-Length: {}\r\n", body.len())).into_bytes();
        wire.extend_from_slice(body);
        wire
    }

    /// The head of an HTTP request with these further fields, each with its line end.
    pub fn head(&self, fields: &str) -> String {
        let authorization = self.authorization.as_ref();
        let authorization =
            authorization.map(|text| format!("Authorization: {text}\r\n")).unwrap_or_default();
        format!(
            "POST /ipp/print/{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\
             Content-Type: application/ipp\r\n{authorization}{fields}\r\n",
            self.queue, self.port
        )
    }

    /// Sends these bytes on a new connection and reads one answer.
    ///
    /// # Errors
    /// When there is no whole answer.
    pub fn exchange(&self, wire: &[u8]) -> io::Result<Answer> {
        let mut connection = self.connect()?;
        // A server may refuse before it has read everything; its answer counts, not our error.
        let sent = connection.write_all(wire).and_then(|()| connection.flush());
        read_answer(&mut connection).map_err(|error| sent.err().unwrap_or(error))
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// When nobody answers there.
    pub fn connect(&self) -> io::Result<Connection> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let stream = TcpStream::connect_timeout(&address, ANSWER_LIMIT)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_LIMIT))?;
        stream.set_write_timeout(Some(ANSWER_LIMIT))?;
        let Some(config) = &self.tls else { return Ok(Connection::Plain(stream)) };
        let name = ServerName::IpAddress(address.ip().into());
        let session = ClientConnection::new(Arc::clone(config), name).map_err(io::Error::other)?;
        Ok(Connection::Tls(Box::new(StreamOwned::new(session, stream))))
    }
}

/// An open connection.
pub enum Connection {
    /// Without TLS.
    Plain(TcpStream),
    /// With it.
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Connection {
    fn socket(&self) -> &TcpStream {
        match self {
            Connection::Plain(stream) => stream,
            Connection::Tls(stream) => stream.get_ref(),
        }
    }

    /// How long a read may wait.
    ///
    /// # Panics
    /// Never: the limit is not zero.
    pub fn wait_at_most(&self, limit: Duration) {
        self.socket().set_read_timeout(Some(limit)).expect("the limit is not zero");
    }

    /// Says that nothing more follows, and goes on listening.
    pub fn finish_sending(&self) {
        // An error means that the server has closed already.
        let _ = self.socket().shutdown(Shutdown::Write);
    }
}

impl Read for Connection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Connection::Plain(stream) => stream.read(buffer),
            Connection::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Connection::Plain(stream) => stream.write(bytes),
            Connection::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Connection::Plain(stream) => stream.flush(),
            Connection::Tls(stream) => stream.flush(),
        }
    }
}

/// Reads one HTTP answer to its end; a 100 (Continue) before it is passed over.
///
/// # Errors
/// When the connection ends first, or what comes is no HTTP.
pub fn read_answer(from: &mut impl Read) -> io::Result<Answer> {
    let mut read = Vec::new();
    loop {
        while let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&read[..end]).into_owned();
            let rest = read.split_off(end + 4);
            let http = head.split(' ').nth(1).and_then(|code| code.parse().ok());
            let http = http.ok_or_else(|| io::Error::other(format!("no HTTP: {head}")))?;
            if http == 100 {
                read = rest;
                continue;
            }
            let body = read_body(from, rest, &head)?;
            return Ok(Answer { http, head, body });
        }
        more(from, &mut read)?;
    }
}

fn read_body(from: &mut impl Read, mut body: Vec<u8>, head: &str) -> io::Result<Vec<u8>> {
    let field =
        |line: &str| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok();
    let length: usize = head.lines().find_map(field).unwrap_or(0);
    while body.len() < length {
        more(from, &mut body)?;
    }
    body.truncate(length);
    Ok(body)
}

fn more(from: &mut impl Read, read: &mut Vec<u8>) -> io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    match from.read(&mut buffer)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        count => {
            read.extend_from_slice(&buffer[..count]);
            Ok(())
        }
    }
}
