//! The printer that CUPS ships for tests, as an independent second printer.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::bus::Bus;
use crate::certificates::Authority;
use crate::folder::Folder;
use crate::process::{Process, Stop};
use crate::{ports, programs};

const START_LIMIT: Duration = Duration::from_secs(20);

/// What it runs for each document in place of its own pretence, which takes 5 to 15 s and reports no
/// impressions: counts them at once, those of raster by what its header says. It has no attribute for sheets to report in.
const PRINT_COMMAND: &str = r#"#!/bin/sh
number() { od -An -tu4 --endian=big -j"$2" -N4 "$1" | tr -d ' '; }
case $(head -c 4 "$1") in
RaS2) pages=$(number "$1" 456) ;;
UNIR) pages=$(number "$1" 8) ;;
*) pages=$(pdfinfo "$1" 2>/dev/null | sed -n 's/^Pages: *//p') ;;
esac
printed=$((${pages:-1} * ${IPP_COPIES:-1}))
echo "$printed" >> "${0%/*}/printed"
echo "ATTR: job-impressions=${pages:-1} job-impressions-completed=$printed" >&2
"#;

/// What kind of printer to start.
#[derive(Debug, Clone)]
pub struct Model {
    /// What it is called.
    pub name: String,
    /// The document formats that it takes.
    pub formats: Vec<String>,
    /// Whether it prints on both sides.
    pub two_sided: bool,
    /// What it says of itself in place of its own list, a line of its configuration each
    /// (`ATTR keyword urf-supported W8,RS300`).
    pub attributes: Option<String>,
}

impl Default for Model {
    fn default() -> Model {
        Model {
            name: "Eve".to_owned(),
            formats: vec!["application/pdf".to_owned(), "image/jpeg".to_owned()],
            two_sided: true,
            attributes: None,
        }
    }
}

/// A running ippeveprinter on `localhost`. The printer ends before the bus, the folder goes last.
#[derive(Debug)]
pub struct IppEvePrinter {
    printer: Process,
    _bus: Bus,
    port: u16,
    authority: Authority,
    folder: Folder,
}

impl IppEvePrinter {
    /// Starts a printer.
    ///
    /// # Panics
    /// When ippeveprinter or dbus-daemon is not installed, or it does not start.
    pub fn start(model: &Model) -> IppEvePrinter {
        let folder = Folder::new("ippeveprinter");
        let authority = Authority::new("Test printer authority");
        for name in ["spool", "keys"] {
            fs::create_dir(folder.join(name)).expect("the folder is new and ours");
        }
        // Where CUPS looks for the certificate of the host "localhost"; it would otherwise spend
        // seconds on an RSA key.
        let certificate = authority.server();
        folder.write("keys/localhost.crt", &certificate.pem);
        folder.write("keys/localhost.key", &certificate.key_pem);
        // It wants a system bus to announce itself on, even when told not to announce anything. An empty
        // one is enough; nothing leaves the machine.
        let bus = Bus::start(&folder);
        let port = ports::free();
        let mut command = Command::new(programs::find("ippeveprinter", "cups-ipp-utils"));
        command.env("DBUS_SYSTEM_BUS_ADDRESS", bus.address());
        // It keeps settings in the home folder; they must not come from or go to a person's.
        command.env("HOME", folder.path());
        // -k keeps what was printed; a subtype "off" announces nothing.
        command.args(["-k", "-r", "off", "-n", "localhost", "-p", &port.to_string()]);
        command.arg("-d").arg(folder.join("spool")).arg("-K").arg(folder.join("keys"));
        command.arg("-c").arg(print_command(&folder));
        if let Some(attributes) = &model.attributes {
            // Its own options for formats and sides cannot stand beside it.
            let formats = model.formats.join(",");
            let formats = format!("ATTR mimeMediaType document-format-supported {formats}\n");
            command.arg("-a").arg(folder.write("printer.conf", formats + attributes));
        } else {
            command.args(["-f", &model.formats.join(",")]);
            if model.two_sided {
                command.arg("-2");
            }
        }
        command.arg("-vv").arg(&model.name);
        let log = folder.join("printer.log");
        let mut printer = Process::start("ippeveprinter", command, &log, Stop::Terminate);
        printer.wait_until(START_LIMIT, || ports::answers(port));
        IppEvePrinter { printer, _bus: bus, port, authority, folder }
    }

    /// The printer's address without TLS.
    pub fn uri(&self) -> String {
        format!("ipp://localhost:{}/ipp/print", self.port)
    }

    /// The authority that signed the printer's certificate.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The printer's address with TLS.
    pub fn tls_uri(&self) -> String {
        format!("ipps://localhost:{}/ipp/print", self.port)
    }

    /// The documents that arrived, oldest first.
    pub fn documents(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = fs::read_dir(self.folder.join("spool"))
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            // "prn" is where the command's own output goes, of which there is none.
            .filter(|path| path.extension().is_none_or(|kind| kind != "prn"))
            .collect();
        // The names begin with the job's number, so that shorter ones come first.
        files.sort_by_key(|path| (job_number(path), path.clone()));
        files
    }

    /// All sides that it has printed, one on each sheet, whatever it says of its jobs.
    pub fn sides_out(&self) -> u64 {
        let printed = fs::read_to_string(self.folder.join("printed")).unwrap_or_default();
        printed.lines().filter_map(|line| line.parse::<u64>().ok()).sum()
    }

    /// What the printer said about requests and jobs.
    pub fn log(&self) -> String {
        self.printer.log()
    }

    /// Kills the printer, as pulling its plug would.
    pub fn kill(&mut self) {
        self.printer.kill();
    }
}

fn job_number(path: &Path) -> u64 {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.split('-').next().and_then(|number| number.parse().ok()).unwrap_or(u64::MAX)
}

fn print_command(folder: &Folder) -> PathBuf {
    programs::find("pdfinfo", "poppler-utils");
    let path = folder.write("print", PRINT_COMMAND);
    fs::set_permissions(&path, Permissions::from_mode(0o700)).expect("the file is ours");
    path
}
