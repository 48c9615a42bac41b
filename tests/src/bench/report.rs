//! What came of it: a table for people, a file for programs.

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::measures::{Good, Measure};
use super::statistics::Figure;

/// Collects the results.
#[derive(Debug)]
pub struct Report {
    rounds: u32,
    rows: Vec<Row>,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Row {
    measure: Measure,
    ours: Figure,
    reference: Figure,
}

/// A figure that nothing is promised of.
#[derive(Debug)]
struct Line {
    name: String,
    unit: &'static str,
    figure: Figure,
}

/// One measure, as the results' readers know it.
#[derive(Debug, Serialize)]
struct Entry {
    measure: &'static str,
    ours: f64,
    reference: f64,
    ratio: f64,
}

impl Row {
    fn ratio(&self) -> f64 {
        self.ours.median / self.reference.median.max(f64::EPSILON)
    }

    fn is_kept(&self) -> bool {
        match self.measure.good() {
            Good::High => self.measure.promise().is_none_or(|promise| self.ratio() >= promise),
            Good::Low => self.measure.promise().is_none_or(|promise| self.ratio() <= promise),
        }
    }
}

impl Report {
    /// An empty report of a run with so many rounds.
    pub fn new(rounds: u32) -> Report {
        Report { rounds, rows: Vec::new(), lines: Vec::new() }
    }

    /// Says what is being done now, to whoever waits.
    pub fn say(&self, what: &str) {
        eprintln!("{what}");
    }

    /// A measure's result.
    pub fn add(&mut self, measure: Measure, ours: Figure, reference: Figure) {
        self.rows.push(Row { measure, ours, reference });
    }

    /// A further figure for the table.
    pub fn line(&mut self, name: &str, unit: &'static str, figure: Figure) {
        self.lines.push(Line { name: name.to_owned(), unit, figure });
    }

    /// Prints the tables.
    pub fn print(&self) {
        println!("\nMedian [least – most] of {} rounds.\n", self.rounds);
        println!(
            "{:<28} {:>26} {:>26} {:>7}  {:<9} against",
            "measure", "ours", "reference", "ratio", "promised"
        );
        for row in &self.rows {
            let sign = if row.measure.good() == Good::High { "≥" } else { "≤" };
            let promise =
                row.measure.promise().map_or("-".to_owned(), |promise| format!("{sign} {promise}"));
            let kept = if row.is_kept() { "" } else { "  NOT KEPT" };
            println!(
                "{:<28} {:>26} {:>26} {:>7.2}  {promise:<9} {} ({}){kept}",
                row.measure.name(),
                shown(row.ours),
                shown(row.reference),
                row.ratio(),
                row.measure.reference(),
                row.measure.unit(),
            );
        }
        println!();
        for line in &self.lines {
            println!("{:<55} {:>26} {}", line.name, shown(line.figure), line.unit);
        }
    }

    /// Writes the results as JSON: a list of `{measure, ours, reference, ratio}`.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, file: &Path) -> Result<(), String> {
        let entries: Vec<Entry> = self.rows.iter().map(Entry::of).collect();
        let text = serde_json::to_string_pretty(&entries).map_err(|error| error.to_string())?;
        let problem = |error: std::io::Error| format!("{}: {error}", file.display());
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(problem)?;
        }
        fs::write(file, text + "\n").map_err(problem)
    }
}

impl Entry {
    fn of(row: &Row) -> Entry {
        Entry {
            measure: row.measure.name(),
            ours: row.ours.median,
            reference: row.reference.median,
            ratio: row.ratio(),
        }
    }
}

/// A figure with its range, if it has one.
fn shown(figure: Figure) -> String {
    let Figure { median, least, most } = figure;
    if least == most {
        return number(median);
    }
    format!("{} [{} – {}]", number(median), number(least), number(most))
}

/// With as many digits as mean something.
fn number(value: f64) -> String {
    if value >= 100.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_is_kept_in_the_direction_that_is_good() {
        let row = |measure, ours, reference| Row {
            measure,
            ours: Figure::single(ours),
            reference: Figure::single(reference),
        };
        assert!(row(Measure::IntakeVsCupsdSync, 2_000.0, 1_000.0).is_kept());
        assert!(!row(Measure::IntakeVsCupsdSync, 1_999.0, 1_000.0).is_kept());
        assert!(row(Measure::Restart, 500.0, 500.0).is_kept());
        assert!(!row(Measure::Restart, 501.0, 500.0).is_kept());
    }

    #[test]
    fn the_results_are_a_list_that_programs_read() {
        let folder = real_parts::folder::Folder::new("bench-report");
        let file = folder.join("bench/results.json");
        let mut report = Report::new(1);
        report.add(Measure::Restart, Figure::single(100.0), Figure::single(500.0));
        report.write(&file).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read[0]["measure"], "restart_20k_ms");
        assert_eq!(read[0]["ratio"], 0.2);
    }
}
