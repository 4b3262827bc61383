import { createHash } from 'node:crypto';
import { slugOf } from './text/slug.js';

export function importBooks(rows) {
  const bySlug = new Map();
  for (const { title, author, year } of rows) {
    const slug = slugOf(title);
    const seen = bySlug.get(slug);
    if (seen === undefined) bySlug.set(slug, { slug, title, author, shelf: slugOf(author), years: [year] });
    else seen.years.push(year);
  }
  return [...bySlug.values()];
}

export function answerOf(books) {
  const text = JSON.stringify(
    books.map((book) => ({ ...book, url: `/books/${book.slug}`, latest: Math.max(...book.years) })),
  );
  return { etag: createHash('sha1').update(text).digest('base64url'), text };
}
