-- The empty backs between the copies of a drawn document, which a printer may count as sides: nobody asked
-- for them, also when the server that drew them has died since.
ALTER TABLE attempt ADD COLUMN blanks BIGINT NOT NULL DEFAULT 0;
