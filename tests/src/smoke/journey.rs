//! The journey, step by step.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use print_core::{JobState, PriceList, price};
use real_parts::{documents, waiting};
use serde_json::Value as Json;
use store::{JobRecord, LedgerEntry};

use crate::house::furnish::PRICES;
use crate::house::plan::{ANNA_CARD, PRINTERS, QUEUE, UNKNOWN_CARD};
use crate::house::{Books, Database, House, Plan, Result, programs};

const OWNER: &str = "anna";
const DEPARTMENT: &str = "K8";
const PAGES: usize = 7;
/// Seven pages on both sides of four sheets, twice: a copy begins on a new sheet.
const IMPRESSIONS: u32 = 14;
const SHEETS: u32 = 8;
/// Nothing of the journey takes longer.
const LIMIT: Duration = Duration::from_secs(30);
/// The second printer: the owner chooses where it comes out.
const PRINTER: usize = 1;

/// Makes the whole journey in a new house in this folder.
///
/// # Errors
/// The first thing that is not as it should be.
pub fn make(folder: &Path, database: Database) -> Result<()> {
    let document = document(folder)?;
    let sha256 = sha256(&document)?;
    let mut house = House::furnish(Plan::for_test(folder.join("house"), database))?;
    house.start()?;
    step("set up", &format!("queue {QUEUE}, two printers, a station, prices, people; all running"));
    let number = print(&house, &document)?;
    let books = house.books()?;
    let job = held(&books, number, &sha256)?;
    refuse_a_stranger(&house)?;
    release(&house)?;
    let printed = printed(&house, &sha256)?;
    let entry = booked(&books, &job, &printed)?;
    finance(&house, &entry)?;
    print_nothing_twice(&mut house)?;
    drop(books);
    end_whole(&mut house)
}

fn document(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("seven-pages.pdf");
    let bytes = documents::pdf(PAGES, documents::Paper::A4, "Follow-me print");
    fs::write(&path, bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut pdfinfo = Command::new(programs::system("pdfinfo", "poppler-utils")?);
    let said = programs::run(pdfinfo.arg(&path), "")?;
    let pages = said.lines().find_map(|line| line.strip_prefix("Pages:")).map(str::trim);
    expect("pages by pdfinfo", pages, Some(PAGES.to_string().as_str()))?;
    step("a document", &format!("{PAGES} pages by pdfinfo"));
    Ok(path)
}

/// By the system's own program, as an independent witness.
fn sha256(document: &Path) -> Result<String> {
    let mut sum = Command::new(programs::system("sha256sum", "coreutils")?);
    let said = programs::run(sum.arg(document), "")?;
    Ok(said.split_whitespace().next().unwrap_or_default().to_owned())
}

fn print(house: &House, document: &Path) -> Result<i64> {
    let options = ["-o", "sides=two-sided-long-edge", "-n", "2"];
    let number = house.lp(OWNER, document, &options)?;
    let ports = house.plan().ports;
    let line = format!("lp -h 127.0.0.1:{} -d {QUEUE} {}", ports.print, options.join(" "));
    step("printed", &format!("{line}: job {number}"));
    Ok(number)
}

fn held(books: &Books, number: i64, sha256: &str) -> Result<JobRecord> {
    let job = books.job(number)?;
    expect("state of the job", job.state, JobState::Held)?;
    let of_owner = books.held(OWNER)?;
    expect("jobs held for the owner", of_owner.len(), 1)?;
    expect("number of the held job", of_owner[0].number, job.number)?;
    let stored: String = job.sha256.iter().flatten().map(|byte| format!("{byte:02x}")).collect();
    expect("SHA-256 of what is held", stored.as_str(), sha256)?;
    step(
        "held",
        &format!("{} bytes for {OWNER}, encrypted, byte for byte as sent", job.size_bytes),
    );
    Ok(job)
}

fn refuse_a_stranger(house: &House) -> Result<()> {
    let tapped = house.tap(UNKNOWN_CARD, PRINTERS[PRINTER].0)?;
    expect("exit status of a tap with an unknown card", tapped.code, 2)?;
    step("unknown card", &tapped.text);
    Ok(())
}

fn release(house: &House) -> Result<()> {
    let printer = PRINTERS[PRINTER].0;
    let tapped = house.tap(ANNA_CARD, printer)?;
    if tapped.code != 0 {
        return Err(format!("the tap ended with {}: {}", tapped.code, tapped.text));
    }
    step("tapped", &tapped.text.replace('\n', " / "));
    Ok(())
}

fn printed(house: &House, sha256: &str) -> Result<Json> {
    expect("jobs at the other printer", house.mfp(1 - PRINTER).jobs()?.len(), 0)?;
    let jobs = house.mfp(PRINTER).jobs()?;
    expect("jobs at the printer", jobs.len(), 1)?;
    let job = jobs.into_iter().next().unwrap_or_default();
    expect("state at the printer", job["state"].as_str(), Some("completed"))?;
    expect("SHA-256 at the printer", job["sha256"].as_str(), Some(sha256))?;
    for (name, wanted) in [
        ("impressions_out", IMPRESSIONS),
        ("impressions_reported", IMPRESSIONS),
        ("sheets_out", SHEETS),
        ("sheets_reported", SHEETS),
    ] {
        expect(name, job[name].as_u64(), Some(u64::from(wanted)))?;
    }
    step(
        "out",
        &format!("{IMPRESSIONS} impressions on {SHEETS} sheets, by the printer's own report"),
    );
    Ok(job)
}

fn booked(books: &Books, job: &JobRecord, printed: &Json) -> Result<LedgerEntry> {
    let entries =
        waiting::poll(LIMIT, || books.entries(job).ok().filter(|found| !found.is_empty()));
    let entries = entries.ok_or("nothing was booked")?;
    expect("entries in the ledger", entries.len(), 1)?;
    let entry = entries.into_iter().next().ok_or("nothing was booked")?;
    expect("impressions in the ledger", entry.usage.impressions(), IMPRESSIONS)?;
    expect("sheets in the ledger", entry.usage.sheets, SHEETS)?;
    let color = printed["impressions_color_out"].as_u64();
    expect("in colour", Some(u64::from(entry.usage.impressions_color)), color)?;
    expect("department", entry.department_code.as_str(), DEPARTMENT)?;
    let [impression_monochrome, impression_color, sheet] =
        PRICES.map(|text| print_core::Amount::parse(text).expect("the prices of the house"));
    let prices = PriceList { impression_monochrome, impression_color, sheet };
    expect("amount", entry.amount, price::price(&entry.usage, &prices))?;
    let state = books.job(i64::from(job.number.get()))?.state;
    expect("state of the job", state, JobState::Completed)?;
    step("booked", &format!("{} kr to {DEPARTMENT}, counted by the printer", entry.amount));
    Ok(entry)
}

fn finance(house: &House, entry: &LedgerEntry) -> Result<()> {
    let csv = house.command(&["admin", "export", &entry.period.to_string()])?;
    let lines: Vec<_> = csv.split("\r\n").filter(|line| !line.is_empty()).collect();
    expect("lines of the file", lines.len(), 2)?;
    let fields: Vec<_> = lines[1].split(';').collect();
    let usage = &entry.usage;
    // The order of the columns: code, name, jobs, sheets, monochrome, colour, amount, estimated, to check.
    for (place, wanted) in [
        (0, DEPARTMENT.to_owned()),
        (2, "1".to_owned()),
        (3, SHEETS.to_string()),
        (4, usage.impressions_monochrome.to_string()),
        (5, usage.impressions_color.to_string()),
        (6, entry.amount.to_string().replace('.', ",")),
        (7, "0".to_owned()),
        (8, "0".to_owned()),
    ] {
        let field = fields.get(place).copied();
        expect(&format!("field {} of the file", place + 1), field, Some(wanted.as_str()))?;
    }
    step("finance", lines[0].trim_start_matches('\u{feff}'));
    step("", lines[1]);
    Ok(())
}

fn print_nothing_twice(house: &mut House) -> Result<()> {
    // At once it is the same tap once more; after the owner has left it is a new one.
    house.tap(ANNA_CARD, PRINTERS[PRINTER].0)?;
    expect("jobs at the printer", house.mfp(PRINTER).jobs()?.len(), 1)?;
    house.leave()?;
    let tapped = house.tap(ANNA_CARD, PRINTERS[PRINTER].0)?;
    expect("exit status of a later tap", tapped.code, 3)?;
    expect("jobs at the printer", house.mfp(PRINTER).jobs()?.len(), 1)?;
    step("tapped again", &tapped.text);
    Ok(())
}

fn end_whole(house: &mut House) -> Result<()> {
    let (whole, said) = house.fsck(&[])?;
    if !whole {
        return Err(format!("fsck beside the running server:\n{said}"));
    }
    house.stop_station();
    if !house.stop_server() {
        return Err("the server did not end well".to_owned());
    }
    let (whole, said) = house.fsck(&[])?;
    if !whole {
        return Err(format!("fsck:\n{said}"));
    }
    step("ended", "server stopped; fsck: whole");
    Ok(())
}

fn step(name: &str, what: &str) {
    println!("  {name:12} {what}");
}

fn expect<T: PartialEq + std::fmt::Debug>(what: &str, found: T, wanted: T) -> Result<()> {
    if found == wanted {
        return Ok(());
    }
    Err(format!("{what}: {found:?} instead of {wanted:?}"))
}
