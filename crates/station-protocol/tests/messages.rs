//! What goes over the wire: names, limits, and what is ignored.

use serde_json::{Value, from_str, json, to_value};
use station_protocol::*;

fn round_trip_station(message: &StationMessage, wire: &Value) {
    assert_eq!(&to_value(message).expect("messages of this crate are JSON"), wire);
    assert_eq!(
        &from_str::<StationMessage>(&wire.to_string()).expect("messages of this crate are JSON"),
        message
    );
}

fn round_trip_server(message: &ServerMessage, wire: &Value) {
    assert_eq!(&to_value(message).expect("messages of this crate are JSON"), wire);
    assert_eq!(
        &from_str::<ServerMessage>(&wire.to_string()).expect("messages of this crate are JSON"),
        message
    );
}

fn printer() -> PrinterCard {
    PrinterCard {
        id: Id::cut("p1"),
        name: Line::cut("Norra korridoren"),
        location: Line::cut("Hus 3"),
        state: PrinterState::Idle,
        reason: None,
        offers: PrinterOffers::default(),
    }
}

fn job() -> JobCard {
    JobCard {
        id: Id::cut("j1"),
        title: Line::cut("Månadsbrev.pdf"),
        pages: Some(7),
        copies: 2,
        sides: Sides::TwoSidedLongEdge,
        color: ColorMode::Monochrome,
        size_bytes: 10_240,
        submitted_at: 1_700_000_000_000_000,
        submitted: Line::cut("10:32"),
        price: Some(Line::cut("5,60 kr")),
        may_have_printed: None,
        shared: None,
        pin: None,
        terms: JobTerms::default(),
    }
}

fn pin(job: &str, typed: &str) -> JobPin {
    JobPin { job: Id::cut(job), pin: Pin::parse(typed).expect("it is a PIN") }
}

fn everything_different(job: &str) -> JobOptions {
    JobOptions {
        job: Id::cut(job),
        copies: Some(999),
        color: Some(ColorMode::Monochrome),
        sides: Some(Sides::TwoSidedShortEdge),
        pages: Some(PageSpan { first: 1_000_000, last: u32::MAX }),
        staple: Some(false),
        keep: true,
        again: Some(1_795_345_200_000_000),
    }
}

#[test]
fn station_messages_keep_their_wire_form() {
    let table = [
        (
            StationMessage::Hello {
                protocol: PROTOCOL,
                version: Line::cut("0.1.0"),
                boot_id: BootId::cut("b"),
                readers: vec![ReaderName::cut("Reader 1")],
                reader_state: ReaderState::Unsaid,
                is_reader_only: false,
                codes: false,
            },
            json!({"type": "hello", "protocol": 1, "version": "0.1.0", "boot_id": "b",
                "readers": ["Reader 1"]}),
        ),
        (
            StationMessage::Hello {
                protocol: PROTOCOL,
                version: Line::cut("0.1.0"),
                boot_id: BootId::cut("b"),
                readers: vec![],
                reader_state: ReaderState::Silent,
                is_reader_only: true,
                codes: false,
            },
            json!({"type": "hello", "protocol": 1, "version": "0.1.0", "boot_id": "b",
                "readers": [], "reader_state": "silent", "is_reader_only": true}),
        ),
        (
            StationMessage::Code { tap: TapNumber(3), code: Pin::parse("471108").unwrap() },
            json!({"type": "code", "tap": 3, "code": "471108"}),
        ),
        (
            StationMessage::CardCode { tap: TapNumber(3), code: Pin::parse("471108").unwrap() },
            json!({"type": "card_code", "tap": 3, "code": "471108"}),
        ),
        (
            StationMessage::Tap {
                tap: TapNumber(3),
                reader: ReaderName::cut("Reader 1"),
                card: Card {
                    kind: CardKind::Uid,
                    hex: CardNumber::parse("04a1B2c3d4e580").unwrap(),
                },
            },
            json!({"type": "tap", "tap": 3, "reader": "Reader 1",
                "card": {"kind": "uid", "hex": "04A1B2C3D4E580"}}),
        ),
        (
            StationMessage::Choose {
                tap: TapNumber(3),
                printer: Id::cut("p1"),
                jobs: vec![Id::cut("j1")],
                options: ReleaseOptions::default(),
            },
            json!({"type": "choose", "tap": 3, "printer": "p1", "jobs": ["j1"], "options": {}}),
        ),
        (
            StationMessage::Choose {
                tap: TapNumber(3),
                printer: Id::cut("p1"),
                jobs: vec![Id::cut("j1")],
                options: ReleaseOptions { pins: vec![pin("j1", "1234")], jobs: vec![] },
            },
            json!({"type": "choose", "tap": 3, "printer": "p1", "jobs": ["j1"],
                "options": {"pins": [{"job": "j1", "pin": "1234"}]}}),
        ),
        (StationMessage::Stop { job: Id::cut("j1") }, json!({"type": "stop", "job": "j1"})),
        (
            StationMessage::Finish { job: Id::cut("j1"), at: FinishAt::Elsewhere },
            json!({"type": "finish", "job": "j1", "at": "elsewhere"}),
        ),
        (StationMessage::Leave { tap: TapNumber(3) }, json!({"type": "leave", "tap": 3})),
        (StationMessage::Ping, json!({"type": "ping"})),
    ];
    for (message, wire) in &table {
        round_trip_station(message, wire);
    }
}

#[test]
fn a_session_keeps_its_wire_form() {
    let session = ServerMessage::Session(Session {
        tap: TapNumber(3),
        language: Language::Sv,
        person: Line::cut("Åsa Öberg"),
        printers: vec![printer()],
        jobs: vec![job()],
        arriving: 1,
        counting: 2,
        hidden: 0,
        policy: StartPolicy::AllAtOnce,
        started: vec![Id::cut("j1")],
        recent: vec![],
    });
    let wire = json!({"type": "session", "tap": 3, "language": "sv", "person": "Åsa Öberg",
        "printers": [{"id": "p1", "name": "Norra korridoren", "location": "Hus 3",
            "state": "idle", "reason": null}],
        "jobs": [{"id": "j1", "title": "Månadsbrev.pdf", "pages": 7, "copies": 2,
            "sides": "two-sided-long-edge", "color": "monochrome", "size_bytes": 10240,
            "submitted_at": 1_700_000_000_000_000_i64, "submitted": "10:32",
            "price": "5,60 kr", "may_have_printed": null, "shared": null, "pin": null}],
        "arriving": 1, "counting": 2, "policy": "all_at_once", "started": ["j1"]});
    round_trip_server(&session, &wire);
}

#[test]
fn the_other_server_messages_keep_their_wire_form() {
    let stopped = JobStage::Stopped { reason: Sentence::cut("Papperet är slut.") };
    let table = [
        (
            ServerMessage::Welcome {
                protocol: 1,
                station: Line::cut("S1"),
                printers: vec![],
                policy: StartPolicy::Choose,
                codes: false,
            },
            json!({"type": "welcome", "protocol": 1, "station": "S1", "printers": [],
                "policy": "choose"}),
        ),
        (
            ServerMessage::Progress(JobProgress {
                job: Id::cut("j1"),
                state: JobStage::Printing,
                impressions: Some(3),
                standing: Standing::default(),
            }),
            json!({"type": "progress", "job": "j1", "state": "printing", "impressions": 3}),
        ),
        (
            ServerMessage::Progress(JobProgress {
                job: Id::cut("j1"),
                state: stopped,
                impressions: None,
                standing: Standing::default(),
            }),
            json!({"type": "progress", "job": "j1",
                "state": {"stopped": {"reason": "Papperet är slut."}}, "impressions": null}),
        ),
        (
            ServerMessage::Outcome(Outcome {
                job: Id::cut("j1"),
                kind: OutcomeKind::Printed,
                sentence: Sentence::cut("14 sidor är utskrivna."),
                amount: Some(Line::cut("5,60 kr")),
            }),
            json!({"type": "outcome", "job": "j1", "kind": "printed",
                "sentence": "14 sidor är utskrivna.", "amount": "5,60 kr"}),
        ),
        (
            ServerMessage::Refused {
                tap: Some(TapNumber(3)),
                reason: RefusedReason::UnknownCard,
                job: None,
                sentence: Sentence::cut("Kortet är inte känt."),
            },
            json!({"type": "refused", "tap": 3, "reason": "unknown_card",
                "sentence": "Kortet är inte känt."}),
        ),
        (
            ServerMessage::NewCard(NewCard {
                tap: TapNumber(3),
                address: Line::cut("https://print.example/card/ABCD2345"),
                page: Line::cut("print.example/card"),
                code: Line::cut("ABCD-2345"),
            }),
            json!({"type": "new_card", "tap": 3, "address": "https://print.example/card/ABCD2345",
                "page": "print.example/card", "code": "ABCD-2345"}),
        ),
        (ServerMessage::CardAdded { tap: TapNumber(3) }, json!({"type": "card_added", "tap": 3})),
        (
            ServerMessage::Ended { tap: TapNumber(3), reason: EndReason::Left },
            json!({"type": "ended", "tap": 3, "reason": "left"}),
        ),
        (ServerMessage::Pong, json!({"type": "pong"})),
    ];
    for (message, wire) in &table {
        round_trip_server(message, wire);
    }
}

#[test]
fn fields_that_a_side_does_not_know_are_ignored() {
    let wire = r#"{"type":"choose","tap":1,"printer":"p","jobs":[],"color":"gold",
        "options":{"staple":true}}"#;
    let message: StationMessage = from_str(wire).unwrap();
    assert!(matches!(message, StationMessage::Choose { .. }));
    let wire = r#"{"type":"pong","load":3}"#;
    assert_eq!(from_str::<ServerMessage>(wire).unwrap(), ServerMessage::Pong);
}

#[test]
fn fields_with_a_natural_default_may_be_missing() {
    let wire = r#"{"type":"session","tap":1,"language":"en","person":"A","printers":[],
        "jobs":[],"policy":"choose"}"#;
    let ServerMessage::Session(session) = from_str(wire).unwrap() else { panic!("a session") };
    assert_eq!((session.arriving, session.counting, session.started.len()), (0, 0, 0));
}

#[test]
fn what_is_too_long_too_many_or_forbidden_is_refused() {
    let tap = |hex: &str| {
        let card = json!({"kind": "uid", "hex": hex});
        json!({"type": "tap", "tap": 1, "reader": "r", "card": card}).to_string()
    };
    let stop = |job: String| json!({"type": "stop", "job": job}).to_string();
    let choose = |count: usize| {
        json!({"type": "choose", "tap": 1, "printer": "p", "jobs": vec!["j"; count]}).to_string()
    };
    assert!(from_str::<StationMessage>(&tap("0A")).is_ok());
    assert!(from_str::<StationMessage>(&stop("j".repeat(64))).is_ok());
    assert!(from_str::<StationMessage>(&choose(JOBS_MAX)).is_ok());
    let refused = [
        tap(""),
        tap("0"),
        tap("0G"),
        tap("+1"),
        tap(&"0A".repeat(CARD_BYTES_MAX + 1)),
        stop("j".repeat(65)),
        stop("a\u{202E}b".to_owned()),
        stop("a\nb".to_owned()),
        choose(JOBS_MAX + 1),
        r#"{"type":"tap","tap":-1,"reader":"r","card":{"kind":"uid","hex":"0A"}}"#.to_owned(),
        r#"{"type":"open_sesame"}"#.to_owned(),
        "[]".to_owned(),
    ];
    for wire in &refused {
        assert!(from_str::<StationMessage>(wire).is_err(), "{wire}");
    }
}

#[test]
fn the_longest_choice_fits_in_a_stations_frame() {
    let message = StationMessage::Choose {
        tap: TapNumber(u64::MAX),
        printer: Id::cut("p".repeat(64)),
        jobs: vec![Id::cut("j".repeat(64)); JOBS_MAX],
        options: ReleaseOptions {
            pins: vec![pin(&"j".repeat(64), &"\u{1F600}".repeat(32)); JOBS_MAX],
            jobs: vec![everything_different(&"j".repeat(64)); JOBS_MAX],
        },
    };
    assert!(serde_json::to_string(&message).unwrap().len() <= STATION_FRAME_BYTES_MAX);
}

#[test]
fn an_ordinary_full_session_fits_in_a_servers_frame() {
    let session = ServerMessage::Session(Session {
        tap: TapNumber(1),
        language: Language::Sv,
        person: Line::cut("Å".repeat(255)),
        printers: vec![printer(); PRINTERS_MAX],
        jobs: vec![JobCard { title: Line::cut("ö".repeat(255)), ..job() }; JOBS_MAX],
        arriving: 0,
        counting: 0,
        hidden: 0,
        policy: StartPolicy::Choose,
        started: vec![Id::cut("j".repeat(64)); JOBS_MAX],
        recent: vec![job(); RECENT_MAX],
    });
    assert!(serde_json::to_string(&session).unwrap().len() <= FRAME_BYTES_MAX);
}

#[test]
fn a_pin_is_some_characters_and_never_in_debug_output() {
    for (typed, is_taken) in [
        ("1", true),
        (&"1".repeat(32), true),
        ("", false),
        (&"1".repeat(33), false),
        ("1\n", false),
    ] {
        assert_eq!(Pin::parse(typed).is_ok(), is_taken, "{typed:?}");
        let wire = json!({"job": "j", "pin": typed}).to_string();
        assert_eq!(from_str::<JobPin>(&wire).is_ok(), is_taken, "{typed:?}");
    }
    let shown = format!("{:?}", pin("j", "4711"));
    assert!(shown.contains("4 characters") && !shown.contains("4711"), "{shown}");
}

#[test]
fn a_station_and_a_server_of_before_pins_are_still_understood() {
    let card = to_value(job()).unwrap();
    let mut earlier = card.as_object().unwrap().clone();
    earlier.remove("pin");
    assert_eq!(from_str::<JobCard>(&json!(earlier).to_string()).unwrap(), job());
    let wire = r#"{"type":"choose","tap":1,"printer":"p","jobs":["j"],"options":{}}"#;
    let StationMessage::Choose { options, .. } = from_str(wire).unwrap() else {
        panic!("a choice")
    };
    assert_eq!(options, ReleaseOptions::default());
    let wrong = ServerMessage::Refused {
        tap: Some(TapNumber(1)),
        reason: RefusedReason::WrongPin,
        job: Some(Id::cut("j1")),
        sentence: Sentence::cut("Fel PIN-kod."),
    };
    round_trip_server(
        &wrong,
        &json!({"type": "refused", "tap": 1, "reason": "wrong_pin", "job": "j1",
            "sentence": "Fel PIN-kod."}),
    );
    let locked = JobCard { pin: Some(PinWanted { tries_left: 0, whose: WhosePin::Job }), ..job() };
    assert_eq!(to_value(&locked).unwrap()["pin"], json!({"tries_left": 0}));
    assert!(locked.is_to_be_named());
}

#[test]
fn a_station_and_a_server_of_before_codes_are_still_understood() {
    let hello = r#"{"type":"hello","protocol":1,"version":"1","boot_id":"b","readers":[]}"#;
    assert!(matches!(from_str(hello).unwrap(), StationMessage::Hello { codes: false, .. }));
    let welcome =
        r#"{"type":"welcome","protocol":1,"station":"S","printers":[],"policy":"choose"}"#;
    assert!(matches!(from_str(welcome).unwrap(), ServerMessage::Welcome { codes: false, .. }));
    let person = PinWanted { tries_left: 5, whose: WhosePin::Person };
    assert_eq!(to_value(person).unwrap(), json!({"tries_left": 5, "whose": "person"}));
    let code = StationMessage::Code { tap: TapNumber(1), code: Pin::parse("471108").unwrap() };
    assert!(!format!("{code:?}").contains("471108"), "a code is not shown");
}

#[test]
fn what_is_changed_at_the_screen_is_said_beside_what_earlier_versions_know() {
    let options = JobOptions { copies: Some(2), keep: true, ..JobOptions::of(Id::cut("j1")) };
    let said = json!({"job": "j1", "copies": 2, "keep": true});
    let (tap, place) = (TapNumber(3), Id::cut("p1"));
    let (gone, jobs) = (Id::cut("j1"), vec![Id::cut("j1")]);
    let with = ReleaseOptions { pins: vec![], jobs: vec![options.clone()] };
    for (message, wire) in [
        (
            StationMessage::Choose { tap, printer: place.clone(), jobs, options: with },
            json!({"type": "choose", "tap": 3, "printer": "p1", "jobs": ["j1"],
                "options": {"jobs": [said]}}),
        ),
        (
            StationMessage::Price { tap, printer: place, options: options.clone() },
            json!({"type": "price", "tap": 3, "printer": "p1", "options": said}),
        ),
        (
            StationMessage::Delete { tap, job: gone.clone(), pin: None },
            json!({"type": "delete", "tap": 3, "job": "j1"}),
        ),
        (
            StationMessage::Delete { tap, job: gone, pin: Some(Pin::parse("4711").unwrap()) },
            json!({"type": "delete", "tap": 3, "job": "j1", "pin": "4711"}),
        ),
    ] {
        round_trip_station(&message, &wire);
    }
    let price = Some(Line::cut("4,20 kr"));
    round_trip_server(
        &ServerMessage::Quote { tap, options, price, refused: None },
        &json!({"type": "quote", "tap": 3, "options": said, "price": "4,20 kr", "refused": null}),
    );
    let all = everything_different("j1");
    assert_eq!(from_str::<JobOptions>(&to_value(&all).unwrap().to_string()).unwrap(), all);
    // What nobody offers is not there, as before.
    let card = to_value(job_with(JobTerms::default())).unwrap();
    assert!(card.get("terms").is_none() && to_value(printer()).unwrap().get("offers").is_none());
    let kept = JobTerms { named: true, can_change: true, ..JobTerms::default() };
    let wire = to_value(job_with(kept.clone())).unwrap();
    assert_eq!(wire["terms"]["named"], json!(true));
    // What a later version adds is passed over.
    let mut more = wire.clone();
    more["terms"]["weight_grams"] = json!(12);
    assert_eq!(from_str::<JobCard>(&more.to_string()).unwrap(), job_with(kept));
    assert!(from_str::<JobCard>(&more.to_string()).unwrap().is_to_be_named());
}

fn job_with(terms: JobTerms) -> JobCard {
    JobCard { terms, ..job() }
}

#[test]
fn a_server_speaks_this_version_and_the_one_before() {
    assert!(speaks(PROTOCOL) && speaks(PROTOCOL_OLDEST));
    assert!(!speaks(0) && !speaks(PROTOCOL + 1));
}

#[test]
fn what_a_job_waits_for_is_said_beside_its_stage_and_left_out_where_there_is_nothing() {
    let progress = |standing| {
        let (job, state) = (Id::cut("j1"), JobStage::Waiting);
        ServerMessage::Progress(JobProgress { job, state, impressions: None, standing })
    };
    let waking = Standing { waits_for: Some(WaitsFor::Waking), ..Standing::default() };
    round_trip_server(
        &progress(waking),
        &json!({"type": "progress", "job": "j1", "state": "waiting", "impressions": null,
            "standing": {"waits_for": "waking"}}),
    );
    let asked = Standing {
        waits_for: None,
        asks_where: true,
        nearest: Some(Sentence::cut("KS-4-18 is free.")),
        at: Some(Line::cut("KS-4-17")),
    };
    round_trip_server(
        &progress(asked),
        &json!({"type": "progress", "job": "j1", "state": "waiting", "impressions": null,
            "standing": {"asks_where": true, "nearest": "KS-4-18 is free.", "at": "KS-4-17"}}),
    );
    // What a server of the first version says.
    let plain = json!({"type": "progress", "job": "j1", "state": "waiting"});
    let read: ServerMessage = from_str(&plain.to_string()).expect("it is a message");
    assert_eq!(read, progress(Standing::default()));
}

#[test]
fn a_word_about_readers_that_a_later_station_says_is_taken_for_none() {
    for state in ReaderState::ALL {
        assert_eq!(json!(state), json!(state.as_str()));
        assert_eq!(serde_json::from_value::<ReaderState>(json!(state)).unwrap(), state);
    }
    let later: ReaderState = serde_json::from_value(json!("on-fire")).expect("it is a word");
    assert_eq!(later, ReaderState::Unsaid);
}
