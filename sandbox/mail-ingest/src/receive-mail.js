import { compress } from './compress.js';
import { indexMail } from './index-mail.js';
import { parseHTML } from './parse-html.js';
import { sanitise } from './sanitise.js';

/**
 * Takes in one mail: `{ id, customer, subject, html }`. The reader's page is the mail set into its customer's template;
 * its text is what is searched for, its sanitised HTML what is shown.
 */
export async function receiveMail(mail, store, templates) {
  for (const field of ['id', 'customer', 'subject', 'html']) {
    if (typeof mail?.[field] !== 'string') throw Object.assign(new Error(`the mail has no ${field}`), { status: 400 });
  }
  const page = await templates.render(mail.customer, mail.html);
  const text = parseHTML(page);
  const html = sanitise(mail.html);
  const words = indexMail(mail.subject, text);
  const body = await compress({ id: mail.id, subject: mail.subject, html, text });
  store.add(mail.id, words, body);
  return { id: mail.id, words: words.size, bytes: body.length };
}
