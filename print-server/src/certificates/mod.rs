//! Certificates: the installation's own small authority, and how long those in use are still good.

pub mod authority;
pub mod validity;
