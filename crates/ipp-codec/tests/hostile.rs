//! Requests that attack or mislead, and what a server answers to each.

use ipp_codec::registry::ValueTag;
use ipp_codec::{DecodeFault, Limits, Operation, Request, Status, decode};

const KEYWORD: u8 = 0x44;
const TEXT: u8 = 0x41;
const NAME: u8 = 0x42;
const URI: u8 = 0x45;
const COLLECTION: u8 = 0x34;
const COLLECTION_END: u8 = 0x37;
const MEMBER: u8 = 0x4a;
const PRINTER_URI: &[u8] = b"ipp://localhost/ipp/print/q";

/// One attribute, or one more value of the one before when the name is empty.
fn field(tag: u8, name: &str, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    bytes.extend_from_slice(&(name.len() as u16).to_be_bytes());
    bytes.extend_from_slice(name.as_bytes());
    bytes.extend_from_slice(&(value.len() as u16).to_be_bytes());
    bytes.extend_from_slice(value);
    bytes
}

fn header(version: [u8; 2], operation: Operation, request_id: u32) -> Vec<u8> {
    let mut bytes = version.to_vec();
    bytes.extend_from_slice(&operation.code().to_be_bytes());
    bytes.extend_from_slice(&request_id.to_be_bytes());
    bytes
}

fn charset() -> Vec<u8> {
    field(0x47, "attributes-charset", b"utf-8")
}

fn language() -> Vec<u8> {
    field(0x48, "attributes-natural-language", b"en")
}

fn printer_uri() -> Vec<u8> {
    field(URI, "printer-uri", PRINTER_URI)
}

/// Get-Printer-Attributes as far as its target.
fn beginning() -> Vec<u8> {
    beginning_of(Operation::GET_PRINTER_ATTRIBUTES)
}

fn beginning_of(operation: Operation) -> Vec<u8> {
    [header([2, 0], operation, 7), vec![1], charset(), language(), printer_uri()].concat()
}

/// A whole request with these bytes behind its target.
fn request(tail: &[u8]) -> Vec<u8> {
    [&beginning(), tail, &[3]].concat()
}

/// One attribute of this many collections inside each other, itself included.
fn nested(levels: usize) -> Vec<u8> {
    let mut bytes = field(COLLECTION, "c", b"");
    for _ in 1..levels {
        bytes.extend(field(MEMBER, "", b"m"));
        bytes.extend(field(COLLECTION, "", b""));
    }
    bytes.extend(field(COLLECTION_END, "", b"").repeat(levels));
    bytes
}

/// What a server would answer.
fn answer(bytes: &[u8]) -> Status {
    match decode(bytes, &Limits::REQUEST) {
        Err(error) => error.status(),
        Ok((message, _)) => match Request::parse(&message, &Limits::REQUEST) {
            Err(violation) => violation.status,
            Ok(_) => Status::SUCCESSFUL_OK,
        },
    }
}

fn fault(bytes: &[u8]) -> Option<DecodeFault> {
    decode(bytes, &Limits::REQUEST).err().map(|error| error.fault)
}

#[test]
fn values_of_a_wrong_length_are_refused() {
    let table: [(&str, u8, &[u8], DecodeFault); 15] = [
        ("integer of 8 bytes", 0x21, &[0; 8], DecodeFault::ValueLength),
        ("integer of 3 bytes", 0x21, &[0; 3], DecodeFault::ValueLength),
        ("boolean of 5 bytes", 0x22, &[1, 0, 0, 0, 0], DecodeFault::ValueLength),
        ("boolean of 0 bytes", 0x22, &[], DecodeFault::ValueLength),
        ("enum of 2 bytes", 0x23, &[0, 3], DecodeFault::ValueLength),
        ("dateTime of 20 bytes", 0x31, &[0; 20], DecodeFault::ValueLength),
        ("resolution of 10 bytes", 0x32, &[0; 10], DecodeFault::ValueLength),
        ("range of 12 bytes", 0x33, &[0; 12], DecodeFault::ValueLength),
        ("no-value of 4 bytes", 0x13, &[0; 4], DecodeFault::ValueLength),
        ("collection with content", COLLECTION, b"x", DecodeFault::ValueLength),
        ("language length 0xffff", 0x35, b"\xff\xffen", DecodeFault::InnerLength),
        ("second length too long", 0x36, b"\x00\x02en\x00\x09a", DecodeFault::InnerLength),
        ("bytes behind the text", 0x35, b"\x00\x02en\x00\x01abc", DecodeFault::InnerLength),
        ("language without text", 0x35, b"\x00\x02en", DecodeFault::InnerLength),
        ("empty text with language", 0x35, b"", DecodeFault::InnerLength),
    ];
    for (case, tag, value, wanted) in table {
        let bytes = request(&field(tag, "x", value));
        assert_eq!(fault(&bytes), Some(wanted), "{case}");
        assert_eq!(answer(&bytes), Status::CLIENT_ERROR_BAD_REQUEST, "{case}");
    }
}

#[test]
fn lengths_beyond_the_message_are_refused() {
    let value = [&beginning()[..], &[TEXT, 0, 1, b'x', 0xea, 0x60], b"abc", &[3]].concat();
    assert_eq!(fault(&value), Some(DecodeFault::Truncated));
    let name = [&beginning()[..], b"\x44\xff\xffabc\x03"].concat();
    assert_eq!(fault(&name), Some(DecodeFault::NameTooLong));
    let long_name = request(&field(KEYWORD, &"a".repeat(256), b"k"));
    assert_eq!(fault(&long_name), Some(DecodeFault::NameTooLong));
    let cut = beginning();
    for end in 0..cut.len() {
        let error = decode(&cut[..end], &Limits::REQUEST).unwrap_err();
        assert_eq!(error.fault, DecodeFault::Truncated, "{end} bytes");
        assert_eq!(error.header.map(|header| header.request_id), (end >= 8).then_some(7));
    }
}

#[test]
fn collections_nest_ten_deep_and_no_deeper() {
    assert_eq!(answer(&request(&nested(10))), Status::SUCCESSFUL_OK);
    for levels in [11, 12, 1_000] {
        assert_eq!(fault(&request(&nested(levels))), Some(DecodeFault::TooDeep), "{levels}");
    }
    assert_eq!(fault(&request(&nested(10_000))), Some(DecodeFault::TooDeep));
}

#[test]
fn broken_collections_are_refused() {
    let open = field(COLLECTION, "c", b"");
    let member = field(MEMBER, "", b"m");
    let end = field(COLLECTION_END, "", b"");
    let one = field(KEYWORD, "", b"one");
    let table = [
        ("stray end", end.clone(), DecodeFault::StrayCollectionEnd),
        ("named stray end", field(COLLECTION_END, "e", b""), DecodeFault::StrayCollectionEnd),
        ("no end", [&open[..], &member].concat(), DecodeFault::UnterminatedCollection),
        ("group inside", [&open[..], &[2]].concat(), DecodeFault::UnterminatedCollection),
        ("member outside", field(MEMBER, "n", b"m"), DecodeFault::MemberOutsideCollection),
        ("nameless member outside", member.clone(), DecodeFault::MemberOutsideCollection),
        (
            "member without value",
            [&open[..], &member, &end].concat(),
            DecodeFault::MemberWithoutValue,
        ),
        ("two names", [&open[..], &member, &member].concat(), DecodeFault::MemberWithoutValue),
        ("value before member", [&open[..], &one].concat(), DecodeFault::ValueWithoutMember),
        (
            "collection before member",
            [&open[..], &field(COLLECTION, "", b"")].concat(),
            DecodeFault::ValueWithoutMember,
        ),
        (
            "named value",
            [&open[..], &member, &field(KEYWORD, "n", b"v")].concat(),
            DecodeFault::ValueWithoutMember,
        ),
        (
            "empty member name",
            [&open[..], &field(MEMBER, "", b"")].concat(),
            DecodeFault::NameCharacters,
        ),
        (
            "end with content",
            [&open[..], &field(COLLECTION_END, "", b"x")].concat(),
            DecodeFault::ValueLength,
        ),
    ];
    for (case, tail, wanted) in table {
        assert_eq!(fault(&request(&tail)), Some(wanted), "{case}");
    }
}

#[test]
fn a_collection_member_keeps_all_its_values() {
    let two = [
        field(COLLECTION, "media-col", b""),
        field(MEMBER, "", b"a"),
        field(KEYWORD, "", b"one"),
        field(KEYWORD, "", b"two"),
        field(MEMBER, "", b"b"),
        field(KEYWORD, "", b"three"),
        field(COLLECTION_END, "", b""),
    ];
    let (message, _) = decode(&request(&two.concat()), &Limits::REQUEST).unwrap();
    let collection = &message.groups[0].get("media-col").unwrap().values[0];
    let members = collection.as_collection().unwrap();
    let counts: Vec<_> = members.iter().map(|member| member.values.len()).collect();
    assert_eq!(counts, [2, 1]);
}

#[test]
fn messages_that_two_readers_could_read_differently_are_refused() {
    let start = || [header([2, 0], Operation::GET_PRINTER_ATTRIBUTES, 7), vec![1]].concat();
    let first = [charset(), language(), printer_uri()].concat();
    let table = [
        (
            "nameless first value",
            [start(), field(KEYWORD, "", b"evil"), first.clone()].concat(),
            DecodeFault::NamelessValue,
        ),
        (
            "attribute before any group",
            [header([2, 0], Operation::GET_JOBS, 7), printer_uri(), vec![1], charset(), language()]
                .concat(),
            DecodeFault::AttributeOutsideGroup,
        ),
        (
            "nameless value before any group",
            [header([2, 0], Operation::GET_JOBS, 7), field(KEYWORD, "", b"k")].concat(),
            DecodeFault::AttributeOutsideGroup,
        ),
        (
            "two operation groups",
            [start(), charset(), language(), vec![1], printer_uri()].concat(),
            DecodeFault::SecondOperationGroup,
        ),
        (
            "operation group at the end",
            [start(), first.clone(), vec![2, 1]].concat(),
            DecodeFault::SecondOperationGroup,
        ),
        (
            "printer-uri twice",
            [start(), first.clone(), field(URI, "printer-uri", b"ipp://else/")].concat(),
            DecodeFault::RepeatedAttribute,
        ),
        (
            "nameless value in a new group",
            [start(), first.clone(), vec![2], field(KEYWORD, "", b"k")].concat(),
            DecodeFault::NamelessValue,
        ),
        (
            "requesting-user-name twice",
            [
                start(),
                first.clone(),
                field(NAME, "requesting-user-name", b"alice"),
                field(NAME, "requesting-user-name", b"bob"),
            ]
            .concat(),
            DecodeFault::RepeatedAttribute,
        ),
        (
            "reserved group tag",
            [start(), first.clone(), vec![0]].concat(),
            DecodeFault::ReservedGroup,
        ),
        (
            "name that is not ASCII",
            [start(), first.clone(), field(KEYWORD, "å", b"k")].concat(),
            DecodeFault::NameCharacters,
        ),
    ];
    for (case, mut bytes, wanted) in table {
        bytes.push(3);
        assert_eq!(fault(&bytes), Some(wanted), "{case}");
        assert_eq!(answer(&bytes), Status::CLIENT_ERROR_BAD_REQUEST, "{case}");
    }
}

#[test]
fn what_devices_do_is_read() {
    let table = [
        ("boolean 0x07", field(0x22, "x", &[7])),
        ("tag 0x7f without content", field(0x7f, "x", b"")),
        ("tag 0x7f with content", field(0x7f, "x", &[0, 0, 1, 0, 9])),
        ("unassigned tags", [field(0x0b + 0x40, "x", b"a"), field(0x7e, "y", b"b")].concat()),
        ("unknown group", [&[0x0f][..], &field(KEYWORD, "x", b"k")].concat()),
        ("dateTime of month 99", field(0x31, "x", &[7, 200, 99, 1, 0, 0, 0, 0, b'+', 0, 0])),
        ("empty job group", vec![2]),
        ("mixed values", [field(0x33, "page-ranges", &[0; 8]), field(KEYWORD, "", b"k")].concat()),
    ];
    for (case, tail) in table {
        assert_eq!(answer(&request(&tail)), Status::SUCCESSFUL_OK, "{case}");
    }
}

#[test]
fn the_beginning_of_a_request_has_its_order() {
    let bad = Status::CLIENT_ERROR_BAD_REQUEST;
    let get = |first: &[Vec<u8>]| {
        let start = header([2, 0], Operation::GET_PRINTER_ATTRIBUTES, 7);
        [start, vec![1], first.concat(), vec![3]].concat()
    };
    let utf_16 = field(0x47, "attributes-charset", b"utf-16");
    let upper = field(0x47, "attributes-charset", b"UTF-8");
    let job_uri = field(URI, "job-uri", b"ipp://localhost/jobs/1");
    let text_uri = field(TEXT, "printer-uri", PRINTER_URI);
    let two_uris = [printer_uri(), field(URI, "", b"ipp://else/")].concat();
    let table = [
        ("language first", get(&[language(), charset(), printer_uri()]), bad),
        ("no attributes", get(&[]), bad),
        ("no language", get(&[charset(), printer_uri()]), bad),
        ("no target", get(&[charset(), language()]), bad),
        ("target of a job", get(&[charset(), language(), job_uri]), bad),
        ("target of the wrong type", get(&[charset(), language(), text_uri]), bad),
        ("target with two values", get(&[charset(), language(), two_uris]), bad),
        (
            "other charset",
            get(&[utf_16, language(), printer_uri()]),
            Status::CLIENT_ERROR_CHARSET_NOT_SUPPORTED,
        ),
        ("charset in capitals", get(&[upper, language(), printer_uri()]), Status::SUCCESSFUL_OK),
        ("no groups", [header([2, 0], Operation::GET_JOBS, 7), vec![3]].concat(), bad),
        (
            "job group first",
            [header([2, 0], Operation::GET_JOBS, 7), vec![2], charset(), vec![3]].concat(),
            bad,
        ),
        ("two job groups", request(&[2, 2]), bad),
    ];
    for (case, bytes, wanted) in table {
        assert_eq!(answer(&bytes), wanted, "{case}");
    }
}

#[test]
fn the_target_may_stand_where_libcups_puts_it() {
    // `lp -h SERVER -d QUEUE` of CUPS 2.4.2 asks like this.
    let lp = [
        header([2, 0], Operation::GET_PRINTER_ATTRIBUTES, 1),
        vec![1],
        charset(),
        language(),
        field(KEYWORD, "requested-attributes", b"auth-info-required"),
        field(KEYWORD, "", b"device-uri"),
        field(NAME, "requesting-user-name", b"alice"),
        printer_uri(),
        vec![3],
    ];
    assert_eq!(answer(&lp.concat()), Status::SUCCESSFUL_OK);
}

#[test]
fn versions_request_ids_and_operations_have_their_statuses() {
    let get = Operation::GET_PRINTER_ATTRIBUTES;
    let tail = [vec![1], charset(), language(), printer_uri(), vec![3]].concat();
    let of = |version, operation, id| [header(version, operation, id), tail.clone()].concat();
    for version in [[1, 0], [1, 1], [2, 0], [2, 1], [2, 2]] {
        assert_eq!(answer(&of(version, get, 1)), Status::SUCCESSFUL_OK, "{version:?}");
    }
    for version in [[0, 0], [1, 2], [2, 3], [3, 0], [9, 9]] {
        let wanted = Status::SERVER_ERROR_VERSION_NOT_SUPPORTED;
        assert_eq!(answer(&of(version, get, 1)), wanted, "{version:?}");
        assert_eq!(answer(&[&version[..], b"garbage garbage"].concat()), wanted, "{version:?}");
    }
    for id in [0, 0x8000_0000, u32::MAX] {
        assert_eq!(answer(&of([2, 0], get, id)), Status::CLIENT_ERROR_BAD_REQUEST, "{id}");
    }
    for operation in [Operation::new(0x3fff), Operation::PURGE_JOBS, Operation::PRINT_URI] {
        let wanted = Status::SERVER_ERROR_OPERATION_NOT_SUPPORTED;
        assert_eq!(answer(&of([2, 0], operation, 1)), wanted, "{operation}");
    }
}

#[test]
fn strings_beyond_their_limits_are_answered_with_0x0409() {
    let long = |tag: u8, length: usize| field(tag, "x", &vec![b'a'; length]);
    for (tag, length) in [(TEXT, 1_023), (NAME, 255), (KEYWORD, 255), (URI, 1_023), (0x30, 1_023)] {
        let tag_name = ValueTag::new(tag);
        assert_eq!(answer(&request(&long(tag, length))), Status::SUCCESSFUL_OK, "{tag_name}");
        let wanted = Status::CLIENT_ERROR_REQUEST_VALUE_TOO_LONG;
        assert_eq!(answer(&request(&long(tag, length + 1))), wanted, "{tag_name}");
        let in_job_group = [&[2][..], &long(tag, length + 1)].concat();
        assert_eq!(answer(&request(&in_job_group)), wanted, "{tag_name} of a job");
    }
    let name = field(NAME, "requesting-user-name", &[b'a'; 256]);
    let (message, _) = decode(&request(&name), &Limits::REQUEST).unwrap();
    let violation = Request::parse(&message, &Limits::REQUEST).unwrap_err();
    assert_eq!(violation.unsupported[0].name, "requesting-user-name");
}

#[test]
fn operation_attributes_have_their_registered_syntax() {
    let bad = Status::CLIENT_ERROR_BAD_REQUEST;
    let table = [
        ("limit 0", field(0x21, "limit", &[0; 4]), bad),
        ("limit as keyword", field(KEYWORD, "limit", b"all"), bad),
        ("my-jobs as integer", field(0x21, "my-jobs", &[0, 0, 0, 1]), bad),
        ("name not UTF-8", field(NAME, "requesting-user-name", b"\xff\xfe"), bad),
        ("keyword with a line break", field(KEYWORD, "which-jobs", b"a\nb"), bad),
        ("uri with a zero", field(URI, "document-uri", b"ipp://a\0b"), bad),
        (
            "name with language",
            field(0x36, "requesting-user-name", b"\x00\x02sv\x00\x03bob"),
            Status::SUCCESSFUL_OK,
        ),
        ("name as text", field(TEXT, "requesting-user-name", b"bob"), bad),
        ("user unknown", field(0x12, "requesting-user-name", b""), bad),
    ];
    for (case, tail, wanted) in table {
        assert_eq!(answer(&request(&tail)), wanted, "{case}");
    }
}

#[test]
fn jobs_are_named_once() {
    let cancel =
        |tail: &[u8]| answer(&[&beginning_of(Operation::CANCEL_JOB)[..], tail, &[3]].concat());
    let bad = Status::CLIENT_ERROR_BAD_REQUEST;
    let id = field(0x21, "job-id", &[0, 0, 0, 17]);
    let uri = field(URI, "job-uri", b"ipp://localhost/jobs/18");
    assert_eq!(cancel(&id), Status::SUCCESSFUL_OK);
    assert_eq!(cancel(&[]), bad);
    assert_eq!(cancel(&field(0x21, "job-id", &[0; 4])), bad);
    assert_eq!(cancel(&[id, uri].concat()), bad);
}

#[test]
fn what_an_operation_needs_is_asked_for() {
    let answer_to =
        |operation, tail: &[u8]| answer(&[&beginning_of(operation)[..], tail, &[3]].concat());
    let id = field(0x21, "job-id", &[0, 0, 0, 17]);
    let bad = Status::CLIENT_ERROR_BAD_REQUEST;
    assert_eq!(answer_to(Operation::SEND_DOCUMENT, &id), bad, "last-document is missing");
    assert_eq!(answer_to(Operation::SET_JOB_ATTRIBUTES, &id), bad, "nothing to set");
    let first = field(KEYWORD, "first-job-id", b"one");
    assert_eq!(answer_to(Operation::GET_JOBS, &first), bad, "first-job-id is no number");
}

#[test]
fn floods_are_refused_at_their_limits() {
    let too_large = Status::CLIENT_ERROR_REQUEST_ENTITY_TOO_LARGE;
    let values =
        |count: usize| [field(KEYWORD, "x", b""), field(KEYWORD, "", b"").repeat(count - 1)];
    assert_eq!(answer(&request(&values(1_000).concat())), Status::SUCCESSFUL_OK);
    assert_eq!(fault(&request(&values(1_001).concat())), Some(DecodeFault::TooManyValues));
    assert_eq!(answer(&request(&values(100_000).concat())), too_large);
    let attributes = |count: usize| -> Vec<u8> {
        (0..count).flat_map(|number| field(KEYWORD, &format!("a{number:05}"), b"k")).collect()
    };
    assert_eq!(answer(&request(&attributes(997))), Status::SUCCESSFUL_OK);
    assert_eq!(fault(&request(&attributes(998))), Some(DecodeFault::TooManyAttributes));
    assert_eq!(answer(&request(&attributes(20_000))), too_large);
    assert_eq!(fault(&request(&[9; 99])), None);
    assert_eq!(fault(&request(&[9; 100])), Some(DecodeFault::TooManyGroups));
    let big = |count: u8| -> Vec<u8> {
        (0..count).flat_map(|id| field(0x30, &format!("b{id}"), &[0; 8_000])).collect()
    };
    assert_eq!(fault(&request(&big(8))), None);
    assert_eq!(fault(&request(&big(9))), Some(DecodeFault::TooManyBytes));
}

#[test]
fn a_field_beyond_the_limit_is_refused_before_it_is_stored() {
    // The last length says 65,535 bytes: the answer comes without any of them.
    let start = [&beginning()[..], &[TEXT, 0, 1, b'x', 0xff, 0xff]].concat();
    let mut decoder = ipp_codec::Decoder::new(Limits::REQUEST);
    let error = decoder.feed(&start).unwrap_err();
    assert_eq!(error.fault, DecodeFault::TooManyBytes);
    assert_eq!(decoder.feed(b"more"), Err(error));
}

#[test]
fn printers_may_repeat_themselves() {
    let twice = [&request(&[])[..], &[]].concat();
    let repeated = [
        &twice[..twice.len() - 1],
        &[4],
        &field(KEYWORD, "a", b"1"),
        &field(KEYWORD, "a", b"2"),
        &[1],
        &charset(),
        &[3],
    ]
    .concat();
    let (message, _) = decode(&repeated, &Limits::REPLY).unwrap();
    assert_eq!(message.groups[1].get("a").unwrap().as_str(), Some("1"));
    assert_eq!(ipp_codec::encode(&message).unwrap(), repeated);
    let text = request(&field(TEXT, "x", &[b'a'; 5_000]));
    let (message, _) = decode(&text, &Limits::REPLY).unwrap();
    assert_eq!(ipp_codec::check_request(&message, &Limits::REPLY), Ok(()));
}
