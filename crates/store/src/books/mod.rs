//! The books: what was printed and who pays, what was done and by whom. They only grow.
//!
//! | module | what it holds |
//! |---|---|
//! | [`ledger`] | one immutable entry a print |
//! | [`usage`] | sums of it by month, department and printer |
//! | [`audit`] | what was done and by whom |

pub mod audit;
pub mod ledger;
pub mod usage;
