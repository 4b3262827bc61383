const article = (path) => ({ kind: 'article', path, words: path.length * 7 });
const listing = (path) => ({ kind: 'listing', path, entries: Array.from({ length: 5 }, (_, i) => `${path}/${i}`) });

export const siteName = (i) => `customer-with-a-site-${String(i).padStart(4, '0')}`;

export function addSites(router, count) {
  for (let i = 0; i < count; i++) {
    router.add(`/sites/${siteName(i)}/news/*`, article);
    router.add(`/sites/${siteName(i)}/pages`, listing);
  }
  router.add('/about', article);
}
