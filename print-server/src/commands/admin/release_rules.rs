//! What a tap lets go without a question, and what others see of it: settings of queues and printers.

use clap::{Args, ValueEnum};
use store::{Printer, Queue, QueueRules, ReleaseMode, Starts, Titles};

use super::office::{Office, YesNo, yes_no};
use crate::commands::CommandError;

/// How a queue's jobs are to be released; what is not named stays.
#[derive(Debug, Args)]
pub struct RuleOptions {
    /// Let its jobs go at a tap, or only when their owner has chosen them on the screen.
    #[arg(long, value_enum)]
    starts: Option<StartsWord>,
    /// Whether its jobs are confidential: they go only when they are chosen, only to printers with ipps:, and
    /// to no delegate.
    #[arg(long, value_enum)]
    confidential: Option<YesNo>,
    /// How much of its jobs' titles stations show: all, the beginning, nothing.
    #[arg(long, value_enum)]
    titles: Option<TitlesWord>,
    /// Whether delegates may fetch its jobs.
    #[arg(long, value_enum)]
    delegates: Option<YesNo>,
}

/// What a tap does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StartsWord {
    /// Everything goes that may.
    AtOnce,
    /// The list comes first.
    ListFirst,
}

impl StartsWord {
    fn starts(self) -> Starts {
        match self {
            Self::AtOnce => Starts::AtOnce,
            Self::ListFirst => Starts::ListFirst,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TitlesWord {
    Full,
    Cut,
    None,
}

impl RuleOptions {
    /// The rules of a queue with what is named; `before`: what they were.
    ///
    /// # Errors
    /// A sentence: nothing has been changed.
    pub async fn checked(
        self,
        office: &Office,
        queue: &Queue,
        before: QueueRules,
    ) -> Result<QueueRules, CommandError> {
        let rules = self.rules(before);
        if let ReleaseMode::AtOnce(printer) = queue.release
            && rules.confidential
        {
            let printer = office.store.printer(printer).await?;
            if !printer.uri.starts_with("ipps:") {
                let text = "is reached without TLS: what is confidential would never print there";
                return Err(format!("the printer \"{}\" of this queue {text}", printer.name).into());
            }
        }
        Ok(rules)
    }

    fn rules(self, before: QueueRules) -> QueueRules {
        let titles = self.titles.map(|titles| match titles {
            TitlesWord::Full => Titles::Full,
            TitlesWord::Cut => Titles::Cut,
            TitlesWord::None => Titles::None,
        });
        QueueRules {
            starts: self.starts.map_or(before.starts, StartsWord::starts),
            confidential: self.confidential.map_or(before.confidential, YesNo::is_yes),
            titles: titles.unwrap_or(before.titles),
            delegates: self.delegates.map_or(before.delegates, YesNo::is_yes),
        }
    }
}

/// Says what the rules are, where they were changed.
pub fn say(rules: &QueueRules, before: &QueueRules) {
    if rules != before {
        println!("{}", said(rules));
    }
}

/// The rules in a line.
fn said(rules: &QueueRules) -> String {
    format!(
        "At a tap: {}. Confidential: {}. Titles at stations: {}. Delegates: {}.",
        rules.starts.as_str(),
        yes_no(rules.confidential),
        rules.titles.as_str(),
        yes_no(rules.delegates),
    )
}

/// Shows how the queue's jobs are released.
///
/// # Errors
/// What the store answers.
pub async fn show(office: &Office, queue: &Queue) -> Result<(), CommandError> {
    println!("{}", said(&office.store.queue_rules(queue.id).await?));
    Ok(())
}

/// Sets what a tap does at a printer, where that is named.
///
/// # Errors
/// What the store answers.
pub async fn set_printer(
    office: &Office,
    printer: &Printer,
    starts: Option<StartsWord>,
) -> Result<(), CommandError> {
    let Some(starts) = starts.map(StartsWord::starts) else { return Ok(()) };
    office.store.set_printer_starts(printer.id, starts, office.actor()).await?;
    println!("At a tap beside \"{}\": {}.", printer.name, starts.as_str());
    Ok(())
}
