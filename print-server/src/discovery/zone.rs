//! The announcements as records for a name server (RFC 6763): multicast ends at the next router, and
//! phones ask the name server of the network's domain as well.

use std::fmt::Write as _;

use super::announcement::{Announcement, Service};

/// How long resolvers may keep the records, in seconds: a queue that is new is seen within the hour.
pub const TTL_SECONDS: u32 = 3_600;

/// The records of `announcements` for the zone `domain`, whose services are at `host`. To be included in
/// the zone's file: it has no SOA and no NS.
#[must_use]
pub fn zone(announcements: &[Announcement], domain: &str, host: &str) -> String {
    let mut file = format!(
        "; The print queues for the zone {domain}, made by \"print-server discovery zone\".\n\
         ; Include it in the zone's file: $INCLUDE \"print-queues.zone\"\n\
         $ORIGIN {domain}.\n\
         $TTL {TTL_SECONDS}\n\n\
         ; Clients of this domain look here by themselves.\n"
    );
    for browse in ["b", "lb"] {
        line(&mut file, &format!("{browse}._dns-sd._udp"), "PTR", "@");
    }
    // Port 0 defends a name against others on a local network; a zone has one author.
    let real = |one: &Announcement| -> Vec<Service> {
        one.services.iter().filter(|service| service.port != 0).cloned().collect()
    };
    let mut kinds: Vec<&str> = announcements.iter().flat_map(real).map(|one| one.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        line(&mut file, "_services._dns-sd._udp", "PTR", kind);
    }
    for announcement in announcements {
        let _ = writeln!(file, "\n; {}", plain(&announcement.instance));
        for service in real(announcement) {
            let name = format!("{}.{}", label(&announcement.instance), service.kind);
            line(&mut file, service.kind, "PTR", &name);
            for subtype in service.subtypes {
                line(&mut file, &format!("{subtype}._sub.{}", service.kind), "PTR", &name);
            }
            line(&mut file, &name, "SRV", &format!("0 0 {} {host}.", service.port));
            // A string a line, for people who look at the file.
            let strings: Vec<String> = service.text.iter().map(|text| quoted(text)).collect();
            line(&mut file, &name, "TXT", &format!("(\n    {} )", strings.join("\n    ")));
        }
    }
    file
}

fn line(file: &mut String, owner: &str, kind: &str, data: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(file, "{owner} IN {kind} {data}");
}

/// A text for a comment: nothing that ends the line.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// A name of a service as one label (RFC 1035 section 5.1): everything but letters, digits and hyphens by
/// its number.
fn label(text: &str) -> String {
    let mut label = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            label.push(char::from(byte));
        } else {
            let _ = write!(label, "\\{byte:03}");
        }
    }
    label
}

/// A string of a TXT record between quotation marks.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => {
                quoted.push('\\');
                quoted.push(char::from(byte));
            }
            b' '..=b'~' => quoted.push(char::from(byte)),
            other => {
                let _ = write!(quoted, "\\{other:03}");
            }
        }
    }
    quoted.push('"');
    quoted
}

/// Whether `text` can be the name of a zone or a host: labels of letters, digits and hyphens.
#[must_use]
pub fn is_domain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(plain);
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use real_parts::folder::Folder;
    use real_parts::programs;

    use super::*;
    use crate::discovery::announcement::all;
    use crate::discovery::announcement::tests::{place, queue};
    use crate::ipp::offer::Abilities;

    fn made() -> String {
        let able = Abilities::assumed();
        let queues = [queue("followme", "Utskrift på \"allt\"; överallt"), queue("labels", "")];
        zone(
            &all(queues.iter().map(|queue| (queue, &able)), &place()),
            "print.example.org",
            "mfp.example.org",
        )
    }

    /// The records as (owner, type, data), read with our own eyes: one a line, parentheses joined.
    fn records(file: &str) -> Vec<(String, String, String)> {
        let joined = file.replace("(\n", "").replace(" )", "").replace("\n    ", " ");
        let plain = joined.lines().filter(|line| !line.is_empty() && !line.starts_with([';', '$']));
        let record = |line: &str| {
            let (owner, rest) = line.split_once(" IN ").expect("every record has a class");
            let (kind, data) = rest.split_once(' ').expect("every record has data");
            (owner.to_owned(), kind.to_owned(), data.to_owned())
        };
        plain.map(record).collect()
    }

    #[test]
    fn a_client_finds_its_way_from_the_domain_to_every_queue() {
        let records = records(&made());
        let data = |owner: &str, kind: &str| -> Vec<String> {
            let here = records.iter().filter(|one| one.0 == owner && one.1 == kind);
            here.map(|one| one.2.clone()).collect()
        };
        assert_eq!(data("b._dns-sd._udp", "PTR"), ["@"]);
        assert_eq!(data("lb._dns-sd._udp", "PTR"), ["@"]);
        assert_eq!(data("_services._dns-sd._udp", "PTR"), ["_ipp._tcp", "_ipps._tcp"]);
        for kind in ["_ipp._tcp", "_ipps._tcp"] {
            let names = data(kind, "PTR");
            assert_eq!(names.len(), 2, "{kind}");
            for subtype in ["_universal", "_print"] {
                assert_eq!(data(&format!("{subtype}._sub.{kind}"), "PTR"), names);
            }
            for name in names {
                assert_eq!(data(&name, "SRV"), ["0 0 631 mfp.example.org."]);
                let text = data(&name, "TXT").concat().trim_start().to_owned();
                assert!(text.starts_with("\"txtvers=1\" \"qtotal=1\" \"rp=ipp/print/"), "{text}");
                assert!(
                    text.contains("\"pdl=image/urf,image/pwg-raster,application/pdf,"),
                    "{text}"
                );
            }
        }
        assert!(records.iter().all(|one| !one.0.contains("_printer._tcp")));
    }

    #[test]
    fn the_name_servers_own_checker_loads_it() {
        let folder = Folder::new("zone");
        folder.write("print-queues.zone", made());
        let whole = folder.write(
            "zone",
            "$TTL 3600\n@ IN SOA ns.example.org. root.example.org. 1 7200 900 1209600 300\n\
             @ IN NS ns.example.org.\n$INCLUDE \"print-queues.zone\"\n",
        );
        let mut command = Command::new(programs::find("named-checkzone", "bind9-utils"));
        command.current_dir(folder.path()).args(["-D", "-o", "-", "print.example.org"]).arg(whole);
        let loaded = programs::run(&mut command);
        let name = "Utskrift\\032p\\195\\165\\032\\\"allt\\\"\\;\\032\\195\\182verallt._ipps._tcp";
        assert!(loaded.contains(name), "{loaded}");
        assert!(loaded.contains("0 0 631 mfp.example.org."), "{loaded}");
    }

    #[test]
    fn only_names_that_a_zone_can_have_are_taken() {
        for good in ["example.org", "print.example.org", "xn--bcher-kva.example"] {
            assert!(is_domain(good), "{good}");
        }
        for bad in ["", "org", "example.org.", ".example.org", "a b.org", "x\ny.org", "[::1]"] {
            assert!(!is_domain(bad), "{bad:?}");
        }
    }
}
