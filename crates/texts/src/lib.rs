//! Both languages: one place per text, numbers and dates as each language writes them, and IPP's
//! keywords as sentences.
//!
//! | module | what it holds |
//! |---|---|
//! | [`language`] | Swedish, English, and how one of them is chosen |
//! | [`catalogue`] | the macro [`texts!`] for typed catalogues, and the rules every catalogue keeps |
//! | [`numbers`] | numbers, money, percent, sizes, counts with their noun |
//! | [`dates`] | months, and how long ago something was |
//! | [`sentences`] | states, reasons and outcomes as plain sentences |

pub mod catalogue;
pub mod dates;
pub mod language;
pub mod numbers;
pub mod sentences;

pub use language::Language;
