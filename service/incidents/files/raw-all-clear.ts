import { allClearMail } from '../../report/mail/all-clear-mail.ts';
import type { IncidentId } from '../../shared/ids.ts';
import type { MailPort } from '../ports.ts';
import type { IncidentStore } from '../store-port.ts';
import { MAIL_DOMAIN, mailThread } from './mail-thread.ts';
import { mailedTo } from './raw-mail.ts';

export interface AllClearDeps {
  readonly store: IncidentStore;
  readonly mail: Pick<MailPort, 'compose'>;
  /** Base of links, without a slash at the end. */
  readonly publicUrl: () => string;
  /** In hex. */
  readonly sha256: (bytes: Uint8Array) => string;
}

/** Words of the all-clear, and the mail: in the thread of the report, the same bytes for every attempt. */
export async function rawAllClear(deps: AllClearDeps, id: IncidentId) {
  const { store, mail } = deps;
  const [report, allClear] = [await store.report(id), await store.allClear(id)];
  if (report === undefined || allClear === undefined) throw new Error(`incident ${id} has no all-clear to tell`);
  const words = allClearMail(report, allClear.burntMs, `${deps.publicUrl()}/incidents/${id}`);
  const digest = (text: string) => deps.sha256(new TextEncoder().encode(text));
  const compose = async () =>
    mail.compose({
      ...words,
      to: mailedTo(await store.deliveries(id)),
      messageId: `${id}.all-clear@${MAIL_DOMAIN}`,
      thread: mailThread(id, report, digest),
      atMs: allClear.atMs,
      attachments: [],
    });
  return { words, compose };
}
