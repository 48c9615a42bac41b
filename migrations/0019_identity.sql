-- Who stands at a station when the card does not say it.

-- Codes of six digits or more that a person has typed at one station, once: in place of a card, or to add the
-- card that was just read there. Of the digits only a keyed hash is kept.
CREATE TABLE person_code (
    id         TEXT   NOT NULL PRIMARY KEY,
    person     TEXT   NOT NULL REFERENCES person (id),
    purpose    TEXT   NOT NULL,
    station    TEXT   NOT NULL,
    lookup     BYTEA  NOT NULL UNIQUE,
    made_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- The tap that it became.
    used_at    BIGINT,
    boot_id    TEXT,
    tap_number BIGINT,
    -- Its owner has made another.
    ended_at   BIGINT
);
CREATE INDEX person_code_person ON person_code (person, purpose);
CREATE INDEX person_code_station ON person_code (station, purpose, expires_at);

-- How many wrong codes were ever typed at a station. Whoever looks at a code there holds this row.
CREATE TABLE code_entry (
    station TEXT   NOT NULL PRIMARY KEY,
    wrong   BIGINT NOT NULL
);

-- The wrong ones of the last day, each with its own time: what lies long back adds up to nothing.
CREATE TABLE wrong_code (
    station TEXT   NOT NULL,
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (station, number)
);
CREATE INDEX wrong_code_at ON wrong_code (at);

-- Cards that were just read and are nobody's, each under a code that the station shows for a moment.
CREATE TABLE card_offer (
    lookup     BYTEA  NOT NULL PRIMARY KEY,
    station    TEXT   NOT NULL,
    boot_id    TEXT   NOT NULL,
    tap_number BIGINT NOT NULL,
    -- The number as it was read, sealed for this row.
    sealed     BYTEA  NOT NULL,
    expires_at BIGINT NOT NULL,
    taken_at   BIGINT,
    -- When somebody last said yes to a card that is somebody else's.
    refused_at BIGINT
);
CREATE INDEX card_offer_tap ON card_offer (station, boot_id, tap_number);
CREATE INDEX card_offer_expires ON card_offer (expires_at);

-- The PIN that a person types beside the card, where a queue demands one.
CREATE TABLE person_pin (
    person       TEXT   NOT NULL PRIMARY KEY REFERENCES person (id),
    -- Argon2id of a keyed hash. NULL: it was taken away; the wrong ones of its last day still count.
    verifier     TEXT,
    set_at       BIGINT NOT NULL,
    -- Somebody else set it: until the person confirms it, it opens only jobs that came from then on.
    trusted_from BIGINT,
    confirmed_at BIGINT,
    -- Wrong ones since the last right one, and until when no more are taken. Time alone forgets none.
    failures     BIGINT NOT NULL,
    locked_until BIGINT,
    -- Wrong ones of the day that began then; a right one between them does not forget them.
    day_began    BIGINT,
    day_failures BIGINT NOT NULL
);

-- Its jobs that came before then go only with their owner's PIN: the largest time as long as it is demanded. Who
-- ends that opens nothing that waits.
ALTER TABLE queue ADD COLUMN pin_until BIGINT NOT NULL DEFAULT 0;

-- The code that stood for a card.
ALTER TABLE tap ADD COLUMN code TEXT;
