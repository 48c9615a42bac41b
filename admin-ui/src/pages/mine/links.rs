//! The person's links: on which devices, when used last, and the button that removes one.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Redirect;
use maud::{Markup, html};
use print_core::{LinkId, OwnerId};
use store::{LINKS_MAX, Link};
use texts::Language;

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

/// The most rows: every link in use, and as many that ended lately.
const ROWS: u32 = 2 * LINKS_MAX;
/// Links that ended longer ago are shown no more.
const ENDED_SECONDS: i64 = 30 * 24 * 3_600;

/// What is known of the person's links.
#[derive(Debug)]
pub struct Links(Vec<Link>);

impl Links {
    /// The person's links, read now.
    pub async fn of(site: &Site, viewer: &Viewer) -> Result<Self, Fault> {
        let owner = OwnerId::Person(viewer.person.id);
        let since = site.now().plus_seconds(-ENDED_SECONDS);
        Ok(Self(site.store().links_to_show(owner, since, ROWS).await?))
    }

    /// What became of a button that was pressed.
    pub fn removed(&self, viewer: &Viewer) -> Markup {
        let language = viewer.ask.language;
        let Some(asked) = viewer.ask.address.get("removed") else { return html! {} };
        let id = asked.parse::<LinkId>().ok();
        match self.0.iter().find(|link| Some(link.id) == id && link.revoked_at.is_some()) {
            Some(link) => note(Tone::Good, &gone(&link.device, language)),
            None => note(Tone::Warning, MineWords::NotThere.text(language)),
        }
    }

    /// The list.
    pub fn card(&self, site: &Site, viewer: &Viewer) -> Markup {
        let language = viewer.ask.language;
        let word = |word: MineWords| word.text(language);
        let in_use = self.0.iter().filter(|link| link.revoked_at.is_none()).count();
        let is_full = u32::try_from(in_use).is_ok_and(|in_use| in_use >= LINKS_MAX);
        html! {
            section.card #links {
                div.bar-of-actions {
                    h2 { (word(MineWords::Links)) }
                    @if !is_full { a.button href="/start#link" { (word(MineWords::NewLink)) } }
                }
                @if is_full { (note(Tone::Warning, word(MineWords::LinksFull))) }
                @if self.0.is_empty() {
                    (empty(word(MineWords::NoLinks), word(MineWords::NoLinksAdvice)))
                } @else {
                    p.quiet-text { (word(MineWords::LinksLead)) }
                    (table(site, &self.0, viewer))
                }
            }
        }
    }
}

fn gone(device: &str, language: Language) -> String {
    match language {
        Language::Swedish => format!(
            "Länken för ”{device}” är borttagen och skriver inte ut något mer. Vill du skriva ut \
             därifrån igen, gör en ny länk."
        ),
        Language::English => format!(
            "The link for “{device}” has been removed and prints no more. To print from there \
             again, make a new link."
        ),
    }
}

fn table(site: &Site, links: &[Link], viewer: &Viewer) -> Markup {
    let columns = [MineWords::Device, MineWords::Made, MineWords::LastUsed];
    let rows = links.iter().map(|one| row(site, one, viewer));
    rows::table(viewer, columns, MineWords::Remove, rows)
}

fn row(site: &Site, link: &Link, viewer: &Viewer) -> Markup {
    let language = viewer.ask.language;
    let word = |word: MineWords| word.text(language);
    let (tone, state) = match (link.seen_in_clear_at, link.revoked_at) {
        (_, None) => (Tone::Good, MineWords::InUse),
        (Some(_), Some(_)) => (Tone::Bad, MineWords::SentInClear),
        (None, Some(_)) => (Tone::Calm, MineWords::Removed),
    };
    let used = link.used_at.map_or_else(|| word(MineWords::NeverUsed).into(), |at| site.minute(at));
    let is_own = link.made_by == format!("person:{}", viewer.person.id);
    html! {
        tr {
            th scope="row" {
                (link.device)
                @if !is_own { " " span.small { (word(MineWords::MadeByIt)) } }
            }
            (number(word(MineWords::Made), &site.minute(link.made_at)))
            (number(word(MineWords::LastUsed), &used))
            (cell(Words::State.text(language), &html! {
                (mark(tone, word(state)))
                @if let Some(at) = link.revoked_at { span.small { (site.minute(at)) } }
            }))
            td { @if link.revoked_at.is_none() { (remove(link, viewer)) } }
        }
    }
}

fn remove(link: &Link, viewer: &Viewer) -> Markup {
    let language = viewer.ask.language;
    let label = format!("{} {}", MineWords::RemoveLink.text(language), link.device);
    html! {
        div.actions {
            form method="post" action={ "/my-prints/links/" (link.id) "/remove" } {
                (token(viewer))
                button.danger type="submit" aria-label=(label) {
                    (MineWords::Remove.text(language))
                }
            }
        }
    }
}

/// Makes one of the person's own links open nothing, from the next job on. Somebody else's is not there.
pub async fn revoke(
    State(site): State<Arc<Site>>,
    Path(link): Path<String>,
    Posted(who): Posted<SignedIn>,
) -> Result<Redirect, Fault> {
    let id: LinkId = link.parse().map_err(|_| Fault::NotFound)?;
    let person = who.0.person.id;
    let owner = OwnerId::Person(person);
    let revoked = site.store().revoke_link(id, owner, &format!("person:{person}")).await?;
    let what = revoked.map_or_else(|| "no".to_owned(), |link| link.id.to_string());
    Ok(Redirect::to(&format!("/my-prints?removed={what}")))
}
