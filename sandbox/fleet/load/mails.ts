/** What the load generator sends: ordinary mails and templates, and the template that sets an instance on fire. */

interface Mail {
  readonly id: string;
  readonly customer: string;
  readonly from: string;
  readonly subject: string;
  readonly html: string;
}

/** The customer whose newsletter template catches fire. */
export const NEWSLETTER_CUSTOMER = 'acme';
export const CUSTOMERS: readonly string[] = [NEWSLETTER_CUSTOMER, 'blue-bikes', 'corner-cafe', 'dune-travel'];

/** About 20 KB of HTML: 5 ms of work for the service, a fifth of it parsing. */
const PARAGRAPHS = 60;
/**
 * Unclosed tags in the bad template. Each text in it walks all tags before it, so the cost is the square: 9,000 are
 * about 0.2 s of parsing on one core of 2024, against 1 ms for the good template.
 */
const UNCLOSED_TAGS = 9000;

const WORDS =
  'order shipped invoice meeting tomorrow schedule contract renewal attached please review project update delivery ' +
  'customer feedback release password account travel booking confirm payment report budget quarter team lunch photo ' +
  'question answer window garden bicycle coffee market price offer season weather station ticket holiday letter';

/** A small deterministic generator (Numerical Recipes' LCG): every run sends the same mails. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function sentence(random: (below: number) => number): string {
  const words = WORDS.split(' ');
  const length = 8 + random(14);
  return `${Array.from({ length }, () => words[random(words.length)]).join(' ')}.`;
}

/** An ordinary HTML mail of the customer; the same number gives the same mail. */
export function ordinaryMail(number: number, customer: string): Mail {
  const random = randomFrom(number + 1);
  const rows = Array.from({ length: PARAGRAPHS }, (_, i) => {
    const text = sentence(random);
    if (i % 7 === 3) return `<blockquote><p>${text} <i>${sentence(random)}</i></p></blockquote>`;
    if (i % 5 === 2)
      return `<ul><li>${text}</li><li><a href="https://example.com/${i}">${sentence(random)}</a></li></ul>`;
    return (
      `<p style="margin:0 0 8px">${text} <b>${sentence(random)}</b> ` +
      `<font color="#336">${sentence(random)}</font></p>`
    );
  });
  const table = `<table><tr><td>${rows.join('\n')}</td></tr></table>`;
  const html = `<div class="mail"><style>p{color:#222}</style>${table}</div>`;
  return { id: `mail-${number}`, customer, from: `reader-${number}@example.com`, subject: sentence(random), html };
}

/** A template as a person would write it. */
export function goodTemplate(customer: string): string {
  const header = `<table width="600"><tr><td bgcolor="#eeeeee"><h1>News of ${customer}</h1></td></tr>`;
  return `<html><body>${header}<tr><td>{{mail}}</td></tr></table><p>You get this mail as a customer.</p></body></html>`;
}

/** The bad data: a template saved by a tool that opens a <font> for each word and closes none. */
export function badTemplate(customer: string): string {
  const random = randomFrom(7);
  const words = WORDS.split(' ');
  const soup = Array.from({ length: UNCLOSED_TAGS }, () => `<font color="#333">${words[random(words.length)]} `);
  return `<html><body><h1>News of ${customer}</h1>{{mail}}${soup.join('')}</body></html>`;
}
