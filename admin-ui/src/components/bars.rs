//! Months as bars, each beside the same month a year before.

use maud::{Markup, html};
use texts::{Language, numbers};

/// One month of the picture. Amounts are hundredths of the unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// The month in three letters.
    pub short: String,
    /// The month and its year.
    pub full: String,
    /// What it cost.
    pub now: i64,
    /// What the same month cost a year before.
    pub before: i64,
    /// Whether the month is still going on, so that its bar will grow.
    pub so_far: bool,
}

/// The sizes of one form of the picture, in its own units.
#[derive(Debug, Clone, Copy)]
struct Form {
    class: &'static str,
    width: f64,
    height: f64,
    left: f64,
}

const TOP: f64 = 12.0;
const BELOW: f64 = 26.0;
const WIDE: Form = Form { class: "wide", width: 1_000.0, height: 250.0, left: 72.0 };
/// For phones: half a year, in letters that are still read when the picture is 300 pixels wide.
const NARROW: Form = Form { class: "narrow", width: 320.0, height: 210.0, left: 56.0 };
const NARROW_MONTHS: usize = 6;

/// The picture in both its forms; the style sheet shows the one that fits. `title` says what it
/// shows.
pub fn bars(months: &[Month], title: &str, language: Language) -> Markup {
    let half = &months[months.len().saturating_sub(NARROW_MONTHS)..];
    html! {
        (drawn(WIDE, months, title, language))
        (drawn(NARROW, half, title, language))
    }
}

fn drawn(form: Form, months: &[Month], title: &str, language: Language) -> Markup {
    let most = months.iter().map(|month| month.now.max(month.before)).max().unwrap_or(0);
    let scale = Scale::up_to(most);
    let ground = form.height - BELOW;
    let y = |value: i64| ground - scale.share(value) * (ground - TOP);
    let slot = (form.width - form.left) / to_f64(months.len().max(1));
    let thickness = (slot * 0.36).min(34.0);
    let hatch = format!("hatch-{}", form.class);
    html! {
        svg.bars.(form.class) viewBox=(format!("0 0 {} {}", form.width, form.height))
            role="img" aria-label=(title) {
            defs {
                pattern #(hatch) width="7" height="7" patternUnits="userSpaceOnUse"
                    patternTransform="rotate(45)" {
                    rect.under width="7" height="7" {}
                    rect.stripe width="3.5" height="7" {}
                }
            }
            @for tick in scale.ticks() {
                line.grid x1=(px(form.left)) x2=(px(form.width)) y1=(px(y(tick))) y2=(px(y(tick))) {}
                text.tick x=(px(form.left - 8.0)) y=(px(y(tick) + 4.0)) text-anchor="end" {
                    (scale.label(tick, language))
                }
            }
            @for (place, month) in months.iter().enumerate() {
                @let middle = form.left + slot * (to_f64(place) + 0.5);
                g {
                    title { (said(month, language)) }
                    (bar("before", None, middle - thickness - 1.0, thickness, y(month.before), ground))
                    @if month.so_far {
                        (bar("so-far", Some(&hatch), middle + 1.0, thickness, y(month.now), ground))
                    } @else {
                        (bar("now", None, middle + 1.0, thickness, y(month.now), ground))
                    }
                }
                text.tick x=(px(middle)) y=(px(form.height - 8.0)) text-anchor="middle" { (month.short) }
            }
            line.ground x1=(px(form.left)) x2=(px(form.width)) y1=(px(ground)) y2=(px(ground)) {}
        }
    }
}

fn bar(class: &str, hatch: Option<&String>, x: f64, width: f64, top: f64, ground: f64) -> Markup {
    let height = (ground - top).max(0.0);
    html! {
        @if height > 0.0 {
            rect.(class) x=(px(x)) y=(px(top)) width=(px(width)) height=(px(height)) rx="2"
                fill=[hatch.map(|id| format!("url(#{id})"))] {}
        }
    }
}

fn said(month: &Month, language: Language) -> String {
    let now = numbers::money(month.now, language);
    let before = numbers::money(month.before, language);
    let year_before = language.pick("året före", "the year before");
    let so_far = if month.so_far { language.pick(" hittills", " so far") } else { "" };
    format!("{}: {now}{so_far}, {year_before} {before}", month.full)
}

/// An axis from zero to a round number.
#[derive(Debug, PartialEq, Eq)]
struct Scale {
    step: i64,
    steps: i64,
}

impl Scale {
    /// At most five steps of 1, 2, 2.5 or 5 times a power of ten, in hundredths.
    fn up_to(most: i64) -> Self {
        let most = most.max(1);
        let mut power = 1_i64;
        loop {
            // Half a hundredth is no step: at the smallest power 2.5 is 2 once more.
            for step in [power, 2 * power, power * 5 / 2, 5 * power] {
                if step.saturating_mul(5) >= most {
                    return Self { step, steps: (most - 1) / step + 1 };
                }
            }
            power *= 10;
        }
    }

    fn ticks(&self) -> impl Iterator<Item = i64> {
        let step = self.step;
        (0..=self.steps).map(move |place| place * step)
    }

    /// How far up the axis `value` is, 0 to 1. A negative month lies on the ground.
    #[allow(clippy::cast_precision_loss, reason = "a picture is a thousand points high")]
    fn share(&self, value: i64) -> f64 {
        value.max(0) as f64 / (self.step * self.steps) as f64
    }

    fn label(&self, tick: i64, language: Language) -> String {
        if self.step % 100 == 0 {
            numbers::integer(tick / 100, language)
        } else {
            numbers::hundredths(tick, language)
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "there are at most 24 months")]
fn to_f64(number: usize) -> f64 {
    number as f64
}

fn px(length: f64) -> String {
    format!("{length:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_at_a_round_number_above_the_highest_bar() {
        for (most, step, steps) in [
            (0, 1, 1),
            (1, 1, 1),
            (7, 2, 4),
            (100, 20, 5),
            (101, 25, 5),
            (25_300_000, 10_000_000, 3),
            (21_000_000, 5_000_000, 5),
            (12_000_000, 2_500_000, 5),
        ] {
            assert_eq!(Scale::up_to(most), Scale { step, steps }, "{most}");
        }
        for most in (0..200_000).step_by(37) {
            let scale = Scale::up_to(most);
            assert!(scale.step * scale.steps >= most && scale.steps <= 5, "{most}");
        }
    }

    #[test]
    fn the_month_that_goes_on_is_hatched_and_named() {
        let month = |so_far| Month {
            short: "nov".into(),
            full: "november 2026".into(),
            now: 12_345,
            before: 20_000,
            so_far,
        };
        let picture = bars(&[month(false)], "Kostnad", Language::Swedish).into_string();
        assert!(!picture.contains("url(#hatch-wide)"));
        let picture = bars(&[month(true)], "Kostnad", Language::Swedish).into_string();
        assert!(picture.contains("url(#hatch-wide)") && picture.contains("hittills"));
    }

    #[test]
    fn a_picture_without_months_is_still_a_picture() {
        assert!(bars(&[], "Cost", Language::English).into_string().contains("svg"));
    }
}
