-- What a queue offers its clients: what any of its printers can do, or only what all of them can; what a
-- job gets that does not say; and where the queue is, as clients show it.
ALTER TABLE queue ADD COLUMN abilities TEXT NOT NULL DEFAULT 'union';
ALTER TABLE queue ADD COLUMN sides_default TEXT NOT NULL DEFAULT 'one-sided';
ALTER TABLE queue ADD COLUMN color_mode_default TEXT NOT NULL DEFAULT 'auto';
ALTER TABLE queue ADD COLUMN location TEXT NOT NULL DEFAULT '';
ALTER TABLE queue ADD COLUMN geo_location TEXT NOT NULL DEFAULT '';
