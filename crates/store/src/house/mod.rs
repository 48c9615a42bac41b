//! Who prints and what stands in the house: changed by administrators, read by everyone.

pub mod accounts;
pub mod card_forms;
pub mod card_offers;
pub mod cards;
pub mod codes;
pub mod delegates;
pub mod departments;
pub mod holidays;
pub mod invitations;
pub mod machines;
pub mod nearest;
pub mod new_cards;
pub mod people;
pub mod person_pins;
pub mod prices;
pub mod printers;
pub mod queues;
pub mod release_rules;
pub mod roles;
pub mod sessions;
pub mod station_guard;
pub mod station_guesses;
pub mod stations;
