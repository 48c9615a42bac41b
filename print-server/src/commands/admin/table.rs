//! Lists as columns of text.

use std::io::{self, Write as _};

/// Prints rows under their headings, each column as wide as its widest text. An empty list says so.
///
/// # Errors
/// When nobody takes the output; a reader that has seen enough (`| head`) is no error.
pub fn print<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> io::Result<()> {
    let text = if rows.is_empty() { "(none)".to_owned() } else { lines(headings, rows).join("\n") };
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

fn lines<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> Vec<String> {
    let headings = headings.map(str::to_uppercase);
    let widths: [usize; N] = std::array::from_fn(|column| {
        let texts = rows.iter().chain([&headings]).map(|row| row[column].chars().count());
        texts.max().unwrap_or(0)
    });
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).map(|(text, width)| format!("{text:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    [&headings].into_iter().chain(rows).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_text() {
        let rows = [["Entré".into(), "ipp://h/1".into()], ["B".into(), String::new()]];
        let wanted = ["NAME   ADDRESS", "Entré  ipp://h/1", "B"];
        assert_eq!(lines(["name", "address"], &rows), wanted);
    }
}
