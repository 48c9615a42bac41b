//! Asking the machine at an address what it is. It gets no document and no password by that.

use ipp_codec::{GroupTag, names};
use print_core::PrinterId;
use print_core::names::{cleaned, is_unsafe_to_show};
use std::sync::Arc;
use store::{Found, PrinterHealth};

use crate::commands::CommandError;
use crate::commands::admin::office::Office;
use crate::delivery::printer::address::Address;
use crate::delivery::printer::client::Client;
use crate::delivery::printer::probe::ProbeError;
use crate::delivery::printer::survey::{KNOCKED, Survey};
use crate::delivery::{DeliverySettings, Facts};

/// A name that a machine has for itself is cut here.
const NAME_BYTES_MAX: usize = 127;

/// What came of it.
pub enum Met {
    /// It answered, and it is known by an authority, by the configuration, by its fingerprint; or there is no TLS
    /// to know it by.
    Known(Box<Known>),
    /// It shows a certificate that nobody vouches for.
    Stranger {
        /// The certificate's SHA-256.
        shown: [u8; 32],
    },
    /// It could not be asked.
    Silent(ProbeError),
}

/// A machine that answered.
pub struct Known {
    /// How it is talked to.
    pub client: Client,
    /// What it can do.
    pub facts: Facts,
    /// What a close look found.
    pub survey: Survey,
    /// Its certificate, where that alone is what it is known by.
    pub pin: Option<[u8; 32]>,
}

impl Met {
    /// What is wrong, for people.
    pub fn trouble(&self) -> String {
        match self {
            Self::Known(_) => "nothing is wrong".into(),
            Self::Stranger { .. } => {
                "no agreed authority signed the certificate that the printer shows: compare it, and say it \
                 with --certificate"
                    .into()
            }
            Self::Silent(error) => {
                let why = std::error::Error::source(error).and_then(|source| source.source());
                match why {
                    Some(why) => format!("{error} ({why})"),
                    None => error.to_string(),
                }
            }
        }
    }
}

/// Asks the machine at this address. `said`: the fingerprint that its administrator has compared, which then
/// counts more than any authority.
pub async fn meet(
    office: &Office,
    address: &Address,
    said: Option<[u8; 32]>,
) -> Result<Met, CommandError> {
    let settings = DeliverySettings::default();
    let trust = office.config.printers.trust()?;
    let reach = Arc::new(office.config.printers.reach(&office.config.listeners));
    let pinned = said.filter(|_| address.is_tls());
    let tls = match pinned {
        Some(sha256) => trust.with_pin(address.host(), sha256).client_config()?,
        None => trust.client_config()?,
    };
    let client = Client::new(address.clone(), reach, tls, settings.deadlines());
    match client.probe().await {
        Ok(facts) => {
            let survey = Survey::of(&client, &KNOCKED).await;
            Ok(Met::Known(Box::new(Known { client, facts, survey, pin: pinned })))
        }
        Err(error @ ProbeError::Untrusted(_)) => match client.shown_certificate().await {
            Ok(Some(shown)) => Ok(Met::Stranger { shown }),
            _ => Ok(Met::Silent(error)),
        },
        Err(error) => Ok(Met::Silent(error)),
    }
}

/// Keeps what the machine told, for queues and pages.
pub async fn remember(office: &Office, id: PrinterId, known: &Known) -> Result<(), CommandError> {
    let now = office.clock().now();
    let health = PrinterHealth {
        state: known.facts.condition.state.code(),
        reasons: known.facts.condition.reasons_text(),
        attributes: known.facts.to_json(),
        checked_at: now,
    };
    office.store.set_printer_health(id, &health).await?;
    let found = Found { what: known.survey.to_json(), at: now };
    Ok(office.store.set_printer_found(id, &found).await?)
}

/// What a machine calls itself.
#[derive(Debug, Default)]
pub struct Particulars {
    /// A name for people.
    pub name: Option<String>,
    /// Where it stands.
    pub location: Option<String>,
}

/// Asks the machine what it calls itself.
pub async fn particulars(client: &Client) -> Particulars {
    let wanted = [names::PRINTER_DNS_SD_NAME, names::PRINTER_INFO, names::PRINTER_LOCATION];
    let Ok(reply) = client.described(&wanted).await else { return Particulars::default() };
    let said = |name: &str| {
        let text = reply.string(GroupTag::PRINTER, name)?;
        let text = cleaned(text.trim(), NAME_BYTES_MAX).to_string();
        (!text.trim().is_empty() && !text.chars().any(is_unsafe_to_show)).then_some(text)
    };
    let name = said(names::PRINTER_DNS_SD_NAME).or_else(|| said(names::PRINTER_INFO));
    Particulars { name, location: said(names::PRINTER_LOCATION) }
}
