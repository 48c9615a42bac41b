-- A charge on a day without a price list costs nothing until somebody looks at it: finance checks it as
-- it checks a charge without a count.
DROP INDEX ledger_entry_to_check;
CREATE INDEX ledger_entry_to_check ON ledger_entry (period, posted_at, id)
    WHERE counted = 'unknown' OR (kind = 'charge' AND tariff_version IS NULL);
