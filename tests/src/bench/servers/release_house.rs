//! A house with one printer and one station, whose reader belongs to a card daemon of its own.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use print_core::{Clock as _, SystemClock};
use real_parts::pcscd::{Pcscd, SOCKET_VARIABLE};
use real_parts::process::{Process, Stop};
use real_parts::{ports, waiting};

use super::mfp::Mfp;
use super::ours::{card, login};
use super::{Ground, Ours, QUEUE};
use crate::bench::load::{Load, Post, small_document};

/// The same card again within three seconds is the same tap, so there are more people than can tap in
/// that time.
const PEOPLE: usize = 60;
/// One more, for the taps before the first that counts.
const FIRST: usize = PEOPLE;
const CARD_RESTS: Duration = Duration::from_millis(3_200);
const START_LIMIT: Duration = Duration::from_secs(20);
const PRINT_LIMIT: Duration = Duration::from_secs(30);
/// When nothing has come out for so long, the reader may have missed the card.
const MISSED_AFTER: Duration = Duration::from_secs(4);
/// No hand is faster than this between two cards; the reader would take them for one.
const HAND: Duration = Duration::from_millis(300);

/// The house.
#[derive(Debug)]
pub struct ReleaseHouse {
    ours: Ours,
    station: Process,
    pcscd: Pcscd,
    mfp: Mfp,
    /// Whose turn it is, and when each person tapped last.
    turn: usize,
    tapped: Vec<Option<Instant>>,
    /// How many releases the server was asked for.
    released: u64,
    lifted_at: Instant,
    missed: u32,
}

impl ReleaseHouse {
    /// Sets everything up; when this returns, a tap prints.
    ///
    /// # Errors
    /// What a command said, or that nothing came out.
    pub fn start(ground: &Ground) -> Result<ReleaseHouse, String> {
        let mfp = Mfp::start();
        let mut ours = Ours::set_up(ground, PEOPLE + 1, "")?;
        ours.admin(&["admin", "printer", "add", "mfp", mfp.uri()])?;
        let kit = ours.folder().join("station");
        let out = kit.display().to_string();
        let add = ["admin", "station", "add", "corridor", "--printer", "mfp", "--policy", "all"];
        ours.admin(&[&add[..], &["--reader", "pcsc", "--out", &out]].concat())?;
        ours.launch();
        let settings = kit.join("station.toml");
        let page = ports::free();
        let text = fs::read_to_string(&settings).map_err(|error| error.to_string())?;
        fs::write(&settings, format!("page = \"127.0.0.1:{page}\"\n{text}"))
            .map_err(|error| error.to_string())?;
        let pcscd = Pcscd::start(1);
        let mut command = Command::new(ground.program("release-station")?);
        command.arg("run").arg("--config").arg(&settings).env(SOCKET_VARIABLE, pcscd.socket());
        let log = kit.join("log");
        let mut station = Process::start("release-station", command, &log, Stop::Terminate);
        station.wait_until(START_LIMIT, || ports::answers(page));
        let tapped = vec![None; PEOPLE + 1];
        let mut house = ReleaseHouse {
            ours,
            station,
            pcscd,
            mfp,
            turn: 0,
            tapped,
            released: 0,
            lifted_at: Instant::now(),
            missed: 0,
        };
        house.tap_until_it_prints()?;
        Ok(house)
    }

    /// The first tap comes to nothing while the station is still connecting; then it is repeated.
    fn tap_until_it_prints(&mut self) -> Result<(), String> {
        let deadline = Instant::now() + START_LIMIT;
        self.print(FIRST, 1)?;
        while Instant::now() < deadline {
            self.lay(FIRST);
            let first = self.mfp.first_byte_of(1, MISSED_AFTER)?;
            self.lift();
            if first.is_some() {
                self.released += 1;
                return self.wait_until_booked();
            }
        }
        let logs = format!("{}{}", self.ours.log(), self.station.log());
        Err(format!("no tap printed:\n{logs}{}", self.pcscd.log()))
    }

    /// Has the next person print so many documents.
    ///
    /// # Errors
    /// When the server refuses one.
    pub fn hold(&self, jobs: usize) -> Result<(), String> {
        self.print(self.turn, jobs)
    }

    fn print(&self, person: usize, jobs: usize) -> Result<(), String> {
        let post = Post::document(QUEUE, &login(person + 1), &small_document(), false);
        let load = Load { connections: 4, requests: jobs };
        load.send(&self.ours.address(), &post)?.whole("our server")?;
        Ok(())
    }

    /// Has the next person, for whom so many jobs are held, tap; gives the milliseconds from the card
    /// on the reader to the first document's first byte at the printer. Returns when all are out and
    /// the server has booked them.
    ///
    /// # Errors
    /// When they do not come out.
    pub fn tap(&mut self, jobs: usize) -> Result<f64, String> {
        let person = self.turn;
        self.turn = (person + 1) % PEOPLE;
        let deadline = Instant::now() + PRINT_LIMIT;
        let heard = self.taps_heard()?;
        let mut laid_at = self.lay(person);
        let first = loop {
            if let Some(first) = self.mfp.first_byte_of(jobs, MISSED_AFTER)? {
                break first;
            }
            if Instant::now() > deadline {
                return Err(format!("a tap did not print all:\n{}", self.ours.log()));
            }
            // A card that the server has heard of is waited for, however long it takes.
            if self.taps_heard()? == heard {
                self.missed += 1;
                self.lift();
                laid_at = self.lay(person);
            }
        };
        self.lift();
        self.released += jobs as u64;
        self.wait_until_booked()?;
        Ok((first - laid_at) as f64 / 1_000.0)
    }

    /// How often the reader missed a card.
    pub fn missed(&self) -> u32 {
        self.missed
    }

    /// Lays a person's card on the reader, as soon as card and hand have rested; gives when.
    fn lay(&mut self, person: usize) -> i64 {
        let rested = self.tapped[person].map_or(self.lifted_at, |at| at + CARD_RESTS);
        let from = rested.max(self.lifted_at + HAND);
        waiting::wait_until("the card to rest", CARD_RESTS * 2, || Instant::now() > from);
        self.tapped[person] = Some(Instant::now());
        let laid_at = SystemClock.now().micros();
        self.pcscd.reader(1).lay(&card(person + 1));
        laid_at
    }

    fn lift(&mut self) {
        self.pcscd.reader(1).lift();
        self.lifted_at = Instant::now();
    }

    /// How many taps the server has heard of.
    fn taps_heard(&self) -> Result<u64, String> {
        let metrics = self.ours.metrics().map_err(|error| format!("the metrics: {error}"))?;
        Ok(sum_of(&metrics, "followme_taps_total"))
    }

    /// The server still asks the printer about jobs that are out; the next tap must not meet that.
    fn wait_until_booked(&self) -> Result<(), String> {
        let booked = waiting::poll(PRINT_LIMIT, || {
            let metrics = self.ours.metrics().ok()?;
            let ended = sum_of(&metrics, "followme_delivery_attempts_total");
            (ended >= self.released).then_some(())
        });
        booked.ok_or_else(|| "what was printed was not booked".to_owned())
    }

    /// Ends everything.
    pub fn stop(mut self) {
        self.station.stop();
        self.ours.stop();
        self.mfp.stop();
    }
}

/// The sum of a counter over all its labels.
fn sum_of(metrics: &str, counter: &str) -> u64 {
    let lines = metrics.lines().filter_map(|line| line.strip_prefix(counter));
    let lines = lines.filter(|rest| rest.starts_with(['{', ' ']));
    lines.filter_map(|rest| rest.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_summed_over_its_labels() {
        let text = "# HELP x\na_total{outcome=\"printed\"} 3\na_total{outcome=\"held\"} 2\n\
                    a_total_more 4\nb_total 9\n";
        assert_eq!(sum_of(text, "a_total"), 5);
        assert_eq!(sum_of(text, "b_total"), 9);
    }
}
