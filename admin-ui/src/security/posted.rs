//! A form that was sent: from one of our own pages (checked before), with the session's token
//! (checked here), by somebody who may.

use std::sync::Arc;

use aws_lc_rs::constant_time;
use axum::extract::{Form, FromRequest, Request};

use super::answer::Fault;
use super::viewer::Allowed;
use crate::site::Site;

/// The name of the field with the session's token.
pub const TOKEN_FIELD: &str = "token";

/// A form without fields of its own, sent by somebody who may. Pages that change something take
/// this as their argument.
#[derive(Debug)]
pub struct Posted<Who>(pub Who);

impl<Who: Allowed> FromRequest<Arc<Site>> for Posted<Who> {
    type Rejection = Fault;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Fault> {
        Filled::from_request(request, site).await.map(|form| Self(form.who))
    }
}

/// The same with the form's fields, which may hold secrets.
pub struct Filled<Who> {
    /// Who sent it.
    pub who: Who,
    fields: Vec<(String, String)>,
}

impl<Who> Filled<Who> {
    /// The first field of this name; empty when there is none.
    pub fn field(&self, name: &str) -> &str {
        field(&self.fields, name)
    }
}

impl<Who: Allowed> FromRequest<Arc<Site>> for Filled<Who> {
    type Rejection = Fault;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let who = Who::from_request_parts(&mut parts, site).await?;
        let fields = fields(Request::from_parts(parts, body), site).await?;
        let token = field(&fields, TOKEN_FIELD);
        let wanted = who.viewer().session.csrf.as_bytes();
        if !is_same(token.as_bytes(), wanted) {
            return Err(Fault::StaleForm);
        }
        Ok(Self { who, fields })
    }
}

/// The fields of a form, in their order. The body's limit is the router's.
pub async fn fields(request: Request, site: &Arc<Site>) -> Result<Vec<(String, String)>, Fault> {
    let form = Form::<Vec<(String, String)>>::from_request(request, site).await;
    form.map(|form| form.0).map_err(|_| Fault::BadForm)
}

/// The first field of this name; empty when there is none.
pub fn field<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    fields.iter().find(|field| field.0 == name).map(|field| field.1.as_str()).unwrap_or_default()
}

/// Whether two secrets are the same, without telling by the time it takes how much of them is.
pub fn is_same(one: &[u8], other: &[u8]) -> bool {
    !one.is_empty() && constant_time::verify_slices_are_equal(one, other).is_ok()
}
