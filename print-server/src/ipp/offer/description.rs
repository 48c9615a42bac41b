//! What a queue says of itself: everything that does not change from second to second, made once for
//! each queue and way to reach it. Phones poll this once a second.

use ipp_codec::{Attribute, Operation, OutOfBand, Value, names};
use store::{PasswordEncryption, Queue, ReleaseMode};

pub use super::choices::defaults;
use super::{Abilities, choices, media, options};
use crate::ipp::icon;
use crate::ipp::places::Base;
use crate::pins::{PIN_DIGITS, PIN_REPERTOIRE};

/// The operations that print clients may use.
const OPERATIONS: [Operation; 17] = [
    Operation::PRINT_JOB,
    Operation::VALIDATE_JOB,
    Operation::CREATE_JOB,
    Operation::SEND_DOCUMENT,
    Operation::CANCEL_JOB,
    Operation::GET_JOB_ATTRIBUTES,
    Operation::GET_JOBS,
    Operation::GET_PRINTER_ATTRIBUTES,
    Operation::HOLD_JOB,
    Operation::RELEASE_JOB,
    Operation::SET_JOB_ATTRIBUTES,
    Operation::CANCEL_MY_JOBS,
    Operation::CLOSE_JOB,
    Operation::IDENTIFY_PRINTER,
    Operation::CUPS_GET_DEFAULT,
    Operation::CUPS_GET_PRINTERS,
    Operation::CUPS_GET_CLASSES,
];

/// `identify-actions-supported`: a queue has no lamp and no voice; it shows.
pub const IDENTIFY_ACTION: &str = "display";

/// What every queue of the house says alike.
#[derive(Debug, Clone)]
pub struct House {
    /// `printer-organization`.
    pub organisation: String,
    /// Whether Kerberos tickets are taken, where a queue lets them in.
    pub tickets: bool,
    /// How long a job may wait for its next document.
    pub multiple_operation_seconds: u32,
    /// Where clients get access tokens, when queues take them.
    pub tokens: Option<TokenSource>,
}

/// Where a client gets access tokens (PWG 5100.23).
#[derive(Debug, Clone)]
pub struct TokenSource {
    /// `oauth-authorization-server-uri`.
    pub server: String,
    /// `oauth-authorization-scope`.
    pub scopes: Vec<String>,
}

/// The fixed attributes of `queue`, as a client reads them that reached us by `base`.
#[must_use]
pub fn fixed(queue: &Queue, abilities: &Abilities, base: &Base, house: &House) -> Vec<Attribute> {
    let mut attributes = identity(queue, abilities, base, house);
    attributes.extend(addresses(queue, base, house));
    attributes.extend(protocol(house));
    attributes.extend(release(queue, base.tls));
    attributes.extend(choices::documents(abilities));
    attributes.extend(choices::of_jobs(queue, abilities, takes_pins(queue, base.tls)));
    attributes.extend(media::paper(abilities));
    attributes
}

fn identity(queue: &Queue, abilities: &Abilities, base: &Base, house: &House) -> Vec<Attribute> {
    let info = if queue.info.is_empty() { &queue.name } else { &queue.info };
    let geo = match queue.offer.geo_location.as_str() {
        "" => Value::OutOfBand(OutOfBand::UNKNOWN),
        uri => Value::uri(uri),
    };
    let icons = icon::SIZES.map(|size| Value::uri(&base.resource(&icon::path(size))));
    let mut attributes = vec![
        Attribute::name(names::PRINTER_NAME, &queue.name),
        Attribute::name(names::PRINTER_DNS_SD_NAME, info),
        Attribute::text(names::PRINTER_INFO, info),
        Attribute::text(names::PRINTER_LOCATION, &queue.offer.location),
        Attribute::new(names::PRINTER_GEO_LOCATION, geo),
        Attribute::text(names::PRINTER_MAKE_AND_MODEL, "Follow-me print queue"),
        Attribute::name(names::PRINTER_FIRMWARE_NAME, "print-server"),
        Attribute::text(names::PRINTER_FIRMWARE_STRING_VERSION, env!("CARGO_PKG_VERSION")),
        Attribute::uri(names::PRINTER_UUID, &format!("urn:uuid:{}", queue.id)),
        Attribute::text(names::PRINTER_DEVICE_ID, &device_id(abilities)),
        Attribute::uri(names::PRINTER_MORE_INFO, &base.page("/")),
        Attribute::set(names::PRINTER_ICONS, icons),
        Attribute::text(names::PRINTER_ORGANIZATION, &house.organisation),
        Attribute::text(names::PRINTER_ORGANIZATIONAL_UNIT, ""),
        Attribute::boolean(names::COLOR_SUPPORTED, abilities.color),
        Attribute::integer(names::PAGES_PER_MINUTE, abilities.pages_per_minute),
        // Which printer's toner would it be? The values mean "not known" (PWG 5100.13 section 6.6.22).
        Attribute::new(names::PRINTER_SUPPLY, Value::OctetString(SUPPLY.as_bytes().to_vec())),
        Attribute::text(
            names::PRINTER_SUPPLY_DESCRIPTION,
            "The supplies of the printer you choose",
        ),
        Attribute::uri(names::PRINTER_SUPPLY_INFO_URI, &base.page("/")),
        Attribute::text(names::MOPRIA_CERTIFIED, "1.3"),
    ];
    if abilities.color {
        let sides = abilities.pages_per_minute_color;
        attributes.push(Attribute::integer(names::PAGES_PER_MINUTE_COLOR, sides));
    }
    attributes
}

/// `printer-supply` of a queue.
const SUPPLY: &str = "index=1;class=other;type=unknown;unit=other;maxcapacity=-2;level=-2;\
                      colorantname=unknown;";

/// `printer-device-id` (IEEE 1284): what drivers are matched by.
fn device_id(abilities: &Abilities) -> String {
    let language = |format: &&str| match *format {
        "application/pdf" => "PDF",
        "image/pwg-raster" => "PWGRaster",
        "image/urf" => "URF",
        _ => "JPEG",
    };
    let languages: Vec<&str> = abilities.formats.iter().map(language).collect();
    format!("MFG:Follow-me;MDL:Print queue;CMD:{};", languages.join(","))
}

fn addresses(queue: &Queue, base: &Base, house: &House) -> Vec<Attribute> {
    let tokens = house.tokens.as_ref().filter(|_| queue.door_bearer);
    // Each address with what it asks of a client; the three lists have equal counts
    // (RFC 8011 sections 5.4.1 to 5.4.3).
    let mut ways: Vec<_> =
        ways_in(queue, house).into_iter().map(|way| (true, "tls", way)).collect();
    if !queue.claimed_networks.is_empty() {
        ways.push((false, "none", BY_NAME));
    }
    ways.sort_by_key(|(tls, ..)| *tls != base.tls);
    if base.at_root {
        ways.truncate(1);
    }
    let uris = ways.iter().map(|(tls, ..)| Value::uri(&base.queue_by(*tls, &queue.name)));
    let mut attributes = vec![
        Attribute::set(names::PRINTER_URI_SUPPORTED, uris),
        Attribute::keywords(
            names::URI_SECURITY_SUPPORTED,
            ways.iter().map(|(_, security, _)| *security),
        ),
        Attribute::keywords(names::URI_AUTHENTICATION_SUPPORTED, ways.iter().map(|(.., who)| *who)),
    ];
    if let Some(tokens) = tokens {
        attributes.push(Attribute::uri(names::OAUTH_AUTHORIZATION_SERVER_URI, &tokens.server));
        if !tokens.scopes.is_empty() {
            let scopes = tokens.scopes.iter().map(|scope| Value::name(scope));
            attributes.push(Attribute::set(names::OAUTH_AUTHORIZATION_SCOPE, scopes));
        }
    }
    attributes
}

/// The name that a client sends says who prints (`uri-authentication-supported`, RFC 8011 section 5.4.2).
const BY_NAME: &str = "requesting-user-name";

/// What the address under TLS takes, any of which will do. An entry of the list has one way, so that an address
/// with several stands there several times. What needs nothing of a client comes first, because Android leaves
/// out every entry that asks for more; then what every client knows, for those who read one entry only.
fn ways_in(queue: &Queue, house: &House) -> Vec<&'static str> {
    let claimed = (!queue.claimed_networks.is_empty()).then_some(BY_NAME);
    let basic = queue.door_basic.then_some("basic");
    let negotiate = (queue.door_negotiate && house.tickets).then_some("negotiate");
    let bearer = (queue.door_bearer && house.tokens.is_some()).then_some("oauth");
    let mut ways: Vec<_> = [claimed, basic, negotiate, bearer].into_iter().flatten().collect();
    if ways.is_empty() {
        // By links only: whoever comes without one is told to get one, when it has said its name.
        ways.push(BY_NAME);
    }
    ways
}

fn protocol(house: &House) -> Vec<Attribute> {
    let operations = OPERATIONS.iter().map(|operation| i32::from(operation.code()));
    let seconds = i32::try_from(house.multiple_operation_seconds).unwrap_or(i32::MAX);
    vec![
        Attribute::keywords(names::IPP_VERSIONS_SUPPORTED, ["1.0", "1.1", "2.0"]),
        Attribute::enumerations(names::OPERATIONS_SUPPORTED, operations),
        Attribute::new(names::CHARSET_CONFIGURED, Value::charset("utf-8")),
        Attribute::new(names::CHARSET_SUPPORTED, Value::charset("utf-8")),
        Attribute::new(names::NATURAL_LANGUAGE_CONFIGURED, Value::language("en")),
        Attribute::new(names::GENERATED_NATURAL_LANGUAGE_SUPPORTED, Value::language("en")),
        Attribute::boolean(names::MULTIPLE_DOCUMENT_JOBS_SUPPORTED, false),
        Attribute::integer(names::MULTIPLE_OPERATION_TIME_OUT, seconds),
        Attribute::keyword(names::MULTIPLE_OPERATION_TIME_OUT_ACTION, "abort-job"),
        Attribute::keywords(
            names::WHICH_JOBS_SUPPORTED,
            ["completed", "not-completed", "all", "pending-held", "aborted", "canceled"],
        ),
        Attribute::boolean(names::JOB_IDS_SUPPORTED, true),
        Attribute::boolean(names::JOB_MANDATORY_ATTRIBUTES_SUPPORTED, true),
        Attribute::boolean(names::PREFERRED_ATTRIBUTES_SUPPORTED, false),
        Attribute::boolean(names::JOB_ACCOUNT_ID_SUPPORTED, false),
        Attribute::boolean(names::JOB_ACCOUNTING_USER_ID_SUPPORTED, false),
        Attribute::keywords(names::PRINTER_GET_ATTRIBUTES_SUPPORTED, [names::DOCUMENT_FORMAT]),
        Attribute::keywords(names::JOB_SETTABLE_ATTRIBUTES_SUPPORTED, options::SETTABLE),
        Attribute::keyword(names::PDL_OVERRIDE_SUPPORTED, "attempted"),
        Attribute::keywords(names::IDENTIFY_ACTIONS_DEFAULT, [IDENTIFY_ACTION]),
        Attribute::keywords(names::IDENTIFY_ACTIONS_SUPPORTED, [IDENTIFY_ACTION]),
    ]
}

/// What lets a job go (PWG 5100.11): its owner's tap, and its PIN besides where it has one.
fn release(queue: &Queue, tls: bool) -> Vec<Attribute> {
    let action = release_action(queue);
    let profiles = ["ipp-everywhere", "ipp-everywhere-server"];
    let job_release = holds(queue).then_some("job-release");
    let pin = takes_pins(queue, tls).then_some(PIN_ACTION);
    let mut attributes = vec![
        Attribute::keywords(names::IPP_FEATURES_SUPPORTED, profiles.into_iter().chain(job_release)),
        Attribute::keyword(names::JOB_RELEASE_ACTION_DEFAULT, action),
        Attribute::keywords(
            names::JOB_RELEASE_ACTION_SUPPORTED,
            std::iter::once(action).chain(pin),
        ),
    ];
    if pin.is_some() {
        attributes.extend(pins());
    }
    attributes
}

/// How a PIN is given to a job.
fn pins() -> [Attribute; 5] {
    let (shortest, longest) = (i32::from(*PIN_DIGITS.start()), i32::from(*PIN_DIGITS.end()));
    let ways = PasswordEncryption::ALL.map(PasswordEncryption::as_str);
    [
        Attribute::integer(names::JOB_PASSWORD_SUPPORTED, longest),
        Attribute::new(names::JOB_PASSWORD_LENGTH_SUPPORTED, Value::range(shortest, longest)),
        Attribute::keywords(names::JOB_PASSWORD_ENCRYPTION_SUPPORTED, ways),
        Attribute::keyword(names::JOB_PASSWORD_REPERTOIRE_CONFIGURED, PIN_REPERTOIRE),
        Attribute::keywords(names::JOB_PASSWORD_REPERTOIRE_SUPPORTED, [PIN_REPERTOIRE]),
    ]
}

/// The `job-release-action` of a job with a PIN: it asks for the PIN in addition to the tap.
pub const PIN_ACTION: &str = "job-password";

/// Whether the queue holds jobs until their owners tap.
#[must_use]
pub fn holds(queue: &Queue) -> bool {
    queue.release == ReleaseMode::Tap
}

/// Whether a client may give a job a PIN: where somebody can type it, and over TLS only.
fn takes_pins(queue: &Queue, tls: bool) -> bool {
    tls && holds(queue)
}

/// The `job-release-action` of a job that does not say.
#[must_use]
pub fn release_action(queue: &Queue) -> &'static str {
    match queue.release {
        ReleaseMode::Tap => "owner-authorized",
        ReleaseMode::AtOnce(_) => "none",
    }
}

#[cfg(test)]
#[path = "description_tests.rs"]
mod tests;
