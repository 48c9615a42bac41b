//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

/// A multi-function printer in software: speaks IPP, keeps what it printed, fails on demand.
#[derive(Debug, Clone, clap::Parser)]
#[command(name = "virtual-mfp", version)]
pub struct Options {
    /// Where IPP clients connect; port 0 takes any free port.
    #[arg(long, default_value = "127.0.0.1:8640")]
    pub listen: SocketAddr,
    /// Where tests arm faults and read the counters; loopback addresses only.
    #[arg(long, default_value = "127.0.0.1:8641")]
    pub control: SocketAddr,
    /// The folder of this printer: its identity, what it printed, one file a job.
    #[arg(long)]
    pub state: PathBuf,
    /// The printer's name, as on its label.
    #[arg(long, default_value = "Virtual MFP")]
    pub name: String,
    /// Where the printer stands.
    #[arg(long, default_value = "")]
    pub location: String,
    /// Prints in colour (the default).
    #[arg(long)]
    pub color: bool,
    /// Prints in black only.
    #[arg(long, conflicts_with = "color")]
    pub monochrome: bool,
    /// Has no duplex unit.
    #[arg(long)]
    pub one_sided: bool,
    /// The document formats that this printer takes, with commas between.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "application/pdf,image/pwg-raster,image/urf,image/jpeg,text/plain"
    )]
    pub formats: Vec<String>,
    /// A certificate chain (PEM): the port then answers ipps beside ipp.
    #[arg(long, requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM).
    #[arg(long, requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Impressions a minute.
    #[arg(long, default_value_t = 3_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub pages_per_minute: u32,
    /// How many finished jobs the printer remembers.
    #[arg(long, default_value_t = 500)]
    pub history: usize,
}

impl Options {
    /// What kind of machine these options describe.
    pub fn model(&self) -> Model {
        let mut formats: Vec<String> = Vec::new();
        for format in &self.formats {
            let format = format.trim().to_ascii_lowercase();
            if !format.is_empty() && !formats.contains(&format) {
                formats.push(format);
            }
        }
        Model {
            name: self.name.clone(),
            location: self.location.clone(),
            color: !self.monochrome,
            two_sided: !self.one_sided,
            formats,
            history: self.history,
        }
    }
}

/// What the machine can do and what it is called; never changes while it runs.
#[derive(Debug, Clone)]
pub struct Model {
    /// The printer's name.
    pub name: String,
    /// Where it stands.
    pub location: String,
    /// Whether it prints in colour.
    pub color: bool,
    /// Whether it prints on both sides.
    pub two_sided: bool,
    /// The document formats it takes, in lower case.
    pub formats: Vec<String>,
    /// How many finished jobs it remembers.
    pub history: usize,
}

impl Model {
    /// Whether documents of this format are taken. "Find out yourself" is always allowed.
    pub fn takes(&self, format: &str) -> bool {
        format == UNKNOWN_FORMAT || self.formats.iter().any(|own| own == format)
    }
}

/// What a client says when it does not know what it sends.
pub const UNKNOWN_FORMAT: &str = "application/octet-stream";
