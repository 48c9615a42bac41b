//! The list of all SQL, and the test that prepares each text on both databases.

use crate::database::migrate;
use crate::database::pool::Transaction;
use crate::database::statement::{Repeated, Statement};
use crate::database::url::DatabaseUrl;
use crate::nodes::NodeName;
use crate::store::Store;
use crate::{books, doors, fsck, house, jobs, nodes, notices, release, requests};

const ALL: &[&[Statement]] = &[
    books::audit::STATEMENTS,
    books::ledger::STATEMENTS,
    books::usage::STATEMENTS,
    doors::links::STATEMENTS,
    doors::machines::STATEMENTS,
    fsck::STATEMENTS,
    house::accounts::account::STATEMENTS,
    house::accounts::link::STATEMENTS,
    house::accounts::put::STATEMENTS,
    house::accounts::state::STATEMENTS,
    house::card_forms::STATEMENTS,
    house::card_offers::STATEMENTS,
    house::cards::STATEMENTS,
    house::codes::STATEMENTS,
    house::delegates::STATEMENTS,
    house::departments::STATEMENTS,
    house::holidays::STATEMENTS,
    house::invitations::STATEMENTS,
    house::machines::STATEMENTS,
    house::nearest::STATEMENTS,
    house::new_cards::STATEMENTS,
    house::people::STATEMENTS,
    house::person_pins::STATEMENTS,
    house::prices::STATEMENTS,
    house::printers::STATEMENTS,
    house::queues::STATEMENTS,
    house::release_rules::STATEMENTS,
    house::roles::STATEMENTS,
    house::sessions::STATEMENTS,
    house::station_guard::STATEMENTS,
    house::station_guesses::STATEMENTS,
    house::stations::STATEMENTS,
    jobs::changes::STATEMENTS,
    jobs::documents::STATEMENTS,
    jobs::intake::STATEMENTS,
    jobs::lists::STATEMENTS,
    jobs::passwords::STATEMENTS,
    jobs::station_lists::STATEMENTS,
    jobs::withdrawal::STATEMENTS,
    migrate::STATEMENTS,
    nodes::STATEMENTS,
    notices::STATEMENTS,
    release::attempts::STATEMENTS,
    release::claimable::STATEMENTS,
    release::end::STATEMENTS,
    release::repeat::STATEMENTS,
    release::steps::STATEMENTS,
    release::taps::STATEMENTS,
    release::terms::STATEMENTS,
    requests::STATEMENTS,
];

fn repeated() -> [&'static Repeated; 12] {
    [
        &house::accounts::put::ADD_GROUPS,
        &house::stations::ADD_PRINTERS,
        &jobs::intake::INSERT_JOBS,
        &house::cards::FIND,
        &house::new_cards::ADD_CARDS,
        &house::new_cards::ADD_LOOKUPS,
        &house::new_cards::HOLDERS,
        &jobs::intake::INSERT_KEYS,
        &jobs::passwords::INSERT_PASSWORDS,
        &release::claimable::CLAIM_LISTED,
        &release::claimable::REPRINT_LISTED,
        &release::begun::ADD_ATTEMPTS,
    ]
}

fn all() -> Vec<Statement> {
    let once = ALL.iter().flat_map(|list| list.iter().copied());
    once.chain(repeated().into_iter().flat_map(Repeated::all)).collect()
}

async fn open(url: &DatabaseUrl) -> Store {
    let node = NodeName::parse("a").expect("a name");
    let clock = std::sync::Arc::new(print_core::SystemClock);
    Store::open(url, node, clock).await.expect("an empty database opens")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_prepared_by_both_databases() {
    let folder = real_parts::folder::Folder::new("store");
    let sqlite = DatabaseUrl::sqlite(&folder.join("house.db"));
    let cluster = real_parts::postgres::Postgres::shared();
    let postgres = DatabaseUrl::parse(&cluster.create_database()).expect("a URL");
    for url in [sqlite, postgres] {
        let store = open(&url).await;
        for statement in all() {
            let mut transaction = store.pool().begin().await.expect("a transaction");
            let prepared = match &mut transaction {
                Transaction::Sqlite(transaction) => {
                    prepare(&mut **transaction, statement.sqlite).await
                }
                Transaction::Postgres(transaction) => {
                    prepare(&mut **transaction, statement.postgres).await
                }
            };
            if let Err(error) = prepared {
                panic!("{url:?} does not take {}: {error}", statement.postgres);
            }
        }
        store.close().await;
    }
    assert!(all().len() > 150, "the list of statements has been cut");
}

async fn prepare<'c, E>(executor: E, text: &'static str) -> Result<(), sqlx::Error>
where
    E: sqlx::Executor<'c>,
{
    use sqlx::SqlSafeStr;
    executor.prepare(text.into_sql_str()).await.map(drop)
}

/// What is asked at every tap, poll and intake must cost the same with 100 and 100,000 jobs: each list
/// is read from an index that has its order, and nothing walks a table.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_often_is_read_from_an_index_in_its_order() {
    let often = [
        doors::links::FIND,
        doors::machines::OF_PERSON,
        house::accounts::account::BY_LOGIN,
        house::card_offers::TAKEN,
        house::codes::OPEN,
        house::person_pins::OF_PERSON,
        house::queues::BY_NAME,
        house::stations::BY_KEY,
        jobs::lists::BY_ID,
        jobs::lists::BY_NUMBER,
        jobs::lists::HELD,
        jobs::lists::FOR_STATION,
        jobs::lists::HIDDEN,
        jobs::lists::ARRIVING,
        jobs::lists::OPEN_OF_OWNER,
        jobs::lists::OPEN_OF_QUEUE,
        jobs::lists::OPEN_OF_BOTH,
        jobs::lists::OPEN_STATE,
        jobs::lists::OPEN_STATE_OF_OWNER,
        jobs::lists::ENDED,
        jobs::lists::ENDED_OF_OWNER,
        jobs::lists::ENDED_OF_QUEUE,
        jobs::lists::ENDED_OF_BOTH,
        jobs::lists::NEXT_EXPIRY,
        jobs::changes::EXPIRE,
        jobs::documents::DUE,
        jobs::documents::LIVE,
        jobs::documents::NEXT_DAY,
        jobs::intake::COMPLETE,
        jobs::passwords::TRY,
        jobs::passwords::WAITING,
        release::claimable::CLAIM_ALL,
        house::delegates::OF_PERSON,
        jobs::station_lists::FOR_DELEGATE,
        jobs::station_lists::RECENT,
        release::terms::TERMS,
        release::steps::DELIVERING,
        release::steps::JOB_PROGRESS,
        release::attempts::OF_JOB,
        release::attempts::OF_OWNER,
        release::claimable::ARRIVING,
        release::claimable::LEFT_ALONE,
        release::taps::STANDING,
        release::taps::STANDING_BY_CODE,
        release::taps::ATTEMPTS,
        release::taps::OF_PERSON,
        notices::EXPIRES_SOON,
        notices::FORGET,
        notices::NEXT_MAIL,
        notices::OF_PERSON,
        notices::TAKE_MAIL,
        jobs::changes::TO_KEEP_LONGER,
        requests::TAKE,
        books::audit::NEWEST,
        books::usage::MONTH,
    ];
    let folder = real_parts::folder::Folder::new("store");
    let store = open(&DatabaseUrl::sqlite(&folder.join("house.db"))).await;
    let mut faults = Vec::new();
    for statement in often.into_iter().chain(house::cards::FIND.all()) {
        let text: &'static str = format!("EXPLAIN QUERY PLAN {}", statement.sqlite).leak();
        let rows = store.pool().rows(Statement::new(text), Vec::new()).await.expect("a plan");
        for mut row in rows {
            for _ in 0..3 {
                row.int().expect("a number of the plan's tree");
            }
            let step = row.text().expect("a step");
            // A sum over the month's rows of an index is sorted by the department's code at the end.
            let sorts = step.contains("TEMP B-TREE") && !text.contains("GROUP BY");
            let walks = step.starts_with("SCAN") && !step.contains("USING");
            // Somebody's few jobs are not looked for among everybody's held ones.
            let strays = text.contains("AND owner = $") && step.contains("job_open_state");
            if sorts || walks || strays {
                faults.push(format!("{step}: {}", statement.sqlite));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    store.close().await;
}

/// Whoever adds a statement adds it to a module's list; whoever adds a module adds it here.
#[test]
fn every_module_with_statements_is_in_the_list() {
    let mut found = 0;
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the sources are there") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a source file");
            found += usize::from(text.lines().any(|line| line == "statements! {"));
        }
    }
    assert_eq!(found, ALL.len());
}
