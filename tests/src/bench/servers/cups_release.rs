//! CUPS releasing a held job: from the request to the first byte at the device.

use std::collections::VecDeque;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use ipp_codec::{GroupTag, names};
use print_core::{Clock as _, SystemClock};
use real_parts::cupsd::Cupsd;
use real_parts::waiting;
use tokio::runtime::Runtime;

use super::cups::{self, PERSON, QUEUE};
use super::mfp::Mfp;
use crate::bench::load::{Address, Connection, Post, single_thread, small_document};

const LIMIT: Duration = Duration::from_secs(30);
/// RFC 8011 section 5.3.7: from here on a job has ended.
const JOB_STATE_ENDED: i32 = 7;

/// A server with held jobs, and the device that they go to.
#[derive(Debug)]
pub struct CupsRelease {
    cupsd: Cupsd,
    address: Address,
    runtime: Runtime,
    held: VecDeque<i32>,
    device: Device,
}

/// What a queue prints to.
#[derive(Debug)]
enum Device {
    /// A port that takes documents as they are, the shortest way that CUPS has.
    Socket { port: u16, first_bytes: Receiver<Instant> },
    /// The printer that ours prints to.
    Ipp(Mfp),
}

impl CupsRelease {
    /// With a queue to a port of this program.
    ///
    /// # Errors
    /// When there is no port.
    pub fn to_a_socket() -> Result<CupsRelease, String> {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| error.to_string())?;
        let port = listener.local_addr().map_err(|error| error.to_string())?.port();
        let (sender, first_bytes) = sync_channel(1);
        thread::spawn(move || take_documents(&listener, &sender));
        // Neither toner levels nor the printer's goodbye are waited for.
        let uri = format!("socket://127.0.0.1:{port}/?snmp=false&waiteof=false");
        CupsRelease::start(&uri, Device::Socket { port, first_bytes })
    }

    /// With a queue to the printer in software.
    ///
    /// # Errors
    /// When the printer does not start.
    pub fn over_ipp() -> Result<CupsRelease, String> {
        let mfp = Mfp::start();
        // The end of a job on paper is not waited for.
        let uri = format!("{}?waitjob=false&snmp=false", mfp.uri());
        CupsRelease::start(&uri, Device::Ipp(mfp))
    }

    fn start(uri: &str, device: Device) -> Result<CupsRelease, String> {
        let cupsd = cups::start(false, uri);
        let address = cups::address(&cupsd)?;
        Ok(CupsRelease { cupsd, address, runtime: single_thread(), held: VecDeque::new(), device })
    }

    /// Releases the oldest of so many held jobs; gives the milliseconds until its first byte was at
    /// the device. Returns when CUPS is done with it.
    ///
    /// # Errors
    /// When CUPS refuses, or nothing comes.
    pub fn release(&mut self, held: usize) -> Result<f64, String> {
        while self.held.len() < held {
            let post = Post::document(QUEUE, PERSON, &small_document(), true);
            let job = self.ask(&post, names::JOB_ID)?;
            self.held.push_back(job);
        }
        let job = self.held.pop_front().ok_or("no job is held")?;
        let (began, began_at) = (Instant::now(), SystemClock.now().micros());
        self.send(&Post::release(QUEUE, PERSON, job))?;
        let nothing = || format!("CUPS released job {job} and nothing came");
        let took_ms = match &mut self.device {
            Device::Socket { first_bytes, .. } => {
                let first = first_bytes.recv_timeout(LIMIT).map_err(|_| nothing())?;
                crate::bench::statistics::ms(first.saturating_duration_since(began))
            }
            Device::Ipp(mfp) => {
                let first = mfp.first_byte_of(1, LIMIT)?.ok_or_else(nothing)?;
                (first - began_at) as f64 / 1_000.0
            }
        };
        let ended = waiting::poll(LIMIT, || {
            match self.ask(&Post::job_state(QUEUE, job), names::JOB_STATE) {
                Ok(state) => (state >= JOB_STATE_ENDED).then_some(Ok(())),
                Err(error) => Some(Err(error)),
            }
        });
        ended.ok_or_else(|| format!("CUPS did not end job {job}"))??;
        Ok(took_ms)
    }

    /// Sends a request; gives a number of the answer.
    fn ask(&self, post: &Post, name: &str) -> Result<i32, String> {
        let reply = self.send(post)?;
        let number = reply.and_then(|reply| reply.integer(GroupTag::JOB, name));
        number.ok_or_else(|| format!("CUPS answered without {name}"))
    }

    fn send(&self, post: &Post) -> Result<Option<ipp_codec::Reply>, String> {
        let answer = self.runtime.block_on(async {
            let mut connection = Connection::open(&self.address).await?;
            connection.ask(post).await
        });
        let answer = answer.map_err(|error: io::Error| format!("CUPS: {error}"))?;
        if answer.is_good() {
            Ok(answer.reply())
        } else {
            Err(format!("CUPS: {}", answer.sentence()))
        }
    }

    /// Ends server and device.
    pub fn stop(mut self) {
        self.cupsd.stop();
        match self.device {
            Device::Socket { port, first_bytes } => {
                // The thread ends when it finds nobody to tell.
                drop(first_bytes);
                let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
                let _ = TcpStream::connect(address).and_then(|mut stream| stream.write_all(b"."));
            }
            Device::Ipp(mfp) => mfp.stop(),
        }
    }
}

/// Takes one document after the other, and tells when the first byte of each came.
fn take_documents(listener: &TcpListener, tell: &SyncSender<Instant>) {
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else { return };
        let mut first = [0];
        if stream.read_exact(&mut first).is_err() {
            continue;
        }
        if tell.send(Instant::now()).is_err() {
            return;
        }
        // Whoever breaks off in the middle has sent its first byte all the same.
        let _ = io::copy(&mut stream, &mut io::sink());
    }
}
