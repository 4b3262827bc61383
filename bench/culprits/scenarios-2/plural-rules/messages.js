import { categoryOf } from './rules.js';

const NOUNS = { one: 'message', two: 'a pair', few: 'some messages', many: 'a million', other: 'messages' };

export function inbox(locale, folders) {
  const shown = { one: 0, two: 0, few: 0, many: 0, other: 0 };
  for (const folder of folders) {
    for (const count of folder.threads) {
      // A badge for each thread, by its messages and by those that are old.
      shown[categoryOf(locale, count)]++;
      shown[categoryOf(locale, count >> 1)]++;
    }
  }
  return Object.entries(shown).map(([category, count]) => `${count} × ${NOUNS[category]}`);
}

export function sidebar(folders) {
  return folders
    .map(({ name, threads }) => ({ name, unread: threads.reduce((sum, count) => sum + (count & 1), 0) }))
    .sort((a, b) => b.unread - a.unread || (a.name < b.name ? -1 : 1))
    .map(({ name, unread }) => `<li>${name.replace(/[<&]/g, '_')} (${unread})</li>`)
    .join('');
}
