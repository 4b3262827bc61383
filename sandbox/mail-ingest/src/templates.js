const PLAIN = '<html><body>{{mail}}</body></html>';

/** The mail set into the template of its customer. */
export async function renderPage(spool, customer, mail) {
  const template = (await spool.parsed('templates', customer, (text) => text)) ?? PLAIN;
  return template.replace('{{mail}}', () => mail);
}
