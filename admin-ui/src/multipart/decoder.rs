//! `multipart/form-data` (RFC 7578, RFC 2046 section 5.1) as a value: bytes in, pieces out.

use axum::body::Bytes;
use memchr::memmem::Finder;

use super::head::Head;

/// The lines above a part may take so much; a file's name is most of it.
pub(super) const HEAD_MAX_BYTES: usize = 8 * 1024;
/// RFC 2046 section 5.1.1.
pub(super) const BOUNDARY_MAX_BYTES: usize = 70;

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A part begins.
    Part(Head),
    /// Some of what is in it.
    Data(Bytes),
    /// The part is over.
    PartEnd,
    /// The form is over.
    End,
    /// Nothing before more bytes are fed.
    NeedMore,
}

/// What was fed is no form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first delimiter. Browsers write nothing there, and neither may anybody else.
    Begin,
    /// Behind a delimiter: another part follows, or nothing.
    Delimited,
    Head,
    Data,
    End,
}

/// Takes a form apart. It keeps no more than was fed last and one part's lines.
#[derive(Debug)]
pub(super) struct Decoder {
    finder: Finder<'static>,
    buffer: Bytes,
    state: State,
}

impl Decoder {
    /// For a form with this boundary.
    pub(super) fn new(boundary: &str) -> Self {
        let delimiter = format!("\r\n--{boundary}");
        let finder = Finder::new(delimiter.as_bytes()).into_owned();
        Self { finder, buffer: Bytes::new(), state: State::Begin }
    }

    /// More of the form. To be called when [`Piece::NeedMore`] was answered.
    pub(super) fn feed(&mut self, bytes: Bytes) {
        self.buffer = match self.buffer.is_empty() {
            true => bytes,
            false => [&self.buffer[..], &bytes[..]].concat().into(),
        };
    }

    /// The next piece.
    pub(super) fn next(&mut self) -> Result<Piece, Malformed> {
        loop {
            match self.state {
                State::Begin => {
                    // The line break belongs to the delimiters that follow a part.
                    let first = &self.finder.needle()[2..];
                    let common = first.len().min(self.buffer.len());
                    if self.buffer[..common] != first[..common] {
                        return Err(Malformed);
                    }
                    if common < first.len() {
                        return Ok(Piece::NeedMore);
                    }
                    self.pass(common, State::Delimited);
                }
                State::Delimited => match self.buffer.get(..2) {
                    None => return Ok(Piece::NeedMore),
                    Some(b"\r\n") => self.pass(2, State::Head),
                    Some(b"--") => self.pass(2, State::End),
                    Some(_) => return Err(Malformed),
                },
                State::Head => {
                    let end = memchr::memmem::find(&self.buffer, b"\r\n\r\n");
                    let Some(end) = end.filter(|end| *end <= HEAD_MAX_BYTES) else {
                        let may_end = self.buffer.len() <= HEAD_MAX_BYTES;
                        return if may_end { Ok(Piece::NeedMore) } else { Err(Malformed) };
                    };
                    let head = Head::parse(&self.buffer[..end]).ok_or(Malformed)?;
                    self.pass(end + 4, State::Data);
                    return Ok(Piece::Part(head));
                }
                State::Data => return Ok(self.data()),
                State::End => return Ok(Piece::End),
            }
        }
    }

    fn pass(&mut self, bytes: usize, next: State) {
        self.buffer = self.buffer.slice(bytes..);
        self.state = next;
    }

    fn data(&mut self) -> Piece {
        let needle = self.finder.needle();
        let known = match self.finder.find(&self.buffer) {
            Some(0) => {
                self.pass(needle.len(), State::Delimited);
                return Piece::PartEnd;
            }
            Some(at) => at,
            None => {
                // The end of what is here may be the beginning of a delimiter.
                let longest = (needle.len() - 1).min(self.buffer.len());
                let tail = (1..=longest).rev().find(|n| self.buffer.ends_with(&needle[..*n]));
                self.buffer.len() - tail.unwrap_or(0)
            }
        };
        match known {
            0 => Piece::NeedMore,
            known => Piece::Data(self.buffer.split_to(known)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &[u8] = b"--B\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nabc\r\n\
        --B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\
        Content-Type: application/pdf\r\n\r\n%PDF\r\n-\r\n--\r\n--A\r\n\r\n\
        --B\r\ncontent-disposition: form-data; name=empty\r\n\r\n\r\n--B--\r\nafter";

    /// The parts of a form that is fed in steps of so many bytes; none when it is no form, or no whole one.
    fn parts(form: &[u8], step: usize) -> Option<Vec<(Head, Vec<u8>)>> {
        let mut decoder = Decoder::new("B");
        let mut chunks = form.chunks(step).map(Bytes::copy_from_slice);
        let (mut parts, mut open) = (Vec::new(), None);
        loop {
            match decoder.next().ok()? {
                Piece::Part(head) => open = Some((head, Vec::new())),
                Piece::Data(data) => open.as_mut()?.1.extend_from_slice(&data),
                Piece::PartEnd => parts.push(open.take()?),
                Piece::End => return Some(parts),
                Piece::NeedMore => decoder.feed(chunks.next()?),
            }
        }
    }

    #[test]
    fn a_form_comes_apart_however_its_bytes_arrive() {
        let wanted = [
            ("token", None, &b"abc"[..]),
            ("file", Some("a.pdf"), b"%PDF\r\n-\r\n--\r\n--A\r\n"),
            ("empty", None, b""),
        ];
        for step in 1..FORM.len() {
            let parts = parts(FORM, step).unwrap_or_else(|| panic!("in steps of {step}"));
            assert_eq!(parts.len(), wanted.len());
            for ((head, data), (name, file_name, content)) in parts.iter().zip(wanted) {
                assert_eq!((head.name.as_str(), head.file_name.as_deref()), (name, file_name));
                assert_eq!(data, content, "{name} in steps of {step}");
            }
        }
    }

    #[test]
    fn what_is_no_form_or_not_whole_is_none() {
        for end in 0..FORM.len() - b"\r\nafter".len() {
            assert_eq!(parts(&FORM[..end], 7), None, "cut at {end}");
        }
        for form in [&b"x--B\r\n"[..], b"--B?\r\n", b"--B\r\n\r\n\r\n--B--", b"--B\r\nX: y\r\n\r\n"]
        {
            assert_eq!(parts(form, 100), None, "{form:?}");
        }
    }

    #[test]
    fn nobody_can_make_us_keep_more_than_the_lines_of_one_part() {
        let mut decoder = Decoder::new("B");
        decoder.feed(Bytes::from_static(b"--B\r\nContent-Disposition: form-data; name=\""));
        let kept = loop {
            match decoder.next() {
                Ok(Piece::NeedMore) => decoder.feed(Bytes::from(vec![b'x'; 1_000])),
                Ok(other) => panic!("{other:?}"),
                Err(Malformed) => break decoder.buffer.len(),
            }
        };
        assert!(kept <= HEAD_MAX_BYTES + 1_000, "{kept}");
    }
}
