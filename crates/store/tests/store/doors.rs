//! Links, machines, and the jobs of machines.

use print_core::{GroupId, LinkId, OwnerId};
use store::{ClaimRequest, JobsToClaim, LINKS_MAX, Machine, NewJob, NewLink, StoreError};

use crate::scene::{Scene, for_each_database, person};

fn link(owner: OwnerId, secret: u8) -> NewLink {
    NewLink {
        id: LinkId::new(),
        owner,
        device: "Laptop".into(),
        lookup: [secret; 32],
        made_by: "os:0".into(),
    }
}

#[test]
fn a_link_is_found_by_its_secret_until_the_owner_has_too_many() {
    for_each_database(|scene| async move {
        let (store, new) = (&scene.store, link(scene.owner, 1));
        store.add_link(&new).await.expect("a link");
        let found = store.find_link(&[1; 32]).await.expect("a look").expect("the link");
        assert_eq!((found.id, found.owner, found.device.as_str()), (new.id, scene.owner, "Laptop"));
        assert!(found.used_at.is_none() && found.revoked_at.is_none());
        assert_eq!(store.find_link(&[2; 32]).await.expect("a look"), None);
        let same = store.add_link(&link(scene.owner, 1)).await;
        assert!(matches!(same, Err(StoreError::Conflict)), "a secret is one owner's");
        for secret in 2..=u8::try_from(LINKS_MAX).expect("a small number") {
            store.add_link(&link(scene.owner, secret)).await.expect("a link");
        }
        let more = store.add_link(&link(scene.owner, 200)).await;
        assert!(matches!(more, Err(StoreError::Conflict)));
        assert!(store.revoke_link(new.id).await.expect("revoked"));
        store.add_link(&link(scene.owner, 200)).await.expect("there is room again");
        assert_eq!(store.links_of(scene.owner).await.expect("links").len(), 51);
    });
}

#[test]
fn use_is_written_down_once_an_hour_and_never_of_a_revoked_link() {
    for_each_database(|scene| async move {
        let (store, new) = (&scene.store, link(scene.owner, 1));
        store.add_link(&new).await.expect("a link");
        let find = || async { store.find_link(&[1; 32]).await.expect("a look").expect("the link") };
        let now = || print_core::Clock::now(scene.clock.as_ref());
        store.use_link(&find().await).await.expect("used");
        let first = find().await.used_at;
        assert_eq!(first, Some(now()));
        scene.clock.advance(3_599);
        store.use_link(&find().await).await.expect("used");
        assert_eq!(find().await.used_at, first);
        scene.clock.advance(1);
        store.use_link(&find().await).await.expect("used");
        assert_eq!(find().await.used_at, Some(now()));
        assert!(store.revoke_link(new.id).await.expect("revoked"));
        assert!(!store.revoke_link(new.id).await.expect("known"));
        let used = find().await.used_at;
        scene.clock.advance(7_200);
        store.use_link(&find().await).await.expect("no change");
        assert_eq!(find().await.used_at, used);
    });
}

#[test]
fn a_link_that_was_seen_in_the_clear_is_revoked() {
    for_each_database(|scene| async move {
        let (store, new) = (&scene.store, link(scene.owner, 1));
        store.add_link(&new).await.expect("a link");
        assert!(store.link_seen_in_clear(new.id).await.expect("marked"));
        assert!(!store.link_seen_in_clear(new.id).await.expect("known"));
        let found = store.find_link(&[1; 32]).await.expect("a look").expect("the link");
        assert!(found.seen_in_clear_at.is_some() && found.revoked_at.is_some());
    });
}

async fn machine(scene: &Scene, name: &str) -> GroupId {
    let machine = Machine {
        id: GroupId::new(),
        name: name.into(),
        networks: vec!["10.1.2.0/24".into(), "2001:db8::/32".into()],
        department: Some(scene.department),
        revoked_at: None,
    };
    scene.store.put_machine(&machine).await.expect("a machine");
    assert_eq!(scene.store.machine(machine.id).await.expect("the machine"), machine);
    machine.id
}

#[test]
fn a_machine_has_one_name_in_any_case_and_members_that_come_and_go() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let id = machine(&scene, "Lab12").await;
        let other = Machine {
            id: GroupId::new(),
            name: "LAB12".into(),
            networks: Vec::new(),
            department: None,
            revoked_at: None,
        };
        assert!(matches!(store.put_machine(&other).await, Err(StoreError::Conflict)));
        let found = store.machine_by_name("lab12").await.expect("a look").expect("the machine");
        assert_eq!(found.id, id);
        assert!(store.machines_of(scene.person).await.expect("machines").is_empty());
        store.join_machine(id, scene.person).await.expect("a member");
        store.join_machine(id, scene.person).await.expect("a member already");
        assert_eq!(store.members_of_machine(id).await.expect("members"), [scene.person]);
        assert_eq!(store.machines_of(scene.person).await.expect("machines")[0].machine.id, id);
        let nobody = store.join_machine(GroupId::new(), scene.person).await;
        assert!(matches!(nobody, Err(StoreError::Conflict)));
        assert!(store.revoke_machine(id).await.expect("revoked"));
        assert!(!store.revoke_machine(id).await.expect("known"));
        assert!(store.machine(id).await.expect("the machine").revoked_at.is_some());
        assert!(store.leave_machine(id, scene.person).await.expect("left"));
        assert!(!store.leave_machine(id, scene.person).await.expect("gone"));
        assert!(store.machines_of(scene.person).await.expect("machines").is_empty());
    });
}

#[test]
fn a_machines_job_goes_to_the_first_member_who_takes_it_and_its_department_pays() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let owner = OwnerId::Group(machine(&scene, "lab12").await);
        let bo = store.put_person(&person("bo", None)).await.expect("a person");
        let job = NewJob { owner, ..scene.new_job() };
        let job = store.intake(job, scene.document()).await.expect("intake").id;
        let word = |tap, member, owner| ClaimRequest {
            owner,
            member: Some(member),
            ..scene.claim(Some(scene.tap(tap)), JobsToClaim::List(vec![job]))
        };
        // A tap releases the person's own jobs first, and the machine's by a further word.
        let own = ClaimRequest { jobs: JobsToClaim::All, ..word(1, scene.person, scene.owner) };
        assert!(store.claim(own).await.expect("a claim").claimed.is_empty());
        let first = store.claim(word(1, scene.person, owner)).await.expect("a claim");
        assert_eq!(first.claimed.len(), 1);
        let second = store.claim(word(2, bo, owner)).await.expect("a claim");
        assert!(second.claimed.is_empty(), "it is gone for the others");
        let stolen = store.claim(word(1, bo, owner)).await;
        assert!(matches!(stolen, Err(StoreError::Conflict)), "a tap is one person's");
        let attempt = store.attempt(first.claimed[0].attempt).await.expect("the attempt");
        assert_eq!(attempt.department, Some(scene.department));
        scene.assert_whole().await;
    });
}
