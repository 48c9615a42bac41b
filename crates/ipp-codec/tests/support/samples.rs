//! Valid messages of every operation, made with the crate's own builders.

use ipp_codec::value::LanguageString;
use ipp_codec::{
    Attribute, ClientRequest, DateTime, GroupTag, Header, Member, Message, Operation, Response,
    Status, Value, Version, names,
};

const PRINTER: &str = "ipp://localhost:8631/ipp/print/followme";
const JOB: &str = "ipp://localhost:8631/ipp/print/followme/17";

/// Every operation that has a typed request.
pub const OPERATIONS: [Operation; 15] = [
    Operation::PRINT_JOB,
    Operation::VALIDATE_JOB,
    Operation::CREATE_JOB,
    Operation::SEND_DOCUMENT,
    Operation::CLOSE_JOB,
    Operation::CANCEL_JOB,
    Operation::GET_JOB_ATTRIBUTES,
    Operation::GET_JOBS,
    Operation::GET_PRINTER_ATTRIBUTES,
    Operation::HOLD_JOB,
    Operation::RELEASE_JOB,
    Operation::SET_JOB_ATTRIBUTES,
    Operation::CUPS_GET_DEFAULT,
    Operation::CUPS_GET_PRINTERS,
    Operation::CUPS_GET_CLASSES,
];

/// One or two valid requests for each operation.
pub fn requests() -> Vec<Message> {
    let mut requests: Vec<Message> =
        OPERATIONS.iter().map(|operation| request(*operation).into_message()).collect();
    let by_uri = [Operation::GET_JOB_ATTRIBUTES, Operation::CANCEL_JOB, Operation::RELEASE_JOB];
    requests.extend(by_uri.iter().map(|operation| {
        let request = ClientRequest::to_job(*operation, JOB).version(Version::V1_1);
        request.requesting_user_name("bob").into_message()
    }));
    requests
}

/// One valid request for this operation.
pub fn request(operation: Operation) -> ClientRequest {
    let to_printer = || ClientRequest::new(operation, PRINTER);
    let to_job = || to_printer().job_id(17).requesting_user_name("alice");
    match operation {
        Operation::PRINT_JOB | Operation::VALIDATE_JOB => new_job(to_printer())
            .attribute(Attribute::keyword(names::COMPRESSION, "none"))
            .job_attributes(job_attributes()),
        Operation::CREATE_JOB => new_job(to_printer()).job_attributes(job_attributes()),
        Operation::SEND_DOCUMENT => to_job()
            .attribute(Attribute::boolean(names::LAST_DOCUMENT, true))
            .attribute(Attribute::mime_type(names::DOCUMENT_FORMAT, "application/pdf")),
        Operation::GET_JOBS => to_printer()
            .requesting_user_name("alice")
            .attribute(Attribute::integer(names::LIMIT, 100))
            .attribute(Attribute::boolean(names::MY_JOBS, true))
            .attribute(Attribute::keyword(names::WHICH_JOBS, "not-completed"))
            .requested_attributes(["job-id", "job-state", "job-name"]),
        Operation::GET_PRINTER_ATTRIBUTES => to_printer()
            .requested_attributes(["all", "media-col-database"])
            .attribute(Attribute::mime_type(names::DOCUMENT_FORMAT, "image/urf")),
        Operation::HOLD_JOB => {
            to_job().attribute(Attribute::keyword(names::JOB_HOLD_UNTIL, "indefinite"))
        }
        Operation::SET_JOB_ATTRIBUTES => to_job().job_attributes(vec![
            Attribute::integer(names::COPIES, 3),
            Attribute::set(
                names::SIDES,
                [Value::OutOfBand(ipp_codec::OutOfBand::DELETE_ATTRIBUTE)],
            ),
        ]),
        Operation::CANCEL_JOB => to_job().attribute(Attribute::text(names::MESSAGE, "nej tack")),
        Operation::CUPS_GET_DEFAULT
        | Operation::CUPS_GET_PRINTERS
        | Operation::CUPS_GET_CLASSES => ClientRequest::without_target(operation)
            .requesting_user_name("alice")
            .requested_attributes(["printer-name", "printer-uri-supported"]),
        _ => to_job(),
    }
}

fn new_job(request: ClientRequest) -> ClientRequest {
    request
        .requesting_user_name("åsa")
        .attribute(Attribute::name(names::JOB_NAME, "Årsredovisning.pdf"))
        .attribute(Attribute::boolean(names::IPP_ATTRIBUTE_FIDELITY, false))
        .attribute(Attribute::mime_type(names::DOCUMENT_FORMAT, "application/pdf"))
        .attribute(Attribute::integer(names::JOB_K_OCTETS, 42))
}

fn job_attributes() -> Vec<Attribute> {
    let size = Value::Collection(vec![
        Member::new(names::X_DIMENSION, Value::Integer(21_000)),
        Member::new(names::Y_DIMENSION, Value::Integer(29_700)),
    ]);
    vec![
        Attribute::integer(names::COPIES, 2),
        Attribute::keyword(names::SIDES, "two-sided-long-edge"),
        Attribute::enumeration(names::PRINT_QUALITY, 4),
        Attribute::new(names::PRINTER_RESOLUTION, Value::dots_per_inch(600)),
        Attribute::set(names::PAGE_RANGES, [Value::range(1, 3), Value::range(7, 9)]),
        Attribute::enumerations(names::FINISHINGS, [4, 20]),
        Attribute::collection(
            names::MEDIA_COL,
            vec![
                Member::new(names::MEDIA_SIZE, size),
                Member {
                    name: "media-type".into(),
                    values: vec![Value::keyword("stationery"), Value::name("brevpapper")],
                },
            ],
        ),
        Attribute::new(
            "job-sheet-message",
            Value::TextWithLanguage(Box::new(LanguageString {
                language: b"sv".to_vec(),
                string: "Hämtas i dag".as_bytes().to_vec(),
            })),
        ),
        Attribute::date_time("job-hold-until-time", DateTime::from_unix_seconds(1_767_225_599)),
    ]
}

/// Answers of a printer, with several groups.
pub fn replies() -> Vec<Message> {
    let request = Header { version: Version::V2_0, code: 0x000A, request_id: 7 };
    let job = |id| {
        vec![
            Attribute::integer(names::JOB_ID, id),
            Attribute::enumeration(names::JOB_STATE, 4),
            Attribute::keywords(names::JOB_STATE_REASONS, ["job-release-wait"]),
            Attribute::no_value(names::TIME_AT_COMPLETED),
        ]
    };
    let jobs = Response::new(request, Status::SUCCESSFUL_OK)
        .status_message("ok")
        .group(GroupTag::JOB, job(1))
        .group(GroupTag::JOB, job(2))
        .group(GroupTag::JOB, Vec::new());
    let refused = Response::new(request, Status::CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED)
        .unsupported(vec![
            Attribute::new("smell", Value::unsupported()),
            Attribute::integer(names::COPIES, 1_000),
        ]);
    let printer = Response::new(request, Status::SUCCESSFUL_OK).group(
        GroupTag::PRINTER,
        vec![
            Attribute::uri(names::PRINTER_URI_SUPPORTED, PRINTER),
            Attribute::set(names::COPIES_SUPPORTED, [Value::range(1, 99)]),
            Attribute::new("printer-alert", Value::OctetString(b"code=jam".to_vec())),
            Attribute::set(
                "media-supported",
                [Value::keyword("iso_a4_210x297mm"), Value::name("x")],
            ),
            Attribute::new(
                "vendor",
                Value::Other {
                    tag: ipp_codec::registry::ValueTag::new(0x7f),
                    bytes: vec![0, 0, 1, 2, 9],
                },
            ),
        ],
    );
    [jobs, refused, printer].into_iter().map(Response::into_message).collect()
}
