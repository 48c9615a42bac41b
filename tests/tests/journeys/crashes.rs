//! The server is killed, at each step of a job's way. What was acknowledged is there afterwards, nothing
//! prints twice, and every sheet is booked.

mod deliveries;
mod intake;
