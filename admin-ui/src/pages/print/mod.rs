//! The page that takes a file and holds it like any other print: for devices that cannot print by
//! themselves, and for whoever has no time to add a queue.
//!
//! | module | what it does |
//! |---|---|
//! | [`page`](mod@page) | the form, and what came just now with its pages and its price |
//! | [`send`](mod@send) | takes the form: everything is checked before a byte of a file is read |
//! | `order` | the fields before the files |
//! | [`places`] | so many files at once, so many of one person |
//! | [`words`] | the texts |

mod order;
mod page;
pub mod places;
mod send;
pub mod words;

pub use page::{page, upload_link};
pub use send::send;
