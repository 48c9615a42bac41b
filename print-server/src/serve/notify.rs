//! Tells systemd that the server is ready, that it stops, and that it is alive (the datagrams of
//! sd_notify(3)). Where nobody asked for it nothing is said.

use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use tracing::warn;

/// Where systemd listens, and how often it wants to hear from us.
#[derive(Debug, Default)]
pub struct Supervisor {
    socket: Option<UnixDatagram>,
    watchdog: Option<Duration>,
}

/// What systemd gives its services.
#[derive(Debug, Clone, Copy, Default)]
pub struct Environment<'a> {
    /// `NOTIFY_SOCKET`: a path, or an abstract name after an at sign.
    pub socket: Option<&'a OsStr>,
    /// `WATCHDOG_USEC`: who is silent for so many microseconds is started again.
    pub watchdog_usec: Option<&'a str>,
    /// `WATCHDOG_PID`: the process that is meant.
    pub watchdog_pid: Option<&'a str>,
}

impl Supervisor {
    /// The one that started this process, if any.
    #[must_use]
    pub fn from_environment() -> Self {
        let [socket, usec, pid] =
            ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"].map(std::env::var_os);
        let environment = Environment {
            socket: socket.as_deref(),
            watchdog_usec: usec.as_deref().and_then(OsStr::to_str),
            watchdog_pid: pid.as_deref().and_then(OsStr::to_str),
        };
        Self::of(environment).unwrap_or_else(|error| {
            warn!(%error, "NOTIFY_SOCKET is of no use; systemd hears nothing from this server");
            Self::default()
        })
    }

    /// The one that these variables describe.
    ///
    /// # Errors
    /// When its socket cannot be reached.
    pub fn of(environment: Environment<'_>) -> io::Result<Self> {
        let Some(name) = environment.socket.filter(|name| !name.is_empty()) else {
            return Ok(Self::default());
        };
        let address = match name.as_bytes() {
            [b'@', rest @ ..] => SocketAddr::from_abstract_name(rest)?,
            path => SocketAddr::from_pathname(OsStr::from_bytes(path))?,
        };
        let socket = UnixDatagram::unbound()?;
        socket.connect_addr(&address)?;
        // A supervisor that takes nothing must not hold the server up.
        socket.set_nonblocking(true)?;
        let ours = std::process::id().to_string();
        let is_meant = environment.watchdog_pid.is_none_or(|pid| pid == ours);
        let usec = environment.watchdog_usec.and_then(|text| text.parse().ok());
        let watchdog = usec.filter(|usec| is_meant && *usec > 0).map(Duration::from_micros);
        Ok(Self { socket: Some(socket), watchdog })
    }

    /// All ports are open, and what an earlier run left open is taken up.
    pub fn ready(&self) {
        self.say("READY=1");
    }

    /// The server is about to stop.
    pub fn stopping(&self) {
        self.say("STOPPING=1");
    }

    /// Says again and again that the server lives, as long as it does: as long as its tasks get their turn
    /// and its threads for the disk answer. A database or a directory that is away is no reason to be
    /// started again. Never returns.
    pub async fn keep_told(&self) {
        let Some(limit) = self.watchdog else { return std::future::pending().await };
        // Half of it, as sd_watchdog_enabled(3) says; the answer must come before the other half is over.
        let every = limit / 2;
        loop {
            let answered = tokio::time::timeout(every, tokio::task::spawn_blocking(|| ())).await;
            match answered {
                Ok(Ok(())) => self.say("WATCHDOG=1"),
                _ => warn!(
                    "The threads for the disk do not answer; systemd is not told that all is well"
                ),
            }
            tokio::time::sleep(every).await;
        }
    }

    fn say(&self, state: &str) {
        if let Some(socket) = &self.socket
            && let Err(error) = socket.send(state.as_bytes())
        {
            warn!(%error, state, "systemd could not be told");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::mpsc;

    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    /// systemd's end.
    struct Listener {
        socket: UnixDatagram,
        path: PathBuf,
    }

    impl Listener {
        fn new() -> Self {
            let path = std::env::temp_dir().join(format!("notify-{}", print_core::JobId::new()));
            let socket = UnixDatagram::bind(&path).unwrap();
            socket.set_read_timeout(Some(LONG)).unwrap();
            Self { socket, path }
        }

        fn environment(&self) -> Environment<'_> {
            Environment { socket: Some(self.path.as_os_str()), ..Environment::default() }
        }

        fn hears(&self) -> String {
            let mut bytes = [0; 64];
            let length = self.socket.recv(&mut bytes).expect("a datagram");
            String::from_utf8(bytes[..length].to_vec()).unwrap()
        }

        fn hears_nothing(&self) -> bool {
            self.socket.set_nonblocking(true).unwrap();
            self.socket.recv(&mut [0; 64]).is_err()
        }
    }

    impl Drop for Listener {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.path);
        }
    }

    #[test]
    fn systemd_hears_that_the_server_is_ready_and_that_it_stops() {
        let listener = Listener::new();
        let supervisor = Supervisor::of(listener.environment()).unwrap();
        supervisor.ready();
        assert_eq!(listener.hears(), "READY=1");
        supervisor.stopping();
        assert_eq!(listener.hears(), "STOPPING=1");
        assert!(listener.hears_nothing());
    }

    #[test]
    fn an_abstract_name_is_a_socket_too() {
        let name = format!("notify-{}", print_core::JobId::new());
        let address = SocketAddr::from_abstract_name(name.as_bytes()).unwrap();
        let socket = UnixDatagram::bind_addr(&address).unwrap();
        socket.set_read_timeout(Some(LONG)).unwrap();
        let name = format!("@{name}");
        let environment = Environment { socket: Some(OsStr::new(&name)), ..Environment::default() };
        Supervisor::of(environment).unwrap().ready();
        let mut bytes = [0; 64];
        let length = socket.recv(&mut bytes).unwrap();
        assert_eq!(&bytes[..length], b"READY=1");
    }

    #[test]
    fn where_nobody_listens_nothing_is_said_and_nothing_is_wrong() {
        let none = Supervisor::of(Environment::default()).unwrap();
        none.ready();
        none.stopping();
        let gone =
            Environment { socket: Some(OsStr::new("/no/such/socket")), ..Environment::default() };
        assert!(Supervisor::of(gone).is_err());
    }

    #[test]
    fn a_server_that_lives_says_so_again_and_again_and_one_that_hangs_does_not() {
        let listener = Listener::new();
        let environment = Environment { watchdog_usec: Some("40000"), ..listener.environment() };
        let supervisor = Supervisor::of(environment).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let told = runtime.spawn(async move { supervisor.keep_told().await });
        for _ in 0..3 {
            assert_eq!(listener.hears(), "WATCHDOG=1");
        }
        // The only thread for the disk hangs.
        let (go_on, hang) = mpsc::channel::<()>();
        let (hangs, wait) = mpsc::channel();
        runtime.spawn_blocking(move || {
            hangs.send(()).unwrap();
            hang.recv().unwrap_err();
        });
        wait.recv_timeout(LONG).unwrap();
        // What was under way when it began to hang may still be said.
        listener.socket.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        let mut late = 0;
        while late <= 2 && listener.socket.recv(&mut [0; 64]).is_ok() {
            late += 1;
        }
        assert!(late <= 2, "{late}");
        drop(go_on);
        listener.socket.set_read_timeout(Some(LONG)).unwrap();
        assert_eq!(listener.hears(), "WATCHDOG=1");
        told.abort();
    }

    #[tokio::test]
    async fn the_watchdog_of_another_process_is_not_ours() {
        let listener = Listener::new();
        let environment = Environment {
            watchdog_usec: Some("40000"),
            watchdog_pid: Some("1"),
            ..listener.environment()
        };
        let supervisor = Supervisor::of(environment).unwrap();
        let told = tokio::time::timeout(Duration::from_millis(200), supervisor.keep_told()).await;
        assert!(told.is_err());
        assert!(listener.hears_nothing());
    }
}
