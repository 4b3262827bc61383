-- Times are epoch milliseconds, UTC. JSON columns hold what only reports show.

CREATE TABLE incident (
  id                 TEXT    PRIMARY KEY,
  state              TEXT    NOT NULL CHECK (state IN ('accepted', 'targeted', 'dispatched', 'collected', 'analyzed',
                                                       'failed', 'reported', 'notified', 'throttled')),
  alarm_key          TEXT    NOT NULL,
  alarm_name         TEXT    NOT NULL,
  alarm_json         TEXT    NOT NULL,
  -- When the alarm changed its state, by CloudWatch's clock.
  changed_at_ms      INTEGER NOT NULL,
  -- What the limits count by before the group is known: `group web`, `instance i-0abc…`.
  scope              TEXT    NOT NULL,
  group_name         TEXT,
  hot_instance       TEXT,
  members_json       TEXT    NOT NULL DEFAULT '[]',
  failure_json       TEXT,
  report_json        TEXT,
  headline           TEXT,
  verdict_class      TEXT,
  opened_at_ms       INTEGER NOT NULL,
  closed_at_ms       INTEGER,
  attempts           INTEGER NOT NULL DEFAULT 0,
  next_attempt_at_ms INTEGER NOT NULL,
  -- Why the present step failed last, in words.
  retry_note         TEXT,
  lease_owner        TEXT,
  lease_until_ms     INTEGER
) STRICT;

CREATE INDEX incident_due ON incident (next_attempt_at_ms) WHERE state NOT IN ('notified', 'throttled');
CREATE INDEX incident_opened ON incident (opened_at_ms);
CREATE INDEX incident_alarm ON incident (alarm_key, opened_at_ms);

CREATE TABLE incident_event (
  id          INTEGER PRIMARY KEY,
  incident_id TEXT    NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
  at_ms       INTEGER NOT NULL,
  state       TEXT    NOT NULL,
  detail      TEXT    NOT NULL
) STRICT;

CREATE INDEX incident_event_incident ON incident_event (incident_id, id);

-- The ledger: every message that reached us, and what became of it.
CREATE TABLE notification (
  id             INTEGER PRIMARY KEY,
  received_at_ms INTEGER NOT NULL,
  message_id     TEXT,
  topic_arn      TEXT,
  outcome        TEXT    NOT NULL CHECK (outcome IN ('rejected', 'confirmed', 'ignored', 'duplicate', 'accepted',
                                                     'attached', 'closed', 'throttled')),
  reason         TEXT    NOT NULL,
  incident_id    TEXT    REFERENCES incident (id) ON DELETE SET NULL,
  -- Of alarm messages: which alarm, and when it changed its state.
  alarm_key      TEXT,
  changed_at_ms  INTEGER,
  body           TEXT    NOT NULL
) STRICT;

-- A forged message must not be able to take the id of a real one: rejected rows are outside.
CREATE UNIQUE INDEX notification_message ON notification (message_id)
  WHERE outcome NOT IN ('rejected', 'duplicate');
CREATE INDEX notification_incident ON notification (incident_id);
CREATE INDEX notification_alarm ON notification (alarm_key, changed_at_ms);

CREATE TABLE capture (
  id           TEXT    PRIMARY KEY,
  incident_id  TEXT    NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
  position     INTEGER NOT NULL,
  instance_id  TEXT    NOT NULL,
  role         TEXT    NOT NULL CHECK (role IN ('hot', 'peer')),
  seconds      INTEGER NOT NULL CHECK (seconds > 0),
  hz           INTEGER NOT NULL CHECK (hz > 0),
  start_at_ms  INTEGER,
  command_id   TEXT,
  outcome      TEXT    NOT NULL DEFAULT 'pending' CHECK (outcome IN ('pending', 'collected', 'failed')),
  failure_json TEXT
) STRICT;

CREATE INDEX capture_incident ON capture (incident_id, position);

-- Files of an incident; the content lies in the artifact folder under its hash.
CREATE TABLE artifact (
  incident_id  TEXT    NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
  name         TEXT    NOT NULL,
  content_type TEXT    NOT NULL,
  bytes        INTEGER NOT NULL,
  hash         TEXT    NOT NULL,
  PRIMARY KEY (incident_id, name)
) STRICT, WITHOUT ROWID;
