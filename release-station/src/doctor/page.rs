//! The station's own page, which says whether the station runs and is ready.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::report::Report;

/// Our own machine answers at once.
const LIMIT: Duration = Duration::from_secs(3);
/// The answer is a line.
const ANSWER_BYTES_MAX: u64 = 4_096;

/// Whether the station runs.
pub(super) async fn examine(page: SocketAddr, report: &mut Report) -> bool {
    match timeout(LIMIT, ask(page)).await {
        Ok(Ok(answer)) => {
            let said = answer.rsplit("\r\n\r\n").next().unwrap_or_default().trim();
            if answer.starts_with("HTTP/1.1 200") && said == "ready" {
                report.good("The station runs, and a tap would be served now.");
                true
            } else if answer.starts_with("HTTP/1.1 503") && said.starts_with("not ready") {
                let text =
                    "The station runs and is not ready: it has no reader or no print server.";
                let text = match said.split_once(": ") {
                    Some((_, places)) => format!("{text} Not ready: {places}."),
                    None => text.to_owned(),
                };
                report.wrong(
                    text,
                    "What follows says which of both. Its log: `journalctl -u release-station`.",
                );
                true
            } else {
                let advice =
                    "Give `page` in the configuration another port, or end the other program.";
                report
                    .wrong(format!("Another program than the station answers at {page}."), advice);
                false
            }
        }
        Ok(Err(_)) => {
            not_running(page, report).await;
            false
        }
        Err(_) => {
            let advice = "Restart it: `systemctl restart release-station`.";
            report.wrong(format!("The page at {page} does not answer: the station hangs."), advice);
            true
        }
    }
}

async fn not_running(page: SocketAddr, report: &mut Report) {
    match TcpListener::bind(page).await {
        Ok(_) => report.wrong(
            "The station does not run.",
            "Start it: `systemctl start release-station`. Why it ended: `journalctl -u release-station`.",
        ),
        Err(error) => report.wrong(
            format!("The page cannot have {page}: {error}."),
            "Give `page` in the configuration another port, or end the program that has this one.",
        ),
    }
}

async fn ask(page: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(page).await?;
    let request = format!("GET /ready HTTP/1.1\r\nHost: {page}\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    // Another program may say something of its own and hang up at once.
    if stream.write_all(request.as_bytes()).await.is_ok() {
        let _ = stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await;
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
