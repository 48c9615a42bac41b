//! A mail server as a test wants it: away, there and silent, or at work. It is always at the same port.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use real_parts::certificates::Authority;
use real_parts::ports;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// How long a client may think.
const PATIENCE: Duration = Duration::from_secs(10);

/// A mail that was taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mail {
    /// Whom it is to, as the client said.
    pub to: String,
    /// Its `Message-ID`.
    pub id: String,
}

/// The place of a mail server.
pub struct PostOffice {
    port: u16,
    authority: Authority,
}

/// A mail server that lets clients connect and never says a word.
pub struct Silent(TcpListener);

/// A mail server at work; dropped, it is away.
pub struct Open {
    port: u16,
    taken: Arc<Mutex<Vec<Mail>>>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl PostOffice {
    /// A place where no mail server is yet.
    pub fn closed() -> PostOffice {
        PostOffice { port: ports::free(), authority: Authority::new("Mail authority") }
    }

    /// The certificate by which it is trusted, as PEM.
    pub fn authority(&self) -> String {
        self.authority.pem()
    }

    /// The section of a print server that sends its notices here.
    pub fn settings(&self, authority_file: &str) -> String {
        format!(
            "[mail]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"tls\"\n\
             from = \"print@example.org\"\nca = \"{authority_file}\"\n",
            self.port
        )
    }

    /// Lets clients connect, and says nothing.
    ///
    /// # Panics
    /// When somebody else has the port.
    pub fn fall_silent(&self) -> Silent {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port));
        let listener = listener.expect("the port is ours");
        listener.set_nonblocking(true).expect("it is a socket");
        Silent(listener)
    }

    /// Takes mail.
    ///
    /// # Panics
    /// When somebody else has the port.
    pub fn open(&self) -> Open {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port));
        let listener = listener.expect("the port is ours");
        let config = Arc::new(self.tls());
        let (taken, over) = (Arc::<Mutex<Vec<Mail>>>::default(), Arc::<AtomicBool>::default());
        let (keep, stop) = (Arc::clone(&taken), Arc::clone(&over));
        let thread = std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if stop.load(Ordering::Acquire) {
                    return;
                }
                // A client that breaks off is no news.
                let _ = talk(stream, &config, &keep);
            }
        });
        Open { port: self.port, taken, over, thread: Some(thread) }
    }

    fn tls(&self) -> ServerConfig {
        // An error means that another part of this process has set it.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let made = self.authority.server_for(&["127.0.0.1"]);
        let chain = CertificateDer::pem_slice_iter(made.pem.as_bytes());
        let chain = chain.collect::<Result<Vec<_>, _>>().expect("a certificate");
        let key = PrivateKeyDer::from_pem_slice(made.key_pem.as_bytes()).expect("a key");
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key);
        config.expect("a certificate with its key")
    }
}

impl Silent {
    /// The next client that has connected, if there is one.
    pub fn client(&self) -> Option<TcpStream> {
        let (stream, _) = self.0.accept().ok()?;
        stream.set_nonblocking(true).expect("it is a socket");
        Some(stream)
    }
}

/// Whether this client still waits for a word.
pub fn is_waiting(mut client: &TcpStream) -> bool {
    let mut said = [0; 4_096];
    loop {
        match client.read(&mut said) {
            Ok(0) => return false,
            // The beginning of its handshake.
            Ok(_) => {}
            Err(error) => return error.kind() == std::io::ErrorKind::WouldBlock,
        }
    }
}

impl Open {
    /// What was taken so far.
    pub fn taken(&self) -> Vec<Mail> {
        self.taken.lock().expect("nobody panics with it").clone()
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
        // Wakes whoever waits for a client. An error means that it has ended.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Talks SMTP (RFC 5321) under TLS until the client leaves.
fn talk(
    stream: TcpStream,
    config: &Arc<ServerConfig>,
    taken: &Mutex<Vec<Mail>>,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let session = ServerConnection::new(Arc::clone(config)).map_err(std::io::Error::other)?;
    let mut stream = BufReader::new(StreamOwned::new(session, stream));
    let say = |stream: &mut BufReader<StreamOwned<_, _>>, text: &str| {
        let stream: &mut StreamOwned<ServerConnection, TcpStream> = stream.get_mut();
        stream.write_all(text.as_bytes())?;
        stream.flush()
    };
    say(&mut stream, "220 mail.test\r\n")?;
    let (mut to, mut line) = (String::new(), String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let command = line.trim_end().to_owned();
        match command.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => say(&mut stream, "250 mail.test\r\n")?,
            "DATA" => {
                say(&mut stream, "354 go on\r\n")?;
                let mut id = String::new();
                loop {
                    line.clear();
                    stream.read_line(&mut line)?;
                    match line.trim_end() {
                        "." => break,
                        text => {
                            if let Some(found) = text.strip_prefix("Message-ID: ") {
                                found.clone_into(&mut id);
                            }
                        }
                    }
                }
                let mail = Mail { to: to.clone(), id };
                taken.lock().expect("nobody panics with it").push(mail);
                say(&mut stream, "250 it is mine\r\n")?;
            }
            "QUIT" => return say(&mut stream, "221 bye\r\n"),
            word => {
                if word == "RCPT" {
                    to = command.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                }
                say(&mut stream, "250 ok\r\n")?;
            }
        }
    }
}
