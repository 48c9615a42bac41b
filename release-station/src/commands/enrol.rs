//! `release-station enrol`: the files of a new station, by the code that an administrator was shown.

use std::fs::{self, OpenOptions};
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, fchown};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use station_protocol::Language;
use station_protocol::enrolment::{CODE_LENGTH, typed_code};

use crate::link::Place;
use crate::link::enrolment::{Enrolled, NewKey, enrol};

/// A line that somebody types is not longer.
const LINE_BYTES_MAX: u64 = 256;

/// Which station, where and by what.
#[derive(Debug, Args)]
pub struct Order {
    /// The station's name, as it was given at the print server.
    station: String,
    /// The print server's station listener.
    #[arg(long, value_name = "HOST:PORT")]
    server: String,
    /// A folder for certificate.pem, key.pem, ca.pem and station.toml; made when missing.
    #[arg(long, value_name = "DIR", default_value = "/etc/release-station")]
    out: PathBuf,
    /// Which kind of reader the station has.
    #[arg(long, value_enum, default_value_t)]
    reader: Reader,
}

/// A kind of reader.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Reader {
    /// Every PC/SC reader of the machine.
    #[default]
    Pcsc,
    /// None: people type a code at the touch page that they made on `My prints`.
    None,
    /// None: cards come from the touch page and from `release-station tap`.
    Simulated,
}

impl Reader {
    fn as_str(self) -> &'static str {
        match self {
            Self::Pcsc => "pcsc",
            Self::None => "none",
            Self::Simulated => "simulated",
        }
    }
}

/// Reads the code from standard input, so that it stands in no list of processes, and enrols the station.
///
/// # Errors
/// A sentence: what was wrong. No file is left then that was not there before.
pub fn run(order: &Order) -> Result<ExitCode, String> {
    let server = Place::parse(&order.server, None).map_err(|error| error.to_string())?;
    let (certificate, key_path) = (order.out.join("certificate.pem"), order.out.join("key.pem"));
    // A code serves once: what would be in the way is said before it is used.
    for path in [&certificate, &key_path] {
        if path.exists() {
            let text = "is there already: another station may be using it; move it away first";
            return Err(format!("{} {text}", path.display()));
        }
    }
    fs::create_dir_all(&order.out).map_err(|error| format!("{}: {error}", order.out.display()))?;
    let code = read_code()?;
    let key = NewKey::random().ok_or("the operating system gives no random numbers")?;
    write(&key_path, 0o600, &key.pem)?;
    let enrolled = connect(&server, order, &code, &key).inspect_err(|_| {
        // Without its certificate the key is of no use.
        let _ = fs::remove_file(&key_path);
    })?;
    write(&certificate, 0o644, &enrolled.certificate)?;
    let authority = order.out.join("ca.pem");
    match fs::remove_file(&authority) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(format!("{}: {error}", authority.display()));
        }
        _ => write(&authority, 0o644, &enrolled.authority)?,
    }
    let settings = order.out.join("station.toml");
    let kept = settings.exists();
    if !kept {
        write(&settings, 0o644, &toml(order, &enrolled))?;
    }
    let (settings, is) = (settings.display(), if kept { "stays as it was" } else { "is written" });
    println!("The station \"{}\" is enrolled; {settings} {is}. Start it by:", order.station);
    println!("  release-station run --config {settings}");
    Ok(ExitCode::SUCCESS)
}

fn connect(server: &Place, order: &Order, code: &str, key: &NewKey) -> Result<Enrolled, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let enrolled = runtime.block_on(enrol(server, &order.station, code, key));
    enrolled.map_err(|error| format!("{}: {error}", server.server()))
}

fn read_code() -> Result<String, String> {
    let input = io::stdin().lock();
    if input.is_terminal() {
        eprint!("The code that the print server showed: ");
        // It is but a prompt.
        let _ = io::stderr().flush();
    }
    let mut line = String::new();
    let read = io::Read::take(input, LINE_BYTES_MAX).read_line(&mut line);
    read.map_err(|error| format!("the code cannot be read: {error}"))?;
    typed_code(line.trim_end()).ok_or_else(|| {
        format!("that is no code: it has {CODE_LENGTH} letters and digits, as in 7K3M-9QXT-P2VC")
    })
}

/// Writes a new file for whoever owns the folder: root, who types the code, must not keep the station out, and
/// follows no link that the folder's owner may have left there.
fn write(path: &Path, mode: u32, text: &str) -> Result<(), String> {
    let written = || -> io::Result<()> {
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(mode).open(path)?;
        if let Some(folder) = path.parent() {
            let owner = fs::metadata(folder)?;
            // Whoever is not root may not, and need not.
            let _ = fchown(&file, Some(owner.uid()), Some(owner.gid()));
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    written().map_err(|error| format!("{}: {error}", path.display()))
}

fn toml(order: &Order, enrolled: &Enrolled) -> String {
    let text = |value: &str| toml::Value::from(value).to_string();
    let reader = order.reader.as_str();
    let language = match enrolled.language {
        Language::Sv => "sv",
        Language::En => "en",
    };
    format!(
        "# A release station. Paths are relative to this file.\n\
         server = {}\n\
         ca = \"ca.pem\"\n\
         certificate = \"certificate.pem\"\n\
         key = \"key.pem\"\n\
         reader = \"{reader}\"\n\
         language = \"{language}\"\n",
        text(&order.server),
    )
}
