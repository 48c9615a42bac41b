//! The benchmark: our server, CUPS's server and a bare one, on one machine, asked by one load program.
//!
//! Absolute figures are a machine's; the speed of its disk alone changes manifold between minutes. So
//! the servers take turns, each figure is the median of several rounds with its range, and what counts
//! is the ratio. Every server of a round starts empty, so that none is slowed by what it holds from the
//! round before; nothing is removed before the end, because removing thousands of files slows whoever
//! writes next.

mod command_line;
mod load;
mod measures;
mod report;
mod servers;
mod statistics;

pub use command_line::main;
