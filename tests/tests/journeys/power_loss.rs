//! The power is cut while jobs come in: what was acknowledged is on the disk.
//!
//! Database, keys and spool lie on a file system in a file of its own, behind a loop device. That file
//! holds only what the kernel has written out, so that a copy of it is the disk after the cut. Needs
//! root and loop devices; only `make torture` runs it.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use ipp_codec::names;
use real_parts::documents::{Paper, pdf_of_size};
use real_parts::folder::Folder;
use real_parts::{programs, waiting};

use crate::scene::house::state;
use crate::scene::{Client, House, Setup};

/// Says how many cuts there are.
const CUTS_VARIABLE: &str = "FOLLOWME_POWER_CUTS";
const CLIENTS: usize = 16;
/// Between two cuts so many jobs are acknowledged,
const ACKNOWLEDGED: usize = 40;
/// and so many more may be on their way at the cut.
const IN_THE_MIDST: usize = 4 * CLIENTS;
const ACKNOWLEDGED_LIMIT: Duration = Duration::from_secs(60);
/// What `fsck` calls files that no row names.
const LEFT_OVER: [&str; 3] =
    ["files_without_a_row", "unfinished_files", "files_of_others_or_of_this_run"];

/// A file system in a file, mounted.
struct Disk {
    image: PathBuf,
    mount: PathBuf,
}

impl Disk {
    /// Makes one. The kernel must not write out by itself in time and so save us.
    fn make(folder: &Folder) -> Disk {
        let (image, mount) = (folder.join("image"), folder.join("disk"));
        let file = fs::File::create(&image).expect("the folder is ours");
        file.set_len(1 << 30).expect("a sparse file takes no room");
        let mkfs = programs::find("mkfs.ext4", "e2fsprogs");
        programs::run(Command::new(mkfs).args(["-q", "-F"]).arg(&image));
        fs::create_dir(&mount).expect("the folder is ours");
        Disk::mounted(image, mount, "loop,commit=60")
    }

    fn mounted(image: PathBuf, mount: PathBuf, options: &str) -> Disk {
        let program = programs::find("mount", "mount");
        programs::run(Command::new(program).args(["-o", options]).arg(&image).arg(&mount));
        Disk { image, mount }
    }

    /// The disk as it is after a cut at this moment, with its journal replayed, as a disk of its own.
    fn after_a_cut(&self, folder: &Folder) -> Disk {
        let (image, mount) = (folder.join("image-after"), folder.join("disk-after"));
        let mut copy = Command::new("cp");
        programs::run(copy.args(["--sparse=always"]).arg(&self.image).arg(&image));
        fs::create_dir_all(&mount).expect("the folder is ours");
        Disk::mounted(image, mount, "loop")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let program = programs::find("umount", "mount");
        // Somebody may still be leaving it.
        waiting::poll(Duration::from_secs(10), || {
            let status = Command::new(&program).arg(&self.mount).status();
            status.is_ok_and(|status| status.success()).then_some(())
        });
        // Each cut makes another one, as large as all that was printed so far.
        let _ = fs::remove_file(&self.image);
    }
}

/// Stops and continues a process, so that nothing is acknowledged while the copy is made.
fn signal(process: u32, name: &str) {
    let mut kill = Command::new("kill");
    programs::run(kill.args(["-s", name, &process.to_string()]));
}

/// How far the clients may go, and what became of it. Without an end to it they would fill the disk.
#[derive(Default)]
struct Pace {
    now: Mutex<Printing>,
    changed: Condvar,
}

#[derive(Default)]
struct Printing {
    /// So many jobs may be begun.
    allowed: usize,
    begun: usize,
    over: bool,
    /// What was acknowledged: the job's number and its document's size.
    kept: BTreeMap<i32, usize>,
}

impl Pace {
    fn now(&self) -> MutexGuard<'_, Printing> {
        self.now.lock().expect("nobody panics with it")
    }

    /// Waits until one more job may be begun, and counts it; `false` when it is over.
    fn begin(&self) -> bool {
        let waits = |now: &mut Printing| now.begun >= now.allowed && !now.over;
        let now = self.changed.wait_while(self.now(), waits);
        let mut now = now.expect("nobody panics with it");
        now.begun += 1;
        !now.over
    }

    fn keep(&self, job: i32, size_bytes: usize) {
        self.now().kept.insert(job, size_bytes);
        self.changed.notify_all();
    }

    /// Lets the clients go on, and comes back as soon as enough of it is acknowledged. They have more
    /// to do than is waited for, so that they are in the midst of it then.
    fn until_acknowledged(&self) {
        let goal = {
            let mut now = self.now();
            let goal = now.kept.len() + ACKNOWLEDGED;
            now.allowed = goal + IN_THE_MIDST;
            goal
        };
        self.changed.notify_all();
        let waits = |now: &mut Printing| now.kept.len() < goal;
        let waited = self.changed.wait_timeout_while(self.now(), ACKNOWLEDGED_LIMIT, waits);
        let (now, _) = waited.expect("nobody panics with it");
        assert!(now.kept.len() >= goal, "{} of {goal} jobs are acknowledged", now.kept.len());
    }
}

/// Ends the clients, however the test ends.
struct Ending<'a>(&'a Pace);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.now().over = true;
        self.0.changed.notify_all();
    }
}

/// Prints until it is over.
fn print_on(client: &Client, name: usize, pace: &Pace) {
    for number in 0.. {
        if !pace.begin() {
            return;
        }
        let size = [2_000, 20_000, 200_000][(name + number) % 3];
        let document = pdf_of_size(1, Paper::A4, &format!("{name} {number}"), size);
        pace.keep(client.print("anna", &document), document.len());
    }
}

#[test]
#[ignore = "needs root and loop devices; `make torture` runs it"]
fn what_was_acknowledged_outlives_a_power_cut() {
    let cuts = env::var(CUTS_VARIABLE).ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let folder = Folder::new("power");
    let disk = Disk::make(&folder);
    let mut house = Setup::new().without_limits().without_stations().storage(&disk.mount).start();
    programs::run(Command::new("sync").arg("-f").arg(&disk.mount));
    let (pace, mut open) = (Pace::default(), 0);
    let client = house.client();
    thread::scope(|scope| {
        for name in 0..CLIENTS {
            let (client, pace) = (client.clone(), &pace);
            scope.spawn(move || print_on(&client, name, pace));
        }
        let _ending = Ending(&pace);
        for cut in 1..=cuts {
            pace.until_acknowledged();
            let server = house.server().id();
            signal(server, "STOP");
            let after = disk.after_a_cut(&folder);
            // Everything that the server had answered has been read by now.
            let (kept, open_now) = {
                let now = pace.now();
                (now.kept.clone(), now.begun - now.kept.len())
            };
            signal(server, "CONT");
            assert!(open_now > 0, "cut {cut}: nothing was on its way when the power was cut");
            open += open_now;
            check(&house, &after, cut, &kept);
        }
    });
    let acknowledged = pace.now().kept.len();
    println!("{cuts} cuts with {open} jobs on their way, {acknowledged} acknowledged, none lost");
    drop(house);
}

/// Starts a server of its own on the disk after the cut, and holds that it has every job whole.
fn check(house: &House, after: &Disk, cut: usize, kept: &BTreeMap<i32, usize>) {
    let mut twin = house.twin(&after.mount);
    twin.start_server();
    let client = twin.client();
    for (number, size_bytes) in kept {
        let job = client.job("anna", *number);
        let (state, kilo) = (job.integer(names::JOB_STATE), job.integer(names::JOB_K_OCTETS));
        let wanted = i32::try_from(size_bytes.div_ceil(1024)).expect("our documents are small");
        assert_eq!((state, kilo), (Some(state::HELD), Some(wanted)), "cut {cut}: job {number}");
    }
    // What was not acknowledged may be left over, which the server removes soon after its start.
    let mut told = String::new();
    let ended = waiting::poll(Duration::from_secs(30), || {
        told = twin.fsck();
        (left_over(&told) == 0).then_some(())
    });
    assert!(ended.is_some(), "cut {cut}: files that no row names are left over:\n{told}");
    twin.stop_server();
    // Reads every document through: a short or altered one is found.
    twin.expect_whole();
}

/// How many files `fsck` found that no row names. Beside a running server it counts them as those of
/// others.
fn left_over(told: &str) -> u64 {
    let lines = told.lines().filter_map(|line| line.trim_start().split_once(' '));
    let counts: Vec<u64> = lines
        .filter(|(_, name)| LEFT_OVER.contains(&name.trim_start()))
        .map(|(count, _)| count.parse().expect("fsck counts in digits"))
        .collect();
    assert_eq!(counts.len(), LEFT_OVER.len(), "fsck does not say what is left over:\n{told}");
    counts.iter().sum()
}
