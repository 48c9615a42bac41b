//! Parts of the page "My prints" that are about more than one's own jobs.
//!
//! | module | what it holds |
//! |---|---|
//! | [`cards`] | the person's cards, and the buttons that confirm or block one |
//! | [`codes`] | codes for a station, in place of a card or to add one |
//! | [`delegates`] | who may collect the person's prints, and the mark that keeps a print from them |
//! | [`links`] | the person's links, by device, and the button that removes one |
//! | [`machines`] | what waits from shared machines |
//! | [`own_pin`] | the PIN that some queues demand beside the card |
//! | [`rows`] | the table of cards, links and delegates |
//! | [`words`] | the texts of all |

pub mod cards;
pub mod codes;
pub mod delegates;
pub mod links;
pub mod machines;
pub mod own_pin;
mod rows;
mod words;
