-- From where a station's certificate is good, as networks separated by blanks. Empty: from anywhere.
ALTER TABLE station ADD COLUMN networks TEXT NOT NULL DEFAULT '';
-- Too many unknown cards were held to it: it opens nothing until somebody has looked.
ALTER TABLE station ADD COLUMN locked_at BIGINT;
-- How its reader is, as the station says, and since when.
ALTER TABLE station ADD COLUMN reader TEXT NOT NULL DEFAULT '';
ALTER TABLE station ADD COLUMN reader_at BIGINT;
