import type { ComparedSide } from '../../incidents/files/analysis-port.ts';
import type { IncidentQueries } from '../../incidents/queries.ts';
import type { ShownSide } from '../../pages/compare/comparison-page.ts';
import { groupHref, incidentHref } from '../../pages/links.ts';
import { clean } from '../../report/clean-text.ts';
import { formatBytes } from '../../shared/text/number.ts';
import { formatUtc } from '../../shared/text/time.ts';
import { isId } from '../pages/ids.ts';
import { missingFile } from '../pages/missing-file.ts';
import { Refusal } from '../triage/refusal.ts';
import type { SentForm, Upload } from './read-form.ts';

export type Letter = 'a' | 'b';

/** A recording as addresses name it: `ID/hot`, `ID/healthy-2`; of a baseline `ID/baseline`. */
export interface Reference {
  readonly id: string;
  readonly name: string;
}

/** A side with its bytes, and what the page says of it. */
export interface LoadedSide {
  readonly side: ComparedSide;
  readonly shown: ShownSide;
}

const NAME = /^(?:hot|healthy(?:-[2-9])?)$/;
/** Begins the ids of baselines. */
const OF_BASELINE = /^cap-baseline/;

/** `ID/hot` of an address. Throws `Refusal`. */
export function readReference(text: string, letter: Letter): Reference {
  const [id = '', name = '', ...rest] = text.split('/');
  if (OF_BASELINE.test(id) && isId(id) && rest.length === 0) return { id, name: 'baseline' };
  if (rest.length > 0 || !isId(id) || !NAME.test(name))
    throw new Refusal(
      400,
      `${letter.toUpperCase()} is no recording: write ${letter}=INCIDENT/hot, INCIDENT/healthy or INCIDENT/healthy-2.`,
    );
  return { id, name };
}

export function referenceText({ id, name }: Reference): string {
  return `${id}/${name}`;
}

/** What a form chose for a side: an id or the address of an incident's page, or a file. Throws `Refusal`. */
export function readChoice({ fields, files }: SentForm, letter: Letter): Reference | Upload {
  const side = letter.toUpperCase();
  const typed = (fields.get(letter) ?? '').trim();
  const file = files.get(`${letter}-file`);
  if (file !== undefined && typed !== '')
    throw new Refusal(400, `${side} has both an incident and a file: leave one of them empty.`);
  if (file !== undefined) return file;
  if (typed === '') throw new Refusal(400, `${side} is missing: name an incident, or choose a file that is not empty.`);
  const id = /^https?:\/\/[^/]+\/incidents\/([^/?#]+)/.exec(typed)?.[1] ?? typed;
  if (!isId(id)) throw new Refusal(400, `${side} is neither the id of an incident nor the address of its page.`);
  return readReference(`${id}/${fields.get(`${letter}-recording`) ?? 'hot'}`, letter);
}

/** Throws `Refusal`: no such incident, deleted, without that recording. */
export async function loadRecording(queries: IncidentQueries, wanted: Reference, letter: Letter): Promise<LoadedSide> {
  const { id, name } = wanted;
  if (OF_BASELINE.test(id)) return loadBaseline(queries, id, letter);
  const found = await recordingOf(queries, wanted, letter);
  const view = await queries.view(id);
  const instance = clean(found.instanceId, 100);
  const opened = view === undefined ? '' : `, ${formatUtc(view.openedAtMs)}`;
  return {
    side: { from: 'recording', bytes: found.file.content, label: `${name} ${instance} of ${id}` },
    shown: {
      label: `${found.title} ${instance}`,
      about: `${clean(view?.group ?? view?.alarmName ?? '', 100)}${opened}`,
      href: incidentHref(id),
    },
  };
}

async function loadBaseline(queries: IncidentQueries, id: string, letter: Letter): Promise<LoadedSide> {
  const found = await queries.baseline(id).catch(refuseMissing(letter));
  if (found === undefined) throw new Refusal(404, `${letter.toUpperCase()}: there is no baseline ${id} any more.`);
  const { group, instanceId, startAtMs, begunAtMs } = found.baseline;
  const instance = clean(instanceId ?? '', 100);
  return {
    side: { from: 'recording', bytes: found.file.content, label: `baseline ${instance} of ${clean(group, 100)}` },
    shown: {
      label: `Baseline ${instance}`,
      about: `${clean(group, 100)}, ${formatUtc(startAtMs ?? begunAtMs)}`,
      href: groupHref(group),
    },
  };
}

/** Throws `Refusal` where the file is gone, and everything else as it came. */
function refuseMissing(letter: Letter): (error: unknown) => never {
  return (error) => {
    const missing = missingFile(error);
    throw missing === undefined ? error : new Refusal(missing.status, `${letter.toUpperCase()}: ${missing.message}`);
  };
}

type Found = NonNullable<Awaited<ReturnType<IncidentQueries['recording']>>>;

async function recordingOf(queries: IncidentQueries, { id, name }: Reference, letter: Letter): Promise<Found> {
  const side = letter.toUpperCase();
  const found = await queries.recording(id, name).catch(refuseMissing(letter));
  if (found !== undefined) return found;
  const view = await queries.view(id);
  if (view?.report) throw new Refusal(404, `${side}: incident ${id} has no recording "${name}".`);
  if (view) throw new Refusal(404, `${side}: incident ${id} has no recordings, or they are not analyzed yet.`);
  const pruned = await queries.pruned(id);
  if (pruned) throw new Refusal(410, `${side}: incident ${id} was deleted on ${formatUtc(pruned.prunedAtMs)}.`);
  throw new Refusal(404, `${side}: there is no incident ${id}.`);
}

export function uploadedSide({ name, bytes }: Upload): LoadedSide {
  // Chromium and others send the name alone, some the path.
  const label = clean(name.split(/[/\\]/).at(-1) ?? '', 120) || 'a file without a name';
  return {
    side: { from: 'upload', bytes, label },
    shown: { label, about: `uploaded, ${formatBytes(bytes.length)}`, href: null },
  };
}
