-- Baselines: short recordings of healthy members, taken at a quiet moment, for incidents that have no peer.

CREATE TABLE baseline (
  -- Also that of the recording on the instance.
  id                 TEXT    PRIMARY KEY,
  group_name         TEXT    NOT NULL,
  -- As its incidents have them.
  account_id         TEXT,
  region             TEXT,
  -- Null where nothing was recorded: the group is gone, for one.
  instance_id        TEXT,
  launched_by        TEXT,
  cpu_percent        REAL,
  seconds            INTEGER NOT NULL CHECK (seconds > 0),
  hz                 INTEGER NOT NULL CHECK (hz > 0),
  -- What the rules file said of the group; null: there was none.
  plan_json          TEXT,
  begun_at_ms        INTEGER NOT NULL,
  start_at_ms        INTEGER,
  command_id         TEXT,
  outcome            TEXT    NOT NULL CHECK (outcome IN ('pending', 'collected', 'failed')),
  failure_json       TEXT,
  attempts           INTEGER NOT NULL DEFAULT 0,
  next_attempt_at_ms INTEGER NOT NULL,
  lease_owner        TEXT,
  lease_until_ms     INTEGER,
  -- What came back, in the artifact folder.
  hash               TEXT,
  bytes              INTEGER,
  CHECK ((hash IS NULL) = (bytes IS NULL))
) STRICT;

CREATE INDEX baseline_group ON baseline (group_name, begun_at_ms);
CREATE INDEX baseline_hash ON baseline (hash) WHERE hash IS NOT NULL;
CREATE INDEX baseline_pending ON baseline (next_attempt_at_ms) WHERE outcome = 'pending';

-- Their files count with those of incidents.
CREATE TRIGGER baseline_tally_insert AFTER INSERT ON baseline BEGIN
  INSERT INTO tally VALUES ('baseline', NEW.outcome, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER baseline_tally_delete AFTER DELETE ON baseline BEGIN
  UPDATE tally SET n = n - 1 WHERE kind = 'baseline' AND key = OLD.outcome;
  UPDATE tally SET n = n - COALESCE(OLD.bytes, 0) WHERE kind = 'artifact';
END;
CREATE TRIGGER baseline_tally_outcome AFTER UPDATE OF outcome ON baseline WHEN NEW.outcome <> OLD.outcome BEGIN
  UPDATE tally SET n = n - 1 WHERE kind = 'baseline' AND key = OLD.outcome;
  INSERT INTO tally VALUES ('baseline', NEW.outcome, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER baseline_tally_bytes AFTER UPDATE OF bytes ON baseline BEGIN
  UPDATE tally SET n = n + COALESCE(NEW.bytes, 0) - COALESCE(OLD.bytes, 0) WHERE kind = 'artifact';
END;

-- A baseline that stands in for the peer of an incident becomes one of its captures; this says of what moment it is.
ALTER TABLE capture ADD COLUMN baseline_json TEXT;
