-- The PIN that an owner gave a job (job-password, PWG 5100.11): asked for at the station, besides the badge.

-- 1: nothing lets the job go without its PIN.
ALTER TABLE job ADD COLUMN password_wait BIGINT NOT NULL DEFAULT 0;

-- What proves the PIN of a job, never the PIN. The row goes with the job's document.
CREATE TABLE job_password (
    job        TEXT   NOT NULL PRIMARY KEY,
    -- How the PIN came, as a keyword of job-password-encryption.
    encryption TEXT   NOT NULL,
    -- A keyed hash of the job and the PIN as it came.
    verifier   BYTEA  NOT NULL,
    -- Wrong PINs in a row, none an hour after the one before it; and when the last one was typed.
    failures   BIGINT NOT NULL,
    failed_at  BIGINT
);
