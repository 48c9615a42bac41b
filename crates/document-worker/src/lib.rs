//! What is inside a document: pages, colour of each page, paper.
//!
//! A small file can bring down any reader of documents, and nothing in a program survives its own
//! stack or memory running out. So the server never reads a document itself: it starts the program
//! `document-worker`, one process for each document, which gives up files, network and all but a
//! little memory and time before the first byte is read.
//!
//! This library is the server's half:
//!
//! - [`Worker`] starts processes, a few at once, feeds them, keeps their deadlines and ends them;
//! - [`Inspection`] is one of them at work: first [`Inspection::counted`], then
//!   [`Inspection::facts`];
//! - [`Counted`], [`Facts`] and [`Failure`] are the answers;
//! - [`Rendering`] is one that draws a document's pages as a printer wants them, by a [`RenderOrder`], or
//!   writes them into another PDF, by an [`EditOrder`];
//! - [`Line`] is what the two halves say to each other, [`Limits`] what a process may use.
//!
//! The conversation of `document-worker facts`: the document comes on standard input; standard
//! output has one JSON value a line, each a [`Line`], in any order until [`Line::Done`] or
//! [`Line::Failed`]. A process that ends without one of those two was ended by a limit, and what it
//! said before stays true. Nothing else of a document leaves the process.
//!
//! The conversation of `document-worker render ORDER`: the document comes in the same way; standard
//! output has the raster in [`Frames`], and behind them one [`Line`].
//!
//! `document-worker edit ORDER` is the same with a PDF in place of the raster: the document's pages by an
//! [`EditOrder`], compared page by page with what they were before the first frame leaves.

mod answer;
mod edit;
mod ending;
mod facts;
mod inspection;
mod limits;
mod paper;
mod render;
pub mod sandbox;
mod source;
mod worker;

pub use answer::{Line, LineError};
pub use edit::EditOrder;
pub use ending::{Failure, Limit};
pub use facts::{Counted, Facts, Flag, Format, PageColor};
pub use inspection::Inspection;
pub use limits::{
    ANSWER_BYTES_MAX, DOCUMENT_BYTES_MAX, Limits, PAGE_CPU_S, PAGES_MAX, TREE_NODES_MAX,
};
pub use paper::{PaperRun, PaperSize, Papers};
pub use render::{
    FRAME_BYTES_MAX, Frames, Medium, OrderError, RasterColor, RasterFormat, RenderOrder, Rendering,
    Scaling, SheetBack, Sides,
};
pub use source::{Source, SourceFailed};
pub use worker::Worker;
