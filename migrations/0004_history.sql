-- What lists are filtered by, each value an index of its own; the functions of each incident, and which incidents have
-- the same cause.

-- A value of a filter (`group` `web-prod`, `state` `burning`), with the number of incidents that have it.
CREATE TABLE term (
  id    INTEGER PRIMARY KEY,
  facet TEXT    NOT NULL,
  value TEXT    NOT NULL,
  n     INTEGER NOT NULL DEFAULT 0,
  UNIQUE (facet, value)
) STRICT;

CREATE TABLE incident_term (
  term_id INTEGER NOT NULL REFERENCES term (id),
  seq     INTEGER NOT NULL REFERENCES incident (seq) ON DELETE CASCADE,
  PRIMARY KEY (term_id, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX incident_term_of ON incident_term (seq);

-- Where one writes; another kind of filter needs no more than rows here. Longer values are cut: names of a kilobyte are
-- those of an attacker.
CREATE VIEW incident_facet (seq, facet, value) AS
SELECT incident_term.seq, term.facet, term.value FROM incident_term JOIN term ON term.id = incident_term.term_id;

-- Those that are there, in one go; what comes later is counted by the triggers below.
CREATE TEMP TABLE present AS
SELECT seq, facet, substr(value, 1, 300) AS value FROM (
  SELECT seq, 'group' AS facet, group_name AS value FROM incident
  UNION ALL SELECT seq, 'instance', hot_instance FROM incident
  UNION ALL SELECT seq, 'verdict', verdict_class FROM incident
  UNION ALL SELECT seq, 'alarm', alarm_name FROM incident
  UNION ALL SELECT seq, 'account', account_id FROM incident
  UNION ALL SELECT seq, 'region', CAST(alarm_json ->> '$.region' AS TEXT) FROM incident WHERE json_valid(alarm_json)
  UNION ALL SELECT seq, 'state', CASE WHEN state IN ('throttled', 'lapsed') THEN state
                                      WHEN closed_at_ms IS NULL THEN 'burning' ELSE 'over' END FROM incident
  UNION ALL SELECT seq, 'state', 'failed' FROM incident WHERE failure_json IS NOT NULL
  UNION ALL SELECT seq, 'label', label FROM incident_label
) WHERE value <> '';
INSERT INTO term (facet, value, n) SELECT facet, value, COUNT(*) FROM present GROUP BY facet, value;
INSERT INTO incident_term (term_id, seq)
SELECT term.id, present.seq FROM present JOIN term ON term.facet = present.facet AND term.value = present.value
 ORDER BY 1, 2;
DROP TABLE present;

CREATE TRIGGER incident_facet_insert INSTEAD OF INSERT ON incident_facet WHEN NEW.value <> '' BEGIN
  INSERT INTO term (facet, value) VALUES (NEW.facet, substr(NEW.value, 1, 300)) ON CONFLICT DO NOTHING;
  INSERT INTO incident_term (term_id, seq)
  SELECT id, NEW.seq FROM term WHERE facet = NEW.facet AND value = substr(NEW.value, 1, 300)
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER incident_facet_delete INSTEAD OF DELETE ON incident_facet BEGIN
  DELETE FROM incident_term
   WHERE seq = OLD.seq
     AND term_id = (SELECT id FROM term WHERE facet = OLD.facet AND value = OLD.value);
END;
CREATE TRIGGER incident_term_insert AFTER INSERT ON incident_term BEGIN
  UPDATE term SET n = n + 1 WHERE id = NEW.term_id;
END;
CREATE TRIGGER incident_term_delete AFTER DELETE ON incident_term BEGIN
  UPDATE term SET n = n - 1 WHERE id = OLD.term_id;
  DELETE FROM term WHERE id = OLD.term_id AND n <= 0;
END;

CREATE TRIGGER incident_terms_insert AFTER INSERT ON incident BEGIN
  INSERT INTO incident_facet (seq, facet, value)
  VALUES (NEW.seq, 'group', NEW.group_name), (NEW.seq, 'instance', NEW.hot_instance),
         (NEW.seq, 'verdict', NEW.verdict_class), (NEW.seq, 'alarm', NEW.alarm_name),
         (NEW.seq, 'account', NEW.account_id),
         (NEW.seq, 'region', CASE WHEN json_valid(NEW.alarm_json) THEN CAST(NEW.alarm_json ->> '$.region' AS TEXT) END),
         (NEW.seq, 'state', CASE WHEN NEW.state IN ('throttled', 'lapsed') THEN NEW.state
                                 WHEN NEW.closed_at_ms IS NULL THEN 'burning' ELSE 'over' END),
         (NEW.seq, 'state', CASE WHEN NEW.failure_json IS NOT NULL THEN 'failed' END);
END;
CREATE TRIGGER incident_terms_group AFTER UPDATE OF group_name ON incident
  WHEN NEW.group_name IS NOT OLD.group_name
BEGIN
  DELETE FROM incident_facet WHERE seq = NEW.seq AND facet = 'group';
  INSERT INTO incident_facet (seq, facet, value) VALUES (NEW.seq, 'group', NEW.group_name);
END;
CREATE TRIGGER incident_terms_instance AFTER UPDATE OF hot_instance ON incident
  WHEN NEW.hot_instance IS NOT OLD.hot_instance
BEGIN
  DELETE FROM incident_facet WHERE seq = NEW.seq AND facet = 'instance';
  INSERT INTO incident_facet (seq, facet, value) VALUES (NEW.seq, 'instance', NEW.hot_instance);
END;
CREATE TRIGGER incident_terms_verdict AFTER UPDATE OF verdict_class ON incident
  WHEN NEW.verdict_class IS NOT OLD.verdict_class
BEGIN
  DELETE FROM incident_facet WHERE seq = NEW.seq AND facet = 'verdict';
  INSERT INTO incident_facet (seq, facet, value) VALUES (NEW.seq, 'verdict', NEW.verdict_class);
END;
CREATE TRIGGER incident_terms_label AFTER INSERT ON incident_label BEGIN
  INSERT INTO incident_facet (seq, facet, value) VALUES (NEW.seq, 'label', NEW.label);
END;
CREATE TRIGGER incident_terms_unlabel AFTER DELETE ON incident_label BEGIN
  DELETE FROM incident_facet WHERE seq = OLD.seq AND facet = 'label' AND value = OLD.label;
END;
CREATE TRIGGER incident_terms_state AFTER UPDATE OF state, closed_at_ms, failure_json ON incident
  WHEN (NEW.closed_at_ms IS NULL) <> (OLD.closed_at_ms IS NULL)
    OR (NEW.failure_json IS NULL) <> (OLD.failure_json IS NULL)
    OR (NEW.state <> OLD.state AND (NEW.state IN ('throttled', 'lapsed') OR OLD.state IN ('throttled', 'lapsed')))
BEGIN
  DELETE FROM incident_facet WHERE seq = NEW.seq AND facet = 'state';
  INSERT INTO incident_facet (seq, facet, value)
  VALUES (NEW.seq, 'state', CASE WHEN NEW.state IN ('throttled', 'lapsed') THEN NEW.state
                                 WHEN NEW.closed_at_ms IS NULL THEN 'burning' ELSE 'over' END),
         (NEW.seq, 'state', CASE WHEN NEW.failure_json IS NOT NULL THEN 'failed' END);
END;

-- A function, whatever the release: `service/incidents/history/function-key.ts` says what it is known by.
CREATE TABLE known_function (
  id      INTEGER PRIMARY KEY,
  place   TEXT NOT NULL,
  name    TEXT NOT NULL,
  package TEXT,
  UNIQUE (place, name)
) STRICT;

-- What a function used in the recordings of an incident, callees included.
CREATE TABLE incident_function (
  function_id   INTEGER NOT NULL REFERENCES known_function (id),
  seq           INTEGER NOT NULL REFERENCES incident (seq) ON DELETE CASCADE,
  -- Among the findings, 1 first; null: it did not change.
  rank          INTEGER,
  hot_cores     REAL    NOT NULL,
  -- Null where there was no healthy side, or nobody looked.
  healthy_cores REAL,
  -- What the report blames on it, and on no function below it; 0: nothing.
  extra_cores   REAL    NOT NULL DEFAULT 0,
  PRIMARY KEY (function_id, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX incident_function_of ON incident_function (seq);

CREATE TRIGGER incident_function_delete AFTER DELETE ON incident_function BEGIN
  DELETE FROM known_function
   WHERE id = OLD.function_id AND NOT EXISTS (SELECT 1 FROM incident_function WHERE function_id = OLD.function_id);
END;

-- Incidents with the same cause have the same name of it: the id of the one that was first.
CREATE TABLE incident_cause (
  seq         INTEGER PRIMARY KEY REFERENCES incident (seq) ON DELETE CASCADE,
  cause       TEXT    NOT NULL,
  -- JSON of `service/incidents/history/fingerprint.ts`.
  fingerprint TEXT    NOT NULL
) STRICT;

CREATE INDEX incident_cause_same ON incident_cause (cause, seq);

-- The names in fingerprints, by who may have the same cause: account and group, or what the limits count by.
CREATE TABLE incident_trace (
  scope TEXT    NOT NULL,
  name  TEXT    NOT NULL,
  seq   INTEGER NOT NULL REFERENCES incident (seq) ON DELETE CASCADE,
  PRIMARY KEY (scope, name, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX incident_trace_of ON incident_trace (seq);

-- What the hot host ran, where the code around the findings was fetched.
CREATE TABLE incident_release (
  seq     INTEGER PRIMARY KEY REFERENCES incident (seq) ON DELETE CASCADE,
  release TEXT    NOT NULL
) STRICT;

-- Reports whose functions are still to be noted, in small steps while the service runs.
CREATE TABLE history_due (
  seq INTEGER PRIMARY KEY REFERENCES incident (seq) ON DELETE CASCADE
) STRICT;

INSERT INTO history_due SELECT seq FROM incident WHERE report_json IS NOT NULL;
