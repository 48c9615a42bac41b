//! Several pages on one side of a paper (`number-up`): from left to right and then downwards, as large as
//! they can be, on paper that lies where that makes them larger.

use hayro::kurbo::Affine;

use super::sheets::{is_turned, quarter};

/// How a side is divided. Lengths are in hundredths of a millimetre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    columns: u16,
    rows: u16,
    /// Read with the paper lying on its side.
    lies: bool,
    paper: (f64, f64),
}

impl Grid {
    /// The division in so many places that shows a page of this size largest.
    pub fn new(number: u16, page: (f64, f64), paper: (f64, f64)) -> Grid {
        let number = number.max(1);
        let columns = (1..=number).filter(|columns| number.is_multiple_of(*columns));
        let grids = columns.flat_map(|columns| {
            [false, true].map(|lies| Grid { columns, rows: number / columns, lies, paper })
        });
        let mut best: Option<(f64, Grid)> = None;
        for grid in grids {
            // The page as it is read, not turned within its place: text stays upright on the sheet.
            let cell = grid.cell();
            let scale = (cell.0 / page.0).min(cell.1 / page.1);
            if best.is_none_or(|(most, _)| scale > most + 1e-9) {
                best = Some((scale, grid));
            }
        }
        best.map_or(Grid { columns: 1, rows: 1, lies: false, paper }, |(_, grid)| grid)
    }

    /// The paper as it is read.
    fn sheet(&self) -> (f64, f64) {
        if self.lies { (self.paper.1, self.paper.0) } else { self.paper }
    }

    /// One place.
    fn cell(&self) -> (f64, f64) {
        let (width, height) = self.sheet();
        (width / f64::from(self.columns), height / f64::from(self.rows))
    }

    /// From a page of this size, from its upper left corner, to the paper's.
    pub fn place(&self, index: usize, page: (f64, f64)) -> Affine {
        let (cell, sheet) = (self.cell(), self.sheet());
        let turned = is_turned(page, cell);
        let standing = if turned { (page.1, page.0) } else { page };
        let scale = (cell.0 / standing.0).min(cell.1 / standing.1);
        let columns = usize::from(self.columns);
        // A side has 16 places at most.
        let at =
            |place: usize, cell: f64, used: f64| place as f64 * cell + (cell - used * scale) / 2.0;
        let left = at(index % columns, cell.0, standing.0);
        let top = at(index / columns, cell.1, standing.1);
        let own = if turned { quarter(page.0 * scale) } else { Affine::IDENTITY };
        let on_sheet = Affine::translate((left, top)) * own * Affine::scale(scale);
        if self.lies { quarter(sheet.0) * on_sheet } else { on_sheet }
    }
}

#[cfg(test)]
mod tests {
    use hayro::kurbo::Point;

    use super::*;

    const A4: (f64, f64) = (21_000.0, 29_700.0);
    const LYING: (f64, f64) = (29_700.0, 21_000.0);

    fn divided(number: u16, page: (f64, f64)) -> (u16, u16, bool) {
        let grid = Grid::new(number, page, A4);
        (grid.columns, grid.rows, grid.lies)
    }

    #[test]
    fn pages_are_as_large_as_they_can_be() {
        for (number, standing, lying) in [
            (1, (1, 1, false), (1, 1, true)),
            (2, (2, 1, true), (1, 2, false)),
            (4, (2, 2, false), (2, 2, true)),
            (6, (3, 2, true), (2, 3, false)),
            (9, (3, 3, false), (3, 3, true)),
            (16, (4, 4, false), (4, 4, true)),
        ] {
            assert_eq!(divided(number, A4), standing, "{number} standing pages");
            assert_eq!(divided(number, LYING), lying, "{number} lying pages");
        }
    }

    #[test]
    fn pages_follow_each_other_as_they_are_read() {
        let corner = |grid: &Grid, index| (grid.place(index, A4) * Point::ORIGIN).round();
        // Four: side by side, then downwards.
        let four = Grid::new(4, A4, A4);
        let corners: Vec<Point> = (0..4).map(|index| corner(&four, index)).collect();
        let point = |x: f64, y: f64| Point::new(x, y);
        let expected = [
            point(0.0, 0.0),
            point(10_500.0, 0.0),
            point(0.0, 14_850.0),
            point(10_500.0, 14_850.0),
        ];
        assert_eq!(corners, expected);
        // Two: on lying paper, whose upper edge is the standing paper's left one; the first page is read
        // from the left, which is the standing paper's lower half.
        let two = Grid::new(2, A4, A4);
        // Half of an A4 is a hair wider than the page.
        for (index, along) in [(0, 29_700.0), (1, 14_850.0)] {
            let found = corner(&two, index);
            assert!(found.distance(point(0.0, along)) <= 1.0, "{index}: {found:?}");
        }
    }

    #[test]
    fn a_page_that_lies_among_standing_ones_is_turned_and_stays_in_its_place() {
        let four = Grid::new(4, A4, A4);
        let place = four.place(1, LYING);
        let corners = [Point::ORIGIN, Point::new(LYING.0, LYING.1)].map(|corner| place * corner);
        for corner in corners {
            assert!((10_499.0..=21_001.0).contains(&corner.x), "{corner:?}");
            assert!((-1.0..=14_851.0).contains(&corner.y), "{corner:?}");
        }
    }
}
