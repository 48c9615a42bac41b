//! What is put on every answer: security headers, the error page, the remembered language.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use store::StoreError;

use super::{cookies, origin};
use crate::language::{self, Reader};
use crate::pages::errors;
use crate::site::Site;

/// Why a page is not shown. The words are found when the reader's language is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nothing has this address.
    NotFound,
    /// The person's roles do not cover it.
    Forbidden,
    /// The request was made by another site.
    NotOurForm,
    /// The form belongs to a session that is over.
    StaleForm,
    /// The form cannot be read.
    BadForm,
    /// The address is there, but not for this method.
    BadMethod,
    /// The database cannot be asked now.
    Unavailable,
    /// A fault of ours; it has been logged.
    Broken,
    /// Not here, but there.
    Elsewhere(String),
}

impl Fault {
    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::NotOurForm | Self::StaleForm => StatusCode::FORBIDDEN,
            Self::BadForm => StatusCode::BAD_REQUEST,
            Self::BadMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Elsewhere(_) => StatusCode::SEE_OTHER,
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound,
            error if error.is_temporary() => {
                tracing::warn!(%error, "A page could not be shown: the database does not answer");
                Self::Unavailable
            }
            error => {
                tracing::error!(%error, "A page could not be shown");
                Self::Broken
            }
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        if let Self::Elsewhere(address) = &self {
            return Redirect::to(address).into_response();
        }
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// No inline styles, no inline scripts, nothing from elsewhere, in nobody's frame.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    connect-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Stands around every page.
pub async fn around(State(site): State<Arc<Site>>, mut request: Request, next: Next) -> Response {
    let reader = Arc::new(Reader::of(request.uri(), request.headers()));
    request.extensions_mut().insert(Arc::clone(&reader));
    let mut response = if origin::is_ours(request.method(), request.headers()) {
        next.run(request).await
    } else {
        tracing::warn!(path = request.uri().path(), "Refused a form that another site sent");
        Fault::NotOurForm.into_response()
    };
    if let Some(fault) = response.extensions_mut().remove::<Fault>() {
        response = (fault.status(), errors::page(&site, reader.language(), &fault)).into_response();
    }
    let headers = response.headers_mut();
    put_headers(headers);
    if let Some(asked) = reader.asked() {
        headers.append(header::SET_COOKIE, cookies::remembered(language::COOKIE, asked.tag()));
    }
    response
}

fn put_headers(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Assets say for themselves how long they last; everything else is somebody's own.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.append(header::VARY, HeaderValue::from_static("x-part, cookie, accept-language"));
    }
}
