/**
 * What every page needs to know about the house: addresses of the assets (with a hash, so that they never go stale).
 */
export interface PageAssets {
  readonly style: string;
  readonly script: string;
  readonly icon: string;
  readonly version: string;
}

/** The pages that every page links to. */
const SECTIONS = [
  { words: 'Incidents', href: '/' },
  { words: 'Notifications', href: '/notifications' },
  { words: 'Compare', href: '/compare' },
] as const;

export type Nav = readonly { readonly words: string; readonly href: string; readonly current: boolean }[];

/** `here`: the section that a page is the front of; null for the pages behind. */
export function navOf(here: (typeof SECTIONS)[number]['href'] | null): Nav {
  return SECTIONS.map(({ words, href }) => ({ words, href, current: href === here }));
}

/**
 * Frames the template of a page. The context has `title`, `assets`, `nav` and `live`: a page that is live asks the
 * server now and then whether it has changed; a list has `feed`.
 */
export function pageShell(main: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{title}}</title>
<link rel="icon" href="{{assets.icon}}" type="image/svg+xml">
<link rel="stylesheet" href="{{assets.style}}">
{{#if feed}}<link rel="alternate" type="application/atom+xml" title="Incidents" href="{{feed}}">
{{/if}}<script src="{{assets.script}}" type="module"></script>
</head>
<body{{#if live}} data-live="{{live}}"{{/if}}>
<a class="skip" href="#main">Skip to content</a>
<header class="site"><div>
<a class="brand" href="/"><img src="{{assets.icon}}" alt="" width="22" height="22">Smokejumper</a>
<nav aria-label="Main">{{#each nav}}\
<a href="{{href}}"{{#if current}} aria-current="page"{{/if}}>{{words}}</a>\
{{/each}}</nav>
</div></header>
<main id="main">
${main}
</main>
<footer class="foot">Smokejumper {{assets.version}}. <span data-zone>All times are UTC.</span></footer>
</body>
</html>
`;
}

export interface PageShellModel {
  readonly title: string;
  readonly assets: PageAssets;
  readonly nav: Nav;
  /** Changes when the page would look different; null for a page that is final. */
  readonly live: string | null;
  /** The same list as an Atom feed. */
  readonly feed?: string;
}
