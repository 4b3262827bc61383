-- What comes after a report. Times are epoch milliseconds, UTC.

-- Incidents of which the all-clear is to be told, to whoever got the report: their alarm went back to OK.
CREATE TABLE all_clear (
  incident_id TEXT    PRIMARY KEY REFERENCES incident (id) ON DELETE CASCADE,
  -- From ALARM to OK, by CloudWatch's clock.
  burnt_ms    INTEGER NOT NULL CHECK (burnt_ms >= 0),
  at_ms       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A recipient is told of an incident once for each kind of news. SQLite cannot change a UNIQUE, so the table is made
-- anew; the ids stay, as receipts name them.
CREATE TABLE delivery_new (
  id                 INTEGER PRIMARY KEY,
  incident_id        TEXT    NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
  kind               TEXT    NOT NULL DEFAULT 'report' CHECK (kind IN ('report', 'all-clear')),
  channel            TEXT    NOT NULL CHECK (channel IN ('mail', 'sns')),
  recipient          TEXT    NOT NULL,
  state              TEXT    NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sent', 'failed')),
  attempts           INTEGER NOT NULL DEFAULT 0,
  created_at_ms      INTEGER NOT NULL,
  next_attempt_at_ms INTEGER NOT NULL,
  -- Why it failed last, in words.
  note               TEXT,
  settled_at_ms      INTEGER,
  lease_owner        TEXT,
  lease_until_ms     INTEGER,
  UNIQUE (incident_id, kind, channel, recipient)
) STRICT;

INSERT INTO delivery_new (id, incident_id, channel, recipient, state, attempts, created_at_ms, next_attempt_at_ms, note,
                          settled_at_ms, lease_owner, lease_until_ms)
SELECT id, incident_id, channel, recipient, state, attempts, created_at_ms, next_attempt_at_ms, note, settled_at_ms,
       lease_owner, lease_until_ms
  FROM delivery;

DROP TABLE delivery;
ALTER TABLE delivery_new RENAME TO delivery;

CREATE INDEX delivery_due ON delivery (next_attempt_at_ms) WHERE state = 'pending';
