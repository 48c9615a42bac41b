//! Parts of the page "My prints" that are about more than one's own jobs.
//!
//! | module | what it holds |
//! |---|---|
//! | [`links`] | the person's links, by device, and the button that removes one |
//! | [`machines`] | what waits from shared machines |
//! | [`words`] | the texts of both |

pub mod links;
pub mod machines;
mod words;
