//! Where a queue is.

use aws_lc_rs::digest;
use print_core::QueueId;
use store::Queue;
use uuid::Uuid;

use crate::ipp::places::HostNames;

/// A personal or device link is letters, digits and the signs of base64url, never longer.
const LINK_BYTES_MAX: usize = 128;

/// A queue as a device reaches it, under TLS always: no file of ours sends anybody to a plain address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The queue's own key.
    pub id: QueueId,
    /// The last part of its address.
    pub queue: String,
    /// What people read.
    pub title: String,
    /// Host name or address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The path, without the slash in front.
    pub path: String,
    /// Whose printing it is.
    pub organisation: String,
}

/// A text that cannot be a link.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a link is made of letters, digits, hyphens and underscores; copy it whole")]
pub struct BadLink;

impl Destination {
    /// Where `queue` is, for everybody or by one link.
    ///
    /// # Errors
    /// [`BadLink`] when `link` cannot stand in an address.
    pub fn of(
        queue: &Queue,
        names: &HostNames,
        organisation: &str,
        link: Option<&str>,
    ) -> Result<Self, BadLink> {
        let mut path = format!("ipp/print/{}", queue.name);
        if let Some(link) = link {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            if link.is_empty() || link.len() > LINK_BYTES_MAX || !link.bytes().all(plain) {
                return Err(BadLink);
            }
            path = format!("{path}/u/{link}");
        }
        let (host, port) = names.canonical.rsplit_once(':').unwrap_or((&names.canonical, "631"));
        let title = if queue.info.is_empty() { &queue.name } else { &queue.info };
        Ok(Self {
            id: queue.id,
            queue: queue.name.clone(),
            title: title.clone(),
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: port.parse().unwrap_or(631),
            path,
            organisation: organisation.to_owned(),
        })
    }

    /// The address to type: the port is left out where it is IPP's own (RFC 7472 section 5).
    #[must_use]
    pub fn uri(&self) -> String {
        let host =
            if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        match self.port {
            631 => format!("ipps://{host}/{}", self.path),
            port => format!("ipps://{host}:{port}/{}", self.path),
        }
    }

    /// A UUID that is the same each time for this queue, address and `purpose`, so that a file that is
    /// installed again replaces itself (RFC 9562 section 5.8: version 8).
    #[must_use]
    pub fn stable_uuid(&self, purpose: &str) -> Uuid {
        let text = format!("{purpose}\n{}\n{}", self.id, self.uri());
        let hash = digest::digest(&digest::SHA256, text.as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.as_ref()[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::discovery::announcement::tests::{place, queue};

    pub fn destination() -> Destination {
        let queue = queue("followme", "Anna's <\"Skrivare\"> & co");
        Destination::of(&queue, &place().names, "Example University", None).expect("no link")
    }

    #[test]
    fn the_address_is_the_one_that_the_listener_answers_at() {
        let one = destination();
        assert_eq!(one.uri(), "ipps://print.example.org/ipp/print/followme");
        assert_eq!(
            Destination { port: 8631, ..one.clone() }.uri(),
            "ipps://print.example.org:8631/ipp/print/followme"
        );
        let six = Destination { host: "2001:db8::1".into(), ..one };
        assert_eq!(six.uri(), "ipps://[2001:db8::1]/ipp/print/followme");
    }

    #[test]
    fn a_link_stands_in_the_address_and_nothing_else_gets_in_by_it() {
        let names = place().names;
        let queue = queue("followme", "");
        let linked = Destination::of(&queue, &names, "", Some("Ab-9_z")).expect("a link");
        assert_eq!(linked.uri(), "ipps://print.example.org/ipp/print/followme/u/Ab-9_z");
        for bad in ["", "a/b", "a b", "a'b", "å", &"x".repeat(129)] {
            assert_eq!(Destination::of(&queue, &names, "", Some(bad)), Err(BadLink), "{bad:?}");
        }
    }

    #[test]
    fn the_same_queue_has_the_same_identifier_and_another_address_another() {
        let one = destination();
        assert_eq!(one.stable_uuid("a"), one.stable_uuid("a"));
        assert_ne!(one.stable_uuid("a"), one.stable_uuid("b"));
        let moved = Destination { host: "new.example.org".into(), ..one.clone() };
        assert_ne!(one.stable_uuid("a"), moved.stable_uuid("a"));
    }
}
