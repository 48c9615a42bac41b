//! One try to reach the print server, step by step, for `doctor`. Nothing is said on the connection, so that a station
//! that runs beside it is not disturbed.

use std::io;
use std::time::{Duration, SystemTime};

use rustls::CertificateError;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::client_async_with_config;

use station_protocol::PATH;

use super::Target;

/// Each step takes at most so long.
const STEP: Duration = Duration::from_secs(5);

/// Where a try ended.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// Nobody knows the server's name.
    #[error("the name cannot be looked up: {0}")]
    Name(io::Error),
    /// Nobody listens, or nothing gets through.
    #[error("no connection: {0}")]
    Connect(io::Error),
    /// The server's certificate is of another authority.
    #[error("the server's certificate is not of the authority in the file ca")]
    Authority,
    /// The server's certificate has other names.
    #[error("the server's certificate is for another name")]
    OtherName,
    /// The server's certificate is not of this time, by this machine's clock.
    #[error("the server's certificate does not hold at the time that this machine's clock shows")]
    Time,
    /// TLS failed otherwise.
    #[error("no encrypted connection: {0}")]
    Tls(io::Error),
    /// The server does not take this station.
    #[error("the server does not take this station")]
    Refused,
}

/// Tries to reach the server as the station would; gives the time by the server's clock, when it says it.
///
/// # Errors
/// [`ProbeError`]: the first step that failed.
pub async fn probe(target: &Target) -> Result<Option<SystemTime>, ProbeError> {
    let late = |_| io::Error::from(io::ErrorKind::TimedOut);
    let (host, port) = target.place().address();
    let found =
        timeout(STEP, lookup_host((host, port))).await.map_err(late).and_then(|found| found);
    let addresses: Vec<_> = found.map_err(ProbeError::Name)?.collect();
    let tcp = timeout(STEP, TcpStream::connect(&addresses[..])).await;
    let tcp = tcp.map_err(late).and_then(|tcp| tcp).map_err(ProbeError::Connect)?;
    let connector = TlsConnector::from(target.tls());
    let tls = timeout(STEP, connector.connect(target.place().name(), tcp)).await;
    let tls = tls.map_err(late).and_then(|tls| tls).map_err(explain)?;
    let address = format!("wss://{}{PATH}", target.server());
    let socket = timeout(STEP, client_async_with_config(address, tls, None)).await;
    let Ok(Ok((mut socket, response))) = socket else { return Err(ProbeError::Refused) };
    // A courtesy.
    let _ = timeout(STEP, socket.close(None)).await;
    let date = response.headers().get("date").and_then(|date| date.to_str().ok());
    Ok(date.and_then(|date| httpdate::parse_http_date(date).ok()))
}

fn explain(error: io::Error) -> ProbeError {
    let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<rustls::Error>());
    let Some(rustls::Error::InvalidCertificate(cause)) = cause else {
        return ProbeError::Tls(error);
    };
    match cause {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => ProbeError::Authority,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            ProbeError::OtherName
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => ProbeError::Time,
        _ => ProbeError::Tls(error),
    }
}
