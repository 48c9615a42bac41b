-- Somebody's open jobs are found by whose they are. Beside an index by state, one that began with the owner alone looked
-- no better to SQLite, which then walked through everybody's held jobs.
DROP INDEX job_open_owner;
CREATE INDEX job_open_owner ON job (owner_kind, owner, created_at, number) WHERE ended_at IS NULL;
