//! Kerberos tickets as a way to sign in to a queue.

use std::path::PathBuf;

use serde::Deserialize;

/// How tickets are taken.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kerberos {
    /// The file with the service's keys; readable by its owner only.
    pub keytab: PathBuf,
    /// The service that clients ask tickets for: `HTTP/` and the name in the queues' addresses.
    pub service: String,
    /// The realms whose people are ours: what stands before the realm is then the login name. Tickets of
    /// other realms are refused, however far the realm's own trust goes.
    pub realms: Vec<String>,
    /// The file in which tokens are remembered, so that none is taken twice; it is made when needed.
    pub replay_cache: PathBuf,
    /// The configuration of the Kerberos library; without it, the system's `/etc/krb5.conf`.
    #[serde(default)]
    pub krb5_conf: Option<PathBuf>,
}

impl Kerberos {
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        [&mut self.keytab, &mut self.replay_cache].into_iter().chain(&mut self.krb5_conf)
    }

    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        if !matches!(self.service_parts().as_slice(), [service, host]
            if !service.is_empty() && !host.is_empty() && !self.service.contains(['@', '\\']))
        {
            let problem = format!("\"{}\": write it as HTTP/print.example.org", self.service);
            return Err(("kerberos.service", problem));
        }
        if self.realms.is_empty() {
            return Err(("kerberos.realms", "name the realm of your people".into()));
        }
        match self.realms.iter().find(|realm| realm.is_empty() || realm.contains(['@', '/', '\\']))
        {
            Some(realm) => {
                Err(("kerberos.realms", format!("\"{realm}\": write it as EXAMPLE.ORG")))
            }
            None => Ok(()),
        }
    }

    /// The service's name, taken apart.
    #[must_use]
    pub fn service_parts(&self) -> Vec<String> {
        self.service.split('/').map(str::to_owned).collect()
    }
}
