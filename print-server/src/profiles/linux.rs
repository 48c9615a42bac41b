//! A line for CUPS, which every distribution ships.

use admin_ui::ProfileFile;

use super::destination::Destination;

/// A script with one command.
pub fn profile(to: &Destination) -> ProfileFile {
    let script = format!(
        "#!/bin/sh\n\
         # Adds a print queue to CUPS without any driver (package cups-client). Run it with sudo.\n\
         {}\n",
        line(to)
    );
    ProfileFile {
        name: format!("{}.sh", to.queue),
        content_type: "text/x-shellscript",
        content: script.into_bytes(),
    }
}

/// The command to type.
pub fn line(to: &Destination) -> String {
    let queue = local_name(&to.queue);
    format!("lpadmin -p {queue} -E -v {} -m everywhere -D {}", quoted(&to.uri()), quoted(&to.title))
}

/// Names of queues in CUPS have no dots in front and none of its special signs; ours are letters, digits,
/// hyphens, underscores and dots already.
fn local_name(queue: &str) -> String {
    queue.replace('.', "-")
}

/// A text that a shell takes as it is.
fn quoted(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("'{}'", plain.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profiles::destination::tests::destination;

    #[test]
    fn the_line_is_what_a_shell_should_run() {
        let script = "lpadmin() { printf '%s\\n' \"$@\"; }\n".to_owned() + &line(&destination());
        let mut shell = std::process::Command::new("sh");
        let read = real_parts::programs::run(shell.args(["-c", &script]));
        let wanted = "-p\nfollowme\n-E\n-v\nipps://print.example.org/ipp/print/followme\n\
                      -m\neverywhere\n-D\nAnna's <\"Skrivare\"> & co\n";
        assert_eq!(read, wanted);
    }
}
