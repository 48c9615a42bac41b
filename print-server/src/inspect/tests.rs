//! The lanes, with a program of the test's own in the place of `document-worker`.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::time::Duration;

use document_worker::Worker;
use print_core::{JobId, OwnerId, PersonId, Ticket};
use real_parts::folder::Folder;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::inspector::Workplace;
use super::lanes::Pace;
use crate::delivery::tests::house::{House, Server};
use crate::release::ReleaseParts;

/// Longer than any test.
pub const FOREVER: Duration = Duration::from_secs(3_600);

/// Counts one page in whatever it is given, and writes down what that was. A document that begins with
/// `shut` waits until its gate is opened.
pub struct Reader {
    folder: Folder,
}

impl Reader {
    pub fn new() -> Self {
        let folder = Folder::new("reader");
        let home = folder.join("").display().to_string();
        let counted = r#"{"counted":{"format":"pdf","pages":1,"papers":[{"pages":1,"size":null}],"flags":[]}}"#;
        let script = format!(
            "#!/bin/sh\ncd '{home}' || exit 70\nname=$(tail -n 1)\necho \"$name\" >> begun\n\
             case $name in shut*) while [ ! -e gate ]; do sleep 0.01; done;; esac\n\
             echo '{counted}'; echo '{{\"colors\":[\"m\"]}}'; echo '\"done\"'\n"
        );
        let path = folder.write("worker", script);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    pub fn workplace(&self, lanes: usize, pace: Pace) -> Workplace {
        Workplace::new(Worker::new(self.folder.join("worker"), lanes + 2), lanes, pace)
    }

    /// What it was given so far, in this order.
    pub fn begun(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.folder.join("begun")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    pub fn open_gate(&self) {
        self.folder.write("gate", "");
    }
}

/// A running inspector.
pub struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
    pub fn start(parts: &ReleaseParts) -> Self {
        let (stop, stopping) = watch::channel(false);
        let task = tokio::spawn(Arc::clone(&parts.inspector).run(stopping));
        Self { stop, task }
    }

    pub async fn end(self) {
        self.stop.send_replace(true);
        self.task.await.unwrap();
    }
}

/// Holds a document of this name, without a word to the inspector.
pub async fn held(server: &Server, name: &str) -> JobId {
    let document = format!("%PDF-1.7\n{name}\n");
    server.hold_document(document.as_bytes(), "application/pdf", Ticket::default()).await
}

/// Waits until the pages of a job are known.
pub async fn counted(server: &Server, job: JobId) {
    let counted = server.wait("its pages are counted", async || {
        server.store.job(job).await.unwrap().pages.map(drop)
    });
    counted.await;
}

fn owner(server: &Server) -> OwnerId {
    OwnerId::Person(server.owner)
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_wait_for_taps_unless_their_owner_waits_at_a_printer() {
    let reader = Reader::new();
    let (_house, server) = House::open().await;
    let pace = Pace { taps_first: FOREVER, ..Pace::default() };
    let parts = server.release_parts_with(Some(reader.workplace(1, pace)));
    let hurried = parts.hurry.begin();
    let inspector = Running::start(&parts);
    // Of somebody who waits for nothing, and who takes nobody's part of the lanes.
    let somebody = OwnerId::Person(PersonId::new());
    let (others, own) = (server.hold_for(somebody).await, held(&server, "own").await);
    parts.inspector.ask(somebody, others);
    let waits = async |job: JobId| {
        parts.inspector.ask(owner(&server), job);
        parts.inspector.want(owner(&server), &[job])
    };
    let wanted = waits(own).await;
    counted(&server, own).await;
    assert_eq!(reader.begun(), ["own"], "a tap is on its way");
    drop((wanted, hurried));
    counted(&server, others).await;
    // One that a lane has taken already, and that waits there for a tap, goes on when it is wanted.
    let hurried = parts.hurry.begin();
    let late = held(&server, "late").await;
    parts.inspector.ask(owner(&server), late);
    let taken = server
        .wait("a lane has it", async || (parts.inspector.waiting().jobs() == 0).then_some(()));
    taken.await;
    let wanted = waits(late).await;
    counted(&server, late).await;
    assert_eq!(reader.begun(), ["own", "%%EOF", "late"]);
    drop((wanted, hurried));
    inspector.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lane_rests_in_a_flood_but_not_for_what_somebody_waits_for() {
    let reader = Reader::new();
    let (_house, server) = House::open().await;
    let pace = Pace { flood_rest: FOREVER, ..Pace::default() };
    let parts = server.release_parts_with(Some(reader.workplace(1, pace)));
    let inspector = Running::start(&parts);
    let owner = owner(&server);
    let shut = held(&server, "shut").await;
    parts.inspector.ask(owner, shut);
    server.wait("it is begun", async || (reader.begun() == ["shut"]).then_some(())).await;
    let mut flood = Vec::new();
    for number in 0..9 {
        flood.push(held(&server, &number.to_string()).await);
    }
    flood.iter().for_each(|job| parts.inspector.ask(owner, *job));
    reader.open_gate();
    counted(&server, shut).await;
    for job in &flood[6..] {
        let _wanted = parts.inspector.want(owner, &[*job]);
        counted(&server, *job).await;
    }
    assert_eq!(reader.begun(), ["shut", "6", "7", "8"], "the lane rests");
    inspector.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_run_left_is_found_and_looked_into() {
    let reader = Reader::new();
    let (_house, server) = House::open().await;
    let mut jobs = Vec::new();
    for number in 0..20 {
        jobs.push(held(&server, &number.to_string()).await);
    }
    let parts = server.release_parts_with(Some(reader.workplace(2, Pace::default())));
    let inspector = Running::start(&parts);
    for job in &jobs {
        counted(&server, *job).await;
    }
    let mut begun = reader.begun();
    begun.sort_by_key(|name| name.parse::<usize>().unwrap());
    assert_eq!(begun, (0..20).map(|number| number.to_string()).collect::<Vec<_>>(), "each once");
    inspector.end().await;
}
