//! The lines of a list of printers, each a printer as it is to be, or with what is wrong with it.

use std::collections::HashMap;

use print_core::PrinterId;
use print_core::names::fold;
use store::{KnownMachine, Place, Printer, Station};

use super::command::in_one_line;
use crate::commands::CommandError;
use crate::commands::admin::cards::csv::Row;
use crate::commands::admin::office::shown_name;
use crate::delivery::Reach;
use crate::delivery::printer::address::Address;

/// The columns that a list may have.
const COLUMNS: [&str; 9] = [
    "name",
    "address",
    "location",
    "campus",
    "building",
    "floor",
    "room",
    "stations",
    "always-raster",
];

/// What becomes of a printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is added.
    New,
    /// It is changed, and its address with it: it gets nothing before it is pinned.
    Moved,
    /// It is changed.
    Changed,
    /// It is as the list says.
    Same,
}

/// A line that can be taken.
#[derive(Debug)]
pub struct Line {
    /// Its number in the file.
    pub line: usize,
    /// The printer as it is to be.
    pub printer: Printer,
    /// The stations that it is to stand beside, and does not yet.
    pub beside: Vec<Station>,
    /// What becomes of it.
    pub fate: Fate,
}

/// A list that was looked through.
#[derive(Debug, Default)]
pub struct Checked {
    /// What can be taken.
    pub lines: Vec<Line>,
    /// What cannot: the line's number in the file, and why.
    pub wrong: Vec<(usize, String)>,
}

/// What is there already.
pub struct House {
    printers: HashMap<String, Printer>,
    addresses: HashMap<String, String>,
    stations: HashMap<String, Station>,
    reach: Reach,
}

impl House {
    /// The house with these printers and stations.
    pub fn new(printers: Vec<Printer>, stations: Vec<Station>, reach: Reach) -> Self {
        let addresses = printers.iter().map(|one| (fold(&one.uri), one.name.clone())).collect();
        let printers = printers.into_iter().map(|one| (fold(&one.name), one)).collect();
        let stations = stations.into_iter().map(|one| (fold(&one.name), one)).collect();
        Self { printers, addresses, stations, reach }
    }
}

/// Where the columns stand.
struct Columns(HashMap<&'static str, usize>, usize);

impl Columns {
    fn of(head: Option<&Row>) -> Result<Self, CommandError> {
        let cells = head.map_or(&[][..], |row| &row.cells);
        let mut places = HashMap::new();
        for (place, cell) in cells.iter().enumerate() {
            let folded = fold(cell);
            let known = COLUMNS.into_iter().find(|column| *column == folded);
            let column = known.ok_or_else(|| {
                format!(
                    "the first line names the columns, and \"{cell}\" is none of {}",
                    COLUMNS.join(", ")
                )
            })?;
            if places.insert(column, place).is_some() {
                return Err(format!("the first line names the column {column} twice").into());
            }
        }
        match (places.contains_key("name"), places.contains_key("address")) {
            (true, true) => Ok(Self(places, cells.len())),
            _ => Err("the first line names the columns: at least name and address".into()),
        }
    }

    /// The cell of this column; nothing where the list does not have it.
    fn cell<'a>(&self, row: &'a Row, column: &str) -> Option<&'a str> {
        self.0.get(column).map(|place| row.cells[*place].as_str())
    }
}

/// Looks through the list.
///
/// # Errors
/// A sentence, when the first line does not name the columns.
pub fn check(rows: &[Row], house: &House) -> Result<Checked, CommandError> {
    let columns = Columns::of(rows.first())?;
    let (mut checked, mut names, mut addresses) =
        (Checked::default(), HashMap::new(), HashMap::new());
    for row in rows.get(1..).unwrap_or_default() {
        let line = read(row, &columns, house).and_then(|found| {
            if let Some(earlier) = names.insert(fold(&found.printer.name), row.line) {
                return Err(format!("the same name as in line {earlier}"));
            }
            if let Some(earlier) = addresses.insert(fold(&found.printer.uri), row.line) {
                return Err(format!("the same address as in line {earlier}"));
            }
            Ok(found)
        });
        match line {
            Ok(line) => checked.lines.push(line),
            Err(reason) => checked.wrong.push((row.line, reason)),
        }
    }
    Ok(checked)
}

fn read(row: &Row, columns: &Columns, house: &House) -> Result<Line, String> {
    if row.cells.len() != columns.1 {
        return Err(format!(
            "it has {} cells, and the first line has {}",
            row.cells.len(),
            columns.1
        ));
    }
    let cell = |column: &str| columns.cell(row, column);
    let name = shown_name("name", cell("name").unwrap_or_default()).map_err(|e| e.to_string())?;
    let uri = cell("address").unwrap_or_default();
    let address = Address::parse(uri).map_err(|error| format!("\"{uri}\": {error}"))?;
    house.reach.permits(&address).map_err(|error| format!("\"{uri}\": {error}"))?;
    let before = house.printers.get(&fold(&name));
    if let Some(other) = house.addresses.get(&fold(address.uri()))
        && before.is_none_or(|before| before.name != *other)
    {
        return Err(format!("\"{other}\" has this address already"));
    }
    let place = place(before, &cell)?;
    let location = match cell("location") {
        Some(text) if !text.is_empty() => {
            shown_name("location", text).map_err(|e| e.to_string())?
        }
        _ if place != Place::default() => in_one_line(&place),
        _ => before.map(|before| before.location.clone()).unwrap_or_default(),
    };
    let always_raster = match cell("always-raster").map(fold).as_deref() {
        None | Some("") => before.is_some_and(|before| before.always_raster),
        Some("yes" | "ja") => true,
        Some("no" | "nej") => false,
        Some(other) => return Err(format!("always-raster: \"{other}\" is neither yes nor no")),
    };
    let printer = Printer {
        id: before.map_or_else(PrinterId::new, |before| before.id),
        name,
        uri: address.uri().to_owned(),
        location,
        enabled: before.is_none_or(|before| before.enabled),
        always_raster,
        place,
        machine: before.map_or_else(KnownMachine::default, |before| before.machine.clone()),
        health: before.and_then(|before| before.health.clone()),
    };
    let beside = stations(cell("stations").unwrap_or_default(), house, printer.id)?;
    let fate = match before {
        None => Fate::New,
        Some(before) if before.uri != printer.uri => Fate::Moved,
        Some(before) if *before == printer && beside.is_empty() => Fate::Same,
        Some(_) => Fate::Changed,
    };
    Ok(Line { line: row.line, printer, beside, fate })
}

fn place<'a>(
    before: Option<&Printer>,
    cell: &impl Fn(&str) -> Option<&'a str>,
) -> Result<Place, String> {
    let before = before.map(|before| before.place.clone()).unwrap_or_default();
    let part = |column: &str, before: String| match cell(column) {
        None => Ok(before),
        Some("") => Ok(String::new()),
        Some(text) => shown_name(column, text).map_err(|error| error.to_string()),
    };
    Ok(Place {
        campus: part("campus", before.campus)?,
        building: part("building", before.building)?,
        floor: part("floor", before.floor)?,
        room: part("room", before.room)?,
    })
}

/// The stations of the cell, with blanks or commas between them where their names have none.
fn stations(text: &str, house: &House, printer: PrinterId) -> Result<Vec<Station>, String> {
    let named = |name: &str| house.stations.get(&fold(name));
    let mut found = Vec::new();
    if let Some(station) = named(text) {
        found.push(station);
    } else {
        for name in text.split([',', ';', '|']).map(str::trim).filter(|name| !name.is_empty()) {
            found.push(named(name).ok_or_else(|| format!("there is no station \"{name}\""))?);
        }
    }
    found.retain(|station| !station.printers.contains(&printer));
    Ok(found.into_iter().cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::admin::cards::csv;

    fn looked_through(text: &str, printers: Vec<Printer>) -> Checked {
        let rows = csv::rows(text).expect("rows");
        let house = House::new(printers, Vec::new(), Reach::default());
        check(&rows, &house).expect("columns")
    }

    #[test]
    fn each_wrong_line_is_named_with_its_reason() {
        let checked = looked_through(
            "name;address;building;always-raster\n\
             A;ipps://10.0.0.1/ipp;B1;yes\n\
             ;ipps://10.0.0.2/ipp;B1;\n\
             C;http://10.0.0.3/;B1;\n\
             D;ipp://127.0.0.1/ipp;B1;\n\
             a;ipp://10.0.0.5/ipp;B1;\n\
             F;ipps://10.0.0.1/ipp;B1;\n\
             G;ipp://10.0.0.7/ipp;B1;maybe\n\
             H;ipp://10.0.0.8/ipp\n",
            Vec::new(),
        );
        let wrong: Vec<_> = checked.wrong.iter().map(|(line, _)| *line).collect();
        assert_eq!(wrong, [3, 4, 5, 6, 7, 8, 9], "{:?}", checked.wrong);
        let reason = |at: usize| checked.wrong[at].1.as_str();
        assert!(reason(2).contains("no network where printers may be"), "{}", reason(2));
        assert_eq!(reason(3), "the same name as in line 2");
        assert_eq!(reason(4), "the same address as in line 2");
        assert_eq!(checked.lines.len(), 1);
        assert_eq!(checked.lines[0].printer.location, "B1");
        assert!(checked.lines[0].printer.always_raster);
    }

    #[test]
    fn what_is_there_stays_what_it_is_where_the_list_says_nothing_else() {
        let list = "name,address,floor\nA,ipp://10.0.0.1/ipp,4\nB,ipp://10.0.0.2/ipp,4\n";
        let first = looked_through(list, Vec::new());
        let there: Vec<_> = first.lines.into_iter().map(|line| line.printer).collect();
        let fates = |text: &str| -> Vec<Fate> {
            looked_through(text, there.clone()).lines.iter().map(|line| line.fate).collect()
        };
        assert_eq!(fates(list), [Fate::Same, Fate::Same]);
        assert_eq!(fates(&list.replace(",4", ",5")), [Fate::Changed, Fate::Changed]);
        assert_eq!(fates(&list.replace("0.0.2", "0.0.3")), [Fate::Same, Fate::Moved]);
        assert_eq!(fates("name,address\nC,ipp://10.0.0.9/\n"), [Fate::New]);
    }
}
