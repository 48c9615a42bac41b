//! Which jobs a word may let go, as the database is asked: every condition stands in these statements, so
//! that no way to a printer passes it by, and nothing comes between the look and the claim.

use crate::database::statement::{Repeated, statements};
use crate::house::cards::opened_by;
use crate::house::delegates::delegated;
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

/// What goes when somebody chose it without being shown that it is to be named: nothing that is kept or
/// confidential, or that its queue wants to be named; and as above nothing of a direct queue whose printer is
/// another, nor without the PIN that its queue demands.
macro_rules! goes_unsigned {
    ($pin:literal) => {
        concat!(
            "(job.confidential = 0 AND job.kept = 0 AND job.named_only = 0
                AND NOT EXISTS (SELECT 1 FROM queue q WHERE q.id = job.queue
                    AND (q.at_once_printer <> $3 OR q.confidential = 1 OR q.starts = 'list-first'
                        OR (q.pin_until > job.created_at AND 0 = ",
            $pin,
            "))))"
        )
    };
}

/// What goes by a tap for everything: of that nothing that may have printed.
macro_rules! goes_unnamed {
    ($pin:literal) => {
        concat!("(job.uncertain_at IS NULL AND ", goes_unsigned!($pin), ")")
    };
}

/// What is confidential, by its owner's or its queue's word, goes to a printer with TLS only. `$3` is the
/// printer.
macro_rules! goes_encrypted {
    () => {
        "((job.confidential = 0 AND NOT EXISTS (SELECT 1 FROM queue q
                    WHERE q.id = job.queue AND q.confidential = 1))
                OR EXISTS (SELECT 1 FROM printer p
                    WHERE p.id = $3 AND SUBSTR(p.uri, 1, 6) = 'ipps:/'))"
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

/// Claims listed jobs that are as `$from` says. `$12` is 1 for those whose PIN was typed; `$13` is the delegate
/// whose word it is, when it is not the owner's; `$14` is 0 where a tap for everything lists them, 1 where they
/// were chosen, 2 where whoever chose them was shown that they are to be named.
macro_rules! claim_listed {
    ($also:literal, $from:literal) => {
        concat!(
            "UPDATE job
        SET state = 'released', state_changed_at = $4, fence = fence + 1, node = $5, epoch = $6,
            printer = $3, impressions = 0",
            $also,
            " WHERE ",
            $from,
            " AND owner_kind = $1 AND owner = $2 AND home = ",
            home!(),
            " AND ",
            goes_here!("$12"),
            " AND EXISTS (SELECT 1 FROM document_key WHERE job = job.id)
            AND ",
            not_of_this_tap!(),
            " AND ",
            opened_by!("job", "$10"),
            " AND ",
            goes_encrypted!(),
            " AND (CAST($13 AS TEXT) IS NULL OR ",
            delegated!("$13", "$4"),
            ")
            AND ($14 = 2 OR ",
            goes_unsigned!("1"),
            ")
            AND ($14 <> 0 OR uncertain_at IS NULL)
            AND (pages IS NOT NULL OR $11 = 0 OR state = 'completed')
            AND password_wait <= $12 AND id IN ("
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
    // What a word has left alone, and has not let go since. `$5`: only what nobody has looked into; `$11`: its
    // owner has named them; `$12`: the delegate whose word it is; `$13`: now.
    LEFT_ALONE = concat!("SELECT id, CASE WHEN password_wait = 1 OR NOT ", goes_here!("0"), "
            THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END FROM job
        WHERE ended_at IS NULL AND owner_kind = $1 AND owner = $2 AND state = 'held'
            AND home = ", home!(), " AND created_at + 0 <= $4
            AND (", goes_unnamed!("1"), " OR ($11 = 1 AND ", goes_encrypted!(), "))
            AND (pages IS NULL OR $5 = 0)
            AND EXISTS (SELECT 1 FROM document_key WHERE job = job.id)
            AND ", goes_here!("1"), "
            AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.job = job.id
                AND a.station = $6 AND a.tap_boot_id = $7 AND a.tap_number = $8)
            AND ", opened_by!("job", "$10"), "
            AND (CAST($12 AS TEXT) IS NULL OR ", delegated!("$12", "$13"), ")
        ORDER BY created_at, number LIMIT $9");
    // One tap releases everything once, however often its message is repeated.
    USE_TAP = "UPDATE tap SET released_at = $4
        WHERE station = $1 AND boot_id = $2 AND number = $3 AND released_at IS NULL";
    CLAIM_ALL = concat!("UPDATE job
        SET state = 'released', state_changed_at = $4, fence = fence + 1, node = $5, epoch = $6,
            printer = $3, impressions = 0
        WHERE state = 'held' AND id IN (
            SELECT id FROM job WHERE owner_kind = $1 AND owner = $2 AND ended_at IS NULL
                AND state = 'held' AND home = ", home!(), "
                AND password_wait = 0
                AND EXISTS (SELECT 1 FROM document_key WHERE job = job.id)
                AND ", goes_unnamed!("0"), "
                AND ", not_of_this_tap!(), "
                AND ", opened_by!("job", "$10"), "
                AND (pages IS NOT NULL OR $11 = 0)
            ORDER BY created_at, number LIMIT $12)
        RETURNING ", claimed_columns!());
}

/// Held jobs.
pub(crate) static CLAIM_LISTED: Repeated = Repeated::new(
    claim_listed!("", "state = 'held'"),
    "#",
    concat!(") RETURNING ", claimed_columns!()),
    14,
);

/// Completed ones, as long as their documents are kept and where they came out last at `$15`: out of their final
/// state, so that nobody shreds them. Should the printer hand one back, no tap for everything prints it.
pub(crate) static REPRINT_LISTED: Repeated = Repeated::new(
    claim_listed!(
        ", ended_at = NULL, end_reason = NULL, key_due_at = NULL, named_only = 1",
        "state = 'completed' AND key_due_at > $4 AND ended_at = $15"
    ),
    "#",
    concat!(") RETURNING ", claimed_columns!()),
    15,
);
