import { clean } from '../report/clean-text.ts';
import { compile } from '../report/templates.ts';
import { type PageAssets, type PageShellModel, pageShell } from './page-shell.ts';

const render = compile<PageShellModel & { readonly heading: string; readonly message: string }>(
  pageShell(`<h1>{{heading}}</h1><p class="lead">{{message}}</p><p><a href="/">All incidents</a></p>`),
);

/** A page for a person who followed a link that leads nowhere. */
export function renderErrorPage(input: {
  readonly heading: string;
  readonly message: string;
  readonly assets: PageAssets;
}): string {
  const heading = clean(input.heading, 200);
  return render({
    title: `${heading}, Smokejumper`,
    assets: input.assets,
    nav: { incidents: false, notifications: false },
    live: null,
    heading,
    message: clean(input.message, 1000),
  });
}
