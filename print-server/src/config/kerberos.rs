//! Kerberos tickets as a way to sign in to a queue.

use std::path::PathBuf;

use serde::Deserialize;

/// How tickets are taken.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kerberos {
    /// The file with the service's keys; readable by its owner only.
    pub keytab: PathBuf,
    /// The services that clients ask tickets for, each with the name in the queues' addresses: `HTTP/` and,
    /// for CUPS and macOS, `host/`.
    pub services: Vec<String>,
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
        let is_whole = |parts: &Vec<String>| {
            parts.len() == 2
                && !parts.iter().any(|part| part.is_empty() || part.contains(['@', '\\']))
        };
        if self.services.is_empty() || !self.service_parts().iter().all(is_whole) {
            let problem = format!("{:?}: write them as HTTP/print.example.org", self.services);
            return Err(("kerberos.services", problem));
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

    /// The services' names, taken apart.
    #[must_use]
    pub fn service_parts(&self) -> Vec<Vec<String>> {
        let parts = |service: &String| service.split('/').map(str::to_owned).collect();
        self.services.iter().map(parts).collect()
    }
}
