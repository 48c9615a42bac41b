//! What no tool sees in a picture: the contrast of every pair of colours that stands together,
//! computed from the style sheet itself (WCAG 2.2 success criteria 1.4.3 and 1.4.11).

use std::collections::BTreeMap;

use super::*;

/// Text on what it is written on.
const TEXT: f64 = 4.5;
/// Shapes, borders of fields and marks beside what they lie on.
const SHAPE: f64 = 3.0;

const PAIRS: [(&str, &str, f64); 27] = [
    ("text", "page", TEXT),
    ("text", "card", TEXT),
    ("muted", "page", TEXT),
    ("muted", "card", TEXT),
    ("accent", "page", TEXT),
    ("accent", "card", TEXT),
    ("accent", "tint", TEXT),
    ("text", "tint", TEXT),
    ("muted", "tint", TEXT),
    ("on-accent", "accent", TEXT),
    ("good", "card", TEXT),
    ("warning", "card", TEXT),
    ("bad", "card", TEXT),
    ("good", "tint", TEXT),
    ("warning", "tint", TEXT),
    ("bad", "tint", TEXT),
    ("field", "card", SHAPE),
    ("field", "page", SHAPE),
    ("bar", "card", SHAPE),
    ("bar-before", "card", SHAPE),
    ("bar", "tint", SHAPE),
    ("heat-ink", "heat-1", TEXT),
    ("heat-ink", "heat-2", TEXT),
    ("heat-ink", "heat-3", TEXT),
    ("heat-ink-strong", "heat-4", TEXT),
    ("heat-ink-strong", "heat-5", TEXT),
    ("bar", "bar-before", 2.0),
];

fn colors(block: &str) -> BTreeMap<&str, &str> {
    let declarations = block.split(';').filter_map(|line| line.trim().strip_prefix("--"));
    let pairs = declarations.filter_map(|line| line.split_once(':'));
    pairs.map(|(name, value)| (name.trim(), value.trim())).collect()
}

fn schemes() -> [(&'static str, BTreeMap<&'static str, &'static str>); 2] {
    let mut blocks = STYLE.split(":root {").skip(1).map(|rest| rest.split('}').next().unwrap());
    let light = colors(blocks.next().expect("the light scheme comes first").trim_start());
    let dark = colors(blocks.next().expect("the dark scheme comes second").trim_start());
    [("light", light), ("dark", dark)]
}

fn luminance(color: &str) -> f64 {
    let digits = color.strip_prefix('#').expect("colours are written as #rrggbb");
    let part = |place: usize| {
        let value = f64::from(u8::from_str_radix(&digits[place..place + 2], 16).unwrap()) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_pair_of_colours_can_be_told_apart_in_both_schemes() {
    assert!((contrast("#ffffff", "#000000") - 21.0).abs() < 0.01);
    for (scheme, colors) in schemes() {
        for (ink, ground, need) in PAIRS {
            let found = contrast(colors[ink], colors[ground]);
            assert!(found >= need, "{scheme}: {ink} on {ground} is {found:.2}, needs {need}");
        }
    }
}

#[test]
fn both_schemes_name_the_same_colours() {
    let [(_, light), (_, dark)] = schemes();
    assert!(light.len() > 20);
    assert_eq!(light.keys().collect::<Vec<_>>(), dark.keys().collect::<Vec<_>>());
}

#[test]
fn no_rule_knows_a_colour_of_its_own() {
    let rules = STYLE.rsplit("*, *::before").next().unwrap();
    let screen = rules.split("@media print").next().unwrap();
    assert!(!screen.contains("#1") && !screen.contains("#f") && !screen.contains("rgb("));
}

#[test]
fn an_assets_name_changes_with_its_content() {
    let assets = Assets::new();
    let style = assets.style();
    assert!(style.starts_with("/assets/style-") && style.ends_with(".css"));
    let name = style.strip_prefix("/assets/").unwrap();
    assert!(assets.get(name).is_some());
    assert!(assets.get("style.css").is_none());
}
