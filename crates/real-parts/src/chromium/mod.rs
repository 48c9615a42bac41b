//! A browser without a window, used as a person would: open, look, click, type.
//!
//! - [`page`]: the page and what can be done on it.
//! - `connection`: Chromium's DevTools protocol over two pipes.

mod connection;
pub mod page;

pub use page::{Chromium, Key, Window};
