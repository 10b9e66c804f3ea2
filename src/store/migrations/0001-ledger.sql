-- The ledger. Words, ids and what always holds: README.md beside this folder.
-- Times are milliseconds since 1970 UTC. Ids are 32-byte SHA-256 blobs; integers named like a
-- table are its row ids, never shown outside.

CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;

CREATE TABLE outlet (
  outlet   TEXT PRIMARY KEY,          -- as in sources/, or the registrable domain
  name     TEXT NOT NULL,
  country  TEXT, language TEXT, kind TEXT, home TEXT,
  listed   INTEGER NOT NULL DEFAULT 0 -- 1: a person or sources/ named it
) STRICT, WITHOUT ROWID;

CREATE TABLE feed (
  feed          INTEGER PRIMARY KEY,
  outlet        TEXT NOT NULL REFERENCES outlet,
  url           TEXT NOT NULL UNIQUE,
  kind          TEXT NOT NULL DEFAULT 'feed', -- feed sitemap
  title         TEXT,
  removed       INTEGER NOT NULL DEFAULT 0,
  etag          TEXT, last_modified TEXT,     -- opaque, quotes included
  next_poll     INTEGER NOT NULL DEFAULT 0,
  interval      INTEGER NOT NULL DEFAULT 0,
  why           TEXT,                         -- of the next poll, in words
  last_poll     INTEGER, last_good INTEGER, last_new INTEGER,
  last_status   INTEGER, last_result TEXT,    -- in words
  failures      INTEGER NOT NULL DEFAULT 0,   -- in a row
  polls         INTEGER NOT NULL DEFAULT 0,
  unchanged     INTEGER NOT NULL DEFAULT 0,   -- 304 or the same bytes
  items_seen    INTEGER NOT NULL DEFAULT 0,
  items_new     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX feed_due ON feed (next_poll) WHERE removed = 0;

CREATE TABLE document (
  document   INTEGER PRIMARY KEY,
  id         BLOB NOT NULL UNIQUE,
  outlet     TEXT NOT NULL REFERENCES outlet,
  url        TEXT,
  seen_after INTEGER,          -- not there at …
  seen_by    INTEGER NOT NULL, -- there at …
  channel    TEXT NOT NULL,    -- feed sitemap push page file
  revision   INTEGER,          -- the one shown
  story      INTEGER
) STRICT;
CREATE INDEX document_story ON document (story) WHERE story IS NOT NULL;

CREATE TABLE alias (
  outlet TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, -- kind: url guid
  document INTEGER NOT NULL REFERENCES document,
  PRIMARY KEY (outlet, kind, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX alias_document ON alias (document);

CREATE TABLE poll (
  poll    INTEGER PRIMARY KEY,
  feed    INTEGER, at INTEGER NOT NULL,
  segment INTEGER, offset INTEGER, -- the raw answer
  items   INTEGER NOT NULL, fresh INTEGER NOT NULL
) STRICT;

CREATE TABLE entry (
  seq      INTEGER PRIMARY KEY, -- the place in the ledger
  document INTEGER NOT NULL REFERENCES document,
  outlet   TEXT NOT NULL,
  kind     TEXT NOT NULL,       -- item page article
  hash     BLOB NOT NULL,       -- of the bytes that matter: the same again is a duplicate
  segment  INTEGER NOT NULL, offset INTEGER NOT NULL,
  hour     INTEGER NOT NULL,    -- of `seen`, for the tally
  seen_by  INTEGER NOT NULL,
  state    TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'same', 'rejected', 'quarantined')),
  trying   INTEGER NOT NULL DEFAULT 0, -- 1: given to a reader; committed before it is
  tries    INTEGER NOT NULL DEFAULT 0, -- readers that failed on it
  orphans  INTEGER NOT NULL DEFAULT 0, -- times the writer itself ended while it was tried
  revision INTEGER,
  code     TEXT, message TEXT
) STRICT;
CREATE INDEX entry_trying ON entry (seq) WHERE trying = 1;
CREATE INDEX entry_pending ON entry (seq) WHERE state = 'pending';
CREATE INDEX entry_document ON entry (document, hash);
CREATE INDEX entry_quarantined ON entry (seq) WHERE state IN ('quarantined', 'rejected');

CREATE TABLE revision (
  revision  INTEGER PRIMARY KEY,
  id        BLOB NOT NULL UNIQUE,
  document  INTEGER NOT NULL REFERENCES document,
  seq       INTEGER NOT NULL REFERENCES entry,
  hash      BLOB NOT NULL,
  kind      TEXT NOT NULL,
  title     TEXT, subtitle TEXT,
  language  TEXT, section TEXT,
  published INTEGER, published_text TEXT, -- the text keeps the precision
  text      TEXT               -- last: what stands behind it would be behind its overflow pages
) STRICT;
CREATE INDEX revision_document ON revision (document);

CREATE TABLE result (
  revision INTEGER NOT NULL REFERENCES revision,
  stage    TEXT NOT NULL,      -- extract analyse features
  version  INTEGER NOT NULL,   -- one is kept: the newest
  packed   INTEGER NOT NULL,   -- 0, or length of the body before zstd
  body     BLOB NOT NULL,      -- JSON (extract without its text), or features in bytes
  PRIMARY KEY (revision, stage)
) STRICT, WITHOUT ROWID;

CREATE TABLE statement (
  statement INTEGER PRIMARY KEY,
  id        BLOB NOT NULL,
  revision  INTEGER NOT NULL REFERENCES revision,
  n         INTEGER NOT NULL,
  source TEXT, source_class TEXT, anonymity TEXT, stance TEXT, certainty TEXT, quote TEXT,
  cue TEXT, content TEXT, rule TEXT, score REAL,
  spans TEXT NOT NULL          -- JSON {"cue":[{start,end,in}],"source":[…],"content":[…]}
) STRICT;
CREATE INDEX statement_revision ON statement (revision);

CREATE TABLE event (
  event     INTEGER PRIMARY KEY,
  revision  INTEGER NOT NULL REFERENCES revision,
  n         INTEGER NOT NULL,  -- place in analyse.events
  act       TEXT NOT NULL, status TEXT,
  actors TEXT, recipients TEXT, -- as worded, parted by " … "
  place TEXT, country TEXT, time TEXT
) STRICT;
CREATE INDEX event_revision ON event (revision);

CREATE TABLE story (
  story     INTEGER PRIMARY KEY,   -- the seq of the entry that founded it
  id        BLOB NOT NULL UNIQUE,
  founder   INTEGER NOT NULL REFERENCES document,
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  last_change INTEGER NOT NULL,    -- change.seq
  headline  INTEGER,               -- document whose title stands for the story
  documents INTEGER NOT NULL, copies INTEGER NOT NULL,
  outlets INTEGER NOT NULL, languages INTEGER NOT NULL, countries INTEGER NOT NULL,
  joined_into INTEGER
) STRICT;
CREATE INDEX story_change ON story (last_change) WHERE joined_into IS NULL;

CREATE TABLE story_document (
  document   INTEGER PRIMARY KEY REFERENCES document,
  story      INTEGER NOT NULL REFERENCES story,
  first_story INTEGER NOT NULL,    -- as decided on arrival, before joins
  seq        INTEGER NOT NULL UNIQUE,
  copy_of    INTEGER,              -- document
  similarity REAL,
  evidence   TEXT                  -- JSON: why it is here
) STRICT;
CREATE INDEX story_document_story ON story_document (story);

-- How often each outlet, language and country stands in a story: its counts, kept as they change.
CREATE TABLE story_facet (
  story INTEGER NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (story, kind, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE story_alias (id BLOB PRIMARY KEY, story INTEGER NOT NULL, change INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX story_alias_change ON story_alias (change);
CREATE TABLE story_join (seq INTEGER NOT NULL, n INTEGER NOT NULL, from_story INTEGER NOT NULL, into_story INTEGER NOT NULL,
  PRIMARY KEY (seq, n)) STRICT, WITHOUT ROWID;

CREATE TABLE change (
  seq      INTEGER PRIMARY KEY AUTOINCREMENT,
  at       INTEGER NOT NULL,
  kind     TEXT NOT NULL,          -- story.new story.updated story.merged document.revised source.changed
  story    INTEGER, document INTEGER
) STRICT;

CREATE TABLE page_job (
  document INTEGER PRIMARY KEY REFERENCES document,
  url      TEXT NOT NULL,
  not_before INTEGER NOT NULL,
  tries    INTEGER NOT NULL DEFAULT 0,
  result   TEXT                    -- NULL: to do
) STRICT;
CREATE INDEX page_job_due ON page_job (not_before) WHERE result IS NULL;

CREATE TABLE tally (
  outlet TEXT NOT NULL, hour INTEGER NOT NULL,
  seen INTEGER NOT NULL DEFAULT 0, stored INTEGER NOT NULL DEFAULT 0, duplicate INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0, quarantined INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (hour, outlet)
) STRICT, WITHOUT ROWID;

CREATE TABLE cursor (stage TEXT PRIMARY KEY, version INTEGER NOT NULL, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (key TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL, sent INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE request (key TEXT PRIMARY KEY, at INTEGER NOT NULL, reply TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX request_at ON request (at);
CREATE TABLE tombstone (key BLOB PRIMARY KEY, at INTEGER NOT NULL, why TEXT) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE fts USING fts5 (title, text, content='revision', content_rowid='revision', tokenize='dateline');

-- Public views: these are API, the tables are not.
CREATE VIEW v_source AS
  SELECT f.outlet, o.name, o.country, o.language, o.kind, f.url, f.title, f.removed,
    f.next_poll, f.why, f.last_poll, f.last_good, f.last_new, f.last_status, f.last_result, f.failures,
    f.polls, f.unchanged, f.items_seen, f.items_new
  FROM feed f JOIN outlet o USING (outlet);
CREATE VIEW v_document AS
  SELECT lower(hex(d.id)) AS id, d.outlet, o.name AS outlet_name, o.country, d.url, d.seen_after, d.seen_by, d.channel,
    r.title, r.subtitle, r.text, r.language, r.section, r.published_text AS published, lower(hex(r.id)) AS revision,
    lower(hex(s.id)) AS story
  FROM document d JOIN outlet o USING (outlet) LEFT JOIN revision r ON r.revision = d.revision
    LEFT JOIN story s ON s.story = d.story;
CREATE VIEW v_revision AS
  SELECT lower(hex(r.id)) AS id, lower(hex(d.id)) AS document, r.seq, r.kind, r.title, r.language, r.published_text AS published
  FROM revision r JOIN document d USING (document);
CREATE VIEW v_statement AS
  SELECT lower(hex(t.id)) AS id, lower(hex(r.id)) AS revision, lower(hex(d.id)) AS document, t.source, t.source_class,
    t.anonymity, t.stance, t.certainty, t.quote, t.cue, t.content, t.rule, t.score,
    t.spans
  FROM statement t JOIN revision r ON r.revision = t.revision
    JOIN document d ON d.document = r.document AND d.revision = r.revision;
CREATE VIEW v_event AS
  SELECT lower(hex(r.id)) AS revision, lower(hex(d.id)) AS document, e.n, e.act, e.status, e.actors, e.recipients,
    e.place, e.country, e.time
  FROM event e JOIN revision r ON r.revision = e.revision
    JOIN document d ON d.document = r.document AND d.revision = r.revision;
CREATE VIEW v_result AS
  SELECT lower(hex(r.id)) AS revision, x.stage, x.version FROM result x JOIN revision r USING (revision);
CREATE VIEW v_change AS
  SELECT c.seq, c.at, c.kind, lower(hex(s.id)) AS story, lower(hex(d.id)) AS document
  FROM change c LEFT JOIN story s ON s.story = c.story LEFT JOIN document d ON d.document = c.document;
CREATE VIEW v_alias AS
  SELECT a.outlet, a.kind, a.value, lower(hex(d.id)) AS document FROM alias a JOIN document d USING (document);
CREATE VIEW v_index AS SELECT (SELECT count(*) FROM fts_docsize) AS rows; -- of the text index
CREATE VIEW v_story AS
  SELECT lower(hex(s.id)) AS id, r.title AS headline, r.language, s.first_seen, s.last_seen, s.last_change,
    s.documents, s.copies, s.outlets, s.languages, s.countries
  FROM story s LEFT JOIN document d ON d.document = s.headline LEFT JOIN revision r ON r.revision = d.revision
  WHERE s.joined_into IS NULL;
CREATE VIEW v_story_document AS
  SELECT lower(hex(s.id)) AS story, lower(hex(d.id)) AS document, m.seq, lower(hex(c.id)) AS copy_of, m.similarity, m.evidence
  FROM story_document m JOIN story s ON s.story = m.story JOIN document d ON d.document = m.document
    LEFT JOIN document c ON c.document = m.copy_of;
CREATE VIEW v_entry AS
  SELECT e.seq, lower(hex(d.id)) AS document, e.outlet, e.kind, e.seen_by, e.state, e.tries, e.code, e.message,
    e.segment, e.offset
  FROM entry e JOIN document d USING (document);
CREATE VIEW v_quarantine AS SELECT * FROM v_entry WHERE state IN ('quarantined', 'rejected');
CREATE VIEW v_conservation AS
  SELECT t.outlet, t.hour, t.seen, t.stored, t.duplicate, t.rejected, t.quarantined, coalesce(p.n, 0) AS in_flight,
    t.seen - t.stored - t.duplicate - t.rejected - t.quarantined - coalesce(p.n, 0) AS residual
  FROM tally t LEFT JOIN (SELECT outlet, hour, count(*) AS n FROM entry WHERE state = 'pending' GROUP BY outlet, hour) p
    ON p.outlet = t.outlet AND p.hour = t.hour;
