//! The incremental reader: cuts the stream into fields and hands each one on exactly once.

use crate::decode::builder::Builder;
use crate::decode::fault::{DecodeError, DecodeFault};
use crate::limits::Limits;
use crate::message::{HEADER_BYTES, Header, Message};
use crate::registry::GroupTag;

/// A tag, an empty name's length and an empty value's length.
const FIELD_BYTES_MIN: usize = 5;

/// How far the decoder has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Everything that was fed is taken, and the attributes go on.
    NeedMore,
    /// The attributes have ended.
    Done {
        /// How many bytes of this feed belong to the message; the document begins behind them.
        consumed: usize,
    },
}

/// Reads one message from chunks of any size.
///
/// A chunk is cut into fields where it lies; only a field that is cut by the end of a chunk is
/// copied, once. The length of a field is checked against the limits before the field is stored.
#[derive(Debug)]
pub struct Decoder {
    limits: Limits,
    header: Option<Header>,
    builder: Builder,
    /// The beginning of a field whose end has not come yet.
    pending: Vec<u8>,
    /// How many bytes of the message are behind us, `pending` not among them.
    offset: usize,
    done: bool,
    failed: Option<DecodeError>,
    steps: u64,
}

impl Decoder {
    /// A decoder for one message.
    pub fn new(limits: Limits) -> Decoder {
        Decoder {
            limits,
            header: None,
            builder: Builder::new(limits),
            pending: Vec::new(),
            offset: 0,
            done: false,
            failed: None,
            steps: 0,
        }
    }

    /// The header, once eight bytes were fed.
    pub fn header(&self) -> Option<Header> {
        self.header
    }

    /// How much work was done: one step for each field looked at and for each byte copied. It is
    /// there so that a test can show that the work grows with the input and not faster.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Takes the next bytes of the stream.
    ///
    /// After [`Progress::Done`] nothing more is taken, whatever is fed.
    ///
    /// # Errors
    /// The first fault of the message; the same one again at every later call.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<Progress, DecodeError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let mut taken = 0;
        while !self.done {
            match self.step(&chunk[taken..]) {
                Ok(Some(length)) => taken += length,
                Ok(None) => return Ok(Progress::NeedMore),
                Err(fault) => return Err(self.fail(fault)),
            }
        }
        Ok(Progress::Done { consumed: taken })
    }

    /// The message, when its attributes have ended.
    ///
    /// # Errors
    /// The fault that [`Decoder::feed`] met, or [`DecodeFault::Truncated`].
    pub fn finish(mut self) -> Result<Message, DecodeError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        match self.header {
            Some(header) if self.done => Ok(self.builder.finish(header)),
            _ => Err(self.fail(DecodeFault::Truncated)),
        }
    }

    fn fail(&mut self, fault: DecodeFault) -> DecodeError {
        let error = DecodeError { fault, offset: self.offset, header: self.header };
        self.failed = Some(error.clone());
        self.pending = Vec::new();
        error
    }

    /// Takes one field, or what there is of one. `None`: the input is used up.
    fn step(&mut self, input: &[u8]) -> Result<Option<usize>, DecodeFault> {
        self.steps += 1;
        if self.pending.is_empty() {
            let wanted = self.field_length(input)?;
            if let Some(field) = input.get(..wanted) {
                self.take_field(field)?;
                return Ok(Some(wanted));
            }
        }
        // A field of which a part came earlier: copy just what its known length still wants.
        let wanted = self.field_length(&self.pending)?;
        let missing = wanted - self.pending.len();
        if missing == 0 {
            let field = std::mem::take(&mut self.pending);
            self.take_field(&field)?;
            // The buffer is kept, so that one small field after the other allocates nothing.
            self.pending = field;
            self.pending.clear();
            return Ok(Some(0));
        }
        if input.is_empty() {
            return Ok(None);
        }
        let part = &input[..missing.min(input.len())];
        self.pending.extend_from_slice(part);
        self.steps += part.len() as u64;
        Ok(Some(part.len()))
    }

    /// How many bytes must be there before the next decision, given the beginning of the field.
    /// It depends on a few bytes at known places only, never on the whole field.
    fn field_length(&self, start: &[u8]) -> Result<usize, DecodeFault> {
        let wanted = if self.header.is_none() {
            HEADER_BYTES
        } else {
            match start.first() {
                None => 1,
                Some(&tag) if tag < GroupTag::DELIMITERS_END => 1,
                Some(_) => attribute_field_length(start)?,
            }
        };
        if self.offset + wanted > self.limits.attributes_bytes_max {
            return Err(DecodeFault::TooManyBytes);
        }
        Ok(wanted)
    }

    fn take_field(&mut self, field: &[u8]) -> Result<(), DecodeFault> {
        match self.header {
            None => {
                let mut bytes = [0; HEADER_BYTES];
                bytes.copy_from_slice(field);
                self.header = Some(Header::from_bytes(bytes));
            }
            Some(_) => self.take_tagged(field)?,
        }
        self.offset += field.len();
        Ok(())
    }

    fn take_tagged(&mut self, field: &[u8]) -> Result<(), DecodeFault> {
        let (&tag, rest) = field.split_first().ok_or(DecodeFault::Truncated)?;
        if tag == GroupTag::END_OF_ATTRIBUTES {
            self.builder.end()?;
            self.done = true;
            return Ok(());
        }
        if tag < GroupTag::DELIMITERS_END {
            return self.builder.group(GroupTag::new(tag));
        }
        let (name, rest) = split_counted(rest).ok_or(DecodeFault::ValueLength)?;
        let (value, _) = split_counted(rest).ok_or(DecodeFault::ValueLength)?;
        self.builder.value(tag, name, value)
    }
}

/// The length of tag, name and value, or as much of it as the bytes so far can tell.
fn attribute_field_length(start: &[u8]) -> Result<usize, DecodeFault> {
    let Some(name_length) = length_at(start, 1) else {
        return Ok(FIELD_BYTES_MIN);
    };
    if name_length > super::builder::NAME_BYTES_MAX {
        return Err(DecodeFault::NameTooLong);
    }
    match length_at(start, 3 + name_length) {
        None => Ok(FIELD_BYTES_MIN + name_length),
        Some(value_length) => Ok(FIELD_BYTES_MIN + name_length + value_length),
    }
}

fn length_at(bytes: &[u8], at: usize) -> Option<usize> {
    let pair = bytes.get(at..at + 2)?;
    Some(usize::from(u16::from_be_bytes([pair[0], pair[1]])))
}

/// Splits a counted string off the front: two bytes of length, then the string.
pub(super) fn split_counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = length_at(bytes, 0)?;
    bytes.get(2..)?.split_at_checked(length)
}
