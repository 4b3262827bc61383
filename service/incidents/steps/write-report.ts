import { hotRelease } from '../../report/source/deploy-words.ts';
import type { IncidentId } from '../../shared/ids.ts';
import type { ConfirmInlining } from '../confirm/confirm-inlining.ts';
import { type MailDeps, picturesOf, writeMail } from '../files/mail-parts.ts';
import type { FetchSource } from '../source/fetch-source.ts';
import { storedSource } from '../source/stored-source.ts';
import type { Step } from '../step.ts';

export type WriteReportDeps = MailDeps;

export interface WriteReportStepDeps extends WriteReportDeps {
  readonly fetchSource: FetchSource;
  readonly confirmInlining: ConfirmInlining;
}

/** analyzed → reported: what the hosts are still asked for, at once and for as long as it may take; then the mail. */
export function writeReportStep(deps: WriteReportStepDeps): Step {
  return async (incident, signal) => {
    const waits = await Promise.all([
      deps.excerpts === 'off' ? null : deps.fetchSource(incident.id, signal),
      deps.confirmInlining(incident, signal),
    ]);
    const waitMs = waits.find((ms) => ms !== null);
    if (waitMs !== undefined) return { kind: 'wait', ms: waitMs };
    const source = deps.excerpts === 'off' ? null : await storedSource(deps.store, incident.id);
    const release = source && hotRelease(source);
    if (release !== null) await deps.store.saveRelease(incident.id, release);
    await writeReport(deps, incident.id, { signal, isLastResort: false });
    return { kind: 'advance', to: 'reported', detail: 'the report is written' };
  };
}

/** Renders the stored report of an incident into `mail.json`; its file and its graphs are made when they are wanted. */
export async function writeReport(
  deps: WriteReportDeps,
  id: IncidentId,
  options: { readonly signal?: AbortSignal; readonly isLastResort: boolean },
): Promise<void> {
  const report = await deps.store.report(id);
  const names = new Set((await deps.files.files(id)).map(({ name }) => name));
  const pictures = report === undefined ? [] : picturesOf(report).filter((name) => names.has(`${name}.png`));
  await writeMail(deps, id, { pictures, ...options });
}
