//! The books: they only grow, and the sums are the ledger's.

use print_core::{AccountingDay, Amount, AttemptId, JobEvent, Period, Usage};
use serde_json::json;
use sqlx::Connection;
use store::{
    AuditEvent, DatabaseUrl, EndAttempt, Ended, JobsToClaim, RequestKind, RequestState, Step,
};

use crate::scene::{MORNING, Scene, for_each_database, person, usage};

async fn printed(scene: &Scene, day: AccountingDay, out: Usage) -> AttemptId {
    scene.held().await;
    let mut request = scene.claim(None, JobsToClaim::All);
    request.accounting_day = day;
    let job = scene.store.claim(request).await.expect("a claim").claimed.remove(0);
    let created = Step::Created {
        printer_job_id: 1,
        printer_job_uuid: None,
        printer_up_time: None,
        blanks: 0,
    };
    scene.store.step(job.attempt, job.fence, created, MORNING).await.expect("a step");
    let end = EndAttempt {
        attempt: job.attempt,
        fence: job.fence,
        event: JobEvent::Finish,
        usage: out,
        at: MORNING,
        reason: None,
        goes_on: false,
    };
    let ended = scene.store.end_attempt(end).await.expect("an end");
    assert!(matches!(ended, Ended::Done(_)));
    job.attempt
}

fn day(text: &str) -> AccountingDay {
    AccountingDay::parse(text).expect("a day")
}

fn month(text: &str) -> Period {
    text.parse().expect("a month")
}

#[test]
fn what_is_printed_on_a_day_without_prices_costs_nothing_and_is_left_to_check() {
    for_each_database(|scene| async move {
        // The first price list begins in January.
        let before = day("2025-12-31");
        printed(&scene, before, usage(10, 2, 6)).await;
        printed(&scene, before, Usage::UNKNOWN).await;
        let entries = scene.store.to_check(Some(month("2025-12")), 10).await.expect("entries");
        assert_eq!(entries.len(), 2);
        assert!(entries.iter().all(|entry| entry.amount == Amount::ZERO));
        assert_eq!(entries[1].usage, usage(10, 2, 6), "the count is kept");
        let total = scene.store.month_total(month("2025-12")).await.expect("the total");
        assert_eq!((total.jobs, total.sheets, total.to_check), (2, 6, 2));
        scene.assert_whole().await;
    });
}

#[test]
fn a_month_is_the_sum_of_its_entries_by_department() {
    for_each_database(|scene| async move {
        printed(&scene, day("2026-10-31"), usage(1, 0, 1)).await;
        printed(&scene, day("2026-11-01"), usage(10, 2, 6)).await;
        printed(&scene, day("2026-11-30"), Usage::UNKNOWN).await;
        // From here on the owner has no department; what was booked keeps its own.
        scene.store.put_person(&person("anna", None)).await.expect("a person");
        printed(&scene, day("2026-11-30"), usage(4, 0, 4)).await;

        let rows = scene.store.month_by_department(month("2026-11")).await.expect("the month");
        assert_eq!(rows.len(), 2);
        let (first, last) = (&rows[0], &rows[1]);
        assert_eq!((first.department, first.code.as_str()), (Some(scene.department), "K8"));
        assert_eq!((first.jobs, first.sheets, first.to_check), (2, 6, 1));
        assert_eq!((first.impressions_monochrome, first.impressions_color), (10, 2));
        assert_eq!(first.amount, Amount::from_ten_thousandths(10 * 7_000 + 2 * 47_000 + 6 * 3_000));
        assert_eq!((last.department, last.code.as_str(), last.jobs), (None, "", 1));
        let total = scene.store.month_total(month("2026-11")).await.expect("the total");
        assert_eq!((total.jobs, total.sheets), (3, 10));
        let series = scene.store.months_by_department(month("2026-10"), month("2026-11")).await;
        let series = series.expect("the months");
        let jobs: Vec<_> = series.iter().map(|row| (row.period.number(), row.usage.jobs)).collect();
        assert_eq!(jobs, [(202_610, 1), (202_611, 2), (202_611, 1)]);
        let periods = scene.store.periods().await.expect("the months");
        assert_eq!(periods, [month("2026-11"), month("2026-10")]);
        let printers = scene.store.printer_month(month("2026-11")).await.expect("the printers");
        assert_eq!((printers.len(), printers[0].name.as_str()), (1, "KS-4-17"));
        assert_eq!((printers[0].jobs, printers[0].sheets), (3, 10));
        assert_eq!(scene.store.to_check(None, 10).await.expect("entries").len(), 1);
        scene.assert_whole().await;
    });
}

#[test]
fn the_price_is_that_of_the_day_of_the_release() {
    for_each_database(|scene| async move {
        let dear =
            print_core::PriceList { sheet: Amount::from_ten_thousandths(1), ..Default::default() };
        scene.store.publish_prices(day("2026-11-20"), &dear, "anna").await.expect("prices");
        printed(&scene, day("2026-11-19"), usage(0, 0, 1)).await;
        printed(&scene, day("2026-11-20"), usage(0, 0, 1)).await;
        let total = scene.store.month_total(month("2026-11")).await.expect("the total");
        assert_eq!(total.amount, Amount::from_ten_thousandths(3_001));
        let again = scene.store.publish_prices(day("2026-11-20"), &dear, "anna").await;
        assert!(matches!(again, Err(store::StoreError::Conflict)), "a list is never replaced");
        assert_eq!(scene.store.price_lists().await.expect("the lists").len(), 2);
    });
}

#[test]
fn sums_that_were_spoilt_are_found_and_added_up_again() {
    for_each_database(|scene| async move {
        printed(&scene, scene.day, usage(3, 0, 3)).await;
        raw(&scene.url, "UPDATE usage_day SET sheets = sheets + 1").await.expect("a fault");
        let found = scene.store.invariants().await.expect("the invariants");
        assert_eq!(found.sums_that_differ, 2, "one sum is missing and one is too much");
        scene.store.rebuild_sums().await.expect("added up");
        scene.assert_whole().await;
    });
}

/// What somebody with the database's own tools can do.
pub async fn raw(url: &DatabaseUrl, sql: &'static str) -> Result<(), sqlx::Error> {
    match url {
        DatabaseUrl::Sqlite(path) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
            let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
            sqlx::raw_sql(sql).execute(&mut connection).await?;
            connection.close().await
        }
        DatabaseUrl::Postgres(url) => {
            let mut connection = sqlx::PgConnection::connect(url).await?;
            sqlx::raw_sql(sql).execute(&mut connection).await?;
            connection.close().await
        }
    }
}

#[test]
fn the_books_cannot_be_changed_even_with_the_databases_own_tools() {
    for_each_database(|scene| async move {
        printed(&scene, scene.day, usage(3, 0, 3)).await;
        scene.store.append_audit(&event("a")).await.expect("an event");
        for sql in [
            "UPDATE ledger_entry SET amount = 0",
            "DELETE FROM ledger_entry",
            "UPDATE audit SET actor = 'nobody'",
            "DELETE FROM audit",
        ] {
            assert!(raw(&scene.url, sql).await.is_err(), "{sql}");
        }
        if scene.url.is_sqlite() {
            // Past the triggers of DELETE and UPDATE, unless something stops it.
            let sql = "INSERT OR REPLACE INTO ledger_entry
                SELECT id, posted_at, accounting_day, period, kind, src, job, attempt, subject,
                    department, department_code, department_name, cost_object, split, printer,
                    tariff_version, 99, 99, 99, counted, 0, corrects FROM ledger_entry";
            raw(&scene.url, sql).await.expect("nothing happens");
            raw(
                &scene.url,
                "INSERT OR REPLACE INTO audit
                SELECT id, at, 'nobody', event, object, outcome, detail FROM audit",
            )
            .await
            .expect("nothing happens");
        } else {
            assert!(raw(&scene.url, "TRUNCATE ledger_entry").await.is_err());
            assert!(raw(&scene.url, "TRUNCATE audit").await.is_err());
        }
        scene.assert_whole().await;
        let total = scene.store.month_total(scene.day.period()).await.expect("the total");
        assert_eq!(total.sheets, 3);
        assert_eq!(scene.store.audit_newest(10).await.expect("events"), [event("a")]);
    });
}

fn event(object: &str) -> AuditEvent {
    AuditEvent {
        at: MORNING,
        actor: "system".into(),
        event: "tap".into(),
        object: object.into(),
        outcome: "session".into(),
        detail: json!({ "jobs": 3 }),
    }
}

#[test]
fn the_audit_trail_is_read_newest_first_and_by_object() {
    for_each_database(|scene| async move {
        for object in ["a", "b", "a"] {
            scene.store.append_audit(&event(object)).await.expect("an event");
        }
        let newest = scene.store.audit_newest(2).await.expect("events");
        assert_eq!(newest, [event("a"), event("b")]);
        assert_eq!(scene.store.audit_of("a", 10).await.expect("events").len(), 2);
    });
}

#[test]
fn a_request_is_taken_once_by_the_node_that_owns_the_work() {
    for_each_database(|scene| async move {
        scene.held().await;
        let release = scene.store.claim(scene.claim(None, JobsToClaim::All)).await;
        let job = release.expect("a claim").claimed.remove(0).job.id;
        let other = crate::scene::open(&scene.url, "b", &scene.clock).await;
        let new = store::NewRequest {
            kind: RequestKind::Cancel,
            job,
            printer: None,
            actor: "person:anna".into(),
            at: MORNING,
        };
        let id = scene.store.insert_request(&new).await.expect("a request");
        assert!(other.take_requests(10).await.expect("a list").is_empty(), "the job is not b's");
        let taken = scene.store.take_requests(10).await.expect("a list");
        assert_eq!(taken.iter().map(|request| request.id).collect::<Vec<_>>(), [id]);
        assert!(scene.store.take_requests(10).await.expect("a list").is_empty());
        // The process dies with it: its next start finds it again.
        let again = crate::scene::open(&scene.url, "a", &scene.clock).await;
        assert_eq!(again.take_requests(10).await.expect("a list").len(), 1);
        again.answer_request(id, "done").await.expect("an answer");
        let read = scene.store.request(id).await.expect("the request");
        assert_eq!((read.state, read.answer.as_deref()), (RequestState::Answered, Some("done")));
        again.close().await;
        other.close().await;
    });
}
