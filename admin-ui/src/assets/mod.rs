//! The style sheet, the scripts and the icon, built into the program. Each has its own hash in its
//! name, so that browsers keep it for ever and never show an old one.

use aws_lc_rs::digest;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::security::session::hex;

pub const STYLE: &str = include_str!("style.css");
pub const SCRIPT: &str = include_str!("script.js");
const UPLOAD_SCRIPT: &str = include_str!("upload.js");
const ICON: &str = include_str!("icon.svg");

/// The files under their names.
#[derive(Debug)]
pub struct Assets {
    files: [Asset; 4],
}

#[derive(Debug)]
struct Asset {
    name: String,
    kind: &'static str,
    content: &'static str,
}

impl Assets {
    pub fn new() -> Self {
        let asset = |name: &str, ending: &str, kind, content: &'static str| {
            let hash = digest::digest(&digest::SHA256, content.as_bytes());
            Asset { name: format!("{name}-{}.{ending}", hex(&hash.as_ref()[..6])), kind, content }
        };
        Self {
            files: [
                asset("style", "css", "text/css; charset=utf-8", STYLE),
                asset("script", "js", "text/javascript; charset=utf-8", SCRIPT),
                asset("icon", "svg", "image/svg+xml", ICON),
                asset("upload", "js", "text/javascript; charset=utf-8", UPLOAD_SCRIPT),
            ],
        }
    }

    pub fn style(&self) -> String {
        self.address(0)
    }

    pub fn script(&self) -> String {
        self.address(1)
    }

    pub fn icon(&self) -> String {
        self.address(2)
    }

    pub fn upload_script(&self) -> String {
        self.address(3)
    }

    fn address(&self, place: usize) -> String {
        format!("/assets/{}", self.files[place].name)
    }

    /// The file of this name.
    pub fn get(&self, name: &str) -> Option<Response> {
        let file = self.files.iter().find(|file| file.name == name)?;
        Some(served(file, "public, max-age=31536000, immutable"))
    }

    /// The icon for browsers that ask for one without having read a page.
    pub fn favicon(&self) -> Response {
        served(&self.files[2], "public, max-age=86400")
    }
}

fn served(file: &Asset, cache: &'static str) -> Response {
    let mut response = Body::from(file.content).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

#[cfg(test)]
mod tests;
