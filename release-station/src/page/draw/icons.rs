//! The drawings. Their colours are the style sheet's.

use maud::{Markup, html};

/// A badge that approaches a reader.
pub fn badge() -> Markup {
    html! {
        svg .badge viewBox="0 0 320 200" aria-hidden="true" focusable="false" {
            rect .reader x="184" y="24" width="118" height="152" rx="16" {}
            circle .lamp cx="243" cy="52" r="7" {}
            path .wave.one d="M222 84 a34 34 0 0 0 0 48" {}
            path .wave.two d="M208 72 a52 52 0 0 0 0 72" {}
            path .sheet d="M230 92 h24 l12 12 v40 h-36 z" {}
            g .card {
                rect .plastic x="36" y="56" width="132" height="88" rx="12" {}
                circle .ink cx="70" cy="90" r="14" {}
                path .ink d="M48 124 a22 18 0 0 1 44 0 z" {}
                rect .line x="106" y="82" width="44" height="8" rx="4" {}
                rect .line x="106" y="100" width="32" height="8" rx="4" {}
                rect .line x="106" y="118" width="38" height="8" rx="4" {}
            }
        }
    }
}

/// A tick in a circle.
pub fn good() -> Markup {
    html! {
        svg .mark.good viewBox="0 0 64 64" aria-hidden="true" focusable="false" {
            circle cx="32" cy="32" r="30" {}
            path d="M18 33 l10 10 l19 -21" {}
        }
    }
}

/// An exclamation mark in a circle.
pub fn warning() -> Markup {
    html! {
        svg .mark.warning viewBox="0 0 64 64" aria-hidden="true" focusable="false" {
            circle cx="32" cy="32" r="30" {}
            path d="M32 17 v20 M32 46 v1" {}
        }
    }
}

/// A card with a question mark.
pub fn question() -> Markup {
    html! {
        svg .mark.question viewBox="0 0 64 64" aria-hidden="true" focusable="false" {
            circle cx="32" cy="32" r="30" {}
            path d="M23 25 a9 9 0 1 1 13 8 q-4 2 -4 6 M32 48 v1" {}
        }
    }
}

/// A line without a plug.
pub fn away() -> Markup {
    html! {
        svg .mark.warning viewBox="0 0 64 64" aria-hidden="true" focusable="false" {
            circle cx="32" cy="32" r="30" {}
            path d="M17 34 a21 21 0 0 1 30 0 M23 41 a13 13 0 0 1 18 0 M32 48 v1 M19 17 l26 32" {}
        }
    }
}

/// Three dots that take turns.
pub fn busy() -> Markup {
    html! {
        svg .busy viewBox="0 0 120 40" aria-hidden="true" focusable="false" {
            circle cx="20" cy="20" r="12" {}
            circle cx="60" cy="20" r="12" {}
            circle cx="100" cy="20" r="12" {}
        }
    }
}

/// A tick alone, in a job's box.
pub fn tick() -> Markup {
    html! {
        svg viewBox="0 0 32 32" aria-hidden="true" focusable="false" { path d="M7 17 l6 6 l12 -14" {} }
    }
}

/// A padlock, as high as a letter.
pub fn lock() -> Markup {
    html! {
        svg .lock viewBox="0 0 64 64" aria-hidden="true" focusable="false" {
            path d="M18 30 v-8 a14 14 0 0 1 28 0 v8" {}
            rect x="8" y="28" width="48" height="32" rx="8" {}
        }
    }
}
