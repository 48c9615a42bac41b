-- From where a station's certificate is good, as networks separated by blanks. Empty: from anywhere.
ALTER TABLE station ADD COLUMN networks TEXT NOT NULL DEFAULT '';
-- Too many unknown cards were held to it: it opens nothing until then, or, without an end, until somebody has looked.
ALTER TABLE station ADD COLUMN locked_at BIGINT;
ALTER TABLE station ADD COLUMN locked_until BIGINT;
-- How often it was locked since day_at: each lock is twice as long as the one before.
ALTER TABLE station ADD COLUMN locks BIGINT NOT NULL DEFAULT 0;
-- Unknown cards within an hour and within a day, each counted from its first one.
ALTER TABLE station ADD COLUMN hour_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE station ADD COLUMN hour_unknown BIGINT NOT NULL DEFAULT 0;
ALTER TABLE station ADD COLUMN day_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE station ADD COLUMN day_unknown BIGINT NOT NULL DEFAULT 0;
-- How its reader is, as the station says, and since when.
ALTER TABLE station ADD COLUMN reader TEXT NOT NULL DEFAULT '';
ALTER TABLE station ADD COLUMN reader_at BIGINT;
-- There is a reader and nothing else: what a screen would have said is told by a notice.
ALTER TABLE station ADD COLUMN reader_only BIGINT NOT NULL DEFAULT 0;
