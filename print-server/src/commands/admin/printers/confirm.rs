//! An administrator's word for the machine in a printer's place. A printer whose address, certificate or uuid
//! changed gets nothing until somebody with the role signs in and says that it is the right one: whoever can
//! type commands could otherwise have documents sent to a machine of their own.

use clap::Args;
use serde_json::json;
use store::{AuditEvent, Confirmation, Printer, StoreError};

use super::command::{address, fingerprint, object};
use super::meet::{Known, Met, meet, remember};
use super::show;
use crate::commands::CommandError;
use crate::commands::admin::office::Office;
use crate::commands::admin::sign_in::sign_in_again;
use crate::delivery::printer::address::Address;
use crate::delivery::printer::trust::hexadecimal;

/// Who says so, and of which certificate.
#[derive(Debug, Args)]
pub struct Word {
    /// The login of an administrator, whose password is read from standard input.
    #[arg(long, value_name = "LOGIN")]
    by: String,
    /// The SHA-256 of the certificate that the machine shows, compared with what the machine itself tells.
    #[arg(long, value_name = "SHA256", value_parser = fingerprint)]
    certificate: Option<[u8; 32]>,
}

/// Says that the machines at these printers' addresses are the right ones.
pub async fn pin(office: &Office, names: &[String], word: Word) -> Result<(), CommandError> {
    let mut printers = Vec::new();
    for name in names {
        printers.push(office.printer(name).await?);
    }
    if word.certificate.is_some() && printers.len() > 1 {
        return Err("a certificate belongs to one printer: name that one only".into());
    }
    let by = sign_in_again(office, &word.by).await?;
    for printer in &printers {
        pin_one(office, printer, word.certificate, &by).await?;
    }
    Ok(())
}

async fn pin_one(
    office: &Office,
    printer: &Printer,
    certificate: Option<[u8; 32]>,
    by: &str,
) -> Result<(), CommandError> {
    let address = address(&printer.uri)?;
    let known_before = printer.machine.certificate_sha256;
    match meet(office, &address, certificate.or(known_before)).await? {
        Met::Known(known) => {
            let told = known.facts.condition.uuid.clone();
            let is_another = printer.machine.uuid.is_some() && printer.machine.uuid != told;
            take(office, printer, &address, &known, is_another, by).await
        }
        Met::Stranger { shown } => Err(stranger(&printer.name, &shown)),
        // Nobody answers, so that nobody new can be confirmed: the machine that is known already, or, where none
        // ever told who it is, the first that answers.
        Met::Silent(error) => {
            let machine = &printer.machine;
            let word = Confirmation {
                uri: printer.uri.clone(),
                uuid: machine.uuid.clone(),
                certificate_sha256: known_before.filter(|_| address.is_tls()),
                serial: machine.serial.clone(),
                is_another: false,
            };
            keep(office, printer, &word, by).await?;
            let who = match machine.uuid {
                Some(_) => "only the machine that is known already gets documents there",
                None => "the first machine that answers there is the right one",
            };
            println!("\"{}\" at {} could not be asked ({error}): {who}", printer.name, printer.uri);
            Ok(())
        }
    }
}

/// Puts another machine in a printer's place.
pub async fn exchange(
    office: &Office,
    name: &str,
    address: Address,
    word: Word,
) -> Result<(), CommandError> {
    let printer = office.printer(name).await?;
    let by = sign_in_again(office, &word.by).await?;
    match meet(office, &address, word.certificate).await? {
        Met::Known(known) => take(office, &printer, &address, &known, true, &by).await,
        Met::Stranger { shown } => Err(stranger(&printer.name, &shown)),
        silent => Err(format!("{}: {}", address.uri(), silent.trouble()).into()),
    }
}

async fn take(
    office: &Office,
    printer: &Printer,
    address: &Address,
    known: &Known,
    is_another: bool,
    by: &str,
) -> Result<(), CommandError> {
    let word = Confirmation {
        uri: address.uri().to_owned(),
        uuid: known.facts.condition.uuid.clone(),
        certificate_sha256: known.pin,
        serial: known.survey.serial.clone(),
        is_another,
    };
    keep(office, printer, &word, by).await?;
    remember(office, printer.id, known).await?;
    let what =
        if is_another { "another machine stands in its place" } else { "it is the right one" };
    println!("\"{}\" at {}: {what}", printer.name, address.uri());
    show::tell(&printer.name, known);
    Ok(())
}

/// Keeps the word, with its row of the audit trail.
pub async fn keep(
    office: &Office,
    printer: &Printer,
    word: &Confirmation,
    by: &str,
) -> Result<(), CommandError> {
    let before = &printer.machine;
    let digest = |sha256: Option<[u8; 32]>| sha256.map(|sha256| hexadecimal(&sha256));
    let event = AuditEvent {
        at: office.clock().now(),
        actor: by.to_owned(),
        event: if word.is_another { "printer-exchange" } else { "printer-pin" }.to_owned(),
        object: object(printer),
        outcome: "done".to_owned(),
        detail: json!({
            "name": printer.name,
            "uri": word.uri,
            "uri_before": before.uri,
            "uuid": word.uuid,
            "uuid_before": before.uuid,
            "serial": word.serial,
            "serial_before": before.serial,
            "certificate": digest(word.certificate_sha256),
            "certificate_before": digest(before.certificate_sha256),
            "typed_by": office.actor(),
        }),
    };
    let kept = office.store.confirm_machine(printer.id, word, by, &event).await;
    kept.map_err(|error| match error {
        StoreError::Conflict => {
            let text = "has a job under way: try again when it is out";
            format!("\"{}\" {text}", printer.name).into()
        }
        other => other.into(),
    })
}

fn stranger(name: &str, shown: &[u8; 32]) -> CommandError {
    let shown = hexadecimal(shown);
    format!(
        "\"{name}\" shows a certificate that no agreed authority signed, with the SHA-256 {shown}: compare it \
         with what the printer itself tells, and say it with --certificate"
    )
    .into()
}
