//! A job as IPP clients read it.

use ipp_codec::registry::AttributeGroup;
use ipp_codec::{Attribute, DateTime, Member, RequestedAttributes, Value, names};
use print_core::Timestamp;

use super::Client;
use crate::machine::{Job, Machine, Reported};

/// What the answer to a new job holds (RFC 8011 section 4.2.1.2).
pub fn receipt(job: &Job, client: &Client) -> Vec<Attribute> {
    vec![
        Attribute::integer(names::JOB_ID, job.job_id),
        Attribute::uri(names::JOB_URI, &job_uri(job, client)),
        Attribute::uri(names::JOB_UUID, &job.job_uuid),
        Attribute::enumeration(names::JOB_STATE, job.state.job_state().code()),
        reasons(job),
    ]
}

/// The attributes of a job that a client wants.
pub fn wanted(
    machine: &Machine,
    job: &Job,
    client: &Client,
    requested: &RequestedAttributes,
    now: Timestamp,
) -> Vec<Attribute> {
    let groups = [
        (AttributeGroup::JobDescription, description(job, client)),
        (AttributeGroup::JobStatus, status(machine, job, client, now)),
        (AttributeGroup::JobStatus, counts(job)),
        (AttributeGroup::JobTemplate, job.run.template.clone()),
    ];
    let all = groups.into_iter().flat_map(|(group, attributes)| {
        attributes.into_iter().filter(move |one| requested.wants(&one.name, group))
    });
    all.collect()
}

fn job_uri(job: &Job, client: &Client) -> String {
    format!("{}/{}", client.printer_uri(), job.job_id)
}

fn reasons(job: &Job) -> Attribute {
    let reasons = job.reasons.iter().map(String::as_str);
    Attribute::keywords(names::JOB_STATE_REASONS, reasons)
}

fn description(job: &Job, client: &Client) -> Vec<Attribute> {
    let kilobytes = i32::try_from(job.bytes.div_ceil(1_024)).unwrap_or(i32::MAX);
    vec![
        Attribute::uri(names::JOB_URI, &job_uri(job, client)),
        Attribute::uri(names::JOB_UUID, &job.job_uuid),
        Attribute::uri(names::JOB_PRINTER_URI, &client.printer_uri()),
        Attribute::name(names::JOB_NAME, &job.name),
        Attribute::name(names::JOB_ORIGINATING_USER_NAME, &job.user),
        Attribute::integer(names::JOB_K_OCTETS, kilobytes),
        Attribute::integer(names::JOB_IMPRESSIONS, number(job.impressions_expected)),
        Attribute::integer(names::JOB_MEDIA_SHEETS, number(job.sheets_expected)),
    ]
}

fn status(machine: &Machine, job: &Job, client: &Client, now: Timestamp) -> Vec<Attribute> {
    let time = |name, at: Option<i32>| match at {
        Some(at) => Attribute::integer(name, at),
        None => Attribute::no_value(name),
    };
    let date = |name, at: Option<i64>| match at {
        Some(at) => {
            let seconds = Timestamp::from_micros(at).seconds();
            Attribute::date_time(name, DateTime::from_unix_seconds(seconds))
        }
        None => Attribute::no_value(name),
    };
    let run = &job.run;
    vec![
        Attribute::integer(names::JOB_ID, job.job_id),
        Attribute::enumeration(names::JOB_STATE, job.state.job_state().code()),
        reasons(job),
        Attribute::text(names::JOB_STATE_MESSAGE, &job.reasons.join(", ")),
        Attribute::uri(names::JOB_MORE_INFO, &client.web_page()),
        Attribute::integer(names::JOB_PRINTER_UP_TIME, machine.up_time(now)),
        Attribute::integer(names::NUMBER_OF_DOCUMENTS, i32::from(job.file.is_some())),
        time(names::TIME_AT_CREATION, Some(run.created_up_time)),
        time(names::TIME_AT_PROCESSING, run.processing_up_time),
        time(names::TIME_AT_COMPLETED, run.finished_up_time),
        date(names::DATE_TIME_AT_CREATION, Some(job.created_us)),
        date(names::DATE_TIME_AT_PROCESSING, run.processing_us),
        date(names::DATE_TIME_AT_COMPLETED, job.finished_us),
    ]
}

/// What came out, as far as the machine tells (RFC 8011 section 5.3.18, PWG 5100.7 section 6.4).
fn counts(job: &Job) -> Vec<Attribute> {
    let Some(reported) = job.reported() else { return Vec::new() };
    let Reported { impressions, sheets, by_color } = reported;
    let mut counts = vec![
        Attribute::integer(names::JOB_IMPRESSIONS_COMPLETED, number(impressions)),
        Attribute::integer(names::JOB_MEDIA_SHEETS_COMPLETED, number(sheets)),
    ];
    if by_color {
        let color = job.run.plan.as_ref().is_some_and(|plan| plan.color);
        counts.push(split(names::JOB_IMPRESSIONS_COMPLETED_COL, impressions, color, false));
        // A sheet with two printed sides stands under its own name.
        let two_sided = if job.two_sided { impressions.saturating_sub(sheets) } else { 0 };
        let mut sheet_split = split_members(sheets - two_sided.min(sheets), color, false);
        sheet_split.extend(split_members(two_sided, color, true));
        counts.push(Attribute::collection(names::JOB_MEDIA_SHEETS_COMPLETED_COL, sheet_split));
    }
    counts
}

fn split(name: &str, count: u32, color: bool, two_sided: bool) -> Attribute {
    Attribute::collection(name, split_members(count, color, two_sided))
}

fn split_members(count: u32, color: bool, two_sided: bool) -> Vec<Member> {
    let (full_color, monochrome) = if two_sided {
        (names::FULL_COLOR_TWO_SIDED, names::MONOCHROME_TWO_SIDED)
    } else {
        (names::FULL_COLOR, names::MONOCHROME)
    };
    let counted = |is_counted: bool| Value::Integer(if is_counted { number(count) } else { 0 });
    vec![Member::new(full_color, counted(color)), Member::new(monochrome, counted(!color))]
}

fn number(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
