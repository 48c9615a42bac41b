//! Machines in printers' places: confirmed, exchanged, remembered.

use print_core::PrinterId;
use serde_json::json;
use store::{
    AuditEvent, Confirmation, Found, JobsToClaim, Place, Printer, PrinterHealth, StoreError,
};

use crate::scene::{MORNING, for_each_database, printer};

const OLD: &str = "urn:uuid:01234567-89ab-4def-8123-456789abcdef";
const NEW: &str = "urn:uuid:11234567-89ab-4def-8123-456789abcdef";

fn event(name: &str) -> AuditEvent {
    AuditEvent {
        at: MORNING,
        actor: "person:anna".into(),
        event: name.into(),
        object: "printer:1".into(),
        outcome: "done".into(),
        detail: json!({}),
    }
}

fn health(uuid: &str) -> PrinterHealth {
    PrinterHealth {
        state: 3,
        reasons: String::new(),
        attributes: json!({ "printer-uuid": uuid, "printer-make-and-model": "Old 1" }),
        checked_at: MORNING,
    }
}

#[test]
fn the_first_uuid_at_a_confirmed_address_is_the_machines_until_another_is_confirmed() {
    for_each_database(|scene| async move {
        let (store, id) = (&scene.store, scene.printers[0]);
        assert!(store.printer(id).await.expect("a printer").is_confirmed(), "whoever added it did");
        store.set_printer_health(id, &health(OLD)).await.expect("kept");
        store.set_printer_health(id, &health(NEW)).await.expect("kept");
        let known = store.printer(id).await.expect("a printer").machine;
        assert_eq!(known.uuid.as_deref(), Some(OLD), "another machine does not become the printer");

        let moved = Printer {
            uri: "ipps://192.0.2.9/ipp/print".into(),
            ..store.printer(id).await.expect("a printer")
        };
        store.put_printer(&moved).await.expect("moved");
        let row = store.printer(id).await.expect("a printer");
        assert!(!row.is_confirmed() && row.is_tls());
        assert_eq!(row.machine.uuid.as_deref(), Some(OLD));

        let word = Confirmation {
            uri: moved.uri.clone(),
            uuid: Some(NEW.into()),
            certificate_sha256: Some([7; 32]),
            serial: Some("S2".into()),
            is_another: true,
        };
        let said = event("printer-exchange");
        store.confirm_machine(id, &word, "person:anna", &said).await.expect("confirmed");
        let row = store.printer(id).await.expect("a printer");
        assert!(row.is_confirmed());
        assert_eq!(row.machine.uuid.as_deref(), Some(NEW));
        assert_eq!(row.machine.certificate_sha256, Some([7; 32]));
        assert_eq!(row.machine.by.as_deref(), Some("person:anna"));
        assert_eq!(row.health, None, "what the old one said is forgotten");
        let former = store.former_machines(id).await.expect("machines");
        let former: Vec<_> = former.iter().map(|one| one.uuid.as_deref()).collect();
        assert_eq!(former, [Some(OLD)]);
        let trail = store.audit_newest(1).await.expect("the trail");
        assert_eq!(trail[0].event, "printer-exchange");
        let nobody = store.confirm_machine(PrinterId::new(), &word, "x", &said).await;
        assert!(matches!(nobody, Err(StoreError::NotFound)));
    });
}

#[test]
fn no_other_machine_takes_a_place_where_a_job_is_under_way() {
    for_each_database(|scene| async move {
        let (store, id) = (&scene.store, scene.printers[0]);
        scene.held().await;
        store.claim(scene.claim(None, JobsToClaim::All)).await.expect("a claim");
        let word = Confirmation {
            uri: "ipp://192.0.2.9/ipp/print".into(),
            uuid: None,
            certificate_sha256: None,
            serial: None,
            is_another: true,
        };
        let said = event("printer-exchange");
        let refused = store.confirm_machine(id, &word, "x", &said).await;
        assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
        assert!(store.former_machines(id).await.expect("machines").is_empty(), "nothing is left");
        let same = Confirmation { is_another: false, ..word };
        store.confirm_machine(id, &same, "x", &said).await.expect("the same machine, moved");
    });
}

#[test]
fn a_list_of_printers_is_taken_whole_or_not_at_all() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let place = Place { building: "B".into(), floor: "4".into(), ..Place::default() };
        let new = |name: &str| Printer { place: place.clone(), ..printer(PrinterId::new(), name) };
        let list = [new("A"), new("B")];
        let station = scene.add_station(scene.printers[0]).await;
        let beside = [(station, list[1].id)];
        let summary = event("printer-import");
        store.import_printers(&list, &beside, &summary).await.expect("taken");
        assert_eq!(store.printer(list[0].id).await.expect("a printer").place, place);
        let station = store.station(station).await.expect("a station");
        assert_eq!(station.printers.last(), Some(&list[1].id));
        let before = store.printers().await.expect("printers");
        let taken = [new("C"), new("a")];
        let refused = store.import_printers(&taken, &[], &summary).await;
        assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
        assert_eq!(store.printers().await.expect("printers"), before);
        let found = Found { what: json!({ "side_doors": ["raw"], "serial": "S1" }), at: MORNING };
        store.set_printer_found(list[0].id, &found).await.expect("kept");
        assert_eq!(store.printer_found(list[0].id).await.expect("a look"), Some(found.clone()));
        assert_eq!(store.printers_found().await.expect("all"), [(list[0].id, found)]);
        let row = store.printer(list[0].id).await.expect("a printer");
        assert_eq!(row.machine.serial.as_deref(), Some("S1"));
    });
}
