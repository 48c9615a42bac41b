//! Counters for whoever watches the server, in Prometheus's text form. No names of people, jobs or
//! printers are labels.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI32, Ordering};

use ipp_codec::Operation;
use prometheus::{Encoder as _, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};
use prometheus::{Histogram, HistogramOpts, TextEncoder};
use store::MailEnd;

use crate::delivery::{End, Outcome};
use crate::ipp::answer::Answer;

/// The counters of one server.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    refused: IntCounterVec,
    sign_ins_refused: IntCounter,
    mails: IntCounterVec,
    mails_waiting: IntGauge,
    taps: IntCounter,
    released: IntCounter,
    deliveries: IntCounterVec,
    first_byte: Histogram,
    documents: IntCounterVec,
    jobs: IntGaugeVec,
    spool_free: IntGauge,
    connections: IntGauge,
    waiting: AtomicI32,
}

impl Metrics {
    /// New counters, all zero.
    ///
    /// # Panics
    /// Never: the names below are valid and different from each other, which a test proves.
    #[must_use]
    pub fn new() -> Self {
        let registry = Registry::new();
        let counters = |name, help, labels: &[&str]| {
            let made = IntCounterVec::new(Opts::new(name, help), labels);
            let made = made.expect("the name is valid");
            registry.register(Box::new(made.clone())).expect("the name is used once");
            made
        };
        let counter = |name, help| {
            let made = IntCounter::new(name, help).expect("the name is valid");
            registry.register(Box::new(made.clone())).expect("the name is used once");
            made
        };
        let gauge = |name, help| {
            let made = IntGauge::new(name, help).expect("the name is valid");
            registry.register(Box::new(made.clone())).expect("the name is used once");
            made
        };
        let buckets = vec![0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0, 60.0];
        let options = HistogramOpts::new(
            "followme_release_first_byte_seconds",
            "From the release to the first byte of the document at the printer",
        );
        let first_byte = Histogram::with_opts(options.buckets(buckets)).expect("a valid name");
        registry.register(Box::new(first_byte.clone())).expect("the name is used once");
        let jobs = IntGaugeVec::new(
            Opts::new("followme_jobs", "Jobs that have not ended, by state"),
            &["state"],
        );
        let jobs = jobs.expect("the name is valid");
        registry.register(Box::new(jobs.clone())).expect("the name is used once");
        Self {
            requests: counters(
                "followme_ipp_requests_total",
                "Answered IPP requests",
                &["operation", "answer"],
            ),
            refused: counters(
                "followme_parse_rejects_total",
                "Requests that could not be read",
                &["reason"],
            ),
            sign_ins_refused: counter(
                "followme_print_sign_ins_refused_total",
                "Requests of print clients with a password that was wrong, too often wrong or in the clear",
            ),
            mails: counters(
                "followme_mail_attempts_total",
                "Tries to send a notice by mail",
                &["outcome"],
            ),
            mails_waiting: gauge("followme_mails_waiting", "Notices that wait to be sent by mail"),
            taps: counter("followme_taps_total", "Cards read at stations"),
            released: counter("followme_jobs_released_total", "Jobs let go by a tap"),
            deliveries: counters(
                "followme_delivery_attempts_total",
                "Ended attempts to deliver a job",
                &["outcome"],
            ),
            documents: counters(
                "followme_documents_looked_into_total",
                "Documents whose pages were counted, or could not be",
                &["pages"],
            ),
            spool_free: gauge("followme_spool_free_bytes", "Free space for documents"),
            connections: gauge("followme_print_connections", "Open connections of print clients"),
            first_byte,
            jobs,
            waiting: AtomicI32::new(0),
            registry,
        }
    }

    /// An IPP request was answered.
    pub fn answered(&self, operation: Operation, answer: &Answer) {
        let operation = operation.name().unwrap_or("other");
        let answer = match answer {
            Answer::Ipp(response) => {
                let successful = response.status().is_successful();
                if successful { "successful" } else { "refused" }
            }
            Answer::Http(_) | Answer::SignIn | Answer::UpgradeToTls => "http",
        };
        self.requests.with_label_values(&[operation, answer]).inc();
    }

    /// A request could not be read.
    pub fn refused_request(&self, reason: &str) {
        self.refused.with_label_values(&[reason]).inc();
    }

    /// A print client's password was not taken.
    pub fn refused_sign_in(&self) {
        self.sign_ins_refused.inc();
    }

    /// A notice was tried to be sent by mail.
    pub fn mail_tried(&self, end: MailEnd) {
        let outcome = match end {
            MailEnd::Sent => "sent",
            MailEnd::GivenUp => "given-up",
            MailEnd::Later(_) => "later",
        };
        self.mails.with_label_values(&[outcome]).inc();
    }

    /// So many notices wait to be sent by mail.
    pub fn mails_waiting(&self, count: i64) {
        self.mails_waiting.set(count);
    }

    /// A card was read.
    pub fn tapped(&self) {
        self.taps.inc();
    }

    /// A document was looked into.
    pub fn looked_into(&self, is_counted: bool) {
        let pages = if is_counted { "counted" } else { "unknown" };
        self.documents.with_label_values(&[pages]).inc();
    }

    /// Jobs were let go.
    pub fn released(&self, jobs: usize) {
        self.released.inc_by(jobs as u64);
    }

    /// An attempt ended.
    pub fn delivered(&self, outcome: &Outcome) {
        let end = match &outcome.end {
            End::Completed => "completed",
            End::HandedBack(_) => "handed-back",
            End::Canceled => "canceled",
            End::Ended(_) => "ended",
            End::Unknown(_) => "unknown",
            End::FenceLost => "fence-lost",
        };
        self.deliveries.with_label_values(&[end]).inc();
        if let Some(after) = outcome.first_byte_after_claim {
            self.first_byte.observe(after.as_secs_f64());
        }
    }

    /// What the database, the spool and the listener hold at the moment.
    pub fn set_levels(
        &self,
        jobs: &BTreeMap<&'static str, i64>,
        spool_free: Option<u64>,
        connections: usize,
    ) {
        self.jobs.reset();
        for (state, count) in jobs {
            self.jobs.with_label_values(&[*state]).set(*count);
        }
        let waiting = jobs.values().sum::<i64>();
        self.waiting.store(i32::try_from(waiting).unwrap_or(i32::MAX), Ordering::Relaxed);
        if let Some(free) = spool_free {
            self.spool_free.set(i64::try_from(free).unwrap_or(i64::MAX));
        }
        self.connections.set(i64::try_from(connections).unwrap_or(i64::MAX));
    }

    /// Jobs that have not ended, as of the last look.
    #[must_use]
    pub fn jobs_waiting(&self) -> i32 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Everything, in Prometheus's text form.
    #[must_use]
    pub fn text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        let encoded = TextEncoder::new().encode(&self.registry.gather(), &mut text);
        encoded.expect("writing into memory does not fail");
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_counter_has_a_name_of_its_own_and_is_in_the_text() {
        let metrics = Metrics::new();
        metrics.tapped();
        metrics.set_levels(&BTreeMap::from([("held", 3), ("delivering", 1)]), Some(1), 2);
        let text = String::from_utf8(metrics.text()).expect("text");
        assert!(text.contains("followme_taps_total 1"));
        assert!(text.contains("followme_jobs{state=\"held\"} 3"));
        assert_eq!(metrics.jobs_waiting(), 4);
    }
}
