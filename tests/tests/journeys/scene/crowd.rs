//! Many people at once, each with a printer and a station of their own, so that one killed server is one sample
//! for each of them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use ipp_codec::names;
use real_parts::ippeveprinter::IppEvePrinter;
use real_parts::virtual_mfp::Mfp;
use real_parts::waiting;
use serde_json::Value as Json;

use super::house::{STATE_LIMIT, state};
use super::{House, Setup, Station};

/// A person who lives in the house.
#[derive(Debug, Clone)]
pub struct Resident {
    /// How they sign in.
    pub login: String,
    /// Their card.
    pub card: String,
    /// The code of their department, which is nobody else's.
    pub department: String,
}

impl Resident {
    /// The resident of this number.
    pub fn number(number: usize) -> Resident {
        Resident {
            login: format!("r{number:02}"),
            card: format!("04C0FFEE{number:06X}"),
            department: format!("R{number:02}"),
        }
    }

    /// The rows of the file of people.
    pub fn rows(&self) -> String {
        let Resident { login, card, department } = self;
        format!(
            "[[department]]\ncode = \"{department}\"\nname_sv = \"{department}\"\n\
             name_en = \"{department}\"\n[[person]]\nlogin = \"{login}\"\nname = \"{login}\"\n\
             language = \"en\"\nmail = \"{login}@example.org\"\ndepartment = \"{department}\"\n\
             cards = [\"{card}\"]\n"
        )
    }
}

/// A printer of the crowd's.
pub enum Machine {
    /// Ours, which tells the truth at its control port.
    Virtual(Mfp),
    /// The one that CUPS ships.
    Eve(Box<IppEvePrinter>),
}

impl Machine {
    fn uri(&self) -> String {
        match self {
            Machine::Virtual(mfp) => mfp.uri().to_owned(),
            Machine::Eve(eve) => eve.uri(),
        }
    }

    /// All sheets that came out, counted at the printer.
    pub fn sheets(&self) -> u64 {
        match self {
            Machine::Virtual(mfp) => mfp.sheets_out(),
            Machine::Eve(eve) => eve.sides_out(),
        }
    }

    /// How often each document put paper out, where the printer tells them apart.
    pub fn printed(&self) -> BTreeMap<String, u32> {
        let Machine::Virtual(mfp) = self else { return BTreeMap::new() };
        let mut printed = BTreeMap::new();
        for job in mfp.jobs() {
            if let Some(sum) = job["sha256"].as_str().filter(|_| job["sheets_out"] != 0) {
                *printed.entry(sum.to_owned()).or_default() += 1;
            }
        }
        printed
    }

    /// Waits until nothing more comes out.
    pub fn wait_until_idle(&self) {
        if let Machine::Virtual(mfp) = self {
            mfp.wait_for("the printer has done with everything", |status| {
                let jobs = status["jobs"].as_array();
                let is_over = |job: &Json| job["finished_us"].is_i64();
                jobs.is_some_and(|jobs| jobs.iter().all(is_over))
            });
        }
    }
}

/// A person, their printer and the station beside it.
pub struct Desk {
    /// Who.
    pub resident: Resident,
    /// Where.
    pub machine: Machine,
    /// How they say go.
    pub station: Station,
}

/// How a job ended up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Held, and certainly not printed.
    Held,
    /// Held, and perhaps printed.
    InDoubt,
    /// Out.
    Printed,
}

/// A house full of desks.
pub struct Crowd {
    /// The installation.
    pub house: House,
    /// One for each person.
    pub desks: Vec<Desk>,
}

impl Crowd {
    /// Opens a house with a desk for each machine.
    pub fn at(setup: Setup, machines: Vec<Machine>) -> Crowd {
        let house = setup.crowd(machines.len()).without_limits().without_stations().start();
        let mut desks = Vec::new();
        for (number, machine) in machines.into_iter().enumerate() {
            let resident = Resident::number(number);
            let station = desk_station(&house, &resident, &machine.uri());
            desks.push(Desk { resident, machine, station });
        }
        Crowd { house, desks }
    }

    /// Everybody prints this, each their own; gives the jobs' numbers.
    pub fn print(&self, document: impl Fn(&Resident) -> Vec<u8>) -> Vec<i32> {
        let client = self.house.client();
        let desks = self.desks.iter();
        desks.map(|desk| client.print(&desk.resident.login, &document(&desk.resident))).collect()
    }

    /// Waits until everybody's job has ended one way or the other.
    pub fn fates(&self, numbers: &[i32]) -> Vec<Fate> {
        self.desks
            .iter()
            .zip(numbers)
            .map(|(desk, number)| self.fate(desk, *number, false))
            .collect()
    }

    /// `is_let_go`: its owner has just tapped, and that it is held is no end.
    fn fate(&self, desk: &Desk, number: i32, is_let_go: bool) -> Fate {
        let client = self.house.client();
        let mut seen = None;
        let fate = waiting::poll(STATE_LIMIT, || {
            let job = client.job(&desk.resident.login, number);
            let message = job.string(names::JOB_STATE_MESSAGE).unwrap_or_default();
            let at = job.integer(names::JOB_STATE);
            seen = Some((at, message.clone()));
            match at {
                Some(state::COMPLETED) => Some(Fate::Printed),
                Some(state::HELD) if message.contains("may have printed") => Some(Fate::InDoubt),
                Some(state::HELD) if !is_let_go => Some(Fate::Held),
                _ => None,
            }
        });
        fate.unwrap_or_else(|| panic!("{}: {seen:?} is no end", desk.resident.login))
    }

    /// Everybody goes, and the stations wait for the next.
    pub fn send_away(&self) {
        self.desks.iter().for_each(|desk| desk.station.send_away());
    }

    /// Everybody taps again: what is held comes out, what may have been printed is deleted by its owner.
    pub fn finish(&self, numbers: &[i32], fates: &[Fate]) {
        for ((desk, number), fate) in self.desks.iter().zip(numbers).zip(fates) {
            match fate {
                Fate::Held => desk.station.hold_card(&desk.resident.card),
                Fate::InDoubt => self.house.cancel(&desk.resident.login, *number),
                Fate::Printed => {}
            }
        }
        for ((desk, number), fate) in self.desks.iter().zip(numbers).zip(fates) {
            // A printer that forgets what it has done leaves everything in doubt.
            if *fate == Fate::Held && self.fate(desk, *number, true) == Fate::InDoubt {
                self.house.cancel(&desk.resident.login, *number);
            }
        }
        self.send_away();
    }

    /// Holds what must be true of everything so far: no document came out twice, and every sheet is booked
    /// once, or stands on the list of what is to be checked. Gives how much stands there.
    ///
    /// # Panics
    /// When it is not; the message has whose.
    pub fn expect_booked(&self, pages: u64) -> u64 {
        let books = self.house.books();
        let mut to_check = 0;
        for desk in &self.desks {
            let login = &desk.resident.login;
            let twice = desk.machine.printed().into_iter().find(|(_, times)| *times > 1);
            assert_eq!(twice, None, "{login}: a document came out twice");
            let booked = books.get(&desk.resident.department).cloned().unwrap_or_default();
            let sheets = desk.machine.sheets();
            assert!(booked.sheets <= sheets, "{login}: {sheets} came out, booked: {booked:?}");
            let open = sheets - booked.sheets;
            assert!(open <= booked.to_check * pages, "{login}: {sheets} came out, {booked:?}");
            to_check += booked.to_check;
        }
        to_check
    }
}

/// Adds the printer and the station of a resident, and starts the station.
fn desk_station(house: &House, resident: &Resident, uri: &str) -> Station {
    let name = format!("desk-{}", resident.login);
    house.admin(&["printer", "add", &name, uri]);
    let out = house.path(&name);
    let out = out.to_str().expect("our folders are plain text");
    let policy = ["--reader", "simulated", "--policy", "all", "--language", "en", "--out", out];
    house.admin(&[&["station", "add", &name, "--printer", &name][..], &policy].concat());
    let settings = Path::new(out).join("station.toml");
    let mut file = std::fs::OpenOptions::new().append(true).open(settings).expect("just made");
    let card = &resident.card;
    let more = format!(
        "page = \"127.0.0.1:0\"\n[[simulated_card]]\nlabel = \"Resident\"\nuid = \"{card}\"\n"
    );
    file.write_all(more.as_bytes()).expect("the file is ours");
    Station::start(Path::new(out))
}

/// Numbers that nobody foresees and that one number repeats: which run it was is printed.
pub struct Dice(u64);

impl Dice {
    /// Dice that begin with this number.
    pub fn from(seed: u64) -> Dice {
        Dice(seed)
    }

    /// A time below `most`.
    pub fn time(&mut self, most: Duration) -> Duration {
        // Knuth's multiplier for 64 bits; the upper half is good enough for a moment.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let part = u32::try_from(self.0 >> 32).unwrap_or(u32::MAX);
        most.mul_f64(f64::from(part) / f64::from(u32::MAX))
    }
}
