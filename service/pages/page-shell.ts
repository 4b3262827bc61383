/**
 * What every page needs to know about the house: addresses of the assets (with a hash, so that they never go stale).
 */
export interface PageAssets {
  readonly style: string;
  readonly script: string;
  readonly icon: string;
  readonly version: string;
}

/**
 * Frames the template of a page. The context has `title`, `assets`, `nav` (`incidents`, `notifications` or empty) and
 * `live`: a page that is live asks the server now and then whether it has changed; a list has `feed`.
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
<nav aria-label="Main"><a href="/"{{#if nav.incidents}} aria-current="page"{{/if}}>Incidents</a>\
<a href="/notifications"{{#if nav.notifications}} aria-current="page"{{/if}}>Notifications</a></nav>
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
  readonly nav: { readonly incidents: boolean; readonly notifications: boolean };
  /** Changes when the page would look different; null for a page that is final. */
  readonly live: string | null;
  /** The same list as an Atom feed. */
  readonly feed?: string;
}
