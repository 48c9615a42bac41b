//! The journeys: the whole product on real parts, from a print client to the line that finance reads.

mod scene;

mod allowance;
mod capturing;
mod cards;
mod commands;
mod crashes;
mod cups;
mod delivering;
mod directories;
mod discovery;
mod doors;
mod durable;
mod elsewhere;
mod forms;
mod hostile;
mod inspecting;
mod ipptool;
mod kerberos;
mod links;
mod lost_answers;
mod mail;
mod offers;
mod pages;
mod pins;
mod power_loss;
mod printers;
mod printing;
mod profiles;
mod races;
mod releasing;
mod stations;
mod supervision;
mod tokens;
mod uploads;
mod waking;
