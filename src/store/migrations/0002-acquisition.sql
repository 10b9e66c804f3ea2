-- Acquisition: how feeds behave, hubs, what was missed, what an article's identity rests on.

-- polls and validators

-- hubs (WebSub)

-- sources: channels, losses, silence

-- identity, revisions, rights
-- What an item said last: by it the ledger knows an article again whose address or GUID changed.
CREATE TABLE face (
  document  INTEGER PRIMARY KEY REFERENCES document,
  outlet    TEXT NOT NULL,
  content   INTEGER NOT NULL,  -- first 8 bytes of entry.hash
  lead      INTEGER NOT NULL,  -- hash of its text without markup; 0: too short to tell
  published INTEGER,           -- to the minute at least
  has_guid  INTEGER NOT NULL,  -- one that is not its address
  title     TEXT               -- first bytes
) STRICT;
CREATE INDEX face_content ON face (content);
CREATE INDEX face_published ON face (published) WHERE published IS NOT NULL;
-- Addresses and GUIDs that stood for several articles: they identify none.
CREATE TABLE identity_void (
  outlet TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, -- as in alias
  at INTEGER NOT NULL, why TEXT NOT NULL,
  PRIMARY KEY (outlet, kind, value)
) STRICT, WITHOUT ROWID;
-- How a feed behaved: what its GUIDs and addresses are worth. feed 0: files of an outlet.
CREATE TABLE identity_trust (
  outlet TEXT NOT NULL, feed INTEGER NOT NULL,
  guid_held    INTEGER NOT NULL DEFAULT 0, -- an article kept its GUID at another address
  guid_churned INTEGER NOT NULL DEFAULT 0, -- the same article under a third GUID
  guid_reused  INTEGER NOT NULL DEFAULT 0, -- another article under a known GUID
  url_churned  INTEGER NOT NULL DEFAULT 0, -- the same article at another address
  url_shared   INTEGER NOT NULL DEFAULT 0, -- several articles at one address
  PRIMARY KEY (outlet, feed)
) STRICT, WITHOUT ROWID;
ALTER TABLE alias ADD COLUMN why TEXT; -- how it was found to lead there; NULL: it came with it
-- First seen, for each way in: not there at seen_after (NULL: never looked before), there at seen_by.
CREATE TABLE sighting (
  document INTEGER NOT NULL REFERENCES document,
  channel TEXT NOT NULL, seen_after INTEGER, seen_by INTEGER NOT NULL,
  PRIMARY KEY (document, channel)
) STRICT, WITHOUT ROWID;
-- When what an entry says was not there yet: the other end of the interval in which it was edited.
ALTER TABLE entry ADD COLUMN seen_after INTEGER;
-- Pages are looked at again: when, and with which validators (opaque, quotes included).
ALTER TABLE page_job ADD COLUMN again INTEGER;
ALTER TABLE page_job ADD COLUMN checked INTEGER; -- last answer, whatever it brought
ALTER TABLE page_job ADD COLUMN etag TEXT;
ALTER TABLE page_job ADD COLUMN last_modified TEXT;
CREATE INDEX page_job_again ON page_job (again) WHERE again IS NOT NULL;
-- What the publisher allows, as bits (store/ledger.h, enum dl_rights_bit).
ALTER TABLE document ADD COLUMN rights INTEGER NOT NULL DEFAULT 0;
CREATE VIEW v_sighting AS
  SELECT lower(hex(d.id)) AS document, s.channel, s.seen_after, s.seen_by FROM sighting s JOIN document d USING (document);
CREATE VIEW v_identity AS
  SELECT t.outlet, f.url AS feed, t.guid_held, t.guid_churned, t.guid_reused, t.url_churned, t.url_shared
  FROM identity_trust t LEFT JOIN feed f ON f.feed = t.feed;
