//! Jobs on their way, and what became of them.

use maud::{Markup, html};
use station_protocol::{JobStage, OutcomeKind};

use super::{icons, tap_field};
use crate::session::{Active, Running};
use crate::words::Words;

pub(super) fn releasing(words: Words, active: &Active) -> Markup {
    html! {
        main .list data-say=(words.printing()) {
            div .above { h1 { (words.printing()) } p .help { (words.may_go()) } }
            @if let Some(notice) = active.notice.as_ref().filter(|notice| !notice.is_empty()) {
                p .notice.warn { (notice) }
            }
            @if active.session.counting > 0 {
                p .notice { (words.counting(active.session.counting)) }
            }
            div #list {
                @for running in &active.running { (row(words, active, running)) }
            }
        }
    }
}

pub(super) fn result(words: Words, active: &Active) -> Markup {
    let is_printed = |running: &&Running| {
        running.outcome.as_ref().is_some_and(|outcome| outcome.kind == OutcomeKind::Printed)
    };
    let printed = active.running.iter().filter(is_printed).count();
    let is_good = printed == active.running.len();
    let title = match printed {
        _ if is_good => words.result_printed(),
        0 => words.result_none(),
        _ => words.result_mixed(),
    };
    let left = active.session.jobs.len();
    html! {
        main .list data-say=(title) {
            div .above.headline {
                @if is_good { (icons::good()) } @else { (icons::warning()) }
                div {
                    h1 { (title) }
                    @if printed > 0 {
                        p .help { (words.take_your_paper()) " " (words.not_right()) }
                    }
                }
            }
            @if active.session.hidden > 0 {
                p .notice { (words.hidden(active.session.hidden)) }
            }
            div #list {
                @for running in &active.running { (row(words, active, running)) }
            }
        }
        footer .actions {
            @if left > 0 {
                form method="post" action="/do/more" {
                    (tap_field(Some(active.source.tap)))
                    button #more .second { (words.more(left)) }
                }
            }
            form method="post" action="/do/leave" {
                (tap_field(Some(active.source.tap)))
                button #finish .first { (words.done()) }
            }
        }
    }
}

/// One released job.
fn row(words: Words, active: &Active, running: &Running) -> Markup {
    let kind = running.outcome.as_ref().map(|outcome| outcome.kind);
    let class = match (kind, &running.stage) {
        (Some(OutcomeKind::Printed), _) => "ok",
        (Some(_), _) => "warn",
        (None, JobStage::Stopped { .. } | JobStage::Failed) => "warn",
        (None, _) => "work",
    };
    html! {
        div .{"job " (class)} {
            span .about {
                span .title { (running.title) }
                span .meta { (state(words, running)) }
                @if !running.is_over() { (beside(words, active, running)) }
            }
            span .side {
                @if let Some(outcome) = &running.outcome {
                    span .when { (words.outcome(outcome.kind)) }
                    @if let Some(amount) = &outcome.amount { span .price { (amount) } }
                } @else if !running.is_over() {
                    (stop(words, active, running))
                }
            }
            @if !running.is_over() && !matches!(running.stage, JobStage::Stopped { .. }) {
                @match (running.impressions, running.expected) {
                    (Some(done), Some(all)) if all > 0 => {
                        progress .pages max=(all) value=(done.min(all))
                            aria-label=(words.impressions(done, Some(all))) {}
                    }
                    _ => { progress .pages aria-label=(words.printing()) {} }
                }
            }
        }
    }
}

fn stop(words: Words, active: &Active, running: &Running) -> Markup {
    html! {
        @if running.is_stopping {
            span .when { (words.stopping()) }
        } @else {
            form method="post" action="/do/stop" {
                (tap_field(Some(active.source.tap)))
                button #{"stop-" (running.job)} .quiet name="job" value=(running.job)
                    aria-label={ (words.stop()) ": " (running.title) } { (words.stop()) }
            }
        }
    }
}

/// Where a job is when it is not here, what is free meanwhile, and the question where it is to come out.
fn beside(words: Words, active: &Active, running: &Running) -> Markup {
    let standing = &running.standing;
    let answer = |action: &str, name: &str, text: &str| {
        html! {
            form method="post" action={ "/do/" (action) } {
                (tap_field(Some(active.source.tap)))
                button #{(action) "-" (running.job)} .(name) name="job" value=(running.job)
                    aria-label={ (text) ": " (running.title) } { (text) }
            }
        }
    };
    html! {
        @if let Some(at) = &standing.at { span .meta { (words.prints_at(at.as_str())) } }
        @if let Some(nearest) = &standing.nearest { span .meta { (nearest) } }
        @if standing.asks_where && !running.is_stopping {
            span .warn { (words.finish_question()) }
            span .answers {
                (answer("here", "second", words.finish_here()))
                (answer("elsewhere", "first", words.finish_elsewhere()))
            }
        }
    }
}

/// How a job is, in words.
fn state(words: Words, running: &Running) -> Markup {
    html! {
        @match (&running.outcome, &running.stage) {
            (Some(outcome), _) => { (outcome.sentence) }
            (None, _) if running.is_lost => { (words.stage_over()) }
            (None, JobStage::Waiting) => { (words.waiting(running.standing.waits_for)) }
            (None, JobStage::Sending) => { (words.stage_sending()) }
            (None, JobStage::Stopped { reason }) => { (reason) }
            (None, JobStage::Printing | JobStage::Done | JobStage::Failed) => {
                @match running.impressions {
                    Some(done) if done > 0 => { (words.impressions(done, running.expected)) }
                    _ => { (words.stage_printing()) }
                }
            }
        }
    }
}
