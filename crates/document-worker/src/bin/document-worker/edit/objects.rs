//! The new file, and objects on their way into it. Only what its pages need comes along: an object is
//! copied when one that is copied names it, and never another page.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;

use hayro::hayro_syntax::object::{Array, Dict, MaybeRef, Name, ObjRef, Object, Stream};
use hayro::hayro_syntax::xref::XRef;

/// Something that cannot be copied so that everybody would read the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doubt;

/// Lists within lists; a reader follows more, a document that is meant well has less.
const DEPTH_MAX: u32 = 60;

/// More objects are not copied.
const OBJECTS_MAX: usize = 500_000;

/// A file never becomes longer.
const BYTES_MAX: usize = 128 << 20;

/// Where a document's version stands (ISO 32000-2 section 7.5.2).
const VERSION: &[u8] = b"%PDF-";

/// A PDF in the making.
pub struct File<'a> {
    xref: &'a XRef,
    /// The numbers here of objects there; none of those that stay behind.
    numbers: HashMap<ObjRef, Option<u32>>,
    waiting: VecDeque<(ObjRef, u32)>,
    bytes: Vec<u8>,
    /// Where each object begins, that with the number 1 first.
    starts: Vec<Option<usize>>,
}

impl<'a> File<'a> {
    /// A file without an object, of the same version as the document.
    pub fn new(xref: &'a XRef, document: &[u8]) -> File<'a> {
        let version = document.strip_prefix(VERSION).and_then(|rest| rest.get(..3));
        let is_version =
            |text: &&[u8]| matches!(text, [b'1', b'.', b'0'..=b'7'] | [b'2', b'.', b'0']);
        let mut bytes = VERSION.to_vec();
        bytes.extend_from_slice(version.filter(is_version).unwrap_or(b"1.7"));
        // Bytes above 127, so that nobody takes the file for text.
        bytes.extend_from_slice(b"\n%\xe2\xe3\xcf\xd3\n");
        let (numbers, waiting) = (HashMap::new(), VecDeque::new());
        File { xref, numbers, waiting, bytes, starts: Vec::new() }
    }

    /// The number of a new object.
    pub fn number(&mut self) -> u32 {
        self.starts.push(None);
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// The document's catalog.
    pub fn old_catalog(&self) -> Dict<'a> {
        self.xref.get::<Dict<'a>>(self.xref.root_id()).unwrap_or_default()
    }

    /// Writes an object.
    pub fn object(&mut self, number: u32, body: &[u8]) -> Result<(), Doubt> {
        if self.bytes.len() + body.len() > BYTES_MAX || self.starts.len() > OBJECTS_MAX {
            return Err(Doubt);
        }
        self.starts[number as usize - 1] = Some(self.bytes.len());
        self.bytes.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        self.bytes.extend_from_slice(body);
        self.bytes.extend_from_slice(b"\nendobj\n");
        Ok(())
    }

    /// Writes a stream: `entries` are those of its dictionary besides its length.
    pub fn stream(&mut self, number: u32, entries: &[u8], data: &[u8]) -> Result<(), Doubt> {
        let mut body = b"<<".to_vec();
        body.extend_from_slice(entries);
        body.extend_from_slice(format!("/Length {}>>\nstream\n", data.len()).as_bytes());
        body.extend_from_slice(data);
        body.extend_from_slice(b"\nendstream");
        self.object(number, &body)
    }

    /// Adds an entry with this value, if there is one.
    pub fn entry(
        &mut self,
        key: &str,
        value: Option<MaybeRef<Object<'a>>>,
        out: &mut Vec<u8>,
    ) -> Result<(), Doubt> {
        let Some(value) = value else { return Ok(()) };
        out.extend_from_slice(format!("/{key} ").as_bytes());
        self.value(&value, out, 0)
    }

    /// Writes a value; what it names comes along.
    fn value(
        &mut self,
        value: &MaybeRef<Object<'a>>,
        out: &mut Vec<u8>,
        depth: u32,
    ) -> Result<(), Doubt> {
        let object = match value {
            MaybeRef::Ref(id) => {
                match self.known(*id) {
                    Some(number) => out.extend_from_slice(format!("{number} 0 R").as_bytes()),
                    None => out.extend_from_slice(b"null"),
                }
                return Ok(());
            }
            MaybeRef::NotRef(object) => object,
        };
        if depth > DEPTH_MAX {
            return Err(Doubt);
        }
        match object {
            Object::Null(_) => out.extend_from_slice(b"null"),
            Object::Boolean(value) => out.extend_from_slice(value.to_string().as_bytes()),
            Object::Number(number) => {
                out.extend_from_slice(numeral(&number.to_string())?.as_bytes())
            }
            Object::Name(text) => name(text, out),
            Object::String(text) => hexadecimal(text.as_bytes(), out),
            Object::Array(list) => self.list(list, out, depth)?,
            Object::Dict(dict) => {
                out.extend_from_slice(b"<<");
                self.entries(dict, |_| true, out, depth)?;
                out.extend_from_slice(b">>");
            }
            // A stream is always an object of its own (ISO 32000-2 section 7.3.8.1).
            Object::Stream(_) => return Err(Doubt),
        }
        Ok(())
    }

    fn list(&mut self, list: &Array<'a>, out: &mut Vec<u8>, depth: u32) -> Result<(), Doubt> {
        out.push(b'[');
        for value in list.raw_iter() {
            self.value(&value, out, depth + 1)?;
            out.push(b' ');
        }
        out.push(b']');
        Ok(())
    }

    /// Writes those entries of a dictionary that are wanted.
    pub fn entries(
        &mut self,
        dict: &Dict<'a>,
        wants: impl Fn(&[u8]) -> bool,
        out: &mut Vec<u8>,
        depth: u32,
    ) -> Result<(), Doubt> {
        for (key, value) in dict.entries() {
            if wants(&key) {
                name(&key, out);
                out.push(b' ');
                self.value(&value, out, depth + 1)?;
            }
        }
        Ok(())
    }

    /// The number here of an object there; none for what stays behind.
    fn known(&mut self, id: ObjRef) -> Option<u32> {
        if let Some(number) = self.numbers.get(&id) {
            return *number;
        }
        let stays =
            self.xref.get::<Object<'a>>(id.into()).is_none_or(|object| stays_behind(&object));
        let number = if stays { None } else { Some(self.number()) };
        self.numbers.insert(id, number);
        if let Some(number) = number {
            self.waiting.push_back((id, number));
        }
        number
    }

    /// Writes everything that is still to come along, and the table of all objects.
    pub fn finish(mut self, catalog: u32) -> Result<Vec<u8>, Doubt> {
        while let Some((id, number)) = self.waiting.pop_front() {
            match self.xref.get::<Object<'a>>(id.into()).ok_or(Doubt)? {
                Object::Stream(stream) => self.copy_stream(number, &stream)?,
                object => {
                    let mut body = Vec::new();
                    self.value(&MaybeRef::NotRef(object), &mut body, 0)?;
                    self.object(number, &body)?;
                }
            }
        }
        let table = self.bytes.len();
        let size = self.starts.len() + 1;
        let mut text = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for start in &self.starts {
            // Each number was given to an object that is written.
            let start = start.ok_or(Doubt)?;
            let _ = writeln!(text, "{start:010} 00000 n ");
        }
        let _ = write!(text, "trailer\n<</Size {size}/Root {catalog} 0 R>>\n");
        let _ = write!(text, "startxref\n{table}\n%%EOF\n");
        self.bytes.extend_from_slice(text.as_bytes());
        Ok(self.bytes)
    }

    /// A stream as it is, still packed; encrypted ones are opened.
    fn copy_stream(&mut self, number: u32, stream: &Stream<'a>) -> Result<(), Doubt> {
        let dict = stream.dict();
        // Its data lie in another file, or are encrypted in a way of their own.
        let filters = dict.get::<Array<'_>>("Filter");
        let mut filters = filters.iter().flat_map(|list| list.iter::<Name<'_>>());
        let first = dict.get::<Name<'_>>("Filter").or_else(|| filters.next());
        if dict.contains_key("F") || first.as_deref() == Some(b"Crypt") {
            return Err(Doubt);
        }
        let mut entries = Vec::new();
        self.entries(dict, |key| key != b"Length", &mut entries, 0)?;
        self.stream(number, &entries, &stream.raw_data())
    }
}

/// Other pages, and everything that hangs on them.
fn stays_behind(object: &Object<'_>) -> bool {
    let Object::Dict(dict) = object else { return false };
    let kind = dict.get::<Name<'_>>("Type");
    matches!(kind.as_deref(), Some(b"Page" | b"Pages" | b"Catalog"))
}

/// A number as PDF writes it: without an exponent.
fn numeral(text: &str) -> Result<String, Doubt> {
    if text.parse::<i64>().is_ok() {
        return Ok(text.to_owned());
    }
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    number.map(|number| number.to_string()).ok_or(Doubt)
}

/// A name, its unusual bytes as two digits each (ISO 32000-2 section 7.3.5).
fn name(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'/');
    for byte in text {
        if byte.is_ascii_graphic() && !b"()<>[]{}/%#".contains(byte) {
            out.push(*byte);
        } else {
            out.extend_from_slice(format!("#{byte:02x}").as_bytes());
        }
    }
}

fn hexadecimal(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'<');
    for byte in text {
        out.extend_from_slice(format!("{byte:02x}").as_bytes());
    }
    out.push(b'>');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_exponent() {
        for (text, numeral_) in [("7", "7"), ("-0.5", "-0.5"), ("1e-7", "0.0000001"), ("3.0", "3")]
        {
            assert_eq!(numeral(text), Ok(numeral_.to_owned()));
        }
        assert_eq!(numeral("inf"), Err(Doubt));
        assert_eq!(numeral("NaN"), Err(Doubt));
    }

    #[test]
    fn names_and_strings_keep_every_byte() {
        let mut out = Vec::new();
        name(b"A b#\xe5", &mut out);
        hexadecimal(b"\0)\xff", &mut out);
        assert_eq!(out, b"/A#20b#23#e5<0029ff>");
    }
}
