//! What the control port tells about the machine: the truth, whatever IPP clients are told.

use print_core::Timestamp;
use serde_json::{Value as Json, json};

use crate::machine::{Addresses, Machine};

/// The machine's state, its counters, its faults and the newest `jobs_max` jobs of its folder. The
/// counters are of all jobs.
pub fn status(machine: &Machine, addresses: &Addresses, jobs_max: usize, now: Timestamp) -> Json {
    let jobs = machine.all_jobs();
    let shown = &jobs[jobs.len().saturating_sub(jobs_max)..];
    let sum = |count: fn(&crate::machine::Job) -> u32| -> u64 {
        jobs.iter().map(|job| u64::from(count(job))).sum()
    };
    json!({
        "name": machine.model.name,
        "uuid": machine.folder.uuid(),
        "uri": addresses.uri("ipp"),
        "uri_tls": addresses.tls.then(|| addresses.uri("ipps")),
        "up_time_seconds": machine.up_time(now),
        "printer_state": machine.printer_state().name(),
        "printer_state_reasons": machine.printer_state_reasons(),
        "accepting": machine.is_accepting(),
        "resets": machine.resets,
        "connections": machine.connections,
        "connections_open": machine.connections_open,
        "requests": machine.requests,
        "jobs_accepted": jobs.len(),
        "documents_received": machine.documents_received,
        "impressions_out": sum(|job| job.impressions_out),
        "sheets_out": sum(|job| job.sheets_out),
        "faults": machine.faults.all(),
        "jobs": shown,
    })
}
