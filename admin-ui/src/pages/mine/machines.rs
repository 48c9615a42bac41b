//! What waits from shared machines, for their members: apart from one's own jobs, and to be read only. A
//! member takes a job at a station, by naming it.

use maud::{Markup, html};
use print_core::OwnerId;
use store::{JobRecord, Membership};

use super::words::MineWords;
use crate::components::table::{cell, number, plain_heading};
use crate::pages::jobs_table::{self, Names};
use crate::security::answer::Fault;
use crate::security::viewer::Viewer;
use crate::site::Site;
use crate::words::Words;

/// The most rows, of all machines together.
const ROWS: u32 = 50;

/// A card for each machine of the person's from which something waits.
pub async fn cards(site: &Site, names: &Names, viewer: &Viewer) -> Result<Markup, Fault> {
    let (store, person) = (site.store(), viewer.person.id);
    let memberships = store.machines_of(person).await?;
    if memberships.is_empty() {
        return Ok(html! {});
    }
    let jobs = store.open_jobs_of_machines(person, ROWS).await?;
    Ok(html! { @for membership in &memberships { (card(site, membership, &jobs, names, viewer)) } })
}

fn card(
    site: &Site,
    from: &Membership,
    jobs: &[JobRecord],
    names: &Names,
    viewer: &Viewer,
) -> Markup {
    let language = viewer.ask.language;
    let owner = OwnerId::Group(from.machine.id);
    let jobs: Vec<&JobRecord> = jobs.iter().filter(|job| job.owner == owner).collect();
    html! {
        @if !jobs.is_empty() {
            section.card {
                h2 { (MineWords::FromMachine.text(language)) " " (from.machine.name) }
                p.quiet-text { (MineWords::MachineLead.text(language)) }
                table.rows {
                    thead {
                        tr {
                            (plain_heading(Words::Number.text(language), false))
                            (plain_heading(Words::Document.text(language), false))
                            (plain_heading(Words::State.text(language), false))
                            (plain_heading(Words::Arrived.text(language), true))
                        }
                    }
                    tbody { @for job in jobs { (row(site, job, names, viewer)) } }
                }
            }
        }
    }
}

fn row(site: &Site, job: &JobRecord, names: &Names, viewer: &Viewer) -> Markup {
    let language = viewer.ask.language;
    html! {
        tr {
            th scope="row" { (job.number) }
            (cell(Words::Document.text(language), &html! {
                (job.title)
                span.small {
                    (jobs_table::amount(job, names, language))
                    @if let Some(name) = &job.claimed_name {
                        " · " (MineWords::PrintedBy.text(language)) " " (name)
                    }
                }
            }))
            (cell(Words::State.text(language), &jobs_table::state(job, language)))
            (number(Words::Arrived.text(language), &site.minute(job.created_at)))
        }
    }
}
