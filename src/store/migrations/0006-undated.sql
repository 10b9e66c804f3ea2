-- 1: nobody told when the bytes were fetched (a file that was kept somewhere): seen_by is when they
-- came in, and what counts from the time of fetching is not known.
ALTER TABLE entry ADD COLUMN undated INTEGER;
