//! How raster travels from the process: in frames, each with its length before it as four bytes, the
//! highest first. A frame of no bytes ends it; behind that stands the last word, a [`crate::Line`].
//! A process that ends without its last word was ended by a limit, and what it wrote is not whole.

use std::io::{self, Write};

/// More a frame never has.
pub const FRAME_BYTES_MAX: usize = 64 << 10;

/// So much of what was written is kept at most, beside a band of pixels within the process's memory.
pub const KEPT_BYTES_MAX: usize = 32 << 20;

/// Writes frames: collects bytes until they are worth one.
#[derive(Debug)]
pub struct Frames<W: Write> {
    writer: W,
    waiting: Vec<u8>,
    kept: Option<Vec<u8>>,
}

impl<W: Write> Frames<W> {
    /// Nothing is written yet.
    pub fn new(writer: W) -> Frames<W> {
        Frames { writer, waiting: Vec::with_capacity(2 * FRAME_BYTES_MAX), kept: None }
    }

    /// Bytes that the next frame has; to be added to.
    pub fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.waiting
    }

    /// Writes what fills whole frames.
    ///
    /// # Errors
    /// When nobody reads any more.
    pub fn pass_on(&mut self) -> io::Result<()> {
        if self.waiting.len() >= FRAME_BYTES_MAX { self.flush() } else { Ok(()) }
    }

    /// From here on what is written is kept too, so that it can be written again.
    ///
    /// # Errors
    /// When nobody reads any more.
    pub fn keep(&mut self) -> io::Result<()> {
        self.flush()?;
        self.kept = Some(Vec::new());
        Ok(())
    }

    /// What was written since [`Frames::keep`]; `None` when that was more than [`KEPT_BYTES_MAX`].
    ///
    /// # Errors
    /// When nobody reads any more.
    pub fn kept(&mut self) -> io::Result<Option<Vec<u8>>> {
        self.flush()?;
        Ok(self.kept.take())
    }

    /// Writes these bytes.
    ///
    /// # Errors
    /// When nobody reads any more.
    pub fn again(&mut self, bytes: &[u8]) -> io::Result<()> {
        for part in bytes.chunks(FRAME_BYTES_MAX) {
            self.waiting.extend(part);
            self.pass_on()?;
        }
        Ok(())
    }

    /// Writes everything.
    ///
    /// # Errors
    /// When nobody reads any more.
    pub fn flush(&mut self) -> io::Result<()> {
        if let Some(kept) = &mut self.kept {
            if kept.len() + self.waiting.len() > KEPT_BYTES_MAX {
                self.kept = None;
            } else {
                kept.extend(&self.waiting);
            }
        }
        for frame in self.waiting.chunks(FRAME_BYTES_MAX) {
            self.writer.write_all(&length(frame))?;
            self.writer.write_all(frame)?;
        }
        self.waiting.clear();
        self.writer.flush()
    }

    /// Writes the rest and the end; the last word follows by other means.
    ///
    /// # Errors
    /// When nobody reads any more.
    pub fn end(mut self) -> io::Result<()> {
        self.flush()?;
        self.writer.write_all(&length(&[]))?;
        self.writer.flush()
    }
}

fn length(frame: &[u8]) -> [u8; 4] {
    u32::try_from(frame.len()).expect("a frame is short").to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_written_again_and_too_much_is_not_kept() {
        let mut frames = Frames::new(Vec::new());
        frames.bytes().extend(b"head");
        frames.keep().unwrap();
        frames.bytes().extend(b"page");
        let kept = frames.kept().unwrap().expect("it is little");
        assert_eq!(kept, b"page");
        frames.again(&kept).unwrap();
        frames.flush().unwrap();
        let lengths: Vec<u8> = frames.writer.clone();
        assert_eq!(lengths, b"\0\0\0\x04head\0\0\0\x04page\0\0\0\x04page");
        frames.keep().unwrap();
        frames.bytes().resize(KEPT_BYTES_MAX + 1, 0);
        assert_eq!(frames.kept().unwrap(), None);
    }
}
