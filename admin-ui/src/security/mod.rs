//! Who is looking, and that a form really comes from one of our own pages.
//!
//! | module | what it does |
//! |---|---|
//! | [`cookies`] | reads and writes the three cookies |
//! | [`session`] | begins, finds and ends a session |
//! | [`viewer`] | the person behind a request, and the argument types that say who may open a page |
//! | [`posted`] | a form that was sent: token checked, then read |
//! | [`origin`] | refuses requests that another site made a browser send |
//! | [`answer`] | what is put on every answer: headers, error pages, the remembered language |

pub mod answer;
pub mod cookies;
pub mod origin;
pub mod posted;
pub mod session;
pub mod viewer;
