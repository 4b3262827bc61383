-- Incidents in the order in which they came (`seq`), the state `lapsed`, an outbox, counts that transactions keep, and
-- an index for each question. SQLite cannot change a CHECK, so the table of incidents is made anew.

CREATE TABLE incident_new (
  -- Never used twice: pages of a list begin behind one.
  seq                INTEGER PRIMARY KEY AUTOINCREMENT,
  id                 TEXT    NOT NULL UNIQUE,
  state              TEXT    NOT NULL CHECK (state IN ('accepted', 'targeted', 'dispatched', 'collected', 'analyzed',
                                                       'failed', 'reported', 'notified', 'throttled', 'lapsed')),
  alarm_key          TEXT    NOT NULL,
  alarm_name         TEXT    NOT NULL,
  -- When the alarm changed its state, by CloudWatch's clock.
  changed_at_ms      INTEGER NOT NULL,
  -- What the limits count by before the group is known: `group web`, `instance i-0abc…`.
  scope              TEXT    NOT NULL,
  -- Of the alarm; null where its message does not say.
  account_id         TEXT,
  group_name         TEXT,
  hot_instance       TEXT,
  headline           TEXT,
  verdict_class      TEXT,
  opened_at_ms       INTEGER NOT NULL,
  closed_at_ms       INTEGER,
  -- Failed tries of the present step, and when the first of them failed.
  attempts           INTEGER NOT NULL DEFAULT 0,
  failing_since_ms   INTEGER,
  next_attempt_at_ms INTEGER NOT NULL,
  -- Why the present step failed last, in words.
  retry_note         TEXT,
  lease_owner        TEXT,
  lease_until_ms     INTEGER,
  -- 1: kept whatever its age.
  pinned             INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
  -- The long ones last: SQLite reads a row from its beginning, and a list needs none of them.
  alarm_json         TEXT    NOT NULL,
  members_json       TEXT    NOT NULL DEFAULT '[]',
  failure_json       TEXT,
  -- Functions, packages and files of the findings, to be found by.
  words              TEXT    NOT NULL DEFAULT '',
  report_json        TEXT
) STRICT;

INSERT INTO incident_new (id, state, alarm_key, alarm_name, alarm_json, changed_at_ms, scope, account_id, group_name,
                          hot_instance, members_json, failure_json, report_json, headline, verdict_class, opened_at_ms,
                          closed_at_ms, attempts, next_attempt_at_ms, retry_note, lease_owner, lease_until_ms,
                          words)
SELECT id, state, alarm_key, alarm_name, alarm_json, changed_at_ms, scope, alarm_json ->> '$.accountId', group_name,
       hot_instance, members_json, failure_json, report_json, headline, verdict_class, opened_at_ms,
       closed_at_ms, attempts, next_attempt_at_ms, retry_note, lease_owner, lease_until_ms,
       COALESCE((
         SELECT group_concat(word, char(10))
           FROM (SELECT DISTINCT part.value AS word
                   FROM json_each(CASE WHEN json_valid(incident.report_json) THEN incident.report_json END,
                                  '$.findings') AS finding,
                        json_each(CASE WHEN finding.type = 'object' THEN finding.value END) AS part
                  WHERE part.key IN ('function', 'package', 'file', 'through') AND part.type = 'text')
       ), '')
  FROM incident ORDER BY opened_at_ms, id;

DROP TABLE incident;
ALTER TABLE incident_new RENAME TO incident;

CREATE INDEX incident_due ON incident (state, next_attempt_at_ms)
  WHERE state NOT IN ('notified', 'throttled', 'lapsed');
CREATE INDEX incident_opened ON incident (opened_at_ms);
-- Open ones, by each of the names that an alarm may know them by.
CREATE INDEX incident_open_alarm ON incident (alarm_key)
  WHERE closed_at_ms IS NULL AND state NOT IN ('throttled', 'lapsed');
CREATE INDEX incident_open_scope ON incident (scope)
  WHERE closed_at_ms IS NULL AND state NOT IN ('throttled', 'lapsed');
CREATE INDEX incident_open_group ON incident (group_name)
  WHERE closed_at_ms IS NULL AND state NOT IN ('throttled', 'lapsed');
CREATE INDEX incident_open_hot ON incident (hot_instance)
  WHERE closed_at_ms IS NULL AND state NOT IN ('throttled', 'lapsed');
-- What was captured, for the limits of a day.
CREATE INDEX incident_captured ON incident (opened_at_ms) WHERE state NOT IN ('throttled', 'lapsed');
CREATE INDEX incident_captured_scope ON incident (scope, opened_at_ms) WHERE state NOT IN ('throttled', 'lapsed');
CREATE INDEX incident_captured_group ON incident (group_name, opened_at_ms) WHERE state NOT IN ('throttled', 'lapsed');
CREATE INDEX incident_captured_hot ON incident (hot_instance, opened_at_ms) WHERE state NOT IN ('throttled', 'lapsed');
-- Lists.
CREATE INDEX incident_group ON incident (group_name, seq);
-- What may be deleted, the oldest first.
CREATE INDEX incident_prunable ON incident (opened_at_ms)
  WHERE pinned = 0 AND state IN ('notified', 'throttled', 'lapsed');

-- Those whose body is still there, the oldest first.
CREATE INDEX notification_body ON notification (id) WHERE body <> '';
CREATE INDEX notification_rejected ON notification (id) WHERE outcome = 'rejected';
CREATE INDEX artifact_hash ON artifact (hash);

-- The outbox: who is to be told, one row a recipient and channel.
CREATE TABLE delivery (
  id                 INTEGER PRIMARY KEY,
  incident_id        TEXT    NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
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
  UNIQUE (incident_id, channel, recipient)
) STRICT;

CREATE INDEX delivery_due ON delivery (next_attempt_at_ms) WHERE state = 'pending';

-- What was deleted by age or size: a link to it still says what it was.
CREATE TABLE pruned (
  id           TEXT    PRIMARY KEY,
  headline     TEXT,
  alarm_name   TEXT    NOT NULL,
  group_name   TEXT,
  opened_at_ms INTEGER NOT NULL,
  pruned_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX pruned_at ON pruned (pruned_at_ms);

-- Search for any part of a word. It holds no text of its own.
CREATE VIRTUAL TABLE incident_text USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'trigram');

CREATE TRIGGER incident_text_insert AFTER INSERT ON incident BEGIN
  INSERT INTO incident_text (rowid, text)
  VALUES (NEW.seq, concat_ws(char(10), NEW.id, NEW.alarm_name, NEW.group_name, NEW.hot_instance, NEW.headline,
                             NEW.verdict_class, NEW.words));
END;
CREATE TRIGGER incident_text_update AFTER UPDATE OF group_name, hot_instance, headline, verdict_class, words ON incident
  WHEN NEW.group_name IS NOT OLD.group_name OR NEW.hot_instance IS NOT OLD.hot_instance
    OR NEW.headline IS NOT OLD.headline OR NEW.verdict_class IS NOT OLD.verdict_class OR NEW.words IS NOT OLD.words
BEGIN
  INSERT OR REPLACE INTO incident_text (rowid, text)
  VALUES (NEW.seq, concat_ws(char(10), NEW.id, NEW.alarm_name, NEW.group_name, NEW.hot_instance, NEW.headline,
                             NEW.verdict_class, NEW.words));
END;
CREATE TRIGGER incident_text_delete AFTER DELETE ON incident BEGIN
  DELETE FROM incident_text WHERE rowid = OLD.seq;
END;
INSERT INTO incident_text (rowid, text)
SELECT seq, concat_ws(char(10), id, alarm_name, group_name, hot_instance, headline, verdict_class, words) FROM incident;

-- Counts, kept by the transactions that change what is counted.
CREATE TABLE tally (
  kind TEXT    NOT NULL,
  key  TEXT    NOT NULL,
  n    INTEGER NOT NULL,
  PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

INSERT INTO tally SELECT 'incident', state, COUNT(*) FROM incident GROUP BY state;
INSERT INTO tally SELECT 'group', group_name, COUNT(*) FROM incident WHERE group_name IS NOT NULL GROUP BY group_name;
INSERT INTO tally SELECT 'notification', outcome, COUNT(*) FROM notification GROUP BY outcome;
INSERT INTO tally SELECT 'capture', role || ' ' || outcome, COUNT(*) FROM capture GROUP BY role, outcome;
INSERT INTO tally SELECT 'artifact', 'bytes', COALESCE(SUM(bytes), 0) FROM artifact;
INSERT INTO tally
SELECT 'last', 'notification', MAX(received_at_ms) FROM notification WHERE outcome <> 'rejected'
HAVING MAX(received_at_ms) IS NOT NULL;

CREATE TRIGGER incident_tally_insert AFTER INSERT ON incident BEGIN
  INSERT INTO tally VALUES ('incident', NEW.state, 1) ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO tally SELECT 'group', NEW.group_name, 1 WHERE NEW.group_name IS NOT NULL
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER incident_tally_delete AFTER DELETE ON incident BEGIN
  UPDATE tally SET n = n - 1 WHERE kind = 'incident' AND key = OLD.state;
  UPDATE tally SET n = n - 1 WHERE kind = 'group' AND key = OLD.group_name;
  DELETE FROM tally WHERE kind = 'group' AND key = OLD.group_name AND n <= 0;
END;
CREATE TRIGGER incident_tally_state AFTER UPDATE OF state ON incident WHEN NEW.state <> OLD.state BEGIN
  UPDATE tally SET n = n - 1 WHERE kind = 'incident' AND key = OLD.state;
  INSERT INTO tally VALUES ('incident', NEW.state, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER incident_tally_group AFTER UPDATE OF group_name ON incident
  WHEN NEW.group_name IS NOT OLD.group_name
BEGIN
  UPDATE tally SET n = n - 1 WHERE kind = 'group' AND key = OLD.group_name;
  DELETE FROM tally WHERE kind = 'group' AND key = OLD.group_name AND n <= 0;
  INSERT INTO tally SELECT 'group', NEW.group_name, 1 WHERE NEW.group_name IS NOT NULL
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER notification_tally_insert AFTER INSERT ON notification BEGIN
  INSERT INTO tally VALUES ('notification', NEW.outcome, 1) ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO tally SELECT 'last', 'notification', NEW.received_at_ms WHERE NEW.outcome <> 'rejected'
    ON CONFLICT DO UPDATE SET n = MAX(n, excluded.n);
END;
CREATE TRIGGER notification_tally_delete AFTER DELETE ON notification BEGIN
  UPDATE tally SET n = n - 1 WHERE kind = 'notification' AND key = OLD.outcome;
END;
CREATE TRIGGER capture_tally_insert AFTER INSERT ON capture BEGIN
  INSERT INTO tally VALUES ('capture', NEW.role || ' ' || NEW.outcome, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER capture_tally_delete AFTER DELETE ON capture BEGIN
  UPDATE tally SET n = n - 1 WHERE kind = 'capture' AND key = OLD.role || ' ' || OLD.outcome;
END;
CREATE TRIGGER capture_tally_outcome AFTER UPDATE OF outcome ON capture WHEN NEW.outcome <> OLD.outcome BEGIN
  UPDATE tally SET n = n - 1 WHERE kind = 'capture' AND key = OLD.role || ' ' || OLD.outcome;
  INSERT INTO tally VALUES ('capture', NEW.role || ' ' || NEW.outcome, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER artifact_tally_insert AFTER INSERT ON artifact BEGIN
  UPDATE tally SET n = n + NEW.bytes WHERE kind = 'artifact';
END;
CREATE TRIGGER artifact_tally_delete AFTER DELETE ON artifact BEGIN
  UPDATE tally SET n = n - OLD.bytes WHERE kind = 'artifact';
END;
CREATE TRIGGER artifact_tally_update AFTER UPDATE OF bytes ON artifact BEGIN
  UPDATE tally SET n = n + NEW.bytes - OLD.bytes WHERE kind = 'artifact';
END;
