//! PINs of people: given by the helpdesk, and forgotten. Nobody can read one.

use clap::Subcommand;

use super::office::Office;
use crate::commands::CommandError;
use crate::proofs::own_pins;
use crate::serve::state;

/// What can be done with PINs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Give a person a new PIN, which is shown this once.
    ///
    /// It opens what the person prints from now on; what waits already when the person has confirmed it on My
    /// prints. People choose their own there.
    Give {
        /// The person.
        login: String,
    },
    /// Forget a person's PIN: nothing of queues that demand one goes until the person has another.
    Remove {
        /// The person.
        login: String,
    },
}

/// Obeys.
pub async fn run(office: &Office, command: Command) -> Result<(), CommandError> {
    match command {
        Command::Give { login } => give(office, &login).await,
        Command::Remove { login } => {
            let person = office.person(&login).await?;
            match office.store.remove_own_pin(person.id, office.actor()).await? {
                true => println!("{} has no PIN any more", person.login),
                false => println!("{} has no PIN", person.login),
            }
            Ok(())
        }
    }
}

async fn give(office: &Office, login: &str) -> Result<(), CommandError> {
    let person = office.person(login).await?;
    let pin = own_pins::random(office.store.count_people().await?);
    let keys = state::open_keys(&office.config)?;
    let verifier = own_pins::sealed(&keys, person.id, &pin).await;
    let verifier = verifier.ok_or("the operating system gives no random numbers")?;
    office.store.set_own_pin(person.id, &verifier, office.actor()).await?;
    println!("{} has the PIN {pin}. It is shown this once.", person.login);
    println!("What waits already opens when the person confirms the PIN on My prints.");
    Ok(())
}
