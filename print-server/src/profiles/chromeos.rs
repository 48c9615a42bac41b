//! Printers for ChromeOS, as its policies name them.

use admin_ui::ProfileFile;
use serde_json::json;

use super::destination::Destination;

/// The file for `PrintersBulkConfiguration` (and `DevicePrinters`); each entry is also one for `Printers`.
pub fn profile(to: &Destination) -> ProfileFile {
    let printers = json!([{
        "id": to.stable_uuid("chromeos printer").to_string(),
        "display_name": to.title,
        "description": to.organisation,
        "manufacturer": "Follow-me",
        "model": "Print queue",
        "uri": to.uri(),
        // What the queue can do is asked of the queue.
        "ppd_resource": { "autoconf": true },
    }]);
    ProfileFile {
        name: format!("{}.json", to.queue),
        content_type: "application/json",
        content: format!("{printers:#}\n").into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profiles::destination::tests::destination;

    #[test]
    fn the_policy_names_a_printer_without_a_driver() {
        let file = profile(&destination());
        let read: serde_json::Value = serde_json::from_slice(&file.content).expect("JSON");
        assert_eq!(read[0]["uri"], "ipps://print.example.org/ipp/print/followme");
        assert_eq!(read[0]["ppd_resource"]["autoconf"], true);
        assert_eq!(read[0]["display_name"], "Anna's <\"Skrivare\"> & co");
        assert_eq!(read.as_array().map(Vec::len), Some(1));
    }
}
