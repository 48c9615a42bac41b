-- Jobs on their way: taken in, held, released, delivered.

CREATE TABLE job (
    id                 TEXT   NOT NULL PRIMARY KEY,
    number             BIGINT NOT NULL UNIQUE,
    queue              TEXT   NOT NULL,
    owner_kind         TEXT   NOT NULL,
    owner              TEXT   NOT NULL,
    title              TEXT   NOT NULL,
    claimed_name       TEXT,
    door               TEXT   NOT NULL,
    verified           BIGINT NOT NULL,
    ticket             TEXT   NOT NULL,
    document_format    TEXT,
    size_bytes         BIGINT NOT NULL,
    sha256             BYTEA,
    -- Pages of one copy by our own count; empty: nobody has tried, -1: they cannot be counted.
    pages              BIGINT,
    pages_color        BIGINT,
    -- Why no printer can print the document, as a keyword of job-state-reasons.
    document_fault     TEXT,
    spool_kind         TEXT,
    spool_id           TEXT,
    -- Only its home site may grant a claim on a job.
    home               TEXT   NOT NULL,
    node               TEXT   NOT NULL,
    epoch              BIGINT NOT NULL,
    -- Raised by whoever takes the job over; what an earlier holder then writes changes nothing.
    fence              BIGINT NOT NULL,
    state              TEXT   NOT NULL,
    state_changed_at   BIGINT NOT NULL,
    created_at         BIGINT NOT NULL,
    held_at            BIGINT,
    expires_at         BIGINT NOT NULL,
    ended_at           BIGINT,
    end_reason         TEXT,
    client_hold        TEXT,
    -- "May have printed at this printer at this time": the owner decides at the next tap.
    uncertain_printer  TEXT,
    uncertain_at       BIGINT,
    -- When the document's key is to be destroyed; empty while the job lives and after it is done.
    key_due_at         BIGINT,
    printer            TEXT,
    impressions        BIGINT NOT NULL
);
-- Lists of open jobs, in the order of their coming. They stay as small as what is open.
CREATE INDEX job_open_owner ON job (owner, created_at, number) WHERE ended_at IS NULL;
CREATE INDEX job_open_queue ON job (queue, created_at, number) WHERE ended_at IS NULL;
CREATE INDEX job_open_state ON job (state, created_at, number) WHERE ended_at IS NULL;
CREATE INDEX job_expiry ON job (expires_at) WHERE state = 'held';
-- Lists of ended jobs, the newest end first.
CREATE INDEX job_ended_owner ON job (owner, ended_at, number) WHERE ended_at IS NOT NULL;
CREATE INDEX job_ended_queue ON job (queue, ended_at, number) WHERE ended_at IS NOT NULL;
CREATE INDEX job_ended ON job (ended_at, number) WHERE ended_at IS NOT NULL;
CREATE INDEX job_key_due ON job (key_due_at, id) WHERE key_due_at IS NOT NULL;
CREATE INDEX job_spool ON job (spool_id) WHERE spool_id IS NOT NULL;

-- Inserted once and deleted once; a job without its row can never be read again.
CREATE TABLE document_key (
    job     TEXT   NOT NULL PRIMARY KEY,
    day     BIGINT NOT NULL,
    wrapped BYTEA  NOT NULL
);
CREATE INDEX document_key_day ON document_key (day);

-- What was found in a document: paper sizes, colour of each page. It goes with the document.
CREATE TABLE document_facts (
    job   TEXT NOT NULL PRIMARY KEY,
    facts TEXT NOT NULL
);

-- One reading of one card at one station; the key makes a repeated message harmless.
CREATE TABLE tap (
    station     TEXT   NOT NULL,
    boot_id     TEXT   NOT NULL,
    number      BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    person      TEXT,
    card        TEXT,
    outcome     TEXT   NOT NULL,
    released_at BIGINT,
    PRIMARY KEY (station, boot_id, number)
);
CREATE INDEX tap_person ON tap (person, at, number);
CREATE INDEX tap_at ON tap (at);

-- One try to deliver one job to one printer. Printer, payer and prices are those of the claim.
CREATE TABLE attempt (
    id               TEXT   NOT NULL PRIMARY KEY,
    job              TEXT   NOT NULL,
    printer          TEXT   NOT NULL,
    station          TEXT,
    tap_boot_id      TEXT,
    tap_number       BIGINT,
    state            TEXT   NOT NULL,
    node             TEXT   NOT NULL,
    epoch            BIGINT NOT NULL,
    fence            BIGINT NOT NULL,
    mark             BIGINT NOT NULL,
    printer_job_id   BIGINT,
    printer_job_uuid TEXT,
    printer_up_time  BIGINT,
    ticket           TEXT   NOT NULL,
    subject          TEXT   NOT NULL,
    department       TEXT,
    department_code  TEXT   NOT NULL,
    department_name  TEXT   NOT NULL,
    tariff_version   TEXT,
    accounting_day   BIGINT NOT NULL,
    claimed_at       BIGINT NOT NULL,
    created_at       BIGINT,
    sent_at          BIGINT,
    ended_at         BIGINT,
    impressions      BIGINT NOT NULL,
    reasons          TEXT   NOT NULL
);
CREATE INDEX attempt_job ON attempt (job, claimed_at, id);
CREATE INDEX attempt_tap ON attempt (station, tap_boot_id, tap_number, claimed_at, id);
CREATE INDEX attempt_open ON attempt (claimed_at, id) WHERE ended_at IS NULL;
CREATE INDEX attempt_created ON attempt (printer, created_at) WHERE created_at IS NOT NULL;

-- What pages, clients and stations ask the engine to do; the node that owns the work carries it out.
CREATE TABLE request (
    id      TEXT   NOT NULL PRIMARY KEY,
    kind    TEXT   NOT NULL,
    job     TEXT   NOT NULL,
    printer TEXT,
    actor   TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    state   TEXT   NOT NULL,
    node    TEXT,
    answer  TEXT
);
CREATE INDEX request_open ON request (at, id) WHERE state <> 'answered';
