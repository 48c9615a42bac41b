//! Addresses that lead where no printer is. None of them is ever connected to: listeners at those places count.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::house::quick;
use crate::delivery::Reach;
use crate::delivery::printer::address::Address;
use crate::delivery::printer::client::Client;
use crate::delivery::printer::trust::PrinterTrust;
use crate::doors::Network;

/// Where the only printer of this test stands; everything else is forbidden.
const PRINTER: &str = "127.0.0.2";

/// A place that counts who comes.
struct Counted {
    address: SocketAddr,
    came: Arc<AtomicUsize>,
}

impl Counted {
    /// Counts at this address; `answer` is said to whoever comes.
    async fn at(address: SocketAddr, answer: String) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let (address, came) = (listener.local_addr()?, Arc::new(AtomicUsize::new(0)));
        let counter = Arc::clone(&came);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                let answer = answer.clone();
                tokio::spawn(async move {
                    let mut request = [0; 4_096];
                    let _ = stream.read(&mut request).await;
                    let _ = stream.write_all(answer.as_bytes()).await;
                });
            }
        });
        Ok(Self { address, came })
    }

    /// How many came. A connection of our own, which is behind all others, says when all are counted.
    async fn came(&self) -> usize {
        let before = |came: usize| came.saturating_sub(1);
        let mut last = TcpStream::connect(self.address).await.unwrap();
        last.write_all(b"x").await.unwrap();
        let mut end = Vec::new();
        let reading = last.read_to_end(&mut end);
        tokio::time::timeout(Duration::from_secs(10), reading).await.unwrap().unwrap();
        before(self.came.load(Ordering::SeqCst))
    }
}

/// The printer, which sends everybody elsewhere, and the forbidden places at the same port.
async fn places() -> (Counted, Vec<Counted>) {
    loop {
        let first = Counted::at("127.0.0.1:0".parse().unwrap(), String::new()).await.unwrap();
        let port = first.address.port();
        let location = format!("http://127.0.0.1:{port}/");
        let redirect = format!(
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n"
        );
        let at = |ip: &str| SocketAddr::new(ip.parse::<IpAddr>().unwrap(), port);
        let printer = Counted::at(at(PRINTER), redirect).await;
        let third = Counted::at(at("127.0.0.3"), String::new()).await;
        // A machine without IPv6 has nothing there to be reached.
        let sixth = Counted::at(at("::1"), String::new()).await;
        if let (Ok(printer), Ok(third)) = (printer, third) {
            let forbidden = [first, third].into_iter().chain(sixth.ok());
            return (printer, forbidden.collect());
        }
    }
}

/// Names as a hostile name server answers them; `rebind.example` says something else each time.
fn answers(asked: &AtomicUsize, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let addresses: &[&str] = match host.trim_end_matches('.') {
        "localhost" => &["127.0.0.1", "::1"],
        "loopback.example" => &["127.0.0.1"],
        "loopback6.example" => &["::1"],
        "mapped.example" => &["::ffff:127.0.0.1"],
        "mixed.example" => &[PRINTER, "127.0.0.1"],
        "mixed6.example" => &["::1", PRINTER],
        "metadata.example" => &["169.254.169.254"],
        "printer.example" => &[PRINTER],
        "empty.example" => &[],
        "rebind.example" if asked.fetch_add(1, Ordering::SeqCst) == 0 => &[PRINTER],
        "rebind.example" => &["127.0.0.1"],
        _ => return Err(io::ErrorKind::NotFound.into()),
    };
    Ok(addresses.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), port)).collect())
}

/// Sixty addresses that must lead nowhere.
fn hostile(port: u16, own: u16) -> Vec<String> {
    let hosts = [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0x7f.1",
        "0177.0.0.1",
        "0177.1",
        "017700000001",
        "127.0.0.1.",
        "127.0.0.3",
        "127.255.255.254",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[::]",
        "0.0.0.0",
        "0",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "100.100.100.200",
        "224.0.0.1",
        "255.255.255.255",
        "loopback.example",
        "loopback6.example",
        "mapped.example",
        "mixed.example",
        "mixed6.example",
        "metadata.example",
        "empty.example",
        "unknown.example",
        "user:word@127.0.0.1",
        "127.0.0.2@127.0.0.1",
        "127.0.0.2%00.example",
        "127.0.0.1#@127.0.0.2",
        "127.0.0.1\\@127.0.0.2",
    ];
    let mut all: Vec<String> =
        hosts.iter().map(|host| format!("ipp://{host}:{port}/ipp/print")).collect();
    for other in [22, 25, 80, 6379, own] {
        all.push(format!("ipp://{PRINTER}:{other}/ipp/print"));
    }
    for scheme in ["http", "https", "ftp", "gopher", "socket", "lpd", "file"] {
        all.push(format!("{scheme}://127.0.0.1:{port}/ipp/print"));
    }
    all.push("file:///etc/passwd".to_owned());
    all.push(format!("//127.0.0.1:{port}/"));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixty_addresses_that_lead_where_no_printer_is_none_is_connected_to() {
    let (printer, forbidden) = places().await;
    let port = printer.address.port();
    // Another port of the same machine, which the server has for itself.
    let own =
        Counted::at(SocketAddr::new(PRINTER.parse().unwrap(), 0), String::new()).await.unwrap();
    let asked = AtomicUsize::new(0);
    let networks = vec![Network::parse(PRINTER).unwrap()];
    let own_port = own.address.port();
    let reach = Reach::of(networks, vec![port..=port, own_port..=own_port])
        .without(vec![own_port])
        .resolved_by(move |host, port| answers(&asked, host, port));
    let reach = Arc::new(reach);
    let tls = PrinterTrust::default().client_config().unwrap();
    let probe = async |uri: &str| match Address::parse(uri) {
        Ok(address) => {
            let client = Client::new(address, reach.clone(), tls.clone(), quick().deadlines());
            client.probe().await.map(drop).map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    };
    let hostile = hostile(port, own_port);
    assert!(hostile.len() >= 60, "{}", hostile.len());
    for uri in &hostile {
        assert!(probe(uri).await.is_err(), "{uri}");
    }
    assert_eq!(printer.came().await, 0, "not even the printer was asked for these");

    // The one good name, a redirect to a forbidden place, and a name that changes its mind.
    let redirected = probe(&format!("ipp://printer.example:{port}/")).await.unwrap_err();
    assert!(redirected.contains("another address"), "{redirected}");
    let rebind = format!("ipp://rebind.example:{port}/");
    assert!(probe(&rebind).await.unwrap_err().contains("another address"));
    let second = probe(&rebind).await.unwrap_err();
    assert!(second.contains("permits no printer"), "{second}");
    assert_eq!(printer.came().await, 3, "two that may, and the one that counted before");

    let mut connected = own.came().await;
    for place in &forbidden {
        connected += place.came().await;
    }
    println!("{} addresses, forbidden connections: {connected}", hostile.len() + 2);
    assert_eq!(connected, 0);
}
