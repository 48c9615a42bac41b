//! Delegates: people whom others let fetch their prints.

use clap::Subcommand;
use print_core::AccountingDay;
use store::DELEGATES_MAX;

use super::office::Office;
use super::table;
use crate::commands::CommandError;

/// What can be done with delegates.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Let a person fetch what another prints from now on. The other is told, and opens what waits already by
    /// confirming it on "My prints".
    Add {
        /// Whose prints.
        owner: String,
        /// Who may fetch them.
        delegate: String,
        /// The last day, as 2026-12-24.
        #[arg(long, value_name = "DAY")]
        until: String,
    },
    /// Take that away again.
    End {
        /// Whose prints.
        owner: String,
        /// Who may fetch them no more.
        delegate: String,
    },
    /// List who may fetch whose prints.
    List,
}

/// Obeys.
pub async fn run(office: &Office, command: Command) -> Result<(), CommandError> {
    match command {
        Command::Add { owner, delegate, until } => add(office, &owner, &delegate, &until).await,
        Command::End { owner, delegate } => end(office, &owner, &delegate).await,
        Command::List => list(office).await,
    }
}

async fn add(
    office: &Office,
    owner: &str,
    delegate: &str,
    until: &str,
) -> Result<(), CommandError> {
    let (owner, delegate) = (office.person(owner).await?, office.person(delegate).await?);
    if owner.id == delegate.id {
        return Err("people fetch their own prints anyway".into());
    }
    let day = AccountingDay::parse(until)
        .map_err(|_| format!("\"{until}\" is no day: write it as 2026-12-24"))?;
    let ends_at = office.config.zone().start_of(AccountingDay::from_number(day.number() + 1));
    if ends_at <= office.clock().now() {
        return Err(format!("{until} is over").into());
    }
    if !office.store.put_delegate(owner.id, delegate.id, ends_at, office.actor()).await? {
        return Err(format!(
            "{} has {DELEGATES_MAX} delegates already, or {} fetches for {DELEGATES_MAX} people: end one first \
             (admin delegate list)",
            owner.login, delegate.login
        )
        .into());
    }
    println!(
        "{} may fetch what {} prints from now on, until {until}. {1} is told, and can confirm it for what \
         waits already.",
        delegate.login, owner.login
    );
    Ok(())
}

async fn end(office: &Office, owner: &str, delegate: &str) -> Result<(), CommandError> {
    let (owner, delegate) = (office.person(owner).await?, office.person(delegate).await?);
    if office.store.end_delegate(owner.id, delegate.id, office.actor()).await? {
        println!("{} may not fetch the prints of {} any more", delegate.login, owner.login);
        return Ok(());
    }
    Err(format!("{} is no delegate of {}", delegate.login, owner.login).into())
}

async fn list(office: &Office) -> Result<(), CommandError> {
    let zone = office.config.zone();
    let rows = office.store.delegations().await?.into_iter().map(|delegation| {
        let opens = if delegation.waits_for_owner() { "what came since then" } else { "all" };
        let (added, ends) = (zone.minute(delegation.added_at), zone.minute(delegation.ends_at));
        [delegation.owner_name, delegation.person_name, added, ends, opens.to_owned()]
    });
    let rows: Vec<_> = rows.collect();
    Ok(table::print(["owner", "delegate", "since", "until", "opens"], &rows)?)
}
