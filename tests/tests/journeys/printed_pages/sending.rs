//! Documents on their way: sent, counted, tapped for, and taken out of the printer's folder.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use ipp_codec::{Attribute, Value, names};
use real_parts::ippeveprinter::IppEvePrinter;
use real_parts::waiting;

use super::compare::{Asked, Tally, compare};
use super::paper;
use crate::scene::house::state;
use crate::scene::{House, Station};

/// Documents that wait together.
const BATCH: usize = 16;

/// So long is waited for the counts of a batch: what is not counted at the tap goes behind the others, and
/// which document is which at the printer is known by its place alone.
const COUNTED: Duration = Duration::from_secs(600);

/// The longest manual has more than a thousand pages.
const PRINTED: Duration = Duration::from_secs(3_600);

/// Somebody's way to one printer.
pub struct Route<'h> {
    pub format: &'static str,
    pub person: &'static str,
    pub card: &'static str,
    pub station: &'h Station,
    pub eve: &'h IppEvePrinter,
}

const SIDES: [&str; 3] = ["one-sided", "two-sided-long-edge", "two-sided-short-edge"];

/// Prints the documents, a batch a tap, and compares what came out.
pub fn print_all(
    house: &House,
    route: &Route<'_>,
    documents: &[(String, PathBuf)],
    wanted: Option<u32>,
) -> Tally {
    let mut tally = Tally::default();
    for (batch, documents) in documents.chunks(BATCH).enumerate() {
        let asked: Vec<Asked> = documents
            .iter()
            .enumerate()
            .map(|(index, (name, file))| {
                let all = paper::sizes(file);
                let pages = wanted.map_or(all.len(), |wanted| all.len().min(wanted as usize));
                // Each document on other sides; one page has no back.
                let sides = if pages == 1 { 0 } else { (batch * BATCH + index) % SIDES.len() };
                let sides = SIDES[sides];
                let sizes = all[..pages].to_vec();
                Asked { name: name.clone(), file: file.clone(), sizes, sides, all: all.len() }
            })
            .collect();
        let mut sent: Vec<(Asked, i32)> = Vec::new();
        for asked in asked {
            let number = send(house, route, &asked);
            sent.push((asked, number));
        }
        wait_for_counts(house, route, &sent);
        let numbers: Vec<i32> = sent.iter().map(|(_, number)| *number).collect();
        tap(house, route, &numbers);
        let came = route.eve.documents();
        assert_eq!(came.len(), sent.len(), "documents at the printer: {came:?}");
        for ((asked, _), came) in sent.iter().zip(came) {
            compare(route.format, asked, &came, &mut tally);
            fs::remove_file(&came).expect("the printer's folder is ours");
        }
        println!("{}: {} {:?}", route.format, tally.figures(), tally.wrong);
    }
    tally
}

/// The job's number.
fn send(house: &House, route: &Route<'_>, asked: &Asked) -> i32 {
    let client = house.client();
    let mut attributes = vec![Attribute::keyword(names::SIDES, asked.sides)];
    if asked.sizes.len() < asked.all {
        let last = i32::try_from(asked.sizes.len()).expect("a few pages");
        attributes.push(Attribute::set(names::PAGE_RANGES, [Value::range(1, last)]));
    }
    let request = client.print_job(route.person, &asked.name).job_attributes(attributes);
    let document = fs::read(&asked.file).expect("the document is there");
    client.ask(&request, &document).job_number()
}

/// Waits for the counts of these jobs.
fn wait_for_counts(house: &House, route: &Route<'_>, sent: &[(Asked, i32)]) {
    let client = house.client();
    let is_open =
        |number: &i32| client.job(route.person, *number).integer(names::JOB_IMPRESSIONS).is_none();
    let mut open: Vec<i32> = sent.iter().map(|(_, number)| *number).collect();
    waiting::wait_until("the counts of all documents", COUNTED, || {
        open.retain(is_open);
        open.is_empty()
    });
}

/// Taps until everything is out.
fn tap(house: &House, route: &Route<'_>, numbers: &[i32]) {
    let client = house.client();
    let is_out = |number: &i32| {
        client.job(route.person, *number).integer(names::JOB_STATE) == Some(state::COMPLETED)
    };
    route.station.let_the_last_tap_pass(route.card);
    let tapping = route.station.begin_tap(route.card);
    waiting::wait_until("every document to be printed", PRINTED, || numbers.iter().all(is_out));
    // What it says is of no interest: the jobs are out.
    tapping.walk_away();
}
