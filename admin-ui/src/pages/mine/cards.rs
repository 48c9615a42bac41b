//! The person's cards: where they come from, when used last, and the buttons that confirm or block one.
//!
//! A card that somebody else added opens only what came afterwards, until its owner confirms it here.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Redirect;
use maud::{Markup, html};
use print_core::CardId;
use store::{Card, CardChange, CardSource};

use super::rows;
use super::words::MineWords;
use crate::components::frame::token;
use crate::components::pieces::{Tone, empty, mark, note};
use crate::components::table::{cell, number};
use crate::security::answer::Fault;
use crate::security::posted::Posted;
use crate::security::viewer::{SignedIn, Viewer};
use crate::site::Site;
use crate::words::Words;

/// What is known of the person's cards.
#[derive(Debug)]
pub struct Cards(Vec<Card>);

impl Cards {
    /// The person's cards, read now.
    pub async fn of(site: &Site, viewer: &Viewer) -> Result<Self, Fault> {
        Ok(Self(site.store().cards_of(viewer.person.id).await?))
    }

    /// What became of a button that was pressed.
    pub fn changed(&self, viewer: &Viewer) -> Markup {
        let Some(done) = viewer.ask.address.get("card") else { return html! {} };
        let (tone, word) = match done {
            "confirmed" => (Tone::Good, MineWords::CardConfirmed),
            "blocked" => (Tone::Good, MineWords::CardBlocked),
            _ => (Tone::Warning, MineWords::CardUnchanged),
        };
        note(tone, word.text(viewer.ask.language))
    }

    /// The list.
    pub fn card(&self, site: &Site, viewer: &Viewer) -> Markup {
        let word = |word: MineWords| word.text(viewer.ask.language);
        let waits = |card: &Card| card.waits_for_owner() && is_open(card, site);
        html! {
            section.card #cards {
                h2 { (word(MineWords::Cards)) }
                @if self.0.iter().any(waits) {
                    (note(Tone::Warning, word(MineWords::CardsToConfirm)))
                }
                @if self.0.is_empty() {
                    (empty(word(MineWords::NoCards), word(MineWords::NoCardsAdvice)))
                } @else {
                    p.quiet-text { (word(MineWords::CardsLead)) }
                    (table(site, &self.0, viewer))
                }
            }
        }
    }
}

/// Whether it opens anything.
fn is_open(card: &Card, site: &Site) -> bool {
    card.blocked_at.is_none() && !card.is_expired(site.now())
}

fn table(site: &Site, cards: &[Card], viewer: &Viewer) -> Markup {
    let columns = [MineWords::Card, MineWords::Added, MineWords::LastUsed];
    let rows = cards.iter().map(|one| row(site, one, viewer));
    rows::table(viewer, columns, MineWords::Confirm, rows)
}

fn row(site: &Site, card: &Card, viewer: &Viewer) -> Markup {
    let language = viewer.ask.language;
    let word = |word: MineWords| word.text(language);
    let (tone, state, since) = match (card.blocked_at, card.expires_at) {
        (Some(at), _) => (Tone::Bad, MineWords::Blocked, Some(at)),
        (None, Some(end)) if card.is_expired(site.now()) => {
            (Tone::Calm, MineWords::Expired, Some(end))
        }
        (None, _) if card.waits_for_owner() => (Tone::Warning, MineWords::NotConfirmed, None),
        (None, _) => (Tone::Good, MineWords::InUse, None),
    };
    let used = card.used_at.map_or_else(|| word(MineWords::NeverUsed).into(), |at| site.minute(at));
    html! {
        tr {
            th scope="row" {
                @if card.label.is_empty() { (word(MineWords::Card)) } @else { (card.label) }
                " …" (card.last4)
                span.small { (word(source(card.source))) }
            }
            (number(word(MineWords::Added), &site.minute(card.added_at)))
            (number(word(MineWords::LastUsed), &used))
            (cell(Words::State.text(language), &html! {
                (mark(tone, word(state)))
                @if let Some(at) = since { span.small { (site.minute(at)) } }
                @if let Some(end) = card.expires_at.filter(|_| is_open(card, site)) {
                    span.small { (word(MineWords::Until)) " " (site.minute(end)) }
                }
            }))
            td { @if is_open(card, site) { (buttons(card, viewer)) } }
        }
    }
}

fn source(source: CardSource) -> MineWords {
    match source {
        CardSource::Directory => MineWords::FromDirectory,
        CardSource::Import => MineWords::FromImport,
        CardSource::Own => MineWords::FromYou,
        CardSource::Helpdesk => MineWords::FromHelpdesk,
        CardSource::Temporary => MineWords::FromHelpdeskForATime,
    }
}

fn buttons(card: &Card, viewer: &Viewer) -> Markup {
    let language = viewer.ask.language;
    let button = |act: &str, shown: MineWords, spoken: MineWords, is_danger: bool| {
        let label = format!("{} …{}", spoken.text(language), card.last4);
        html! {
            form method="post" action={ "/my-prints/cards/" (card.id) "/" (act) } {
                (token(viewer))
                button.danger[is_danger] type="submit" aria-label=(label) { (shown.text(language)) }
            }
        }
    };
    html! {
        div.actions {
            @if card.waits_for_owner() {
                (button("confirm", MineWords::Confirm, MineWords::ConfirmCard, false))
            }
            (button("block", MineWords::Block, MineWords::BlockCard, true))
        }
    }
}

/// The owner says that the card is theirs: it opens all their jobs. Somebody else's is not there.
pub async fn confirm(
    State(site): State<Arc<Site>>,
    Path(card): Path<String>,
    Posted(who): Posted<SignedIn>,
) -> Result<Redirect, Fault> {
    change(&site, &card, &who, CardChange::Confirm, "confirmed").await
}

/// The owner has lost the card, or does not know it: it opens nothing any more.
pub async fn block(
    State(site): State<Arc<Site>>,
    Path(card): Path<String>,
    Posted(who): Posted<SignedIn>,
) -> Result<Redirect, Fault> {
    change(&site, &card, &who, CardChange::Block, "blocked").await
}

async fn change(
    site: &Site,
    card: &str,
    who: &SignedIn,
    change: CardChange,
    done: &str,
) -> Result<Redirect, Fault> {
    let card: CardId = card.parse().map_err(|_| Fault::NotFound)?;
    let person = who.0.person.id;
    let by = format!("person:{person}");
    let changed = site.store().change_card(card, person, change, &by).await?;
    let done = if changed.is_some() { done } else { "no" };
    Ok(Redirect::to(&format!("/my-prints?card={done}#cards")))
}
