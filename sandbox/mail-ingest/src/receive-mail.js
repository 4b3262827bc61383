import { compress } from './compress.js';
import { senderName } from './contacts.js';
import { indexMail } from './index-mail.js';
import { parseHTML } from './parse-html.js';
import { chooseFolders } from './rules.js';
import { sanitise } from './sanitise.js';
import { renderPage } from './templates.js';

/**
 * Takes in one mail: `{ id, customer, from, subject, html }`. The reader's page is the mail set into its customer's
 * template; its text is what is searched for, its sanitised HTML what is shown.
 */
export async function receiveMail(mail, { spool, store, conversations }) {
  for (const field of ['id', 'customer', 'subject', 'html']) {
    if (typeof mail?.[field] !== 'string') throw Object.assign(new Error(`the mail has no ${field}`), { status: 400 });
  }
  const { id, customer, subject } = mail;
  const from = await senderName(spool, customer, String(mail.from ?? ''));
  const text = parseHTML(await renderPage(spool, customer, mail.html));
  const html = sanitise(mail.html);
  const words = indexMail(subject, text);
  const folders = await chooseFolders(spool, customer, text);
  const siblings = await conversations.join(customer, id, subject);
  const body = await compress({ id, from, subject, html, text, folders });
  store.add(id, words, body);
  return { id, words: words.size, bytes: body.length, folders, siblings };
}
