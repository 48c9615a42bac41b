-- The house: who runs it, who prints in it, and what stands in it.
--
-- One text for SQLite and PostgreSQL. Identifiers are UUIDs as text; times are microseconds since 1970
-- (UTC); days are day numbers since 1970; flags are 0 or 1. Columns ending in _folded and _sort are
-- computed by the program, because the two databases would not fold or sort alike.

-- One row. A spool belongs to the installation whose identifier it carries.
CREATE TABLE instance (
    -- Always 1, so that two first starts at once cannot make two installations.
    only_one   BIGINT NOT NULL PRIMARY KEY,
    id         TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

-- Each server process of the installation. A start raises the epoch; a lease that has ended means that
-- others may take over the node's work.
CREATE TABLE node (
    id          TEXT   NOT NULL PRIMARY KEY,
    epoch       BIGINT NOT NULL,
    lease_until BIGINT NOT NULL
);

-- The numbers that print clients know jobs by are given to the nodes in blocks.
CREATE TABLE job_number (
    id   BIGINT NOT NULL PRIMARY KEY,
    next BIGINT NOT NULL
);
INSERT INTO job_number (id, next) VALUES (1, 1);

CREATE TABLE department (
    id      TEXT NOT NULL PRIMARY KEY,
    code    TEXT NOT NULL UNIQUE,
    name_sv TEXT NOT NULL,
    name_en TEXT NOT NULL
);

-- People, copied from directories, so that a badge works while the directory is down.
CREATE TABLE person (
    id            TEXT   NOT NULL PRIMARY KEY,
    source        TEXT   NOT NULL,
    directory_key TEXT   NOT NULL,
    login         TEXT   NOT NULL,
    login_folded  TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    name_folded   TEXT   NOT NULL,
    name_sort     TEXT   NOT NULL,
    mail          TEXT,
    language      TEXT   NOT NULL,
    department    TEXT REFERENCES department (id),
    disabled      BIGINT NOT NULL,
    seen_at       BIGINT NOT NULL,
    UNIQUE (source, directory_key)
);
-- A login belongs to one living person; it may come back after its holder has left.
CREATE UNIQUE INDEX person_login ON person (login_folded) WHERE disabled = 0;
CREATE INDEX person_login_any ON person (login_folded, disabled, id);
CREATE INDEX person_name_folded ON person (name_folded);
CREATE INDEX person_name ON person (name_sort, id);
CREATE INDEX person_source ON person (source, seen_at);

CREATE TABLE person_group (
    person     TEXT NOT NULL REFERENCES person (id),
    group_name TEXT NOT NULL,
    PRIMARY KEY (person, group_name)
);

-- The card's own number is sealed; it is found by keyed hashes of each form that a reader may give.
CREATE TABLE card (
    id         TEXT   NOT NULL PRIMARY KEY,
    person     TEXT   NOT NULL REFERENCES person (id),
    source     TEXT   NOT NULL,
    sealed     BYTEA  NOT NULL,
    last4      TEXT   NOT NULL,
    label      TEXT   NOT NULL,
    added_at   BIGINT NOT NULL,
    blocked_at BIGINT
);
CREATE INDEX card_person ON card (person, added_at, id);

CREATE TABLE card_lookup (
    kind   TEXT   NOT NULL,
    bits   BIGINT NOT NULL,
    lookup BYTEA  NOT NULL,
    card   TEXT   NOT NULL REFERENCES card (id),
    PRIMARY KEY (kind, bits, lookup)
);
CREATE INDEX card_lookup_card ON card_lookup (card);

CREATE TABLE printer (
    id            TEXT   NOT NULL PRIMARY KEY,
    name          TEXT   NOT NULL,
    name_folded   TEXT   NOT NULL UNIQUE,
    name_sort     TEXT   NOT NULL,
    uri           TEXT   NOT NULL,
    location      TEXT   NOT NULL,
    enabled       BIGINT NOT NULL,
    state         BIGINT,
    state_reasons TEXT,
    attributes    TEXT,
    checked_at    BIGINT
);

CREATE TABLE queue (
    id               TEXT   NOT NULL PRIMARY KEY,
    name             TEXT   NOT NULL,
    name_folded      TEXT   NOT NULL UNIQUE,
    name_sort        TEXT   NOT NULL,
    info             TEXT   NOT NULL,
    at_once_printer  TEXT REFERENCES printer (id),
    hold_hours       BIGINT NOT NULL,
    door_basic       BIGINT NOT NULL,
    door_negotiate   BIGINT NOT NULL,
    door_bearer      BIGINT NOT NULL,
    claimed_networks TEXT   NOT NULL,
    enabled          BIGINT NOT NULL
);

-- Who may print on a queue that prints at once.
CREATE TABLE queue_person (
    queue  TEXT NOT NULL REFERENCES queue (id),
    person TEXT NOT NULL REFERENCES person (id),
    PRIMARY KEY (queue, person)
);

CREATE TABLE station (
    id                 TEXT   NOT NULL PRIMARY KEY,
    name               TEXT   NOT NULL,
    name_folded        TEXT   NOT NULL UNIQUE,
    name_sort          TEXT   NOT NULL,
    -- Of its public key (SubjectPublicKeyInfo): certificates are renewed, the key stays. None before it has one.
    key_sha256         BYTEA  UNIQUE,
    language           TEXT   NOT NULL,
    policy             TEXT   NOT NULL,
    revoked_at         BIGINT,
    seen_at            BIGINT
);

-- Stations that may get a certificate by a code. The key is derived from the code, which is kept nowhere.
CREATE TABLE station_invitation (
    station    TEXT   NOT NULL PRIMARY KEY REFERENCES station (id),
    salt       BYTEA  NOT NULL,
    key        BYTEA  NOT NULL,
    tries_left BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE TABLE station_printer (
    station TEXT   NOT NULL REFERENCES station (id),
    place   BIGINT NOT NULL,
    printer TEXT   NOT NULL REFERENCES printer (id),
    PRIMARY KEY (station, place)
);

-- Days on which a held job does not grow older, besides Saturdays and Sundays.
CREATE TABLE holiday (
    day  BIGINT NOT NULL PRIMARY KEY,
    name TEXT   NOT NULL
);

-- Published price lists never change; the one that counts on a day is the latest that began by then.
CREATE TABLE tariff_version (
    id                    TEXT   NOT NULL PRIMARY KEY,
    valid_from            BIGINT NOT NULL UNIQUE,
    impression_monochrome BIGINT NOT NULL,
    impression_color      BIGINT NOT NULL,
    sheet                 BIGINT NOT NULL,
    published_at          BIGINT NOT NULL,
    published_by          TEXT   NOT NULL
);

CREATE TABLE role_grant (
    role         TEXT NOT NULL,
    grantee_kind TEXT NOT NULL,
    grantee      TEXT NOT NULL,
    PRIMARY KEY (role, grantee_kind, grantee)
);

-- Signed-in browsers; the key is the hash of the secret that the browser holds.
CREATE TABLE web_session (
    id           BYTEA  NOT NULL PRIMARY KEY,
    person       TEXT   NOT NULL REFERENCES person (id),
    csrf         TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL
);
CREATE INDEX web_session_person ON web_session (person);
CREATE INDEX web_session_last_seen ON web_session (last_seen_at);
