import type { IncidentId } from '../../shared/ids.ts';
import type { MailAttachment, MailMessage } from '../ports.ts';
import type { IncidentStore } from '../store-port.ts';
import { picturesOf, type StoredMail } from './write-report.ts';

/** The mail as it is sent. */
export const MAIL_FILE = 'mail.eml';
const FLAME_GRAPHS = ['hot.svg', 'healthy.svg', 'differential.svg'];

export async function storedMail(store: IncidentStore, id: IncidentId): Promise<StoredMail> {
  const file = await store.file(id, 'mail.json');
  if (!file) throw new Error(`incident ${id} is reported but has no mail`);
  return JSON.parse(new TextDecoder().decode(file.content)) as StoredMail;
}

/** All recipients stand in its header; each gets it for himself. */
export async function mailMessage(store: IncidentStore, id: IncidentId, to: readonly string[]): Promise<MailMessage> {
  const { subject, html, text } = await storedMail(store, id);
  const report = await store.report(id);
  return {
    to,
    subject,
    html,
    text,
    messageId: `${id}@smokejumper.invalid`,
    atMs: report?.generatedAtMs ?? 0,
    attachments: await attachments(store, id),
  };
}

async function attachments(store: IncidentStore, id: IncidentId): Promise<MailAttachment[]> {
  const report = await store.report(id);
  const inline = (report === undefined ? [] : picturesOf(report)).map(async (name) => {
    const file = await store.file(id, `${name}.png`);
    return file
      ? [{ filename: `${name}.png`, contentType: 'image/png', content: file.content, cid: `${name}@smokejumper` }]
      : [];
  });
  const graphs = FLAME_GRAPHS.map(async (filename) => {
    const file = await store.file(id, filename);
    return file ? [{ filename, contentType: 'image/svg+xml', content: file.content }] : [];
  });
  return (await Promise.all<MailAttachment[]>([...inline, ...graphs])).flat();
}
