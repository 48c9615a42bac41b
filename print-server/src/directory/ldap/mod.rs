//! People from a directory server (LDAP, RFC 4511), always over TLS.
//!
//! | module | what it is |
//! |---|---|
//! | [`source`] | the directory as the rest of the program knows it |
//! | [`connection`] | one connection: opened, secured, signed in, asked |
//! | [`keeper`] | connections that are kept, thrown away and replaced; several servers |
//! | [`breaker`] | which server is tried, and which is left alone for a while |
//! | [`search`] | questions and the entries that answer them |
//! | [`entry`] | an entry as a person |
//! | [`rows`] | people and departments as rows of the store |
//! | [`groups`] | groups of groups |
//! | [`active`] | what is Active Directory's own |
//! | [`sync`] | everybody, copied into the store, with a brake |
//! | [`changes`] | what changed since the last copy, by either kind of directory |
//! | [`refresh`] | the changes of an OpenLDAP server (RFC 4533) |
//! | [`sign_in`] | one person's password |
//! | [`unknown_cards`] | a card that was issued after the last copy |

mod active;
mod breaker;
mod changes;
mod connection;
mod entry;
mod groups;
mod keeper;
mod refresh;
mod rows;
mod search;
mod sign_in;
mod source;
mod sync;
mod unknown_cards;

#[cfg(test)]
mod tests;

pub use source::LdapPeople;
