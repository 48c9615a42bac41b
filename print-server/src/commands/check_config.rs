//! `print-server check-config`: would the server start with this file?

mod kerberos;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::ExitCode;

use print_core::{Clock as _, SystemClock, Timestamp};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use store::DatabaseUrl;

use super::sentence;
use crate::certificates::authority::{Authority, CERTIFICATE_FILE, Identity};
use crate::certificates::trust::tls_settings;
use crate::certificates::validity;
use crate::config::{Certificate, Config, Directory, Printers};
use crate::directory::look_through;
use crate::keys::InstallationKey;
use crate::listeners::tls;
use crate::notices::transport::Transport;
use crate::serve::names;

/// A certificate that ends sooner is worth a note.
const EXPIRY_NOTED_DAYS: i64 = 30;

/// What was found, one line each.
#[derive(Debug, Default)]
struct Findings {
    lines: Vec<String>,
    is_bad: bool,
}

impl Findings {
    fn good(&mut self, entry: &str, text: &str) {
        self.lines.push(format!("good  {entry}: {text}"));
    }

    fn note(&mut self, entry: &str, text: &str) {
        self.lines.push(format!("note  {entry}: {text}"));
    }

    fn bad(&mut self, entry: &str, text: &str) {
        self.lines.push(format!("BAD   {entry}: {text}"));
        self.is_bad = true;
    }
}

/// Says what is right and wrong with the file, and answers whether the server could start with it.
pub fn check_config(path: &Path, syntax_only: bool) -> ExitCode {
    let mut findings = Findings::default();
    match Config::load(path) {
        Err(error) => findings.bad("file", &sentence(&error)),
        Ok(config) => {
            findings.good("file", &format!("{} can be read", path.display()));
            if !syntax_only {
                look(&config, &mut findings);
            }
        }
    }
    for line in &findings.lines {
        println!("{line}");
    }
    if findings.is_bad { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn look(config: &Config, findings: &mut Findings) {
    look_at_database(config, findings);
    look_at_folder("spool.directory", &config.spool.directory, findings);
    look_at_folder("keys.directory", &config.keys.directory, findings);
    look_at_key(&config.keys.installation_key, findings);
    let listeners = &config.listeners;
    look_at_authority(&listeners.station.authority, findings);
    let now = SystemClock.now();
    look_at_certificate("listeners.print", listeners.print.certificate.as_ref(), now, findings);
    look_at_certificate("listeners.web", listeners.web.certificate.as_ref(), now, findings);
    config.directories.iter().for_each(|one| look_at_directory(one, findings));
    look_at_printers(&config.printers, findings);
    look_at_mail(config, findings);
    kerberos::look_at(config.kerberos.as_ref(), findings);
    look_at_provider(config, findings);
}

fn look_at_provider(config: &Config, findings: &mut Findings) {
    let Some(oidc) = &config.oidc else {
        return findings.note("oidc", "no identity provider: people sign in with their password");
    };
    match &oidc.client_secret_file {
        Some(path) => {
            warn_of_readers("oidc.client_secret_file", path, findings);
            if let Err(problem) = crate::oidc::read_secret(path) {
                return findings.bad("oidc", &problem);
            }
        }
        None => {
            findings.note("oidc.client_secret_file", "none: the provider must know us as public")
        }
    }
    match tls_settings(oidc.ca.as_deref()) {
        Ok(_) => {
            let back = crate::oidc::back(&names::pages(config));
            let text = format!("{} is to send people back to {back}", oidc.issuer);
            findings.good("oidc", &text);
        }
        Err(problem) => findings.bad("oidc.ca", &problem),
    }
}

fn look_at_mail(config: &Config, findings: &mut Findings) {
    let Some(mail) = &config.mail else {
        return findings.note("mail", "no mail server: people read their notices on their page");
    };
    if let Some(path) = &mail.password_file {
        warn_of_readers("mail.password_file", path, findings);
    }
    match Transport::new(mail, "localhost") {
        Ok(_) => findings.good("mail", &format!("notices go to {}:{}", mail.host, mail.port())),
        Err(problem) => findings.bad("mail", &problem),
    }
}

fn look_at_database(config: &Config, findings: &mut Findings) {
    let url = match (&config.database.url, &config.database.url_file) {
        (Some(url), _) => {
            // The password of an address stands between the name and the at sign.
            let server = url.split_once("://").map_or("", |(_, rest)| rest);
            let account = server.split_once('@').map_or("", |(account, _)| account);
            if account.contains(':') {
                findings
                    .bad("database.url", "a password belongs into url_file, not into this file");
            }
            url.clone()
        }
        (None, Some(file)) => match read_secret("database.url_file", file, findings) {
            Some(text) => text,
            None => return,
        },
        (None, None) => return,
    };
    match DatabaseUrl::parse(&url) {
        Err(error) => findings.bad("database", &error.to_string()),
        Ok(DatabaseUrl::Sqlite(file)) => {
            let folder = file.parent().unwrap_or(Path::new("/"));
            look_at_folder("database", folder, findings);
        }
        Ok(url) => findings.good("database", &format!("{url:?}")),
    }
}

/// A folder that the server makes when it is missing: then its nearest parent must be there.
fn look_at_folder(entry: &str, folder: &Path, findings: &mut Findings) {
    let shown = folder.display();
    let Some(existing) = folder.ancestors().find(|path| path.exists()) else {
        return findings.bad(entry, &format!("{shown}: no part of this path is there"));
    };
    let writable =
        rustix::fs::access(existing, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK);
    match (existing == folder, writable) {
        _ if !existing.is_dir() => {
            findings.bad(entry, &format!("{} is not a folder", existing.display()));
        }
        (_, Err(error)) => {
            findings.bad(entry, &format!("{} cannot be written: {error}", existing.display()));
        }
        (true, Ok(())) => findings.good(entry, &format!("{shown} is there")),
        (false, Ok(())) => findings.good(entry, &format!("{shown} is made at the first start")),
    }
}

fn look_at_key(path: &Path, findings: &mut Findings) {
    let entry = "keys.installation_key";
    if !path.exists() {
        let text = format!("{} is missing: print-server init makes it", path.display());
        return findings.bad(entry, &text);
    }
    match InstallationKey::load(path) {
        Ok(_) => {
            findings.good(entry, &format!("{} is a key that we alone can read", path.display()))
        }
        Err(error) => findings.bad(entry, &sentence(&error)),
    }
}

fn look_at_authority(folder: &Path, findings: &mut Findings) {
    let entry = "listeners.station.authority";
    let certificate = folder.join(CERTIFICATE_FILE);
    if !certificate.exists() {
        findings.note(entry, "is missing: print-server init makes it, and else the first start");
        return look_at_folder(entry, folder, findings);
    }
    if !Authority::can_sign(folder) {
        let text = "its key (ca.key) is gone: bring back the copy; a new authority needs new files for \
                    every station";
        return findings.bad(entry, text);
    }
    match CertificateDer::from_pem_file(&certificate) {
        Ok(_) => findings.good(entry, &format!("{} can be read", certificate.display())),
        Err(_) => findings
            .bad(entry, &format!("{} is not a certificate in PEM form", certificate.display())),
    }
}

fn look_at_certificate(
    entry: &str,
    pair: Option<&Certificate>,
    now: Timestamp,
    findings: &mut Findings,
) {
    let Some(pair) = pair else {
        let text = "no certificate is named: the installation's own authority makes one, which \
                    clients and browsers do not know";
        return findings.note(entry, text);
    };
    let usable = Identity::load(&pair.chain, &pair.key)
        .map_err(|error| sentence(&error))
        .and_then(|identity| tls::for_clients(identity).map_err(|error| sentence(&error)));
    match usable {
        Ok(_) => findings.good(entry, &format!("{} and its key fit", pair.chain.display())),
        Err(text) => findings.bad(entry, &text),
    }
    let left = validity::until(&pair.chain).map(|until| validity::days_left(until, now));
    match left {
        Some(..0) => findings.bad(entry, &format!("{} has expired", pair.chain.display())),
        Some(days @ 0..EXPIRY_NOTED_DAYS) => {
            findings.note(entry, &format!("{} expires in {days} days", pair.chain.display()));
        }
        Some(_) | None => {}
    }
    warn_of_readers(&format!("{entry}.certificate.key"), &pair.key, findings);
}

fn look_at_directory(directory: &Directory, findings: &mut Findings) {
    match directory {
        Directory::File(file) => {
            let entry = "directory.path";
            match fs::read_to_string(&file.path) {
                Err(error) => findings.bad(entry, &format!("{}: {error}", file.path.display())),
                Ok(text) => match look_through(&text) {
                    Ok(people) => {
                        let text = format!("{} names people: {people}", file.path.display());
                        findings.good(entry, &text);
                    }
                    Err(problem) => findings.bad(entry, &problem),
                },
            }
            warn_of_readers(entry, &file.path, findings);
        }
        Directory::Ldap(ldap) | Directory::Active(ldap) => {
            let entry = "directory.password_file";
            match read_secret(entry, &ldap.password_file, findings) {
                // RFC 4513 section 5.1.2: a bind with an empty password is anonymous.
                Some(password) if password.is_empty() => findings.bad(entry, "the file is empty"),
                Some(_) => findings.good(entry, "can be read by us"),
                None => {}
            }
            if let Some(ca) = &ldap.ca {
                let certificates = CertificateDer::pem_file_iter(ca)
                    .and_then(|certificates| certificates.collect::<Result<Vec<_>, _>>());
                match certificates {
                    Ok(found) if !found.is_empty() => {
                        let text = format!("{} holds {}", ca.display(), found.len());
                        findings.good("directory.ca", &text);
                    }
                    _ => findings.bad(
                        "directory.ca",
                        &format!("{} holds no certificate in PEM form", ca.display()),
                    ),
                }
            }
        }
    }
}

fn look_at_printers(printers: &Printers, findings: &mut Findings) {
    let entry = "printers";
    if printers.authorities.is_none() && printers.certificates.is_empty() {
        let text = "no certificates are named: a printer at an ipps address gets no job before an \
                    administrator has confirmed it (admin printer pin)";
        return findings.note(entry, text);
    }
    match printers.trust() {
        Ok(_) => findings.good(entry, "the certificates of printers can be read"),
        Err(error) => findings.bad(entry, &sentence(&error)),
    }
}

fn read_secret(entry: &str, path: &Path, findings: &mut Findings) -> Option<String> {
    warn_of_readers(entry, path, findings);
    match fs::read_to_string(path) {
        Ok(text) => Some(text.trim().to_owned()),
        Err(error) => {
            findings.bad(entry, &format!("{}: {error}", path.display()));
            None
        }
    }
}

fn warn_of_readers(entry: &str, path: &Path, findings: &mut Findings) {
    let mode = fs::metadata(path).map(|found| found.permissions().mode());
    if mode.is_ok_and(|mode| mode & 0o007 != 0) {
        let text =
            format!("{} can be read by everybody on this machine: chmod 600", path.display());
        findings.bad(entry, &text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_configuration_can_be_read() {
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/print-server.toml");
        let config = Config::load(&example).unwrap_or_else(|error| panic!("{}", sentence(&error)));
        assert!(matches!(config.directories[..], [Directory::Ldap(_)]));
        assert!(config.database.url_file.is_some());
    }

    #[test]
    fn what_is_missing_and_what_is_too_open_is_named() {
        let folder =
            std::env::temp_dir().join(format!("check-config-{}", print_core::JobId::new()));
        fs::create_dir(&folder).unwrap();
        let secret = folder.join("secret");
        fs::write(&secret, "text").unwrap();
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
        let mut findings = Findings::default();
        look_at_key(&folder.join("no.key"), &mut findings);
        assert_eq!(read_secret("entry", &secret, &mut findings).as_deref(), Some("text"));
        look_at_folder("folder", &folder.join("a/b"), &mut findings);
        look_at_folder("file", &secret.join("a"), &mut findings);
        fs::remove_dir_all(&folder).unwrap();
        let wanted = ["BAD", "print-server init", "BAD", "chmod 600", "good", "first start", "BAD"];
        let lines: Vec<_> = findings.lines.iter().flat_map(|line| [line, line]).collect();
        for (line, wanted) in lines.iter().zip(wanted) {
            assert!(line.contains(wanted), "{line}: {wanted}");
        }
        assert!(findings.is_bad);
    }
}
