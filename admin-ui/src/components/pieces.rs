//! Small pieces that several pages share.

use maud::{Markup, html};

/// How good or bad something is. Each has its own sign, so that colour is never the only
/// difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to do.
    Good,
    /// Somebody should look.
    Warning,
    /// Something does not work.
    Bad,
    /// Neither good nor bad.
    Calm,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
            Self::Calm => "calm",
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Good => "●",
            Self::Warning => "▲",
            Self::Bad => "■",
            Self::Calm => "○",
        }
    }
}

/// A state in a word or two, with its sign.
pub fn mark(tone: Tone, text: &str) -> Markup {
    html! { span.mark.(tone.class()) { span aria-hidden="true" { (tone.sign()) } " " (text) } }
}

/// A key figure: what it is, how much, and below it what it means or is compared with.
#[derive(Debug)]
pub struct Figure {
    pub label: String,
    pub value: String,
    pub notes: Vec<String>,
    pub link: Option<String>,
}

/// Key figures side by side; one line each on a phone.
pub fn figures(figures: &[Figure]) -> Markup {
    html! {
        dl.figures {
            @for figure in figures {
                div {
                    dt {
                        @match &figure.link {
                            Some(link) => a href=(link) { (figure.label) },
                            None => (figure.label),
                        }
                    }
                    dd.value { (figure.value) }
                    @for note in &figure.notes { dd.note { (note) } }
                }
            }
        }
    }
}

/// The way to a page: each step with its address, the last one without.
pub fn crumbs(label: &str, steps: &[(&str, Option<String>)]) -> Markup {
    html! {
        nav.crumbs aria-label=(label) {
            ol {
                @for (text, link) in steps {
                    li {
                        @match link {
                            Some(link) => a href=(link) { (text) },
                            None => span aria-current="page" { (text) },
                        }
                    }
                }
            }
        }
    }
}

/// Said instead of a list that has nothing in it: what is missing, and what to do.
pub fn empty(title: &str, advice: &str) -> Markup {
    html! { div.empty { p.title { (title) } p { (advice) } } }
}

/// A sentence that the reader should not miss.
pub fn note(tone: Tone, text: &str) -> Markup {
    html! {
        p.notice.(tone.class()) role="status" {
            span aria-hidden="true" { (tone.sign()) } " " (text)
        }
    }
}
