//! What a person has been told, and the language it is told in: parts of the page "My prints".

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Redirect;
use maud::{Markup, html};
use store::{AuditEvent, Notice, NoticeKind};
use texts::Language;
use texts::sentences::{
    at_reader, card_added, delegate_added, delegate_printed, expires_soon, identity_notice,
    job_refused, link_notice, pin_locked,
};

use crate::components::frame::token;
use crate::components::pieces::{Tone, mark};
use crate::components::table::{cell, plain_heading};
use crate::security::answer::Fault;
use crate::security::posted::Posted;
use crate::security::viewer::{SignedIn, Viewer};
use crate::site::Site;
use crate::words::Words;

/// The most notices that are shown; the newest.
const ROWS: u32 = 20;

/// The inbox; nothing when nobody has been told anything.
pub async fn inbox(site: &Site, viewer: &Viewer) -> Result<Markup, Fault> {
    let language = viewer.ask.language;
    let word = |word: Words| word.text(language);
    let notices = site.store().notices(viewer.person.id, ROWS).await?;
    let is_new = notices.iter().any(|notice| !notice.is_read);
    Ok(html! {
        @if !notices.is_empty() {
            section.card #notices {
                div.bar-of-actions {
                    h2 { (word(Words::Notices)) }
                    @if is_new {
                        form method="post" action="/my-prints/notices/read" {
                            (token(viewer))
                            button type="submit" { (word(Words::MarkAsRead)) }
                        }
                    }
                }
                table.rows {
                    thead {
                        tr {
                            (plain_heading(word(Words::When), false))
                            (plain_heading(word(Words::Message), false))
                            (plain_heading(word(Words::State), false))
                        }
                    }
                    tbody { @for notice in &notices { (row(site, notice, language)) } }
                }
            }
        }
    })
}

fn row(site: &Site, notice: &Notice, language: Language) -> Markup {
    let (tone, state) =
        if notice.is_read { (Tone::Calm, Words::Read) } else { (Tone::Warning, Words::Unread) };
    html! {
        tr {
            th.number scope="row" { (site.minute(notice.at)) }
            (cell(Words::Message.text(language), &html! { (sentence(notice.kind, language)) }))
            (cell(Words::State.text(language), &mark(tone, state.text(language))))
        }
    }
}

fn sentence(kind: NoticeKind, language: Language) -> &'static str {
    match kind {
        NoticeKind::JobRefused(why) => job_refused(why.as_str(), language),
        NoticeKind::ExpiresSoon => expires_soon(language),
        NoticeKind::CardAdded => card_added(language),
        NoticeKind::AtReader(what) => at_reader(what.as_str(), language),
        NoticeKind::DelegateAdded => delegate_added(language),
        NoticeKind::DelegatePrinted => delegate_printed(language),
        NoticeKind::LinkMade | NoticeKind::LinkRevoked | NoticeKind::LinkInClear => {
            link_notice(kind.as_str(), language)
        }
        NoticeKind::OwnCardAdded
        | NoticeKind::PinSet
        | NoticeKind::PinGiven
        | NoticeKind::PinRemoved
        | NoticeKind::CodeMade
        | NoticeKind::CodeUsed
        | NoticeKind::OwnPinLocked => identity_notice(kind.as_str(), language),
        NoticeKind::PinLocked => pin_locked(language),
    }
}

/// Marks what the person has been told so far as read.
pub async fn read(
    State(site): State<Arc<Site>>,
    Posted(who): Posted<SignedIn>,
) -> Result<Redirect, Fault> {
    site.store().read_notices(who.0.person.id, site.now()).await?;
    Ok(Redirect::to("/my-prints"))
}

/// In which language the person is written and spoken to, with the button for the other one.
pub fn language_choice(viewer: &Viewer) -> Markup {
    let language = viewer.ask.language;
    let (own, lead) = match viewer.person.language {
        store::Language::Swedish => (Language::Swedish, Words::YourLanguageIsSwedish),
        store::Language::English => (Language::English, Words::YourLanguageIsEnglish),
    };
    let other = own.other();
    html! {
        section.card {
            h2 { (Words::YourLanguage.text(language)) }
            div.bar-of-actions {
                p.quiet-text { (lead.text(language)) }
                form method="post" action={ "/my-prints/language/" (other.tag()) } {
                    (token(viewer))
                    button type="submit" lang=(other.tag()) { (other.own_name()) }
                }
            }
        }
    }
}

/// Keeps the person's own choice, which counts for notices, stations and pages, and which the directory does
/// not undo. This browser follows at once.
pub async fn choose_language(
    State(site): State<Arc<Site>>,
    Path(tag): Path<String>,
    Posted(who): Posted<SignedIn>,
) -> Result<Redirect, Fault> {
    let language = store::Language::from_word(&tag).ok_or(Fault::NotFound)?;
    let person = who.0.person.id;
    site.store().set_language(person, language).await?;
    let event = AuditEvent {
        at: site.now(),
        actor: format!("person:{person}"),
        event: "language-chosen".to_owned(),
        object: format!("person:{person}"),
        outcome: language.as_str().to_owned(),
        detail: serde_json::Value::Null,
    };
    site.store().append_audit(&event).await?;
    Ok(Redirect::to(&format!("/my-prints?lang={}", language.as_str())))
}
