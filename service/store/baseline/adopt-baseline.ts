import { type Capture, type CaptureBaseline, captureFile } from '../../incidents/incident.ts';
import type { CaptureId, IncidentId } from '../../shared/ids.ts';
import type { ArtifactFolder } from '../artifact-folder.ts';
import type { Db } from '../database.ts';
import { type CaptureRecord, toCapture } from '../rows.ts';
import type { BaselineRecord } from './baseline-table.ts';

/** Makes a baseline a capture of an incident: its evidence from then on, whatever becomes of the baseline. */
export class AdoptBaseline {
  private readonly db: Db;
  private readonly artifacts: ArtifactFolder;
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db, artifacts: ArtifactFolder) {
    this.db = db;
    this.artifacts = artifacts;
    this.statements = prepare(db);
  }

  run(id: IncidentId, captureId: CaptureId, sinceMs: number): Capture | undefined {
    const adopt = this.db.transaction(() => {
      const known = this.statements.adopted.get({ id }) as CaptureRecord | undefined;
      if (known !== undefined) return toCapture(known);
      const usable = this.statements.usable.all({ id, since: sinceMs }) as (BaselineRecord & { hash: string })[];
      const baseline = usable.find(({ hash }) => this.artifacts.has(hash)) ?? usable[0];
      if (baseline === undefined) return undefined;
      const { hash, bytes } = baseline;
      this.statements.addCapture.run({ ...captureOf(baseline), id, captureId });
      this.statements.addFile.run({ id, name: captureFile({ id: captureId }), bytes, hash });
      return toCapture(this.statements.adopted.get({ id }) as CaptureRecord);
    });
    return adopt.immediate();
  }
}

function captureOf(row: BaselineRecord) {
  const origin: CaptureBaseline = { launchedBy: row.launched_by, cpuPercent: row.cpu_percent };
  return {
    instance: row.instance_id,
    seconds: row.seconds,
    hz: row.hz,
    startAt: row.start_at_ms ?? row.begun_at_ms,
    command: row.command_id,
    origin: JSON.stringify(origin),
  };
}

function prepare(db: Db) {
  const sql = (text: string) => db.prepare(text);
  return {
    adopted: sql('SELECT * FROM capture WHERE incident_id = :id AND baseline_json IS NOT NULL'),
    usable: sql(`SELECT baseline.* FROM incident JOIN baseline ON baseline.group_name = incident.group_name
                    AND baseline.account_id IS incident.account_id AND baseline.region IS incident.region
                  WHERE incident.id = :id AND baseline.outcome = 'collected' AND baseline.hash IS NOT NULL
                    AND baseline.begun_at_ms > :since ORDER BY baseline.begun_at_ms DESC`),
    addCapture: sql(`INSERT INTO capture (id, incident_id, position, instance_id, role, seconds, hz, start_at_ms,
                                          command_id, outcome, baseline_json)
                     VALUES (:captureId, :id, (SELECT COUNT(*) FROM capture WHERE incident_id = :id), :instance, 'peer',
                             :seconds, :hz, :startAt, :command, 'collected', :origin)`),
    addFile: sql(`INSERT INTO artifact (incident_id, name, content_type, bytes, hash)
                  VALUES (:id, :name, 'application/gzip', :bytes, :hash)`),
  };
}
