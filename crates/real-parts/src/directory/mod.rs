//! Directories of people: OpenLDAP's server, and who is in it; Samba's as Active Directory; realms; providers.

pub mod campus;
pub mod kdc;
pub mod oidc;
pub mod samba;
pub mod slapd;
