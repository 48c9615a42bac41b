//! A release station with a simulated reader, as a process.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use e2e::house::{http, programs};
use real_parts::process::{Process, Stop};
use real_parts::waiting;

const START_LIMIT: Duration = Duration::from_secs(20);
/// A printer that stands still is so for two minutes before anybody is asked.
const STANDING_LIMIT: Duration = Duration::from_secs(160);
/// A session that its owner left takes 20 seconds to end, and begins anew when something comes in.
const REST_LIMIT: Duration = Duration::from_secs(60);
/// A tap waits at most 20 s for documents and a minute for a sleeping printer.
const TAP_LIMIT: Duration = Duration::from_secs(100);

/// What the page of a station is while it invites people to tap.
const INVITING: &str = "class=\"screen waiting\"";
/// The page of a station that offers the card that was just read to whoever holds it.
const OFFERING: &str = "class=\"screen new-card\"";

/// The station takes the same card for the same tap as long as this.
const SAME_TAP: Duration = Duration::from_millis(3_500);

/// A running station.
pub struct Station {
    process: Process,
    page: String,
    /// The card that was read last, and when.
    last: Mutex<Option<(String, Instant)>>,
}

/// What became of a tap.
#[derive(Debug)]
pub struct Told {
    /// What the tap's program ended with.
    pub end: TapEnd,
    /// What the station said, one sentence a line.
    pub text: String,
}

/// The ends that a tap can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TapEnd {
    /// Each released job came out.
    Printed,
    /// The card was refused.
    Refused,
    /// No job was released.
    Nothing,
    /// Something did not come out, or nobody waited for it.
    Incomplete,
    /// The station could not be asked.
    Failed,
}

/// A tap that is going on.
pub struct Tapping {
    child: Child,
}

impl Station {
    /// Starts the station whose files are in this folder.
    pub fn start(folder: &Path) -> Station {
        Self::start_in(folder, &[])
    }

    /// The same in an environment with these variables.
    pub fn start_in(folder: &Path, environment: &[(&str, &OsStr)]) -> Station {
        let mut command =
            Command::new(programs::ours("release-station").expect("`make build` makes it"));
        command.arg("run").arg("--config").arg(folder.join("station.toml"));
        command.envs(environment.iter().copied());
        let log = folder.join("station.log");
        let mut process = Process::start("release-station", command, &log, Stop::Terminate);
        process.wait_until(START_LIMIT, || log_names(&log, "http://").is_some());
        let page = log_names(&log, "http://").expect("it was just there");
        process.wait_until(START_LIMIT, || is_inviting(&page));
        Station { process, page, last: Mutex::new(None) }
    }

    /// The address of the touch page.
    pub fn page(&self) -> &str {
        &self.page
    }

    /// The port of the touch page.
    pub fn port(&self) -> u16 {
        let port = self.page.trim_end_matches('/').rsplit(':').next();
        port.and_then(|port| port.parse().ok()).expect("the page is at a port")
    }

    /// Whether the touch page shows this text.
    pub fn shows(&self, text: &str) -> bool {
        shows(&self.page, text)
    }

    /// Whether the station invites people to tap.
    pub fn is_inviting(&self) -> bool {
        is_inviting(&self.page)
    }

    /// Waits until the touch page shows this text.
    ///
    /// # Panics
    /// When it does not.
    pub fn wait_until_it_shows(&self, text: &str) {
        let shown = waiting::poll(START_LIMIT, || shows(&self.page, text).then_some(()));
        let page = || page_of(&self.page).unwrap_or_default();
        assert!(shown.is_some(), "the touch page never showed \"{text}\":\n{}", page());
    }

    /// The same for what takes minutes.
    ///
    /// # Panics
    /// When the touch page never shows it.
    pub fn wait_long_until_it_shows(&self, text: &str) {
        let shown = waiting::poll(STANDING_LIMIT, || shows(&self.page, text).then_some(()));
        let page = || page_of(&self.page).unwrap_or_default();
        assert!(shown.is_some(), "the touch page never showed \"{text}\":\n{}", page());
    }

    /// Presses the first button of the page that does this.
    ///
    /// # Panics
    /// When there is none.
    pub fn press(&self, action: &str) {
        let page = page_of(&self.page).expect("the page is there");
        let form = page.split_once(&format!("action=\"/do/{action}\"")).expect("the button").1;
        let value = |name: &str| {
            let field = form.split_once(&format!("name=\"{name}\" value=\"")).expect("a field").1;
            field.split('"').next().unwrap_or_default().to_owned()
        };
        let form = format!("tap={}&job={}", value("tap"), value("job"));
        let reply = http::press(self.port(), &format!("/do/{action}"), &form);
        let reply = reply.expect("the station answers");
        assert!(reply.status < 400, "{}: {}", reply.status, reply.body);
    }

    /// Kills the station, as pulling its plug would.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Waits until the station is connected to the server, and whoever tapped last is gone: a session that
    /// its owner left outlives the server, goes on when jobs come in, and ends by itself.
    ///
    /// # Panics
    /// When it is not, with what its page shows instead.
    pub fn wait_for_connection(&mut self) {
        let connected = waiting::poll(REST_LIMIT, || is_inviting(&self.page).then_some(()));
        let page = || page_of(&self.page).unwrap_or_else(|| "no page".to_owned());
        assert!(connected.is_some(), "no connection: {}\n{}", page(), self.process.log());
    }

    /// Holds a card to the reader, late enough to be a tap of its own, and waits for what comes of it.
    pub fn tap(&self, card: &str) -> Told {
        self.let_the_last_tap_pass(card);
        self.begin_tap(card).wait()
    }

    /// Waits until this card would be a new tap.
    pub fn let_the_last_tap_pass(&self, card: &str) {
        let last = self.last.lock().expect("nobody panics with it").clone();
        if let Some((_, at)) = last.filter(|(last, _)| last == card) {
            waiting::poll(SAME_TAP * 2, || (at.elapsed() > SAME_TAP).then_some(()));
        }
    }

    /// Holds a card to the reader and looks away; a new tap, whoever stood there before.
    ///
    /// # Panics
    /// When the station is gone.
    pub fn hold_card(&self, card: &str) {
        self.let_the_last_tap_pass(card);
        *self.last.lock().expect("nobody panics with it") = Some((card.to_owned(), Instant::now()));
        let reply = http::press(self.port(), "/tap", &format!("uid={card}"));
        let reply = reply.expect("the station answers");
        assert!(reply.status < 400, "{}: {}", reply.status, reply.body);
    }

    /// Whoever stands there leaves, and the station waits for the next, connected to the server.
    ///
    /// # Panics
    /// When it does not.
    pub fn send_away(&self) {
        let away = waiting::poll(REST_LIMIT, || {
            let page = page_of(&self.page)?;
            if page.contains(INVITING) {
                return Some(());
            }
            let field = page.split_once("name=\"tap\" value=\"")?.1;
            let tap = field.split('"').next()?;
            // An error is seen by the next look.
            let _ = http::press(self.port(), "/do/leave", &format!("tap={tap}"));
            None
        });
        let page = || page_of(&self.page).unwrap_or_else(|| "no page".to_owned());
        assert!(away.is_some(), "somebody stays: {}\n{}", page(), self.process.log());
    }

    /// Holds a card to the reader.
    pub fn begin_tap(&self, card: &str) -> Tapping {
        *self.last.lock().expect("nobody panics with it") = Some((card.to_owned(), Instant::now()));
        let mut command =
            Command::new(programs::ours("release-station").expect("`make build` makes it"));
        command.args(["tap", card, "--page", &self.page]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Tapping { child: command.spawn().expect("the program is there") }
    }
}

impl Tapping {
    /// The owner does not wait for what comes of it.
    pub fn walk_away(mut self) {
        // An error means that the tap has just ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Waits for what comes of it.
    ///
    /// # Panics
    /// When the station says nothing for too long.
    pub fn wait(mut self) -> Told {
        let ended = waiting::poll(TAP_LIMIT, || self.child.try_wait().ok().flatten());
        if ended.is_none() {
            // An error means that it has just ended.
            let _ = self.child.kill();
        }
        let output = self.child.wait_with_output().expect("the program was started");
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        assert!(ended.is_some(), "a tap went on for {} s: {text}", TAP_LIMIT.as_secs());
        let end = match output.status.code() {
            Some(0) => TapEnd::Printed,
            Some(2) => TapEnd::Refused,
            Some(3) => TapEnd::Nothing,
            Some(4) => TapEnd::Incomplete,
            _ => TapEnd::Failed,
        };
        Told { end, text }
    }
}

impl Told {
    /// Holds the end.
    ///
    /// # Panics
    /// When it is another one; the message has what was said.
    pub fn expect(&self, end: TapEnd) -> &Told {
        assert_eq!(self.end, end, "{}", self.text);
        self
    }

    /// Holds that it is one of two ends, and says which.
    ///
    /// # Panics
    /// When it is another one; the message has what was said.
    pub fn expect_either(&self, one: TapEnd, other: TapEnd) -> TapEnd {
        assert!(self.end == one || self.end == other, "{:?}: {}", self.end, self.text);
        self.end
    }
}

/// The first word in the log that begins so.
fn log_names(log: &Path, begin: &str) -> Option<String> {
    let text = std::fs::read_to_string(log).ok()?;
    text.split_whitespace().find(|word| word.starts_with(begin)).map(str::to_owned)
}

/// A station without a connection says so and invites nobody to tap. One that shows how to add a card does.
fn is_inviting(page: &str) -> bool {
    [INVITING, OFFERING].iter().any(|screen| shows(page, screen))
}

fn shows(page: &str, text: &str) -> bool {
    page_of(page).is_some_and(|page| page.contains(text))
}

fn page_of(page: &str) -> Option<String> {
    let port = page.trim_end_matches('/').rsplit(':').next()?.parse().ok()?;
    http::get(port, "/").ok().map(|reply| reply.body)
}
