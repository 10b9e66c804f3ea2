-- Acquisition: how feeds behave, hubs, what was missed, what an article's identity rests on.

-- polls and validators
ALTER TABLE feed ADD COLUMN host TEXT;         -- of its address, as the fetcher told
ALTER TABLE feed ADD COLUMN handed INTEGER;    -- given to the fetcher then; NULL: not under way
ALTER TABLE feed ADD COLUMN floor INTEGER;     -- seconds, as a person set them
ALTER TABLE feed ADD COLUMN ceiling INTEGER;
ALTER TABLE feed ADD COLUMN asks INTEGER;      -- seconds between polls that the feed asks for: ttl, sy:
ALTER TABLE feed ADD COLUMN max_age INTEGER;   -- seconds, of its last answer that told any
ALTER TABLE feed ADD COLUMN skip_hours INTEGER;
ALTER TABLE feed ADD COLUMN skip_days INTEGER;
ALTER TABLE feed ADD COLUMN hours BLOB;        -- new items by hour of the day, UTC
ALTER TABLE feed ADD COLUMN body INTEGER;      -- hash of its last full answer
ALTER TABLE feed ADD COLUMN same_bodies INTEGER NOT NULL DEFAULT 0; -- full answers in a row that said nothing else, though asked conditionally
ALTER TABLE feed ADD COLUMN honest_at INTEGER; -- when a conditional request brought something else
ALTER TABLE feed ADD COLUMN probe INTEGER NOT NULL DEFAULT 0; -- 1: this poll sends no validators; 2: the next one tells whether they lie
ALTER TABLE feed ADD COLUMN probe_at INTEGER;  -- of the last such poll
ALTER TABLE feed ADD COLUMN untrusted INTEGER; -- since when its validators are not believed
ALTER TABLE feed ADD COLUMN moved_to TEXT;     -- where 301 and 308 lead
ALTER TABLE feed ADD COLUMN moved_since INTEGER;
ALTER TABLE feed ADD COLUMN moved_seen INTEGER NOT NULL DEFAULT 0; -- polls in a row
ALTER TABLE feed ADD COLUMN note TEXT;         -- what else a person should know, in words
CREATE INDEX feed_host ON feed (host) WHERE host IS NOT NULL;
CREATE INDEX feed_handed ON feed (handed) WHERE handed IS NOT NULL;
CREATE TABLE feed_address (                    -- where feeds were before they moved
  url  TEXT PRIMARY KEY,
  feed INTEGER NOT NULL REFERENCES feed,
  since INTEGER NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0            -- 1: a person moved it back to this address, it stays
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_address_feed ON feed_address (feed);
CREATE TABLE host_pause (                      -- hosts that asked to be left alone
  host  TEXT PRIMARY KEY,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE robots (                          -- what each host's robots.txt said, for a day
  url   TEXT PRIMARY KEY,
  at    INTEGER NOT NULL, until INTEGER NOT NULL,
  state TEXT NOT NULL                          -- JSON of net/robots_cache
) STRICT, WITHOUT ROWID;

-- hubs (WebSub)
CREATE TABLE hub (
  hub    INTEGER PRIMARY KEY,
  url    TEXT NOT NULL UNIQUE,
  hits   INTEGER NOT NULL DEFAULT 0, -- new items that it delivered before a poll saw them
  missed INTEGER NOT NULL DEFAULT 0  -- those that a poll saw and it never delivered; old ones count half
) STRICT;

CREATE TABLE subscription (
  subscription INTEGER PRIMARY KEY,
  feed     INTEGER NOT NULL REFERENCES feed,
  hub      INTEGER NOT NULL REFERENCES hub,
  topic    TEXT NOT NULL,
  token    TEXT NOT NULL,           -- last part of the callback's address: who knows it may call
  token_hash BLOB NOT NULL UNIQUE,  -- looked up by this, so that time tells nothing of the token
  secret   TEXT NOT NULL,
  base     TEXT,                    -- of the callback that the hub was given
  listed   INTEGER NOT NULL DEFAULT 1, -- the feed still names this hub and topic
  state    TEXT NOT NULL DEFAULT 'wanted' CHECK (state IN ('wanted', 'verified', 'denied', 'left')),
  why      TEXT,                    -- in words
  asked    TEXT CHECK (asked IN ('subscribe', 'unsubscribe')), asked_at INTEGER, -- what the hub may confirm
  tries    INTEGER NOT NULL DEFAULT 0, -- in a row without success
  next_try INTEGER NOT NULL DEFAULT 0,
  verified_at INTEGER, lease_end INTEGER,
  hits INTEGER NOT NULL DEFAULT 0, missed INTEGER NOT NULL DEFAULT 0,
  missed_row INTEGER NOT NULL DEFAULT 0, -- since the last hit
  relied   INTEGER NOT NULL DEFAULT 0, -- 1: its feed is polled seldom because of it
  deliveries INTEGER NOT NULL DEFAULT 0, thin INTEGER NOT NULL DEFAULT 0, unreadable INTEGER NOT NULL DEFAULT 0,
  forged   INTEGER NOT NULL DEFAULT 0, foreign_topic INTEGER NOT NULL DEFAULT 0,
  last_delivery INTEGER, pinged INTEGER, -- thin: newest that says nothing but "look"
  fresh    INTEGER NOT NULL DEFAULT 0, fresh_since_poll INTEGER NOT NULL DEFAULT 0,
  UNIQUE (feed, hub, topic)
) STRICT;
CREATE INDEX subscription_due ON subscription (next_try) WHERE state <> 'left';
-- Items that a poll saw first: missed, unless their delivery comes soon.
CREATE TABLE hub_late (
  document INTEGER NOT NULL, subscription INTEGER NOT NULL REFERENCES subscription, at INTEGER NOT NULL,
  PRIMARY KEY (document, subscription)
) STRICT, WITHOUT ROWID;
CREATE INDEX hub_late_at ON hub_late (at);
-- Deliveries that brought something new; their raw bytes lie in the spool.
CREATE TABLE delivery (
  delivery INTEGER PRIMARY KEY, subscription INTEGER NOT NULL REFERENCES subscription, at INTEGER NOT NULL,
  segment INTEGER NOT NULL, offset INTEGER NOT NULL, items INTEGER NOT NULL, fresh INTEGER NOT NULL
) STRICT;
CREATE VIEW v_subscription AS -- tokens and secrets are nobody's business
  SELECT f.outlet, f.url AS feed, h.url AS hub, s.topic, s.state, s.why, s.listed, s.tries, s.next_try, s.verified_at, s.lease_end,
    s.hits, s.missed, s.relied, s.deliveries, s.thin, s.unreadable, s.forged, s.foreign_topic, s.last_delivery, s.fresh,
    h.hits AS hub_hits, h.missed AS hub_missed
  FROM subscription s JOIN feed f USING (feed) JOIN hub h USING (hub);

-- sources: channels, losses, silence
ALTER TABLE feed ADD COLUMN category TEXT;  -- groups of the list that it came from, a line each
ALTER TABLE feed ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0; -- 1: robots.txt forbids it
-- The newest list of a channel (feed, sitemap, front page) that was not empty: two that share
-- nothing have lost something between them.
CREATE TABLE channel_list (
  feed INTEGER PRIMARY KEY REFERENCES feed,
  at INTEGER NOT NULL, documents BLOB NOT NULL -- sorted, 8 bytes each
) STRICT;
-- Which channel of an outlet saw a document when; the newest of each channel.
CREATE TABLE channel_seen (
  feed INTEGER NOT NULL, document INTEGER NOT NULL,
  seen_after INTEGER, seen_by INTEGER NOT NULL, -- not there at … (NULL: the first look); there at …
  pushed INTEGER NOT NULL DEFAULT 0,            -- 1: a hub brought it first
  PRIMARY KEY (feed, document)
) STRICT, WITHOUT ROWID;
CREATE TABLE loss (
  loss   INTEGER PRIMARY KEY,
  feed   INTEGER NOT NULL REFERENCES feed,
  after  INTEGER NOT NULL, at INTEGER NOT NULL,     -- the two looks that share no item
  before INTEGER NOT NULL, items INTEGER NOT NULL,  -- items of each
  covered INTEGER NOT NULL,        -- documents of that time that other channels had seen
  asked  INTEGER,                  -- channel that was asked to fill in; NULL: there is none
  looked INTEGER,                  -- when it answered
  filled INTEGER NOT NULL DEFAULT 0 -- documents that came of it
) STRICT;
CREATE INDEX loss_feed ON loss (feed);
CREATE INDEX loss_open ON loss (asked) WHERE looked IS NULL AND asked IS NOT NULL;
CREATE TABLE rhythm (outlet TEXT PRIMARY KEY, packed BLOB NOT NULL) STRICT, WITHOUT ROWID; -- feed/silence.h
CREATE INDEX feed_outlet ON feed (outlet) WHERE removed = 0;
CREATE INDEX poll_feed ON poll (feed, at);
CREATE VIEW v_loss AS
  SELECT f.outlet, f.url, l.after, l.at, l.before, l.items, l.covered, a.url AS asked, l.looked, l.filled
  FROM loss l JOIN feed f USING (feed) LEFT JOIN feed a ON a.feed = l.asked;
CREATE VIEW v_channel_seen AS
  SELECT f.outlet, f.url AS channel, f.kind, lower(hex(d.id)) AS document, s.seen_after, s.seen_by, s.pushed
  FROM channel_seen s JOIN feed f USING (feed) JOIN document d USING (document);

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
ALTER TABLE page_job ADD COLUMN changed INTEGER NOT NULL DEFAULT 0; -- 1: its item says something else since
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

-- archive and replay
-- Canonical addresses that pages told and that are not known yet: see ledger_replay.h.
CREATE TABLE alias_later (
  seq INTEGER PRIMARY KEY REFERENCES entry, -- of the page
  seen_by INTEGER NOT NULL, outlet TEXT NOT NULL, value TEXT NOT NULL, document INTEGER NOT NULL
) STRICT;
CREATE INDEX alias_later_due ON alias_later (seen_by, seq);
