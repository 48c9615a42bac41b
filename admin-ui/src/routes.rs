//! Every address, who may open it, and the router made of that list.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::middleware;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};

use crate::pages::{
    accessibility, elsewhere, job, jobs, live, mine, my_notices, my_prints, new_card, overview,
    print, sign_in, start, to_check, usage,
};
use crate::security::answer::{Fault, around};
use crate::security::viewer::Anybody;
use crate::site::{AdminParts, Site};

/// No form of ours is larger than this.
const FORM_MAX_BYTES: usize = 16 * 1024;

/// Where files are sent to, by POST. Its bodies are as large as documents: whoever mounts the pages gives
/// them the time that documents have, where forms have seconds.
pub const UPLOAD_PATH: &str = "/print";

/// Who may open an address. The handlers hold it by the types of their arguments; this list says it
/// again for whoever reads, and a test walks every address with every role to see that the two
/// agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody, also signed out.
    Everybody,
    /// Everybody who is signed in.
    SignedIn,
    /// Helpdesk and administrators.
    Helpdesk,
    /// Finance and administrators.
    Finance,
}

struct Route {
    method: &'static str,
    path: &'static str,
    access: Access,
    handler: MethodRouter<Arc<Site>>,
}

fn table() -> Vec<Route> {
    let row = |method, path, access, handler| Route { method, path, access, handler };
    vec![
        row("GET", "/", Access::SignedIn, get(sign_in::home)),
        row("GET", "/sign-in", Access::Everybody, get(sign_in::form)),
        row("POST", "/sign-in", Access::Everybody, post(sign_in::sign_in)),
        row("GET", elsewhere::THERE, Access::Everybody, get(elsewhere::begin)),
        row("GET", "/sign-in/back", Access::Everybody, get(elsewhere::back)),
        row("POST", "/sign-out", Access::SignedIn, post(sign_in::sign_out)),
        row("GET", "/overview", Access::Helpdesk, get(overview::page)),
        row("GET", "/overview/live", Access::Helpdesk, get(live::stream)),
        row("GET", "/jobs", Access::Helpdesk, get(jobs::page)),
        row("GET", "/jobs/{number}", Access::Helpdesk, get(job::page)),
        row("POST", "/jobs/{number}/cancel", Access::Helpdesk, post(job::cancel)),
        row("GET", "/usage", Access::Finance, get(usage::page)),
        row("GET", "/usage.csv", Access::Finance, get(usage::file)),
        row("GET", "/to-check", Access::Finance, get(to_check::page)),
        row("GET", "/my-prints", Access::SignedIn, get(my_prints::page)),
        row("POST", "/my-prints/{number}/cancel", Access::SignedIn, post(my_prints::cancel)),
        row("GET", UPLOAD_PATH, Access::SignedIn, get(print::page)),
        row("POST", UPLOAD_PATH, Access::SignedIn, post(print::send)),
        row("GET", "/start", Access::Everybody, get(start::page)),
        row("GET", "/start/{queue}/{kind}", Access::Everybody, get(start::file)),
        row("POST", "/start/{queue}/{kind}", Access::SignedIn, post(start::file_by_link)),
        row("POST", "/start/link", Access::SignedIn, post(start::make)),
        row("POST", "/my-prints/{number}/keep", Access::SignedIn, post(my_prints::keep)),
        row("POST", "/my-prints/links/{link}/remove", Access::SignedIn, post(mine::links::revoke)),
        row(
            "POST",
            "/my-prints/cards/{card}/confirm",
            Access::SignedIn,
            post(mine::cards::confirm),
        ),
        row("POST", "/my-prints/cards/{card}/block", Access::SignedIn, post(mine::cards::block)),
        row("POST", "/my-prints/code", Access::SignedIn, post(mine::codes::make)),
        row("POST", "/my-prints/pin", Access::SignedIn, post(mine::own_pin::set)),
        row("POST", "/my-prints/pin/confirm", Access::SignedIn, post(mine::own_pin::confirm)),
        row("GET", "/card", Access::SignedIn, get(new_card::page)),
        row("GET", "/card/{code}", Access::Everybody, get(new_card::scanned)),
        row("POST", "/card", Access::SignedIn, post(new_card::add)),
        row("POST", "/my-prints/delegates", Access::SignedIn, post(mine::delegates::add)),
        row(
            "POST",
            "/my-prints/delegates/{person}/confirm",
            Access::SignedIn,
            post(mine::delegates::confirm),
        ),
        row(
            "POST",
            "/my-prints/delegates/{person}/remove",
            Access::SignedIn,
            post(mine::delegates::remove),
        ),
        row(
            "POST",
            "/my-prints/{number}/confidential/{act}",
            Access::SignedIn,
            post(mine::delegates::confidential),
        ),
        row("POST", "/my-prints/notices/read", Access::SignedIn, post(my_notices::read)),
        row(
            "POST",
            "/my-prints/language/{tag}",
            Access::SignedIn,
            post(my_notices::choose_language),
        ),
        row("GET", "/accessibility", Access::Everybody, get(accessibility::page)),
        row("GET", "/assets/{name}", Access::Everybody, get(asset)),
        row("GET", "/favicon.ico", Access::Everybody, get(favicon)),
    ]
}

/// Every address with its method and who may open it.
#[must_use]
pub fn declared() -> Vec<(&'static str, &'static str, Access)> {
    table().into_iter().map(|route| (route.method, route.path, route.access)).collect()
}

/// The pages, to be mounted at the root of a listener that speaks TLS and puts
/// `axum::extract::ConnectInfo<SocketAddr>` into every request.
pub fn router(parts: AdminParts) -> Router {
    let site = Arc::new(Site::new(parts));
    let mut router = Router::new();
    for route in table() {
        router = router.route(route.path, route.handler);
    }
    router
        // Finding the viewer tells in which language the page that is not there is written.
        .fallback(|_: Result<Anybody, Fault>| async { Fault::NotFound })
        .method_not_allowed_fallback(|| async { Fault::BadMethod })
        .layer(DefaultBodyLimit::max(FORM_MAX_BYTES))
        .layer(middleware::from_fn_with_state(Arc::clone(&site), around))
        .with_state(site)
}

async fn asset(State(site): State<Arc<Site>>, Path(name): Path<String>) -> Result<Response, Fault> {
    site.assets.get(&name).ok_or(Fault::NotFound)
}

async fn favicon(State(site): State<Arc<Site>>) -> Response {
    site.assets.favicon()
}
