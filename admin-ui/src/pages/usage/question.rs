//! What the address of the usage page asks for. What it does not understand counts as not asked.

use print_core::Period;
use print_core::names::{fold, sort_key};
use texts::Language;

use super::figures::{Department, change};
use crate::address::Address;
use crate::components::table::Direction;
use crate::words::Words;

/// A column that can be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Name,
    Cost,
    Change,
    Sheets,
    Color,
    ToCheck,
}

impl Column {
    /// All, in the order of the table.
    pub const ALL: [Self; 6] =
        [Self::Name, Self::Cost, Self::Change, Self::Sheets, Self::Color, Self::ToCheck];

    /// Its word in the address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Cost => "cost",
            Self::Change => "change",
            Self::Sheets => "sheets",
            Self::Color => "color",
            Self::ToCheck => "check",
        }
    }

    /// Its heading.
    pub fn label(self, language: Language) -> String {
        let word = |word: Words| word.text(language).to_owned();
        match self {
            Self::Name => word(Words::Department),
            Self::Cost => format!("{}, {}", word(Words::Cost), texts::numbers::currency(language)),
            Self::Change => word(Words::AgainstYearBefore),
            Self::Sheets => word(Words::Sheets),
            Self::Color => word(Words::ColorShare),
            Self::ToCheck => word(Words::ToCheck),
        }
    }

    /// The direction that a first click means: names from A, figures from the largest.
    pub fn first(self) -> Direction {
        if self == Self::Name { Direction::Ascending } else { Direction::Descending }
    }

    fn sort(self, departments: &mut [Department]) {
        let cost = |department: &Department| department.chosen().hundredths();
        match self {
            Self::Name => departments.sort_by_cached_key(|department| sort_key(&department.name)),
            Self::Cost => departments.sort_by_key(cost),
            Self::Change => departments.sort_by_key(|department| {
                change(cost(department), department.year_before().hundredths())
            }),
            Self::Sheets => departments.sort_by_key(|department| department.chosen().sheets),
            Self::Color => departments.sort_by_key(|department| department.chosen().color_share()),
            Self::ToCheck => departments.sort_by_key(|department| {
                (department.chosen().to_check, department.chosen().estimated)
            }),
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The month; its absence means the present one.
    pub month: Option<Period>,
    /// The code of the one department that is looked at.
    pub department: Option<String>,
    /// A part of a name or code.
    pub search: String,
    /// The order of the table.
    pub column: Column,
    pub direction: Direction,
}

/// Longer searches find nothing in any case.
const SEARCH_MAX_BYTES: usize = 100;

impl Question {
    /// Reads an address.
    pub fn of(address: &Address) -> Self {
        let get = |key: &str| address.get(key).unwrap_or_default();
        let column = Column::ALL.into_iter().find(|column| column.key() == get("sort"));
        let column = column.unwrap_or(Column::Cost);
        let directions = [Direction::Ascending, Direction::Descending];
        let direction = directions.into_iter().find(|direction| direction.word() == get("dir"));
        Self {
            month: get("month").parse().ok(),
            department: address.get("department").map(str::to_owned).filter(|d| !d.is_empty()),
            search: print_core::names::cleaned(get("q"), SEARCH_MAX_BYTES),
            column,
            direction: direction.unwrap_or(column.first()),
        }
    }

    /// The departments that are asked for, in the asked order. Equals keep the order of their
    /// codes.
    pub fn answer(&self, departments: &[Department]) -> Vec<Department> {
        let wanted = fold(&self.search);
        let matches = |department: &&Department| {
            fold(&department.name).contains(&wanted) || fold(&department.code).contains(&wanted)
        };
        let mut found: Vec<Department> = departments.iter().filter(matches).cloned().collect();
        if self.direction == Direction::Descending {
            // Turned twice, so that equals stay in their order.
            found.reverse();
        }
        self.column.sort(&mut found);
        if self.direction == Direction::Descending {
            found.reverse();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::figures::{CHOSEN, Figures, MONTHS};
    use super::*;
    use print_core::Amount;

    fn department(code: &str, name: &str, amount: i64, sheets: i64) -> Department {
        let mut months = [Figures::default(); MONTHS];
        let amount = Amount::from_ten_thousandths(amount * 10_000);
        months[CHOSEN] = Figures { amount, sheets, ..Figures::default() };
        Department { code: code.into(), name: name.into(), months }
    }

    fn asked(address: &str) -> Question {
        Question::of(&Address::of(&address.parse().unwrap()))
    }

    fn order(address: &str) -> String {
        let departments = [
            department("A1", "Öron", 5, 9),
            department("B2", "Andning", 7, 1),
            department("C3", "Zoologi", 5, 3),
        ];
        let found = asked(address).answer(&departments);
        found.iter().map(|department| department.code.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_address_says_what_is_shown_and_in_which_order() {
        for (address, wanted) in [
            ("/usage", "B2 A1 C3"),
            ("/usage?sort=cost&dir=asc", "A1 C3 B2"),
            ("/usage?sort=name", "B2 C3 A1"),
            ("/usage?sort=sheets&dir=desc", "A1 C3 B2"),
            ("/usage?q=%C3%B6R", "A1"),
            ("/usage?q=c3", "C3"),
            ("/usage?q=nothing", ""),
            ("/usage?sort=nonsense&dir=up", "B2 A1 C3"),
        ] {
            assert_eq!(order(address), wanted, "{address}");
        }
    }

    #[test]
    fn nonsense_counts_as_not_asked() {
        let question = asked("/usage?month=2026-13&department=");
        assert_eq!((question.month, question.department), (None, None));
        assert_eq!(asked("/usage?month=2026-11").month, Period::new(2026, 11));
    }
}
