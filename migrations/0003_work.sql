-- What people do with incidents, who did it, and which groups are muted.

-- Of incidents that somebody works on; the others have no row.
CREATE TABLE incident_triage (
  incident_id        TEXT    PRIMARY KEY REFERENCES incident (id) ON DELETE CASCADE,
  acknowledged_by    TEXT,
  acknowledged_at_ms INTEGER,
  assignee           TEXT    CHECK (length(assignee) BETWEEN 1 AND 60),
  -- May be empty: known, and nobody said what.
  known              TEXT    CHECK (length(known) <= 200),
  known_by           TEXT,
  known_at_ms        INTEGER,
  -- A release, a commit, or words.
  fixed_in           TEXT    CHECK (length(fixed_in) BETWEEN 1 AND 200),
  fixed_by           TEXT,
  fixed_at_ms        INTEGER,
  CHECK ((acknowledged_by IS NULL) = (acknowledged_at_ms IS NULL)),
  CHECK ((known IS NULL) = (known_by IS NULL) AND (known IS NULL) = (known_at_ms IS NULL)),
  CHECK ((fixed_in IS NULL) = (fixed_by IS NULL) AND (fixed_in IS NULL) = (fixed_at_ms IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_note (
  id           INTEGER PRIMARY KEY,
  incident_id  TEXT    NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
  at_ms        INTEGER NOT NULL,
  author       TEXT    NOT NULL,
  -- Markdown, as it was typed.
  text         TEXT    NOT NULL CHECK (length(text) BETWEEN 1 AND 4000),
  closed_by    TEXT,
  closed_at_ms INTEGER,
  CHECK ((closed_by IS NULL) = (closed_at_ms IS NULL))
) STRICT;

CREATE INDEX incident_note_incident ON incident_note (incident_id, id);

CREATE TABLE incident_label (
  label TEXT    NOT NULL CHECK (length(label) BETWEEN 1 AND 40),
  seq   INTEGER NOT NULL REFERENCES incident (seq) ON DELETE CASCADE,
  PRIMARY KEY (label, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX incident_label_incident ON incident_label (seq, label);

-- Who changed what, as long as there is the incident.
CREATE TABLE incident_change (
  id          INTEGER PRIMARY KEY,
  incident_id TEXT    NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
  at_ms       INTEGER NOT NULL,
  who         TEXT    NOT NULL CHECK (length(who) BETWEEN 1 AND 60),
  what        TEXT    NOT NULL CHECK (what IN ('acknowledge', 'unacknowledge', 'assign', 'note', 'close-note', 'label',
                                               'unlabel', 'known', 'fixed', 'pin', 'unpin')),
  from_text   TEXT,
  to_text     TEXT
) STRICT;

CREATE INDEX incident_change_incident ON incident_change (incident_id, id);

CREATE TRIGGER incident_change_stays BEFORE UPDATE ON incident_change BEGIN
  SELECT RAISE(ABORT, 'a row of the audit trail is never changed');
END;
CREATE TRIGGER incident_change_goes_with_it BEFORE DELETE ON incident_change
  WHEN EXISTS (SELECT 1 FROM incident WHERE id = OLD.incident_id)
BEGIN
  SELECT RAISE(ABORT, 'a row of the audit trail goes with its incident only');
END;

-- Groups of which alarms are not captured for a while.
CREATE TABLE group_mute (
  group_name  TEXT    PRIMARY KEY,
  until_ms    INTEGER NOT NULL,
  muted_by    TEXT    NOT NULL CHECK (length(muted_by) BETWEEN 1 AND 60),
  muted_at_ms INTEGER NOT NULL,
  reason      TEXT    CHECK (length(reason) BETWEEN 1 AND 200),
  CHECK (until_ms > muted_at_ms)
) STRICT, WITHOUT ROWID;

-- Who deleted incidents and muted groups: it outlives what it is about.
CREATE TABLE operation (
  id      INTEGER PRIMARY KEY,
  at_ms   INTEGER NOT NULL,
  who     TEXT    NOT NULL CHECK (length(who) BETWEEN 1 AND 60),
  what    TEXT    NOT NULL CHECK (what IN ('delete', 'mute', 'unmute')),
  -- The id of the incident, or the name of the group.
  subject TEXT    NOT NULL,
  detail  TEXT    NOT NULL
) STRICT;

CREATE TRIGGER operation_stays BEFORE UPDATE ON operation BEGIN
  SELECT RAISE(ABORT, 'a row of the log of operations is never changed');
END;

-- Null where it was deleted by age or size.
ALTER TABLE pruned ADD COLUMN deleted_by TEXT;

-- The function that a report names first, to find earlier incidents of a group by.
CREATE TABLE incident_culprit (
  seq        INTEGER PRIMARY KEY REFERENCES incident (seq) ON DELETE CASCADE,
  group_name TEXT    NOT NULL,
  culprit    TEXT    NOT NULL
) STRICT;

CREATE INDEX incident_culprit_function ON incident_culprit (group_name, culprit, seq);

-- As `culpritOf` in service/incidents/triage/earlier.ts; `replace` and `rtrim` leave the name of the file.
INSERT INTO incident_culprit (seq, group_name, culprit)
SELECT seq, group_name, concat_ws(char(10), name, package, replace(file, rtrim(file, replace(file, '/', '')), ''))
  FROM (SELECT seq, group_name, report_json ->> '$.findings[0].function' AS name,
               COALESCE(report_json ->> '$.findings[0].package', '') AS package,
               COALESCE(report_json ->> '$.findings[0].file', '') AS file
          FROM incident WHERE group_name IS NOT NULL AND json_valid(report_json))
 WHERE name <> '';
