//! Everything that is said about one queue.

use ipp_codec::Attribute;
use store::Queue;

use super::text_record::TextRecord;
use crate::ipp::offer::Abilities;
use crate::ipp::offer::description::{self, House};
use crate::ipp::places::{Base, HostNames};

/// A name of a service holds no more bytes (RFC 6763 section 4.1.1).
const NAME_BYTES_MAX: usize = 63;

/// IPP Everywhere's and AirPrint's subtypes: `_print` says "driverless", `_universal` says "for phones".
pub const SUBTYPES: [&str; 2] = ["_universal", "_print"];

/// What a queue is announced as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// What people see in their lists.
    pub instance: String,
    /// The host that the queue is at; none for this machine under its local name.
    pub host: Option<String>,
    /// The services, in the order in which they are registered.
    pub services: Vec<Service>,
}

/// One service of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The type, such as `_ipp._tcp`.
    pub kind: &'static str,
    /// The subtypes under which it is found, too.
    pub subtypes: &'static [&'static str],
    /// The port; 0 says that the service is not there.
    pub port: u16,
    /// The TXT strings.
    pub text: Vec<String>,
}

/// What is the same for all queues.
#[derive(Debug, Clone)]
pub struct Place {
    /// The names by which clients may call us.
    pub names: HostNames,
    /// What every queue says alike.
    pub house: House,
    /// The host to announce; none for this machine under its local name.
    pub host: Option<String>,
    /// The port of the print listener.
    pub port: u16,
    /// Whether `ipp` without TLS is announced beside `ipps`.
    pub plain: bool,
}

impl Announcement {
    /// What is said about `queue`, whose printers can do this.
    #[must_use]
    pub fn of(queue: &Queue, abilities: &Abilities, place: &Place) -> Self {
        let offer = offer(queue, abilities, place);
        let service = |kind, tls| Service {
            kind,
            subtypes: &SUBTYPES,
            port: place.port,
            text: TextRecord::of(&queue.name, &offer, tls).strings(),
        };
        // The name is claimed for LPD first, at port 0, so that nobody else takes it for that
        // (Bonjour Printing 1.2.1 section 7: all protocols of a printer share one name).
        let defence = Service { kind: "_printer._tcp", subtypes: &[], port: 0, text: Vec::new() };
        let plain = place.plain.then(|| service("_ipp._tcp", false));
        let services = [Some(defence), plain, Some(service("_ipps._tcp", true))];
        Self {
            instance: instance(queue),
            host: place.host.clone(),
            services: services.into_iter().flatten().collect(),
        }
    }
}

/// What the queue says of itself to a client that comes by our own name.
fn offer(queue: &Queue, abilities: &Abilities, place: &Place) -> Vec<Attribute> {
    let base = Base {
        authority: place.names.canonical.clone(),
        tls: true,
        at_root: false,
        web_port: place.names.web_port,
        link: None,
    };
    description::fixed(queue, abilities, &base, &place.house)
}

/// The queue's name for people: what `printer-info` says, cut to what a name holds.
fn instance(queue: &Queue) -> String {
    let text = if queue.info.is_empty() { &queue.name } else { &queue.info };
    text[..text.floor_char_boundary(NAME_BYTES_MAX)].trim_end().to_owned()
}

/// The announcements of all queues that take jobs. Two queues with the same text for people are told
/// apart by their names.
#[must_use]
pub fn all<'a>(
    queues: impl IntoIterator<Item = (&'a Queue, &'a Abilities)>,
    place: &Place,
) -> Vec<Announcement> {
    let mut made: Vec<Announcement> = Vec::new();
    for (queue, abilities) in queues.into_iter().filter(|(queue, _)| queue.enabled) {
        let mut one = Announcement::of(queue, abilities, place);
        if made.iter().any(|other| other.instance == one.instance) {
            let end = format!(" ({})", queue.name);
            let room = NAME_BYTES_MAX.saturating_sub(end.len());
            one.instance.truncate(one.instance.floor_char_boundary(room));
            one.instance.push_str(&end);
            one.instance.truncate(one.instance.floor_char_boundary(NAME_BYTES_MAX));
        }
        made.push(one);
    }
    made
}

#[cfg(test)]
pub mod tests {
    use print_core::QueueId;
    use store::{QueueOffer, ReleaseMode};

    use super::*;

    pub fn queue(name: &str, info: &str) -> Queue {
        Queue {
            id: QueueId::new(),
            name: name.into(),
            info: info.into(),
            release: ReleaseMode::Tap,
            hold_hours: 72,
            door_basic: true,
            door_negotiate: false,
            door_bearer: false,
            door_uploads: true,
            claimed_networks: Vec::new(),
            offer: QueueOffer::default(),
            enabled: true,
        }
    }

    pub fn place() -> Place {
        let known = vec!["print.example.org".into()];
        let canonical = "print.example.org:631".into();
        Place {
            house: House {
                organisation: String::new(),
                tickets: false,
                multiple_operation_seconds: 120,
                tokens: None,
            },
            names: HostNames { canonical, known, web_port: 443 },
            host: None,
            port: 631,
            plain: true,
        }
    }

    #[test]
    fn a_queue_is_announced_with_and_without_tls_and_defends_its_name_first() {
        let able = Abilities::assumed();
        let one = Announcement::of(&queue("followme", "Follow-me"), &able, &place());
        let kinds: Vec<_> =
            one.services.iter().map(|service| (service.kind, service.port)).collect();
        assert_eq!(kinds, [("_printer._tcp", 0), ("_ipp._tcp", 631), ("_ipps._tcp", 631)]);
        assert_eq!(one.services[1].subtypes, SUBTYPES);
        let secret = Announcement::of(&queue("q", ""), &able, &Place { plain: false, ..place() });
        assert!(secret.services.iter().all(|service| service.kind != "_ipp._tcp"));
        assert_eq!(secret.instance, "q", "without a text for people, the name");
    }

    #[test]
    fn names_fit_differ_and_leave_out_queues_that_take_nothing() {
        let long = "Utskrift på alla våningar i hela det stora huset vid ån och på berget";
        let off = Queue { enabled: false, ..queue("off", "Off") };
        let queues = [queue("a", long), queue("b", long), off];
        let able = Abilities::assumed();
        let made = all(queues.iter().map(|queue| (queue, &able)), &place());
        assert_eq!(made.len(), 2);
        assert!(made.iter().all(|one| one.instance.len() <= NAME_BYTES_MAX));
        assert!(made[1].instance.ends_with(" (b)") && made[0].instance != made[1].instance);
    }
}
