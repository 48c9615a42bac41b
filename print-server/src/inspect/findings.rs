//! From what the process says of a document to what the store keeps of it.

use document_worker::{Facts, Failure, PageColor};
use print_core::{Keyword, PageCount};
use serde_json::{Value, json};
use store::DocumentFacts;

/// What is to be kept; nothing where somebody should try again later.
#[must_use]
pub fn kept(result: &Result<Facts, Failure>) -> Option<DocumentFacts> {
    match result {
        Ok(facts) => Some(DocumentFacts {
            pages: Some(page_count(facts)),
            fault: None,
            detail: detail(facts),
        }),
        // The document could not be read, or the machine has no reader at present: no word about it.
        Err(Failure::Source | Failure::Unavailable) => None,
        Err(failure) => Some(DocumentFacts {
            pages: None,
            fault: fault(*failure),
            detail: json!({ "failure": failure }),
        }),
    }
}

/// The pages by colour. One of which nobody can tell counts as coloured: the dearer quote.
fn page_count(facts: &Facts) -> PageCount {
    let pages = facts.counted.pages;
    PageCount { pages, color: pages.saturating_sub(facts.pages_of(PageColor::Monochrome)) }
}

fn detail(facts: &Facts) -> Value {
    let counted = &facts.counted;
    json!({
        "format": counted.format,
        "papers": counted.papers,
        "flags": counted.flags,
        "irregular": counted.is_irregular(),
        "colors": color_runs(&facts.colors),
        "cut_short": facts.cut_short,
    })
}

/// The colours of the pages as runs, because long documents change seldom.
fn color_runs(colors: &[PageColor]) -> Vec<(PageColor, usize)> {
    colors.chunk_by(|one, next| one == next).map(|run| (run[0], run.len())).collect()
}

/// What no printer can do anything about (PWG 5100.13 section 6.7). Whatever else is wrong, the printer may
/// read more into the document than we do.
fn fault(failure: Failure) -> Option<Keyword> {
    let word = match failure {
        Failure::Password => "document-password-error",
        _ => return None,
    };
    Some(Keyword::parse(word).expect("a registered keyword"))
}
