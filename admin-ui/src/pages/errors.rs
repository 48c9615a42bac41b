//! What is shown instead of a page: what is wrong, in words, and the way on.

use axum::response::Html;
use maud::html;
use texts::Language;

use crate::components::frame::{Frame, Section};
use crate::security::answer::Fault;
use crate::site::Site;
use crate::words::Words;

/// The page for a fault. It says nothing about the server's inside.
pub fn page(site: &Site, language: Language, fault: &Fault) -> Html<String> {
    let (title, text) = words(fault);
    let frame = Frame {
        site,
        language,
        address: None,
        viewer: None,
        section: Section::Elsewhere,
        title: title.text(language).to_owned(),
    };
    frame.page(&html! {
        div.card.sign-in {
            h1 { (title.text(language)) }
            p { (text.text(language)) }
            p { a.button href="/" { (Words::ToTheStart.text(language)) } }
        }
    })
}

fn words(fault: &Fault) -> (Words, Words) {
    match fault {
        Fault::NotFound | Fault::BadMethod | Fault::Elsewhere(_) => {
            (Words::NotFoundTitle, Words::NotFoundText)
        }
        Fault::Forbidden => (Words::ForbiddenTitle, Words::ForbiddenText),
        Fault::NotOurForm => (Words::NotOurFormTitle, Words::NotOurFormText),
        Fault::StaleForm => (Words::StaleFormTitle, Words::StaleFormText),
        Fault::BadForm => (Words::BadFormTitle, Words::BadFormText),
        Fault::Unavailable => (Words::UnavailableTitle, Words::UnavailableText),
        Fault::Broken => (Words::BrokenTitle, Words::BrokenText),
    }
}
