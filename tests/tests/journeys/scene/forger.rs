//! An identity provider that says and signs whatever a test wants, on a port of its own under TLS.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use real_parts::certificates::Authority;
use real_parts::folder::Folder;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

/// How long a client of the forger may think.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer {
    /// With the published RSA key, PKCS #1.
    Rsa,
    /// With the published RSA key, PSS.
    RsaPss,
    /// With the published key on P-256.
    Ec,
    /// With the published Ed25519 key.
    Ed,
    /// With a key on P-256 that nobody published, under the published one's name.
    Thief,
    /// The public RSA key as the secret of an HMAC.
    PublicKeyAsSecret,
    /// Not at all.
    Nobody,
}

/// The forger.
pub struct Forger {
    port: u16,
    rsa: RsaKeyPair,
    ec: EcdsaKeyPair,
    ed: Ed25519KeyPair,
    thief: EcdsaKeyPair,
    authority: Authority,
    folder: Folder,
    told: Arc<Told>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Told {
    answers: Mutex<HashMap<String, String>>,
    asked: Mutex<Vec<(String, String)>>,
    over: AtomicBool,
}

impl Forger {
    /// A forger that is at work.
    pub fn start() -> Forger {
        let ec = || EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let authority = Authority::new("Forged provider authority");
        let folder = Folder::new("forger");
        authority.write_to(folder.path(), "ca.pem");
        let mut forger = Forger {
            port: real_parts::ports::free(),
            rsa: RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"),
            ec: ec(),
            ed: Ed25519KeyPair::generate().expect("a key"),
            thief: ec(),
            authority,
            folder,
            told: Arc::default(),
            thread: None,
        };
        forger.publish();
        forger.begin_work();
        forger
    }

    /// What it calls itself.
    pub fn issuer(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// The certificate of the authority that signed its own.
    pub fn authority_file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    fn publish(&self) {
        let issuer = self.issuer();
        let document = json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize?kind=x"),
            "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
        });
        self.answers("/.well-known/openid-configuration", &document);
        // RFC 8017 appendix A.1.1: at the end of the key stand the modulus, of 256 bytes here, and the exponent
        // 65537 as an integer of 5 bytes.
        let rsa = self.rsa.public_key().as_ref();
        let (rsa, exponent) = rsa.split_at(rsa.len() - 5);
        let modulus = &rsa[rsa.len() - 256..];
        let number = |bytes: &[u8]| BASE64.encode(bytes);
        let point = self.ec.public_key().as_ref();
        let keys = json!({ "keys": [
            { "kty": "RSA", "kid": "rsa", "use": "sig",
              "n": number(modulus),
              "e": number(&exponent[2..]) },
            { "kty": "EC", "kid": "ec", "crv": "P-256", "alg": "ES256",
              "x": number(&point[1..33]), "y": number(&point[33..]) },
            { "kty": "OKP", "kid": "ed", "crv": "Ed25519", "x": number(self.ed.public_key().as_ref()) },
            { "kty": "oct", "kid": "shared", "k": number(b"a secret that everybody knows") },
            { "kty": "something new", "kid": "new" },
        ]});
        self.answers("/keys", &keys);
    }

    /// Answers this path so from now on.
    pub fn answers(&self, path: &str, content: &Value) {
        self.told
            .answers
            .lock()
            .expect("nobody panicked")
            .insert(path.to_owned(), content.to_string());
    }

    /// The forms that were sent to this path.
    pub fn asked(&self, path: &str) -> Vec<String> {
        let asked = self.told.asked.lock().expect("nobody panicked");
        asked.iter().filter(|(at, _)| at == path).map(|(_, form)| form.clone()).collect()
    }

    /// A token that says this.
    pub fn token(&self, header: &Value, says: &Value, signer: Signer) -> String {
        let part = |value: &Value| BASE64.encode(value.to_string());
        let text = format!("{}.{}", part(header), part(says));
        let signature = self.signature(text.as_bytes(), signer);
        format!("{text}.{}", BASE64.encode(signature))
    }

    /// The header of a token that is signed so.
    pub fn header(signer: Signer) -> Value {
        let (alg, kid) = match signer {
            Signer::Rsa => ("RS256", "rsa"),
            Signer::RsaPss => ("PS256", "rsa"),
            Signer::Ec | Signer::Thief => ("ES256", "ec"),
            Signer::Ed => ("EdDSA", "ed"),
            Signer::PublicKeyAsSecret => ("HS256", "rsa"),
            Signer::Nobody => ("none", "rsa"),
        };
        json!({ "alg": alg, "kid": kid, "typ": "JWT" })
    }

    fn signature(&self, text: &[u8], signer: Signer) -> Vec<u8> {
        let random = SystemRandom::new();
        let by_rsa = |encoding: &'static dyn aws_lc_rs::signature::RsaEncoding| {
            let mut signature = vec![0; self.rsa.public_modulus_len()];
            self.rsa.sign(encoding, &random, text, &mut signature).expect("a signature");
            signature
        };
        let by_ec = |key: &EcdsaKeyPair| key.sign(&random, text).expect("a signature");
        match signer {
            Signer::Rsa => by_rsa(&RSA_PKCS1_SHA256),
            Signer::RsaPss => by_rsa(&RSA_PSS_SHA256),
            Signer::Ec => by_ec(&self.ec).as_ref().to_vec(),
            Signer::Thief => by_ec(&self.thief).as_ref().to_vec(),
            Signer::Ed => self.ed.sign(text).as_ref().to_vec(),
            Signer::PublicKeyAsSecret => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, self.rsa.public_key().as_ref());
                hmac::sign(&key, text).as_ref().to_vec()
            }
            Signer::Nobody => Vec::new(),
        }
    }

    /// Nobody answers any more.
    pub fn take_down(&mut self) {
        self.told.over.store(true, Ordering::SeqCst);
        // Wakes the thread; an error means that it is gone already.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the forger does not panic");
        }
    }

    /// Answers again.
    pub fn begin_work(&mut self) {
        let certificate = self.authority.server();
        let chain = CertificateDer::from_pem_slice(certificate.pem.as_bytes()).expect("PEM");
        let key = PrivateKeyDer::from_pem_slice(certificate.key_pem.as_bytes()).expect("PEM");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider knows TLS")
            .with_no_client_auth()
            .with_single_cert(vec![chain], key)
            .expect("key and certificate fit");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).expect("a free port");
        let (told, config) = (Arc::clone(&self.told), Arc::new(config));
        told.over.store(false, Ordering::SeqCst);
        self.thread = Some(std::thread::spawn(move || {
            for stream in listener.incoming() {
                if told.over.load(Ordering::SeqCst) {
                    return;
                }
                // A client that breaks off is no fault of the forger's.
                let _ = stream.and_then(|stream| serve(stream, &config, &told));
            }
        }));
    }
}

impl Drop for Forger {
    fn drop(&mut self) {
        self.take_down();
    }
}

fn serve(stream: TcpStream, config: &Arc<ServerConfig>, told: &Told) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let session = ServerConnection::new(Arc::clone(config)).map_err(std::io::Error::other)?;
    let mut stream = StreamOwned::new(session, stream);
    let (head, form) = read_question(&mut stream)?;
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let answer = told.answers.lock().expect("nobody panicked").get(&path).cloned();
    told.asked.lock().expect("nobody panicked").push((path, form));
    let (status, body) = match answer {
        Some(body) => ("200 OK", body),
        None => ("400 Bad Request", r#"{"error":"invalid_grant"}"#.to_owned()),
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )?;
    stream.conn.send_close_notify();
    stream.flush()
}

fn read_question(stream: &mut impl Read) -> std::io::Result<(String, String)> {
    let mut read = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let field = |line: &str| {
                line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok()
            };
            let length: usize = head.lines().find_map(field).unwrap_or(0);
            if body.len() >= length {
                return Ok((head.to_owned(), body.to_owned()));
            }
        }
        match stream.read(&mut buffer)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            count => read.extend_from_slice(&buffer[..count]),
        }
    }
}
