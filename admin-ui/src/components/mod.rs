//! What pages are put together from.
//!
//! | module | what it draws |
//! |---|---|
//! | [`frame`] | the page around the content: head, menu, language, help |
//! | [`pieces`] | key figures, status marks, notes, breadcrumbs, empty states |
//! | [`table`] | headings that sort, cells that name themselves on a phone |
//! | [`bars`] | months as bars, beside the same month a year before |
//! | [`heat`] | departments and months as a coloured table |
//! | [`sparkline`] | a row's history in the size of a word |

pub mod bars;
pub mod frame;
pub mod heat;
pub mod pieces;
pub mod sparkline;
pub mod table;
