//! `print-server capture`: records what one device says when it prints.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use print_core::{Clock as _, SystemClock};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::CommandError;
use crate::capture::relay::{CONNECTIONS_MAX, Relay};
use crate::capture::{Origin, Recorder};
use crate::certificates::authority::{Authority, Identity, fingerprint};
use crate::config::Config;
use crate::delivery::{CertificatePin, PrinterTrust};
use crate::listeners::admission::Admission;
use crate::listeners::connection::Patience;
use crate::listeners::tls;
use crate::serve::{identity, names, state};

/// What to record.
#[derive(Debug, Args)]
pub struct Order {
    /// Where the device connects, instead of the print listener.
    #[arg(long, default_value = "127.0.0.1:8699", value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// The device's address; nobody else's requests are recorded, and the server takes them as the device's own:
    /// a network that is believed is judged by this address. Needed when --listen is not loopback.
    #[arg(long, value_name = "ADDRESS")]
    from: Option<IpAddr>,
    /// The device and the program with their versions, as "iPhone 15, iOS 18.1, Photos".
    #[arg(long)]
    device: String,
    /// The new file, a record a line (JSON).
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Relays and records until it is interrupted.
///
/// # Errors
/// A sentence: what was wrong.
pub async fn capture(config: Config, order: Order) -> Result<ExitCode, CommandError> {
    let device = match order.from {
        Some(device) => device.to_canonical(),
        None if order.listen.ip().is_loopback() => order.listen.ip(),
        None => return Err("name the one device that is recorded: --from ADDRESS".into()),
    };
    let device_name = order.device.trim();
    if device_name.is_empty() || device_name.len() > 200 {
        return Err("say which device and program it is, with versions: --device TEXT".into());
    }
    let (identity, trust) = identities(&config)?;
    let day = config.zone().accounting_day(SystemClock.now()).to_string();
    let origin = Origin { device: device_name.to_owned(), day };
    let out = order.out.display();
    let recorder =
        Recorder::create(&order.out, origin).map_err(|error| format!("{out}: {error}"))?;
    let listener = TcpListener::bind(order.listen).await;
    let listener = listener.map_err(|error| format!("{}: {error}", order.listen))?;
    let (stop, stopping) = watch::channel(false);
    let limits = &config.limits;
    let relay = Relay {
        tls: tls::for_clients(identity)?,
        server: reachable(config.listeners.print.address),
        server_tls: trust.client_config()?,
        device,
        keys: state::open_keys(&config)?,
        recorder: Arc::new(recorder),
        patience: Patience {
            header: Duration::from_secs(limits.header_seconds),
            rest: Duration::from_secs(limits.idle_seconds),
        },
        admission: Admission::new(CONNECTIONS_MAX, CONNECTIONS_MAX),
        stop: stopping,
    };
    println!("Recording what {device} sends to {}; Ctrl-C ends it.", listener.local_addr()?);
    println!("The device's address for the queue is that of the print server with this port.");
    let running = tokio::spawn(relay.run(listener));
    let mut ended = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = ended.recv() => {}
    }
    // An error means that it ended before.
    let _ = stop.send(true);
    running.await?;
    println!("Recorded to {out}. Read it before you give it away: the names in it are made up.");
    Ok(ExitCode::SUCCESS)
}

/// The certificate that the device sees, which is the server's, and how we know the server by it.
fn identities(config: &Config) -> Result<(Identity, PrinterTrust), CommandError> {
    let authority = Authority::open(&config.listeners.station.authority)?;
    let brought = config.listeners.print.certificate.as_ref();
    let shown = identity::of(&authority, brought, &names::host_names(config).known)?;
    let trust = match (brought, shown.chain.first()) {
        (Some(_), Some(leaf)) => {
            let pin = CertificatePin { host: "localhost".into(), sha256: fingerprint(leaf) };
            PrinterTrust { roots: Vec::new(), pins: vec![pin] }
        }
        _ => PrinterTrust { roots: vec![authority.certificate()?], pins: Vec::new() },
    };
    Ok((shown, trust))
}

/// The address by which this machine reaches its own listener.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
