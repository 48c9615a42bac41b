//! Who may collect the person's prints at a station, until when; and the mark that keeps a print from them.
//!
//! Whom somebody else has named collects only what came afterwards, until the owner confirms it here.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Redirect;
use maud::{Markup, html};
use print_core::{AccountingDay, JobState, Login, OwnerId, PersonId};
use store::{AuditEvent, Delegation, JobRecord};

use super::rows;
use super::words::MineWords;
use crate::components::frame::token;
use crate::components::pieces::{Tone, empty, mark, note};
use crate::components::table::{cell, number};
use crate::pages::job::by_number;
use crate::security::answer::Fault;
use crate::security::posted::{Filled, Posted};
use crate::security::viewer::{SignedIn, Viewer};
use crate::site::Site;
use crate::words::Words;

/// The fields of the form that names somebody.
const LOGIN: &str = "login";
const UNTIL: &str = "until";
const SHOWN: &str = "shown";

/// What is known of the person's delegates.
#[derive(Debug)]
pub struct Delegates(Vec<Delegation>);

impl Delegates {
    /// The person's, read now.
    pub async fn of(site: &Site, viewer: &Viewer) -> Result<Self, Fault> {
        Ok(Self(site.store().delegates_of(viewer.person.id).await?))
    }

    /// What became of a button that was pressed.
    pub fn changed(&self, viewer: &Viewer) -> Markup {
        let Some(done) = viewer.ask.address.get("delegate") else { return html! {} };
        let (tone, word) = match done {
            "added" => (Tone::Good, MineWords::DelegateAdded),
            "confirmed" => (Tone::Good, MineWords::DelegateConfirmed),
            "removed" => (Tone::Good, MineWords::DelegateRemoved),
            "nobody" => (Tone::Warning, MineWords::DelegateNobody),
            "day" => (Tone::Warning, MineWords::DelegateDay),
            "many" => (Tone::Warning, MineWords::DelegateMany),
            _ => (Tone::Warning, MineWords::DelegateUnchanged),
        };
        note(tone, word.text(viewer.ask.language))
    }

    /// The list, and the form that names one more.
    pub fn card(&self, site: &Site, viewer: &Viewer) -> Markup {
        let word = |word: MineWords| word.text(viewer.ask.language);
        html! {
            section.card #delegates {
                h2 { (word(MineWords::Delegates)) }
                @if self.0.iter().any(Delegation::waits_for_owner) {
                    (note(Tone::Warning, word(MineWords::DelegatesToConfirm)))
                }
                p.quiet-text { (word(MineWords::DelegatesLead)) }
                @if self.0.is_empty() {
                    (empty(word(MineWords::NoDelegates), word(MineWords::NoDelegatesAdvice)))
                } @else {
                    (table(site, &self.0, viewer))
                }
                form.bar-of-actions method="post" action="/my-prints/delegates" {
                    (token(viewer))
                    label { (word(MineWords::DelegateLogin)) " "
                        input name=(LOGIN) required maxlength="255" autocomplete="off"
                            autocapitalize="none" spellcheck="false"; }
                    label { (word(MineWords::DelegateUntil)) " "
                        input type="date" name=(UNTIL) required; }
                    button type="submit" { (word(MineWords::DelegateAdd)) }
                }
            }
        }
    }
}

fn table(site: &Site, delegations: &[Delegation], viewer: &Viewer) -> Markup {
    let columns = [MineWords::Delegate, MineWords::Added, MineWords::DelegateUntil];
    let rows = delegations.iter().map(|one| row(site, one, viewer));
    rows::table(viewer, columns, MineWords::Confirm, rows)
}

fn row(site: &Site, delegation: &Delegation, viewer: &Viewer) -> Markup {
    let language = viewer.ask.language;
    let word = |word: MineWords| word.text(language);
    let (tone, state) = if delegation.waits_for_owner() {
        (Tone::Warning, MineWords::NotConfirmed)
    } else {
        (Tone::Good, MineWords::InUse)
    };
    html! {
        tr {
            th scope="row" {
                (delegation.person_name)
                @if delegation.trusted_from.is_some() {
                    span.small { (word(MineWords::DelegateByIt)) }
                }
            }
            (number(word(MineWords::Added), &site.minute(delegation.added_at)))
            (number(word(MineWords::DelegateUntil), &site.minute(delegation.ends_at)))
            (cell(Words::State.text(language), &mark(tone, word(state))))
            td { (buttons(delegation, viewer)) }
        }
    }
}

/// From when to when the delegate was named, as the form gives it back.
fn as_shown(delegation: &Delegation) -> String {
    format!("{}-{}", delegation.added_at.micros(), delegation.ends_at.micros())
}

fn buttons(delegation: &Delegation, viewer: &Viewer) -> Markup {
    let language = viewer.ask.language;
    let button = |act: &str, shown: MineWords, is_danger: bool| {
        let label = format!("{} {}", shown.text(language), delegation.person_name);
        let action = format!("/my-prints/delegates/{}/{act}", delegation.person);
        html! {
            form method="post" action=(action) {
                (token(viewer))
                input type="hidden" name=(SHOWN) value=(as_shown(delegation));
                button.danger[is_danger] type="submit" aria-label=(label) { (shown.text(language)) }
            }
        }
    };
    html! {
        div.actions {
            @if delegation.waits_for_owner() { (button("confirm", MineWords::Confirm, false)) }
            (button("remove", MineWords::Remove, true))
        }
    }
}

/// The owner names somebody: it holds for what waits already, too.
pub async fn add(State(site): State<Arc<Site>>, form: Filled<SignedIn>) -> Result<Redirect, Fault> {
    let owner = form.who.0.person.id;
    let person = match Login::parse(form.field(LOGIN).trim()) {
        Ok(login) => site.store().person_by_login(&login).await?,
        Err(_) => None,
    };
    let person = person.filter(|person| !person.disabled && person.id != owner);
    let Some(person) = person else { return Ok(done("nobody")) };
    let Ok(day) = AccountingDay::parse(form.field(UNTIL)) else { return Ok(done("day")) };
    let ends_at = site.parts.zone.start_of(AccountingDay::from_number(day.number() + 1));
    if ends_at <= site.now() {
        return Ok(done("day"));
    }
    let by = format!("person:{owner}");
    let is_added = site.store().put_delegate(owner, person.id, ends_at, &by).await?;
    Ok(done(if is_added { "added" } else { "many" }))
}

/// The owner says that a delegate whom somebody else named is right.
pub async fn confirm(
    State(site): State<Arc<Site>>,
    Path(person): Path<String>,
    form: Filled<SignedIn>,
) -> Result<Redirect, Fault> {
    let person: PersonId = person.parse().map_err(|_| Fault::NotFound)?;
    let owner = form.who.0.person.id;
    let delegates = site.store().delegates_of(owner).await?;
    // What the owner saw, not what somebody else has made of it since.
    let is_shown = |one: &Delegation| one.person == person && form.field(SHOWN) == as_shown(one);
    let is_confirmed = match delegates.iter().find(|one| is_shown(one)) {
        Some(delegation) => site.store().confirm_delegate(delegation).await?,
        None => false,
    };
    Ok(done(if is_confirmed { "confirmed" } else { "no" }))
}

/// The owner takes it away.
pub async fn remove(
    State(site): State<Arc<Site>>,
    Path(person): Path<String>,
    Posted(who): Posted<SignedIn>,
) -> Result<Redirect, Fault> {
    let person: PersonId = person.parse().map_err(|_| Fault::NotFound)?;
    let owner = who.0.person.id;
    let by = format!("person:{owner}");
    let is_removed = site.store().end_delegate(owner, person, &by).await?;
    Ok(done(if is_removed { "removed" } else { "no" }))
}

fn done(how: &str) -> Redirect {
    Redirect::to(&format!("/my-prints?delegate={how}#delegates"))
}

/// The button that marks one of the person's held jobs as confidential, or takes the mark away.
pub fn confidential_button(job: &JobRecord, viewer: &Viewer) -> Markup {
    let language = viewer.ask.language;
    let (act, word) = match job.confidential {
        true => ("no", MineWords::NotConfidential),
        false => ("yes", MineWords::MakeConfidential),
    };
    let label = format!("{} {}", word.text(language), job.number);
    html! {
        @if job.state == JobState::Held {
            @if job.confidential { span.small { (MineWords::Confidential.text(language)) } }
            form method="post" action={ "/my-prints/" (job.number) "/confidential/" (act) } {
                (token(viewer))
                button type="submit" aria-label=(label)
                    title=(MineWords::ConfidentialHelp.text(language)) { (word.text(language)) }
            }
        }
    }
}

/// Marks one of the person's own held jobs, or takes the mark away. Somebody else's is not found.
pub async fn confidential(
    State(site): State<Arc<Site>>,
    Path((number, act)): Path<(String, String)>,
    Posted(who): Posted<SignedIn>,
) -> Result<Redirect, Fault> {
    let job = by_number(&site, &number).await?;
    let person = who.0.person.id;
    let is_confidential = match act.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(Fault::NotFound),
    };
    if job.owner != OwnerId::Person(person) {
        return Err(Fault::NotFound);
    }
    if site.store().mark_confidential(job.id, job.owner, is_confidential).await? {
        let event = AuditEvent {
            at: site.now(),
            actor: format!("person:{person}"),
            event: "job-confidential".to_owned(),
            object: format!("job:{}", job.id),
            outcome: act,
            detail: serde_json::Value::Null,
        };
        site.store().append_audit(&event).await?;
    }
    Ok(Redirect::to("/my-prints"))
}
