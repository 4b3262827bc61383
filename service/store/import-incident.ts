import type { ImportedIncident } from '../incidents/history/imported-incident.ts';
import type { Change } from '../incidents/triage/change.ts';
import type { ReportData } from '../report/report-data.ts';
import type { IncidentId } from '../shared/ids.ts';
import type { ArtifactFolder } from './artifact-folder.ts';
import type { Db } from './database.ts';
import type { AddEvent } from './incident-events.ts';
import { prepareAddCapture, prepareAddIncident } from './new-rows.ts';

/** Through the calls that an incident of our own takes, so that lists and histories find it by the same words. */
interface Calls {
  putFile(id: IncidentId, name: string, contentType: string, content: Uint8Array): void;
  saveReport(id: IncidentId, report: ReportData): void;
  saveRelease(id: IncidentId, release: string): void;
  change(id: IncidentId, change: Change, by: string, nowMs: number): boolean;
}

/** Writes a whole incident at once: it is final from the first moment, so no lane ever takes it up. */
export class ImportIncident {
  private readonly db: Db;
  private readonly artifacts: ArtifactFolder;
  private readonly addEvent: AddEvent;
  private readonly addIncident: ReturnType<typeof prepareAddIncident>;
  private readonly addCapture: ReturnType<typeof prepareAddCapture>;
  private readonly calls: Calls;
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: Db, artifacts: ArtifactFolder, addEvent: AddEvent, calls: Calls) {
    this.db = db;
    this.artifacts = artifacts;
    this.addEvent = addEvent;
    this.addIncident = prepareAddIncident(db);
    this.addCapture = prepareAddCapture(db);
    this.calls = calls;
    this.statements = prepare(db);
  }

  /** False when there is an incident of that id, or one of the captures; nothing is written then. */
  run(entry: ImportedIncident): boolean {
    // Before the lock is taken: the disk is slow.
    for (const { content } of entry.files) this.artifacts.put(content);
    const write = this.db.transaction(() => {
      if (this.isTaken(entry)) return false;
      this.statements.unbury.run({ id: entry.id });
      this.addIncident({ ...entry, state: 'notified' });
      for (const event of entry.events) this.addEvent({ id: entry.id, ...event });
      for (const [position, capture] of entry.captures.entries()) this.addCapture(capture, position);
      this.calls.saveReport(entry.id, entry.report);
      if (entry.release !== null) this.calls.saveRelease(entry.id, entry.release);
      for (const { name, contentType, content } of entry.files) {
        this.calls.putFile(entry.id, name, contentType, content);
      }
      for (const { change, by, atMs } of entry.changes) this.calls.change(entry.id, change, by, atMs);
      return true;
    });
    return write.immediate();
  }

  private isTaken({ id, captures }: ImportedIncident): boolean {
    const ids = JSON.stringify(captures.map((capture) => capture.id));
    return this.statements.taken.get({ id, captures: ids }) !== undefined;
  }
}

function prepare(db: Db) {
  const sql = (text: string) => db.prepare(text);
  return {
    taken: sql(`SELECT 1 FROM incident WHERE id = :id
                 UNION ALL SELECT 1 FROM capture WHERE id IN (SELECT value FROM json_each(:captures)) LIMIT 1`),
    // It is back: its address shows it again, and not that it was deleted.
    unbury: sql('DELETE FROM pruned WHERE id = :id'),
  };
}
