//! Requests and answers through the builders and readers that programs use.

mod support;

use ipp_codec::{
    Attribute, AttributeGroup, Call, ClientRequest, EncodeError, EncodedAttribute, EncodedGroup,
    Group, GroupTag, Header, Limits, Member, Message, Operation, Reply, Request, Response, Status,
    Target, Value, Version, decode, encode, names,
};
use support::samples;

const PRINTER: &str = "ipp://localhost:8631/ipp/print/q";

/// What a server gets when a client sends this.
fn received(request: &ClientRequest) -> Request {
    let bytes = request.encode().expect("the request can be written");
    let (message, end) = decode(&bytes, &Limits::REQUEST).expect("the request can be read");
    assert_eq!(end, bytes.len());
    Request::parse(&message, &Limits::REQUEST).expect("the request is proper")
}

/// What a client gets when a server sends this.
fn delivered(response: &Response) -> Reply {
    let bytes = response.encode().expect("the answer can be written");
    Reply::decode(&bytes).expect("the answer can be read")
}

fn header(version: Version) -> Header {
    Header { version, code: Operation::GET_JOBS.code(), request_id: 42 }
}

#[test]
fn a_print_job_arrives_with_all_that_the_client_said() {
    let request = received(&samples::request(Operation::PRINT_JOB));
    assert_eq!(
        request.target,
        Target::Printer { uri: "ipp://localhost:8631/ipp/print/followme".into() }
    );
    assert_eq!(request.requesting_user_name.as_deref(), Some("åsa"));
    assert_eq!(request.natural_language, "en");
    let Call::PrintJob(job) = request.call else { panic!("{:?}", request.call) };
    assert_eq!(job.job_name.as_deref(), Some("Årsredovisning.pdf"));
    assert_eq!(job.document_format.as_deref(), Some("application/pdf"));
    assert_eq!(job.compression.as_deref(), Some("none"));
    assert_eq!(job.job_k_octets, Some(42));
    assert!(!job.ipp_attribute_fidelity);
    assert_eq!(job.job_attributes.len(), 9);
    assert_eq!(job.job_attributes[0], Attribute::integer(names::COPIES, 2));
}

#[test]
fn what_is_not_said_has_the_default_of_the_standard() {
    let get = received(&ClientRequest::new(Operation::GET_JOBS, PRINTER));
    let Call::GetJobs(jobs) = get.call else { panic!("{:?}", get.call) };
    assert!(jobs.requested.wants(names::JOB_ID, AttributeGroup::JobStatus));
    assert!(jobs.requested.wants(names::JOB_URI, AttributeGroup::JobStatus));
    assert!(!jobs.requested.wants(names::JOB_NAME, AttributeGroup::JobDescription));
    assert!(!jobs.my_jobs);
    let printer = received(&ClientRequest::new(Operation::GET_PRINTER_ATTRIBUTES, PRINTER));
    let Call::GetPrinterAttributes { requested, .. } = printer.call else {
        panic!("{:?}", printer.call)
    };
    assert!(requested.wants(names::PRINTER_NAME, AttributeGroup::PrinterDescription));
    assert!(!requested.wants(names::MEDIA_COL_DATABASE, AttributeGroup::JobTemplate));
    let print = received(&ClientRequest::new(Operation::PRINT_JOB, PRINTER));
    let Call::PrintJob(job) = print.call else { panic!("{:?}", print.call) };
    assert_eq!((job.job_name, job.compression, job.ipp_attribute_fidelity), (None, None, false));
    assert_eq!(print.requesting_user_name, None);
}

#[test]
fn jobs_are_named_by_number_or_by_uri() {
    let by_number = ClientRequest::new(Operation::CANCEL_JOB, PRINTER).job_id(17);
    let wanted = Target::PrinterJob { uri: PRINTER.into(), id: 17 };
    assert_eq!(received(&by_number).target, wanted);
    let by_uri = ClientRequest::to_job(Operation::CANCEL_JOB, "ipp://localhost/jobs/17");
    assert_eq!(received(&by_uri).target, Target::Job { uri: "ipp://localhost/jobs/17".into() });
    let server = ClientRequest::without_target(Operation::CUPS_GET_PRINTERS);
    assert_eq!(received(&server).target, Target::Server);
}

#[test]
fn names_from_clients_lose_their_control_characters() {
    let request = ClientRequest::new(Operation::PRINT_JOB, PRINTER)
        .requesting_user_name("eve\r\nSet-Cookie: x")
        .attribute(Attribute::name(names::JOB_NAME, " \t "));
    let request = received(&request);
    assert_eq!(request.requesting_user_name.as_deref(), Some("eve  Set-Cookie: x"));
    let Call::PrintJob(job) = request.call else { panic!("{:?}", request.call) };
    assert_eq!(job.job_name, None);
}

#[test]
fn an_answer_repeats_the_version_and_number_of_its_request() {
    let table = [
        (Version::V1_0, Version::V1_0),
        (Version::V1_1, Version::V1_1),
        (Version::V2_0, Version::V2_0),
        (Version::V2_1, Version::V2_0),
        (Version::V2_2, Version::V2_0),
        (Version { major: 0, minor: 0 }, Version::HIGHEST),
        (Version { major: 9, minor: 9 }, Version::HIGHEST),
    ];
    for (asked, answered) in table {
        let reply = delivered(&Response::new(header(asked), Status::SUCCESSFUL_OK));
        assert_eq!(reply.message().version, answered, "{asked}");
        assert_eq!(reply.request_id(), 42);
        let first = &reply.message().groups[0].attributes;
        assert_eq!(first[0].name, names::ATTRIBUTES_CHARSET);
        assert_eq!(first[1].name, names::ATTRIBUTES_NATURAL_LANGUAGE);
    }
}

#[test]
fn jobs_of_an_answer_are_read_one_by_one() {
    let job = |id, name: &str| {
        vec![
            Attribute::integer(names::JOB_ID, id),
            Attribute::name(names::JOB_NAME, name),
            Attribute::keywords(names::JOB_STATE_REASONS, ["job-printing", "a\nb"]),
            Attribute::boolean("held", true),
        ]
    };
    let response = Response::new(header(Version::V2_0), Status::SUCCESSFUL_OK)
        .group(GroupTag::JOB, job(1, "ett\u{7}"))
        .group(GroupTag::JOB, job(2, "två"));
    let reply = delivered(&response);
    let jobs: Vec<&Group> = reply.groups(GroupTag::JOB).collect();
    assert_eq!(jobs[0].string(names::JOB_NAME).as_deref(), Some("ett "));
    assert_eq!(jobs[1].integer(names::JOB_ID), Some(2));
    assert_eq!(jobs[1].keywords(names::JOB_STATE_REASONS), ["job-printing", "a\nb"]);
    assert_eq!(jobs[1].boolean("held"), Some(true));
    assert_eq!(jobs[1].integer("missing"), None);
    assert_eq!(reply.integers(GroupTag::JOB, names::JOB_ID), [1]);
    let plain = reply.strings(GroupTag::JOB, names::JOB_STATE_REASONS);
    assert_eq!(plain, ["job-printing", "a b"]);
    assert_eq!(reply.keywords(GroupTag::PRINTER, names::JOB_NAME), Vec::<&str>::new());
}

#[test]
fn a_status_message_is_cut_to_what_the_standard_allows() {
    let response = Response::new(header(Version::V2_0), Status::SERVER_ERROR_BUSY)
        .status_message(&"ö".repeat(200));
    let reply = delivered(&response);
    assert_eq!(reply.status(), Status::SERVER_ERROR_BUSY);
    assert_eq!(reply.status_message(), Some("ö".repeat(127)));
}

#[test]
fn the_unsupported_group_stands_between_operation_and_job() {
    let unsupported = vec![Attribute::new("smell", Value::unsupported())];
    let status = Status::SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES;
    let response = Response::new(header(Version::V2_0), status)
        .unsupported(unsupported)
        .group(GroupTag::JOB, vec![Attribute::integer(names::JOB_ID, 1)]);
    let tags: Vec<GroupTag> =
        delivered(&response).message().groups.iter().map(|group| group.tag).collect();
    assert_eq!(tags, [GroupTag::OPERATION, GroupTag::UNSUPPORTED, GroupTag::JOB]);
    let nothing = Response::new(header(Version::V2_0), Status::SUCCESSFUL_OK).unsupported(vec![]);
    assert_eq!(delivered(&nothing).message().groups.len(), 1);
}

#[test]
fn a_group_that_was_encoded_before_reads_like_any_other() {
    let attributes = [
        Attribute::name(names::PRINTER_NAME, "followme"),
        Attribute::keywords(names::SIDES_SUPPORTED, ["one-sided", "two-sided-long-edge"]),
        Attribute::integer(names::QUEUED_JOB_COUNT, 7),
    ];
    let answer = || Response::new(header(Version::V2_0), Status::SUCCESSFUL_OK);
    let mut group = EncodedGroup::new(GroupTag::PRINTER).unwrap();
    for attribute in &attributes[..2] {
        group.push(&EncodedAttribute::new(attribute).unwrap());
    }
    // What cannot be written leaves nothing of itself behind.
    let long = Attribute::keyword(names::PRINTER_NAME, &"x".repeat(70_000));
    assert!(group.encode(&long).is_err() && EncodedAttribute::new(&long).is_err());
    group.encode(&attributes[2]).unwrap();
    let plain = answer().group(GroupTag::PRINTER, attributes.to_vec());
    assert_eq!(answer().encoded_group(group).encode(), plain.encode());
}

#[test]
fn what_would_read_back_differently_is_not_written() {
    let with = |attribute: Attribute| {
        let mut message = Message::new(header(Version::V2_0));
        message.groups.push(Group::new(GroupTag::JOB, vec![attribute]));
        message
    };
    let deep = |levels: usize| {
        let nested = |inner, _| Value::Collection(vec![Member::new("m", inner)]);
        Attribute::new("c", (1..levels).fold(Value::Collection(Vec::new()), nested))
    };
    let other = |tag| Value::Other { tag: ipp_codec::registry::ValueTag::new(tag), bytes: vec![] };
    let no_values = Attribute { name: "x".into(), values: Vec::new() };
    let no_member_values = Member { name: "m".into(), values: Vec::new() };
    let table = [
        (Attribute::text("x", &"a".repeat(65_536)), EncodeError::TooLong("x".into())),
        (
            Attribute::new("x", Value::OctetString(vec![0; 65_540])),
            EncodeError::TooLong("x".into()),
        ),
        (Attribute::text("", "nameless"), EncodeError::NoName),
        (no_values, EncodeError::NoValue("x".into())),
        (Attribute::collection("c", vec![no_member_values]), EncodeError::NoValue("m".into())),
        (Attribute::collection("c", vec![Member::new("", Value::no_value())]), EncodeError::NoName),
        (deep(11), EncodeError::TooDeep("c".into())),
        (Attribute::new("x", other(0x03)), EncodeError::Tag(0x03)),
        (Attribute::new("x", other(0x37)), EncodeError::Tag(0x37)),
        (Attribute::new("x", other(0x4a)), EncodeError::Tag(0x4a)),
    ];
    for (attribute, wanted) in table {
        assert_eq!(encode(&with(attribute)), Err(wanted));
    }
    assert!(encode(&with(deep(10))).is_ok());
    assert!(encode(&with(Attribute::text("x", &"a".repeat(65_535)))).is_ok());
    let mut wrong_group = with(Attribute::no_value("x"));
    wrong_group.groups[0].tag = GroupTag::new(3);
    assert_eq!(encode(&wrong_group), Err(EncodeError::Tag(3)));
    let mut buffer = b"before".to_vec();
    assert!(ipp_codec::encode_into(&wrong_group, &mut buffer).is_err());
    assert_eq!(buffer, b"before");
}
