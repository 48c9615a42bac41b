//! The machine's network: the IPP port, the control port, and what happens to connections.

mod connection;
mod control;
mod document;
mod exchange;
mod listener;
mod reply_body;
mod status;
mod tls;
mod wire;

pub use control::serve as serve_control;
pub use listener::listen;
pub use tls::acceptor as tls_acceptor;
