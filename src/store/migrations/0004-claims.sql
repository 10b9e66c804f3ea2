-- Claims: what documents of a story say alike, on how many independent origins it rests, how its
-- wording changed, what was corrected, and what a person decided about it.

CREATE TABLE claim (
  claim    INTEGER PRIMARY KEY,
  id       BLOB NOT NULL UNIQUE,       -- of its first document and wording: README.md
  story    INTEGER NOT NULL REFERENCES story,
  n        INTEGER NOT NULL,           -- place among the claims of its story
  document INTEGER NOT NULL REFERENCES document, -- the first that says it
  wording  TEXT NOT NULL, language TEXT,
  documents INTEGER NOT NULL, copies INTEGER NOT NULL, outlets INTEGER NOT NULL,
  origins_min INTEGER NOT NULL, origins_max INTEGER NOT NULL,
  origins_named INTEGER NOT NULL, origins_free INTEGER NOT NULL, -- with a name; no party to it
  circular INTEGER NOT NULL,
  denials  INTEGER NOT NULL,           -- documents that carry a denial of it
  hardened INTEGER NOT NULL, softened INTEGER NOT NULL, -- changes of its wording
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  packed   INTEGER NOT NULL, body BLOB NOT NULL -- JSON: the rows behind the numbers
) STRICT;
CREATE INDEX claim_story ON claim (story, n);
CREATE INDEX claim_contested ON claim (last_seen) WHERE denials > 0;
CREATE INDEX claim_spreading ON claim (last_seen) WHERE origins_max <= 1 AND outlets >= 3;
-- Where chains of a claim end; n: its place in the body.
CREATE TABLE claim_origin (
  id BLOB PRIMARY KEY, claim INTEGER NOT NULL REFERENCES claim, n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_origin_claim ON claim_origin (claim);
-- A claim that became part of an older one.
CREATE TABLE claim_alias (id BLOB PRIMARY KEY, into_id BLOB NOT NULL) STRICT, WITHOUT ROWID;
-- Stories whose claims are older than their documents; what making them cost last, in ms.
CREATE TABLE claim_due (
  story INTEGER PRIMARY KEY REFERENCES story,
  due   INTEGER NOT NULL, cost INTEGER NOT NULL -- due: not before; 0: up to date
) STRICT;
CREATE INDEX claim_due_due ON claim_due (due) WHERE due <> 0;
-- What a person decided: the origins of two documents of a claim are one, or are not.
CREATE TABLE decision (
  decision INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL,
  claim_id BLOB NOT NULL,
  kind     TEXT NOT NULL CHECK (kind IN ('join', 'split')),
  a BLOB NOT NULL, b BLOB NOT NULL,    -- ids of documents, the smaller first
  undone   INTEGER                     -- when
) STRICT;
CREATE INDEX decision_claim ON decision (claim_id);
-- Wordings that another one of the same kind (page after page, item after item) took the place of.
CREATE TABLE edit (
  revision INTEGER PRIMARY KEY REFERENCES revision, -- the later one
  earlier  INTEGER NOT NULL REFERENCES revision,
  document INTEGER NOT NULL REFERENCES document,
  at       INTEGER NOT NULL,           -- the later one was there at
  notice   INTEGER NOT NULL            -- 1: it says itself that it corrects something
) STRICT;
CREATE INDEX edit_document ON edit (document) WHERE notice = 1;
CREATE INDEX edit_notice ON edit (at) WHERE notice = 1;
CREATE VIEW v_claim AS
  SELECT lower(hex(c.id)) AS id, lower(hex(s.id)) AS story, c.n, lower(hex(d.id)) AS document, c.wording, c.language, c.documents,
    c.copies, c.outlets, c.origins_min, c.origins_max, c.origins_named, c.origins_free, c.circular, c.denials, c.hardened,
    c.softened, c.first_seen, c.last_seen
  FROM claim c JOIN story s USING (story) JOIN document d ON d.document = c.document;
CREATE VIEW v_decision AS
  SELECT decision, at, lower(hex(claim_id)) AS claim, kind, lower(hex(a)) AS a, lower(hex(b)) AS b, undone FROM decision;
CREATE VIEW v_edit AS
  SELECT lower(hex(r.id)) AS revision, lower(hex(b.id)) AS earlier, lower(hex(d.id)) AS document, e.at, e.notice
  FROM edit e JOIN revision r ON r.revision = e.revision JOIN revision b ON b.revision = e.earlier
    JOIN document d ON d.document = e.document;
