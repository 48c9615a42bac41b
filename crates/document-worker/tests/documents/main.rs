//! The program, started as the server starts it, and asked about documents of every kind. What it
//! says is compared with what programs of others say: pdfinfo counts, Ghostscript and Poppler draw.
//!
//! Each test prints its figures; `cargo nextest run -p document-worker --no-capture` shows them.

mod asking;
mod debian;
mod editing;
mod hostile;
mod locks;
mod made;
mod mutants;
mod pictures;
mod raster;
mod reference;
mod rendering;
mod worker;
