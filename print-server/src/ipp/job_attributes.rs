//! What a job says of itself to the person it belongs to.

use ipp_codec::{Attribute, AttributeGroup, DateTime, RequestedAttributes, names};
use print_core::{JobId, JobName, JobNumber, JobState, Keyword, TimeZone, Timestamp};
use store::JobRecord;

use super::offer::options;
use super::places::Base;

/// What is needed to describe jobs, besides the job itself.
#[derive(Debug)]
pub struct JobContext<'a> {
    /// How the client reached us.
    pub base: &'a Base,
    /// The job's queue.
    pub queue: &'a str,
    /// The installation's zone.
    pub zone: &'a TimeZone,
    /// The present moment.
    pub now: Timestamp,
    /// The name of the owner.
    pub owner: &'a str,
    /// Whether whoever asks has proved to be the owner. Anybody on the network can claim a name, and a
    /// title may say what nobody else is to know.
    pub verified: bool,
}

/// The attributes of `job` that the client asked for.
#[must_use]
pub fn describe(
    job: &JobRecord,
    context: &JobContext<'_>,
    requested: &RequestedAttributes,
) -> Vec<Attribute> {
    let status = status(job, context).into_iter().map(|a| (AttributeGroup::JobStatus, a));
    let untitled = JobName::untitled();
    let title = if context.verified { &job.title } else { &untitled };
    let description = [Attribute::name("job-name", title.as_str())];
    let description = description.into_iter().map(|a| (AttributeGroup::JobDescription, a));
    let template = template(job).into_iter().map(|a| (AttributeGroup::JobTemplate, a));
    let all = status.chain(description).chain(template);
    let wanted = all.filter(|(group, attribute)| requested.wants(&attribute.name, *group));
    wanted.map(|(_, attribute)| attribute).collect()
}

/// Where a job stands: all that the answer to a new job tells of it.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// Its key.
    pub id: JobId,
    /// Its number.
    pub number: JobNumber,
    /// Where it is in its life.
    pub state: JobState,
    /// The hold that its client asked for.
    pub client_hold: Option<&'a Keyword>,
    /// Whether it goes only with its PIN.
    pub password_wait: bool,
    /// When it may have printed.
    pub uncertain_at: Option<Timestamp>,
    /// When it is deleted.
    pub expires_at: Timestamp,
    /// Why no printer can print its document, when that is so.
    pub document_fault: Option<&'a Keyword>,
    /// Why it ended.
    pub end_reason: Option<&'a Keyword>,
}

impl<'a> Standing<'a> {
    /// Where the job of this row stands.
    #[must_use]
    pub fn of(job: &'a JobRecord) -> Self {
        Self {
            id: job.id,
            number: job.number,
            state: job.state,
            client_hold: job.client_hold.as_ref(),
            password_wait: job.password_wait,
            uncertain_at: job.uncertain.as_ref().map(|uncertain| uncertain.at),
            expires_at: job.expires_at,
            document_fault: job.document_fault.as_ref(),
            end_reason: job.end_reason.as_ref(),
        }
    }
}

/// What the answer to a new or changed job holds (RFC 8011 section 4.2.1.2).
#[must_use]
pub fn standing(job: &Standing<'_>, base: &Base, queue: &str, zone: &TimeZone) -> Vec<Attribute> {
    vec![
        Attribute::uri("job-uri", &base.job(queue, job.number)),
        Attribute::integer("job-id", job.number.get()),
        Attribute::uri("job-uuid", &format!("urn:uuid:{}", job.id)),
        Attribute::enumeration("job-state", job.state.job_state()),
        Attribute::keywords("job-state-reasons", reasons(job)),
        Attribute::text("job-state-message", &message(job, zone)),
    ]
}

fn status(job: &JobRecord, context: &JobContext<'_>) -> Vec<Attribute> {
    let mut attributes = standing(&Standing::of(job), context.base, context.queue, context.zone);
    attributes.extend([
        Attribute::uri("job-printer-uri", &context.base.queue(context.queue)),
        Attribute::uri("job-more-info", &context.base.page("/my-prints")),
        Attribute::name("job-originating-user-name", context.owner),
        Attribute::integer("job-printer-up-time", uptime(context.now)),
        Attribute::integer("time-at-creation", uptime(job.created_at)),
        Attribute::date_time("date-time-at-creation", date_time(job.created_at)),
    ]);
    let processing = job.printer.and(Some(job.state_changed_at));
    for (name, at) in [("processing", processing), ("completed", job.ended_at)] {
        let (time, date) = (format!("time-at-{name}"), format!("date-time-at-{name}"));
        match at {
            Some(at) => {
                attributes.push(Attribute::integer(&time, uptime(at)));
                attributes.push(Attribute::date_time(&date, date_time(at)));
            }
            None => {
                attributes.push(Attribute::no_value(&time));
                attributes.push(Attribute::no_value(&date));
            }
        }
    }
    if job.state == JobState::Held {
        // A client that asked for no hold reads here that the job is held all the same.
        attributes.push(Attribute::keywords(names::JOB_HOLD_UNTIL_ACTUAL, ["indefinite"]));
    }
    let kilo = (job.size_bytes + 1023) / 1024;
    let clamp = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
    attributes.push(Attribute::integer("job-k-octets", clamp(kilo)));
    attributes.push(match job.pages {
        // RFC 8011 section 5.3.18.2: of one copy.
        Some(count) => Attribute::integer("job-impressions", clamp(i64::from(count.pages))),
        None => Attribute::no_value("job-impressions"),
    });
    let completed = clamp(job.impressions_completed);
    attributes.push(Attribute::integer("job-impressions-completed", completed));
    if let Some(format) = &job.document_format {
        attributes.push(Attribute::mime_type("document-format", format.as_str()));
    }
    attributes.push(Attribute::new("attributes-charset", ipp_codec::Value::charset("utf-8")));
    let language = ipp_codec::Value::language("en");
    attributes.push(Attribute::new("attributes-natural-language", language));
    attributes
        .push(Attribute::integer("number-of-documents", i32::from(job.document_format.is_some())));
    attributes
}

fn template(job: &JobRecord) -> Vec<Attribute> {
    let mut attributes = options::of_ticket(&job.ticket);
    let hold = job.client_hold.as_ref().map_or("no-hold", |hold| hold.as_str());
    attributes.push(Attribute::keyword(names::JOB_HOLD_UNTIL, hold));
    attributes.push(Attribute::integer("job-priority", 50));
    attributes
}

/// `job-state-reasons` (RFC 8011 section 5.3.8).
fn reasons<'a>(job: &Standing<'a>) -> Vec<&'a str> {
    match job.state {
        JobState::Incoming => vec!["job-incoming", "job-data-insufficient"],
        JobState::Held => {
            let mut reasons = vec!["job-release-wait", "job-held-for-authorization"];
            if job.password_wait {
                reasons.push("job-password-wait");
            }
            if job.client_hold.is_some_and(|hold| hold.as_str() != "no-hold") {
                reasons.push("job-hold-until-specified");
            }
            reasons.extend(job.document_fault.map(Keyword::as_str));
            reasons
        }
        JobState::Released => vec!["none"],
        JobState::Delivering => vec!["job-outgoing", "job-printing"],
        JobState::Stopped => vec!["printer-stopped"],
        JobState::Completed | JobState::Canceled | JobState::Aborted => {
            let default = match job.state {
                JobState::Completed => "job-completed-successfully",
                JobState::Canceled => "job-canceled-by-user",
                _ => "aborted-by-system",
            };
            vec![job.end_reason.and_then(registered).unwrap_or(default)]
        }
    }
}

/// Why jobs end, of the registered reasons. A delivery has words of its own besides, which clients would not
/// know.
const END_REASONS: [&str; 11] = [
    "aborted-by-system",
    "document-access-error",
    "document-format-error",
    "document-password-error",
    "document-unprintable-error",
    "job-canceled-after-timeout",
    "job-canceled-at-device",
    "job-canceled-by-operator",
    "job-canceled-by-user",
    "job-completed-successfully",
    "submission-interrupted",
];

fn registered(reason: &Keyword) -> Option<&str> {
    Some(reason.as_str()).filter(|reason| END_REASONS.contains(reason))
}

/// A sentence for the owner. English, as every text that IPP carries here.
fn message(job: &Standing<'_>, zone: &TimeZone) -> String {
    match job.state {
        JobState::Incoming => "The document is arriving.".into(),
        JobState::Held if job.document_fault.is_some() => {
            "The document needs a password, so no printer can print it: save it without one, then print \
             it again."
                .into()
        }
        JobState::Held => {
            let until = zone.minute(job.expires_at);
            match job.uncertain_at {
                Some(at) => {
                    let at = zone.minute(at);
                    format!(
                        "Held; it may have printed at {at}. Tap your badge to decide. Deleted {until}."
                    )
                }
                None if job.password_wait => format!(
                    "Held: tap your badge at a printer with a screen and type the PIN. Deleted {until}."
                ),
                None => format!("Held: tap your badge at any printer. Deleted {until}."),
            }
        }
        JobState::Released => "On its way to the printer.".into(),
        JobState::Delivering => "Printing.".into(),
        JobState::Stopped => "The printer has stopped: look at its display.".into(),
        JobState::Completed => "Printed.".into(),
        JobState::Canceled => "Canceled.".into(),
        JobState::Aborted => match job.end_reason.map(Keyword::as_str) {
            Some("submission-interrupted") => "The document did not arrive whole.".into(),
            Some("document-format-error") => "The document is not of a kind that is taken.".into(),
            _ => "The print server gave the job up; please print it again.".into(),
        },
    }
}

/// `at` as `time-at-…` and `printer-up-time` say it: seconds since 1970. RFC 8011 section 5.4.29 lets the
/// count go on over restarts, and CUPS's `lpstat` shows it as a date.
#[must_use]
pub fn uptime(at: Timestamp) -> i32 {
    i32::try_from(at.seconds()).unwrap_or(i32::MAX)
}

fn date_time(at: Timestamp) -> DateTime {
    DateTime::from_unix_seconds(at.seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_read_registered_reasons_only() {
        let keyword = |word| Keyword::parse(word).expect("a keyword");
        assert_eq!(
            registered(&keyword("job-canceled-by-operator")),
            Some("job-canceled-by-operator")
        );
        assert_eq!(registered(&keyword("canceled-by-owner")), None);
    }
}
