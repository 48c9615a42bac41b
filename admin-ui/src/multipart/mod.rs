//! Forms with files, read as they arrive: nothing of a file is kept here.
//!
//! | module | what it does |
//! |---|---|
//! | [`form`] | the form of a request: its parts one after another, each with its bytes |
//! | `decoder` | takes `multipart/form-data` apart: bytes in, pieces out, every length limited |
//! | [`head`] | the lines above a part |

mod decoder;
pub mod form;
pub mod head;
