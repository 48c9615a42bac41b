-- Links: printer addresses that say who prints, each made for one device of a person or for a machine.
-- The secret part of the address is found by its keyed hash, which is all that is kept of it.
CREATE TABLE link (
    id               TEXT   NOT NULL PRIMARY KEY,
    owner_kind       TEXT   NOT NULL,
    owner            TEXT   NOT NULL,
    device           TEXT   NOT NULL,
    lookup           BYTEA  NOT NULL UNIQUE,
    made_at          BIGINT NOT NULL,
    made_by          TEXT   NOT NULL,
    used_at          BIGINT,
    revoked_at       BIGINT,
    -- Somebody sent it over a connection that others can read: it is revoked from then on.
    seen_in_clear_at BIGINT
);
CREATE INDEX link_owner ON link (owner_kind, owner, made_at, id);

-- Machines that several people print from: a computer on a ward, an instrument, a generic account.
CREATE TABLE machine (
    id          TEXT   NOT NULL PRIMARY KEY,
    name        TEXT   NOT NULL,
    name_folded TEXT   NOT NULL UNIQUE,
    name_sort   TEXT   NOT NULL,
    -- The networks that it prints from.
    networks    TEXT   NOT NULL,
    -- Who pays for what it prints, whoever fetches it.
    department  TEXT REFERENCES department (id),
    added_at    BIGINT NOT NULL,
    revoked_at  BIGINT
);

-- Who may fetch what the machine printed since they joined: the first who does takes it.
CREATE TABLE machine_member (
    machine TEXT   NOT NULL REFERENCES machine (id),
    person  TEXT   NOT NULL REFERENCES person (id),
    since   BIGINT NOT NULL,
    PRIMARY KEY (machine, person)
);
CREATE INDEX machine_member_person ON machine_member (person, machine);
