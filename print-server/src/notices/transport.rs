//! The way to the mail server: SMTP (RFC 5321) under TLS, with the server's certificate checked.

use std::path::Path;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::config::{Mail, MailSecurity};

/// One mail, from the connection to the server's word that it has it. Beyond this the server counts as down.
const SENT_WITHIN: Duration = Duration::from_secs(20);

/// What the server answers with when it never takes a mail for this address (RFC 5321 section 4.2.2). Other
/// refusals, as of our own account, are for an administrator to mend, and the mail waits.
const NEVER: [u16; 5] = [550, 551, 552, 553, 556];

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotSent {
    /// The server never takes it.
    #[error("the mail server refuses it: {0}")]
    Never(String),
    /// The server does not take this one now.
    #[error("the mail server does not take it now: {0}")]
    NotNow(String),
    /// The server cannot be used at present, by any mail.
    #[error("the mail server cannot be used: {0}")]
    Down(String),
}

/// The mail server.
#[derive(Debug)]
pub struct Transport(AsyncSmtpTransport<Tokio1Executor>);

impl Transport {
    /// The mail server of the configuration; `our_host` is what we call ourselves. Nothing is sent yet.
    ///
    /// # Errors
    /// A sentence that names the entry and the file which cannot be used.
    pub fn new(mail: &Mail, our_host: &str) -> Result<Self, String> {
        let mut tls = TlsParameters::builder(mail.host.clone());
        if let Some(path) = &mail.ca {
            let certificate = Certificate::from_pem(&read("mail.ca", path)?);
            let certificate = certificate.map_err(|_| bad_authorities(path))?;
            tls = tls.certificate_store(CertificateStore::None).add_root_certificate(certificate);
        }
        let tls = tls.build().map_err(|error| format!("mail.ca: {error}"))?;
        let tls = match mail.security {
            MailSecurity::Tls => Tls::Wrapper(tls),
            MailSecurity::StartTls => Tls::Required(tls),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.host)
            .port(mail.port())
            .tls(tls)
            .hello_name(ClientId::Domain(our_host.to_owned()))
            .timeout(Some(SENT_WITHIN));
        if let (Some(login), Some(path)) = (&mail.login, &mail.password_file) {
            let password = String::from_utf8(read("mail.password_file", path)?);
            let password = password.map_err(|_| "mail.password_file: not a text".to_owned())?;
            let password = password.trim_end_matches(['\r', '\n']).to_owned();
            builder = builder.credentials(Credentials::new(login.clone(), password));
        }
        Ok(Self(builder.build()))
    }

    /// Sends one mail. When this returns without an error, the mail server has promised to deliver it.
    ///
    /// # Errors
    /// [`NotSent`], which says whether to try again.
    pub async fn send(&self, message: Message) -> Result<(), NotSent> {
        match tokio::time::timeout(SENT_WITHIN, self.0.send(message)).await {
            Err(_) => Err(NotSent::Down("it does not answer in time".into())),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => {
                let text = match std::error::Error::source(&error) {
                    Some(source) => format!("{error}: {source}"),
                    None => error.to_string(),
                };
                let status = error.status().map(u16::from);
                Err(match status {
                    Some(status) if NEVER.contains(&status) => NotSent::Never(text),
                    // 421: it goes away.
                    Some(400..=420 | 422..=499) => NotSent::NotNow(text),
                    _ => NotSent::Down(text),
                })
            }
        }
    }
}

fn read(entry: &str, path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{entry}: {}: {error}", path.display()))
}

fn bad_authorities(path: &Path) -> String {
    format!("mail.ca: {} holds no certificates in PEM form", path.display())
}
