//! What a process takes, by proc(5).

use std::fs;

/// The kernel counts in hundredths of a second on every Linux that we know (`sysconf(_SC_CLK_TCK)`).
const TICKS_PER_SECOND: f64 = 100.0;

/// The seconds of processor time that a process has taken so far, with those of the system for it.
///
/// # Errors
/// When there is no such process.
pub fn cpu_seconds(process: u32) -> Result<f64, String> {
    let path = format!("/proc/{process}/stat");
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let ticks = ticks(&text).ok_or_else(|| format!("{path} cannot be read"))?;
    Ok(ticks / TICKS_PER_SECOND)
}

/// The fields 14 and 15; the second field is a name in brackets that may hold anything.
fn ticks(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ').skip(11);
    let (user, system): (f64, f64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(user + system)
}

/// A line of the file `status`, which counts in KiB, in MiB.
///
/// # Errors
/// When there is no such process or no such line.
pub fn memory_mib(process: u32, line: &str) -> Result<f64, String> {
    let path = format!("/proc/{process}/status");
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let kib = text.lines().find_map(|found| found.strip_prefix(line)?.split_whitespace().next());
    let kib: Option<f64> = kib.and_then(|kib| kib.parse().ok());
    kib.map(|kib| kib / 1024.0).ok_or_else(|| format!("{path} has no {line}"))
}

/// Sets the peak of a process's memory (`VmHWM:`) back to what it has now.
///
/// # Errors
/// When that is not allowed.
pub fn forget_peak(process: u32) -> Result<(), String> {
    let path = format!("/proc/{process}/clear_refs");
    fs::write(&path, "5").map_err(|error| format!("{path}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_found_behind_any_name() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 1 0 0 0 12 30 0 0 20 0 1 0 5 0 0";
        assert_eq!(ticks(stat), Some(42.0));
        assert!(cpu_seconds(std::process::id()).is_ok());
    }

    #[test]
    fn a_process_has_memory() {
        assert!(memory_mib(std::process::id(), "VmRSS:").unwrap() > 0.1);
        assert!(memory_mib(std::process::id(), "VmNothing:").is_err());
    }
}
