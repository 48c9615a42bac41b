//! What goes on beside printing: what time does to jobs, what pages asked of them, what a crash left behind,
//! and the lease by which this server is the only one of its name.

pub mod lease;
pub mod orphans;
pub mod requests;
pub mod sweeper;
