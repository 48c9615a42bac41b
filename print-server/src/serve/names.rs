//! By which names clients may call this server, and by which it is announced.

use crate::config::Config;
use crate::discovery::announcement::Place;
use crate::discovery::announcer::Reach;
use crate::ipp::offer::description::{House, TokenSource};
use crate::ipp::places::HostNames;

/// The names by which print clients may call us, which also stand in our own certificate.
#[must_use]
pub fn host_names(config: &Config) -> HostNames {
    let print = &config.listeners.print;
    let mut known = vec!["localhost".to_owned(), print.host()];
    known.extend(print.aliases.iter().cloned());
    if config.discovery.enabled {
        known.extend(config.discovery.host.clone().or_else(local_name));
    }
    HostNames { canonical: print.authority(), known, web_port: config.listeners.web.address.port() }
}

/// How browsers reach the pages, as `https://print.example.org`.
#[must_use]
pub fn pages(config: &Config) -> String {
    if let Some(pages) = config.oidc.as_ref().and_then(|oidc| oidc.pages.clone()) {
        return pages;
    }
    let HostNames { canonical, web_port, .. } = host_names(config);
    let host = canonical.rsplit_once(':').map_or(canonical.as_str(), |(host, _)| host);
    if web_port == 443 { format!("https://{host}") } else { format!("https://{host}:{web_port}") }
}

/// What every queue says alike.
#[must_use]
pub fn house(config: &Config) -> House {
    House {
        organisation: config.organisation.clone(),
        tickets: config.kerberos.is_some(),
        multiple_operation_seconds: config.limits.multiple_operation_seconds,
        tokens: config.oidc.as_ref().and_then(|oidc| {
            let bearer = oidc.bearer.as_ref()?;
            Some(TokenSource { server: oidc.issuer.clone(), scopes: bearer.scopes.clone() })
        }),
    }
}

/// What the announcements of all queues have in common.
#[must_use]
pub fn announced_place(config: &Config) -> Place {
    Place {
        names: host_names(config),
        house: house(config),
        host: config.discovery.host.clone(),
        port: config.listeners.print.address.port(),
        plain: config.discovery.plain,
    }
}

/// Whether anybody but this machine could follow an announcement.
#[must_use]
pub fn reach(config: &Config) -> Reach {
    let loopback = config.listeners.print.address.ip().is_loopback();
    if loopback { Reach::Loopback } else { Reach::Everywhere }
}

/// The name under which Avahi announces this machine, as long as nobody else has it.
fn local_name() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    let label = name.trim().split('.').next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let whole = !label.is_empty() && label.len() <= 63 && label.chars().all(plain);
    whole.then(|| format!("{label}.local"))
}
