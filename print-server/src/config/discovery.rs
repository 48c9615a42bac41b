//! How queues are announced to clients on the network.

use serde::Deserialize;

/// The table `[discovery]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Discovery {
    /// Whether queues are announced on the local network, by Avahi.
    pub enabled: bool,
    /// Whether `ipp` without TLS is announced beside `ipps`.
    pub plain: bool,
    /// The host that clients are sent to. Without it, this machine under its local name.
    pub host: Option<String>,
    /// The address of the bus where Avahi is. Without it, the system's.
    pub bus: Option<String>,
}

impl Default for Discovery {
    fn default() -> Self {
        Self { enabled: true, plain: true, host: None, bus: None }
    }
}

impl Discovery {
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        if let Some(host) = &self.host
            && (!host.contains('.') || host.len() > 253 || !host.chars().all(plain))
        {
            let problem = format!("\"{host}\" is not a host name with its domain");
            return Err(("discovery.host", problem));
        }
        Ok(())
    }
}
