-- What a tap lets go, what the screen offers, and who may fetch for whom.

-- Whether a tap lets a queue's jobs go at once or they are to be chosen first; whether they are confidential,
-- whatever their owner says; how much of their titles a station shows; whether delegates may fetch them.
ALTER TABLE queue ADD COLUMN starts TEXT NOT NULL DEFAULT 'at-once';
ALTER TABLE queue ADD COLUMN confidential BIGINT NOT NULL DEFAULT 0;
ALTER TABLE queue ADD COLUMN titles TEXT NOT NULL DEFAULT 'cut';
ALTER TABLE queue ADD COLUMN delegates BIGINT NOT NULL DEFAULT 1;
ALTER TABLE printer ADD COLUMN starts TEXT NOT NULL DEFAULT 'at-once';

-- 1: by its owner's word the job goes only when it is named, to printers with TLS, and to no delegate.
ALTER TABLE job ADD COLUMN confidential BIGINT NOT NULL DEFAULT 0;
-- 1: it goes only when it is named, whatever its queue says by now; 1: no delegate may fetch it. A rule of a
-- queue that is loosened stays with the jobs that came under it.
ALTER TABLE job ADD COLUMN named_only BIGINT NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN no_delegates BIGINT NOT NULL DEFAULT 0;
-- 1: it was printed and is kept until it expires; it goes only when it is named.
ALTER TABLE job ADD COLUMN kept BIGINT NOT NULL DEFAULT 0;
-- 1: the job is to be held again when this is out.
ALTER TABLE attempt ADD COLUMN keep BIGINT NOT NULL DEFAULT 0;
-- The delegate whose word it was, where it was not the owner's.
ALTER TABLE attempt ADD COLUMN delegate TEXT;

-- Who may fetch whose jobs, and until when. What somebody else than the owner has written here opens no job
-- that was there before, until the owner confirms it.
CREATE TABLE delegate (
    owner        TEXT   NOT NULL REFERENCES person (id),
    person       TEXT   NOT NULL REFERENCES person (id),
    added_at     BIGINT NOT NULL,
    ends_at      BIGINT NOT NULL,
    trusted_from BIGINT,
    confirmed_at BIGINT,
    PRIMARY KEY (owner, person)
);
CREATE INDEX delegate_person ON delegate (person, owner);
