//! The fields that stand before the files: who may, where to, and how it is to be printed.

use std::net::SocketAddr;

use print_core::{PrintColorMode, Sides};
use store::WebSession;

use crate::desk::NewUpload;
use crate::security::answer::Fault;
use crate::security::posted::{TOKEN_FIELD, field, is_same};
use crate::security::viewer::Viewer;

pub const QUEUE: &str = "queue";
pub const COPIES: &str = "copies";
pub const SIDES: &str = "sides";
pub const COLOR: &str = "color";
pub const FILE: &str = "file";

/// The form has fewer fields than this.
const FIELDS_MAX: usize = 16;

/// The fields, as far as they have come.
#[derive(Debug, Default)]
pub struct Order(Vec<(String, String)>);

impl Order {
    pub fn add(&mut self, name: String, value: String) -> Result<(), Fault> {
        if self.0.len() >= FIELDS_MAX {
            return Err(Fault::BadForm);
        }
        self.0.push((name, value));
        Ok(())
    }

    /// Whether the form has the token of the session. A file that stands before it is not read.
    pub fn check(&self, session: &WebSession) -> Result<(), Fault> {
        let is_right = is_same(self.get(TOKEN_FIELD).as_bytes(), session.csrf.as_bytes());
        if is_right { Ok(()) } else { Err(Fault::StaleForm) }
    }

    fn get(&self, name: &str) -> &str {
        field(&self.0, name).trim()
    }

    /// The queue.
    pub fn queue(&self) -> &str {
        self.get(QUEUE)
    }

    /// What is asked for with a file of this name. What is not asked for, or not with a word that we
    /// know, is left to the queue.
    pub fn upload(&self, viewer: &Viewer, address: SocketAddr, file_name: &str) -> NewUpload {
        NewUpload {
            person: viewer.person.id,
            login: viewer.person.login.clone(),
            address,
            language: viewer.ask.language,
            queue: self.queue().to_owned(),
            file_name: base_name(file_name).to_owned(),
            copies: self.get(COPIES).parse().unwrap_or(1).max(1),
            sides: Sides::from_keyword(self.get(SIDES)),
            color_mode: PrintColorMode::from_keyword(self.get(COLOR)),
        }
    }
}

/// The name without the folders before it, which some browsers send along.
pub fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_nobodys_business() {
        for (path, name) in [
            ("a.pdf", "a.pdf"),
            ("C:\\Users\\anna\\a.pdf", "a.pdf"),
            ("../../etc/passwd", "passwd"),
            ("folder/", ""),
        ] {
            assert_eq!(base_name(path), name);
        }
    }

    #[test]
    fn a_form_has_only_so_many_fields() {
        let mut order = Order::default();
        let add = |order: &mut Order| order.add("x".into(), String::new());
        assert!((0..FIELDS_MAX).all(|_| add(&mut order).is_ok()));
        assert_eq!(add(&mut order), Err(Fault::BadForm));
    }
}
