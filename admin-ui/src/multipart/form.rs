//! The form of a request: its parts one after another, each with its bytes.

use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::{HeaderMap, header};
use futures_util::StreamExt as _;

use super::decoder::{BOUNDARY_MAX_BYTES, Decoder, Piece};
use super::head::Head;
use crate::desk::{Answer, Document, Interrupted};

/// A field that is no file is no longer than this.
const TEXT_MAX_BYTES: usize = 1024;
/// So much of a refused document is still read: a browser in the middle of sending shows our answer
/// only when it could send on.
const DRAINED_BYTES_MAX: usize = 256 * 1024 * 1024;
/// So long a refused document is read.
const DRAINED_FOR: Duration = Duration::from_secs(10);
/// Whoever sends nothing for so long waits for our answer.
const LISTENS_AFTER: Duration = Duration::from_millis(250);

/// Why a form could not be read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormError {
    /// The browser went away, or was too slow.
    Gone,
    /// It is no form, or not a whole one.
    Malformed,
}

/// The body of a request.
#[derive(Debug)]
pub struct Arriving(BodyDataStream);

impl Arriving {
    pub fn new(body: Body) -> Self {
        Self(body.into_data_stream())
    }

    /// The next bytes; none at the end. Dropping the future loses nothing.
    async fn next(&mut self) -> Result<Option<Bytes>, FormError> {
        self.0.next().await.transpose().map_err(|_| FormError::Gone)
    }

    /// Reads on for a moment, so that a browser in the middle of sending gets to read our answer.
    pub async fn drain(mut self) {
        let drain = async {
            let mut bytes = 0;
            while bytes < DRAINED_BYTES_MAX {
                match tokio::time::timeout(LISTENS_AFTER, self.next()).await {
                    Ok(Ok(Some(chunk))) => bytes += chunk.len(),
                    Ok(Ok(None) | Err(_)) | Err(_) => return,
                }
            }
        };
        // Whatever is left then is cut with the connection.
        let _ = tokio::time::timeout(DRAINED_FOR, drain).await;
    }
}

/// A form that is being read.
#[derive(Debug)]
pub struct Form<'a> {
    body: &'a mut Arriving,
    decoder: Decoder,
    in_part: bool,
}

impl<'a> Form<'a> {
    /// The form in `body`, when the headers say that one is there.
    pub fn of(headers: &HeaderMap, body: &'a mut Arriving) -> Option<Self> {
        let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let (kind, parameters) = kind.split_once(';')?;
        if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
            return None;
        }
        let boundary = parameters.split(';').find_map(|parameter| {
            let (key, value) = parameter.split_once('=')?;
            key.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"'))
        })?;
        let fits = (1..=BOUNDARY_MAX_BYTES).contains(&boundary.len());
        fits.then(|| Self { body, decoder: Decoder::new(boundary), in_part: false })
    }

    /// The next part; none at the form's end. What was not read of the one before is passed over.
    pub async fn part(&mut self) -> Result<Option<Head>, FormError> {
        while self.data().await?.is_some() {}
        loop {
            match self.decoder.next().map_err(|_| FormError::Malformed)? {
                Piece::Part(head) => {
                    self.in_part = true;
                    return Ok(Some(head));
                }
                Piece::NeedMore => self.feed().await?,
                Piece::End => return Ok(None),
                Piece::Data(_) | Piece::PartEnd => return Err(FormError::Malformed),
            }
        }
    }

    /// The next bytes of the part; none at its end. Dropping the future loses nothing.
    pub async fn data(&mut self) -> Result<Option<Bytes>, FormError> {
        while self.in_part {
            match self.decoder.next().map_err(|_| FormError::Malformed)? {
                Piece::Data(data) => return Ok(Some(data)),
                Piece::PartEnd => self.in_part = false,
                Piece::NeedMore => self.feed().await?,
                Piece::Part(_) | Piece::End => return Err(FormError::Malformed),
            }
        }
        Ok(None)
    }

    /// Passes over what is left of a refused file. Whether its end came before we had enough of it.
    pub async fn skip(&mut self) -> Result<bool, FormError> {
        let mut bytes = 0;
        while let Some(data) = self.data().await? {
            bytes += data.len();
            if bytes >= DRAINED_BYTES_MAX {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The part as text.
    pub async fn text(&mut self) -> Result<String, FormError> {
        let mut bytes = Vec::new();
        while let Some(data) = self.data().await? {
            if bytes.len() + data.len() > TEXT_MAX_BYTES {
                return Err(FormError::Malformed);
            }
            bytes.extend_from_slice(&data);
        }
        String::from_utf8(bytes).map_err(|_| FormError::Malformed)
    }

    async fn feed(&mut self) -> Result<(), FormError> {
        // A form that ends before its last delimiter was cut off.
        let bytes = self.body.next().await?.ok_or(FormError::Gone)?;
        self.decoder.feed(bytes);
        Ok(())
    }
}

impl Document for Form<'_> {
    fn next(&mut self) -> Answer<'_, Result<Option<Bytes>, Interrupted>> {
        Box::pin(async { self.data().await.map_err(|_| Interrupted) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_form_with_a_boundary_is_read() {
        for (kind, is_form) in [
            ("multipart/form-data; boundary=abc", true),
            ("Multipart/Form-Data; charset=utf-8; Boundary=\"abc\"", true),
            ("multipart/form-data", false),
            ("multipart/form-data; boundary=", false),
            ("multipart/mixed; boundary=abc", false),
            ("application/x-www-form-urlencoded", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
            let mut body = Arriving::new(Body::empty());
            assert_eq!(Form::of(&headers, &mut body).is_some(), is_form, "{kind}");
        }
    }

    #[tokio::test]
    async fn a_text_that_is_too_long_is_refused_and_an_unread_part_is_passed_over() {
        let long = "x".repeat(TEXT_MAX_BYTES + 1);
        let head = "Content-Disposition: form-data; name=";
        let text = format!("--B\r\n{head}a\r\n\r\n{long}\r\n--B\r\n{head}b\r\n\r\nyes\r\n--B--");
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "multipart/form-data; boundary=B".parse().unwrap());
        let mut body = Arriving::new(Body::from(text.clone()));
        let mut form = Form::of(&headers, &mut body).unwrap();
        assert_eq!(form.part().await.unwrap().unwrap().name, "a");
        assert_eq!(form.part().await.unwrap().unwrap().name, "b");
        assert_eq!(form.text().await.unwrap(), "yes");
        assert_eq!(form.part().await, Ok(None));
        let mut body = Arriving::new(Body::from(text));
        let mut form = Form::of(&headers, &mut body).unwrap();
        form.part().await.unwrap();
        assert_eq!(form.text().await, Err(FormError::Malformed));
    }
}
