//! Where one line of a reader ends and the next begins. Bytes in, lines out; no sockets.

use serde::Deserialize;

/// A line is at most so long; what is longer is no card and is passed over to its end.
pub const LINE_BYTES_MAX: usize = 256;

const STX: u8 = 0x02;
const ETX: u8 = 0x03;

/// What stands around a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Framing {
    /// It ends with CR, LF or both.
    #[default]
    Line,
    /// It stands between the control characters STX and ETX; what is outside of them does not count.
    StxEtx,
}

/// Cuts a stream of bytes into lines.
#[derive(Debug)]
pub struct Framer {
    framing: Framing,
    line: Vec<u8>,
    /// What is being read belongs to a line.
    is_inside: bool,
    is_too_long: bool,
}

impl Framer {
    /// Nothing has come yet.
    pub fn new(framing: Framing) -> Self {
        let is_inside = framing == Framing::Line;
        Self { framing, line: Vec::new(), is_inside, is_too_long: false }
    }

    /// Takes bytes and gives the lines that they end, without empty ones.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        for byte in bytes {
            match (self.framing, *byte) {
                (Framing::Line, b'\r' | b'\n') => lines.extend(self.end()),
                (Framing::StxEtx, STX) => {
                    self.end();
                    self.is_inside = true;
                }
                (Framing::StxEtx, ETX) => {
                    let line = self.end();
                    lines.extend(line.filter(|_| self.is_inside));
                    self.is_inside = false;
                }
                (_, byte) if self.is_inside => {
                    if self.line.len() < LINE_BYTES_MAX {
                        self.line.push(byte);
                    } else {
                        self.is_too_long = true;
                    }
                }
                _ => {}
            }
        }
        lines
    }

    /// Whether a line has begun and not ended.
    pub fn is_within_line(&self) -> bool {
        match self.framing {
            Framing::Line => !self.line.is_empty(),
            Framing::StxEtx => self.is_inside,
        }
    }

    /// The line so far; none when it is empty or too long.
    fn end(&mut self) -> Option<Vec<u8>> {
        let line = std::mem::take(&mut self.line);
        let is_too_long = std::mem::take(&mut self.is_too_long);
        (!is_too_long && !line.is_empty()).then_some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(framing: Framing, parts: &[&[u8]]) -> Vec<String> {
        let mut framer = Framer::new(framing);
        let lines = parts.iter().flat_map(|part| framer.push(part));
        lines.map(|line| String::from_utf8(line).unwrap()).collect()
    }

    #[test]
    fn lines_end_by_any_of_the_usual_ends_wherever_the_network_cuts_them() {
        for text in ["04A1\r04B2\r", "04A1\n04B2\n", "04A1\r\n04B2\r\n", "\r\n04A1\n\r\n04B2\r\n"] {
            for cut in 0..=text.len() {
                let (one, two) = text.as_bytes().split_at(cut);
                assert_eq!(lines(Framing::Line, &[one, two]), ["04A1", "04B2"], "{text:?} {cut}");
            }
        }
    }

    #[test]
    fn between_stx_and_etx_only_what_is_between_counts() {
        let text = b"noise\x0204A1\x03\r\n\x02half\x0204B2\x03\x03tail";
        for cut in 0..=text.len() {
            let (one, two) = text.split_at(cut);
            assert_eq!(lines(Framing::StxEtx, &[one, two]), ["04A1", "04B2"], "{cut}");
        }
    }

    #[test]
    fn an_endless_line_takes_no_memory_and_is_no_card() {
        let long = vec![b'0'; LINE_BYTES_MAX + 1];
        let mut framer = Framer::new(Framing::Line);
        for _ in 0..1_000 {
            assert!(framer.push(&long).is_empty());
        }
        assert!(framer.line.capacity() <= 2 * LINE_BYTES_MAX);
        assert_eq!(framer.push(b"\n04A1\n"), [b"04A1"], "the next one is read");
        let whole = [&long[1..], b"\n"].concat();
        assert_eq!(Framer::new(Framing::Line).push(&whole).len(), 1);
    }

    #[test]
    fn what_has_begun_and_not_ended_is_known() {
        let mut framer = Framer::new(Framing::Line);
        assert!(!framer.is_within_line());
        framer.push(b"04");
        assert!(framer.is_within_line());
        framer.push(b"\n");
        assert!(!framer.is_within_line());
        let mut framer = Framer::new(Framing::StxEtx);
        framer.push(b"noise");
        assert!(!framer.is_within_line());
        framer.push(b"\x02");
        assert!(framer.is_within_line());
    }
}
