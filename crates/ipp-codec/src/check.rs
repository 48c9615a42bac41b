//! Whether a decoded message is a proper request, and the status for each way in which it is not
//! (RFC 8011 sections 4.1.4 to 4.1.8).

use crate::attribute::Attribute;
use crate::limits::Limits;
use crate::message::{Group, Message};
use crate::names;
use crate::registry::{
    AttributeGroup, GroupTag, Operation, Status, SyntaxFault, ValueTag, attribute_syntax,
    standard_bytes_max,
};
use crate::value::Value;

/// A refusal of a request, ready to be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {message}")]
pub struct Violation {
    /// The status for the client.
    pub status: Status,
    /// What is wrong, in plain English without anything that came from the client but the names of
    /// attributes.
    pub message: String,
    /// The attributes that the answer's unsupported-attributes group holds.
    pub unsupported: Vec<Attribute>,
}

impl Violation {
    /// A refusal that no single attribute causes.
    pub fn new(status: Status, message: impl Into<String>) -> Violation {
        Violation { status, message: message.into(), unsupported: Vec::new() }
    }

    /// A malformed request, 0x0400.
    pub fn bad_request(message: impl Into<String>) -> Violation {
        Violation::new(Status::CLIENT_ERROR_BAD_REQUEST, message)
    }

    /// A refusal because of this attribute, which the answer gives back.
    pub fn of_attribute(
        status: Status,
        message: impl Into<String>,
        attribute: &Attribute,
    ) -> Violation {
        Violation { status, message: message.into(), unsupported: vec![attribute.clone()] }
    }
}

/// What an operation is aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    /// A printer, by `printer-uri`.
    Printer,
    /// A job, by `job-uri` or by `printer-uri` and `job-id`.
    Job,
    /// The server as a whole; no target is needed.
    Server,
}

impl Aim {
    /// The aim of an operation that has a typed request; `None` for every other.
    pub(crate) fn of(operation: Operation) -> Option<Aim> {
        Some(match operation {
            Operation::PRINT_JOB
            | Operation::VALIDATE_JOB
            | Operation::CREATE_JOB
            | Operation::GET_JOBS
            | Operation::CANCEL_MY_JOBS
            | Operation::IDENTIFY_PRINTER
            | Operation::GET_PRINTER_ATTRIBUTES => Aim::Printer,
            Operation::SEND_DOCUMENT
            | Operation::CLOSE_JOB
            | Operation::CANCEL_JOB
            | Operation::GET_JOB_ATTRIBUTES
            | Operation::HOLD_JOB
            | Operation::RELEASE_JOB
            | Operation::SET_JOB_ATTRIBUTES => Aim::Job,
            Operation::CUPS_GET_DEFAULT
            | Operation::CUPS_GET_PRINTERS
            | Operation::CUPS_GET_CLASSES => Aim::Server,
            _ => return None,
        })
    }
}

/// Checks what every request must be, whatever it asks for: version, request-id, charset and
/// language first, a target, registered syntax of the operation attributes, no string
/// beyond its limit.
///
/// An operation without a typed request passes; [`crate::Request::parse`] refuses it with 0x0501.
///
/// # Errors
/// The first violation.
pub fn check_request(message: &Message, limits: &Limits) -> Result<(), Violation> {
    if !message.version.is_supported() {
        let status = Status::SERVER_ERROR_VERSION_NOT_SUPPORTED;
        return Err(Violation::new(status, "this version of IPP is not supported"));
    }
    if message.request_id <= 0 {
        return Err(Violation::bad_request("the request-id must be above zero"));
    }
    let operation = message
        .groups
        .first()
        .filter(|group| group.tag == GroupTag::OPERATION)
        .ok_or_else(|| Violation::bad_request("the operation attributes must come first"))?;
    check_beginning(operation)?;
    check_target(message.operation(), operation)?;
    check_groups(message)?;
    operation.attributes.iter().try_for_each(check_syntax)?;
    message
        .groups
        .iter()
        .flat_map(|group| &group.attributes)
        .try_for_each(|attribute| check_lengths(attribute, limits))
}

/// RFC 8011 section 4.1.4: charset first, language second, in every request.
fn check_beginning(operation: &Group) -> Result<(), Violation> {
    let charset = at(operation, 0, names::ATTRIBUTES_CHARSET, ValueTag::CHARSET)
        .ok_or_else(|| Violation::bad_request("attributes-charset must be the first attribute"))?;
    at(operation, 1, names::ATTRIBUTES_NATURAL_LANGUAGE, ValueTag::NATURAL_LANGUAGE).ok_or_else(
        || Violation::bad_request("attributes-natural-language must be the second attribute"),
    )?;
    // Charset names are compared without regard to case (RFC 8011 section 5.1.8).
    let is_utf_8 = charset.as_str().is_some_and(|charset| charset.eq_ignore_ascii_case("utf-8"));
    if !is_utf_8 {
        let status = Status::CLIENT_ERROR_CHARSET_NOT_SUPPORTED;
        let message = "the only supported attributes-charset is utf-8";
        return Err(Violation::of_attribute(status, message, charset));
    }
    Ok(())
}

/// RFC 8011 section 4.1.5 wants the target right behind the language. libcups 2.4 puts it behind
/// `requested-attributes` when `lp` asks about a queue, so that the place is not checked: the
/// decoder refuses a second one, and nothing can be mistaken for it.
fn check_target(code: Operation, operation: &Group) -> Result<(), Violation> {
    let uri = |name| {
        let attribute = operation.get(name);
        attribute.is_some_and(|attribute| is_single(attribute, ValueTag::URI))
    };
    match Aim::of(code) {
        None | Some(Aim::Server) => Ok(()),
        Some(Aim::Printer) if uri(names::PRINTER_URI) => Ok(()),
        Some(Aim::Printer) => Err(Violation::bad_request("printer-uri must name the printer")),
        Some(Aim::Job) if uri(names::JOB_URI) => Ok(()),
        Some(Aim::Job) if uri(names::PRINTER_URI) && operation.get(names::JOB_ID).is_some() => {
            Ok(())
        }
        Some(Aim::Job) => {
            Err(Violation::bad_request("job-uri, or printer-uri and job-id, must name the job"))
        }
    }
}

/// A request is about one job and one document; with two groups of their attributes, two readers
/// could print two different things.
fn check_groups(message: &Message) -> Result<(), Violation> {
    for tag in [GroupTag::JOB, GroupTag::DOCUMENT] {
        if message.groups(tag).count() > 1 {
            return Err(Violation::bad_request("an attribute group is given twice"));
        }
    }
    Ok(())
}

/// The attribute at this place, if it has this name and one value of this tag.
fn at<'a>(group: &'a Group, place: usize, name: &str, tag: ValueTag) -> Option<&'a Attribute> {
    let attribute = group.attributes.get(place).filter(|attribute| attribute.name == name)?;
    is_single(attribute, tag).then_some(attribute)
}

fn is_single(attribute: &Attribute, tag: ValueTag) -> bool {
    matches!(&attribute.values[..], [value] if value.tag() == tag)
}

fn check_syntax(attribute: &Attribute) -> Result<(), Violation> {
    let name = &attribute.name;
    if let Some(syntax) = attribute_syntax(AttributeGroup::Operation, name) {
        syntax.check(attribute).map_err(|fault| match fault {
            SyntaxFault::TooLong => too_long(attribute),
            _ => Violation::of_attribute(
                Status::CLIENT_ERROR_BAD_REQUEST,
                format!("the attribute {name} is not as it must be: {fault}"),
                attribute,
            ),
        })?;
    }
    if attribute.values.iter().all(is_readable) {
        return Ok(());
    }
    let message = format!("the attribute {name} has characters that it cannot have");
    Err(Violation::bad_request(message))
}

/// Text and names are UTF-8, as the charset says; keywords, URIs and the like have no control
/// characters either.
fn is_readable(value: &Value) -> bool {
    let Some(bytes) = value.as_bytes() else { return true };
    let is_for_people = matches!(
        value,
        Value::Text(_) | Value::Name(_) | Value::TextWithLanguage(_) | Value::NameWithLanguage(_)
    );
    let has_control = || bytes.iter().any(u8::is_ascii_control);
    std::str::from_utf8(bytes).is_ok() && (is_for_people || !has_control())
}

fn check_lengths(attribute: &Attribute, limits: &Limits) -> Result<(), Violation> {
    let fits = attribute.values.iter().all(|value| value_fits(value, limits));
    if fits { Ok(()) } else { Err(too_long(attribute)) }
}

/// Looks into collections too; the decoder bounds their depth.
fn value_fits(value: &Value, limits: &Limits) -> bool {
    if let Value::Collection(members) = value {
        let mut values = members.iter().flat_map(|member| &member.values);
        return values.all(|value| value_fits(value, limits));
    }
    let length = match value {
        Value::OctetString(bytes) => bytes.len(),
        value => value.as_bytes().map_or(0, <[u8]>::len),
    };
    let bytes_max = match value {
        Value::Text(_) | Value::TextWithLanguage(_) => limits.text_bytes_max,
        Value::Name(_) | Value::NameWithLanguage(_) => limits.name_bytes_max,
        value => standard_bytes_max(value).unwrap_or(usize::MAX),
    };
    length <= bytes_max
}

fn too_long(attribute: &Attribute) -> Violation {
    let status = Status::CLIENT_ERROR_REQUEST_VALUE_TOO_LONG;
    let message = format!("the attribute {} has a value that is too long", attribute.name);
    Violation::of_attribute(status, message, attribute)
}
