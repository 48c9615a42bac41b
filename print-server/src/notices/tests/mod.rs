//! Mail, against a mail server of our own on loopback with a certificate made for the test.

mod house;
mod outages;
mod server;
mod talks;
