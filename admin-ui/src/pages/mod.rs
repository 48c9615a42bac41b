//! The pages: each file has one page's handler and what it shows.

pub mod accessibility;
pub mod alarms;
pub mod elsewhere;
pub mod errors;
pub mod job;
pub mod jobs;
pub mod jobs_table;
pub mod live;
pub mod mine;
pub mod my_notices;
pub mod my_prints;
pub mod new_card;
pub mod overview;
pub mod print;
pub mod printers;
pub mod sign_in;
pub mod start;
pub mod to_check;
pub mod usage;
