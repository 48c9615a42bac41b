//! A configuration profile for iPhone, iPad and Mac: one AirPrint destination.

use admin_ui::ProfileFile;

use super::destination::Destination;
use super::plist::Plist;

/// A profile whose payload is `com.apple.airprint`. It is not signed: a device management server signs
/// what it hands out, and a person who opens the file sees where it came from.
pub fn profile(to: &Destination) -> ProfileFile {
    let host: Vec<&str> = to.host.rsplit('.').collect();
    let identifier = format!("{}.print.{}", host.join("."), to.queue);
    let common = |kind: &str, purpose: &str, end: &str| {
        vec![
            ("PayloadType", Plist::text(kind)),
            ("PayloadVersion", Plist::Integer(1)),
            ("PayloadIdentifier", Plist::text(format!("{identifier}{end}"))),
            ("PayloadUUID", Plist::text(to.stable_uuid(purpose).to_string().to_uppercase())),
            ("PayloadDisplayName", Plist::text(&to.title)),
        ]
    };
    let printer = Plist::Dict(vec![
        ("IPAddress", Plist::text(&to.host)),
        ("ResourcePath", Plist::text(format!("/{}", to.path))),
        ("Port", Plist::Integer(to.port.into())),
        // Names and passwords travel to it.
        ("ForceTLS", Plist::Truth(true)),
    ]);
    let mut payload = common("com.apple.airprint", "airprint payload", ".airprint");
    payload.push(("AirPrint", Plist::Array(vec![printer])));
    let mut whole = common("Configuration", "airprint profile", "");
    whole.push(("PayloadOrganization", Plist::text(&to.organisation)));
    whole.push(("PayloadRemovalDisallowed", Plist::Truth(false)));
    whole.push(("PayloadContent", Plist::Array(vec![Plist::Dict(payload)])));
    ProfileFile {
        name: format!("{}.mobileconfig", to.queue),
        content_type: "application/x-apple-aspen-config",
        content: Plist::Dict(whole).file().into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profiles::destination::tests::destination;

    #[test]
    fn the_profile_names_host_path_and_port_and_asks_for_tls() {
        let file = profile(&destination());
        let text = String::from_utf8(file.content).expect("XML is text");
        for wanted in [
            "<key>IPAddress</key>\n\t\t\t\t\t<string>print.example.org</string>",
            "<key>ResourcePath</key>\n\t\t\t\t\t<string>/ipp/print/followme</string>",
            "<key>Port</key>\n\t\t\t\t\t<integer>631</integer>",
            "<key>ForceTLS</key>\n\t\t\t\t\t<true/>",
            "<string>com.apple.airprint</string>",
            "<string>org.example.print.print.followme</string>",
            "<string>Anna's &lt;\"Skrivare\"&gt; &amp; co</string>",
        ] {
            assert!(text.contains(wanted), "{wanted} in {text}");
        }
        assert_eq!(file.name, "followme.mobileconfig");
    }

    #[test]
    fn an_independent_reader_of_property_lists_reads_it() {
        // Python's reader is on every Debian that has a test machine's tools.
        let folder = real_parts::folder::Folder::new("profile");
        let path = folder.write("q.mobileconfig", profile(&destination()).content);
        let script = "import plistlib, sys\np = plistlib.load(open(sys.argv[1], 'rb'))\n\
            a = p['PayloadContent'][0]['AirPrint'][0]\n\
            print(p['PayloadType'], a['IPAddress'], a['Port'], a['ForceTLS'], p['PayloadDisplayName'])";
        let mut python =
            std::process::Command::new(real_parts::programs::find("python3", "python3"));
        let read = real_parts::programs::run(python.args(["-c", script]).arg(path));
        let wanted = "Configuration print.example.org 631 True Anna's <\"Skrivare\"> & co\n";
        assert_eq!(read, wanted);
    }
}
