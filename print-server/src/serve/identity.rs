//! The certificate that clients and browsers see.

use crate::certificates::authority::{Authority, AuthorityError, Identity};
use crate::config::Certificate;

/// The one that the site brought, else one of our own authority for these names.
///
/// # Errors
/// [`AuthorityError`], naming the file.
pub fn of(
    authority: &Authority,
    brought: Option<&Certificate>,
    known: &[String],
) -> Result<Identity, AuthorityError> {
    let mut names = known.to_vec();
    names.push("127.0.0.1".into());
    names.sort();
    names.dedup();
    match brought {
        Some(pair) => Identity::load(&pair.chain, &pair.key),
        None => authority.server_identity(&names),
    }
}
