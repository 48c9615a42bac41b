//! What a process says about its document, a line at a time.

use serde::{Deserialize, Serialize};

use crate::{Counted, Failure, PAGES_MAX, PageColor};

/// One line of a process's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// The pages are counted. Said once: before the colours where that is cheap, after them where
    /// a document has to be read to its end anyway.
    Counted(Counted),
    /// The colours of the next pages.
    Colors(Vec<PageColor>),
    /// The document cannot be looked into; nothing follows.
    Failed(Failure),
    /// That was all.
    Done,
}

/// A line that no worker of ours writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the line is no answer")]
pub struct LineError;

impl Line {
    /// The line as it goes over the pipe, with its end.
    pub fn to_text(&self) -> String {
        let mut text =
            serde_json::to_string(self).expect("numbers, names and lists of them are always JSON");
        text.push('\n');
        text
    }

    /// Reads a line. Whoever wrote it may have been taken over by a document, so nothing in it is
    /// taken for granted.
    ///
    /// # Errors
    /// When it is not a line of this protocol, or tells of no pages, too many, or papers for more
    /// or fewer pages than there are.
    pub fn parse(text: &[u8]) -> Result<Line, LineError> {
        let line: Line = serde_json::from_slice(text).map_err(|_| LineError)?;
        let possible = match &line {
            Line::Counted(counted) => {
                (1..=PAGES_MAX).contains(&counted.pages)
                    && counted.papers.pages() == counted.pages
                    && counted.papers.runs().iter().all(|run| run.pages > 0)
            }
            Line::Colors(colors) => colors.len() <= PAGES_MAX as usize,
            Line::Failed(_) | Line::Done => true,
        };
        if possible { Ok(line) } else { Err(LineError) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Flag, Format, Limit, PaperSize, Papers};

    fn counted(pages: u32, papers: u32) -> Line {
        let mut sizes = Papers::default();
        for _ in 0..papers {
            sizes.push(Some(PaperSize::from_points(595.0, 842.0)));
        }
        let flags = BTreeSet::from([Flag::CountDiffers]);
        Line::Counted(Counted { format: Format::PwgRaster, pages, papers: sizes, flags })
    }

    #[test]
    fn lines_are_read_as_they_were_written() {
        let lines = [
            counted(3, 3),
            Line::Colors(vec![PageColor::Color, PageColor::Monochrome, PageColor::Unknown]),
            Line::Failed(Failure::TooComplex(Limit::Cpu)),
            Line::Failed(Failure::Password),
            Line::Done,
        ];
        for line in lines {
            let text = line.to_text();
            assert_eq!(Line::parse(text.trim_end().as_bytes()), Ok(line), "{text}");
        }
    }

    #[test]
    fn what_a_taken_worker_could_say_is_refused() {
        for line in [counted(0, 0), counted(2, 1), counted(PAGES_MAX + 1, PAGES_MAX + 1)] {
            assert_eq!(Line::parse(line.to_text().trim_end().as_bytes()), Err(LineError));
        }
        for text in ["", "{}", "{\"counted\":1}", "\"done\" \"done\"", "{\"colors\":[\"x\"]}"] {
            assert_eq!(Line::parse(text.as_bytes()), Err(LineError), "{text}");
        }
    }
}
