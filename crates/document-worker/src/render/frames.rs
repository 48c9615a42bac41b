//! How raster travels from the process: in frames, each with its length before it as four bytes, the
//! highest first. A frame of no bytes ends it; behind that stands the last word, a [`crate::Line`].
//! A process that ends without its last word was ended by a limit, and what it wrote is not whole.

use std::io::{self, Write};

/// More a frame never has.
pub const FRAME_BYTES_MAX: usize = 64 << 10;

/// Writes frames: collects bytes until they are worth one.
#[derive(Debug)]
pub struct Frames<W: Write> {
    writer: W,
    waiting: Vec<u8>,
}

impl<W: Write> Frames<W> {
    /// Nothing is written yet.
    pub fn new(writer: W) -> Frames<W> {
        Frames { writer, waiting: Vec::with_capacity(2 * FRAME_BYTES_MAX) }
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

    /// Writes everything.
    ///
    /// # Errors
    /// When nobody reads any more.
    pub fn flush(&mut self) -> io::Result<()> {
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
