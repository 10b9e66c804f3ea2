-- A story that turned out to be two: with the document of seq, those of moved became into_story.
CREATE TABLE story_part (
  seq INTEGER NOT NULL, moved INTEGER NOT NULL, from_story INTEGER NOT NULL, into_story INTEGER NOT NULL,
  PRIMARY KEY (seq, moved)
) STRICT, WITHOUT ROWID;
CREATE INDEX story_part_from ON story_part (from_story);
CREATE INDEX story_part_into ON story_part (into_story);
