//! People, cards, queues, printers, stations, roles, sessions.

use std::collections::BTreeSet;

use print_core::{AccountingDay, Login, PrintColorMode, PrinterId, QueueId, Sides, StationId};
use serde_json::json;
use store::{
    Department, Grantee, INVITATION_TRIES, Invitation, Language, OfferedAbilities, PrinterHealth,
    Queue, QueueOffer, ReleaseMode, Role, RoleGrant, Station, StationGuard, StationLock,
    StationPolicy, StationReader, StoreError, WebSession,
};

use crate::scene::{MORNING, for_each_database, person, printer};

fn login(text: &str) -> Login {
    Login::parse(text).expect("a login")
}

#[test]
fn people_are_found_by_login_in_any_case_and_by_the_beginning_of_their_name() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let mut people = Vec::new();
        for name in ["Örjan", "zorn", "ÅSA", "ärlig", "bo"] {
            people.push(person(name, None));
        }
        let ids = store.put_people(&people).await.expect("people");
        let found = store.person_by_login(&login("åsa")).await.expect("a look").expect("Åsa");
        assert_eq!((found.id, found.login.as_str()), (ids[2], "ÅSA"));
        let all = store.people("", None, 100).await.expect("people");
        let names: Vec<_> = all.iter().map(|person| person.login.as_str()).collect();
        assert_eq!(names, ["anna", "bo", "zorn", "ÅSA", "ärlig", "Örjan"]);
        let page = store.people("", Some(all[1].id), 2).await.expect("people");
        assert_eq!(page, all[2..4]);
        let found = store.people("ÄR", None, 100).await.expect("people");
        assert_eq!(found, all[4..5]);
        assert!(store.people("%", None, 100).await.expect("people").is_empty());
    });
}

#[test]
fn a_sync_changes_people_and_disables_whom_it_says_to() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let bo = store.put_person(&person("bo", None)).await.expect("a person");
        let mut anna = person("anna", Some(scene.department));
        anna.login = login("anna.berg");
        anna.groups = vec!["Students".into()];
        assert_eq!(store.put_person(&anna).await.expect("a person"), scene.person);
        let gone = store::DirectoryPerson { disabled: true, ..person("bo", None) };
        assert_eq!(store.put_person(&gone).await.expect("a person"), bo);
        assert!(store.person(bo).await.expect("Bo").disabled);
        assert!(!store.person(scene.person).await.expect("Anna").disabled);
        assert_eq!(store.groups_of(scene.person).await.expect("groups"), ["students"]);
        // A login may come back with another person, and only with one.
        let mut heir = person("bo", None);
        heir.key = "another".into();
        let heir_id = store.put_person(&heir).await.expect("the login is free");
        let found = store.person_by_login(&login("Bo")).await.expect("a look").expect("Bo");
        assert_eq!(found.id, heir_id);
        heir.key = "a third".into();
        assert!(matches!(store.put_person(&heir).await, Err(StoreError::Conflict)));
        store.set_language(heir_id, Language::English).await.expect("a language");
        assert_eq!(store.person(heir_id).await.expect("Bo").language, Language::English);
        let found = store.person_by_key("file", "another").await.expect("a look");
        assert_eq!(found.map(|person| person.id), Some(heir_id));
    });
}

#[test]
fn queues_have_one_name_in_any_case_and_stay_while_they_hold_jobs() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let labels = Queue {
            id: QueueId::new(),
            name: "labels".into(),
            release: ReleaseMode::AtOnce(scene.printers[1]),
            claimed_networks: vec![],
            offer: QueueOffer {
                abilities: OfferedAbilities::Intersection,
                sides: Sides::TwoSidedShortEdge,
                color_mode: PrintColorMode::Monochrome,
                location: "Plan 4".into(),
                geo_location: "geo:59.35,18.02".into(),
            },
            ..store.queue(scene.queue).await.expect("the queue")
        };
        store.put_queue(&labels).await.expect("a queue");
        assert_eq!(store.queue(labels.id).await.expect("the queue"), labels);
        let found = store.queue_by_name("FOLLOWME").await.expect("a look").expect("a queue");
        assert_eq!(found.id, scene.queue);
        assert_eq!(found.claimed_networks, ["127.0.0.0/8"]);
        let same = Queue { id: QueueId::new(), name: "Labels".into(), ..labels.clone() };
        assert!(matches!(store.put_queue(&same).await, Err(StoreError::Conflict)));
        let owner = print_core::OwnerId::Person(scene.person);
        let may = store.may_print_at_once(labels.id, owner).await.expect("a look");
        assert_eq!(may, store::AtOnce::NotOnList);
        store.allow_on_queue(labels.id, scene.person).await.expect("allowed");
        store.allow_on_queue(labels.id, scene.person).await.expect("allowed once");
        assert_eq!(store.allowed_on_queue(labels.id).await.expect("people"), [scene.person]);
        store.disallow_on_queue(labels.id, scene.person).await.expect("not allowed");
        assert!(store.allowed_on_queue(labels.id).await.expect("people").is_empty());
        let job = scene.held().await;
        assert!(matches!(store.remove_queue(scene.queue).await, Err(StoreError::Conflict)));
        let reason = crate::scene::keyword("job-canceled-by-user");
        store.cancel_job(job, &reason, MORNING).await.expect("cancelled");
        store.remove_queue(scene.queue).await.expect("removed");
        let names: Vec<_> = store.queues().await.expect("queues");
        assert_eq!(names, [labels]);
    });
}

#[test]
fn printers_and_stations_are_kept_with_what_they_say_of_themselves() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let health = PrinterHealth {
            state: 5,
            reasons: "media-empty-error".into(),
            attributes: json!({ "color-supported": true }),
            checked_at: MORNING,
        };
        let id = scene.printers[0];
        store.set_printer_health(id, &health).await.expect("kept");
        store.put_printer(&printer(id, "KS-4-18")).await.expect("renamed");
        let found = store.printer_by_name("ks-4-18").await.expect("a look").expect("a printer");
        assert_eq!(found.health, Some(health));
        let moved =
            store::Printer { uri: "ipp://192.0.2.9/ipp/print".into(), ..printer(id, "KS-4-18") };
        store.put_printer(&moved).await.expect("another machine");
        assert_eq!(store.printer(id).await.expect("a printer").health, None);
        let taken = printer(PrinterId::new(), "Ks-5-01");
        assert!(matches!(store.put_printer(&taken).await, Err(StoreError::Conflict)));
        let station = Station {
            id: StationId::new(),
            name: "Corridor".into(),
            key_sha256: Some([3; 32]),
            language: Language::English,
            policy: StationPolicy::Choose,
            printers: vec![scene.printers[1], scene.printers[0]],
            revoked_at: None,
            seen_at: None,
            guard: StationGuard::default(),
        };
        store.put_station(&station).await.expect("a station");
        let found = store.station_by_key(&[3; 32]).await.expect("a look");
        assert_eq!(found.as_ref(), Some(&station));
        assert_eq!(store.station_by_name("corridor").await.expect("a look"), found);
        assert!(matches!(store.remove_printer(id).await, Err(StoreError::Conflict)));
        store.station_seen(station.id).await.expect("seen");
        store.revoke_station(station.id).await.expect("revoked");
        let stations = store.stations().await.expect("stations");
        assert!(stations[0].revoked_at.is_some() && stations[0].seen_at.is_some());
        let empty = Station { printers: vec![], ..stations[0].clone() };
        store.put_station(&empty).await.expect("a station");
        store.remove_printer(id).await.expect("removed");
        assert_eq!(store.printers().await.expect("printers").len(), 1);
    });
}

#[test]
fn an_invitation_has_five_tries_and_serves_once() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let station = scene.add_station(scene.printers[0]).await;
        let invitation = |key: u8, seconds| Invitation {
            station,
            salt: [9; 32],
            key: [key; 32],
            expires_at: MORNING.plus_seconds(seconds),
        };
        assert_eq!(store.try_invitation(station).await.expect("a look"), None);
        store.invite_station(&invitation(1, 600)).await.expect("invited");
        assert_eq!(store.invitation_salt(station).await.expect("a look"), Some([9; 32]));
        for _ in 0..INVITATION_TRIES {
            assert_eq!(store.try_invitation(station).await.expect("a try"), Some([1; 32]));
        }
        assert_eq!(store.try_invitation(station).await.expect("a try"), None);
        assert_eq!(store.invitation_salt(station).await.expect("a look"), None);

        store.invite_station(&invitation(2, 600)).await.expect("invited again");
        assert_eq!(store.try_invitation(station).await.expect("a try"), Some([2; 32]));
        let enrolled = |key| store.enrol_station(station, key, [4; 32]);
        assert!(matches!(enrolled(&[1; 32]).await, Err(StoreError::NotFound)), "an earlier one");
        store.revoke_station(station).await.expect("revoked");
        assert!(matches!(enrolled(&[2; 32]).await, Err(StoreError::NotFound)), "withdrawn");
        store.invite_station(&invitation(2, 600)).await.expect("invited again");
        enrolled(&[2; 32]).await.expect("enrolled");
        assert!(matches!(enrolled(&[2; 32]).await, Err(StoreError::NotFound)), "it served");
        let found = store.station_by_key(&[4; 32]).await.expect("a look").expect("the station");
        assert!(found.id == station && found.revoked_at.is_none());

        store.invite_station(&invitation(3, 0)).await.expect("invited");
        assert_eq!(store.try_invitation(station).await.expect("a try"), None, "it is over");
        assert_eq!(store.invited_until(station).await.expect("a look"), None);
    });
}

#[test]
fn roles_come_by_login_and_by_group_and_not_to_the_disabled() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let by_group = RoleGrant { role: Role::Admin, to: Grantee::Group("PRINT-ADMINS".into()) };
        let by_login = RoleGrant { role: Role::Finance, to: Grantee::Login(login("Anna")) };
        for grant in [&by_group, &by_login, &by_group] {
            store.grant_role(grant).await.expect("a grant");
        }
        assert_eq!(store.role_grants().await.expect("grants").len(), 2);
        let roles = store.roles_of(scene.person).await.expect("roles");
        assert_eq!(roles, BTreeSet::from([Role::Admin, Role::Finance]));
        store.revoke_role(&by_group).await.expect("revoked");
        let roles = store.roles_of(scene.person).await.expect("roles");
        assert_eq!(roles, BTreeSet::from([Role::Finance]));
        let mut gone = person("anna", None);
        gone.disabled = true;
        store.put_person(&gone).await.expect("a person");
        assert!(store.roles_of(scene.person).await.expect("roles").is_empty());
    });
}

#[test]
fn sessions_end_by_themselves_and_by_signing_out() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let session = |number: u8| WebSession {
            id: [number; 32],
            person: scene.person,
            csrf: "token".into(),
            created_at: MORNING,
            last_seen_at: MORNING,
        };
        for number in 1..=3 {
            store.create_session(&session(number)).await.expect("a session");
        }
        assert!(matches!(store.create_session(&session(1)).await, Err(StoreError::Conflict)));
        assert_eq!(store.find_session(&[1; 32]).await.expect("a look"), Some(session(1)));
        scene.clock.advance(600);
        store.touch_session(&[1; 32]).await.expect("touched");
        store.end_session(&[2; 32]).await.expect("ended");
        let idle = MORNING.plus_seconds(1);
        assert_eq!(store.expire_sessions(idle, MORNING).await.expect("a count"), 1);
        assert!(store.find_session(&[3; 32]).await.expect("a look").is_none());
        store.end_sessions_of(scene.person).await.expect("ended");
        assert!(store.find_session(&[1; 32]).await.expect("a look").is_none());
    });
}

#[test]
fn departments_and_holidays_are_kept() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let known = store.department(scene.department).await.expect("the department");
        let renamed = Department { name_sv: "Fysiologi och farmakologi".into(), ..known };
        store.put_department(&renamed).await.expect("renamed");
        assert_eq!(store.department_by_code("K8").await.expect("a look"), Some(renamed.clone()));
        let same_code = Department { id: print_core::DepartmentId::new(), ..renamed.clone() };
        assert!(matches!(store.put_department(&same_code).await, Err(StoreError::Conflict)));
        assert_eq!(store.departments().await.expect("departments"), [renamed]);
        let day = AccountingDay::parse("2026-12-24").expect("a day");
        store.put_holiday(day, "Julafton").await.expect("a holiday");
        let holidays = store.holidays().await.expect("holidays");
        assert_eq!(holidays.get(&day).map(String::as_str), Some("Julafton"));
        store.remove_holiday(day).await.expect("removed");
        assert!(store.holidays().await.expect("holidays").is_empty());
    });
}

#[test]
fn what_guards_a_station_is_changed_by_its_own_commands_only_and_audited() {
    for_each_database(|scene| async move {
        let (store, id) = (&scene.store, scene.add_station(scene.printers[0]).await);
        let guard = || async { store.station(id).await.expect("a station").guard };
        assert_eq!(guard().await, StationGuard::default());
        let networks = ["10.4.0.0/16".to_owned(), "192.0.2.7/32".to_owned()];
        store.set_station_networks(id, &networks, "os:0").await.expect("networks");
        let noted = store.note_unknown_card(id, true).await.expect("a lock");
        assert!(matches!(noted.lock, Some(StationLock::Until(_))));
        let noted = store.note_unknown_card(id, true).await.expect("a look");
        assert_eq!(noted.lock, None, "it is locked already");
        for (state, is_new) in [
            (StationReader::Silent, true),
            (StationReader::Silent, false),
            (StationReader::Ready, true),
            (StationReader::Away, true),
        ] {
            let changed = store.note_station_reader(id, state, false).await.expect("a note");
            assert_eq!(changed, is_new, "{state:?}");
        }
        let station = store.station(id).await.expect("a station");
        // Whoever changes a station's settings unlocks nothing.
        let renamed = Station { guard: StationGuard::default(), ..station.clone() };
        store.put_station(&renamed).await.expect("a station");
        assert_eq!(guard().await, station.guard);
        assert_eq!(station.guard.networks, networks);
        assert_eq!(station.guard.reader, StationReader::Away);
        assert!(station.guard.locked_at.is_some() && station.guard.reader_at.is_some());
        assert!(store.unlock_station(id, "os:0").await.expect("unlocked"));
        assert!(!store.unlock_station(id, "os:0").await.expect("a look"), "it is open already");
        let trail = store.audit_of(&format!("station:{id}"), 10).await.expect("the trail");
        let mut events: Vec<_> = trail.into_iter().map(|event| event.event).collect();
        events.sort();
        assert_eq!(events, ["station-addresses", "station-lock", "station-unlock"]);
        let nobody = store.set_station_networks(StationId::new(), &[], "os:0").await;
        assert!(matches!(nobody, Err(StoreError::NotFound)));
    });
}
