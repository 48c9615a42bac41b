-- Any number of cards for a person, each with its time, its last use, and how far it is trusted.
ALTER TABLE card ADD COLUMN expires_at BIGINT;
-- Known to the hour.
ALTER TABLE card ADD COLUMN used_at BIGINT;
-- Somebody else than its owner or the directory put the card there: until the owner confirms it, it opens only
-- jobs that came from then on. Empty: it opens all.
ALTER TABLE card ADD COLUMN trusted_from BIGINT;
ALTER TABLE card ADD COLUMN confirmed_at BIGINT;

-- One row: how lists write the numbers of this site's cards.
CREATE TABLE card_form (
    only_one BIGINT NOT NULL PRIMARY KEY,
    form     TEXT   NOT NULL,
    set_at   BIGINT NOT NULL,
    set_by   TEXT   NOT NULL
);
