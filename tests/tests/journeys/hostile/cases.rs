//! The hostile requests, byte by byte.

use crate::scene::Client;

/// What a request shall get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Success: real clients send such things.
    Accept,
    /// A refusal, by IPP or HTTP.
    Refuse,
    /// Any answer.
    Answer,
    /// A refusal, or the end of the connection.
    RefuseOrClose,
}
use Wanted::{Accept, Answer, Refuse, RefuseOrClose};

/// One request.
pub struct Case {
    /// What is wrong with it.
    pub name: &'static str,
    /// What it shall get.
    pub wanted: Wanted,
    /// Whether the client says that nothing more follows.
    pub ends_early: bool,
    wire: Vec<u8>,
    piece_bytes: usize,
}

impl Case {
    /// What goes over the wire, in the pieces in which it is written.
    pub fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        self.wire.chunks(self.piece_bytes)
    }
}

// Tags of RFC 8010 section 3.5.
const OPERATION_GROUP: u8 = 0x01;
const JOB_GROUP: u8 = 0x02;
const END: u8 = 0x03;
const INTEGER: u8 = 0x21;
const BOOLEAN: u8 = 0x22;
const ENUM: u8 = 0x23;
const DATE_TIME: u8 = 0x31;
const RESOLUTION: u8 = 0x32;
const RANGE: u8 = 0x33;
const COLLECTION: u8 = 0x34;
const TEXT_WITH_LANGUAGE: u8 = 0x35;
const NAME_WITH_LANGUAGE: u8 = 0x36;
const END_COLLECTION: u8 = 0x37;
const TEXT: u8 = 0x41;
const NAME: u8 = 0x42;
const KEYWORD: u8 = 0x44;
const URI: u8 = 0x45;
const CHARSET: u8 = 0x47;
const LANGUAGE: u8 = 0x48;
const MEMBER_NAME: u8 = 0x4a;

const GET_PRINTER_ATTRIBUTES: u16 = 0x000b;

/// A message in the making, of parts that may be wrong.
struct Bytes(Vec<u8>);

impl Bytes {
    /// The header of a message: version, operation, request-id.
    fn header(version: [u8; 2], operation: u16, request_id: u32) -> Bytes {
        let mut bytes = version.to_vec();
        bytes.extend(operation.to_be_bytes());
        bytes.extend(request_id.to_be_bytes());
        Bytes(bytes)
    }

    /// A question for the printer's attributes, as far as every polite one begins.
    fn polite(uri: &str) -> Bytes {
        Bytes::header([2, 0], GET_PRINTER_ATTRIBUTES, 5).usual(uri)
    }

    /// The operation attributes that come first.
    fn usual(self, uri: &str) -> Bytes {
        self.tag(OPERATION_GROUP).charset().language().value(URI, "printer-uri", uri.as_bytes())
    }

    fn charset(self) -> Bytes {
        self.value(CHARSET, "attributes-charset", b"utf-8")
    }

    fn language(self) -> Bytes {
        self.value(LANGUAGE, "attributes-natural-language", b"en")
    }

    fn tag(self, tag: u8) -> Bytes {
        self.raw(&[tag])
    }

    fn raw(mut self, bytes: &[u8]) -> Bytes {
        self.0.extend_from_slice(bytes);
        self
    }

    fn value(self, tag: u8, name: &str, content: &[u8]) -> Bytes {
        let length = |bytes: &[u8]| u16::try_from(bytes.len()).expect("short enough").to_be_bytes();
        let name = name.as_bytes();
        self.tag(tag).raw(&length(name)).raw(name).raw(&length(content)).raw(content)
    }

    fn times(mut self, count: usize, add: impl Fn(Bytes, usize) -> Bytes) -> Bytes {
        for number in 0..count {
            self = add(self, number);
        }
        self
    }

    /// Collections in collections, so many levels deep.
    fn nested(self, levels: usize) -> Bytes {
        self.value(COLLECTION, "media-col", b"")
            .times(levels - 1, |bytes, _| {
                bytes.value(MEMBER_NAME, "", b"m").value(COLLECTION, "", b"")
            })
            .times(levels, |bytes, _| bytes.value(END_COLLECTION, "", b""))
    }

    fn end(self) -> Vec<u8> {
        self.tag(END).0
    }
}

/// Every case, for this client's queue.
pub fn all(client: &Client) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut http = |wanted, name, body: Vec<u8>| {
        let wire = client.http(&body);
        cases.push(Case { name, wanted, ends_early: false, wire, piece_bytes: 64 * 1024 });
    };
    values(&client.uri(), &mut http);
    collections(&client.uri(), &mut http);
    order(&client.uri(), &mut http);
    headers(&client.uri(), &mut http);
    volume(&client.uri(), &mut http);
    cases.extend(transport(client));
    cases
}

type Add<'a> = dyn FnMut(Wanted, &'static str, Vec<u8>) + 'a;

/// Values whose length or content cannot be.
fn values(uri: &str, add: &mut Add<'_>) {
    let polite = || Bytes::polite(uri);
    add(Accept, "a polite request", polite().end());
    for (name, tag, content) in [
        ("an integer of 3 bytes", INTEGER, &[0; 3][..]),
        ("an integer of 8 bytes", INTEGER, &[0; 8]),
        ("an empty integer", INTEGER, &[]),
        ("a boolean of 5 bytes", BOOLEAN, &[1, 0, 0, 0, 0]),
        ("an enum of 2 bytes", ENUM, &[0, 3]),
        ("a dateTime of 20 bytes", DATE_TIME, &[0; 20]),
        ("a resolution of 10 bytes", RESOLUTION, &[0; 10]),
        ("a range of 12 bytes", RANGE, &[0; 12]),
        ("a text with language whose first length is too long", TEXT_WITH_LANGUAGE, b"\xff\xffen"),
        (
            "a name with language whose second length is too long",
            NAME_WITH_LANGUAGE,
            b"\0\x02en\0\x08a",
        ),
        ("a text with language that ends in its length", TEXT_WITH_LANGUAGE, b"\0"),
    ] {
        add(Refuse, name, polite().value(tag, "x", content).end());
    }
    for (name, tag, content) in [
        ("a boolean of 7", BOOLEAN, &[7][..]),
        ("a text of 1 024 bytes", TEXT, &[b'a'; 1024]),
        ("a name of 256 bytes", NAME, &[b'a'; 256]),
        ("an extended tag without its number", 0x7f, b""),
        ("a value of a reserved tag", 0x3f, b"?"),
        ("a keyword with a line end", KEYWORD, b"a\r\nb"),
    ] {
        add(Answer, name, polite().value(tag, "x", content).end());
    }
    let past_end = |name_bytes: u16| polite().tag(TEXT).raw(&name_bytes.to_be_bytes()).raw(b"x");
    add(Refuse, "a name beyond the end", past_end(60_000).0);
    add(Refuse, "a value beyond the end", past_end(1).raw(&[0xea, 0x60]).raw(b"abc").0);
    let user = "requesting-user-name";
    add(Answer, "a user name that is not UTF-8", polite().value(NAME, user, b"\xc3\x28").end());
    let name = [0, 2, 0xc3, 0x28, 0, 1, b'k'];
    add(Answer, "an attribute name that is not UTF-8", polite().tag(KEYWORD).raw(&name).end());
}

/// Collections that do not end, do not begin, or nest.
fn collections(uri: &str, add: &mut Add<'_>) {
    let polite = || Bytes::polite(uri);
    add(Accept, "10 levels of collections", polite().nested(10).end());
    add(Refuse, "11 levels of collections", polite().nested(11).end());
    add(Refuse, "1 000 levels of collections", polite().nested(1_000).end());
    add(Answer, "20 000 levels of collections", polite().nested(20_000).end());
    let open = || polite().value(COLLECTION, "media-col", b"").value(MEMBER_NAME, "", b"m");
    add(Refuse, "a collection without an end", open().end());
    add(Refuse, "a member without a value", open().value(END_COLLECTION, "", b"").end());
    add(Refuse, "an end without a collection", polite().value(END_COLLECTION, "", b"").end());
    add(Refuse, "a member outside a collection", polite().value(MEMBER_NAME, "", b"m").end());
    let two = open().value(KEYWORD, "", b"one").value(KEYWORD, "", b"two");
    add(Accept, "a member with two values", two.value(END_COLLECTION, "", b"").end());
    let group = open().value(KEYWORD, "", b"one").tag(JOB_GROUP).value(KEYWORD, "x", b"k");
    add(Refuse, "a group that begins inside a collection", group.end());
}

/// Places where two readers could disagree about who asks for what.
fn order(uri: &str, add: &mut Add<'_>) {
    let bare = || Bytes::header([2, 0], GET_PRINTER_ATTRIBUTES, 5);
    let polite = || Bytes::polite(uri);
    let printer = |bytes: Bytes| bytes.value(URI, "printer-uri", uri.as_bytes());
    let nameless = bare().tag(OPERATION_GROUP).value(KEYWORD, "", b"first").charset().language();
    add(Refuse, "a further value of nothing", printer(nameless).end());
    let early = printer(bare()).tag(OPERATION_GROUP).charset().language();
    add(Refuse, "an attribute before every group", early.end());
    let split = bare().tag(OPERATION_GROUP).charset().language().tag(OPERATION_GROUP);
    add(Refuse, "two operation groups", printer(split).end());
    add(Refuse, "printer-uri twice", polite().value(URI, "printer-uri", b"ipp://other/").end());
    let user = "requesting-user-name";
    let two = polite().value(NAME, user, b"anna").value(NAME, user, b"bo");
    add(Refuse, "two names of who asks", two.end());
    let swapped = printer(bare().tag(OPERATION_GROUP).language().charset());
    add(Refuse, "the language before the charset", swapped.end());
    add(Refuse, "no attributes at all", bare().end());
    let other =
        bare().tag(OPERATION_GROUP).value(CHARSET, "attributes-charset", b"utf-7").language();
    add(Refuse, "a charset that nobody speaks", printer(other).end());
    let nowhere = bare().tag(OPERATION_GROUP).charset().language();
    add(Refuse, "a question to nobody", nowhere.end());
    add(Answer, "a reserved group", polite().tag(0x0f).value(KEYWORD, "x", b"k").end());
    add(Answer, "an empty job group", polite().tag(JOB_GROUP).end());
}

/// Headers.
fn headers(uri: &str, add: &mut Add<'_>) {
    let message =
        |version, operation, number| Bytes::header(version, operation, number).usual(uri).end();
    for (name, version, wanted) in [
        ("version 1.0", [1, 0], Answer),
        ("version 1.1", [1, 1], Accept),
        ("version 2.1", [2, 1], Accept),
        ("version 2.2", [2, 2], Accept),
        ("version 0.0", [0, 0], Refuse),
        ("version 255.255", [255, 255], Refuse),
    ] {
        add(wanted, name, message(version, GET_PRINTER_ATTRIBUTES, 5));
    }
    add(Refuse, "request-id 0", message([2, 0], GET_PRINTER_ATTRIBUTES, 0));
    add(Answer, "request-id -1", message([2, 0], GET_PRINTER_ATTRIBUTES, u32::MAX));
    add(Refuse, "an operation that nobody knows", message([2, 0], 0x3ffe, 5));
    add(Refuse, "operation 0", message([2, 0], 0, 5));
    add(Refuse, "no body", Vec::new());
    add(Refuse, "5 bytes of a header", message([2, 0], GET_PRINTER_ATTRIBUTES, 5)[..5].to_vec());
    add(Refuse, "a message without its end", Bytes::polite(uri).0);
}

/// Much of something.
fn volume(uri: &str, add: &mut Add<'_>) {
    let polite = || Bytes::polite(uri);
    let values = polite().value(KEYWORD, "x", b"").times(100_000, |b, _| b.value(KEYWORD, "", b""));
    add(Answer, "100 000 empty values", values.end());
    let many = polite().times(20_000, |b, n| b.value(KEYWORD, &format!("a{n}"), b"k"));
    add(Answer, "20 000 attributes", many.end());
    add(Answer, "20 000 groups", polite().times(20_000, |b, _| b.tag(JOB_GROUP)).end());
    let long = polite().times(40, |b, n| b.value(TEXT, &format!("a{n}"), &[b'a'; 60_000]));
    add(Answer, "2.4 MB of text", long.end());
}

/// HTTP that two readers could read differently.
fn transport(client: &Client) -> Vec<Case> {
    let polite = Bytes::polite(&client.uri()).end();
    let with = |fields: &str, body: &[u8]| {
        let mut wire = client.head(fields).into_bytes();
        wire.extend_from_slice(body);
        wire
    };
    let length = format!("Content-Length: {}\r\n", polite.len());
    let chunked = "Transfer-Encoding: chunked\r\n";
    let each_byte: Vec<u8> =
        polite.iter().flat_map(|byte| [b'1', b'\r', b'\n', *byte, b'\r', b'\n']).collect();
    let each_byte = [&each_byte[..], b"0\r\n\r\n"].concat();
    let whole = client.http(&polite);
    let long_field = format!("X-Long: {}\r\n{length}", "a".repeat(100_000));
    let many_fields = format!("{}{length}", "X: y\r\n".repeat(10_000));
    let case = |name, wanted, wire, piece_bytes, ends_early| Case {
        name,
        wanted,
        ends_early,
        wire,
        piece_bytes,
    };
    let big = 64 * 1024;
    vec![
        case("a byte in each chunk", Accept, with(chunked, &each_byte), big, false),
        case("a byte in each packet", Accept, whole.clone(), 1, false),
        case(
            "a chunk of 2^68 bytes",
            RefuseOrClose,
            with(chunked, b"fffffffffffffffff\r\nx"),
            big,
            true,
        ),
        case("a chunk of -1 bytes", RefuseOrClose, with(chunked, b"-1\r\nx\r\n"), big, true),
        case("a length of -1", RefuseOrClose, with("Content-Length: -1\r\n", &polite), big, true),
        case(
            "a length and chunks",
            RefuseOrClose,
            with(&format!("{length}{chunked}"), b"0\r\n\r\n"),
            big,
            true,
        ),
        case(
            "two lengths",
            RefuseOrClose,
            with(&format!("{length}Content-Length: 3\r\n"), &polite),
            big,
            true,
        ),
        case(
            "less than its length",
            RefuseOrClose,
            with("Content-Length: 5000\r\n", &polite[..20]),
            big,
            true,
        ),
        case("a field of 100 kB", RefuseOrClose, with(&long_field, &polite), big, true),
        case("10 000 fields", RefuseOrClose, with(&many_fields, &polite), big, true),
        case(
            "a body before it is asked for",
            Accept,
            with(&format!("{length}Expect: 100-continue\r\n"), &polite),
            big,
            false,
        ),
        case("no HTTP", RefuseOrClose, b"\x16\x03\x01\0\x05hello".to_vec(), big, true),
        case("zeros", RefuseOrClose, vec![0; 10_000], big, true),
    ]
}
