import { createHash } from 'node:crypto';

const initials = ({ given, family }) => `${given[0]}${family[0]}`.toUpperCase();

function card(person) {
  const colour = createHash('sha1').update(person.mail.trim().toLowerCase()).digest('hex').slice(0, 6);
  const phone = person.phone
    .replace(/\D/g, '')
    .replace(/^00/, '+')
    .replace(/(\d{3})(?=\d)/g, '$1 ');
  return `<div style="--c:#${colour}"><b>${initials(person)}</b>${person.given} ${person.family}<br>${phone}</div>`;
}

export const cards = ({ items, pages, number }) => `${items.map(card).join('\n')}<nav>${number + 1} / ${pages}</nav>`;
