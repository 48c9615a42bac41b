//! What departments used, month by month.
//!
//! | module | what it does |
//! |---|---|
//! | [`figures`] | sums and comparisons; pure |
//! | [`question`] | what the address asks for: month, department, search, order; pure |
//! | [`page`] | the handlers of the page and of its file |
//! | [`rows`] | the table of departments, also alone for the script |

mod figures;
mod page;
mod question;
mod rows;

pub use page::{file, page};
