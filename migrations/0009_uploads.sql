-- Whether people send files to the queue from the pages: they do, unless its administrator says otherwise.
ALTER TABLE queue ADD COLUMN door_uploads BIGINT NOT NULL DEFAULT 1;
