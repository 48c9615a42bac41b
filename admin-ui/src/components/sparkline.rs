//! A row's history in the size of a word.

use std::fmt::Write as _;

use maud::{Markup, html};

const WIDTH: f64 = 110.0;
const HEIGHT: f64 = 28.0;
/// Room for the line's thickness and the last point.
const EDGE: f64 = 3.0;

/// A line through `values`, oldest first, from zero up; `label` says in words what it shows.
pub fn sparkline(values: &[i64], label: &str) -> Markup {
    let points = points(values);
    let line = points.iter().fold(String::new(), |mut line, (x, y)| {
        let _ = write!(line, "{x:.1},{y:.1} ");
        line
    });
    let last = points.last().copied();
    html! {
        svg.spark viewBox="0 0 110 28" width="110" height="28" role="img" aria-label=(label) {
            polyline points=(line.trim_end()) {}
            @if let Some((x, y)) = last {
                circle cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="2.4" {}
            }
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "a picture is a hundred points wide")]
fn points(values: &[i64]) -> Vec<(f64, f64)> {
    let top = values.iter().copied().max().unwrap_or(0).max(1) as f64;
    let steps = values.len().saturating_sub(1).max(1) as f64;
    let point = |(place, value): (usize, &i64)| {
        let x = EDGE + place as f64 / steps * (WIDTH - 2.0 * EDGE);
        // A negative month (a correction) lies on the ground: the line tells the shape, the table
        // the sum.
        let y = HEIGHT - EDGE - (*value).max(0) as f64 / top * (HEIGHT - 2.0 * EDGE);
        (x, y)
    };
    values.iter().enumerate().map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_stays_inside_its_picture() {
        for values in [&[][..], &[0], &[5], &[-3, 0, 9], &[i64::MAX, 1, i64::MIN]] {
            for (x, y) in points(values) {
                assert!((0.0..=WIDTH).contains(&x) && (0.0..=HEIGHT).contains(&y), "{values:?}");
            }
        }
        assert_eq!(points(&[0, 10]), [(3.0, 25.0), (107.0, 3.0)]);
    }
}
