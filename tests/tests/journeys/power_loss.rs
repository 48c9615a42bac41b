//! The power is cut while jobs come in: what was acknowledged is on the disk.
//!
//! Database, keys and spool lie on a file system in a file of its own, behind a loop device. That file
//! holds only what the kernel has written out, so that a copy of it is the disk after the cut. Needs
//! root and loop devices; only `make torture` runs it.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
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
/// Between two cuts so many jobs are acknowledged.
const ACKNOWLEDGED: usize = 40;

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
    }
}

/// Stops and continues a process, so that nothing is acknowledged while the copy is made.
fn signal(process: u32, name: &str) {
    let mut kill = Command::new("kill");
    programs::run(kill.args(["-s", name, &process.to_string()]));
}

/// Ends the clients, however the test ends.
struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Prints until it is over; keeps what was acknowledged: the job's number and its document's size.
fn print_on(client: &Client, name: usize, kept: &Mutex<BTreeMap<i32, usize>>, over: &AtomicBool) {
    for number in 0.. {
        if over.load(Ordering::SeqCst) {
            return;
        }
        let size = [2_000, 20_000, 200_000][number % 3];
        let document = pdf_of_size(1, Paper::A4, &format!("{name} {number}"), size);
        let job = client.print("anna", &document);
        kept.lock().expect("the list is whole").insert(job, document.len());
    }
}

#[test]
#[ignore = "needs root and loop devices; `make torture` runs it"]
fn what_was_acknowledged_outlives_a_power_cut() {
    let cuts = env::var(CUTS_VARIABLE).ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let folder = Folder::new("power");
    let disk = Disk::make(&folder);
    let mut house = Setup::new().without_stations().storage(&disk.mount).start();
    programs::run(Command::new("sync").arg("-f").arg(&disk.mount));
    let (kept, over) = (Mutex::new(BTreeMap::new()), AtomicBool::new(false));
    let client = house.client();
    let count = || kept.lock().expect("the list is whole").len();
    thread::scope(|scope| {
        for name in 0..CLIENTS {
            let (client, kept, over) = (client.clone(), &kept, &over);
            scope.spawn(move || print_on(&client, name, kept, over));
        }
        let _ending = Ending(&over);
        for cut in 1..=cuts {
            let goal = count() + ACKNOWLEDGED;
            waiting::wait_until("acknowledged jobs", Duration::from_secs(60), || count() >= goal);
            let server = house.server().id();
            signal(server, "STOP");
            let then = kept.lock().expect("the list is whole").clone();
            let after = disk.after_a_cut(&folder);
            signal(server, "CONT");
            check(&house, &after, cut, &then);
        }
    });
    println!("{cuts} cuts, {} acknowledged jobs, none lost", count());
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
    // What was not acknowledged may have left a file, which the server removes soon after its start.
    waiting::wait_until("the end of the left-overs", Duration::from_secs(30), || {
        files(&after.mount.join("spool")) == documents_read(&twin.fsck())
    });
    twin.stop_server();
    // Reads every document through: a short or altered one is found.
    twin.expect_whole();
}

/// How many documents lie in the spool's shards.
fn files(spool: &Path) -> usize {
    let shards = fs::read_dir(spool).into_iter().flatten().flatten();
    let shards = shards.filter(|entry| entry.file_name().len() == 2);
    shards.map(|shard| fs::read_dir(shard.path()).into_iter().flatten().count()).sum()
}

/// How many documents `fsck` read.
fn documents_read(told: &str) -> usize {
    let line = told.lines().find(|line| line.contains("documents_read"));
    let count = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    count.unwrap_or_else(|| panic!("fsck does not say what it read:\n{told}"))
}
