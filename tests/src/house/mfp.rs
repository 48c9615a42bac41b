//! What a printer in software says that it really did.

use std::net::{Ipv4Addr, SocketAddr};

use real_parts::virtual_mfp::Control;
use serde_json::{Value as Json, json};

use super::Result;

/// One of the house's printers, seen through its control port.
#[derive(Debug, Clone, Copy)]
pub struct Mfp(Control);

impl Mfp {
    /// The printer with this control port.
    #[must_use]
    pub fn at(control: u16) -> Mfp {
        Mfp(Control::at(SocketAddr::from((Ipv4Addr::LOCALHOST, control))))
    }

    /// Everything it says of itself.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn status(&self) -> Result<Json> {
        self.0.ask("GET", "/status", &Json::Null)
    }

    /// Every job it ever had, the oldest first.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn jobs(&self) -> Result<Vec<Json>> {
        let jobs = self.status()?["jobs"].as_array().cloned();
        jobs.ok_or_else(|| "the printer's status lists no jobs".to_owned())
    }

    /// Tells the printer to fail, as its control port takes it: `{"fault": "jam"}`.
    ///
    /// # Errors
    /// When it does not answer or knows no such fault.
    pub fn fault(&self, fault: &Json) -> Result<()> {
        self.0.ask("POST", "/fault", fault).map(drop)
    }

    /// Ends every fault.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn clear(&self) -> Result<()> {
        self.0.ask("POST", "/clear", &json!({})).map(drop)
    }
}
