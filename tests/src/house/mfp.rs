//! What a printer in software says that it really did.

use serde_json::Value as Json;

use super::{Result, http};

/// One of the house's printers, seen through its control port.
#[derive(Debug, Clone, Copy)]
pub struct Mfp {
    control: u16,
}

impl Mfp {
    /// The printer with this control port.
    #[must_use]
    pub fn at(control: u16) -> Mfp {
        Mfp { control }
    }

    /// Everything it says of itself.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn status(&self) -> Result<Json> {
        let reply = http::get(self.control, "/status")?;
        serde_json::from_str(&reply.body).map_err(|error| format!("the printer's status: {error}"))
    }

    /// Every job it ever had, the oldest first.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn jobs(&self) -> Result<Vec<Json>> {
        let status = self.status()?;
        let jobs = status["jobs"].as_array().cloned();
        jobs.ok_or_else(|| "the printer's status lists no jobs".to_owned())
    }

    /// Tells the printer to fail, as its control port takes it: `{"fault": "jam"}`.
    ///
    /// # Errors
    /// When it does not answer or knows no such fault.
    pub fn fault(&self, fault: &Json) -> Result<()> {
        self.tell("/fault", fault)
    }

    /// Ends every fault.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn clear(&self) -> Result<()> {
        self.tell("/clear", &serde_json::json!({}))
    }

    fn tell(&self, path: &str, body: &Json) -> Result<()> {
        let reply = http::post(self.control, path, &body.to_string())?;
        if reply.status == 200 { Ok(()) } else { Err(format!("the printer: {}", reply.body)) }
    }
}
