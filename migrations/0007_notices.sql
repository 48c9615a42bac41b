-- What people are told: shown on their own page, and sent by mail where there is a mail server.
CREATE TABLE notice (
    id            TEXT   NOT NULL PRIMARY KEY,
    person        TEXT   NOT NULL REFERENCES person (id),
    kind          TEXT   NOT NULL,
    -- Hours since 1970: of one kind, nobody is told more than once in each.
    hour          BIGINT NOT NULL,
    -- What more there is to say, as a keyword; never the title of a document.
    detail        TEXT   NOT NULL,
    at            BIGINT NOT NULL,
    read_at       BIGINT,
    -- When the mail is to be tried next; empty when there is nothing to send any more. Whoever takes it moves
    -- it on and raises the number of attempts, by which a late answer is known.
    mail_due_at   BIGINT,
    mail_attempts BIGINT NOT NULL,
    mail_ended_at BIGINT,
    mail_end      TEXT,
    UNIQUE (person, kind, hour)
);
CREATE INDEX notice_person ON notice (person, at, id);
CREATE INDEX notice_at ON notice (at);
CREATE INDEX notice_mail_due ON notice (mail_due_at, id) WHERE mail_due_at IS NOT NULL;

-- When the owner was told that the job expires soon, and how often it has been kept longer.
ALTER TABLE job ADD COLUMN expiry_told_at BIGINT;
ALTER TABLE job ADD COLUMN kept_longer BIGINT NOT NULL DEFAULT 0;
CREATE INDEX job_expiry_untold ON job (expires_at) WHERE state = 'held' AND expiry_told_at IS NULL;
