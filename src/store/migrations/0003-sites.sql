-- Site memory: what the articles of one site have in common (src/page/site.h, ledger_site.h).

CREATE TABLE site (
  site   INTEGER PRIMARY KEY,
  host   TEXT NOT NULL UNIQUE,
  taken  INTEGER NOT NULL,            -- pages that got a number, from 1
  learnt INTEGER NOT NULL DEFAULT 0,  -- up to which number
  since  INTEGER NOT NULL DEFAULT 0,  -- first number that counts: of the template now in use
  articles INTEGER NOT NULL DEFAULT 0, -- that differ, among the newest samples
  root   TEXT,                        -- where the articles stand, in words
  changed INTEGER,                    -- when the first article of a new template was seen
  root_before TEXT                    -- where articles stood until then
) STRICT;
-- What each page told, the newest of each site.
CREATE TABLE site_sample (
  site INTEGER NOT NULL REFERENCES site, nth INTEGER NOT NULL,
  document INTEGER NOT NULL, seen_by INTEGER NOT NULL, packed BLOB NOT NULL,
  PRIMARY KEY (site, nth)
) STRICT, WITHOUT ROWID;
-- What was learnt from the pages up to nth, where it is something else than before.
CREATE TABLE site_memory (
  site INTEGER NOT NULL REFERENCES site, nth INTEGER NOT NULL, packed BLOB NOT NULL,
  PRIMARY KEY (site, nth)
) STRICT, WITHOUT ROWID;
ALTER TABLE entry ADD COLUMN site INTEGER;
ALTER TABLE entry ADD COLUMN nth INTEGER; -- of a page: its number among those of its site
CREATE INDEX entry_site ON entry (site, nth) WHERE state = 'pending' AND site IS NOT NULL;
CREATE VIEW v_site AS
  SELECT host, taken, learnt, articles, root, changed, root_before FROM site;
