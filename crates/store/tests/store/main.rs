//! The store through its front door, every promise on both databases.

mod accounts;
mod books;
mod cards;
mod claims;
mod codes;
mod deliveries;
mod doors;
mod house;
mod jobs;
mod links;
mod lost_answers;
mod machines;
mod nodes;
mod notices;
mod passwords;
mod scene;
mod unknown_cards;
mod wishes;
mod writer;
