//! A script for Windows 11: adds the queue with the driver that Windows ships.

use admin_ui::ProfileFile;

use super::destination::Destination;

/// PowerShell 5.1, which Windows ships, takes a file for UTF-8 only with this mark.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A script that may be run again, and that Intune may run for every person of a machine.
pub fn profile(to: &Destination) -> ProfileFile {
    let script = format!(
        "{BYTE_ORDER_MARK}\
         # Adds a print queue with the IPP driver that Windows 11 ships; nothing else is installed.\n\
         # By hand: right-click the file, Run with PowerShell.\n\
         # By Intune: Devices > Scripts and remediations > Platform scripts > Add. Run this script using\n\
         # the logged on credentials: No. Run script in 64 bit PowerShell Host: Yes.\n\
         $ErrorActionPreference = 'Stop'\n\
         $name = {name}\n\
         $address = {address}\n\
         if (Get-Printer -Name $name -ErrorAction SilentlyContinue) {{\n    \
             Write-Output \"$name is there already.\"\n    \
             exit 0\n\
         }}\n\
         Add-Printer -Name $name -IppURL $address\n\
         Write-Output \"$name is added.\"\n",
        name = quoted(&printer_name(&to.title)),
        address = quoted(&to.uri()),
    )
    .replace('\n', "\r\n");
    ProfileFile {
        name: format!("{}.ps1", to.queue),
        content_type: "application/octet-stream",
        content: script.into_bytes(),
    }
}

/// Names of printers have no backslash and no comma in Windows, nor the signs of wildcards, by which
/// `Get-Printer` would look for another name.
fn printer_name(title: &str) -> String {
    let other =
        |c: char| if matches!(c, '\\' | ',' | '!' | '*' | '?' | '[' | ']') { ' ' } else { c };
    let name: String = title.chars().filter(|c| !c.is_control()).map(other).collect();
    name.trim().to_owned()
}

/// A text between single quotation marks, in which nothing is computed. PowerShell takes the typographic
/// ones for the same mark.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("'");
    for c in text.chars() {
        if matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
            quoted.push(c);
        }
        quoted.push(c);
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profiles::destination::tests::destination;

    #[test]
    fn the_script_adds_the_queue_by_its_address() {
        let file = profile(&destination());
        let text = String::from_utf8(file.content).expect("a script is text");
        assert!(text.starts_with(BYTE_ORDER_MARK) && !text.replace("\r\n", "").contains('\n'));
        assert!(text.contains("$name = 'Anna''s <\"Skrivare\"> & co'\r\n"), "{text}");
        assert!(text.contains("$address = 'ipps://print.example.org/ipp/print/followme'\r\n"));
        assert!(text.contains("Add-Printer -Name $name -IppURL $address\r\n"));
    }

    #[test]
    fn a_name_cannot_end_its_quotation_or_match_others() {
        assert_eq!(quoted("a'; Remove-Item b"), "'a''; Remove-Item b'");
        assert_eq!(quoted("a\u{2019}; b"), "'a\u{2019}\u{2019}; b'");
        assert_eq!(printer_name("A[1], *\r\n"), "A 1");
    }
}
