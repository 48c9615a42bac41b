//! Talking to one printer: IPP over HTTP/1.1, plain or inside TLS (RFC 8010 section 4, RFC 7472).
//!
//! | module | what it knows |
//! |---|---|
//! | [`address`] | a printer's URI: host, port, path, with or without TLS |
//! | [`reach`] | where printers may be: networks, ports, names resolved once |
//! | [`trust`] | which certificate a printer may show |
//! | [`body`] | a request's body: attributes, and behind them perhaps a document |
//! | [`connection`] | one kept connection |
//! | [`client`] | a request and its reply, with the deadlines and without redirects |
//! | [`facts`] | what a printer says that it can do, and how it is |
//! | [`job`] | what a printer says about one of its jobs |
//! | [`operations`] | the requests a delivery is made of |
//! | [`raster`] | what it asks of ready-made pixels, and its speed |
//! | [`probe`] | asking a printer what it is, for people |
//! | [`survey`] | looking closely: how it counts, and the ports by which people could print around us |

pub mod address;
pub mod body;
pub mod client;
pub mod connection;
pub mod facts;
pub mod job;
pub mod operations;
pub mod probe;
pub mod raster;
pub mod reach;
pub mod survey;
pub mod trust;
