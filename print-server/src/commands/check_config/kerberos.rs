//! Can Kerberos tickets be taken?

use super::Findings;
use crate::commands::sentence;
use crate::config::Kerberos;
use crate::doors::tickets::{self, Tickets};

pub(super) fn look_at(settings: Option<&Kerberos>, findings: &mut Findings) {
    let Some(settings) = settings else { return };
    let entry = "kerberos";
    match tickets::keys(settings) {
        Ok(keys) => {
            let keytab = settings.keytab.display();
            findings
                .good(entry, &format!("{keytab} has keys for {}", settings.services.join(", ")));
            if !keys.iter().any(|key| settings.realms.contains(&key.principal.realm)) {
                let realm = &keys[0].principal.realm;
                let text = format!("the key is of the realm {realm}, whose people are not let in");
                findings.note("kerberos.realms", &text);
            }
            if let Some(weak) = keys.iter().find(|key| !key.is_strong()) {
                let text = format!(
                    "the key for {} has the old cipher {}: make one for AES",
                    weak.principal, weak.cipher
                );
                findings.note("kerberos.keytab", &text);
            }
        }
        Err(error) => return findings.bad(entry, &sentence(&error)),
    }
    let folder = settings.replay_cache.parent().unwrap_or(&settings.replay_cache);
    super::look_at_folder("kerberos.replay_cache", folder, findings);
    match Tickets::open(settings).map(|tickets| ask(&tickets)) {
        Ok(Ok(())) => findings.good(entry, "the Kerberos library can accept tickets"),
        Ok(Err(error)) => findings.bad(entry, &error),
        Err(error) => findings.bad(entry, &sentence(&error)),
    }
}

/// Whether the library of this machine reads the keytab, too.
fn ask(tickets: &Tickets) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(tickets.check()).map_err(|error| sentence(&error))
}
