//! Which held jobs a word may let go, as the database is asked: every condition stands in these statements, so
//! that no way to a printer passes it by.

use crate::database::statement::{Repeated, statements};
use crate::house::cards::opened_by;
use crate::jobs::intake::home;
use crate::jobs::record::job_columns;
use crate::release::terms::{terms_column, terms_columns};

/// A direct queue's job prints at that queue's printer and nowhere else, whoever says go where. `$3` is
/// the printer. And a queue that demands its people's PIN lets go only what that was typed for: `$pin` is 1
/// for such jobs.
macro_rules! goes_here {
    ($pin:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM queue q WHERE q.id = job.queue
                AND (q.at_once_printer <> $3 OR (q.pin_until > job.created_at AND 0 = ",
            $pin,
            ")))"
        )
    };
}

/// A job that this tap has released before is left alone, even when it came back to Held: the owner
/// asks for it with a new tap. `$7` to `$9` are the tap.
macro_rules! not_of_this_tap {
    () => {
        "NOT EXISTS (SELECT 1 FROM attempt a WHERE a.job = job.id
                AND a.station = $7 AND a.tap_boot_id = $8 AND a.tap_number = $9)"
    };
}

/// A claimed job, its document's key and what was found in it, in one answer: the first byte waits for each
/// question.
macro_rules! claimed_columns {
    () => {
        concat!(
            job_columns!(),
            ", (SELECT k.day FROM document_key k WHERE k.job = job.id),
            (SELECT k.wrapped FROM document_key k WHERE k.job = job.id),
            (SELECT f.facts FROM document_facts f WHERE f.job = job.id)"
        )
    };
}

statements! {
    // Who pays comes with it: the first byte waits for each question.
    ENSURE_TAP = concat!("INSERT INTO tap (station, boot_id, number, at, person, card, code, outcome)
        VALUES ($1, $2, $3, $4, $5, $6, $10, 'session') ON CONFLICT DO NOTHING
        RETURNING ", terms_columns!("$7", "$8", "$9"));
    TAPPED = "SELECT at, person, released_at FROM tap WHERE station = $1 AND boot_id = $2 AND number = $3";
    // The sum keeps SQLite from finding them by state and time, among everybody's.
    ARRIVING = "SELECT id FROM job WHERE ended_at IS NULL AND owner_kind = $1 AND owner = $2
        AND state = 'incoming' AND created_at + 0 <= $3 ORDER BY created_at, number LIMIT 100";
    // What a tap has left alone, and has not let go since. `$5`: only what nobody has looked into; `$11`: its
    // owner has named them, also those that may have printed.
    LEFT_ALONE = concat!("SELECT id, CASE WHEN password_wait = 1 OR NOT ", goes_here!("0"), "
            THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END FROM job
        WHERE ended_at IS NULL AND owner_kind = $1 AND owner = $2 AND state = 'held'
            AND home = ", home!(), " AND created_at + 0 <= $4 AND (uncertain_at IS NULL OR $11 = 1)
            AND (pages IS NULL OR $5 = 0)
            AND EXISTS (SELECT 1 FROM document_key WHERE job = job.id)
            AND ", goes_here!("1"), "
            AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.job = job.id
                AND a.station = $6 AND a.tap_boot_id = $7 AND a.tap_number = $8)
            AND ", opened_by!("job", "$10"), "
        ORDER BY created_at, number LIMIT $9");
    // One tap releases everything once, however often its message is repeated.
    USE_TAP = "UPDATE tap SET released_at = $4
        WHERE station = $1 AND boot_id = $2 AND number = $3 AND released_at IS NULL";
    CLAIM_ALL = concat!("UPDATE job
        SET state = 'released', state_changed_at = $4, fence = fence + 1, node = $5, epoch = $6,
            printer = $3, impressions = 0
        WHERE state = 'held' AND id IN (
            SELECT id FROM job WHERE owner_kind = $1 AND owner = $2 AND ended_at IS NULL
                AND state = 'held' AND home = ", home!(), " AND uncertain_at IS NULL
                AND password_wait = 0
                AND EXISTS (SELECT 1 FROM document_key WHERE job = job.id)
                AND ", goes_here!("0"), "
                AND ", not_of_this_tap!(), "
                AND ", opened_by!("job", "$10"), "
                AND (pages IS NOT NULL OR $11 = 0)
            ORDER BY created_at, number LIMIT $12)
        RETURNING ", claimed_columns!());
}

pub(crate) static CLAIM_LISTED: Repeated = Repeated::new(
    concat!(
        "UPDATE job
        SET state = 'released', state_changed_at = $4, fence = fence + 1, node = $5, epoch = $6,
            printer = $3, impressions = 0
        WHERE state = 'held' AND owner_kind = $1 AND owner = $2 AND home = ",
        home!(),
        "
            AND ",
        // `$12` is 1 for jobs whose PIN was typed.
        goes_here!("$12"),
        "
            AND EXISTS (SELECT 1 FROM document_key WHERE job = job.id)
            AND ",
        not_of_this_tap!(),
        "
            AND ",
        opened_by!("job", "$10"),
        "
            AND (pages IS NOT NULL OR $11 = 0)
            AND password_wait <= $12 AND id IN ("
    ),
    "#",
    concat!(") RETURNING ", claimed_columns!()),
    12,
);
