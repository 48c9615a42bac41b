//! A multi-function printer in software.
//!
//! It speaks IPP like a real machine, keeps what it printed in a folder, counts impressions and
//! sheets, and fails on demand. Tests and the demonstration use it in the place of hardware; the
//! control port (`http/control.rs`) arms its faults and tells what was really put out.
//!
//! | module | what is in it |
//! |---|---|
//! | [`options`] | the command line |
//! | [`machine`] | jobs, print engine, faults, counters; no network |
//! | [`documents`] | pages of documents |
//! | [`ipp`] | requests and answers; no sockets |
//! | [`http`] | the ports |

mod documents;
mod http;
mod ipp;
mod machine;
mod options;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use print_core::{Clock, SystemClock};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::machine::{Addresses, Folder, Machine, Printer};
use crate::options::Options;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("virtual-mfp: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> io::Result<()> {
    if !options.control.ip().is_loopback() {
        return Err(io::Error::other("the control port must have a loopback address"));
    }
    let acceptor = match (&options.tls_cert, &options.tls_key) {
        (Some(certificate), Some(key)) => Some(http::tls_acceptor(certificate, key)?),
        _ => None,
    };
    let folder = Folder::open(&options.state)?;
    let listener = bind(options.listen).await?;
    let control = bind(options.control).await?;
    let addresses = Addresses { listen: listener.local_addr()?, tls: acceptor.is_some() };
    let ready = ready(&addresses, control.local_addr()?, folder.uuid());
    let clock = SystemClock;
    let machine = Machine::new(options.model(), folder, options.pages_per_minute, clock.now());
    let printer = Arc::new(Printer::new(machine, clock, addresses));
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    printer.locked(|machine| machine.folder.write("ready.json", ready.as_bytes()))?;
    let mut stdout = io::stdout();
    writeln!(stdout, "{ready}")?;
    stdout.flush()?;
    // Whichever ends first takes the others with it, and with them every connection.
    tokio::select! {
        () = machine::run_engine(Arc::clone(&printer)) => {}
        () = http::listen(Arc::clone(&printer), listener, acceptor) => {}
        () = http::serve_control(Arc::clone(&printer), control) => {}
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|error| io::Error::new(error.kind(), format!("{address}: {error}")))
}

/// The line for whoever started the program: where everything is.
fn ready(addresses: &Addresses, control: SocketAddr, uuid: &str) -> String {
    let ready = json!({
        "ready": true,
        "listen": addresses.listen.to_string(),
        "control": control.to_string(),
        "uri": addresses.uri("ipp"),
        "uri_tls": addresses.tls.then(|| addresses.uri("ipps")),
        "uuid": uuid,
    });
    ready.to_string()
}
