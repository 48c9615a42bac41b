//! `intake_rate [JOBS] [TASKS] [DATABASE]`: how many jobs a second the store takes in, empty and with
//! that many held already. Without a database it makes a file of SQLite in the temporary folder.

use std::sync::Arc;
use std::time::{Duration, Instant};

use print_core::{
    AccountingDay, Clock, JobId, JobName, Keyword, OwnerId, PersonId, QueueId, SystemClock, Ticket,
};
use store::{
    DatabaseUrl, Door, JobListing, Location, NewJob, NodeName, Store, StoredDocument, WhichJobs,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let jobs: u32 = arguments.next().map_or(Ok(20_000), |text| text.parse())?;
    let tasks: u32 = arguments.next().map_or(Ok(64), |text| text.parse())?;
    let folder = std::env::temp_dir().join(format!("intake-rate-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let url = match arguments.next() {
        Some(text) => DatabaseUrl::parse(&text)?,
        None => DatabaseUrl::sqlite(&folder.join("house.db")),
    };
    let store = Store::open(&url, NodeName::parse("a")?, Arc::new(SystemClock)).await?;
    let (queue, owner) = (QueueId::new(), OwnerId::Person(PersonId::new()));
    for round in 1..=3 {
        let took = take_in(&store, queue, owner, jobs, tasks).await?;
        let rate = f64::from(jobs) / took.as_secs_f64();
        println!("round {round}: {rate:.0} jobs/s, {} held", jobs * round);
        list(&store, queue, owner).await?;
    }
    store.close().await;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

async fn take_in(
    store: &Store,
    queue: QueueId,
    owner: OwnerId,
    jobs: u32,
    tasks: u32,
) -> Result<Duration, Box<dyn std::error::Error>> {
    let started = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..tasks {
        let store = store.clone();
        running.spawn(async move {
            for _ in 0..jobs / tasks {
                store.intake(job(queue, owner), document()).await?;
            }
            Ok::<_, store::StoreError>(())
        });
    }
    while let Some(task) = running.join_next().await {
        task??;
    }
    Ok(started.elapsed())
}

async fn list(
    store: &Store,
    queue: QueueId,
    owner: OwnerId,
) -> Result<(), Box<dyn std::error::Error>> {
    let which = WhichJobs::NotCompleted;
    for (name, owner, queue) in
        [("my jobs", Some(owner), Some(queue)), ("the queue's jobs", None, Some(queue))]
    {
        let listing = JobListing { which, owner, queue, first_index: 1, limit: 20 };
        let started = Instant::now();
        for _ in 0..100 {
            store.list_jobs(&listing).await?;
        }
        println!("  Get-Jobs, {name}, limit 20: {:?}", started.elapsed() / 100);
    }
    let started = Instant::now();
    let held = store.held_jobs(owner, 50).await?.len();
    println!("  the first {held} held jobs: {:?}", started.elapsed());
    Ok(())
}

fn job(queue: QueueId, owner: OwnerId) -> NewJob {
    let now = SystemClock.now();
    NewJob {
        id: JobId::new(),
        queue,
        owner,
        title: JobName::from_client("Report.pdf"),
        claimed_name: None,
        door: Door::Basic,
        verified: true,
        ticket: Ticket::default(),
        client_hold: None,
        password: None,
        created_at: now,
        expires_at: now.plus_seconds(72 * 3_600),
    }
}

fn document() -> StoredDocument {
    StoredDocument {
        format: Keyword::parse("application/pdf").expect("a keyword"),
        size_bytes: 10_240,
        sha256: [7; 32],
        location: Location { kind: "file".into(), id: JobId::new().to_string() },
        day: AccountingDay::from_number(20_000),
        wrapped_key: vec![9; 60],
    }
}
