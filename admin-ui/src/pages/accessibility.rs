//! The accessibility statement (Swedish law 2018:1937, section 13), which everybody may read.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;
use maud::{Markup, html};

use crate::components::frame::{Frame, Section};
use crate::security::viewer::Anybody;
use crate::site::{Product, Site};
use crate::words::Words;
use texts::Language;

/// The statement.
pub async fn page(State(site): State<Arc<Site>>, who: Anybody) -> Html<String> {
    let language = who.ask.language;
    let title = Words::Accessibility.text(language).to_owned();
    let open = Frame::open(&site, &who.ask, Section::Elsewhere, title);
    let frame = Frame { viewer: who.viewer.as_ref(), ..open };
    let product = &site.parts.product;
    frame.page(&match language {
        Language::Swedish => swedish(product),
        Language::English => english(product),
    })
}

fn swedish(product: &Product) -> Markup {
    html! {
        h1 { "Tillgänglighet för " (product.name) }
        div.card {
            p {
                (product.organisation)
                " står bakom den här webbplatsen. Alla ska kunna använda den. Här beskriver vi \
                 hur den uppfyller lagen om tillgänglighet till digital offentlig service."
            }
            h2 { "Hur tillgänglig är webbplatsen?" }
            p {
                "Målet är WCAG 2.2 på nivå AA. Sidorna går att använda med bara tangentbord, utan \
                 skript, på smala skärmar och i ljust och mörkt läge. Diagrammens siffror står \
                 också i tabeller."
            }
            h2 { "Kända brister" }
            p {
                "Webbplatsen har prövats med automatiska verktyg men ännu inte tillsammans med \
                 personer som använder skärmläsare. På telefoner visas tabeller som kort, och då \
                 säger skärmläsaren inte alltid vilken rad en uppgift hör till."
            }
            h2 { "Säg till när något inte fungerar" }
            p {
                "Hör av dig till "
                (product.contact)
                ". Berätta vilken sida det gäller och vad du försökte göra. Du kan också be att \
                 få innehållet på ett annat sätt."
            }
            h2 { "Tillsyn" }
            p {
                "Myndigheten för digital förvaltning, DIGG, har tillsyn över lagen. Är du inte \
                 nöjd med vårt svar kan du anmäla det på digg.se."
            }
        }
    }
}

fn english(product: &Product) -> Markup {
    html! {
        h1 { "Accessibility of " (product.name) }
        div.card {
            p {
                (product.organisation)
                " is responsible for this site. Everybody should be able to use it. Here we \
                 describe how it meets the Swedish act on the accessibility of digital public \
                 services."
            }
            h2 { "How accessible is the site?" }
            p {
                "The aim is WCAG 2.2 at level AA. The pages work with a keyboard only, without \
                 scripts, on narrow screens and in light and dark schemes. The figures of every \
                 chart also stand in a table."
            }
            h2 { "Known faults" }
            p {
                "The site has been checked with automatic tools, but not yet together with people \
                 who use screen readers. On phones tables are shown as cards, and a screen reader \
                 then does not always tell which row a figure belongs to."
            }
            h2 { "Tell us when something does not work" }
            p {
                "Contact "
                (product.contact)
                ". Say which page it is about and what you tried to do. You may also ask for the \
                 content in another form."
            }
            h2 { "Supervision" }
            p {
                "The Agency for Digital Government, DIGG, supervises the act. If you are not \
                 content with our answer, you can report it at digg.se."
            }
        }
    }
}
