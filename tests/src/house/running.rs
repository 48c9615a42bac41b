//! The parts of a house as processes.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use real_parts::process::{Process, Stop};
use real_parts::waiting;

use super::plan::{PRINTERS, QUEUE};
use super::{Books, Mfp, Plan, Result, furnish, http, programs};

/// How long a part may take to start.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A house whose parts can be started and ended. Dropping it ends them all.
#[derive(Debug)]
pub struct House {
    plan: Plan,
    // The station first: what is dropped first ends first.
    station: Option<Process>,
    server: Option<Process>,
    mfps: [Option<Process>; 2],
}

/// What came of a tap.
#[derive(Debug, Clone)]
pub struct Tapped {
    /// How `release-station tap` ended: 0 all came out, 2 refused, 3 nothing was released, 4 incomplete.
    pub code: i32,
    /// The sentences it said.
    pub text: String,
}

impl House {
    /// Makes a new house; nothing runs yet.
    ///
    /// # Errors
    /// What could not be set up.
    pub fn furnish(plan: Plan) -> Result<House> {
        furnish::furnish(&plan)?;
        Ok(House::over(plan))
    }

    /// Takes up a house that was furnished before.
    ///
    /// # Errors
    /// What could not be adapted to the plan.
    pub fn take_up(plan: Plan) -> Result<House> {
        furnish::adapt(&plan)?;
        Ok(House::over(plan))
    }

    fn over(plan: Plan) -> House {
        House { plan, station: None, server: None, mfps: [None, None] }
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Starts every part and waits until a tap would work.
    ///
    /// # Errors
    /// Which part did not start, with the end of its log.
    pub fn start(&mut self) -> Result<()> {
        for number in 0..PRINTERS.len() {
            self.launch_mfp(number)?;
        }
        self.launch_server()?;
        self.launch_station()?;
        for number in 0..PRINTERS.len() {
            self.await_mfp(number)?;
        }
        self.await_server()?;
        self.await_station()
    }

    /// Starts the server and waits until it is ready.
    ///
    /// # Errors
    /// That it did not, with the end of its log.
    pub fn start_server(&mut self) -> Result<()> {
        self.launch_server()?;
        self.await_server()
    }

    /// Asks the server to end, and waits for it. Whether it ended well.
    pub fn stop_server(&mut self) -> bool {
        let status = self.server.take().and_then(|mut server| server.stop());
        status.is_some_and(|status| status.success())
    }

    /// Kills the server, as a crash would.
    pub fn kill_server(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill();
        }
    }

    /// The server's process; none while it does not run.
    pub fn server(&mut self) -> Option<&mut Process> {
        self.server.as_mut()
    }

    /// Starts the station and waits until it is connected.
    ///
    /// # Errors
    /// That it did not, with the end of its log.
    pub fn start_station(&mut self) -> Result<()> {
        self.launch_station()?;
        self.await_station()
    }

    /// Ends the station.
    pub fn stop_station(&mut self) {
        self.station = None;
    }

    /// Starts a printer and waits until it answers.
    ///
    /// # Errors
    /// That it did not, with the end of its log.
    pub fn start_mfp(&mut self, number: usize) -> Result<()> {
        self.launch_mfp(number)?;
        self.await_mfp(number)
    }

    /// Switches a printer off.
    pub fn stop_mfp(&mut self, number: usize) {
        self.mfps[number] = None;
    }

    /// A printer, as it speaks of itself.
    #[must_use]
    pub fn mfp(&self, number: usize) -> Mfp {
        Mfp::at(self.plan.ports.mfps[number].control)
    }

    /// Runs `print-server admin` or another command of it that ends by itself.
    ///
    /// # Errors
    /// What it said, when it did not end well.
    pub fn command(&self, arguments: &[&str]) -> Result<String> {
        furnish::admin(&self.plan, arguments)
    }

    /// Counts the promises: whether all is whole, and what was said.
    ///
    /// # Errors
    /// When the program cannot be run.
    pub fn fsck(&self, arguments: &[&str]) -> Result<(bool, String)> {
        let all = [&["fsck"][..], arguments].concat();
        let output = programs::output(&mut furnish::command(&self.plan, &all)?, "")?;
        let said = [output.stdout, output.stderr].concat();
        Ok((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
    }

    /// The house's database.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn books(&self) -> Result<Books> {
        Books::open(&self.plan)
    }

    /// Prints a file by CUPS's `lp`, as this user; gives the number of the job.
    ///
    /// # Errors
    /// What `lp` said when the job was not accepted.
    pub fn lp(&self, user: &str, file: &Path, options: &[&str]) -> Result<i64> {
        let mut command = Command::new(programs::system("lp", "cups-client")?);
        let server = format!("127.0.0.1:{}", self.plan.ports.print);
        command.args(["-h", &server, "-U", user, "-d", QUEUE]).args(options).arg(file);
        // A user's own settings of CUPS must not lead elsewhere; its words are read here.
        command.env_remove("CUPS_SERVER").env("LC_ALL", "C.UTF-8").env("HOME", &self.plan.folder);
        let said = programs::run(&mut command, "")?;
        // "request id is followme-17 (1 file(s))"
        let number =
            said.split_whitespace().nth(3).and_then(|id| id.rsplit('-').next()?.parse().ok());
        number.ok_or_else(|| format!("lp said something unexpected: {said}"))
    }

    /// Holds a card to the station's reader, and lets everything go to the named printer.
    ///
    /// # Errors
    /// When the station cannot be asked at all.
    pub fn tap(&self, card: &str, printer: &str) -> Result<Tapped> {
        let mut command = Command::new(programs::ours("release-station")?);
        command.args(["tap", card, "--printer", printer, "--config"]).arg(self.plan.station_path());
        let output = programs::output(&mut command, "")?;
        let code = output.status.code().unwrap_or(-1);
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if code == 1 {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("the tap: {}", said.trim()));
        }
        Ok(Tapped { code, text })
    }

    /// Lets the person at the station go, as the button on the touch page does, and waits for the
    /// waiting screen.
    ///
    /// # Errors
    /// When the station does not answer.
    pub fn leave(&mut self) -> Result<()> {
        let reply = http::press(self.plan.ports.page, "/do/leave", "")?;
        if reply.status >= 400 {
            return Err(format!("the touch page: {}", reply.body.trim()));
        }
        self.await_station()
    }

    /// Why a part is gone, when one ended by itself.
    pub fn casualty(&mut self) -> Option<String> {
        let [first, second] = &mut self.mfps;
        let parts = [
            ("print-server", &mut self.server),
            ("release-station", &mut self.station),
            ("the first printer", first),
            ("the second printer", second),
        ];
        parts.into_iter().find_map(|(name, part)| {
            let part = part.as_mut()?;
            let status = part.status()?;
            Some(format!("{name} ended by itself ({status}):\n{}", tail(&part.log())))
        })
    }

    fn launch(&self, name: &str, command: Command) -> Result<Process> {
        let logs = self.plan.folder.join("logs");
        fs::create_dir_all(&logs).map_err(|error| format!("{}: {error}", logs.display()))?;
        Ok(Process::start(name, command, &logs.join(format!("{name}.log")), Stop::Terminate))
    }

    fn launch_mfp(&mut self, number: usize) -> Result<()> {
        let ports = self.plan.ports.mfps[number];
        let (name, place) = PRINTERS[number];
        let mut command = Command::new(programs::ours("virtual-mfp")?);
        command
            .arg("--state")
            .arg(self.plan.folder.join(format!("mfp-{}", number + 1)))
            .args(["--listen", &format!("127.0.0.1:{}", ports.ipp)])
            .args(["--control", &format!("127.0.0.1:{}", ports.control)])
            .args(["--name", name, "--location", place])
            .args(["--pages-per-minute", &self.plan.pages_per_minute.to_string()]);
        self.mfps[number] = Some(self.launch(&format!("mfp-{}", number + 1), command)?);
        Ok(())
    }

    fn launch_server(&mut self) -> Result<()> {
        let command = furnish::command(&self.plan, &["serve"])?;
        self.server = Some(self.launch("print-server", command)?);
        Ok(())
    }

    fn launch_station(&mut self) -> Result<()> {
        let mut command = Command::new(programs::ours("release-station")?);
        command.args(["run", "--config"]).arg(self.plan.station_path());
        self.station = Some(self.launch("release-station", command)?);
        Ok(())
    }

    fn await_mfp(&mut self, number: usize) -> Result<()> {
        let control = self.plan.ports.mfps[number].control;
        ready("a printer", self.mfps[number].as_mut(), || answers(control, "/status", ""))
    }

    fn await_server(&mut self) -> Result<()> {
        let manage = self.plan.ports.manage;
        ready("print-server", self.server.as_mut(), || answers(manage, "/health/ready", ""))
    }

    fn await_station(&mut self) -> Result<()> {
        let page = self.plan.ports.page;
        // The waiting screen appears when the server has said welcome.
        ready("release-station", self.station.as_mut(), || answers(page, "/", "screen waiting"))
    }
}

fn answers(port: u16, path: &str, wanted: &str) -> bool {
    // The port first: most of the wait nobody listens, and that is told at once.
    real_parts::ports::answers(port)
        && http::get(port, path)
            .is_ok_and(|reply| reply.status == 200 && reply.body.contains(wanted))
}

fn ready(name: &str, part: Option<&mut Process>, mut is_ready: impl FnMut() -> bool) -> Result<()> {
    let part = part.ok_or_else(|| format!("{name} was not started"))?;
    let outcome = waiting::poll(START_LIMIT, || match part.status() {
        Some(status) => Some(Err(format!("{name} ended at once ({status})"))),
        None => is_ready().then_some(Ok(())),
    });
    let late = || Err(format!("{name} was not ready within {} s", START_LIMIT.as_secs()));
    outcome.unwrap_or_else(late).map_err(|text| format!("{text}:\n{}", tail(&part.log())))
}

/// The last lines of a log.
fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}
