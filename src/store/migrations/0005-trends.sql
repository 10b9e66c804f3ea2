-- What documents speak of, counted over time. Copies are left out; a document counts once a key, on
-- the day on which it was first seen (days since 1970, UTC).

-- kind: place (name | country), topic (medtop | label), pair (actor | recipient | act | status: codes of
-- bodies and groups, never persons), link (type | act | act).
CREATE TABLE mention (
  kind TEXT NOT NULL, key TEXT NOT NULL, day INTEGER NOT NULL,
  document INTEGER NOT NULL REFERENCES document,
  PRIMARY KEY (kind, key, day, document)
) STRICT, WITHOUT ROWID;
CREATE TABLE trend (
  kind TEXT NOT NULL, key TEXT NOT NULL, day INTEGER NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (kind, key, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX trend_day ON trend (kind, day, n);
CREATE VIEW v_trend AS SELECT kind, key, day, n FROM trend;
