-- Drills: somebody tried the whole chain out, and no alarm went off. They take the steps of an incident, and nothing
-- counts, lists or remembers them with incidents.
CREATE TABLE drill (
  seq INTEGER PRIMARY KEY REFERENCES incident (seq) ON DELETE CASCADE
) STRICT;

-- It is found as one, and by nothing else; what it is found by is written after it has become one.
CREATE TRIGGER drill_insert AFTER INSERT ON drill BEGIN
  DELETE FROM incident_term WHERE seq = NEW.seq;
  INSERT INTO incident_facet (seq, facet, value) VALUES (NEW.seq, 'state', 'drill');
END;

DROP TRIGGER incident_facet_insert;
CREATE TRIGGER incident_facet_insert INSTEAD OF INSERT ON incident_facet
  WHEN NEW.value <> ''
   AND ((NEW.facet = 'state' AND NEW.value = 'drill') OR NOT EXISTS (SELECT 1 FROM drill WHERE seq = NEW.seq))
BEGIN
  INSERT INTO term (facet, value) VALUES (NEW.facet, substr(NEW.value, 1, 300)) ON CONFLICT DO NOTHING;
  INSERT INTO incident_term (term_id, seq)
  SELECT id, NEW.seq FROM term WHERE facet = NEW.facet AND value = substr(NEW.value, 1, 300)
  ON CONFLICT DO NOTHING;
END;
DROP TRIGGER incident_facet_delete;
CREATE TRIGGER incident_facet_delete INSTEAD OF DELETE ON incident_facet
  WHEN NOT (OLD.facet = 'state' AND OLD.value = 'drill')
BEGIN
  DELETE FROM incident_term
   WHERE seq = OLD.seq
     AND term_id = (SELECT id FROM term WHERE facet = OLD.facet AND value = OLD.value);
END;
