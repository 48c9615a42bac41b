//! A relay before a database that loses one answer: the write is done, and nobody hears of it.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// What PostgreSQL's clients say at the end of a transaction, as a simple query.
const COMMIT: &[u8] = b"COMMIT\0";

/// How many bytes of an earlier read may belong to a word that the next one ends.
const TAIL_BYTES: usize = 64;

/// Stands between a program and PostgreSQL. After the commit whose answer it loses, the database cannot
/// be reached through it until [`LostAnswer::mend`].
#[derive(Debug)]
pub struct LostAnswer {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// The transaction that carries this text is the one whose answer is lost.
    marker: Mutex<Option<Vec<u8>>>,
    is_broken: AtomicBool,
    /// Connections that were closed at once because of it.
    refused: AtomicU32,
    /// Whether nobody needs the relay any more.
    is_over: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

impl LostAnswer {
    /// Relays to the server of this address, `postgres://USER:PASSWORD@127.0.0.1:PORT/DATABASE`. Gives
    /// the relay, and the address by which the same database is reached through it.
    ///
    /// # Panics
    /// When the address has no port, or loopback none to listen on.
    pub fn before(url: &str) -> (LostAnswer, String) {
        let (before, rest) = url.rsplit_once(':').expect("a port in the address");
        let (server, database) = rest.split_once('/').expect("a database in the address");
        let server: u16 = server.parse().expect("a port is a number");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a port");
        let port = listener.local_addr().expect("it is bound").port();
        let shared = Arc::new(Shared::default());
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accept(&listener, server, &accepting));
        (LostAnswer { port, shared }, format!("{before}:{port}/{database}"))
    }

    /// The next transaction in which a client sends `marker` is committed, and its answer is lost.
    pub fn lose_the_commit_of(&self, marker: &str) {
        *lock(&self.shared.marker) = Some(marker.as_bytes().to_vec());
    }

    /// The database goes away now, in the middle of whatever it is asked.
    pub fn go_away(&self) {
        self.shared.is_broken.store(true, Ordering::SeqCst);
        self.shared.cut();
    }

    /// Whether the answer is lost, and the database out of reach.
    pub fn is_broken(&self) -> bool {
        self.shared.is_broken.load(Ordering::SeqCst)
    }

    /// How often somebody looked in vain whether the database is back.
    pub fn refused(&self) -> u32 {
        self.shared.refused.load(Ordering::SeqCst)
    }

    /// The database can be reached again.
    pub fn mend(&self) {
        self.shared.is_broken.store(false, Ordering::SeqCst);
    }
}

impl Drop for LostAnswer {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        self.shared.cut();
    }
}

impl Shared {
    fn cut(&self) {
        for stream in lock(&self.open).drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Takes the marker out when these bytes carry it, and gives the place behind it.
    fn find_marker(&self, bytes: &[u8]) -> Option<usize> {
        let mut open = lock(&self.marker);
        let marker = open.as_ref()?;
        let end = place_of(bytes, marker)? + marker.len();
        *open = None;
        Some(end)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn place_of(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

fn accept(listener: &TcpListener, server: u16, shared: &Arc<Shared>) {
    while let Ok((client, _)) = listener.accept() {
        if shared.is_over.load(Ordering::SeqCst) {
            return;
        }
        if shared.is_broken.load(Ordering::SeqCst) {
            shared.refused.fetch_add(1, Ordering::SeqCst);
            continue;
        }
        let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)) else { continue };
        let ends = (client.try_clone(), server.try_clone(), client.try_clone(), server.try_clone());
        let (Ok(answers_to), Ok(answers_from), Ok(cut), Ok(cut_too)) = ends else { continue };
        lock(&shared.open).extend([cut, cut_too]);
        let is_lost = Arc::new(AtomicBool::new(false));
        let (asking, answering) = (Arc::clone(shared), Arc::clone(shared));
        let losing = Arc::clone(&is_lost);
        thread::spawn(move || pass_questions(client, server, &asking, &losing));
        thread::spawn(move || pass_answers(answers_from, answers_to, &answering, &is_lost));
    }
}

fn pass_questions(mut from: TcpStream, mut to: TcpStream, shared: &Shared, is_lost: &AtomicBool) {
    let mut buffer = vec![0; 64 * 1024];
    let (mut tail, mut is_marked): (Vec<u8>, bool) = (Vec::new(), false);
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        tail.extend_from_slice(&buffer[..length]);
        if let Some(end) = shared.find_marker(&tail) {
            // An earlier transaction's commit may stand before it.
            tail.drain(..end);
            is_marked = true;
        }
        if is_marked && place_of(&tail, COMMIT).is_some() {
            // The client waits for this answer alone, so that the next bytes are this one's.
            is_lost.store(true, Ordering::SeqCst);
        }
        tail.drain(..tail.len().saturating_sub(TAIL_BYTES));
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

fn pass_answers(mut from: TcpStream, mut to: TcpStream, shared: &Shared, is_lost: &AtomicBool) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if is_lost.load(Ordering::SeqCst) {
            shared.is_broken.store(true, Ordering::SeqCst);
            shared.cut();
            return;
        }
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}
