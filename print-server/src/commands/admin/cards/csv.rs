//! The cells of a list as spreadsheets export it: commas, semicolons or tabs, with or without quotation marks.

/// Lines of a list; more are a mistake.
pub const ROWS_MAX: usize = 200_000;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number in the file, from 1.
    pub line: usize,
    /// Its cells, without quotation marks and white space around them.
    pub cells: Vec<String>,
}

/// The lines that are not empty. What stands first between the cells of the first line stands between all.
///
/// # Errors
/// The number of a line whose quotation mark is not closed, or the first line beyond [`ROWS_MAX`].
pub fn rows(text: &str) -> Result<Vec<Row>, usize> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let between = first.chars().find(|c| matches!(c, ';' | ',' | '\t')).unwrap_or(';');
    let mut rows = Vec::new();
    for (place, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        if rows.len() == ROWS_MAX {
            return Err(place + 1);
        }
        rows.push(Row { line: place + 1, cells: cells(line, between).ok_or(place + 1)? });
    }
    Ok(rows)
}

fn cells(line: &str, between: char) -> Option<Vec<String>> {
    let (mut cells, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if is_quoted || cell.trim().is_empty() => is_quoted = !is_quoted,
            c if c == between && !is_quoted => {
                cells.push(std::mem::take(&mut cell).trim().to_owned());
            }
            c => cell.push(c),
        }
    }
    cells.push(cell.trim().to_owned());
    (!is_quoted).then_some(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Vec<String>> {
        rows(text).expect("rows").into_iter().map(|row| row.cells).collect()
    }

    #[test]
    fn every_spreadsheets_way_is_read() {
        let wanted = [["person", "number"], ["anna", "123,45678"]];
        for text in [
            "person;number\nanna;123,45678\n",
            "\u{feff}person,number\r\n\r\nanna,\"123,45678\"\r\n",
            "person\tnumber\nanna\t123,45678",
            "\"person\";\"number\"\n \"anna\" ; 123,45678 ",
        ] {
            assert_eq!(read(text), wanted, "{text:?}");
        }
        assert_eq!(read("a;b\n\"x\"\"y;z\";")[1], ["x\"y;z", ""]);
        assert_eq!(rows("a\n\nb\n").expect("rows")[1].line, 3, "as an editor counts");
        assert_eq!(read(""), Vec::<Vec<String>>::new());
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_is_named_by_its_line() {
        assert_eq!(rows("a;b\nx;\"y\n"), Err(2));
    }
}
