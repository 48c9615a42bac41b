//! Print servers, printers, the programs that ask them, and documents for them.

pub mod avahi;
mod bus;
pub mod cupsd;
pub mod documents;
pub mod hostile;
pub mod ippeveprinter;
pub mod ipptool;
pub mod pdf_file;
pub mod raster;
pub mod virtual_mfp;
