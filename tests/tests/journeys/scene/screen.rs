//! The touch page of a station, as the browser beside the printer uses it.

use std::time::Duration;

use e2e::house::http;
use real_parts::waiting;

use super::Station;

/// Nothing that is waited for on the page takes longer.
const LIMIT: Duration = Duration::from_secs(20);

/// The page of one station.
pub struct Screen<'a> {
    station: &'a Station,
    port: u16,
}

impl Screen<'_> {
    /// The page of this station.
    pub fn of(station: &Station) -> Screen<'_> {
        let port = station.page().trim_end_matches('/').rsplit(':').next();
        let port = port.and_then(|port| port.parse().ok()).expect("an address with a port");
        Screen { station, port }
    }

    /// The page as it is now.
    pub fn page(&self) -> String {
        http::get(self.port, "/").expect("the page answers").body
    }

    /// Waits until the page shows this, and gives the page.
    pub fn shows(&self, text: &str) -> String {
        self.station.wait_until_it_shows(text);
        self.page()
    }

    /// Touches a button.
    ///
    /// # Panics
    /// When nobody is signed in, or there is no such button.
    pub fn press(&self, what: &str, fields: &str) {
        let page = self.page();
        let tap = between(&page, "data-tap=\"", "\"").expect("somebody has tapped");
        let form = format!("tap={tap}&{fields}");
        let reply = http::press(self.port, &format!("/do/{what}"), &form).expect("an answer");
        assert_eq!(reply.status, 303, "{what} {fields}: {}", reply.body);
    }

    /// The first job that is shown.
    pub fn first_job(&self) -> String {
        let page = self.shows("id=\"job-");
        between(&page, "id=\"job-", "\"").expect("a job").to_owned()
    }

    /// Touches the only job that is shown, so that its PIN is asked for.
    pub fn touch_job_with_pin(&self) {
        let job = self.first_job();
        self.press("toggle", &format!("job={job}"));
        self.shows("id=\"pin\"");
    }

    /// Touches the job until it is chosen, whatever it was before.
    pub fn choose(&self, job: &str) {
        let mark = format!("id=\"job-{job}\" role=\"checkbox\" aria-checked=\"true\"");
        let page = |page: &str| page.replace(" class=\"job\"", "");
        let chosen = waiting::poll(LIMIT, || {
            if page(&self.page()).contains(&mark) {
                return Some(());
            }
            self.press("toggle", &format!("job={job}"));
            None
        });
        assert!(chosen.is_some(), "{job} is not chosen: {}", self.page());
    }

    /// Opens what may be changed with the job, touches these options one after the other, waits for the price
    /// and has it so. Gives the page with the price.
    pub fn change(&self, job: &str, changes: &[&str]) -> String {
        self.press("options", &format!("job={job}"));
        self.shows("id=\"settle\"");
        for change in changes {
            self.press("change", &format!("change={change}"));
        }
        let priced =
            waiting::poll(LIMIT, || Some(self.page()).filter(|page| !page.contains("Counting…")));
        let priced = priced.expect("the server says what it costs");
        self.press("settle", "");
        self.shows("id=\"release\"");
        priced
    }
}

/// What stands between the first of one text and the next of another.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}
