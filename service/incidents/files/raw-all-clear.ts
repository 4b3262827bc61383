import { allClearMail } from '../../report/mail/all-clear-mail.ts';
import type { RenderedMail } from '../../report/mail/render-mail.ts';
import type { IncidentId } from '../../shared/ids.ts';
import type { MailPort } from '../ports.ts';
import type { IncidentStore } from '../store-port.ts';
import { MAIL_DOMAIN, mailThread } from './mail-thread.ts';

export interface AllClearDeps {
  readonly store: IncidentStore;
  readonly mail: Pick<MailPort, 'compose'>;
  /** Base of links, without a slash at the end. */
  readonly publicUrl: () => string;
  /** In hex. */
  readonly sha256: (bytes: Uint8Array) => string;
}

/** What the all-clear says. */
export async function allClearWords(deps: AllClearDeps, id: IncidentId): Promise<RenderedMail> {
  return (await readAllClear(deps, id)).words;
}

/** The mail, in the thread of the report: the same bytes for every attempt. */
export async function rawAllClear(deps: AllClearDeps, id: IncidentId, to: readonly string[]): Promise<Uint8Array> {
  const { words, report, atMs } = await readAllClear(deps, id);
  return deps.mail.compose({
    ...words,
    to,
    messageId: `${id}.all-clear@${MAIL_DOMAIN}`,
    thread: mailThread(id, report, deps.sha256),
    atMs,
    attachments: [],
  });
}

async function readAllClear({ store, publicUrl }: AllClearDeps, id: IncidentId) {
  const [report, allClear] = [await store.report(id), await store.allClear(id)];
  if (report === undefined || allClear === undefined) throw new Error(`incident ${id} has no all-clear to tell`);
  const words = allClearMail(report, allClear, `${publicUrl()}/incidents/${id}`);
  return { words, report, atMs: allClear.atMs };
}
