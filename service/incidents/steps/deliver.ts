import { AppError } from '../../shared/errors.ts';
import type { IncidentId } from '../../shared/ids.ts';
import { ascii } from '../../shared/text/untrusted.ts';
import type { MailParts } from '../files/mail-parts.ts';
import { type AllClearDeps, allClearWords, rawAllClear } from '../files/raw-all-clear.ts';
import { mailedTo, type RawMail } from '../files/raw-mail.ts';
import type { MailPort, SubscriptionsPort } from '../ports.ts';
import { whySecondOver } from '../second/second-step.ts';
import type { Deliver } from '../step.ts';

export interface DeliverDeps extends AllClearDeps {
  readonly mail: MailPort;
  readonly subscriptions: SubscriptionsPort;
  readonly mailParts: (id: IncidentId, signal: AbortSignal) => Promise<MailParts>;
  readonly rawMail: RawMail;
}

/** SNS takes at most 100 printable ASCII characters of subject and 256 KiB of text. */
const MAX_SUBJECT = 99;
const MAX_TEXT = 100_000;

/** What is told, in the form of each channel. */
interface News {
  readonly words: () => Promise<{ readonly subject: string; readonly text: string }>;
  readonly raw: (to: readonly string[]) => Promise<Uint8Array>;
}

/** One report, or one all-clear, to one recipient. */
export function deliverNews(deps: DeliverDeps): Deliver {
  const { store, mail, subscriptions } = deps;
  return async ({ id, owner, incidentId, kind, channel, recipient }, signal) => {
    if (kind === 'report') await refuseLate(deps, incidentId);
    const news = kind === 'report' ? reportNews(deps, incidentId, signal) : allClearNews(deps, incidentId);
    if (channel === 'sns') {
      const { subject, text } = await news.words();
      return subscriptions.publish(recipient, ascii(subject).slice(0, MAX_SUBJECT), text.slice(0, MAX_TEXT), signal);
    }
    const raw = await news.raw(mailedTo(await store.deliveries(incidentId)));
    await mail.send({ raw, to: [recipient], receipt: { id, owner } }, signal);
  };
}

/** The alarm may have become OK since the second report was put into the outbox. */
async function refuseLate({ store }: DeliverDeps, id: IncidentId): Promise<void> {
  const incident = await store.incident(id);
  const over = incident === undefined ? null : await whySecondOver(store, incident);
  if (over !== null) throw new AppError('ALARM_OVER', `Not told: ${over}.`, { retry: 'never' });
}

function reportNews({ mailParts, rawMail }: DeliverDeps, id: IncidentId, signal: AbortSignal): News {
  return { words: () => mailParts(id, signal), raw: async (to) => (await rawMail(id, to, signal)).content };
}

function allClearNews(deps: DeliverDeps, id: IncidentId): News {
  return { words: () => allClearWords(deps, id), raw: (to) => rawAllClear(deps, id, to) };
}
