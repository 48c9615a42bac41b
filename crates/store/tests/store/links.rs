//! Links: found by their secret, limited, written down and told.

use print_core::{DeviceName, GroupId, LinkId, OwnerId};
use store::{AddedLink, AuditEvent, LINKS_MAX, Link, NewLink, NoticeKind, StoreError};

use crate::scene::{Scene, for_each_database, person};

fn link(owner: OwnerId, secret: u8) -> NewLink {
    NewLink {
        id: LinkId::new(),
        owner,
        device: DeviceName::parse("Laptop").expect("a name"),
        lookup: [secret; 32],
        made_by: "os:0".into(),
    }
}

async fn revoke(scene: &Scene, link: &NewLink, by: &str) -> Option<Link> {
    scene.store.revoke_link(link.id, link.owner, by).await.expect("an answer")
}

async fn told(scene: &Scene) -> Vec<NoticeKind> {
    let notices = scene.store.notices(scene.person, 100).await.expect("an inbox");
    notices.into_iter().map(|notice| notice.kind).collect()
}

/// Event, actor and device of each audit row about the link, the newest first.
async fn audited(scene: &Scene, link: &NewLink) -> Vec<[String; 3]> {
    let rows = scene.store.audit_of(&format!("link:{}", link.id), 10).await.expect("the trail");
    let row = |row: AuditEvent| {
        [row.event, row.actor, row.detail["device"].as_str().unwrap_or_default().to_owned()]
    };
    rows.into_iter().map(row).collect()
}

#[test]
fn a_link_is_found_by_its_secret_until_the_owner_has_too_many() {
    for_each_database(|scene| async move {
        let (store, new) = (&scene.store, link(scene.owner, 1));
        assert_eq!(store.add_link(&new).await.expect("a link"), AddedLink::Added);
        let found = store.find_link(&[1; 32]).await.expect("a look").expect("the link");
        assert_eq!((found.id, found.owner, found.device.as_str()), (new.id, scene.owner, "Laptop"));
        assert!(found.used_at.is_none() && found.revoked_at.is_none());
        assert_eq!(store.find_link(&[2; 32]).await.expect("a look"), None);
        let same = store.add_link(&link(scene.owner, 1)).await;
        assert!(matches!(same, Err(StoreError::Conflict)), "a secret is one owner's");
        for secret in 2..=u8::try_from(LINKS_MAX).expect("a small number") {
            store.add_link(&link(scene.owner, secret)).await.expect("a link");
        }
        let more = async || store.add_link(&link(scene.owner, 200)).await.expect("an answer");
        assert_eq!(more().await, AddedLink::Full);
        revoke(&scene, &new, "os:0").await.expect("revoked");
        assert_eq!(more().await, AddedLink::Added, "there is room again");
        assert_eq!(store.links_of(scene.owner).await.expect("links").len(), 51);
    });
}

#[test]
fn use_is_written_down_once_an_hour_and_never_of_a_revoked_link() {
    for_each_database(|scene| async move {
        let (store, new) = (&scene.store, link(scene.owner, 1));
        assert_eq!(store.add_link(&new).await.expect("a link"), AddedLink::Added);
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
        revoke(&scene, &new, "os:0").await.expect("revoked");
        assert_eq!(revoke(&scene, &new, "os:0").await, None, "that is known");
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
        assert_eq!(store.add_link(&new).await.expect("a link"), AddedLink::Added);
        assert!(store.link_seen_in_clear(new.id).await.expect("marked"));
        assert!(!store.link_seen_in_clear(new.id).await.expect("known"));
        let found = store.find_link(&[1; 32]).await.expect("a look").expect("the link");
        assert!(found.seen_in_clear_at.is_some() && found.revoked_at.is_some());
    });
}

#[test]
fn a_wish_that_comes_twice_makes_one_link() {
    for_each_database(|scene| async move {
        let new = link(scene.owner, 1);
        assert_eq!(scene.store.add_link(&new).await.expect("an answer"), AddedLink::Added);
        let again = NewLink { lookup: [2; 32], ..new.clone() };
        assert_eq!(scene.store.add_link(&again).await.expect("an answer"), AddedLink::Known);
        assert_eq!(scene.store.find_link(&[2; 32]).await.expect("a look"), None);
        assert_eq!(audited(&scene, &new).await.len(), 1);
    });
}

#[test]
fn a_link_its_notice_and_its_audit_row_are_one_commit_whoever_makes_it() {
    for_each_database(|scene| async move {
        let own = format!("person:{}", scene.person);
        let (by_it, by_owner) =
            (link(scene.owner, 1), NewLink { made_by: own.clone(), ..link(scene.owner, 2) });
        for new in [&by_it, &by_owner] {
            scene.store.add_link(new).await.expect("a link");
        }
        assert_eq!(told(&scene).await, [NoticeKind::LinkMade], "once an hour");
        assert_eq!(audited(&scene, &by_it).await, [["link-add", "os:0", "Laptop"]]);
        assert_eq!(audited(&scene, &by_owner).await, [["link-add", &own, "Laptop"]]);
        // Whoever revokes the own link knows it; what somebody else does is told.
        revoke(&scene, &by_owner, &own).await.expect("revoked");
        assert_eq!(told(&scene).await.len(), 1);
        revoke(&scene, &by_it, "os:0").await.expect("revoked");
        assert_eq!(told(&scene).await, [NoticeKind::LinkRevoked, NoticeKind::LinkMade]);
        assert_eq!(audited(&scene, &by_it).await[0], ["link-revoke", "os:0", "Laptop"]);
        let failed = link(scene.owner, 2);
        let same_secret = scene.store.add_link(&failed).await;
        assert!(matches!(same_secret, Err(StoreError::Conflict)));
        assert!(audited(&scene, &failed).await.is_empty(), "what was not done is not written down");
    });
}

#[test]
fn nobody_revokes_a_link_of_somebody_else() {
    for_each_database(|scene| async move {
        let new = link(scene.owner, 1);
        scene.store.add_link(&new).await.expect("a link");
        let bo = scene.store.put_person(&person("bo", None)).await.expect("a person");
        for owner in [OwnerId::Person(bo), OwnerId::Group(GroupId::new())] {
            let revoked = scene.store.revoke_link(new.id, owner, &format!("person:{bo}")).await;
            assert_eq!(revoked.expect("an answer"), None);
        }
        let found = scene.store.find_link(&[1; 32]).await.expect("a look").expect("the link");
        assert_eq!(found.revoked_at, None);
        assert_eq!(told(&scene).await, [NoticeKind::LinkMade]);
    });
}

#[test]
fn an_owner_is_told_of_a_link_in_the_clear_unless_it_was_revoked_before() {
    for_each_database(|scene| async move {
        let (live, dead) = (link(scene.owner, 1), link(scene.owner, 2));
        for new in [&live, &dead] {
            scene.store.add_link(new).await.expect("a link");
        }
        revoke(&scene, &dead, &format!("person:{}", scene.person)).await.expect("revoked");
        scene.clock.advance(1);
        assert!(scene.store.link_seen_in_clear(dead.id).await.expect("marked"));
        assert_eq!(told(&scene).await, [NoticeKind::LinkMade], "it was of no use to anybody");
        assert!(scene.store.link_seen_in_clear(live.id).await.expect("marked"));
        assert_eq!(told(&scene).await, [NoticeKind::LinkInClear, NoticeKind::LinkMade]);
    });
}

#[test]
fn the_links_in_use_are_shown_first_and_old_ends_are_forgotten() {
    for_each_database(|scene| async move {
        let links: Vec<NewLink> = (1..=4).map(|secret| link(scene.owner, secret)).collect();
        for new in &links {
            scene.store.add_link(new).await.expect("a link");
            scene.clock.advance(60);
        }
        revoke(&scene, &links[0], "os:0").await.expect("revoked");
        scene.clock.advance(60);
        let since = print_core::Clock::now(scene.clock.as_ref());
        revoke(&scene, &links[3], "os:0").await.expect("revoked");
        let shown = scene.store.links_to_show(scene.owner, since, 10).await.expect("links");
        let ids: Vec<LinkId> = shown.iter().map(|link| link.id).collect();
        assert_eq!(ids, [links[2].id, links[1].id, links[3].id]);
        assert_eq!(scene.store.links_to_show(scene.owner, since, 2).await.expect("links").len(), 2);
    });
}
