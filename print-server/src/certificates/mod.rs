//! Certificates: the installation's own small authority, how long those in use are still good, and whose
//! are believed of the servers that we ask.

pub mod authority;
pub mod invitation;
pub mod stations;
pub mod trust;
pub mod validity;
