//! Which queue or job an address means, and the addresses we hand out.
//!
//! Accepted paths: `/`, `/ipp/print`, `/ipp/print/<queue>`, `/printers/<queue>`, each followed by
//! `/<job-id>` for a job, and `/jobs/<job-id>`. Behind a queue's name may stand `/u/` and the secret of a
//! link, which says who prints and changes nothing about the place.

use hyper::header::HOST;
use hyper::http::request::Parts;
use print_core::JobNumber;

use crate::doors::LinkSecret;

/// The longest queue name in an address.
const NAME_BYTES_MAX: usize = 127;

/// What a path means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The server as a whole.
    Server,
    /// A queue by its name.
    Queue(String),
    /// A job; its number alone tells which.
    Job(JobNumber),
}

impl Place {
    /// What `path` means; none when it means nothing.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        let (path, _) = LinkSecret::split(path)?;
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let place = match (parts.next(), parts.next(), parts.next(), parts.next(), parts.next()) {
            (None, ..) => Self::Server,
            (Some("ipp"), Some("print"), None, ..) => Self::Server,
            (Some("ipp"), Some("print"), Some(name), None, _) => Self::Queue(queue_name(name)?),
            (Some("ipp"), Some("print"), Some(name), Some(job), None) => {
                queue_name(name)?;
                Self::Job(number(job)?)
            }
            (Some("printers"), Some(name), None, ..) => Self::Queue(queue_name(name)?),
            (Some("printers"), Some(name), Some(job), None, _) => {
                queue_name(name)?;
                Self::Job(number(job)?)
            }
            (Some("jobs"), Some(job), None, ..) => Self::Job(number(job)?),
            _ => return None,
        };
        Some(place)
    }

    /// What the path of `uri` means. The host is not compared: a client may know us by any name.
    #[must_use]
    pub fn of_uri(uri: &str) -> Option<Self> {
        let (scheme, rest) = uri.split_once("://")?;
        if !matches!(scheme, "ipp" | "ipps" | "http" | "https") {
            return None;
        }
        let path = rest.find('/').map_or("", |slash| &rest[slash..]);
        Self::of_path(path.split(['?', '#']).next().unwrap_or_default())
    }
}

/// Queue names in addresses are letters, digits, `-`, `_` and `.`: nothing to decode, nothing to hide.
fn queue_name(text: &str) -> Option<String> {
    is_queue_name(text).then(|| text.to_owned())
}

/// Whether a queue may be called this.
#[must_use]
pub fn is_queue_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !text.is_empty()
        && text.len() <= NAME_BYTES_MAX
        && text.chars().all(plain)
        && !text.starts_with('.')
}

fn number(text: &str) -> Option<JobNumber> {
    let plain = text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok().and_then(JobNumber::new))?
}

/// How a client reached us: the beginning of every address in our answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Base {
    /// Host and port.
    pub authority: String,
    /// Whether the connection is under TLS.
    pub tls: bool,
    /// Whether the request was posted to `/`, as CUPS's `lp -h` does. It takes a list of addresses for one
    /// address with commas in it, and must be told only one.
    pub at_root: bool,
    /// The port of the pages.
    pub web_port: u16,
    /// The link that stands in the address, and so in those that lead back to us.
    pub link: Option<LinkSecret>,
}

impl Base {
    /// The base for a request: its `Host` when that is a name of ours, else our own name.
    #[must_use]
    pub fn of(parts: &Parts, tls: bool, names: &HostNames) -> Self {
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let authority = host.filter(|host| names.accepts(host)).unwrap_or(&names.canonical);
        let at_root = parts.uri.path() == "/";
        let web_port = names.web_port;
        let link = LinkSecret::split(parts.uri.path()).and_then(|(_, link)| link);
        Self { authority: authority.to_ascii_lowercase(), tls, at_root, web_port, link }
    }

    /// The same without the link: what everybody reads.
    #[must_use]
    pub fn without_link(&self) -> Self {
        Self { link: None, ..self.clone() }
    }

    fn scheme(&self) -> &'static str {
        if self.tls { "ipps" } else { "ipp" }
    }

    /// The address of a queue.
    #[must_use]
    pub fn queue(&self, name: &str) -> String {
        let link = self.link.as_ref().map(LinkSecret::path).unwrap_or_default();
        format!("{}://{}/ipp/print/{name}{link}", self.scheme(), self.authority)
    }

    /// The address of a queue, by the other or the same scheme.
    #[must_use]
    pub fn queue_by(&self, tls: bool, name: &str) -> String {
        Self { tls, ..self.clone() }.queue(name)
    }

    /// The address of a page, on the host by which the client reached us.
    #[must_use]
    pub fn page(&self, path: &str) -> String {
        format!("https://{}:{}{path}", host_of(&self.authority), self.web_port)
    }

    /// The address of something that the port for printing serves over HTTP.
    #[must_use]
    pub fn resource(&self, path: &str) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://{}{path}", self.authority)
    }

    /// The address of a job.
    #[must_use]
    pub fn job(&self, queue: &str, number: JobNumber) -> String {
        format!("{}/{number}", self.queue(queue))
    }
}

/// The names by which clients may call us.
#[derive(Debug, Clone)]
pub struct HostNames {
    /// Host and port that stand in our addresses when a client calls us by none of our names.
    pub canonical: String,
    /// Host names without ports.
    pub known: Vec<String>,
    /// The port of the pages.
    pub web_port: u16,
}

impl HostNames {
    /// Whether `host` (with or without a port) is one of our names or a plain address.
    fn accepts(&self, host: &str) -> bool {
        let name = host_of(host);
        let port = host[name.len()..].strip_prefix(':');
        // A port of a thousand zeros would stand in every address of the answer.
        if port.is_some_and(|port| port.len() > 5 || port.parse::<u16>().is_err()) {
            return false;
        }
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        bare.parse::<std::net::IpAddr>().is_ok()
            || self.known.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// The host of `host:port`.
fn host_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_mean_queues_and_jobs() {
        let queue = |name: &str| Some(Place::Queue(name.into()));
        let job = |n| JobNumber::new(n).map(Place::Job);
        for (path, wanted) in [
            ("/", Some(Place::Server)),
            ("/ipp/print", Some(Place::Server)),
            ("/ipp/print/followme", queue("followme")),
            ("/ipp/print/followme/", queue("followme")),
            ("/printers/followme", queue("followme")),
            ("/ipp/print/followme/17", job(17)),
            ("/jobs/17", job(17)),
            ("/jobs/0", None),
            ("/jobs/99999999999", None),
            ("/jobs/+1", None),
            ("/ipp/print/../etc", None),
            ("/ipp/print/%2e%2e", None),
            ("/ipp/print/a/1/2", None),
            ("/admin", None),
        ] {
            assert_eq!(Place::of_path(path), wanted, "{path}");
        }
        assert_eq!(Place::of_uri("ipp://any.host:631/printers/q"), queue("q"));
        assert_eq!(Place::of_uri("ipp://localhost"), Some(Place::Server));
        assert_eq!(Place::of_uri("file:///etc/passwd"), None);
    }

    #[test]
    fn only_names_of_ours_stand_in_our_addresses() {
        let known = vec!["localhost".into()];
        let names = HostNames { canonical: "print.example:631".into(), known, web_port: 443 };
        for (host, wanted) in [
            ("localhost:8631", true),
            ("LOCALHOST", true),
            ("127.0.0.1:8631", true),
            ("[::1]:8631", true),
            ("evil.example:631", false),
            ("localhost:8631/x", false),
            ("localhost:", false),
            ("127.0.0.1:00000000000000000631", false),
            ("127.0.0.1:65536", false),
            ("[::1]", true),
        ] {
            assert_eq!(names.accepts(host), wanted, "{host}");
        }
    }
}
