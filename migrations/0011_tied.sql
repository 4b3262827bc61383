-- Composite alarms: one incident is of the group that burns the most, and each other group with a child in ALARM gets
-- one of its own.

-- What became of these children, in the order of their datapoints.
CREATE TABLE tied_alarm (
  -- The incident of the composite alarm.
  seq         INTEGER NOT NULL REFERENCES incident (seq) ON DELETE CASCADE,
  position    INTEGER NOT NULL,
  alarm_name  TEXT    NOT NULL,
  -- Whom it is about, as the limits count: `group api`, `instance i-0abc…`.
  scope       TEXT    NOT NULL,
  -- As in `notification`.
  outcome     TEXT    NOT NULL,
  reason      TEXT    NOT NULL,
  -- The one that it opened (`accepted`, `throttled`), or that it found open; it may be deleted by now.
  incident_id TEXT,
  PRIMARY KEY (seq, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX tied_alarm_incident ON tied_alarm (incident_id) WHERE incident_id IS NOT NULL;

-- The alarm whose OK was the end of an incident, where that is not its own.
ALTER TABLE all_clear ADD COLUMN by_alarm TEXT;
