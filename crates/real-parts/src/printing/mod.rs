//! Print servers, printers, the programs that ask them, and documents for them.

pub mod avahi;
mod bus;
pub mod cupsd;
pub mod documents;
pub mod hostile;
pub mod ippeveprinter;
pub mod ipptool;
pub mod likeness;
pub mod made;
pub mod pdf_file;
mod png;
pub mod raster;
pub mod raster_reader;
pub mod shipped;
pub mod virtual_mfp;
