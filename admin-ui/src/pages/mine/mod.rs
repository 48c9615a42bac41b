//! Parts of the page "My prints" that are about more than one's own jobs.
//!
//! | module | what it holds |
//! |---|---|
//! | [`cards`] | the person's cards, and the buttons that confirm or block one |
//! | [`links`] | the person's links, by device, and the button that removes one |
//! | [`machines`] | what waits from shared machines |
//! | [`words`] | the texts of all |

pub mod cards;
pub mod links;
pub mod machines;
mod words;
