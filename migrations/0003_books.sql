-- The books: what was printed, who paid, and what was done by whom. ledger_entry and audit only grow;
-- the program sets the triggers that hold them, because their syntax is each database's own.

-- The ledger knows people by a pseudonym; erasing a row here forgets the person and keeps the books.
CREATE TABLE subject (
    id         TEXT NOT NULL PRIMARY KEY,
    owner_kind TEXT NOT NULL,
    owner      TEXT NOT NULL,
    UNIQUE (owner_kind, owner)
);

CREATE TABLE ledger_entry (
    id                     TEXT   NOT NULL PRIMARY KEY,
    posted_at              BIGINT NOT NULL,
    accounting_day         BIGINT NOT NULL,
    period                 BIGINT NOT NULL,
    kind                   TEXT   NOT NULL,
    -- What the entry is for. Unique: the same print is never booked twice.
    src                    TEXT   NOT NULL UNIQUE,
    job                    TEXT,
    attempt                TEXT,
    subject                TEXT,
    -- The department as it was called then; empty when the owner had none.
    department             TEXT   NOT NULL,
    department_code        TEXT   NOT NULL,
    department_name        TEXT   NOT NULL,
    cost_object            TEXT,
    split                  TEXT,
    printer                TEXT,
    tariff_version         TEXT,
    sheets                 BIGINT NOT NULL,
    impressions_monochrome BIGINT NOT NULL,
    impressions_color      BIGINT NOT NULL,
    counted                TEXT   NOT NULL,
    amount                 BIGINT NOT NULL,
    corrects               TEXT
);
CREATE INDEX ledger_entry_job ON ledger_entry (job);
CREATE INDEX ledger_entry_attempt ON ledger_entry (attempt);
CREATE INDEX ledger_entry_day ON ledger_entry (accounting_day, department);
CREATE INDEX ledger_entry_to_check ON ledger_entry (period, posted_at, id) WHERE counted = 'unknown';

-- Sums of the ledger, changed in the same transaction as the entry; reports read these.
CREATE TABLE usage_day (
    accounting_day         BIGINT NOT NULL,
    department             TEXT   NOT NULL,
    period                 BIGINT NOT NULL,
    jobs                   BIGINT NOT NULL,
    sheets                 BIGINT NOT NULL,
    impressions_monochrome BIGINT NOT NULL,
    impressions_color      BIGINT NOT NULL,
    amount                 BIGINT NOT NULL,
    estimated              BIGINT NOT NULL,
    to_check               BIGINT NOT NULL,
    PRIMARY KEY (accounting_day, department)
);
CREATE INDEX usage_day_period ON usage_day (period, department);

CREATE TABLE printer_day (
    accounting_day         BIGINT NOT NULL,
    printer                TEXT   NOT NULL,
    period                 BIGINT NOT NULL,
    jobs                   BIGINT NOT NULL,
    sheets                 BIGINT NOT NULL,
    impressions_monochrome BIGINT NOT NULL,
    impressions_color      BIGINT NOT NULL,
    PRIMARY KEY (accounting_day, printer)
);
CREATE INDEX printer_day_period ON printer_day (period, printer);

CREATE TABLE audit (
    id      TEXT   NOT NULL PRIMARY KEY,
    at      BIGINT NOT NULL,
    actor   TEXT   NOT NULL,
    event   TEXT   NOT NULL,
    object  TEXT   NOT NULL,
    outcome TEXT   NOT NULL,
    detail  TEXT   NOT NULL
);
CREATE INDEX audit_at ON audit (at, id);
CREATE INDEX audit_object ON audit (object, at, id);
