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
//! | [`sync`] | everybody, copied into the store, with a brake |
//! | [`sign_in`] | one person's password |
//! | [`unknown_cards`] | a card that was issued after the last copy |

mod breaker;
mod connection;
mod entry;
mod groups;
mod keeper;
mod rows;
mod search;
mod sign_in;
mod source;
mod sync;
mod unknown_cards;

#[cfg(test)]
mod tests;

pub use source::LdapPeople;
