//! What the process says, a line at a time, each of them at once: the next moment may end it.

use std::io::Write;

use document_worker::{Line, PageColor};

/// Says a line. When nobody listens any more there is nothing left to do.
pub fn say(line: &Line) {
    let mut stdout = std::io::stdout().lock();
    let said = stdout.write_all(line.to_text().as_bytes()).and_then(|()| stdout.flush());
    if said.is_err() {
        std::process::exit(0);
    }
}

/// Says the colour of the next page.
pub fn say_color(color: PageColor) {
    say(&Line::Colors(vec![color]));
}
