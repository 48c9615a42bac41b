//! The page and what can be done on it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::connection::{Connection, Refused};
use crate::folder::Folder;
use crate::waiting;

/// How long a page may take until it shows what is waited for.
const SHOW_LIMIT: Duration = Duration::from_secs(20);

/// A browser with one page and a profile of its own. It ends when it is dropped.
#[derive(Debug)]
pub struct Chromium {
    // Dropped before the folder with its profile.
    connection: Connection,
    complaints: Vec<String>,
    _folder: Folder,
}

/// The size of a page in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Window {
    /// A desk computer's window.
    pub const DESK: Window = Window { width: 1280, height: 900 };
    /// The touch screen beside a printer.
    pub const STATION: Window = Window { width: 1024, height: 600 };
    /// A telephone held upright.
    pub const PHONE: Window = Window { width: 390, height: 844 };
}

/// A key that does something else than write a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Enter.
    Enter,
    /// The tabulator, which moves the focus on.
    Tab,
    /// Escape.
    Escape,
    /// The space bar.
    Space,
    /// Arrow down.
    Down,
    /// Arrow up.
    Up,
}

impl Key {
    /// Name and number of the key as pages see them, and what it writes.
    fn values(self) -> (&'static str, u32, &'static str) {
        match self {
            Key::Enter => ("Enter", 13, "\r"),
            Key::Tab => ("Tab", 9, ""),
            Key::Escape => ("Escape", 27, ""),
            Key::Space => (" ", 32, " "),
            Key::Down => ("ArrowDown", 40, ""),
            Key::Up => ("ArrowUp", 38, ""),
        }
    }
}

impl Chromium {
    /// Starts a browser with an empty page of this size.
    ///
    /// # Panics
    /// When Chromium is not installed or does not start.
    pub fn start(window: Window) -> Chromium {
        let folder = Folder::new("chromium");
        let mut connection = Connection::start(&folder);
        connection.open_page();
        for domain in ["Page", "Runtime", "Log"] {
            connection.must(&format!("{domain}.enable"), json!({}));
        }
        let mut chromium = Chromium { connection, complaints: Vec::new(), _folder: folder };
        chromium.resize(window);
        chromium
    }

    /// Gives the page another size.
    pub fn resize(&mut self, window: Window) {
        let Window { width, height } = window;
        let parameters =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.connection.must("Emulation.setDeviceMetricsOverride", parameters);
    }

    /// Opens an address and waits until it has loaded.
    ///
    /// # Panics
    /// When it cannot be reached.
    pub fn open(&mut self, url: &str) {
        self.connection.take_events("Page.loadEventFired");
        let answer = self.connection.must("Page.navigate", json!({ "url": url }));
        assert!(answer["errorText"].is_null(), "cannot open {url}: {}", answer["errorText"]);
        self.connection.await_event("Page.loadEventFired");
    }

    /// What a script's last expression gives; promises are waited for.
    ///
    /// # Panics
    /// When the script fails.
    pub fn evaluate(&mut self, script: &str) -> Value {
        self.try_evaluate(script).unwrap_or_else(|Refused(reason)| panic!("{script}: {reason}"))
    }

    fn try_evaluate(&mut self, script: &str) -> Result<Value, Refused> {
        let parameters =
            json!({ "expression": script, "returnByValue": true, "awaitPromise": true });
        let mut answer = self.connection.command("Runtime.evaluate", parameters)?;
        if answer["exceptionDetails"].is_null() {
            Ok(answer["result"]["value"].take())
        } else {
            Err(Refused(answer["exceptionDetails"].to_string()))
        }
    }

    /// Waits until a script's last expression is true; a page that is just loading is asked again.
    ///
    /// # Panics
    /// When it does not become true; the message has the page's text.
    pub fn wait_for(&mut self, script: &str) {
        let met = waiting::poll(SHOW_LIMIT, || {
            matches!(self.try_evaluate(script), Ok(Value::Bool(true))).then_some(())
        });
        assert!(met.is_some(), "waited in vain for {script} on this page:\n{}", self.text());
    }

    /// Waits until the page shows this text.
    ///
    /// # Panics
    /// When it does not.
    pub fn wait_for_text(&mut self, text: &str) {
        self.wait_for(&format!("document.body.innerText.includes({})", json!(text)));
    }

    /// The text that the page shows.
    pub fn text(&mut self) -> String {
        let text = self.evaluate("document.body.innerText");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The page's document as it is now, as HTML.
    pub fn document(&mut self) -> String {
        let text = self.evaluate("document.documentElement.outerHTML");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The page's address.
    pub fn address(&mut self) -> String {
        self.evaluate("location.href").as_str().unwrap_or_default().to_owned()
    }

    /// Clicks in the middle of the first element that the CSS selector names, as a mouse does: what
    /// lies on top of it gets the click.
    ///
    /// # Panics
    /// When no such element comes to be seen.
    pub fn click(&mut self, selector: &str) {
        let visible = format!(
            "(() => {{ const e = document.querySelector({}); return !!e && \
             e.getClientRects().length > 0; }})()",
            json!(selector)
        );
        self.wait_for(&visible);
        let middle = self.evaluate(&format!(
            "(() => {{ const e = document.querySelector({}); e.scrollIntoView({{block: 'center', \
             behavior: 'instant'}}); const r = e.getBoundingClientRect(); \
             return [r.x + r.width / 2, r.y + r.height / 2]; }})()",
            json!(selector)
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let parameters = json!({
                "type": kind, "x": middle[0], "y": middle[1], "button": "left", "clickCount": 1,
            });
            self.connection.must("Input.dispatchMouseEvent", parameters);
        }
    }

    /// Writes into the field that the CSS selector names, in place of what stands there.
    ///
    /// # Panics
    /// When there is no such field.
    pub fn fill(&mut self, selector: &str, text: &str) {
        self.click(selector);
        let select = format!("document.querySelector({}).select()", json!(selector));
        self.evaluate(&select);
        self.connection.must("Input.insertText", json!({ "text": text }));
    }

    /// Gives files to the field that the CSS selector names, as a person does in the browser's own window.
    ///
    /// # Panics
    /// When there is no such field.
    pub fn choose_files(&mut self, selector: &str, files: &[&Path]) {
        self.wait_for(&format!("!!document.querySelector({})", json!(selector)));
        let expression = format!("document.querySelector({})", json!(selector));
        let found = self.connection.must("Runtime.evaluate", json!({ "expression": expression }));
        let field = found["result"]["objectId"].as_str().expect("the field is there");
        let parameters = json!({ "files": files, "objectId": field });
        self.connection.must("DOM.setFileInputFiles", parameters);
    }

    /// Presses a key.
    pub fn press(&mut self, key: Key) {
        let (name, number, text) = key.values();
        for kind in ["keyDown", "keyUp"] {
            let mut parameters =
                json!({ "type": kind, "key": name, "code": name, "windowsVirtualKeyCode": number });
            if kind == "keyDown" && !text.is_empty() {
                parameters["text"] = json!(text);
            }
            self.connection.must("Input.dispatchKeyEvent", parameters);
        }
    }

    /// Writes a picture of what the page's window shows to `file`, a PNG file.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn screenshot(&mut self, file: &Path) {
        let answer = self.connection.must("Page.captureScreenshot", json!({ "format": "png" }));
        let data = answer["data"].as_str().expect("a picture is text in Base64");
        let bytes = BASE64_STANDARD.decode(data).expect("a picture is text in Base64");
        fs::write(file, bytes).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }

    /// What the browser found wrong since its start: scripts that failed, resources that the page's
    /// own policy forbids, answers that are errors.
    pub fn complaints(&mut self) -> &[String] {
        for event in self.connection.take_events("Runtime.exceptionThrown") {
            self.complaints.push(event["params"]["exceptionDetails"].to_string());
        }
        for event in self.connection.take_events("Log.entryAdded") {
            let entry = &event["params"]["entry"];
            if entry["level"] == "error" {
                self.complaints.push(entry["text"].as_str().unwrap_or_default().to_owned());
            }
        }
        &self.complaints
    }

    /// Any other command of the DevTools protocol, for example `Accessibility.getFullAXTree`.
    ///
    /// # Panics
    /// When the browser refuses.
    pub fn command(&mut self, method: &str, parameters: Value) -> Value {
        self.connection.must(method, parameters)
    }
}
