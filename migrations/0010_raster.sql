-- Printers that garble documents get every page as pixels: an administrator says which.
ALTER TABLE printer ADD COLUMN always_raster BIGINT NOT NULL DEFAULT 0;
