//! The web pages for administrators, helpdesk, finance and everybody who prints. A library:
//! `print-server` mounts [`router`] on its `web` listener.
//!
//! | module | what it holds |
//! |---|---|
//! | [`site`] | what the pages are built from: store, desk, clock, zone, product |
//! | [`desk`] | what pages ask of the running server and need answered at once |
//! | [`codes`] | the same, of codes, cards that were just read, and personal PINs |
//! | [`uploads`] | the same, of the page that takes files |
//! | `multipart` | forms with files, read as they arrive |
//! | [`elsewhere`] | signing in with an identity provider: what pages ask of the running server |
//! | [`routes`] | every address, who may open it, and the router made of that list |
//! | `security` | sessions, who is looking, origin and token checks, headers |
//! | `pages` | one file per page: its handler and what it shows |
//! | `components` | the frame around a page, tables, figures, charts |
//! | [`csv`] | the month's departmental costs as a file |
//! | `words` | the pages' texts in both languages |
//!
//! Who may do what is an argument type of the handler (`SignedIn`, `Helpdesk`, `Finance`), so that
//! no address can forget to ask. A GET changes nothing; a POST passes the origin check and carries
//! the session's token. Nobody's document titles but one's own are written into a page.

mod address;
mod assets;
pub mod codes;
mod components;
pub mod csv;
pub mod desk;
pub mod elsewhere;
mod language;
mod multipart;
mod pages;
pub mod routes;
mod security;
pub mod site;
pub mod uploads;
mod words;

pub use codes::{AddedCard, CodeWish, Codes, OfferedCard, PinFault, ShownCode};
pub use desk::{
    Answer, Asks, Desk, HealthItem, LinkFault, LinkWish, OwnLink, PrintPlace, ProfileFile,
    ProfileKind, SignInError,
};
pub use elsewhere::{Begun, Elsewhere, ElsewhereError, Entered, Returned};
pub use routes::{Access, UPLOAD_PATH, router};
pub use site::{AdminParts, Product};
pub use uploads::{Document, FileKind, Interrupted, NewUpload, UploadError, UploadQueue};
