//! Requests, made once and sent many times.

use std::sync::Arc;

use ipp_codec::{Attribute, ClientRequest, Operation, names};
use real_parts::documents::{self, Paper};

/// An HTTP request as it goes over the wire. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Post {
    bytes: Arc<[u8]>,
}

impl Post {
    /// A request with this body.
    fn new(path: &str, authorization: Option<&str>, body: &[&[u8]]) -> Post {
        let length: usize = body.iter().map(|part| part.len()).sum();
        let authorization = authorization.unwrap_or_default();
        let mut bytes = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/ipp\r\n\
             {authorization}Content-Length: {length}\r\n\r\n"
        )
        .into_bytes();
        body.iter().for_each(|part| bytes.extend_from_slice(part));
        Post { bytes: bytes.into() }
    }

    /// The document of a person to a queue; CUPS needs to be told to hold it.
    pub fn document(queue: &str, person: &str, document: &[u8], hold: bool) -> Post {
        let hold = hold.then(|| Attribute::keyword(names::JOB_HOLD_UNTIL, "indefinite"));
        Post::print(queue, person, None, document, hold)
    }

    /// The same by a person who proves who they are.
    pub fn signed_document(queue: &str, person: &str, password: &str, document: &[u8]) -> Post {
        let proof = base64(format!("{person}:{password}").as_bytes());
        let line = format!("Authorization: Basic {proof}\r\n");
        Post::print(queue, person, Some(&line), document, None)
    }

    fn print(
        queue: &str,
        person: &str,
        authorization: Option<&str>,
        document: &[u8],
        hold: Option<Attribute>,
    ) -> Post {
        let request = request(Operation::PRINT_JOB, queue)
            .requesting_user_name(person)
            .attribute(Attribute::name(names::JOB_NAME, "Minutes of the meeting"))
            .attribute(Attribute::mime_type(names::DOCUMENT_FORMAT, "application/pdf"))
            .job_attributes(hold.into_iter().collect());
        Post::new(&path(queue), authorization, &[&encode(&request), document])
    }

    /// Everything that a queue tells about itself.
    pub fn printer_attributes(queue: &str) -> Post {
        let request = request(Operation::GET_PRINTER_ATTRIBUTES, queue);
        Post::new(&path(queue), None, &[&encode(&request)])
    }

    /// Lets a held job go.
    pub fn release(queue: &str, person: &str, job_id: i32) -> Post {
        let request = request(Operation::RELEASE_JOB, queue).job_id(job_id);
        let request = request.requesting_user_name(person);
        Post::new(&path(queue), None, &[&encode(&request)])
    }

    /// How far a job has come.
    pub fn job_state(queue: &str, job_id: i32) -> Post {
        let request = request(Operation::GET_JOB_ATTRIBUTES, queue).job_id(job_id);
        let request = request.requested_attributes([names::JOB_STATE]);
        Post::new(&path(queue), None, &[&encode(&request)])
    }

    /// What goes over the wire.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// A document as offices print them by the hundred: one page, about 10 kB.
pub fn small_document() -> Vec<u8> {
    documents::pdf_of_size(1, Paper::A4, "Minutes of the meeting", 10_000)
}

fn request(operation: Operation, queue: &str) -> ClientRequest {
    ClientRequest::new(operation, &format!("ipp://localhost{}", path(queue)))
}

/// Where CUPS has its queues, and where we answer too.
fn path(queue: &str) -> String {
    format!("/printers/{queue}")
}

fn encode(request: &ClientRequest) -> Vec<u8> {
    request.encode().expect("the attributes above are short and valid")
}

/// RFC 4648 section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let number = group.iter().fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
        let number = number << (8 * (3 - group.len()));
        for place in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= group.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_written_as_the_standard_says() {
        for (text, wanted) in [("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            assert_eq!(base64(text.as_bytes()), wanted);
        }
    }

    #[test]
    fn the_length_is_that_of_attributes_and_document() {
        let post = Post::document("q", "anna", b"%PDF", false);
        let text = String::from_utf8_lossy(post.bytes()).into_owned();
        let (head, _) = text.split_once("\r\n\r\n").expect("a head ends");
        let length = head.rsplit(' ').next().and_then(|length| length.parse::<usize>().ok());
        assert_eq!(length, Some(post.bytes().len() - head.len() - 4));
    }
}
