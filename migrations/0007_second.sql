-- Second recordings: an incident whose alarm is still on some minutes after its report is recorded once more.

-- Incidents of which it is decided: they were recorded once more, or not, and why.
CREATE TABLE second_look (
  seq        INTEGER PRIMARY KEY REFERENCES incident (seq) ON DELETE CASCADE,
  -- Of the recording, which is a row of `incident`; null where none was made.
  capture_id TEXT,
  reason     TEXT    NOT NULL,
  at_ms      INTEGER NOT NULL
) STRICT;

-- The recordings. They take the steps of an incident, and limits count them; lists and histories show the incident
-- that they are of.
CREATE TABLE second_capture (
  seq   INTEGER PRIMARY KEY REFERENCES incident (seq) ON DELETE CASCADE,
  of_id TEXT    NOT NULL
) STRICT;

CREATE TRIGGER second_capture_insert AFTER INSERT ON second_capture BEGIN
  DELETE FROM incident_term WHERE seq = NEW.seq;
  INSERT INTO incident_facet (seq, facet, value) VALUES (NEW.seq, 'state', 'second');
END;

DROP TRIGGER incident_facet_insert;
CREATE TRIGGER incident_facet_insert INSTEAD OF INSERT ON incident_facet
  WHEN NEW.value <> ''
   AND ((NEW.facet = 'state' AND NEW.value IN ('drill', 'second'))
     OR (NOT EXISTS (SELECT 1 FROM drill WHERE seq = NEW.seq)
     AND NOT EXISTS (SELECT 1 FROM second_capture WHERE seq = NEW.seq)))
BEGIN
  INSERT INTO term (facet, value) VALUES (NEW.facet, substr(NEW.value, 1, 300)) ON CONFLICT DO NOTHING;
  INSERT INTO incident_term (term_id, seq)
  SELECT id, NEW.seq FROM term WHERE facet = NEW.facet AND value = substr(NEW.value, 1, 300)
  ON CONFLICT DO NOTHING;
END;
DROP TRIGGER incident_facet_delete;
CREATE TRIGGER incident_facet_delete INSTEAD OF DELETE ON incident_facet
  WHEN NOT (OLD.facet = 'state' AND OLD.value IN ('drill', 'second'))
BEGIN
  DELETE FROM incident_term
   WHERE seq = OLD.seq
     AND term_id = (SELECT id FROM term WHERE facet = OLD.facet AND value = OLD.value);
END;
