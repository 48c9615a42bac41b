//! Signing in elsewhere: an OpenID Connect provider says who somebody is, our copy of the directory says
//! whether they may print. Nothing but the provider's signature is believed.
//!
//! | module | what it does |
//! |---|---|
//! | [`address`] | where a provider is: `https` only |
//! | [`https`] | one question to the provider, within a deadline and a size |
//! | [`provider`] | what the provider says of itself and its keys, remembered and asked again |
//! | [`signing_keys`] | its public keys (RFC 7517), and what each may sign (RFC 7518) |
//! | [`token`] | a signed token (RFC 7519): taken apart, its signature checked |
//! | [`claims`] | what a token says: by whom, for whom, until when, about whom |
//! | [`errand`] | one sign-in on its way to the provider and back, sealed in the browser's cookie |
//! | [`sign_in`] | the authorization code flow with PKCE, for the pages |
//! | [`bearer`] | access tokens of print clients, for the door `bearer` |

mod address;
mod bearer;
mod claims;
mod errand;
mod https;
mod provider;
mod sign_in;
mod signing_keys;
mod token;

pub use address::HttpsAddress;
pub use bearer::{Bearer, BearerError};
pub use provider::Provider;
pub use sign_in::{PagesSignIn, PagesSignInParts, back, read_secret};
