-- Printers as they are: where they stand, by what they are known, what they were found to be.
ALTER TABLE printer ADD COLUMN campus   TEXT NOT NULL DEFAULT '';
ALTER TABLE printer ADD COLUMN building TEXT NOT NULL DEFAULT '';
ALTER TABLE printer ADD COLUMN floor    TEXT NOT NULL DEFAULT '';
ALTER TABLE printer ADD COLUMN room     TEXT NOT NULL DEFAULT '';
-- Whether documents go there inside TLS. It follows from the address, and stands here for the claim.
ALTER TABLE printer ADD COLUMN tls BIGINT NOT NULL DEFAULT 0;
UPDATE printer SET tls = 1 WHERE substr(uri, 1, 5) = 'ipps:';

-- The machine that an administrator has confirmed: at this address, with this uuid and certificate. Where the
-- address is another one than that, the printer gets nothing.
ALTER TABLE printer ADD COLUMN pinned_uri         TEXT;
ALTER TABLE printer ADD COLUMN pinned_uuid        TEXT;
ALTER TABLE printer ADD COLUMN certificate_sha256 BYTEA;
ALTER TABLE printer ADD COLUMN serial             TEXT;
ALTER TABLE printer ADD COLUMN pinned_at          BIGINT;
ALTER TABLE printer ADD COLUMN pinned_by          TEXT;
UPDATE printer SET pinned_uri = uri;

-- What a probe found besides what the printer says at every round: how it counts, whether it keeps its history,
-- and the ports by which people could print around us (JSON).
ALTER TABLE printer ADD COLUMN found    TEXT;
ALTER TABLE printer ADD COLUMN found_at BIGINT;

-- The machines that stood in a printer's place before the present one. The books name the printer; which machine
-- it was follows from the time of the claim. Rows stay when the printer goes, as those of the books do.
CREATE TABLE printer_machine (
    printer            TEXT   NOT NULL,
    until              BIGINT NOT NULL,
    since              BIGINT,
    uri                TEXT   NOT NULL,
    uuid               TEXT,
    serial             TEXT,
    make_and_model     TEXT,
    certificate_sha256 BYTEA,
    confirmed_by       TEXT,
    PRIMARY KEY (printer, until)
);

-- Machines (with their links) that may print on a queue that prints at once.
CREATE TABLE queue_machine (
    queue   TEXT NOT NULL REFERENCES queue (id),
    machine TEXT NOT NULL REFERENCES machine (id),
    PRIMARY KEY (queue, machine)
);
