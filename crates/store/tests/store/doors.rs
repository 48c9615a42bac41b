//! Machines, and the jobs of machines.

use print_core::{GroupId, OwnerId};
use store::{ClaimRequest, JobsToClaim, Machine, NewJob, StoreError};

use crate::scene::{Scene, for_each_database, person};

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

#[test]
fn a_member_sees_the_open_jobs_of_the_own_machines_since_joining_and_no_others() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let (lab, other) = (machine(&scene, "lab12").await, machine(&scene, "lab13").await);
        let of = |machine| NewJob { owner: OwnerId::Group(machine), ..scene.new_job() };
        let print = async |machine| {
            scene.clock.advance(1);
            store.intake(of(machine), scene.document()).await.expect("intake").id
        };
        let seen = async |person| -> Vec<_> {
            let jobs = store.open_jobs_of_machines(person, 50).await.expect("a list");
            jobs.into_iter().map(|job| job.id).collect()
        };
        print(lab).await;
        scene.held().await;
        scene.clock.advance(1);
        store.join_machine(lab, scene.person).await.expect("a member");
        assert!(seen(scene.person).await.is_empty(), "what came before is not theirs");
        let (first, second) = (print(lab).await, print(lab).await);
        print(other).await;
        assert_eq!(seen(scene.person).await, [first, second]);
        let bo = store.put_person(&person("bo", None)).await.expect("a person");
        assert!(seen(bo).await.is_empty(), "bo is no member");
        assert!(store.leave_machine(lab, scene.person).await.expect("left"));
        assert!(seen(scene.person).await.is_empty());
    });
}
