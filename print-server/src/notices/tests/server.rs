//! As much of a mail server as the tests need: TLS at once or after STARTTLS, sign-in, one mail after
//! another. It keeps what it took.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use real_parts::certificates::Authority;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// A mail that the server promised to deliver.
#[derive(Debug, Clone)]
pub struct Taken {
    pub to: String,
    pub text: String,
    pub signed_in: bool,
}

impl Taken {
    /// The value of a header.
    pub fn header(&self, name: &str) -> String {
        let start = format!("{name}: ");
        let found = self.text.lines().find_map(|line| line.strip_prefix(start.as_str()));
        found.unwrap_or_else(|| panic!("no {name} in {}", self.text)).to_owned()
    }
}

/// How the server talks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// TLS at once.
    Tls,
    /// TLS after STARTTLS, and nothing else before it.
    StartTls,
    /// Plain, and it knows no TLS.
    Plain,
    /// It takes connections and says nothing.
    Silent,
}

/// A running mail server; dropped, it is gone.
pub struct MailServer {
    pub address: SocketAddr,
    pub taken: Arc<Mutex<Vec<Taken>>>,
    accepting: JoinHandle<()>,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl MailServer {
    pub async fn start(address: SocketAddr, manner: Manner, authority: &Authority) -> Self {
        let listener = TcpListener::bind(address).await.expect("the port is free");
        let address = listener.local_addr().expect("a bound port has an address");
        let acceptor = acceptor(authority);
        let taken = Arc::<Mutex<Vec<Taken>>>::default();
        let keep = Arc::clone(&taken);
        let accepting = tokio::spawn(async move {
            let mut talks = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                talks.spawn(serve(stream, manner, acceptor.clone(), Arc::clone(&keep)));
            }
        });
        Self { address, taken, accepting }
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().expect("nobody panics with it").clone()
    }
}

fn acceptor(authority: &Authority) -> TlsAcceptor {
    let made = authority.server_for(&["127.0.0.1"]);
    let chain = CertificateDer::pem_slice_iter(made.pem.as_bytes());
    let chain = chain.collect::<Result<Vec<_>, _>>().expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(made.key_pem.as_bytes()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a certificate with its key");
    TlsAcceptor::from(Arc::new(config))
}

async fn serve(
    stream: TcpStream,
    manner: Manner,
    acceptor: TlsAcceptor,
    taken: Arc<Mutex<Vec<Taken>>>,
) {
    match manner {
        Manner::Silent => std::future::pending().await,
        Manner::Plain => {
            talk(stream, true, false, &taken).await;
        }
        Manner::Tls => {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            talk(stream, true, false, &taken).await;
        }
        Manner::StartTls => {
            let Some(stream) = talk(stream, true, true, &taken).await else { return };
            let Ok(stream) = acceptor.accept(stream).await else { return };
            talk(stream, false, false, &taken).await;
        }
    }
}

/// Talks until the client leaves, or gives the stream back at STARTTLS.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    greets: bool,
    offers_tls: bool,
    taken: &Mutex<Vec<Taken>>,
) -> Option<S> {
    let mut stream = BufReader::new(stream);
    if greets {
        stream.write_all(b"220 mail.test\r\n").await.ok()?;
    }
    let (mut to, mut signed_in) = (String::new(), false);
    loop {
        let line = line(&mut stream).await?;
        let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match word.as_str() {
            "EHLO" if offers_tls => "250-mail.test\r\n250 STARTTLS\r\n",
            "EHLO" => "250-mail.test\r\n250 AUTH PLAIN\r\n",
            "STARTTLS" if offers_tls => {
                stream.write_all(b"220 go on\r\n").await.ok()?;
                return Some(stream.into_inner());
            }
            _ if offers_tls => "530 STARTTLS first\r\n",
            // The Base64 of NUL, print, NUL, tulpan-7.
            "AUTH" if line.ends_with("AHByaW50AHR1bHBhbi03") => {
                signed_in = true;
                "235 welcome\r\n"
            }
            "AUTH" => "535 who are you\r\n",
            "RCPT" if line.contains("gone@") => "550 nobody of that name\r\n",
            "RCPT" if line.contains("later@") => "450 the box is full\r\n",
            "RCPT" => {
                line.clone_into(&mut to);
                "250 ok\r\n"
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.ok()?;
                let text = text(&mut stream).await?;
                let mail = Taken { to: to.clone(), text, signed_in };
                taken.lock().expect("nobody panics with it").push(mail);
                "250 it is mine\r\n"
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await.ok()?;
                return None;
            }
            _ => "250 ok\r\n",
        };
        stream.write_all(answer.as_bytes()).await.ok()?;
        stream.flush().await.ok()?;
    }
}

async fn text<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<String> {
    let mut text = String::new();
    loop {
        let line = line(stream).await?;
        if line == "." {
            return Some(text);
        }
        text.push_str(&line);
        text.push('\n');
    }
}

async fn line<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end().to_owned())
}
