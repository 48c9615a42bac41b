//! What queues say of themselves, against the registry.

use std::collections::BTreeSet;

use ipp_codec::registry::attribute_syntax;
use ipp_codec::{AttributeGroup, GroupTag, Header, Response, Status, Version};
use print_core::{PrinterId, QueueId};
use store::QueueOffer;

use super::*;

/// What CUPS, Mopria and Windows added without registering it.
const OF_VENDORS: [&str; 3] =
    [names::DOCUMENT_FORMAT_PREFERRED, names::MOPRIA_CERTIFIED, names::URF_SUPPORTED];

fn queue(release: ReleaseMode) -> Queue {
    Queue {
        id: QueueId::new(),
        name: "followme".into(),
        info: "Follow-me print".into(),
        release,
        hold_hours: 72,
        door_basic: true,
        door_negotiate: false,
        door_bearer: false,
        door_uploads: true,
        claimed_networks: vec!["127.0.0.0/8".into()],
        enabled: true,
        offer: QueueOffer { geo_location: "geo:59.35,18.02".into(), ..QueueOffer::default() },
    }
}

fn everything() -> Abilities {
    Abilities {
        media: options::MEDIA.to_vec(),
        media_ready: options::MEDIA.to_vec(),
        media_sources: options::MEDIA_SOURCES.to_vec(),
        finishings: options::FINISHINGS.to_vec(),
        number_up: options::NUMBER_UP.to_vec(),
        raster_resolutions: options::RESOLUTIONS.to_vec(),
        raster_types: options::RASTER_TYPES.to_vec(),
        ..Abilities::assumed()
    }
}

fn little() -> Abilities {
    Abilities {
        formats: vec!["application/pdf"],
        color: false,
        raster_resolutions: Vec::new(),
        raster_types: Vec::new(),
        ..Abilities::assumed()
    }
}

fn said(queue: &Queue, abilities: &Abilities, tls: bool) -> Vec<Attribute> {
    said_by(queue, abilities, tls, true)
}

/// What is said where Kerberos tickets are taken, or not.
fn said_by(queue: &Queue, abilities: &Abilities, tls: bool, tickets: bool) -> Vec<Attribute> {
    let base = Base {
        authority: "print.example.org:631".into(),
        tls,
        at_root: false,
        web_port: 443,
        link: None,
    };
    let scopes = vec!["print".to_owned()];
    let tokens = TokenSource { server: "https://login.example.org".into(), scopes };
    let house = House {
        organisation: "The university".into(),
        tickets,
        multiple_operation_seconds: 120,
        tokens: Some(tokens),
    };
    fixed(queue, abilities, &base, &house)
}

fn every_kind() -> Vec<Vec<Attribute>> {
    let releases = [ReleaseMode::Tap, ReleaseMode::AtOnce(PrinterId::new())];
    let kinds = releases.into_iter().flat_map(|release| {
        [everything(), little()].map(|abilities| said(&queue(release), &abilities, true))
    });
    kinds.collect()
}

#[test]
fn pins_are_offered_where_somebody_can_type_them_and_over_tls_only() {
    let (tap, at_once) = (ReleaseMode::Tap, ReleaseMode::AtOnce(PrinterId::new()));
    for (release, tls, wanted) in [(tap, true, true), (tap, false, false), (at_once, true, false)] {
        let attributes = said(&queue(release), &little(), tls);
        let of_pins = attributes.iter().filter(|a| a.name.starts_with("job-password"));
        assert_eq!(of_pins.count(), if wanted { 5 } else { 0 }, "{release:?} {tls}");
        let has = |name, word| {
            let found = attributes.iter().find(|attribute| attribute.name == name);
            found.expect("it is always said").keywords_as_str().any(|known| known == word)
        };
        assert_eq!(has(names::JOB_RELEASE_ACTION_SUPPORTED, PIN_ACTION), wanted);
        assert_eq!(has(names::JOB_CREATION_ATTRIBUTES_SUPPORTED, names::JOB_PASSWORD), wanted);
        assert!(!has(names::JOB_RELEASE_ACTION_DEFAULT, PIN_ACTION));
    }
}

#[test]
fn an_address_stands_there_once_for_each_way_to_sign_in() {
    let name = "requesting-user-name";
    for (doors, claimed, tickets, wanted) in [
        ([true, false, false], false, true, &["tls basic"][..]),
        ([true, true, false], false, true, &["tls basic", "tls negotiate"]),
        ([true, true, true], false, true, &["tls basic", "tls negotiate", "tls oauth"]),
        ([true, true, false], false, false, &["tls basic"]),
        ([false, true, false], false, true, &["tls negotiate"]),
        ([false, false, true], false, true, &["tls oauth"]),
        ([false, true, false], false, false, &["tls requesting-user-name"]),
        ([false, false, false], false, true, &["tls requesting-user-name"]),
        (
            [false, false, false],
            true,
            true,
            &["tls requesting-user-name", "none requesting-user-name"],
        ),
        (
            [true, true, true],
            true,
            true,
            &[
                "tls requesting-user-name",
                "tls basic",
                "tls negotiate",
                "tls oauth",
                "none requesting-user-name",
            ],
        ),
    ] {
        let [door_basic, door_negotiate, door_bearer] = doors;
        let networks = claimed.then(|| "10.0.0.0/8".to_owned()).into_iter().collect();
        let queue = Queue {
            door_basic,
            door_negotiate,
            door_bearer,
            claimed_networks: networks,
            ..queue(ReleaseMode::Tap)
        };
        let attributes = said_by(&queue, &little(), true, tickets);
        let find = |name| attributes.iter().find(|a| a.name == name).expect("it is always said");
        let uris = find(names::PRINTER_URI_SUPPORTED).values.iter();
        let uris = uris.map(|uri| String::from_utf8_lossy(uri.as_bytes().unwrap()).into_owned());
        let securities = find(names::URI_SECURITY_SUPPORTED).keywords_as_str();
        let ways = find(names::URI_AUTHENTICATION_SUPPORTED).keywords_as_str();
        let said: Vec<_> = securities.zip(ways).map(|(tls, way)| format!("{tls} {way}")).collect();
        assert_eq!(said, wanted, "{doors:?} {claimed} {tickets}");
        for (uri, said) in uris.zip(&said) {
            assert_eq!(uri.starts_with("ipps://"), said.starts_with("tls "), "{uri}: {said}");
        }
        // Android leaves out what asks for more than a name.
        let for_android = said.iter().any(|said| said.ends_with(name));
        assert_eq!(for_android, claimed || said.len() == 1 && said[0].ends_with(name));
        let server = attributes.iter().any(|a| a.name == names::OAUTH_AUTHORIZATION_SERVER_URI);
        assert_eq!(server, door_bearer, "who takes tokens says where they are got");
    }
}

#[test]
fn every_attribute_is_registered_has_its_syntax_and_stands_there_once() {
    for attributes in every_kind() {
        let mut seen = BTreeSet::new();
        for attribute in &attributes {
            let name = attribute.name.as_str();
            assert!(seen.insert(name), "{name} stands there twice");
            assert!(!attribute.values.is_empty(), "{name} has no value");
            let groups = [AttributeGroup::PrinterDescription, AttributeGroup::PrinterStatus];
            let syntax = groups.into_iter().find_map(|group| attribute_syntax(group, name));
            match syntax {
                Some(syntax) => assert_eq!(syntax.check(attribute), Ok(()), "{attribute:?}"),
                None => assert!(OF_VENDORS.contains(&name), "{name} is not registered"),
            }
        }
    }
}

#[test]
fn the_three_lists_of_addresses_have_equal_counts_and_the_clients_own_way_comes_first() {
    let lengths = |attributes: &[Attribute], names: [&str; 3]| {
        names.map(|name| attributes.iter().find(|a| a.name == name).map_or(0, |a| a.values.len()))
    };
    for tls in [false, true] {
        let attributes = said(&queue(ReleaseMode::Tap), &little(), tls);
        let lists = [
            names::PRINTER_URI_SUPPORTED,
            names::URI_SECURITY_SUPPORTED,
            names::URI_AUTHENTICATION_SUPPORTED,
        ];
        assert_eq!(
            lengths(&attributes, lists),
            [3, 3, 3],
            "a name, a password; a name in the clear"
        );
        let uris = attributes.iter().find(|a| a.name == names::PRINTER_URI_SUPPORTED);
        let first = uris.and_then(Attribute::as_str).expect("it has addresses");
        let scheme = if tls { "ipps://" } else { "ipp://" };
        assert!(first.starts_with(scheme), "{first}");
    }
}

#[test]
fn the_largest_description_stays_small() {
    let header = Header { version: Version::V2_0, code: 0, request_id: 1 };
    let response = Response::new(header, Status::SUCCESSFUL_OK)
        .group(GroupTag::PRINTER, said(&queue(ReleaseMode::Tap), &everything(), true));
    let bytes = response.encode().expect("it can be written");
    assert!(bytes.len() < 64 * 1024, "{} bytes", bytes.len());
}

#[test]
fn a_queue_without_colour_or_pixels_says_nothing_of_them() {
    let attributes = said(&queue(ReleaseMode::Tap), &little(), true);
    for name in [
        names::PAGES_PER_MINUTE_COLOR,
        names::PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED,
        names::URF_SUPPORTED,
    ] {
        assert!(attributes.iter().all(|attribute| attribute.name != name), "{name}");
    }
}
