//! The server is killed, at each step of a job's way. What was acknowledged is there afterwards, nothing
//! prints twice, and every sheet is booked.

mod deliveries;
mod each_step;
mod intake;
mod whenever;

/// How often a long run does something, by a variable of the environment.
fn times(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
