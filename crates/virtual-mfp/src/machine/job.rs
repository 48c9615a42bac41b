//! One job, as the machine, the status page and `printed.jsonl` know it.

use ipp_codec::registry::JobState;
use ipp_codec::{Attribute, Value};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::faults::Lie;
use super::plan::Plan;
use super::state::CancelBy;

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Waits for its document or its turn.
    Pending,
    /// Is being printed.
    Processing,
    /// The machine stands still in the middle of it.
    ProcessingStopped,
    /// Everything is out.
    Completed,
    /// Somebody canceled it.
    Canceled,
    /// The machine gave it up.
    Aborted,
    /// It was lost in a power cycle.
    Reset,
}

impl State {
    /// Whether the job stays in this state for good.
    pub fn is_final(self) -> bool {
        !matches!(self, State::Pending | State::Processing | State::ProcessingStopped)
    }

    /// The state that IPP clients read.
    pub fn job_state(self) -> JobState {
        match self {
            State::Pending => JobState::PENDING,
            State::Processing => JobState::PROCESSING,
            State::ProcessingStopped => JobState::PROCESSING_STOPPED,
            State::Completed => JobState::COMPLETED,
            State::Canceled => JobState::CANCELED,
            State::Aborted | State::Reset => JobState::ABORTED,
        }
    }
}

/// How far the document has come in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DocumentProgress {
    /// No document was begun.
    #[default]
    Missing,
    /// Bytes are arriving.
    Arriving,
    /// It is there as a whole.
    Complete,
}

/// A job with everything that was really put out for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Job {
    /// Unique in the machine's folder for ever.
    pub number: i32,
    /// The number that IPP clients know.
    pub job_id: i32,
    /// `job-uuid`.
    pub job_uuid: String,
    /// `job-name`, as the client gave it.
    pub name: String,
    /// `requesting-user-name`, as the client gave it.
    pub user: String,
    /// Where it is.
    pub state: State,
    /// Why; registered keywords.
    pub reasons: Vec<String>,
    /// Whether IPP clients can see it.
    pub visible: bool,
    /// The template attributes, as asked for.
    pub ticket: Map<String, Json>,
    /// The document's format.
    pub format: Option<String>,
    /// The document's file in the machine's folder.
    pub file: Option<String>,
    /// The document's size.
    pub bytes: u64,
    /// The document's SHA-256 in hexadecimal digits.
    pub sha256: Option<String>,
    /// Pages of the document.
    pub pages: Option<u32>,
    /// Copies that are printed.
    pub copies: u32,
    /// Whether both sides are printed.
    pub two_sided: bool,
    /// Impressions when everything goes well.
    pub impressions_expected: u32,
    /// Sheets when everything goes well.
    pub sheets_expected: u32,
    /// Impressions that really came out.
    pub impressions_out: u32,
    /// Sheets that really came out.
    pub sheets_out: u32,
    /// Of the impressions, those in black.
    pub impressions_monochrome_out: u32,
    /// Of the impressions, those in colour.
    pub impressions_color_out: u32,
    /// Impressions as IPP clients read them.
    pub impressions_reported: Option<u32>,
    /// Sheets as IPP clients read them.
    pub sheets_reported: Option<u32>,
    /// When it was made: microseconds since 1970, as all times here.
    pub created_us: i64,
    /// When the first byte of its document came.
    pub first_document_byte_us: Option<i64>,
    /// When its document was complete.
    pub document_end_us: Option<i64>,
    /// When the first impression came out.
    pub first_impression_us: Option<i64>,
    /// When it ended.
    pub finished_us: Option<i64>,
    /// What only the running machine needs.
    #[serde(skip)]
    pub run: Run,
}

/// The part of a job that ends with the machine's power.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// The template attributes that IPP clients read back.
    pub template: Vec<Attribute>,
    /// How it goes onto paper.
    pub plan: Option<Plan>,
    /// How far the document has come in.
    pub document: DocumentProgress,
    /// Who asked for an end while it was printed.
    pub cancel_asked: Option<CancelBy>,
    /// How its counts are wrong.
    pub lie: Option<Lie>,
    /// `printer-up-time` when it was made, begun and ended.
    pub created_up_time: i32,
    /// See above.
    pub processing_up_time: Option<i32>,
    /// See above.
    pub finished_up_time: Option<i32>,
    /// When printing began.
    pub processing_us: Option<i64>,
}

/// What an IPP client reads about impressions or sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reported {
    /// Impressions.
    pub impressions: u32,
    /// Sheets.
    pub sheets: u32,
    /// Whether the split by colour is told as well.
    pub by_color: bool,
}

impl Job {
    /// What the machine says about the paper of this job, true or not; `None` when it says nothing.
    pub fn reported(&self) -> Option<Reported> {
        let (impressions, sheets) = (self.impressions_out, self.sheets_out);
        let truth = Reported { impressions, sheets, by_color: true };
        match self.run.lie {
            None => Some(truth),
            Some(Lie::Zero) => Some(Reported { impressions: 0, sheets: 0, by_color: true }),
            Some(Lie::Nothing) => None,
            Some(Lie::NoColorSplit) => Some(Reported { by_color: false, ..truth }),
            Some(Lie::OneMore) if self.state != State::Completed => Some(truth),
            Some(Lie::OneMore) => {
                let sides = if self.two_sided { 2 } else { 1 };
                let impressions = impressions + 1;
                let sheets = sheets.max(impressions.div_ceil(sides));
                Some(Reported { impressions, sheets, by_color: true })
            }
        }
    }

    /// Brings the reported counts of the status page up to date.
    pub fn note_reported(&mut self) {
        let reported = self.reported();
        self.impressions_reported = reported.map(|reported| reported.impressions);
        self.sheets_reported = reported.map(|reported| reported.sheets);
    }

    /// Counts one more impression; `ends_sheet` when its paper leaves the machine with it.
    pub fn count_impression(&mut self, color: bool, ends_sheet: bool) {
        self.impressions_out += 1;
        self.sheets_out += u32::from(ends_sheet);
        self.impressions_color_out += u32::from(color);
        self.impressions_monochrome_out += u32::from(!color);
        self.note_reported();
    }
}

/// An attribute's values as JSON: one value as itself, several as a list.
pub fn json_of(attribute: &Attribute) -> Json {
    let mut values: Vec<Json> = attribute.values.iter().map(json_of_value).collect();
    if values.len() == 1 { values.remove(0) } else { Json::Array(values) }
}

fn json_of_value(value: &Value) -> Json {
    match value {
        Value::Integer(number) | Value::Enum(number) => Json::from(*number),
        Value::Boolean(byte) => Json::from(*byte != 0),
        Value::Range { lower, upper } => Json::from(format!("{lower}-{upper}")),
        Value::Resolution(resolution) => {
            Json::from(format!("{}x{}", resolution.cross_feed, resolution.feed))
        }
        Value::Collection(members) => {
            let members = members.iter().map(|member| {
                let mut values: Vec<Json> = member.values.iter().map(json_of_value).collect();
                let one = if values.len() == 1 { values.remove(0) } else { Json::Array(values) };
                (member.name.clone(), one)
            });
            Json::Object(members.collect())
        }
        other => match other.as_str() {
            Some(text) => Json::from(text),
            None => Json::Null,
        },
    }
}
