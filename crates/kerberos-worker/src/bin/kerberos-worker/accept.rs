//! The library's work, and its errors in our words.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kerberos_worker::{Accepted, Answer, Refused};
use libgssapi::context::{SecurityContext as _, ServerCtx};
use libgssapi::credential::{Cred, CredUsage};
use libgssapi::error::{Error, MajorFlags};
use libgssapi::name::Name;
use libgssapi::oid::{GSS_MECH_KRB5, GSS_MECH_SPNEGO, OidSet};

/// The bits of a status that say what went wrong (RFC 2743 section 1.2.1.1).
const ROUTINE_ERROR: u32 = 0x00FF_0000;

/// A refusal with the library's words.
pub type Failure = (Refused, String);

/// Whether there is a key at all.
pub fn check() -> Result<Answer, Failure> {
    key().map(|_| Answer::Ready)
}

/// Whose ticket the token holds.
pub fn accept(token: &[u8]) -> Result<Answer, Failure> {
    let mut context = ServerCtx::new(Some(key()?));
    let reply = context.step(token, None).map_err(refusal)?;
    // HTTP has no second round here: each request brings a whole proof (RFC 4559 section 5).
    if !context.is_complete() {
        return Err((Refused::Token, "the client wants to negotiate further".into()));
    }
    if context.mechanism().map_err(refusal)? != GSS_MECH_KRB5 {
        return Err((Refused::Token, "the client chose another mechanism".into()));
    }
    Ok(Answer::Accepted(Accepted {
        client: shown(&context.source_name().map_err(refusal)?)?,
        service: shown(&context.target_name().map_err(refusal)?)?,
        reply: reply.map(|reply| STANDARD.encode(&*reply)).unwrap_or_default(),
    }))
}

/// Whatever the keytab has keys for; the server looks afterwards which service it was. Only Kerberos, bare
/// (CUPS) or within SPNEGO (everybody else): a machine may have plug-ins for other mechanisms.
fn key() -> Result<Cred, Failure> {
    let mut mechanisms = OidSet::singleton(GSS_MECH_KRB5).map_err(refusal)?;
    mechanisms.add(GSS_MECH_SPNEGO).map_err(refusal)?;
    Cred::acquire(None, None, CredUsage::Accept, Some(&mechanisms))
        .map_err(|error| (Refused::NoKey, error.to_string()))
}

fn shown(name: &Name) -> Result<String, Failure> {
    let shown = name.display_name().map_err(refusal)?;
    String::from_utf8(shown.to_vec()).map_err(|error| (Refused::Ticket, error.to_string()))
}

/// What is wrong with a ticket, whether it has expired or came before, the library says in words only: its
/// numbers for that are made up anew in each process.
fn refusal(error: Error) -> Failure {
    let routine = error.major.bits() & ROUTINE_ERROR;
    let no_token = [MajorFlags::GSS_S_DEFECTIVE_TOKEN, MajorFlags::GSS_S_BAD_MECH];
    let is_token = !no_token.iter().any(|flag| flag.bits() == routine);
    let refused = if is_token { Refused::Ticket } else { Refused::Token };
    (refused, error.to_string())
}
