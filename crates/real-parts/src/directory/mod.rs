//! A directory of people: OpenLDAP's server, and who is in it.

pub mod campus;
pub mod kdc;
pub mod oidc;
pub mod slapd;
