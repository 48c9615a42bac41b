//! The start page: how to print from this device, in three steps, without an administrator. Everybody may
//! read it; whoever is signed in sees the first print arrive.
//!
//! | module | what it holds |
//! |---|---|
//! | [`page`] | the page, its part with what arrived, and the file to download |
//! | [`link`] | a link of the person's own: the form, and the page that shows it, once |
//! | [`platform`] | which device somebody looks with |
//! | [`steps`] | the three steps for each device, in that device's own words |
//! | [`words`] | the page's other texts |

mod link;
pub mod page;
mod platform;
mod steps;
mod words;

pub use link::{file_by_link, make};
pub use page::{file, page};
