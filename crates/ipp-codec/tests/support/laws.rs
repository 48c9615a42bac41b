//! What must hold for every input, whatever it is. A broken law panics.

use ipp_codec::{
    Decoder, Limits, Message, Operation, Progress, Reply, Request, Response, decode, encode,
};

/// What became of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// No message that we read.
    Undecodable,
    /// A message, and no proper request.
    Refused(Operation),
    /// A proper request.
    Accepted(Operation),
}

/// Puts one input through everything that a server does with a request, and checks the laws:
/// decoding in one piece and in chunks agree; encoding gives the accepted bytes back; every refusal
/// can be answered, and its answer can be read.
pub fn examine_request(input: &[u8], chunk_bytes: usize) -> Outcome {
    let whole = decode(input, &Limits::REQUEST);
    let chunked = decode_in_chunks(input, chunk_bytes, Limits::REQUEST);
    assert_eq!(whole, chunked, "chunks of {chunk_bytes} bytes change the message");
    let (message, end) = match whole {
        Ok(decoded) => decoded,
        Err(error) => {
            assert_eq!(error.header.is_some(), input.len() >= 8);
            if let Some(response) = Response::undecodable(&error) {
                assert_answer_is_readable(&response);
            }
            return Outcome::Undecodable;
        }
    };
    assert_eq!(encode(&message).as_deref(), Ok(&input[..end]), "encoding changes the message");
    match Request::parse(&message, &Limits::REQUEST) {
        Ok(request) => {
            assert_eq!(request.operation, message.operation());
            Outcome::Accepted(request.operation)
        }
        Err(violation) => {
            assert!(!violation.status.is_successful());
            assert!(violation.status.name().is_some());
            assert_answer_is_readable(&Response::refusal(message.header(), violation));
            Outcome::Refused(message.operation())
        }
    }
}

/// Puts one input through what a client does with an answer.
pub fn examine_reply(input: &[u8], chunk_bytes: usize) -> bool {
    let whole = decode(input, &Limits::REPLY);
    let chunked = decode_in_chunks(input, chunk_bytes, Limits::REPLY);
    assert_eq!(whole, chunked, "chunks of {chunk_bytes} bytes change the message");
    let Ok((message, end)) = whole else { return false };
    assert_eq!(encode(&message).as_deref(), Ok(&input[..end]), "encoding changes the message");
    let reply = Reply::new(message);
    for group in &reply.message().groups {
        for attribute in &group.attributes {
            let strings = reply.strings(group.tag, &attribute.name);
            let is_plain = |text: &String| text.len() <= 1_023 && !text.contains(char::is_control);
            assert!(strings.iter().all(is_plain));
        }
    }
    true
}

/// Decodes as a listener does, chunk by chunk.
pub fn decode_in_chunks(
    input: &[u8],
    chunk_bytes: usize,
    limits: Limits,
) -> Result<(Message, usize), ipp_codec::DecodeError> {
    let mut decoder = Decoder::new(limits);
    let mut end = 0;
    for chunk in input.chunks(chunk_bytes.max(1)) {
        match decoder.feed(chunk)? {
            Progress::NeedMore => end += chunk.len(),
            Progress::Done { consumed } => {
                end += consumed;
                break;
            }
        }
    }
    Ok((decoder.finish()?, end))
}

fn assert_answer_is_readable(response: &Response) {
    // A refusal gives back what was too long, so that it may be longer than a request.
    let bytes = response.encode().expect("what was decoded can be encoded");
    let reply = Reply::decode(&bytes).expect("our own answers can be read");
    assert!(reply.status_message().is_some());
}
