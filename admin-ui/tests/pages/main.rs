//! The pages through their front door: a real listener on loopback, a real database, a browser's
//! requests.

mod access;
mod browser;
mod cards;
mod csv_file;
mod delegates;
mod desk;
mod forms;
mod house;
mod identity;
mod language;
mod links;
mod live;
mod my_page;
mod script;
mod start;
mod titles;
mod uploads;
mod usage;
